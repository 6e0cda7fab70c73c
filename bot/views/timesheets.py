"""What people see of a week: the picture in text, with the ways to fill and submit it."""

from collections.abc import Sequence
from datetime import date

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ConfirmObject,
    DividerBlock,
    Option,
    StaticSelectElement,
    TableBlock,
    TableBlockColumnSettings,
)

from bot.domain.calendars import format_day, format_weekday
from bot.domain.dates import Week, week_of
from bot.domain.durations import format_duration, format_of
from bot.domain.languages import either, tr
from bot.domain.time_entries import Entry, Project
from bot.domain.timesheets import (
    TO_SUBMIT,
    Day,
    Part,
    Row,
    Standing,
    Status,
    TimeOfWeek,
    Timesheet,
    format_week,
)
from bot.views.messages import Message, escape, joined, plain, section, shortened
from bot.views.time_entries import place, project_label

SHOW = "week.show.v1"
SHOW_NEXT = "week.show_next.v1"
LOG_ON = "week.log_on.v1"
EDIT = "week.edit.v1"
SUBMIT = "week.submit.v1"
COPY = "week.copy.v1"
WITHDRAW = "week.withdraw.v1"

MOST_ROWS = 60  # of a table of at most 100
MOST_SHEETS = 40  # of a message of at most 50 blocks

ICONS = {
    Status.REJECTED: ":x:",
    Status.OPEN: ":pencil:",
    Status.PENDING: ":hourglass_flowing_sand:",
    Status.APPROVED: ":white_check_mark:",
    Status.NONE_NEEDED: ":heavy_check_mark:",
}


def week(time: TimeOfWeek, today: date, *, withdrawal: int | None = None, table: bool = True) -> Message:
    """The week: a table with a row for each project and task, what is missing, and how each project stands.

    ``withdrawal`` finds what the bot keeps of the timesheets that can be taken back. Without ``table`` the
    grid is text of 60 columns, for where Slack takes no tables.
    """
    blocks: list[Block] = [section(_head(time, today))]
    blocks.append(_table(time) if table else section(f"```\n{escape(_grid(time))}\n```"))
    blocks += _sheets(time)
    blocks += [DividerBlock(), *_menus(time, today), _buttons(time, withdrawal)]
    return Message(text=shortened(_told(time, today), 3900), blocks=tuple(blocks))


def _head(time: TimeOfWeek, today: date) -> str:
    head = tr("*Your week, {week}* · {total}").format(week=format_week(time.week), total=_total(time))
    return "\n".join([head, *map(escape, _missing(time, today))])


def _total(time: TimeOfWeek) -> str:
    return format_of(time.minutes, time.target)


def _missing(time: TimeOfWeek, today: date) -> list[str]:
    """What is missing so far by day, and the days on which less is to be worked, a line each."""
    said = [short] if (short := missing(time, today)) else []
    if not short and time.minutes and time.week.start <= today:
        said.append(tr("Nothing is missing so far.") if time.week.end > today else tr("Nothing is missing."))
    off = [f"{format_weekday(day.day)} {day.why}" for day in time.days if day.why]
    return [*said, *([tr("Off: {names}").format(names=", ".join(off))] if off else [])]


def missing(time: TimeOfWeek, today: date) -> str:
    """What is missing on which day: ``Missing so far: Mon 2h 30m, Thu 8h 00m``; "" for nothing."""
    days = [f"{format_weekday(day.day)} {format_duration(day.missing)}" for day in time.gaps(today)]
    head = tr("Missing so far") if time.week.end > today else tr("Missing")
    return f"{head}: {', '.join(days)}" if days else ""


def _clock(minutes: int) -> str:
    """Minutes in the least room: ``7:30``, and – for none."""
    return f"{minutes // 60}:{minutes % 60:02}" if minutes else "–"


def _table(time: TimeOfWeek) -> TableBlock:
    days = [f"{format_weekday(day.day)} {day.day.day}" for day in time.days]
    rows = [cells(["", *days, tr("Total")], bold=True)]
    every = time.rows()
    rows += [cells(_row(row, every)) for row in every[:MOST_ROWS]]
    if len(every) > MOST_ROWS:
        rows.append(cells([tr("… and {number} more").format(number=len(every) - MOST_ROWS), *[" "] * 8]))
    rows.append(
        cells([tr("Total"), *(_clock(day.minutes) for day in time.days), _clock(time.minutes)], bold=True)
    )
    rows.append(cells([tr("Target"), *(_clock(day.target) for day in time.days), _clock(time.target)]))
    settings = [TableBlockColumnSettings(is_wrapped=True)]
    settings += [TableBlockColumnSettings(align="right") for _ in range(8)]
    return TableBlock(rows=rows, column_settings=settings)


def _row(row: Row, every: Sequence[Row]) -> list[str]:
    name = shortened(_row_name(row, every), 120)
    return [name, *map(_clock, row.minutes), _clock(sum(row.minutes))]


def _row_name(row: Row, every: Sequence[Row]) -> str:
    """Project and task; the client stands below, unless two clients have projects of one title."""
    same = {each.project.id for each in every if each.project.title == row.project.title}
    if len(same) > 1:
        return place(row.project, row.task)
    return " / ".join([row.project.title, *([row.task.title] if row.task else [])])


def cells(texts: Sequence[str], *, bold: bool = False) -> list[dict[str, object]]:
    """A row of a table."""
    if not bold:
        return [{"type": "raw_text", "text": text} for text in texts]
    return [
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_section",
                    "elements": [{"type": "text", "text": text or " ", "style": {"bold": True}}],
                }
            ],
        }
        for text in texts
    ]


def _grid(time: TimeOfWeek) -> str:
    """The table as text, each project above its tasks: a name, seven days of 5 columns, and a total."""
    every = time.rows()
    texts = [_line("", [f"{format_weekday(day.day)[:2]} {day.day.day}" for day in time.days], tr("Total"))]
    above: Project | None = None
    for row in every[:MOST_ROWS]:
        if row.project != above:
            texts.append(shortened(project_label(row.project), 59))
            above = row.project
        name = "  " + (row.task.title if row.task else tr("(no task)"))
        texts.append(_line(name, [_clock(each) for each in row.minutes], _clock(sum(row.minutes))))
    if len(every) > MOST_ROWS:
        texts.append(tr("… and {number} more").format(number=len(every) - MOST_ROWS))
    texts.append(_line(tr("Total"), [_clock(day.minutes) for day in time.days], _clock(time.minutes)))
    texts.append(_line(tr("Target"), [_clock(day.target) for day in time.days], _clock(time.target)))
    return shortened("\n".join(texts), 2900)


def _line(name: str, days: Sequence[str], total: str) -> str:
    return f"{shortened(name, 17):<17}{''.join(f'{day:>5}' for day in days)} {total:>6}"


def _sheets(time: TimeOfWeek) -> list[Block]:
    if not time.timesheets:
        return [section(tr("Nothing is logged in this week."))]
    texts = [
        f"{ICONS[part.standing.status]} *{escape(project_label(sheet.project))}* · {escape(_stands(part))}"
        for sheet, part in _parts(time)
    ]
    shown = texts[:MOST_SHEETS]
    if len(texts) > len(shown):
        shown.append(tr("… and {number} more").format(number=len(texts) - len(shown)))
    # Ten lines of at most 300 characters fit a section.
    lines = [shortened(text, 290) for text in shown]
    return [section("\n".join(lines[at : at + 10])) for at in range(0, len(lines), 10)]


def _parts(time: TimeOfWeek) -> list[tuple[Timesheet, Part]]:
    return [(sheet, part) for sheet in time.timesheets for part in sheet.parts]


def _stands(part: Part) -> str:
    return f"{format_duration(part.minutes)} · {stands(part.standing)}"


def stands(standing: Standing) -> str:
    """How time stands, in words: ``waiting for Oder Neisse since Fri 6 Mar 2026, 17:30``."""
    by, since = either(standing.by), _since(standing)
    match standing.status:
        case Status.OPEN:
            return tr("not submitted")
        case Status.NONE_NEEDED:
            return tr("needs no approval")
        case Status.PENDING:
            said = tr("waiting for {names}").format(names=by) if by else tr("waiting for approval")
            return tr("{what} since {when}").format(what=said, when=since) if since else said
        case Status.APPROVED | Status.REJECTED:
            said = tr("approved") if standing.status is Status.APPROVED else tr("rejected")
            said = tr("{what} by {names}").format(what=said, names=by) if by else said
            said = tr("{what} on {when}").format(what=said, when=since) if since else said
            return f"{said}: {standing.why}" if standing.why else said


def _since(standing: Standing) -> str:
    at = standing.since
    return f"{format_day(at.date())}, {at:%H:%M}" if at else ""


def _told(time: TimeOfWeek, today: date) -> str:
    """All of it in words, for whoever hears it."""
    texts = [
        tr("Your week, {week}: {total}").format(week=format_week(time.week), total=_total(time)),
        *_missing(time, today),
    ]
    for row in time.rows():
        days = [
            f"{format_weekday(day.day)} {format_duration(minutes)}"
            for day, minutes in zip(time.days, row.minutes, strict=True)
            if minutes
        ]
        texts.append(f"{place(row.project, row.task)}: {', '.join(days)}")
    days = [f"{format_weekday(day.day)} {format_duration(day.minutes)}" for day in time.days if day.minutes]
    texts += (
        [tr("By day: {names}").format(names=", ".join(days))]
        if days
        else [tr("Nothing is logged in this week.")]
    )
    texts += [f"{project_label(sheet.project)}: {_stands(part)}" for sheet, part in _parts(time)]
    return escape("\n".join(texts))


def _menus(time: TimeOfWeek, today: date) -> list[Block]:
    days = [Option(text=_day_option(day, today), value=day.day.isoformat()) for day in time.days]
    elements = [StaticSelectElement(action_id=LOG_ON, placeholder=tr("Log time on …"), options=days)]
    if entries := _changeable(time):
        options = [Option(text=shortened(_entry_option(each), 75), value=each.id) for each in entries]
        elements.append(StaticSelectElement(action_id=EDIT, placeholder=tr("Edit …"), options=options[:100]))
    return [ActionsBlock(block_id="week.menus", elements=elements)]


def _day_option(day: Day, today: date) -> str:
    if day.why and not day.target:
        return joined([format_day(day.day), day.why])
    missing = (
        tr("{missing} missing").format(missing=format_duration(day.missing))
        if day.missing and day.day <= today
        else None
    )
    return joined([format_day(day.day), missing])


def _entry_option(entry: Entry) -> str:
    return joined(
        [format_weekday(entry.day), format_duration(entry.minutes), place(entry.project, entry.task)]
    )


def _changeable(time: TimeOfWeek) -> list[Entry]:
    """The entries that are not on a timesheet, the latest first; what else Kantata holds is said later."""
    return [entry for entry in reversed(time.entries) if entry.submission_id is None and not entry.invoiced]


def _buttons(time: TimeOfWeek, withdrawal: int | None) -> ActionsBlock:
    start = time.week.start.isoformat()
    to_submit = any(part.standing.status in TO_SUBMIT for _, part in _parts(time))
    submit = [submit_button(time.week, primary=True)] if to_submit else []
    copy = ButtonElement(text=tr("Copy last week"), action_id=COPY, value=start)
    withdraw = [] if withdrawal is None else [_withdraw(withdrawal)]
    earlier, later = week_of(date.fromordinal(time.week.start.toordinal() - 1)), _following(time.week)
    show = [_show(tr("Previous week"), earlier, SHOW), _show(tr("Next week"), later, SHOW_NEXT)]
    return ActionsBlock(block_id="week.buttons", elements=[*submit, copy, *withdraw, *show])


def _withdraw(withdrawal: int) -> ButtonElement:
    confirm = ConfirmObject(
        title=tr("Take this week back?"),
        text=tr("What waits for approval is not submitted any more, and can be changed and submitted again."),
        confirm=tr("Withdraw"),
        deny=tr("Keep"),
    )
    return ButtonElement(text=tr("Withdraw"), action_id=WITHDRAW, value=str(withdrawal), confirm=confirm)


def _following(week: Week) -> Week:
    return week_of(date.fromordinal(week.end.toordinal() + 1))


def submit_button(week: Week, *, primary: bool = False) -> ButtonElement:
    """The button that shows what would be submitted."""
    style = "primary" if primary else None
    return ButtonElement(text=tr("Submit week"), action_id=SUBMIT, value=week.start.isoformat(), style=style)


def _show(text: str, week: Week, action: str) -> ButtonElement:
    label = shortened(f"{text}: {format_week(week)}", 75)
    return ButtonElement(text=text, action_id=action, value=week.start.isoformat(), accessibility_label=label)


def slow(week: Week) -> Message:
    """That the picture takes its time."""
    return plain(
        tr(":hourglass_flowing_sand: Kantata is slow to answer. Your week, {week}, follows.").format(
            week=format_week(week)
        )
    )


def no_answer(week: Week) -> Message:
    """That there is no picture, for Kantata does not answer."""
    again = ActionsBlock(elements=[_show(tr("Try again"), week, SHOW)])
    return plain(
        tr(":warning: Kantata does not answer at the moment, so I cannot show your week, {week}.").format(
            week=format_week(week)
        ),
        again,
    )


def usage() -> Message:
    """How /timesheet is asked."""
    return plain(
        tr(
            "`/timesheet` – this week\n"
            "`/timesheet last` – last week\n"
            "`/timesheet 2026-03-02` – the week of that day, in any form: `3 mar`, `fri`, `yesterday`"
        )
    )
