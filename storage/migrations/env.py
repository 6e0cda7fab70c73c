"""What Alembic runs: it works on the connection handed over by storage.migrations, and opens none itself."""

from typing import Any, Literal

import sqlmodel
from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy.engine import Connection

from storage.encryption import EncryptedText
from storage.tables import metadata


def render_item(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Migrations name SQLAlchemy's own types, so that they outlive SQLModel's and ours."""
    if kind != "type":
        return False
    if isinstance(item, sqlmodel.AutoString):
        return f"sa.String(length={item.length})" if item.length else "sa.String()"
    if isinstance(item, sqlmodel.UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, EncryptedText):
        return "sa.Text()"
    return False


def migrate(connection: Connection) -> None:
    """Run the migrations asked for inside the caller's transaction."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        compare_type=True,
        render_item=render_item,
    )
    with context.begin_transaction():
        context.run_migrations()


migrate(context.config.attributes["connection"])
