"""Every table."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "absence_post",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("ts", sa.String(), nullable=True),
        sa.Column("shown", sa.String(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_token", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence_post")),
        sa.UniqueConstraint(
            "workspace", "week", "channel", name=op.f("uq_absence_post_workspace_week_channel")
        ),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index("ix_audit_at", ["workspace", "at"], unique=False)

    op.create_table(
        "channel",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("project_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "channel", name=op.f("pk_channel")),
    )
    op.create_table(
        "connection",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("slack_user_id", sa.String(), nullable=False),
        sa.Column("kantata_user_id", sa.String(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("connected_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_connection")),
        sa.UniqueConstraint(
            "workspace", "kantata_user_id", name=op.f("uq_connection_workspace_kantata_user_id")
        ),
        sa.UniqueConstraint("workspace", "slack_user_id", name=op.f("uq_connection_workspace_slack_user_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "copy",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("token", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("workspace", "part", name=op.f("pk_copy")),
    )
    op.create_table(
        "delivery",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("payload", sa.String(), nullable=False),
        sa.Column("kantata_user_id", sa.String(), nullable=False),
        sa.Column("slack_user_id", sa.String(), nullable=True),
        sa.Column("channel", sa.String(), nullable=True),
        sa.Column("ts", sa.String(), nullable=True),
        sa.Column("thread_ts", sa.String(), nullable=True),
        sa.Column("posts", sa.Integer(), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_token", sa.String(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("workspace", "key", name=op.f("uq_delivery_workspace_key")),
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delivery_created_at"), ["created_at"], unique=False)
        batch_op.create_index(
            "ix_delivery_due",
            ["workspace", "not_before"],
            unique=False,
            postgresql_where=sa.text("shown < wanted"),
            sqlite_where=sa.text("shown < wanted"),
        )
        batch_op.create_index("ix_delivery_person", ["workspace", "kantata_user_id"], unique=False)
        batch_op.create_index("ix_delivery_subject", ["workspace", "kind", "subject_id"], unique=False)

    op.create_table(
        "firm_policy",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("workspace", name=op.f("pk_firm_policy")),
    )
    op.create_table(
        "form",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("slack_user_id", sa.String(), nullable=False),
        sa.Column("response_url", sa.String(), nullable=True),
        sa.Column("response_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replace_message", sa.Boolean(), nullable=False),
        sa.Column("channel", sa.String(), nullable=True),
        sa.Column("message_ts", sa.String(), nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("base", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form")),
    )
    with op.batch_alter_table("form", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_form_created_at"), ["created_at"], unique=False)

    op.create_table(
        "home",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("slack_user_id", sa.String(), nullable=False),
        sa.Column("kantata_user_id", sa.String(), nullable=True),
        sa.Column("opened", sa.Boolean(), nullable=False),
        sa.Column("welcomed", sa.Boolean(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("drawing", sa.Integer(), nullable=False),
        sa.Column("due", sa.String(), nullable=True),
        sa.Column("glance", sa.String(), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("workspace", "slack_user_id", name=op.f("pk_home")),
    )
    with op.batch_alter_table("home", schema=None) as batch_op:
        batch_op.create_index(
            "ix_home_due",
            ["workspace"],
            unique=False,
            postgresql_where=sa.text("due IS NOT NULL"),
            sqlite_where=sa.text("due IS NOT NULL"),
        )
        batch_op.create_index("ix_home_kantata_user", ["workspace", "kantata_user_id"], unique=False)

    op.create_table(
        "install_state",
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("state", name=op.f("pk_install_state")),
    )
    with op.batch_alter_table("install_state", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_install_state_until"), ["until"], unique=False)

    op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_installation_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation")),
    )
    op.create_table(
        "manual_match",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("slack_user_id", sa.String(), nullable=False),
        sa.Column("kantata_user_id", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "slack_user_id", name=op.f("pk_manual_match")),
        sa.UniqueConstraint(
            "workspace", "kantata_user_id", name=op.f("uq_manual_match_workspace_kantata_user_id")
        ),
    )
    op.create_table(
        "member",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("kantata_user_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("administrator", sa.Boolean(), nullable=False),
        sa.Column("viewer", sa.Boolean(), nullable=False),
        sa.Column("manager_id", sa.String(), nullable=True),
        sa.Column("manager_can_approve", sa.Boolean(), nullable=False),
        sa.Column("week", sa.String(), nullable=False),
        sa.Column("holiday_calendar_id", sa.String(), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("slack_missing_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("workspace", "kantata_user_id", name=op.f("pk_member")),
    )
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.create_index("ix_member_administrator", ["workspace", "administrator"], unique=False)

    op.create_table(
        "pace",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("tokens", sa.Float(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "lane", name=op.f("pk_pace")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("slack_user_id", sa.String(), nullable=False),
        sa.Column("kantata_user_id", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("workday_minutes", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_admin", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "state IN ('matched', 'unmatched', 'ambiguous', 'guest', 'stranger', 'deactivated')",
            name=op.f("ck_person_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("workspace", "slack_user_id", name=op.f("uq_person_workspace_slack_user_id")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index("ix_person_kantata_user", ["workspace", "kantata_user_id"], unique=False)

    op.create_table(
        "person_settings",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("slack_user_id", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "slack_user_id", name=op.f("pk_person_settings")),
    )
    op.create_table(
        "project",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("client", sa.String(), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tasks_read_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("workspace", "id", name=op.f("pk_project")),
    )
    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.create_index("ix_project_tasks_read_at", ["workspace", "tasks_read_at"], unique=False)

    op.create_table(
        "recent",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("kantata_user_id", sa.String(), nullable=False),
        sa.Column("project_id", sa.String(), nullable=False),
        sa.Column("task_id", sa.String(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint(
            "workspace", "kantata_user_id", "project_id", "task_id", name=op.f("pk_recent")
        ),
    )
    op.create_table(
        "service_account",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("kantata_user_id", sa.String(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("connected_by", sa.String(), nullable=False),
        sa.Column("connected_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("workspace", name=op.f("pk_service_account")),
    )
    op.create_table(
        "sign_in",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("slack_user_id", sa.String(), nullable=False),
        sa.Column("verifier", sa.Text(), nullable=False),
        sa.Column("service", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_created_at"), ["created_at"], unique=False)

    op.create_table(
        "slack_installation",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("bot_token", sa.Text(), nullable=False),
        sa.Column("bot_id", sa.String(), nullable=True),
        sa.Column("bot_user_id", sa.String(), nullable=True),
        sa.Column("scopes", sa.String(), nullable=False),
        sa.Column("installer", sa.String(), nullable=False),
        sa.Column("installed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "team", name=op.f("pk_slack_installation")),
    )
    op.create_table(
        "token_workspace",
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_token_workspace")),
    )
    op.create_table(
        "word_slip",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column(
            "shortened", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("word", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "shortened", "word", name=op.f("pk_word_slip")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "work_calendar",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("kantata_user_id", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "kantata_user_id", name=op.f("pk_work_calendar")),
    )
    op.create_table(
        "write",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("slack_user_id", sa.String(), nullable=False),
        sa.Column("kantata_user_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("payload", sa.String(), nullable=False),
        sa.Column("response_url", sa.String(), nullable=True),
        sa.Column("response_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replace_message", sa.Boolean(), nullable=False),
        sa.Column("channel", sa.String(), nullable=True),
        sa.Column("message_ts", sa.String(), nullable=True),
        sa.Column("after_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_token", sa.String(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.Column("result", sa.String(), nullable=True),
        sa.Column("refusal", sa.String(), nullable=True),
        sa.Column("trouble", sa.String(), nullable=True),
        sa.Column("kept_told", sa.Boolean(), nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('open', 'done', 'refused')", name=op.f("ck_write_state")),
        sa.ForeignKeyConstraint(["after_id"], ["write.id"], name=op.f("fk_write_after_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_write")),
        sa.UniqueConstraint("workspace", "cause", name=op.f("uq_write_workspace_cause")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("write", schema=None) as batch_op:
        batch_op.create_index(
            "ix_write_open",
            ["workspace", "not_before"],
            unique=False,
            postgresql_where=sa.text("state = 'open'"),
            sqlite_where=sa.text("state = 'open'"),
        )
        batch_op.create_index("ix_write_person", ["workspace", "slack_user_id", "id"], unique=False)
        batch_op.create_index(
            "ix_write_untold",
            ["workspace", "id"],
            unique=False,
            postgresql_where=sa.text("NOT told"),
            sqlite_where=sa.text("told = 0"),
        )

    op.create_table(
        "approval_request",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("submission_id", sa.String(), nullable=False),
        sa.Column("kantata_user_id", sa.String(), nullable=False),
        sa.Column("project_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("sheet", sa.String(), nullable=False),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deciding_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "state IN ('pending', 'approved', 'rejected', 'cancelled', 'gone')",
            name=op.f("ck_approval_request_state"),
        ),
        sa.ForeignKeyConstraint(["deciding_id"], ["write.id"], name=op.f("fk_approval_request_deciding_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_request")),
        sa.UniqueConstraint(
            "workspace", "submission_id", name=op.f("uq_approval_request_workspace_submission_id")
        ),
    )
    with op.batch_alter_table("approval_request", schema=None) as batch_op:
        batch_op.create_index(
            "ix_approval_request_pending",
            ["workspace", "id"],
            unique=False,
            postgresql_where=sa.text("state = 'pending'"),
            sqlite_where=sa.text("state = 'pending'"),
        )
        batch_op.create_index("ix_approval_request_person", ["workspace", "kantata_user_id"], unique=False)

    op.create_table(
        "project_member",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("kantata_user_id", sa.String(), nullable=False),
        sa.Column("project_id", sa.String(), nullable=False),
        sa.Column("may_log", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("name", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace", "project_id"],
            ["project.workspace", "project.id"],
            name=op.f("fk_project_member_workspace_project_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace", "kantata_user_id", "project_id", name=op.f("pk_project_member")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("project_member", schema=None) as batch_op:
        batch_op.create_index(
            "ix_project_member_mine",
            ["workspace", "kantata_user_id", "project_id"],
            unique=False,
            postgresql_where=sa.text("may_log"),
            sqlite_where=sa.text("may_log = 1"),
        )
        batch_op.create_index(
            "ix_project_member_name", ["workspace", "kantata_user_id", "may_log", "name"], unique=False
        )
        batch_op.create_index("ix_project_member_project", ["workspace", "project_id"], unique=False)

    op.create_table(
        "project_word",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("word", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("project_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace", "project_id"],
            ["project.workspace", "project.id"],
            name=op.f("fk_project_word_workspace_project_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace", "word", "project_id", name=op.f("pk_project_word")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("project_word", schema=None) as batch_op:
        batch_op.create_index("ix_project_word_project", ["workspace", "project_id"], unique=False)

    op.create_table(
        "task",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("project_id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("billable", sa.Boolean(), nullable=False),
        sa.Column("takes_time", sa.Boolean(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace", "project_id"],
            ["project.workspace", "project.id"],
            name=op.f("fk_task_workspace_project_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace", "id", name=op.f("pk_task")),
    )
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.create_index("ix_task_project", ["workspace", "project_id"], unique=False)

    op.create_table(
        "task_word",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("word", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("project_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace", "project_id"],
            ["project.workspace", "project.id"],
            name=op.f("fk_task_word_workspace_project_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace", "word", "project_id", name=op.f("pk_task_word")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("task_word", schema=None) as batch_op:
        batch_op.create_index("ix_task_word_project", ["workspace", "project_id"], unique=False)

    op.create_table(
        "time_off",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("slack_user_id", sa.String(), nullable=False),
        sa.Column("kantata_user_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("days", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_by_id", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'granted', 'rejected', 'withdrawn', 'cancelled', 'expired')",
            name=op.f("ck_time_off_state"),
        ),
        sa.ForeignKeyConstraint(["decision_id"], ["write.id"], name=op.f("fk_time_off_decision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_off")),
        sa.UniqueConstraint("workspace", "cause", name=op.f("uq_time_off_workspace_cause")),
    )
    with op.batch_alter_table("time_off", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_time_off_changed_at"), ["changed_at"], unique=False)
        batch_op.create_index("ix_time_off_person", ["workspace", "kantata_user_id", "id"], unique=False)
        batch_op.create_index(
            "ix_time_off_waiting",
            ["workspace", "expires_at"],
            unique=False,
            postgresql_where=sa.text("state = 'waiting'"),
            sqlite_where=sa.text("state = 'waiting'"),
        )

    op.create_table(
        "time_off_plan",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("write_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("plan", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["write_id"], ["write.id"], name=op.f("fk_time_off_plan_write_id")),
        sa.PrimaryKeyConstraint("workspace", "write_id", name=op.f("pk_time_off_plan")),
    )
    op.create_table(
        "write_object",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("write_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("object", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["write_id"], ["write.id"], name=op.f("fk_write_object_write_id")),
        sa.PrimaryKeyConstraint("workspace", "write_id", "object", name=op.f("pk_write_object")),
    )
    with op.batch_alter_table("write_object", schema=None) as batch_op:
        batch_op.create_index("ix_write_object_object", ["workspace", "object"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("write_object", schema=None) as batch_op:
        batch_op.drop_index("ix_write_object_object")

    op.drop_table("write_object")
    op.drop_table("time_off_plan")
    with op.batch_alter_table("time_off", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_time_off_waiting",
            postgresql_where=sa.text("state = 'waiting'"),
            sqlite_where=sa.text("state = 'waiting'"),
        )
        batch_op.drop_index("ix_time_off_person")
        batch_op.drop_index(batch_op.f("ix_time_off_changed_at"))

    op.drop_table("time_off")
    with op.batch_alter_table("task_word", schema=None) as batch_op:
        batch_op.drop_index("ix_task_word_project")

    op.drop_table("task_word")
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_index("ix_task_project")

    op.drop_table("task")
    with op.batch_alter_table("project_word", schema=None) as batch_op:
        batch_op.drop_index("ix_project_word_project")

    op.drop_table("project_word")
    with op.batch_alter_table("project_member", schema=None) as batch_op:
        batch_op.drop_index("ix_project_member_project")
        batch_op.drop_index("ix_project_member_name")
        batch_op.drop_index(
            "ix_project_member_mine", postgresql_where=sa.text("may_log"), sqlite_where=sa.text("may_log = 1")
        )

    op.drop_table("project_member")
    with op.batch_alter_table("approval_request", schema=None) as batch_op:
        batch_op.drop_index("ix_approval_request_person")
        batch_op.drop_index(
            "ix_approval_request_pending",
            postgresql_where=sa.text("state = 'pending'"),
            sqlite_where=sa.text("state = 'pending'"),
        )

    op.drop_table("approval_request")
    with op.batch_alter_table("write", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_write_untold", postgresql_where=sa.text("NOT told"), sqlite_where=sa.text("told = 0")
        )
        batch_op.drop_index("ix_write_person")
        batch_op.drop_index(
            "ix_write_open",
            postgresql_where=sa.text("state = 'open'"),
            sqlite_where=sa.text("state = 'open'"),
        )

    op.drop_table("write")
    op.drop_table("work_calendar")
    op.drop_table("word_slip")
    op.drop_table("token_workspace")
    op.drop_table("slack_installation")
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_created_at"))

    op.drop_table("sign_in")
    op.drop_table("service_account")
    op.drop_table("recent")
    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.drop_index("ix_project_tasks_read_at")

    op.drop_table("project")
    op.drop_table("person_settings")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index("ix_person_kantata_user")

    op.drop_table("person")
    op.drop_table("pace")
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.drop_index("ix_member_administrator")

    op.drop_table("member")
    op.drop_table("manual_match")
    op.drop_table("installation")
    with op.batch_alter_table("install_state", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_install_state_until"))

    op.drop_table("install_state")
    with op.batch_alter_table("home", schema=None) as batch_op:
        batch_op.drop_index("ix_home_kantata_user")
        batch_op.drop_index(
            "ix_home_due",
            postgresql_where=sa.text("due IS NOT NULL"),
            sqlite_where=sa.text("due IS NOT NULL"),
        )

    op.drop_table("home")
    with op.batch_alter_table("form", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_form_created_at"))

    op.drop_table("form")
    op.drop_table("firm_policy")
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_index("ix_delivery_subject")
        batch_op.drop_index("ix_delivery_person")
        batch_op.drop_index(
            "ix_delivery_due",
            postgresql_where=sa.text("shown < wanted"),
            sqlite_where=sa.text("shown < wanted"),
        )
        batch_op.drop_index(batch_op.f("ix_delivery_created_at"))

    op.drop_table("delivery")
    op.drop_table("copy")
    op.drop_table("connection")
    op.drop_table("channel")
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_at")

    op.drop_table("audit")
    op.drop_table("absence_post")
