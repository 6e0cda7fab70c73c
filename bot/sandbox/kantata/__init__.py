"""A pretend Kantata: an honest judge of an API client, with a firm of its own and faults on demand."""

from bot.sandbox.kantata.assumptions import Assumptions
from bot.sandbox.kantata.faults import AnswerDropped, Fault, Faults, Kind
from bot.sandbox.kantata.firm import Firm, build_firm
from bot.sandbox.kantata.oauth import Application
from bot.sandbox.kantata.seed_people import FirmPerson
from bot.sandbox.kantata.simulator import Kantata, Logged

__all__ = [
    "AnswerDropped",
    "Application",
    "Assumptions",
    "Fault",
    "Faults",
    "Firm",
    "FirmPerson",
    "Kantata",
    "Kind",
    "Logged",
    "build_firm",
]
