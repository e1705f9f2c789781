"""A creator's word about their items: bulk rules, decisions about single items, and both brought to the items.

    a decision about the item  >  what its file states  >  the last rule that fits  >  nothing

Changing a rule brings every item in line at once, one UPDATE per rule. Whoever calls re-indexes afterwards:
search must forget what may no longer be cited. Knows nothing about what a right allows: `rights` does.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fenshen.core import audit
from fenshen.core.clock import Clock
from fenshen.core.db import Database
from fenshen.core.errors import BadInput, NotFound
from fenshen.library.claims import ALL_MINE, Authority, Rights, restored, stored
from fenshen.library.matching import ALL, Match, clause, parse_match
from fenshen.library.tables import items, rights_decisions, rights_rules
from fenshen.trust import consent
from fenshen.trust.consent import Scope

RULES_MAX = 100
#: What a consent must cover for an item to be used so.
SCOPE_OF: dict[str, Scope] = {"train": "train", "cite": "chat", "speak": "voice", "sing": "song"}
_BY_RULE = ("", "rule")


@dataclass(frozen=True)
class Rule:
    """One bulk rule; of those that fit an item, the one with the highest `ordinal` decides."""

    ordinal: int
    match: Match
    rights: Rights


def list_rules(db: Database, creator: str) -> list[Rule]:
    """The rules of `creator`, in order."""
    with db.read() as connection:
        return _rules(connection, creator)


def add_rule(
    db: Database, clock: Clock, creator: str, match: Match, rights: Rights, by: str, *, first: bool = False
) -> tuple[Rule, int]:
    """Add a rule and bring the items in line; the rule, and how many items it changed.

    Args:
        first: before the others, so that any of them outdoes it; otherwise it outdoes them.

    Raises:
        BadInput: `too_many_rules`, `consent_scope`.
        NotFound: there is no such consent.
    """
    check_consent(db, creator, rights)
    with db.write() as connection:
        rules = _rules(connection, creator)
        if len(rules) >= RULES_MAX:
            raise BadInput(f"there are {RULES_MAX} rules already; remove some first", code="too_many_rules")
        ordinal = 1 if not rules else rules[0].ordinal - 1 if first else rules[-1].ordinal + 1
        row = {"creator": creator, "ordinal": ordinal, "match": str(match), "rights": stored(rights)}
        connection.execute(rights_rules.insert().values(**row))
        changed = apply_rules(connection, creator)
        audit.append(connection, clock, by, "rights.rule", creator, {**row, "items": changed})
    return Rule(ordinal, match, rights), changed


def claim_all(db: Database, clock: Clock, creator: str, by: str) -> int:
    """Make the rule "everything is mine" if no rule is about everything yet; how many items that changed.

    It stands before the rules that are there, which go on deciding what they are about.
    """
    if any(rule.match == ALL for rule in list_rules(db, creator)):
        return 0
    return add_rule(db, clock, creator, ALL, ALL_MINE, by, first=True)[1]


def remove_rule(db: Database, clock: Clock, creator: str, ordinal: int, by: str) -> int:
    """Remove a rule and bring the items in line; how many changed.

    Raises:
        NotFound: there is no such rule.
    """
    table = rights_rules.c
    with db.write() as connection:
        here = sa.and_(table.creator == creator, table.ordinal == ordinal)
        if not connection.execute(rights_rules.delete().where(here)).rowcount:
            raise NotFound(f"no rule {ordinal} of {creator!r}; `fenshen rights {creator} list` shows them")
        changed = apply_rules(connection, creator)
        audit.append(connection, clock, by, "rights.unrule", creator, {"ordinal": ordinal, "items": changed})
    return changed


def decide(
    db: Database, clock: Clock, item_id: str, by: str, *, rights: Rights | None = None, confirm: bool = False
) -> None:
    """Set the rights of one item, above what its file and the rules say; or answer for its flags.

    Args:
        rights: from now on; `None` leaves them.
        confirm: the creator may use what the item's flags point at.

    Raises:
        NotFound: no such item, or no such consent.
        BadInput: `consent_scope`.
    """
    with db.read() as connection:
        columns = (items.c.creator, items.c.source, items.c.part, items.c.flags, items.c.confirmed)
        row = connection.execute(sa.select(*columns).where(items.c.id == item_id)).one_or_none()
    if row is None:
        raise NotFound(f"no item {item_id!r}")
    if rights is not None:
        check_consent(db, row.creator, rights)
    confirmed = sorted({*row.confirmed, *(flag["code"] for flag in row.flags)}) if confirm else row.confirmed
    change: dict[str, Any] = {"confirmed": confirmed}
    if rights is not None:
        change["rights"] = stored(rights)
    with db.write() as connection:
        _keep_decision(connection, row.creator, row.source, row.part, change)
        settle_rights(connection, row.creator, [item_id])
        audit.append(connection, clock, by, "rights.decide", row.creator, {"item": item_id, **change})


def settle_rights(connection: Connection, creator: str, item_ids: Sequence[str]) -> None:
    """Give these items, just stored, the rights that hold for them; inside the caller's transaction."""
    decided = rights_decisions.c
    here = sa.and_(
        items.c.creator == decided.creator, items.c.source == decided.source, items.c.part == decided.part
    )
    query = sa.select(
        items.c.id, items.c.file_rights, items.c.folder_rights, decided.rights, decided.confirmed
    ).select_from(items.outerjoin(rights_decisions, here))
    for row in connection.execute(query.where(items.c.id.in_(item_ids))).all():
        said = next(
            (one for one in (row.rights, row.file_rights, row.folder_rights) if one is not None), None
        )
        by: Authority = "item" if row.rights is not None else "file" if said is not None else ""
        values = {**_columns(restored(said) if said else Rights(), by), "confirmed": row.confirmed or []}
        connection.execute(items.update().where(items.c.id == row.id).values(**values))
    apply_rules(connection, creator, item_ids)


def restate_rights(
    connection: Connection, creator: str, sha256: str, source: str, said: Rights | None
) -> None:
    """A stored file was found again at `source`, and its folder now says this of it; in the caller's transaction.

    A copy elsewhere only counts when its folder says something.
    """
    here = [items.c.creator == creator, items.c.sha256 == sha256]
    value = None if said is None else stored(said)
    if said is None:
        here.append(items.c.source == source)
    ids = list(
        connection.execute(
            sa.select(items.c.id).where(*here, items.c.folder_rights.is_distinct_from(value))
        ).scalars()
    )
    if ids:
        connection.execute(items.update().where(items.c.id.in_(ids)).values(folder_rights=value))
        settle_rights(connection, creator, ids)


def apply_rules(connection: Connection, creator: str, only: Collection[str] | None = None) -> int:
    """Bring the items that neither their creator nor their file decides in line with the rules; how many changed.

    First every item learns which rule decides it, then each rule writes its rights into its items.
    """
    open_items = [items.c.creator == creator, items.c.rights_by.in_(_BY_RULE)]
    if only is not None:
        open_items.append(items.c.id.in_(only))
    rules = _rules(connection, creator)
    branches = [(clause(rule.match), rule.ordinal) for rule in reversed(rules)]
    deciding = sa.case(*branches, else_=None) if branches else sa.null()
    connection.execute(items.update().where(*open_items).values(rights_rule=deciding))
    changed = _set(connection, _columns(Rights(), ""), [*open_items, items.c.rights_rule.is_(None)])
    for rule in rules:
        here = [*open_items, items.c.rights_rule == rule.ordinal]
        changed += _set(connection, _columns(rule.rights, "rule"), here)
    return changed


def count_unspoken(db: Database, creator: str) -> int:
    """How many items that are not private nobody has said anything about."""
    c = items.c
    silent = sa.and_(c.creator == creator, c.rights_by == "", c.private.is_(False))
    with db.read() as connection:
        return int(connection.scalar(sa.select(sa.func.count()).where(silent)) or 0)


def consents_named(db: Database, creator: str) -> frozenset[str]:
    """Ids of the consents that items of `creator` rest on."""
    c = items.c
    query = sa.select(c.consent_id).where(c.creator == creator, c.consent_id.is_not(None)).distinct()
    with db.read() as connection:
        return frozenset(connection.execute(query).scalars())


def check_consent(db: Database, creator: str, rights: Rights) -> None:
    """Raise unless the consent that `rights` names is the creator's and covers the uses."""
    if rights.consent_id is None:
        return
    given = {one.id: one for one in consent.list_for(db, creator)}.get(rights.consent_id)
    if given is None:
        raise NotFound(f"no consent {rights.consent_id!r} of {creator!r}; `fenshen consent list {creator}`")
    missing = [SCOPE_OF[use] for use in rights.uses if SCOPE_OF[use] not in given.scopes]
    if missing:
        raise BadInput(f"consent {given.id} does not cover {', '.join(missing)}", code="consent_scope")


def _rules(connection: Connection, creator: str) -> list[Rule]:
    query = sa.select(rights_rules).where(rights_rules.c.creator == creator).order_by(rights_rules.c.ordinal)
    return [
        Rule(row.ordinal, parse_match(row.match), restored(row.rights)) for row in connection.execute(query)
    ]


def _columns(rights: Rights, by: Authority) -> dict[str, Any]:
    return {**stored(rights), "rights_by": by}


def _set(connection: Connection, values: dict[str, Any], where: Sequence[sa.ColumnElement[bool]]) -> int:
    """Set `values` where they differ, so that the count is of items that changed."""
    differs = sa.or_(*(items.c[name].is_distinct_from(value) for name, value in values.items()))
    return int(connection.execute(items.update().where(*where, differs).values(**values)).rowcount)


def _keep_decision(
    connection: Connection, creator: str, source: str, part: str, change: dict[str, Any]
) -> None:
    table = rights_decisions
    here = sa.and_(table.c.creator == creator, table.c.source == source, table.c.part == part)
    if not connection.execute(table.update().where(here).values(**change)).rowcount:
        connection.execute(table.insert().values(creator=creator, source=source, part=part, **change))
