"""The picture of a team's week, the words that say the same, and the table beside it.

Bars are what is logged, the marks the targets; shape and words say what colour says. matplotlib is loaded
when the first picture is drawn.
"""

import csv
import io
from collections.abc import Sequence

from bot.domain.durations import format_duration, format_of
from bot.domain.languages import tr, trn
from bot.domain.reminders import TeamMember, TeamWeek
from bot.domain.timesheets import format_week
from bot.views.messages import shortened

MOST_BARS = 40
ALT_TEXT = 1000  # characters (docs.slack.dev, files.getUploadURLExternal: alt_txt)
_NAME = 28
_LOGGED, _SHORT, _TARGET = "#2f6f9f", "#c2571a", "#222222"


def shown(team: TeamWeek, tolerated: int) -> tuple[TeamMember, ...]:
    """Who is in the picture: everybody, or where they are too many those who are missing most."""
    missing = team.missing(tolerated)
    if len(team.members) <= MOST_BARS:
        done = [each for each in team.members if each not in missing]
        return (*missing, *done)
    return missing[:MOST_BARS]


def picture(team: TeamWeek, tolerated: int) -> bytes:
    """A PNG: for each person what is logged against the target of the week, and what is missing."""
    import matplotlib as mpl  # a second to load, and most processes never draw
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    people = shown(team, tolerated)
    places = range(len(people))
    with mpl.rc_context({"font.size": 10, "svg.fonttype": "none"}):
        figure = Figure(figsize=(9, 2 + 0.34 * len(people)), layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.add_subplot()
        logged = [each.standing.logged / 60 for each in people]
        missing = [each.standing.missing / 60 for each in people]
        axes.barh(places, logged, color=_LOGGED, label=tr("Logged"))
        axes.barh(
            places,
            missing,
            left=logged,
            color="white",
            edgecolor=_SHORT,
            hatch="///",
            label=tr("Missing"),
        )
        targets = [each.standing.target / 60 for each in people]
        axes.scatter(targets, places, marker="|", s=160, color=_TARGET, label=tr("Target"), zorder=3)
        for place, each in zip(places, people, strict=True):
            widest = max(each.standing.logged, each.standing.target) / 60
            axes.text(widest + 0.5, place, _beside(each), va="center")
        axes.set_yticks(list(places), [shortened(_plain(each.name), _NAME) for each in people])
        axes.invert_yaxis()
        axes.set_xlim(0, max([1.0, *targets, *logged]) * 1.35)
        axes.set_xlabel(tr("Hours"))
        axes.set_title(_title(team, people))
        axes.spines[["top", "right"]].set_visible(False)
        figure.legend(loc="outside lower center", ncols=3, frameon=False)
        out = io.BytesIO()
        figure.savefig(out, format="png", dpi=110)
    return out.getvalue()


def _title(team: TeamWeek, people: Sequence[TeamMember]) -> str:
    title = tr("The team's week, {week}").format(week=format_week(team.week))
    left_out = len(team.members) - len(people)
    return (
        trn(
            "{title} (the largest gaps; {number} more person is in the table)",
            "{title} (the largest gaps; {number} more people are in the table)",
            left_out,
        ).format(title=title, number=left_out)
        if left_out
        else title
    )


def _beside(member: TeamMember) -> str:
    week = member.standing
    if week.missing:
        return tr("{missing} missing").format(missing=format_duration(week.missing))
    return tr("not submitted") if week.unsubmitted else tr("complete")


def _plain(name: str) -> str:
    """A name in which a dollar sign is one, and begins no formula."""
    return name.replace("$", r"\$")


def alt_text(team: TeamWeek, tolerated: int) -> str:
    """All of the picture in words, for whoever hears it; cut where Slack takes no more."""
    people = shown(team, tolerated)
    lines = [
        f"{each.name} {format_of(each.standing.logged, each.standing.target)}, {_beside(each)}"
        for each in people
    ]
    return shortened(
        tr("Bar chart. {title}. {names}.").format(title=_title(team, people), names="; ".join(lines)),
        ALT_TEXT,
    )


def table(team: TeamWeek) -> bytes:
    """The same of everybody as CSV in UTF-8, which spreadsheets recognise by its mark; hours are decimal."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(["Person", "Kantata id", "Week", "Logged", "Target", "Missing", "Not submitted"])
    for each in team.members:
        week = each.standing
        rows.writerow(
            [
                _harmless(each.name),
                each.id,
                team.week.start.isoformat(),
                *(f"{minutes / 60:.2f}" for minutes in (week.logged, week.target, week.missing)),
                _harmless("; ".join(week.unsubmitted)),
            ]
        )
    return out.getvalue().encode("utf-8-sig")


def _harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
