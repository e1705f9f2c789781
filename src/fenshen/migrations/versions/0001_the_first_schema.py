"""The first schema, and the triggers that keep the ledger and the audit log append-only."""

from alembic import op

from fenshen.billing.append_only import APPEND_ONLY_SQL
from fenshen.core.audit import POSTGRES_TRIGGERS, SQLITE_TRIGGERS
from fenshen.migrations.first import money, people, twins

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table, each after those it points at."""
    for part in (people, twins, money):
        part.create()
    _keep_append_only()


def _keep_append_only() -> None:
    dialect = op.get_bind().dialect.name
    audit = SQLITE_TRIGGERS if dialect == "sqlite" else POSTGRES_TRIGGERS
    for statement in (*APPEND_ONLY_SQL[dialect], *audit):
        op.execute(statement)


def downgrade() -> None:
    """There is nothing before the first schema."""
