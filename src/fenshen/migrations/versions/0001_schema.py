"""The schema of 0.1.0, and the triggers that keep the ledger and the audit log append-only."""

import sqlalchemy as sa
from alembic import op

from fenshen.billing.append_only import APPEND_ONLY_SQL, NO_REPLACE_SQL
from fenshen.core import audit
from fenshen.core.db import JsonText, UtcTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table, each after those it points at."""
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last_id", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "audit_log",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("actor", sa.String(length=254), nullable=False),
        sa.Column("action", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=254), nullable=False),
        sa.Column("details", JsonText(), nullable=False),
        sa.Column("hash", sa.String(length=64), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_log")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_audit_log_subject"), "audit_log", ["subject"], unique=False)
    op.create_table(
        "call_keys",
        sa.Column("fan", sa.String(length=100), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("body_sha256", sa.String(length=64), nullable=False),
        sa.Column("call_id", sa.String(length=60), nullable=True),
        sa.Column("created", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("fan", "key", name=op.f("pk_call_keys")),
    )
    op.create_index(op.f("ix_call_keys_created"), "call_keys", ["created"], unique=False)
    op.create_table(
        "changes_read",
        sa.Column("fan", sa.String(length=40), nullable=False),
        sa.Column("creator", sa.String(length=64), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("fan", "creator", name=op.f("pk_changes_read")),
    )
    op.create_table(
        "clock_mark",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("latest", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_mark")),
    )
    op.create_table(
        "comparisons",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("creator", sa.String(length=64), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("asked", UtcTime(), nullable=False),
        sa.Column("source", sa.String(length=12), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("left_version", sa.String(length=64), nullable=True),
        sa.Column("right_version", sa.String(length=64), nullable=True),
        sa.Column("left_text", sa.Text(), nullable=False),
        sa.Column("right_text", sa.Text(), nullable=False),
        sa.Column("labels", JsonText(), nullable=False),
        sa.Column("choice", sa.String(length=8), nullable=True),
        sa.Column("edited", sa.String(length=8), nullable=True),
        sa.Column("edit", sa.Text(), nullable=True),
        sa.Column("chosen_at", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comparisons")),
    )
    op.create_index(op.f("ix_comparisons_creator"), "comparisons", ["creator"], unique=False)
    op.create_table(
        "conversations",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("creator", sa.String(length=64), nullable=False),
        sa.Column("fan", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("started", UtcTime(), nullable=False),
        sa.Column("updated", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversations")),
    )
    op.create_index("ix_conversations_fan_creator", "conversations", ["fan", "creator"], unique=False)
    op.create_table(
        "domains",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("base", sa.String(length=128), nullable=False),
        sa.Column("base_sha256", sa.String(length=64), nullable=False),
        sa.Column("creators", JsonText(), nullable=False),
        sa.Column("consents", JsonText(), nullable=False),
        sa.Column("data_sha256", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("totals", JsonText(), nullable=True),
        sa.Column("created", UtcTime(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_domains")),
    )
    op.create_table(
        "drifts",
        sa.Column("fan", sa.String(length=40), nullable=False),
        sa.Column("creator", sa.String(length=64), nullable=False),
        sa.Column("scores", JsonText(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("fan", "creator", name=op.f("pk_drifts")),
    )
    op.create_table(
        "export_owners",
        sa.Column("creator", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("answer", sa.String(length=8), server_default="speaker", nullable=False),
        sa.PrimaryKeyConstraint("creator", "source", name=op.f("pk_export_owners")),
    )
    op.create_index(op.f("ix_export_owners_sha256"), "export_owners", ["sha256"], unique=False)
    op.create_table(
        "items",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("creator", sa.String(length=64), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("part", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("published", sa.Date(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("media_sha256", sa.String(length=64), nullable=True),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("duration_s", sa.Float(), nullable=True),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.Column("added", UtcTime(), nullable=False),
        sa.Column("format", sa.String(length=24), server_default="", nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("cover_sha256", sa.String(length=64), nullable=True),
        sa.Column("chapters", JsonText(), server_default="[]", nullable=False),
        sa.Column("owner", sa.Text(), server_default="", nullable=False),
        sa.Column("licence", sa.String(length=64), server_default="", nullable=False),
        sa.Column("territory", sa.String(length=64), server_default="", nullable=False),
        sa.Column("uses", JsonText(), server_default="[]", nullable=False),
        sa.Column("excluded", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("tags", JsonText(), server_default="[]", nullable=False),
        sa.Column("duplicate_of", sa.String(length=64), nullable=True),
        sa.Column("held", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("consent_id", sa.String(length=40), nullable=True),
        sa.Column("rights_by", sa.String(length=8), server_default="", nullable=False),
        sa.Column("rights_rule", sa.Integer(), nullable=True),
        sa.Column("file_rights", JsonText(), nullable=True),
        sa.Column("folder_rights", JsonText(), nullable=True),
        sa.Column("flags", JsonText(), server_default="[]", nullable=False),
        sa.Column("confirmed", JsonText(), server_default="[]", nullable=False),
        sa.Column("dropped", JsonText(), server_default="[]", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_items")),
        sa.UniqueConstraint("creator", "sha256", "part", name=op.f("uq_items_creator_sha256_part")),
    )
    op.create_index("ix_items_creator_source", "items", ["creator", "source"], unique=False)
    op.create_table(
        "kept_apart",
        sa.Column("creator", sa.String(length=64), nullable=False),
        sa.Column("item_id", sa.String(length=64), nullable=False),
        sa.Column("other_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("creator", "item_id", "other_id", name=op.f("pk_kept_apart")),
    )
    op.create_table(
        "learning_consents",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("fan", sa.String(length=40), nullable=False),
        sa.Column("creator", sa.String(length=64), nullable=False),
        sa.Column("granted", UtcTime(), nullable=False),
        sa.Column("revoked", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learning_consents")),
    )
    op.create_index("ix_learning_consents_creator_fan", "learning_consents", ["creator", "fan"], unique=False)
    op.create_table(
        "ledger_accounts",
        sa.Column("id", sa.String(length=160), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("owner", sa.String(length=100), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_accounts")),
        sa.UniqueConstraint("kind", "owner", "currency", name=op.f("uq_ledger_accounts_kind_owner_currency")),
    )
    op.create_table(
        "library_changes",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("creator", sa.String(length=64), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("place", sa.String(length=8), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("before", JsonText(), nullable=False),
        sa.Column("after", JsonText(), nullable=False),
        sa.Column("undone", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_library_changes")),
    )
    op.create_index(op.f("ix_library_changes_creator"), "library_changes", ["creator"], unique=False)
    op.create_table(
        "library_settings",
        sa.Column("creator", sa.String(length=64), nullable=False),
        sa.Column("content", JsonText(), nullable=False),
        sa.PrimaryKeyConstraint("creator", name=op.f("pk_library_settings")),
    )
    op.create_table(
        "limits",
        sa.Column("creator", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", JsonText(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("creator", "version", name=op.f("pk_limits")),
    )
    op.create_table(
        "login_attempts",
        sa.Column("key_sha256", sa.String(length=64), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("window_start", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("key_sha256", name=op.f("pk_login_attempts")),
    )
    op.create_index(op.f("ix_login_attempts_window_start"), "login_attempts", ["window_start"], unique=False)
    op.create_table(
        "personal_data",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("creator", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("decision", sa.String(length=8), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_personal_data")),
        sa.UniqueConstraint("creator", "digest", name=op.f("uq_personal_data_creator_digest")),
    )
    op.create_index(op.f("ix_personal_data_creator"), "personal_data", ["creator"], unique=False)
    op.create_table(
        "personas",
        sa.Column("creator", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", JsonText(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("creator", "version", name=op.f("pk_personas")),
    )
    op.create_table(
        "pseudonym_keys",
        sa.Column("creator", sa.String(length=64), nullable=False),
        sa.Column("secret", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("creator", name=op.f("pk_pseudonym_keys")),
    )
    op.create_table(
        "publications",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("creator", sa.String(length=64), nullable=False),
        sa.Column("version_id", sa.String(length=64), nullable=False),
        sa.Column("previous_id", sa.String(length=64), nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("price_micros_per_minute", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("note", JsonText(), nullable=False),
        sa.Column("forced_reason", sa.Text(), nullable=True),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publications")),
    )
    op.create_index(op.f("ix_publications_creator"), "publications", ["creator"], unique=False)
    op.create_table(
        "recurring_runs",
        sa.Column("creator", sa.String(length=64), nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("creator", name=op.f("pk_recurring_runs")),
    )
    op.create_table(
        "refusals",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("creator", sa.String(length=64), nullable=False),
        sa.Column("fan", sa.String(length=40), nullable=True),
        sa.Column("surface", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("topic", sa.String(length=40), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("call_id", sa.String(length=60), nullable=True),
        sa.Column("answer_id", sa.String(length=60), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refusals")),
    )
    op.create_index("ix_refusals_creator_at", "refusals", ["creator", "at"], unique=False)
    op.create_table(
        "rejected_examples",
        sa.Column("creator", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("item_id", sa.String(length=64), nullable=True),
        sa.Column("example", JsonText(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("creator", "digest", name=op.f("pk_rejected_examples")),
    )
    op.create_index(op.f("ix_rejected_examples_item_id"), "rejected_examples", ["item_id"], unique=False)
    op.create_table(
        "released_items",
        sa.Column("version_id", sa.String(length=64), nullable=False),
        sa.Column("item_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("version_id", "item_id", name=op.f("pk_released_items")),
    )
    op.create_table(
        "rights_decisions",
        sa.Column("creator", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("part", sa.String(length=64), nullable=False),
        sa.Column("rights", JsonText(), nullable=True),
        sa.Column("confirmed", JsonText(), server_default="[]", nullable=False),
        sa.PrimaryKeyConstraint("creator", "source", "part", name=op.f("pk_rights_decisions")),
    )
    op.create_table(
        "rights_rules",
        sa.Column("creator", sa.String(length=64), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("match", sa.Text(), nullable=False),
        sa.Column("rights", JsonText(), nullable=False),
        sa.PrimaryKeyConstraint("creator", "ordinal", name=op.f("pk_rights_rules")),
    )
    op.create_table(
        "schedules",
        sa.Column("creator", sa.String(length=64), nullable=False),
        sa.Column("rule", JsonText(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("since", UtcTime(), nullable=False),
        sa.Column("looked", UtcTime(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("retry_at", UtcTime(), nullable=True),
        sa.Column("error", JsonText(), nullable=True),
        sa.PrimaryKeyConstraint("creator", name=op.f("pk_schedules")),
    )
    op.create_table(
        "topups",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("fan", sa.String(length=100), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("reference", sa.String(length=255), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
        sa.Column("finished", UtcTime(), nullable=True),
        sa.CheckConstraint(
            "status IN ('stored', 'started', 'credited', 'failed')", name=op.f("ck_topups_status_known")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_topups_amount_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topups")),
        sa.UniqueConstraint("fan", "key", name=op.f("uq_topups_fan_key")),
    )
    op.create_index(op.f("ix_topups_status"), "topups", ["status"], unique=False)
    op.create_table(
        "trusted_signers",
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("by", sa.String(length=254), nullable=False),
        sa.Column("since", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_trusted_signers")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
        sa.CheckConstraint("role IN ('fan', 'creator', 'operator')", name=op.f("ck_users_role_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
    )
    op.create_table(
        "versions",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("creator", sa.String(length=64), nullable=False),
        sa.Column("base", sa.String(length=128), nullable=False),
        sa.Column("recipe", sa.String(length=64), nullable=False),
        sa.Column("recipe_sha256", sa.String(length=64), nullable=False),
        sa.Column("data_sha256", sa.String(length=64), nullable=False),
        sa.Column("consent_id", sa.String(length=64), nullable=True),
        sa.Column("adapter_dir", sa.Text(), nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("metrics", JsonText(), nullable=True),
        sa.Column("gate", JsonText(), nullable=True),
        sa.Column("price_micros_per_minute", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("forced_reason", sa.Text(), nullable=True),
        sa.Column("published_at", UtcTime(), nullable=True),
        sa.Column("origin", sa.String(length=16), server_default="library", nullable=False),
        sa.Column("parent", sa.String(length=64), nullable=True),
        sa.Column("note", JsonText(), nullable=True),
        sa.Column("voice", sa.String(length=128), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_versions")),
    )
    op.create_index(op.f("ix_versions_creator"), "versions", ["creator"], unique=False)
    op.create_table(
        "voiceprints",
        sa.Column("creator", sa.String(length=64), nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("model", sa.String(length=64), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("steadiness", sa.Float(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("is_creator", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.PrimaryKeyConstraint("creator", "ordinal", name=op.f("pk_voiceprints")),
    )
    op.create_table(
        "wallets",
        sa.Column("id", sa.String(length=140), nullable=False),
        sa.Column("owner", sa.String(length=100), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("available", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.CheckConstraint("available >= 0", name=op.f("ck_wallets_available_not_negative")),
        sa.CheckConstraint("held >= 0", name=op.f("ck_wallets_held_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wallets")),
        sa.UniqueConstraint("owner", "currency", name=op.f("uq_wallets_owner_currency")),
    )
    op.create_table(
        "work",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=12), nullable=False),
        sa.Column("done", sa.Float(), nullable=False),
        sa.Column("total", sa.Float(), nullable=False),
        sa.Column("note", JsonText(), nullable=False),
        sa.Column("payload", JsonText(), nullable=False),
        sa.Column("result", JsonText(), nullable=True),
        sa.Column("error", JsonText(), nullable=True),
        sa.Column("began", UtcTime(), nullable=True),
        sa.Column("created", UtcTime(), nullable=False),
        sa.Column("updated", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work")),
    )
    op.create_index("ix_work_kind_owner", "work", ["kind", "owner"], unique=False)
    op.create_table(
        "api_keys",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("user_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("hint", sa.String(length=16), nullable=False),
        sa.Column("secret_sha256", sa.String(length=64), nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
        sa.Column("expires", UtcTime(), nullable=True),
        sa.Column("revoked", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_api_keys_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("secret_sha256", name=op.f("uq_api_keys_secret_sha256")),
    )
    op.create_index(op.f("ix_api_keys_user_id"), "api_keys", ["user_id"], unique=False)
    op.create_table(
        "calls",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("fan", sa.String(length=100), nullable=False),
        sa.Column("subject", sa.String(length=100), nullable=False),
        sa.Column("wallet_id", sa.String(length=140), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("price_micros_per_minute", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=10), server_default="call", nullable=False),
        sa.Column("epoch", sa.String(length=60), nullable=False),
        sa.Column("started", UtcTime(), nullable=False),
        sa.Column("touched", UtcTime(), nullable=False),
        sa.Column("reserved_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("heartbeat_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("active_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("ended", UtcTime(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("hold_micros", sa.BigInteger(), nullable=True),
        sa.Column("quota_start_s", sa.BigInteger(), nullable=False),
        sa.Column("acked_s", sa.BigInteger(), nullable=False),
        sa.Column("acked_part_ms", sa.Integer(), server_default="0", nullable=False),
        sa.Column("carried_s", sa.Integer(), server_default="0", nullable=False),
        sa.Column("charged_s", sa.BigInteger(), nullable=False),
        sa.Column("charged_micros", sa.BigInteger(), nullable=False),
        sa.Column("written_off_ms", sa.BigInteger(), nullable=False),
        sa.Column("served_ms", sa.BigInteger(), nullable=False),
        sa.Column("running_since_ms", sa.BigInteger(), nullable=True),
        sa.Column("paid_until_ms", sa.BigInteger(), nullable=True),
        sa.Column("paused_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("due_ms", sa.BigInteger(), nullable=True),
        sa.Column("seal", sa.String(length=64), server_default="", nullable=False),
        sa.CheckConstraint("status IN ('open', 'paused', 'ended')", name=op.f("ck_calls_status_known")),
        sa.CheckConstraint("charged_s <= acked_s", name=op.f("ck_calls_charged_was_acknowledged")),
        sa.ForeignKeyConstraint(["wallet_id"], ["wallets.id"], name=op.f("fk_calls_wallet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calls")),
    )
    op.create_index(op.f("ix_calls_epoch_due_ms"), "calls", ["epoch", "due_ms"], unique=False)
    op.create_index(op.f("ix_calls_fan_started"), "calls", ["fan", "started"], unique=False)
    op.create_table(
        "conversation_members",
        sa.Column("conversation_id", sa.String(length=40), nullable=False),
        sa.Column("member", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=4), nullable=False),
        sa.Column("joined", UtcTime(), nullable=False),
        sa.CheckConstraint("kind IN ('fan', 'twin')", name=op.f("ck_conversation_members_member_kind_known")),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_conversation_members_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("conversation_id", "member", name=op.f("pk_conversation_members")),
    )
    op.create_index(op.f("ix_conversation_members_member"), "conversation_members", ["member"], unique=False)
    op.create_table(
        "creators",
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("owner", sa.String(length=40), nullable=True),
        sa.Column("created", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["owner"], ["users.id"], name=op.f("fk_creators_owner")),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_creators")),
    )
    op.create_index(op.f("ix_creators_owner"), "creators", ["owner"], unique=False)
    op.create_table(
        "holds",
        sa.Column("id", sa.String(length=140), nullable=False),
        sa.Column("wallet_id", sa.String(length=140), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("charged", sa.BigInteger(), nullable=False),
        sa.Column("reserved", UtcTime(), nullable=False),
        sa.Column("settled", UtcTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'posted', 'voided', 'expired')", name=op.f("ck_holds_state_known")
        ),
        sa.CheckConstraint("charged >= 0 AND charged <= amount", name=op.f("ck_holds_charged_within_hold")),
        sa.ForeignKeyConstraint(["wallet_id"], ["wallets.id"], name=op.f("fk_holds_wallet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holds")),
    )
    op.create_index(op.f("ix_holds_wallet_id_state"), "holds", ["wallet_id", "state"], unique=False)
    op.create_table(
        "import_files",
        sa.Column("work_id", sa.String(length=64), nullable=False),
        sa.Column("path", sa.String(length=1024), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("share", sa.Float(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["work_id"], ["work.id"], name=op.f("fk_import_files_work_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("work_id", "path", name=op.f("pk_import_files")),
    )
    op.create_table(
        "item_traces",
        sa.Column("item_id", sa.String(length=64), nullable=False),
        sa.Column("creator", sa.String(length=64), nullable=False),
        sa.Column("sketch", sa.LargeBinary(), nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.Column("tail", sa.LargeBinary(), nullable=False),
        sa.Column("noise", JsonText(), nullable=False),
        sa.Column("compared", sa.Boolean(), nullable=False),
        sa.Column("recurring", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["items.id"], name=op.f("fk_item_traces_item_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_item_traces")),
    )
    op.create_index(op.f("ix_item_traces_creator"), "item_traces", ["creator"], unique=False)
    op.create_table(
        "item_turns",
        sa.Column("item_id", sa.String(length=64), nullable=False),
        sa.Column("turns", JsonText(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["items.id"], name=op.f("fk_item_turns_item_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_item_turns")),
    )
    op.create_table(
        "item_voices",
        sa.Column("item_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("creator", sa.String(length=64), nullable=False),
        sa.Column("model", sa.String(length=64), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("steadiness", sa.Float(), nullable=False),
        sa.Column("start_s", sa.Float(), nullable=False),
        sa.Column("end_s", sa.Float(), nullable=False),
        sa.Column("decision", sa.String(length=8), nullable=False),
        sa.Column("ground", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["items.id"], name=op.f("fk_item_voices_item_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("item_id", "number", name=op.f("pk_item_voices")),
    )
    op.create_index(op.f("ix_item_voices_creator"), "item_voices", ["creator"], unique=False)
    op.create_table(
        "ledger_transfers",
        sa.Column("id", sa.String(length=160), nullable=False),
        sa.Column("wallet_id", sa.String(length=140), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("reference", sa.String(length=140), nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
        sa.Column("input_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("facts", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["wallet_id"], ["wallets.id"], name=op.f("fk_ledger_transfers_wallet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_transfers")),
        sa.UniqueConstraint("wallet_id", "position", name=op.f("uq_ledger_transfers_wallet_id_position")),
    )
    op.create_table(
        "likenesses",
        sa.Column("item_id", sa.String(length=64), nullable=False),
        sa.Column("other_id", sa.String(length=64), nullable=False),
        sa.Column("creator", sa.String(length=64), nullable=False),
        sa.Column("share", sa.Float(), nullable=False),
        sa.Column("other_share", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["items.id"], name=op.f("fk_likenesses_item_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["items.id"], name=op.f("fk_likenesses_other_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("item_id", "other_id", name=op.f("pk_likenesses")),
    )
    op.create_index(op.f("ix_likenesses_creator"), "likenesses", ["creator"], unique=False)
    op.create_table(
        "minor_blocks",
        sa.Column("user_id", sa.String(length=40), nullable=False),
        sa.Column("declared", UtcTime(), nullable=False),
        sa.Column("surface", sa.String(length=16), nullable=False),
        sa.Column("creator", sa.String(length=64), nullable=False),
        sa.Column("lifted", UtcTime(), nullable=True),
        sa.Column("lifted_by", sa.String(length=254), nullable=True),
        sa.Column("why", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_minor_blocks_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "declared", name=op.f("pk_minor_blocks")),
    )
    op.create_table(
        "passages",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("item_id", sa.String(length=64), nullable=False),
        sa.Column("creator", sa.String(length=64), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("start_s", sa.Float(), nullable=True),
        sa.Column("end_s", sa.Float(), nullable=True),
        sa.Column("anchor", sa.String(length=32), nullable=False),
        sa.Column("speaker", sa.Text(), nullable=True),
        sa.Column("is_creator", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("times", JsonText(), nullable=False),
        sa.Column("marks", JsonText(), server_default="[]", nullable=False),
        sa.Column("original", JsonText(), nullable=True),
        sa.ForeignKeyConstraint(
            ["item_id"], ["items.id"], name=op.f("fk_passages_item_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passages")),
        sa.UniqueConstraint("item_id", "ordinal", name=op.f("uq_passages_item_id_ordinal")),
    )
    op.create_index(op.f("ix_passages_creator"), "passages", ["creator"], unique=False)
    op.create_table(
        "personal_data_places",
        sa.Column("value_id", sa.String(length=64), nullable=False),
        sa.Column("item_id", sa.String(length=64), nullable=False),
        sa.Column("spellings", JsonText(), nullable=False),
        sa.Column("sightings", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["items.id"], name=op.f("fk_personal_data_places_item_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["value_id"],
            ["personal_data.id"],
            name=op.f("fk_personal_data_places_value_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("value_id", "item_id", name=op.f("pk_personal_data_places")),
    )
    op.create_index(
        op.f("ix_personal_data_places_item_id"), "personal_data_places", ["item_id"], unique=False
    )
    op.create_table(
        "refunds",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("topup_id", sa.String(length=60), nullable=False),
        sa.Column("fan", sa.String(length=100), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
        sa.Column("finished", UtcTime(), nullable=True),
        sa.CheckConstraint("status IN ('stored', 'settled')", name=op.f("ck_refunds_status_known")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_refunds_amount_positive")),
        sa.ForeignKeyConstraint(["topup_id"], ["topups.id"], name=op.f("fk_refunds_topup_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refunds")),
        sa.UniqueConstraint("fan", "key", name=op.f("uq_refunds_fan_key")),
    )
    op.create_index(op.f("ix_refunds_status"), "refunds", ["status"], unique=False)
    op.create_index(op.f("ix_refunds_topup_id"), "refunds", ["topup_id"], unique=False)
    op.create_table(
        "second_remainders",
        sa.Column("wallet_id", sa.String(length=140), nullable=False),
        sa.Column("subject", sa.String(length=100), nullable=False),
        sa.Column("price_micros_per_minute", sa.BigInteger(), nullable=False),
        sa.Column("remainder_ms", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("remainder_ms >= 0", name=op.f("ck_second_remainders_remainder_not_negative")),
        sa.ForeignKeyConstraint(["wallet_id"], ["wallets.id"], name=op.f("fk_second_remainders_wallet_id")),
        sa.PrimaryKeyConstraint(
            "wallet_id", "subject", "price_micros_per_minute", name=op.f("pk_second_remainders")
        ),
    )
    op.create_table(
        "served_calls",
        sa.Column("call_id", sa.String(length=40), nullable=False),
        sa.Column("conversation_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_served_calls_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_served_calls")),
    )
    op.create_index(
        op.f("ix_served_calls_conversation_id"), "served_calls", ["conversation_id"], unique=False
    )
    op.create_table(
        "sessions",
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=40), nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
        sa.Column("expires", UtcTime(), nullable=False),
        sa.Column("agent", sa.String(length=200), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_sessions_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_expires"), "sessions", ["expires"], unique=False)
    op.create_index(op.f("ix_sessions_user_id"), "sessions", ["user_id"], unique=False)
    op.create_table(
        "turns",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("conversation_id", sa.String(length=40), nullable=False),
        sa.Column("parent_id", sa.String(length=60), nullable=True),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("speaker", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("citations", JsonText(), nullable=False),
        sa.Column("label", JsonText(), nullable=True),
        sa.Column("version_id", sa.String(length=40), nullable=True),
        sa.Column("call_id", sa.String(length=40), nullable=True),
        sa.Column("at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_turns_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_turns")),
        sa.UniqueConstraint("conversation_id", "ordinal", name=op.f("uq_turns_conversation_id_ordinal")),
    )
    op.create_index(op.f("ix_turns_conversation_id"), "turns", ["conversation_id"], unique=False)
    op.create_table(
        "call_shares",
        sa.Column("call_id", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=100), nullable=False),
        sa.Column("bps", sa.Integer(), nullable=False),
        sa.CheckConstraint("bps >= 0 AND bps <= 10000", name=op.f("ck_call_shares_bps_in_range")),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_call_shares_call_id")),
        sa.PrimaryKeyConstraint("call_id", "subject", name=op.f("pk_call_shares")),
    )
    op.create_index(op.f("ix_call_shares_subject"), "call_shares", ["subject"], unique=False)
    op.create_table(
        "call_usage",
        sa.Column("hold_id", sa.String(length=140), nullable=False),
        sa.Column("call_id", sa.String(length=60), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("from_s", sa.BigInteger(), nullable=False),
        sa.Column("seconds", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_call_usage_call_id")),
        sa.ForeignKeyConstraint(["hold_id"], ["holds.id"], name=op.f("fk_call_usage_hold_id")),
        sa.PrimaryKeyConstraint("hold_id", name=op.f("pk_call_usage")),
        sa.UniqueConstraint("call_id", "sequence", name=op.f("uq_call_usage_call_id_sequence")),
    )
    op.create_table(
        "consent_epochs",
        sa.Column("creator", sa.String(length=64), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["creator"], ["creators.slug"], name=op.f("fk_consent_epochs_creator")),
        sa.PrimaryKeyConstraint("creator", name=op.f("pk_consent_epochs")),
    )
    op.create_table(
        "consents",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("creator", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("scopes", JsonText(), nullable=False),
        sa.Column("territory", sa.String(length=80), nullable=False),
        sa.Column("starts", UtcTime(), nullable=False),
        sa.Column("until", UtcTime(), nullable=False),
        sa.Column("evidence", JsonText(), nullable=True),
        sa.Column("granted_by", sa.String(length=254), nullable=False),
        sa.Column("granted", UtcTime(), nullable=False),
        sa.Column("revoked", UtcTime(), nullable=True),
        sa.Column("expired", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["creator"], ["creators.slug"], name=op.f("fk_consents_creator")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    op.create_index(op.f("ix_consents_creator"), "consents", ["creator"], unique=False)
    op.create_table(
        "ledger_entries",
        sa.Column("transfer_id", sa.String(length=160), nullable=False),
        sa.Column("ordinal", sa.SmallInteger(), nullable=False),
        sa.Column("account_id", sa.String(length=160), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["ledger_accounts.id"], name=op.f("fk_ledger_entries_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["transfer_id"], ["ledger_transfers.id"], name=op.f("fk_ledger_entries_transfer_id")
        ),
        sa.PrimaryKeyConstraint("transfer_id", "ordinal", name=op.f("pk_ledger_entries")),
    )
    op.create_index(op.f("ix_ledger_entries_account_id"), "ledger_entries", ["account_id"], unique=False)
    op.create_table(
        "thumbs",
        sa.Column("fan", sa.String(length=40), nullable=False),
        sa.Column("turn_id", sa.String(length=60), nullable=False),
        sa.Column("thumb", sa.String(length=4), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.CheckConstraint("thumb IN ('up', 'down')", name=op.f("ck_thumbs_thumb_known")),
        sa.ForeignKeyConstraint(
            ["turn_id"], ["turns.id"], name=op.f("fk_thumbs_turn_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("fan", "turn_id", name=op.f("pk_thumbs")),
    )
    op.create_index(op.f("ix_thumbs_turn_id"), "thumbs", ["turn_id"], unique=False)

    dialect = op.get_bind().dialect.name
    statements = {
        "sqlite": (
            *APPEND_ONLY_SQL["sqlite"],
            *NO_REPLACE_SQL,
            *audit.SQLITE_TRIGGERS,
            *audit.NO_REPLACE_SQL,
        ),
        "postgresql": (*APPEND_ONLY_SQL["postgresql"], *audit.POSTGRES_TRIGGERS),
    }
    for statement in statements[dialect]:
        op.execute(statement)


def downgrade() -> None:
    """There is nothing before the first schema."""
