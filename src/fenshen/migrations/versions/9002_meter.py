"""Conversations have members, and every turn a speaker; two things are called what they are."""

import sqlalchemy as sa
from alembic import op

from fenshen.core.db import UtcTime

revision = "9002"
down_revision = "0026"
branch_labels = None
depends_on = None

MEMBERS = """
INSERT INTO conversation_members (conversation_id, member, kind, joined)
SELECT id, fan, 'fan', started FROM conversations UNION ALL SELECT id, creator, 'twin', started FROM conversations
"""
SPEAKERS = """
UPDATE turns SET speaker = (
    SELECT CASE turns.role WHEN 'user' THEN conversations.fan ELSE conversations.creator END
    FROM conversations WHERE conversations.id = turns.conversation_id
)
"""


def upgrade() -> None:
    """Add the table and the column; until now every conversation was of one fan and one twin."""
    op.create_table(
        "conversation_members",
        sa.Column("conversation_id", sa.String(40), nullable=False),
        sa.Column("member", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(4), nullable=False),
        sa.Column("joined", UtcTime(), nullable=False),
        sa.CheckConstraint("kind IN ('fan', 'twin')", name=op.f("ck_conversation_members_member_kind_known")),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_conversation_members_conversation_id_conversations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("conversation_id", "member", name=op.f("pk_conversation_members")),
    )
    op.create_index(op.f("ix_conversation_members_member"), "conversation_members", ["member"])
    op.execute(MEMBERS)
    op.rename_table("changes_told", "changes_read")
    with op.batch_alter_table("drifts") as table:
        table.alter_column("heats", new_column_name="scores")
    op.execute("UPDATE drifts SET scores = replace(scores, '\"heat\"', '\"score\"')")
    op.add_column("turns", sa.Column("speaker", sa.String(64), nullable=False, server_default=""))
    op.execute(SPEAKERS)


def downgrade() -> None:
    """Take both away."""
    with op.batch_alter_table("turns") as table:
        table.drop_column("speaker")
    op.execute("UPDATE drifts SET scores = replace(scores, '\"score\"', '\"heat\"')")
    with op.batch_alter_table("drifts") as table:
        table.alter_column("scores", new_column_name="heats")
    op.rename_table("changes_read", "changes_told")
    op.drop_table("conversation_members")
