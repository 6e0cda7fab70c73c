"""Who is not matched, as an administrator sees it: within Slack's limits, nothing of it marked up."""

from datetime import UTC, datetime
from typing import Any

from bot.sandbox.slack.blocks import Surface, check_blocks
from bot.views import matches as views
from bot.views.matches import Chosen, PeopleFound, Unmatched

NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)
HOSTILE = "<!channel> " + "x" * 200


def texts(blocks: list[dict[str, Any]]) -> list[str]:
    """All that Slack reads as mrkdwn."""
    found = [block.get("text", {}) for block in blocks]
    found += [each for block in blocks if block["type"] == "context" for each in block["elements"]]
    return [each["text"] for each in found if each.get("type") == "mrkdwn"]


def drawn(found: PeopleFound) -> list[str]:
    """Its texts, once the whole is found to be within Slack's limits."""
    view = views.people(found, "Done.").to_dict()
    check_blocks(view["blocks"], Surface.MODAL)
    return texts(view["blocks"])


def test_the_most_that_can_be_found_stays_within_slack_s_limits() -> None:
    shown = drawn(
        PeopleFound(
            unmatched=[Unmatched(f"U{n}", HOSTILE, several=n % 2 == 0) for n in range(40)],
            shared={f"{HOSTILE}{n}": [f"U{n}", f"W{n}"] for n in range(40)},
            chosen=[Chosen(f"U{n}", HOSTILE if n else None, "U1", NOON) for n in range(40)],
            not_in_slack=[HOSTILE] * 400,
            may_invite=True,
        )
    )
    assert shown.count("… and 25 more.") == 3
    assert [text for text in shown if "<!channel" in text] == []


def test_where_all_is_well_that_is_said() -> None:
    shown = drawn(PeopleFound((), {}, (), (), may_invite=False))
    assert "Everybody I know of in Slack is known in Kantata." in shown


def test_the_form_stays_within_slack_s_limits() -> None:
    for slack_id in (None, "U1"):
        check_blocks(views.form(slack_id).to_dict()["blocks"], Surface.MODAL)
