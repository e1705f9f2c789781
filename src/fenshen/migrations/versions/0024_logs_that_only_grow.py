"""The audit log is chained; no row is replaced; the latest time seen and the keys of opened calls are kept."""

import json
from datetime import UTC

import sqlalchemy as sa
from alembic import op

from fenshen.billing.append_only import NO_REPLACE_SQL
from fenshen.core import audit
from fenshen.core.db import UtcTime
from fenshen.core.ids import digest_text

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Chain what was logged, then add the triggers and tables."""
    op.add_column("audit_log", sa.Column("hash", sa.String(64), nullable=False, server_default=""))
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last_id", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    if is_sqlite:
        op.execute("DROP TRIGGER IF EXISTS audit_log_no_update")
    else:
        op.execute("ALTER TABLE audit_log DISABLE TRIGGER USER")
    _chain()
    if is_sqlite:
        for statement in (*audit.SQLITE_TRIGGERS, *audit.NO_REPLACE_SQL, *NO_REPLACE_SQL):
            op.execute(statement)
    else:
        op.execute("ALTER TABLE audit_log ENABLE TRIGGER USER")
    op.create_table(
        "clock_mark",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("latest", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_mark")),
    )
    op.create_table(
        "call_keys",
        sa.Column("fan", sa.String(100), nullable=False),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("body_sha256", sa.String(64), nullable=False),
        sa.Column("call_id", sa.String(60), nullable=True),
        sa.Column("created", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("fan", "key", name=op.f("pk_call_keys")),
    )
    op.create_index(op.f("ix_call_keys_created"), "call_keys", ["created"])


def _chain() -> None:
    """Give every entry its hash, as `audit_chain.link` computed it at this revision."""
    bind, names = op.get_bind(), ("at", "actor", "action", "subject", "details")
    log = sa.table(
        "audit_log",
        sa.column("id", sa.BigInteger),
        sa.column("at", UtcTime),
        *(sa.column(name, sa.Text) for name in names[1:]),
        sa.column("hash", sa.String),
    )
    last_id, digest, rows = 0, "0" * 64, bind.execute(sa.select(log).order_by(log.c.id)).all()
    for row in rows:
        details = json.dumps(json.loads(row.details), ensure_ascii=False, sort_keys=True)
        moment = row.at.astimezone(UTC).isoformat()
        digest = digest_text(digest, str(row.id), moment, row.actor, row.action, row.subject, details)
        bind.execute(log.update().where(log.c.id == row.id).values(hash=digest))
        last_id = row.id
    head = sa.table("audit_head", sa.column("id"), sa.column("last_id"), sa.column("hash"))
    bind.execute(head.insert().values(id=1, last_id=last_id, hash=digest))


def downgrade() -> None:
    """Take the tables away; triggers and hashes do no harm."""
    for table in ("call_keys", "clock_mark", "audit_head"):
        op.drop_table(table)
