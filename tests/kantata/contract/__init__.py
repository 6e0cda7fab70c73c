"""The contract between Kantata and its client, as one table: what is done, what comes of it, and what Kantata
answers on the way, written by hand after its API reference.

Each case is run against the hand-written answers and against the simulator, and the simulator's answers are
compared with the hand-written ones, so that neither side can drift.
"""

from tests.kantata.contract.directory import DIRECTORY
from tests.kantata.contract.firm import FIRM
from tests.kantata.contract.time_entries import TIME_ENTRIES
from tests.kantata.contract.timesheets import TIMESHEETS

CASES = [*DIRECTORY, *TIME_ENTRIES, *TIMESHEETS, *FIRM]
