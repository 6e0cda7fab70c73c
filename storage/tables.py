"""Everything the bot remembers, one class a table. Rows stay in storage; domain values leave it."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    ForeignKeyConstraint,
    FromClause,
    Index,
    Integer,
    String,
    UniqueConstraint,
    literal_column,
    text,
    true,
)
from sqlmodel import Field, SQLModel

from bot.domain.approvals import RequestState
from bot.domain.time_off import TimeOffState
from bot.domain.writes import State
from storage.encryption import EncryptedText, Sealed

# Named, so that SQLite can alter them too. To be set before the first table is made.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = SQLModel.metadata

# SQLite numbers rows by itself only in a column of type INTEGER.
BigId = BigInteger().with_variant(Integer, "sqlite")

# PostgreSQL's other collations sort by language, in which a beginning is not a range.
Word = String().with_variant(String(collation="C"), "postgresql")

# Rows stand where their key is found, which saves a search for each.
_BY_KEY = {"sqlite_with_rowid": False}


def one_of(column: str, values: type[StrEnum]) -> CheckConstraint:
    """The constraint that ``column`` holds one of these words."""
    words = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({words})", name=column)


def _of_few(name: str, *columns: str, rows: str, in_sqlite: str | None = None) -> Index:
    """An index of those ``rows`` alone, for queries that name them in the same words, not by a parameter."""
    return Index(name, *columns, postgresql_where=text(rows), sqlite_where=text(in_sqlite or rows))


def is_state(table: FromClause, state: StrEnum) -> ColumnElement[bool]:
    """It is in that state, said in the words of ``_of_few``."""
    return table.c.state == literal_column(f"'{state.value}'")


class PersonState(StrEnum):
    """What is known of the match of a Slack user with a Kantata user."""

    MATCHED = "matched"
    UNMATCHED = "unmatched"
    AMBIGUOUS = "ambiguous"
    GUEST = "guest"
    STRANGER = "stranger"
    DEACTIVATED = "deactivated"


class PersonRow(SQLModel, table=True):
    """A Slack user, and the Kantata user he or she is. ``checked_at`` None: to be asked again."""

    __tablename__ = "person"
    __table_args__ = (
        UniqueConstraint("workspace", "slack_user_id"),
        Index("ix_person_kantata_user", "workspace", "kantata_user_id"),
        one_of("state", PersonState),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    workspace: str
    slack_user_id: str
    kantata_user_id: str | None = Field(default=None)
    email: str | None = Field(default=None)
    name: str
    time_zone: str
    locale: str
    workday_minutes: int
    state: str
    checked_at: datetime | None = Field(default=None)
    is_admin: bool = Field(default=False)


class ManualMatchRow(SQLModel, table=True):
    """That an administrator (``by``, a Slack id) chose which Kantata user a Slack user is."""

    __tablename__ = "manual_match"
    __table_args__ = (UniqueConstraint("workspace", "kantata_user_id"),)

    workspace: str = Field(primary_key=True)
    slack_user_id: str = Field(primary_key=True)
    kantata_user_id: str
    by: str
    at: datetime


class InstallationRow(SQLModel, table=True):
    """This installation's own name in external references: one row, made with the database."""

    __tablename__ = "installation"
    __table_args__ = (CheckConstraint("id = 1", name="one"),)

    id: int = Field(default=1, primary_key=True, sa_column_kwargs={"autoincrement": False})
    key: str


class SlackInstallationRow(SQLModel, table=True):
    """The newest installation of the app in a team, or in a whole organisation: there ``team`` is empty.

    ``installer`` is the Slack user who allowed it.
    """

    __tablename__ = "slack_installation"

    workspace: str = Field(primary_key=True)
    team: str = Field(primary_key=True)
    name: str
    bot_token: Sealed = Field(sa_type=EncryptedText)
    bot_id: str | None = Field(default=None)
    bot_user_id: str | None = Field(default=None)
    scopes: str
    installer: str
    installed_at: datetime


class TokenWorkspaceRow(SQLModel, table=True):
    """Which workspace the bot token of the settings is for, and whether that is a whole organisation.

    ``fingerprint`` is the token's SHA-256: whoever reads it knows no token.
    """

    __tablename__ = "token_workspace"

    fingerprint: str = Field(primary_key=True)
    workspace: str
    whole: bool


class InstallStateRow(SQLModel, table=True):
    """That a browser was sent to Slack to install the app, and may come back until then."""

    __tablename__ = "install_state"

    state: str = Field(primary_key=True)
    until: datetime = Field(index=True)


class ServiceAccountRow(SQLModel, table=True):
    """The Kantata account by which the bot serves a workspace; ``connected_by`` is a Slack id."""

    __tablename__ = "service_account"

    workspace: str = Field(primary_key=True)
    kantata_user_id: str
    token: Sealed = Field(sa_type=EncryptedText)
    connected_by: str
    connected_at: datetime


class WriteRow(SQLModel, table=True):
    """One intent to change something in Kantata, until what became of it was said; see bot/outbox.py.

    The id is the external reference by which Kantata's object is found again, so it is never used twice.
    ``trouble`` names what went wrong when it was last tried.
    """

    __tablename__ = "write"
    __table_args__ = (
        UniqueConstraint("workspace", "cause"),
        one_of("state", State),
        _of_few("ix_write_open", "workspace", "not_before", rows="state = 'open'"),
        _of_few("ix_write_untold", "workspace", "id", rows="NOT told", in_sqlite="told = 0"),
        Index("ix_write_person", "workspace", "slack_user_id", "id"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    workspace: str
    slack_user_id: str
    kantata_user_id: str
    kind: str
    cause: str
    payload: str
    response_url: str | None = Field(default=None)
    response_until: datetime | None = Field(default=None)
    replace_message: bool
    channel: str | None = Field(default=None)
    message_ts: str | None = Field(default=None)
    after_id: int | None = Field(default=None, foreign_key="write.id", sa_type=BigId)
    state: str
    attempts: int
    not_before: datetime | None = Field(default=None)
    lease_until: datetime | None = Field(default=None)
    lease_token: str | None = Field(default=None)
    sent_at: datetime | None = Field(default=None)
    ended: bool
    result: str | None = Field(default=None)
    refusal: str | None = Field(default=None)
    trouble: str | None = Field(default=None)
    kept_told: bool
    told: bool
    created_at: datetime


class WriteObjectRow(SQLModel, table=True):
    """An object that a write touches, as ``time_entry:9001``: writes on one object keep their order."""

    __tablename__ = "write_object"
    __table_args__ = (Index("ix_write_object_object", "workspace", "object"),)

    workspace: str = Field(primary_key=True)
    write_id: int = Field(primary_key=True, foreign_key="write.id", sa_type=BigId)
    object: str = Field(primary_key=True)


class WorkCalendarRow(SQLModel, table=True):
    """Somebody's workweek and holidays as Kantata told them at ``read_at``; ``body`` is JSON."""

    __tablename__ = "work_calendar"

    workspace: str = Field(primary_key=True)
    kantata_user_id: str = Field(primary_key=True)
    body: str
    read_at: datetime


class FormRow(SQLModel, table=True):
    """A form somebody has open: where its answer is said, and what it changes. Kept for a day.

    ``words`` is the JSON list of what was typed for project and task; ``base`` the entry as it stood.
    """

    __tablename__ = "form"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    workspace: str
    slack_user_id: str
    response_url: str | None = Field(default=None)
    response_until: datetime | None = Field(default=None)
    replace_message: bool
    channel: str | None = Field(default=None)
    message_ts: str | None = Field(default=None)
    words: str
    base: str | None = Field(default=None)
    created_at: datetime = Field(index=True)


def _of_project() -> ForeignKeyConstraint:
    """What hangs on a project goes with it."""
    return ForeignKeyConstraint(
        ["workspace", "project_id"], ["project.workspace", "project.id"], ondelete="CASCADE"
    )


class ProjectRow(SQLModel, table=True):
    """The copy of a project; one that takes no time is kept by name, and has no members.

    ``read_at`` is when Kantata last told of it, ``tasks_read_at`` when all its tasks were last read.
    """

    __tablename__ = "project"
    __table_args__ = (Index("ix_project_tasks_read_at", "workspace", "tasks_read_at"),)

    workspace: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    title: str
    client: str | None = Field(default=None)
    read_at: datetime
    tasks_read_at: datetime | None = Field(default=None)


class ProjectMemberRow(SQLModel, table=True):
    """A person (by Kantata's id) who takes part in a project; ``may_log`` until known better.

    ``name`` is the project's folded client and title, by which a person's projects are in order.
    """

    __tablename__ = "project_member"
    __table_args__ = (
        Index("ix_project_member_name", "workspace", "kantata_user_id", "may_log", "name"),
        Index("ix_project_member_project", "workspace", "project_id"),
        # Whether a found project is somebody's, told without the rows themselves.
        _of_few(
            "ix_project_member_mine",
            "workspace",
            "kantata_user_id",
            "project_id",
            rows="may_log",
            in_sqlite="may_log = 1",
        ),
        _of_project(),
        _BY_KEY,
    )

    workspace: str = Field(primary_key=True)
    kantata_user_id: str = Field(primary_key=True)
    project_id: str = Field(primary_key=True)
    may_log: bool = Field(sa_column_kwargs={"server_default": true()})
    name: str = Field(sa_type=Word)


class WordOfProject(SQLModel):
    """A folded word by which a project is found; sorted by code point, so that beginnings are ranges."""

    workspace: str = Field(primary_key=True)
    word: str = Field(primary_key=True, sa_type=Word)
    project_id: str = Field(primary_key=True)


class ProjectWordRow(WordOfProject, table=True):
    """A word of a project's client or title."""

    __tablename__ = "project_word"
    __table_args__ = (Index("ix_project_word_project", "workspace", "project_id"), _of_project(), _BY_KEY)


class WordSlipRow(SQLModel, table=True):
    """What a project's word becomes by leaving a letter out: near words meet in one of these."""

    __tablename__ = "word_slip"
    __table_args__ = _BY_KEY

    workspace: str = Field(primary_key=True)
    shortened: str = Field(primary_key=True, sa_type=Word)
    word: str = Field(primary_key=True, sa_type=Word)


class TaskRow(SQLModel, table=True):
    """The copy of a task; ``words`` are its folded words, between blanks."""

    __tablename__ = "task"
    __table_args__ = (Index("ix_task_project", "workspace", "project_id"), _of_project())

    workspace: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    project_id: str
    title: str
    billable: bool
    takes_time: bool
    words: str


class TaskWordRow(WordOfProject, table=True):
    """A word of a project's tasks. There may be words of tasks that were renamed or are gone."""

    __tablename__ = "task_word"
    __table_args__ = (Index("ix_task_word_project", "workspace", "project_id"), _of_project(), _BY_KEY)


class RecentRow(SQLModel, table=True):
    """When a person last logged on a project and task; ``task_id`` is empty where there was none."""

    __tablename__ = "recent"

    workspace: str = Field(primary_key=True)
    kantata_user_id: str = Field(primary_key=True)
    project_id: str = Field(primary_key=True)
    task_id: str = Field(primary_key=True)
    used_at: datetime


class CopyRow(SQLModel, table=True):
    """How far a part of the copy has got: ``until`` is the instant up to which Kantata was read.

    ``lease_until`` keeps other processes away while one reads; ``token`` tells whose it is.
    """

    __tablename__ = "copy"

    workspace: str = Field(primary_key=True)
    part: str = Field(primary_key=True)
    until: datetime | None = Field(default=None)
    lease_until: datetime | None = Field(default=None)
    token: str | None = Field(default=None)


class ChannelRow(SQLModel, table=True):
    """The project of a channel: there it need not be named."""

    __tablename__ = "channel"

    workspace: str = Field(primary_key=True)
    channel: str = Field(primary_key=True)
    project_id: str


class ConnectionRow(SQLModel, table=True):
    """Somebody's own Kantata account: a Slack user, the Kantata user who signed in, and that user's token.

    The id names one signing-in and is never used twice: who signs in again gets a new row.
    """

    __tablename__ = "connection"
    __table_args__ = (
        UniqueConstraint("workspace", "slack_user_id"),
        UniqueConstraint("workspace", "kantata_user_id"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    workspace: str
    slack_user_id: str
    kantata_user_id: str
    token: Sealed = Field(sa_type=EncryptedText)
    connected_at: datetime


class SignInRow(SQLModel, table=True):
    """A link by which somebody may sign in to Kantata, once. ``used_at``: when the browser came back.

    ``verifier`` proves to Kantata that the code comes back to whoever asked for it (RFC 7636). ``service``:
    the account is to serve the whole workspace.
    """

    __tablename__ = "sign_in"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    workspace: str
    slack_user_id: str
    verifier: Sealed = Field(sa_type=EncryptedText)
    service: bool
    created_at: datetime = Field(index=True)
    used_at: datetime | None = Field(default=None)


class MemberRow(SQLModel, table=True):
    """An active member of the firm as Kantata told it at ``read_at``; ``week`` is the JSON list of minutes.

    ``slack_missing_at`` is when Slack was last found to have nobody of that e-mail address.
    """

    __tablename__ = "member"
    __table_args__ = (Index("ix_member_administrator", "workspace", "administrator"),)

    workspace: str = Field(primary_key=True)
    kantata_user_id: str = Field(primary_key=True)
    name: str
    email: str | None = Field(default=None)
    administrator: bool
    viewer: bool
    manager_id: str | None = Field(default=None)
    manager_can_approve: bool
    week: str
    holiday_calendar_id: str | None = Field(default=None)
    read_at: datetime
    slack_missing_at: datetime | None = Field(default=None)


class RequestRow(SQLModel, table=True):
    """A timesheet that waits, or waited, for a decision, as Kantata had it; ``sheet`` is JSON.

    ``revision`` counts the contents that approvers were shown, and ``fingerprint`` is the last one's.
    ``deciding_id`` is the write that decides about it; another one waits until that is settled.
    """

    __tablename__ = "approval_request"
    __table_args__ = (
        UniqueConstraint("workspace", "submission_id"),
        one_of("state", RequestState),
        Index("ix_approval_request_person", "workspace", "kantata_user_id"),
        _of_few("ix_approval_request_pending", "workspace", "id", rows="state = 'pending'"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    workspace: str
    submission_id: str
    kantata_user_id: str
    project_id: str
    state: str
    revision: int
    fingerprint: str
    sheet: str
    waiting_since: datetime
    decided_by: str | None = Field(default=None)
    decided_at: datetime | None = Field(default=None)
    why: str
    seen_at: datetime
    deciding_id: int | None = Field(default=None, foreign_key="write.id", sa_type=BigId)


class DeliveryRow(SQLModel, table=True):
    """A private message sent once: a request to an approver, a digest, a reminder; see bot/deliveries.py.

    ``key`` makes it unique and travels with it; ``kind`` knows how to draw it, from what ``subject_id`` names
    and from ``payload``. ``wanted`` counts what it ought to show, ``shown`` what it does. ``sent_at`` is when
    a post left whose end is not known; ``withdrawn``: the person is not asked any more. ``posts`` counts the
    messages posted, one after the other, where one could not be rewritten, which the next one follows as
    ``thread_ts``.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("workspace", "key"),
        Index("ix_delivery_person", "workspace", "kantata_user_id"),
        _of_few("ix_delivery_due", "workspace", "not_before", rows="shown < wanted"),
        Index("ix_delivery_subject", "workspace", "kind", "subject_id"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    workspace: str
    kind: str
    key: str
    subject_id: int | None = Field(default=None, sa_type=BigId)
    payload: str
    kantata_user_id: str
    slack_user_id: str | None = Field(default=None)
    channel: str | None = Field(default=None)
    ts: str | None = Field(default=None)
    thread_ts: str | None = Field(default=None)
    posts: int
    wanted: int
    shown: int
    withdrawn: bool
    not_before: datetime | None = Field(default=None)
    lease_until: datetime | None = Field(default=None)
    lease_token: str | None = Field(default=None)
    sent_at: datetime | None = Field(default=None)
    created_at: datetime = Field(index=True)


class PaceRow(SQLModel, table=True):
    """How much may be sent to a workspace now: ``tokens`` as of ``at``, in each lane of Slack's limits."""

    __tablename__ = "pace"

    workspace: str = Field(primary_key=True)
    lane: str = Field(primary_key=True)
    tokens: float
    at: datetime


class FirmPolicyRow(SQLModel, table=True):
    """The firm's settings in a workspace; ``body`` is JSON."""

    __tablename__ = "firm_policy"

    workspace: str = Field(primary_key=True)
    body: str
    changed_at: datetime


class PersonSettingsRow(SQLModel, table=True):
    """What somebody chose for themselves; ``body`` is JSON."""

    __tablename__ = "person_settings"

    workspace: str = Field(primary_key=True)
    slack_user_id: str = Field(primary_key=True)
    body: str
    changed_at: datetime


class HomeRow(SQLModel, table=True):
    """Somebody's Home tab, from the first contact on.

    ``kantata_user_id`` is whom it was last opened as, and ``glance`` (JSON) what Kantata told of that user at
    ``read_at``. ``page`` is that of the queue; ``drawing`` counts the drawings, of which only the latest is
    published; ``due`` says what has to be done to it (a word of storage/homes.py). ``welcomed``: the first
    message is under way or sent.
    """

    __tablename__ = "home"
    __table_args__ = (
        Index("ix_home_kantata_user", "workspace", "kantata_user_id"),
        _of_few("ix_home_due", "workspace", rows="due IS NOT NULL"),
    )

    workspace: str = Field(primary_key=True)
    slack_user_id: str = Field(primary_key=True)
    kantata_user_id: str | None = Field(default=None)
    opened: bool
    welcomed: bool
    page: int
    drawing: int
    due: str | None = Field(default=None)
    glance: str | None = Field(default=None)
    read_at: datetime | None = Field(default=None)


class AuditRow(SQLModel, table=True):
    """One thing somebody changed or decided, which is never altered. ``by`` is a Slack id."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_at", "workspace", "at"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    workspace: str
    at: datetime
    by: str
    what: str
    detail: str


class TimeOffRow(SQLModel, table=True):
    """A request for time off, from its asking on; ``days`` is JSON, see storage/time_off.py.

    ``cause`` is what brought it about, once; ``revision`` counts what was shown to whoever decides.
    ``expires_at`` is the midnight, where the person lives, after which it no longer waits. ``decision_id``
    is the write by which somebody decided.
    """

    __tablename__ = "time_off"
    __table_args__ = (
        UniqueConstraint("workspace", "cause"),
        one_of("state", TimeOffState),
        _of_few("ix_time_off_waiting", "workspace", "expires_at", rows="state = 'waiting'"),
        Index("ix_time_off_person", "workspace", "kantata_user_id", "id"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    workspace: str
    slack_user_id: str
    kantata_user_id: str
    name: str
    cause: str
    state: str
    revision: int
    days: str
    reason: str
    asked_at: datetime
    expires_at: datetime
    decided_by: str | None = Field(default=None)
    decided_by_id: str | None = Field(default=None)
    decided_at: datetime | None = Field(default=None)
    decision_id: int | None = Field(default=None, foreign_key="write.id", sa_type=BigId)
    why: str
    changed_at: datetime = Field(index=True)


class TimeOffPlanRow(SQLModel, table=True):
    """What a write of time off found in Kantata before it sent anything, and what it makes of it; JSON."""

    __tablename__ = "time_off_plan"

    workspace: str = Field(primary_key=True)
    write_id: int = Field(primary_key=True, foreign_key="write.id", sa_type=BigId)
    plan: str


class AbsencePostRow(SQLModel, table=True):
    """The post of who is off in the week that begins on the Sunday ``week``; see bot/absences.py.

    ``shown`` is its text; ``sent_at`` is when a post left whose end is not known.
    """

    __tablename__ = "absence_post"
    __table_args__ = (UniqueConstraint("workspace", "week", "channel"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    workspace: str
    week: date
    channel: str
    ts: str | None = Field(default=None)
    shown: str | None = Field(default=None)
    sent_at: datetime | None = Field(default=None)
    lease_until: datetime | None = Field(default=None)
    lease_token: str | None = Field(default=None)
