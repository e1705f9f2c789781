"""Holds by reference, calls with shares and usage, a version with a voice.

Nothing was released before: the calls and holds of a developer's database are made anew, empty.
"""

import sqlalchemy as sa
from alembic import op

from fenshen.billing import tables

revision = "9003"
down_revision = "0026"
branch_labels = None
depends_on = None

_NEW = (tables.calls, tables.call_shares, tables.holds, tables.call_usage, tables.second_remainders)


def upgrade() -> None:
    """Replace the tables of calls and holds; add the column."""
    for name in ("holds", "second_rests", "calls"):
        op.drop_table(name)
    for table in _NEW:
        table.create(op.get_bind())
    op.add_column("versions", sa.Column("voice", sa.String(128)))


def downgrade() -> None:
    """There is no way back to rows that are gone."""
    raise NotImplementedError("9003 cannot be undone; restore a backup")
