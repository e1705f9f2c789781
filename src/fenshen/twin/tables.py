"""Conversations, their members and turns, what fans think of answers, and whether a twin may learn from it.

An answer points at the turn it answers (`parent_id`), so a retried question keeps every answer it
ever got and the newest is the one shown.
"""

from __future__ import annotations

import sqlalchemy as sa

from fenshen.core.db import JsonText, UtcTime, metadata

conversations = sa.Table(
    "conversations",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("creator", sa.String(64), nullable=False),
    sa.Column("fan", sa.String(40), nullable=False),
    sa.Column("title", sa.String(200), nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("started", UtcTime, nullable=False),
    sa.Column("updated", UtcTime, nullable=False),
    sa.Index("ix_conversations_fan_creator", "fan", "creator"),
)

#: Who takes part: fans by their user id, twins by their slug. `conversations.fan` began it.
conversation_members = sa.Table(
    "conversation_members",
    metadata,
    sa.Column("conversation_id", sa.ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("member", sa.String(64), primary_key=True, index=True),
    sa.Column("kind", sa.String(4), nullable=False),
    sa.Column("joined", UtcTime, nullable=False),
    sa.CheckConstraint("kind IN ('fan', 'twin')", name="member_kind_known"),
)

turns = sa.Table(
    "turns",
    metadata,
    sa.Column("id", sa.String(60), primary_key=True),
    sa.Column(
        "conversation_id",
        sa.ForeignKey("conversations.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    sa.Column("parent_id", sa.String(60)),
    sa.Column("ordinal", sa.Integer, nullable=False),
    sa.Column("role", sa.String(10), nullable=False),
    # Whose words these are: a member of the conversation, or one that has left it.
    sa.Column("speaker", sa.String(64), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("status", sa.String(10), nullable=False),
    sa.Column("citations", JsonText, nullable=False),
    sa.Column("label", JsonText),
    sa.Column("version_id", sa.String(40)),
    sa.Column("call_id", sa.String(40)),
    sa.Column("at", UtcTime, nullable=False),
    sa.UniqueConstraint("conversation_id", "ordinal"),
)

changes_read = sa.Table(
    "changes_read",
    metadata,
    sa.Column("fan", sa.String(40), primary_key=True),
    sa.Column("creator", sa.String(64), primary_key=True),
    sa.Column("publication_id", sa.Integer, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
)

served_calls = sa.Table(
    "served_calls",
    metadata,
    sa.Column("call_id", sa.String(40), primary_key=True),
    sa.Column(
        "conversation_id", sa.ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, index=True
    ),
)

#: Idempotency keys of requests to open a call; `call_id` is NULL while it is being opened.
call_keys = sa.Table(
    "call_keys",
    metadata,
    sa.Column("fan", sa.String(100), primary_key=True),
    sa.Column("key", sa.String(255), primary_key=True),
    sa.Column("body_sha256", sa.String(64), nullable=False),
    sa.Column("call_id", sa.String(60)),
    sa.Column("created", UtcTime, nullable=False, index=True),
)

thumbs = sa.Table(
    "thumbs",
    metadata,
    sa.Column("fan", sa.String(40), primary_key=True),
    sa.Column("turn_id", sa.ForeignKey("turns.id", ondelete="CASCADE"), primary_key=True, index=True),
    sa.Column("thumb", sa.String(4), nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.CheckConstraint("thumb IN ('up', 'down')", name="thumb_known"),
)

learning_consents = sa.Table(
    "learning_consents",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("fan", sa.String(40), nullable=False),
    sa.Column("creator", sa.String(64), nullable=False),
    sa.Column("granted", UtcTime, nullable=False),
    sa.Column("revoked", UtcTime),
    sa.Index("ix_learning_consents_creator_fan", "creator", "fan"),
)

#: How intimate the last turns of one fan with one twin were, over all conversations; never the words.
drifts = sa.Table(
    "drifts",
    metadata,
    sa.Column("fan", sa.String(40), primary_key=True),
    sa.Column("creator", sa.String(64), primary_key=True),
    sa.Column("scores", JsonText, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
)

#: What a twin's limits held back, for its creator; never the words.
refusals = sa.Table(
    "refusals",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("creator", sa.String(64), nullable=False),
    sa.Column("fan", sa.String(40)),
    sa.Column("surface", sa.String(16), nullable=False),
    sa.Column("reason", sa.String(16), nullable=False),
    sa.Column("topic", sa.String(40), nullable=False),
    sa.Column("outcome", sa.String(16), nullable=False),
    sa.Column("call_id", sa.String(60)),
    sa.Column("answer_id", sa.String(60), nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Index("ix_refusals_creator_at", "creator", "at"),
)
