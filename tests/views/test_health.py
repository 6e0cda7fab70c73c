"""How connections and jobs are: within Slack's limits, never by colour or emoji alone."""

from datetime import UTC, datetime, timedelta

from bot.domain.jobs import JobRun
from bot.sandbox.slack.blocks import Surface, check_blocks
from bot.views import health as views
from bot.views.health import Connection, Health

NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)


def test_every_outcome_is_said_in_words() -> None:
    runs = [
        JobRun("a", NOON),
        JobRun("b", NOON, NOON + timedelta(seconds=2), next_at=NOON + timedelta(minutes=1)),
        JobRun("c", NOON, NOON, failed="Unreachable"),
        *(JobRun(f"job {n}", NOON) for n in range(60)),
    ]
    found = Health([Connection("Slack", False, "<!here>")], [("People", None), ("Projects", NOON)], runs)
    view = views.health(found).to_dict()
    check_blocks(view["blocks"], Surface.MODAL)
    shown = str(view["blocks"])
    for words in (
        "running since",
        "in 2.0 s · next",
        "failed <!date",
        ": Unreachable",
        "People: not read yet",
    ):
        assert words in shown
    assert "fails – &lt;!here&gt;" in shown


def test_before_anything_ran_that_is_said() -> None:
    view = views.health(Health([], [], [])).to_dict()
    check_blocks(view["blocks"], Surface.MODAL)
    assert "None has run yet." in str(view["blocks"])
