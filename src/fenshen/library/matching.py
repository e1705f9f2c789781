"""Which items a rule is about: a pattern in words, and the SQL condition that is the same.

    all · folder:videos/2024* · format:srt · kind:video · url:https://example.org/@me · tag:guest

In a pattern `*` stands for anything (slashes too) and `?` for one character; case does not matter; a pattern
that fits a folder fits everything in it. Knows nothing about rights.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Literal, get_args

import sqlalchemy as sa

from fenshen.core.errors import BadInput
from fenshen.library import tables
from fenshen.library.document import Kind

By = Literal["all", "folder", "format", "kind", "url", "tag"]
VALUE_CHARS_MAX = 400
_ESCAPE = "!"


@dataclass(frozen=True)
class Match:
    """What a rule looks at, and what it must find there (empty for `all`)."""

    by: By
    value: str = ""

    def __str__(self) -> str:
        return f"{self.by}:{self.value}" if self.value else self.by


ALL = Match("all")


def parse_match(text: str) -> Match:
    """The match that `text` names.

    Raises:
        BadInput: `bad_match`.
    """
    by, _, value = (part.strip() for part in text.partition(":"))
    value = value.strip("/") if by == "folder" else value
    hint = "try all, folder:videos/*, format:srt, kind:video, url:https://… or tag:guest"
    if by not in get_args(By) or (by == "all") == bool(value):
        raise BadInput(f"{text[:80]!r} matches nothing; {hint}", code="bad_match")
    if len(value) > VALUE_CHARS_MAX or "\0" in value:
        raise BadInput(f"a match is at most {VALUE_CHARS_MAX} printable characters", code="bad_match")
    if by == "kind" and value not in get_args(Kind):
        raise BadInput(f"no kind {value!r}; there are {', '.join(get_args(Kind))}", code="bad_match")
    return Match(by, value)  # type: ignore[arg-type]


def clause(match: Match) -> sa.ColumnElement[bool]:
    """The condition on `items` that holds for what `match` is about."""
    table = tables.items.c
    if match.by == "all":
        return sa.true()
    if match.by == "folder":
        pattern = _like(match.value)
        return sa.or_(_fits(table.path, pattern), _fits(table.path, f"{pattern}/%"))
    if match.by == "url":
        url, prefix = sa.func.coalesce(table.url, ""), _escaped(match.value.rstrip("/"))
        return sa.or_(*(_fits(url, f"{prefix}{end}") for end in ("", "/%", "?%", "#%", "&%")))
    if match.by == "tag":
        word = _escaped(json.dumps(match.value, ensure_ascii=False))
        return _fits(sa.type_coerce(table.tags, sa.Text), f"%{word}%")
    column: sa.ColumnElement[Any] = table.kind if match.by == "kind" else table.format
    return sa.func.lower(column) == match.value.lower()


def path_fits(pattern: str, path: str) -> bool:
    """Whether `path` or a folder above it fits `pattern`: what `clause` says of `folder:` in SQL."""
    plain = pattern.strip("/").lower().replace("[", "[[]")
    return fnmatchcase(path.lower(), plain) or fnmatchcase(path.lower(), f"{plain}/*")


def _fits(column: sa.ColumnElement[Any], pattern: str) -> sa.ColumnElement[bool]:
    return column.ilike(pattern, escape=_ESCAPE)


def _escaped(text: str) -> str:
    return "".join(f"{_ESCAPE}{c}" if c in "%_!" else c for c in text)


def _like(pattern: str) -> str:
    """A pattern with `*` and `?` as one of SQL's LIKE."""
    return _escaped(pattern).replace("*", "%").replace("?", "_")
