"""Tables of accounts, creators, consents and limits.

Knows nothing about who reads or writes them.
"""

from __future__ import annotations

import sqlalchemy as sa

from fenshen.core.db import JsonText, UtcTime, metadata

users = sa.Table(
    "users",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("email", sa.String(254), nullable=False, unique=True),
    sa.Column("password_hash", sa.String(255), nullable=False),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("created", UtcTime, nullable=False),
    sa.CheckConstraint("role IN ('fan', 'creator', 'operator')", name="role_known"),
)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("token_sha256", sa.String(64), primary_key=True),
    sa.Column("user_id", sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("created", UtcTime, nullable=False),
    sa.Column("expires", UtcTime, nullable=False, index=True),
    sa.Column("agent", sa.String(200), nullable=False, server_default=""),
)

api_keys = sa.Table(
    "api_keys",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("user_id", sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("hint", sa.String(16), nullable=False),
    sa.Column("secret_sha256", sa.String(64), nullable=False, unique=True),
    sa.Column("created", UtcTime, nullable=False),
    sa.Column("expires", UtcTime),
    sa.Column("revoked", UtcTime),
)

#: Accounts whose holder said that they are under eighteen; `lifted` by an operator.
minor_blocks = sa.Table(
    "minor_blocks",
    metadata,
    sa.Column("user_id", sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("declared", UtcTime, primary_key=True),
    sa.Column("surface", sa.String(16), nullable=False),
    sa.Column("creator", sa.String(64), nullable=False),
    sa.Column("lifted", UtcTime),
    sa.Column("lifted_by", sa.String(254)),
    sa.Column("why", sa.String(500)),
)

login_attempts = sa.Table(
    "login_attempts",
    metadata,
    sa.Column("key_sha256", sa.String(64), primary_key=True),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("window_start", UtcTime, nullable=False, index=True),
)

creators = sa.Table(
    "creators",
    metadata,
    sa.Column("slug", sa.String(64), primary_key=True),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("owner", sa.ForeignKey("users.id"), index=True),
    sa.Column("created", UtcTime, nullable=False),
)

consents = sa.Table(
    "consents",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("creator", sa.ForeignKey("creators.slug"), nullable=False, index=True),
    sa.Column("person", sa.String(80), nullable=False),
    sa.Column("scopes", JsonText, nullable=False),
    sa.Column("territory", sa.String(80), nullable=False),
    sa.Column("starts", UtcTime, nullable=False),
    sa.Column("until", UtcTime, nullable=False),
    sa.Column("evidence", JsonText),
    sa.Column("granted_by", sa.String(254), nullable=False),
    sa.Column("granted", UtcTime, nullable=False),
    sa.Column("revoked", UtcTime),
    sa.Column("expired", UtcTime),
)

consent_epochs = sa.Table(
    "consent_epochs",
    metadata,
    sa.Column("creator", sa.ForeignKey("creators.slug"), primary_key=True),
    sa.Column("epoch", sa.Integer, nullable=False),
)

limits = sa.Table(
    "limits",
    metadata,
    sa.Column("creator", sa.String(64), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("content", JsonText, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
)

#: Installations whose twin files are taken in.
trusted_signers = sa.Table(
    "trusted_signers",
    metadata,
    sa.Column("fingerprint", sa.String(64), primary_key=True),
    sa.Column("by", sa.String(254), nullable=False),
    sa.Column("since", UtcTime, nullable=False),
)
