"""The form of one time entry: how it is drawn, and how what was entered is read, side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ConfirmObject,
    DatePickerElement,
    ExternalDataSelectElement,
    InputBlock,
    Option,
    OptionGroup,
    PlainTextInputElement,
    PlainTextObject,
    StaticSelectElement,
)
from slack_sdk.models.views import View

from bot.domain.dates import parse_day
from bot.domain.durations import parse_duration
from bot.domain.languages import later, tr
from bot.domain.plain_text import has_unseen, is_turned
from bot.domain.problems import Field, Problem, Problems
from bot.domain.time_entries import Choice, Project, Task
from bot.views.messages import escape, row_number, section, shortened
from bot.views.time_entries import project_label

LOG = "entry.log.v1"
CHANGE = "entry.change.v1"
WAITING = "entry.waiting.v1"
PICK_PROJECT = "entry.project.v1"
PICK_TASK = "entry.task.v1"
MORE = "entry.more.v1"
DELETE = "entry.delete.v1"
VALUE = "value"

BILLABLE = {"task": later("As the task says"), "yes": later("Yes"), "no": later("No")}
BILLABLE_CODES = {None: "task", True: "yes", False: "no"}
BILLABLE_VALUES = {code: value for value, code in BILLABLE_CODES.items()}
NOTES_LIMIT = 3000
UNSEEN = later(
    "These notes have characters that cannot be seen or that turn the direction of text. Type them anew."
)


@dataclass(frozen=True)
class EntryForm:
    """What stands in the form. ``form_id`` finds what the bot keeps about it; ``duration`` is as typed.

    ``with_tasks``: the project has tasks that take time. ``hint`` is said on top.
    ``changing``: it changes an entry that is there, instead of logging a new one. ``more``: role and
    location are asked for too, where there are any.
    """

    form_id: int
    day: date | None
    project: Project | None = None
    task: Task | None = None
    with_tasks: bool = False
    duration: str = ""
    notes: str = ""
    billable: bool | None = None
    hint: str | None = None
    changing: bool = False
    more: bool = False
    roles: tuple[Choice, ...] = ()
    locations: tuple[Choice, ...] = ()
    role_id: str | None = None
    location: str | None = None


@dataclass(frozen=True)
class EntryInput:
    """What a person entered: understood, but not yet checked against what that person may log on."""

    project_id: str
    task_id: str | None
    day: date
    minutes: int
    notes: str
    billable: bool | None
    role_id: str | None = None
    location: str | None = None


def modal(form: EntryForm) -> View:
    """The form as Slack shows it."""
    blocks: list[Block] = [section(escape(form.hint))] if form.hint else []
    blocks += [_project(form), *([_task(form)] if form.with_tasks and form.project else [])]
    blocks += [_date(form), _duration(form), _notes(form), _billable(form), *_more(form)]
    return View(
        type="modal",
        callback_id=CHANGE if form.changing else LOG,
        title=tr("Edit time entry") if form.changing else tr("Log time"),
        submit=tr("Save") if form.changing else tr("Log time"),
        close=tr("Cancel"),
        private_metadata=str(form.form_id),
        blocks=blocks,
    )


def waiting(text: str) -> View:
    """What stands in the form's place until it is known, or when it cannot be known."""
    said = [section(escape(text))]
    return View(type="modal", callback_id=WAITING, title=tr("Time entry"), close=tr("Close"), blocks=said)


def _project(form: EntryForm) -> InputBlock:
    element = ExternalDataSelectElement(
        action_id=PICK_PROJECT,
        placeholder=tr("Client or project"),
        min_query_length=0,
        initial_option=project_option(form.project) if form.project else None,
        focus_on_load=form.project is None or None,
    )
    return InputBlock(
        block_id=Field.PROJECT.value, label=tr("Project"), element=element, dispatch_action=True
    )


def _task(form: EntryForm) -> InputBlock:
    assert form.project is not None
    element = ExternalDataSelectElement(
        action_id=PICK_TASK,
        placeholder=tr("Task"),
        min_query_length=0,
        initial_option=task_option(form.task) if form.task else None,
    )
    # The project's id in the block's id: another project's task must not stay behind in the field.
    block_id = f"{Field.TASK.value}:{form.project.id}"
    return InputBlock(block_id=block_id, label=tr("Task"), element=element, optional=True)


def _date(form: EntryForm) -> InputBlock:
    element = DatePickerElement(action_id=VALUE, initial_date=form.day.isoformat() if form.day else None)
    return InputBlock(block_id=Field.DATE.value, label=tr("Date"), element=element)


def _duration(form: EntryForm) -> InputBlock:
    element = PlainTextInputElement(
        action_id=VALUE,
        initial_value=shortened(form.duration, 100) or None,
        placeholder="1h 30m, 1:30, 1.5, 9-11:30",
        max_length=100,
        focus_on_load=form.project is not None or None,
    )
    return InputBlock(block_id=Field.DURATION.value, label=tr("Duration"), element=element)


def _notes(form: EntryForm) -> InputBlock:
    element = PlainTextInputElement(
        action_id=VALUE,
        multiline=True,
        initial_value=notes_shown(form.notes) or None,
        max_length=NOTES_LIMIT,
    )
    return InputBlock(block_id=Field.NOTES.value, label=tr("Notes"), element=element, optional=True)


def notes_shown(notes: str) -> str:
    """The notes as the form shows them, and gives them back where nobody changed them."""
    return "\n".join(notes.splitlines())[:NOTES_LIMIT].strip()


def _billable(form: EntryForm) -> InputBlock:
    options = {code: Option(text=tr(text), value=code) for code, text in BILLABLE.items()}
    element = StaticSelectElement(
        action_id=VALUE,
        options=list(options.values()),
        initial_option=options[BILLABLE_CODES[form.billable]],
    )
    return InputBlock(block_id=Field.BILLABLE.value, label=tr("Billable"), element=element)


def _more(form: EntryForm) -> list[Block]:
    role = _choice(Field.ROLE, tr("Role"), form.roles, form.role_id)
    location = _choice(Field.LOCATION, tr("Location"), form.locations, form.location)
    more = ButtonElement(text=tr("More"), action_id=MORE, accessibility_label=tr("More: role and location"))
    buttons = [*([] if form.more else [more]), *([_delete()] if form.changing else [])]
    actions = ActionsBlock(block_id="actions", elements=buttons) if buttons else None
    return [block for block in (role, location, actions) if block]


def _delete() -> ButtonElement:
    confirm = ConfirmObject(
        title=tr("Delete this entry?"),
        text=tr("It goes from Kantata. You can undo that while the answer is in sight."),
        confirm=tr("Delete"),
        deny=tr("Keep"),
        style="danger",
    )
    return ButtonElement(text=tr("Delete"), action_id=DELETE, style="danger", confirm=confirm)


def _choice(field: Field, label: str, choices: Sequence[Choice], chosen: str | None) -> InputBlock | None:
    if not choices:
        return None
    options = {each.id: Option(text=_label(each.name), value=each.id) for each in choices[:100]}
    element = StaticSelectElement(
        action_id=VALUE, options=list(options.values()), initial_option=options.get(chosen or "")
    )
    return InputBlock(block_id=field.value, label=label, element=element, optional=True)


def _offered(view: Mapping[str, Any], field: Field) -> tuple[Choice, ...]:
    """The choices that stand in the form already."""
    for block in view["blocks"]:
        if block.get("block_id") == field.value:
            return tuple(Choice(each["value"], each["text"]["text"]) for each in block["element"]["options"])
    return ()


def project_option(project: Project) -> Option:
    """A project in a type-ahead; the same words wherever it is offered, for Slack compares them."""
    return Option(text=_label(project_label(project)), value=project.id)


def task_option(task: Task) -> Option:
    """A task in a type-ahead."""
    return Option(text=_label(task.title), value=task.id)


def _label(name: str) -> PlainTextObject:
    """A name as an option shows it: on one line, never empty, emoji codes as typed."""
    return PlainTextObject(text=shortened(" ".join(name.split()) or tr("(no name)"), 75), emoji=False)


def project_choices(fitting: Sequence[Project], others: Sequence[Project]) -> dict[str, Any]:
    """The answer of the project type-ahead: what fits the person's own words first, where there were any."""
    rest = [one for one in others if one not in fitting]
    groups = [
        OptionGroup(label=tr("Fits what you wrote"), options=[project_option(one) for one in fitting[:100]]),
        OptionGroup(label=tr("Your projects"), options=[project_option(one) for one in rest[:100]]),
    ]
    filled = [group.to_dict() for group in groups if group.options]
    return {"option_groups": filled} if fitting else {"options": filled[0]["options"] if filled else []}


def task_choices(tasks: Sequence[Task]) -> dict[str, Any]:
    """The answer of the task type-ahead."""
    return {"options": [task_option(task).to_dict() for task in tasks[:100]]}


def project_of_task_block(block_id: str) -> str:
    """The project whose tasks that block offers."""
    return block_id.partition(":")[2]


Values = Mapping[str, Mapping[str, Mapping[str, Any]]]


def picked_project(values: Values) -> str | None:
    """The id of the project that is picked just now."""
    return _picked(values, Field.PROJECT)


def read(values: Values, *, today: date, locale: str, workday_minutes: int) -> EntryInput:
    """What was entered (docs.slack.dev: view.state.values); raises Problems naming every field to mend."""
    problems: list[Problem] = []
    project_id = picked_project(values)
    if project_id is None:
        problems.append(Problem(tr("Choose a project."), Field.PROJECT))
    minutes, day = 0, today
    try:
        minutes = parse_duration(_text(values, Field.DURATION), workday_minutes=workday_minutes)
    except Problem as problem:
        problems.append(Problem(problem.text, Field.DURATION))
    try:
        picked = _field(values, Field.DATE).get("selected_date") or ""
        day = parse_day(picked, today=today, locale=locale)
    except Problem as problem:
        problems.append(Problem(problem.text, Field.DATE))
    notes = _text(values, Field.NOTES).strip()
    if has_unseen(notes) or is_turned(notes):
        problems.append(Problem(tr(UNSEEN), Field.NOTES))
    if problems or project_id is None:
        raise Problems(problems)
    billable = _field(values, Field.BILLABLE).get("selected_option")
    return EntryInput(
        project_id=project_id,
        task_id=_picked(values, Field.TASK),
        day=day,
        minutes=minutes,
        notes=notes,
        billable=BILLABLE_VALUES.get(billable["value"]) if billable else None,
        role_id=_picked(values, Field.ROLE),
        location=_picked(values, Field.LOCATION),
    )


def form_id(view: Mapping[str, Any]) -> int:
    """The number by which the bot keeps what it knows of that form; raises Problem for one never made."""
    return row_number(view["private_metadata"])


def refreshed(view: Mapping[str, Any]) -> EntryForm:
    """The form with what was entered so far, without project and task, for drawing it anew."""
    values: Values = view["state"]["values"]
    billable = _field(values, Field.BILLABLE).get("selected_option")
    picked = _field(values, Field.DATE).get("selected_date")
    roles, locations = _offered(view, Field.ROLE), _offered(view, Field.LOCATION)
    return EntryForm(
        form_id(view),
        date.fromisoformat(picked) if picked else None,
        duration=_text(values, Field.DURATION),
        notes=_text(values, Field.NOTES),
        billable=BILLABLE_VALUES.get(billable["value"]) if billable else None,
        changing=view["callback_id"] == CHANGE,
        more=bool(roles or locations),
        roles=roles,
        locations=locations,
        role_id=_picked(values, Field.ROLE),
        location=_picked(values, Field.LOCATION),
    )


def errors(problems: Sequence[Problem], block_ids: Sequence[str]) -> dict[str, str]:
    """Slack's ``errors`` answer: each problem at its field; what belongs to no field, at the first."""
    found: dict[str, str] = {}
    for problem in problems:
        name = problem.field.value if problem.field else ""
        block = next((each for each in block_ids if each.partition(":")[0] == name), block_ids[0])
        found[block] = f"{found[block]} {problem.text}" if block in found else problem.text
    return found


def _field(values: Values, field: Field) -> Mapping[str, Any]:
    """The state of that field's one element, {} where the form does not have it."""
    for block_id, elements in values.items():
        if block_id.partition(":")[0] == field.value:
            return next(iter(elements.values()), {})
    return {}


def _picked(values: Values, field: Field) -> str | None:
    option = _field(values, field).get("selected_option")
    return option["value"] if option else None


def _text(values: Values, field: Field) -> str:
    return _field(values, field).get("value") or ""
