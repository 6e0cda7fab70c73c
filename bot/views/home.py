"""The Home tab: the week at a glance, what is missing, what waits for a decision, and days off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    DividerBlock,
    HeaderBlock,
    TableBlock,
    TableBlockColumnSettings,
)
from slack_sdk.models.views import View

from bot.domain.calendars import format_day, format_day_of_year, format_weekday
from bot.domain.durations import format_duration
from bot.domain.homes import DayOff, Glance, SheetGlance
from bot.domain.languages import tr
from bot.domain.people import Person
from bot.domain.time_off import Absence, TimeOff, format_days, format_leave
from bot.domain.timesheets import Day, format_week
from bot.domain.work_calendars import Holiday
from bot.domain.zones import zone_of
from bot.views import approval_queue, timesheets
from bot.views.administration import administration_button
from bot.views.approval_queue import Acts, Queued
from bot.views.connections import connect_button
from bot.views.messages import context, escape, joined, section, shortened
from bot.views.settings_forms import settings_button
from bot.views.time_entries import project_label
from bot.views.time_off import encode_ref

LOG = "home.log.v1"
LOG_ON = "home.log_on.v1"
SHOW = "home.show.v1"
WEEK = "home.week.v1"
TIME_OFF = "home.time_off.v1"
APPROVE_LEAVE = "home.leave.approve.v1"
REJECT_LEAVE = "home.leave.reject.v1"
IN_HOME = Acts("home.approve_selected.v1", "home.reject.v1", "home.page.v1")

TODAY = "today"
MOST_SHEETS = 20
MOST_DAYS_OFF = 8
MOST_AWAY = 10
MOST_LEAVES = 5


@dataclass(frozen=True)
class Home:
    """What one person's Home tab shows. ``glance`` is None until Kantata has told it once.

    ``asked`` is the own time off that waits for a decision, ``leaves`` is that of others which waits for this
    person's. ``asking``: Kantata is being asked this moment; else ``failed`` says that it did not answer.
    """

    person: Person
    today: date
    glance: Glance | None
    waiting: Sequence[Queued]
    page: int
    holiday: Holiday | None
    asked: Sequence[TimeOff] = ()
    leaves: Sequence[TimeOff] = ()
    administers: bool = False
    asking: bool = False
    failed: bool = False


def home(shown: Home, *, table: bool = True) -> View:
    """The Home tab of somebody whom Kantata knows; without ``table`` where Slack takes no tables there."""
    blocks: list[Block] = [HeaderBlock(text=tr("This week"))]
    blocks += _week(shown, table) if shown.glance else [section(_no_glance(shown))]
    blocks.append(_buttons(shown))
    if shown.waiting:
        blocks += [DividerBlock(), HeaderBlock(text=approval_queue.head(shown.waiting, shown.page))]
        blocks += approval_queue.blocks(shown.waiting, shown.page, IN_HOME)
    if shown.leaves:
        blocks += [DividerBlock(), HeaderBlock(text=tr("Time off for you to decide")), *_leaves(shown.leaves)]
    blocks += [DividerBlock(), HeaderBlock(text=tr("Days off")), *_days_off(shown)]
    more = [settings_button(), *([administration_button()] if shown.administers else [])]
    blocks += [DividerBlock(), ActionsBlock(block_id="home.more", elements=more)]
    blocks.append(
        context(tr("Everything here is for your eyes only. `/kantata help` shows all that I understand."))
    )
    return View(type="home", blocks=blocks)


def _week(shown: Home, table: bool) -> list[Block]:
    glance = shown.glance
    assert glance is not None, "there is a week to show"
    total = tr("{minutes} of {target}").format(
        minutes=f"*{format_duration(glance.minutes)}*", target=format_duration(glance.target)
    )
    blocks: list[Block] = [section(f"{format_week(glance.week)} · {total}")]
    blocks.append(_table(glance) if table else section(f"```\n{_grid(glance)}\n```"))
    gaps = glance.gaps(shown.today)
    blocks += [_gap(day, shown.today) for day in gaps]
    if not gaps:
        blocks.append(section(tr(":white_check_mark: Nothing is missing so far.")))
    if glance.sheets:
        blocks.append(section(_sheets(glance.sheets)))
    if less := [f"{format_weekday(day.day)} {day.why}" for day in glance.days if day.why]:
        blocks.append(context(escape(tr("Off: {names}").format(names=", ".join(less)))))
    if note := _note(shown, glance):
        blocks.append(context(note))
    return blocks


def _no_glance(shown: Home) -> str:
    if shown.failed:
        return tr(
            ":warning: Kantata does not answer at the moment, so I cannot show your week. Please try again."
        )
    return tr(":hourglass_flowing_sand: Asking Kantata for your week …")


def _note(shown: Home, glance: Glance) -> str | None:
    at = f"{glance.read_at.astimezone(zone_of(shown.person.time_zone)):%H:%M}"
    if shown.failed:
        return tr(":warning: As of {at}; Kantata does not answer at the moment.").format(at=at)
    return tr("As of {at}; asking Kantata …").format(at=at) if shown.asking else None


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}" if minutes else "–"


def _table(glance: Glance) -> TableBlock:
    head = ["", *(f"{format_weekday(each.day)} {each.day.day}" for each in glance.days), tr("Total")]
    logged = [tr("Logged"), *(_clock(each.minutes) for each in glance.days), _clock(glance.minutes)]
    target = [tr("Target"), *(_clock(each.target) for each in glance.days), _clock(glance.target)]
    settings = [TableBlockColumnSettings(), *(TableBlockColumnSettings(align="right") for _ in range(8))]
    rows = [timesheets.cells(head, bold=True), timesheets.cells(logged), timesheets.cells(target)]
    return TableBlock(rows=rows, column_settings=settings)


def _grid(glance: Glance) -> str:
    """The table in text of 54 columns, a line each."""
    days = glance.days
    lines = [
        ("", [f"{format_weekday(day.day)[:2]} {day.day.day}" for day in days], tr("Total")),
        (tr("Logged"), [_clock(day.minutes) for day in days], _clock(glance.minutes)),
        (tr("Target"), [_clock(day.target) for day in days], _clock(glance.target)),
    ]
    return "\n".join(
        f"{name:<7}{''.join(f'{cell:>6}' for cell in row)}{total:>7}" for name, row, total in lines
    )


def _gap(day: Day, today: date) -> Block:
    named = tr("Today") if day.day == today else format_day_of_year(day.day)
    block = section(
        tr(":warning: *{named}* · {missing} missing").format(
            named=named, missing=format_duration(day.missing)
        )
    )
    block.accessory = ButtonElement(
        text=tr("Log time"),
        action_id=LOG_ON,
        value=day.day.isoformat(),
        accessibility_label=tr("Log time on {day}").format(day=format_day(day.day)),
    )
    return block


def _sheets(sheets: Sequence[SheetGlance]) -> str:
    lines = [
        shortened(
            f"{timesheets.ICONS[each.standing.status]} *{escape(project_label(each.project))}* · "
            f"{format_duration(each.minutes)} · {escape(timesheets.stands(each.standing))}",
            290,
        )
        for each in sheets[:MOST_SHEETS]
    ]
    if len(sheets) > MOST_SHEETS:
        lines.append(tr("… and {number} more").format(number=len(sheets) - MOST_SHEETS))
    return "\n".join(lines)


def _buttons(shown: Home) -> ActionsBlock:
    found = [log_button()]
    if shown.glance:
        week = shown.glance.week
        if shown.glance.is_to_submit:
            found.append(timesheets.submit_button(week))
        found += [
            ButtonElement(text=tr("Copy last week"), action_id=timesheets.COPY, value=week.start.isoformat()),
            ButtonElement(
                text=tr("Whole week"),
                action_id=WEEK,
                value=week.start.isoformat(),
                accessibility_label=tr("Send me the whole week, to edit or withdraw it"),
            ),
        ]
    elif shown.failed:
        found.append(_again())
    return ActionsBlock(block_id="home.acts", elements=found)


def log_button() -> ButtonElement:
    """The button that opens the form of a time entry, for today."""
    button = ButtonElement(text=tr("Log time"), action_id=LOG, value=TODAY, style="primary")
    button.accessibility_label = tr("Log time today")
    return button


def _again() -> ButtonElement:
    return ButtonElement(text=tr("Try again"), action_id=SHOW, value="again")


def _leaves(leaves: Sequence[TimeOff]) -> list[Block]:
    """A request each; who else is off then, and why it is asked for, stands in the message about it."""
    blocks: list[Block] = []
    for each in leaves[:MOST_LEAVES]:
        what = shortened(format_leave(each.days), 500)
        blocks.append(section(f"*{escape(each.name)}* · {escape(what)}"))
        blocks.append(
            ActionsBlock(
                elements=[
                    _decide(tr("Approve"), APPROVE_LEAVE, each, style="primary"),
                    _decide(tr("Reject…"), REJECT_LEAVE, each),
                ]
            )
        )
    if len(leaves) > MOST_LEAVES:
        blocks.append(
            context(
                tr("… and {number} more, each in a message of its own").format(
                    number=len(leaves) - MOST_LEAVES
                )
            )
        )
    return blocks


def _decide(label: str, action_id: str, of: TimeOff, style: str | None = None) -> ButtonElement:
    spoken = shortened(
        tr("{act}: time off of {name}, {days}").format(
            act=label.rstrip("…"), name=of.name, days=format_leave(of.days)
        ),
        75,
    )
    return ButtonElement(
        text=label, action_id=action_id, value=encode_ref(of), style=style, accessibility_label=spoken
    )


def _days_off(shown: Home) -> list[Block]:
    off, away = (shown.glance.off, shown.glance.away) if shown.glance else ((), ())
    lines = [f":palm_tree: {_day_off(each)}" for each in off[:MOST_DAYS_OFF]]
    if len(off) > MOST_DAYS_OFF:
        lines.append(tr("… and {number} more days").format(number=len(off) - MOST_DAYS_OFF))
    lines += [
        tr(":hourglass_flowing_sand: {days} · waits for a decision").format(
            days=escape(shortened(format_leave(each.days), 200))
        )
        for each in shown.asked[:MOST_DAYS_OFF]
    ]
    if not lines and shown.glance:
        lines.append(tr("You have no time off ahead."))
    if shown.holiday:
        lines.append(tr(":calendar: Next holiday: {holiday}").format(holiday=_holiday(shown.holiday)))
    own = section("\n".join(lines) or tr("No holiday is near."))
    own.accessory = ButtonElement(
        text=tr("Request"), action_id=TIME_OFF, value="new", accessibility_label=tr("Request time off")
    )
    return [own, *([section(_away(away))] if away else [])]


def _away(away: Sequence[Absence]) -> str:
    lines = [
        f"{escape(shortened(each.name, 60))}: {escape(shortened(format_days(each.days), 150))}"
        for each in away[:MOST_AWAY]
    ]
    if len(away) > MOST_AWAY:
        lines.append(tr("… and {number} more: `/timeoff who next week`").format(number=len(away) - MOST_AWAY))
    return "\n".join([tr("*Off next week*"), *lines])


def _day_off(off: DayOff) -> str:
    return joined([format_day(off.day), tr("{minutes} off").format(minutes=format_duration(off.minutes))])


def _holiday(holiday: Holiday) -> str:
    days = format_day(holiday.start)
    if holiday.end != holiday.start:
        days += f" – {format_day(holiday.end)}"
    return f"*{escape(holiday.name)}*, {days}"


def not_connected(why: str, connect_url: str | None, *, administers: bool = False) -> View:
    """The Home tab of somebody Kantata does not know: why, and the one button that may mend it.

    Who ``administers`` can do so all the same.
    """
    blocks: list[Block] = [HeaderBlock(text=tr("You are not connected to Kantata")), section(escape(why))]
    if connect_url:
        blocks.append(ActionsBlock(block_id="home.acts", elements=[connect_button(connect_url)]))
        blocks.append(
            context(
                tr(
                    "The button opens Kantata in your browser. It is yours alone and works once, within ten "
                    "minutes; open this tab again for a new one. Where signing in does not work either, ask "
                    "your Kantata administrator whether your account there is active."
                )
            )
        )
    else:
        blocks.append(ActionsBlock(block_id="home.acts", elements=[_again()]))
    if administers:
        blocks += [DividerBlock(), ActionsBlock(block_id="home.more", elements=[administration_button()])]
    return View(type="home", blocks=blocks)


def refused(why: str) -> View:
    """The Home tab of somebody the app is not for."""
    return View(type="home", blocks=[HeaderBlock(text=tr("This app is not for you")), section(escape(why))])
