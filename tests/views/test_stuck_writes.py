"""The queue of writes: within Slack's limits, every reason in words."""

from dataclasses import replace
from datetime import UTC, datetime

from bot import __main__ as bot
from bot.domain.writes import WaitingWrite
from bot.kantata import errors
from bot.sandbox.slack.blocks import Surface, check_blocks
from bot.views import stuck_writes as views
from bot.views.stuck_writes import Queue

NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)
WRITE = WaitingWrite(7, "U1", "log_entries", NOON, 2, NOON, "RateLimited", uncertain=False)


def drawn(queue: Queue) -> str:
    view = views.queue(queue, "Done.").to_dict()
    check_blocks(view["blocks"], Surface.MODAL)
    return str(view["blocks"])


def test_the_longest_queue_stays_within_slack_s_limits() -> None:
    writes = [
        replace(WRITE, id=number, kind="k" * 80, trouble="t" * 80) for number in range(views.MOST_SHOWN)
    ]
    assert "… and 480 more." in drawn(Queue(writes, 500, frozenset(range(500))))


def test_an_empty_queue_says_so() -> None:
    assert "Nothing waits for Kantata." in drawn(Queue((), 0, frozenset()))


def test_what_may_not_be_dropped_has_no_button_for_it() -> None:
    assert views.DROP not in drawn(Queue([WRITE], 1, frozenset()))
    assert views.DROP in drawn(Queue([WRITE], 1, frozenset({7})))


def test_every_kind_of_write_has_its_words() -> None:
    said_only = {"account_lost", "connected", "signed_out"}
    kinds = bot._kinds().keys() - said_only
    assert [kind for kind in kinds if views.named(kind) == kind.replace("_", " ")] == []


def test_every_trouble_that_a_write_waits_out_has_its_words() -> None:
    waited_out = {"TooSlow", "NotFoundYet", "NoAnswer", "Unreachable", "GatewayFailed", "Unreadable"}
    waited_out |= {"RateLimited", "Unavailable", "ServerFailed", "SignedOut", "AccountClosed"}
    assert all(hasattr(errors, each) or each in {"TooSlow", "NotFoundYet"} for each in waited_out)
    for each in waited_out:
        assert views.why(replace(WRITE, trouble=each)) != each
