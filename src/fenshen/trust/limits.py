"""A creator's limits as data: topics with a stance, a reply in each language, help in a crisis.

Knows nothing about how they are enforced.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

import sqlalchemy as sa
import yaml
from sqlalchemy.engine import Connection

from fenshen.core.clock import Clock
from fenshen.core.db import Database
from fenshen.core.errors import BadInput
from fenshen.trust.tables import limits as limit_rows

Stance = Literal["never", "careful", "fine"]
STANCES: tuple[Stance, ...] = get_args(Stance)
LANGUAGES = ("en", "zh")
TOPICS_MAX = 100
EXAMPLES_MAX = 200
TEXT_MAX = 1000
#: All examples together; every one of them is looked for in every sentence.
ALL_EXAMPLES_MAX = 50_000

_NAME = re.compile(r"[a-z][a-z0-9_]{1,39}", re.ASCII)


@dataclass(frozen=True)
class Topic:
    """One topic: what to do when it comes up, questions that touch it, and the creator's own answer."""

    name: str
    stance: Stance
    examples: tuple[str, ...] = ()
    reply: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Limits:
    """What a twin may not say. Sexual content is always off; `crisis` is language → help text."""

    topics: tuple[Topic, ...] = ()
    sexual: Literal["off"] = "off"
    crisis: Mapping[str, str] = field(default_factory=dict)


def parse_limits(data: object) -> Limits:
    """Limits from decoded YAML or JSON.

    Raises:
        BadInput: `bad_limits`; the message names the topic and key that are wrong.
    """
    if not isinstance(data, dict) or unknown_keys(data, {"topics", "sexual", "crisis"}):
        raise _bad("limits must be a mapping with only the keys topics, sexual and crisis")
    if data.get("sexual", "off") not in ("off", False):
        raise _bad(f"sexual must be 'off', not {data['sexual']!r}: it cannot be allowed")
    topics = data.get("topics") or []
    if not isinstance(topics, list) or len(topics) > TOPICS_MAX:
        raise _bad(f"topics must be a list of at most {TOPICS_MAX}")
    parsed = tuple(_topic(item) for item in topics)
    names = [topic.name for topic in parsed]
    if len(set(names)) < len(names):
        raise _bad(f"topic {next(n for n in names if names.count(n) > 1)!r} is listed twice")
    if (size := sum(len(text) for topic in parsed for text in topic.examples)) > ALL_EXAMPLES_MAX:
        raise _bad(f"all examples together may have {ALL_EXAMPLES_MAX} characters; these have {size}")
    return Limits(parsed, "off", _texts(data.get("crisis") or {}, "crisis"))


def load(path: Path) -> Limits:
    """Limits from a YAML or JSON file.

    Raises:
        BadInput: the file cannot be read as limits.
    """
    try:
        return parse_limits(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise _bad(f"cannot read the limits {str(path)!r}: {error}") from error


def store(db: Database, clock: Clock, creator: str, limits: Limits) -> int:
    """Keep `limits` as the creator's newest; its version (unchanged limits add none)."""
    content = to_json(limits)
    with db.write() as connection:
        row = connection.execute(_newest(creator)).first()
        if row is not None and row.content == content:
            return int(row.version)
        version = 1 if row is None else int(row.version) + 1
        insert_limits(connection, clock, creator, limits, version)
        return version


def insert_limits(
    connection: Connection, clock: Clock, creator: str, limits: Limits, version: int = 1
) -> None:
    """Add limits inside the caller's transaction."""
    row = {"creator": creator, "version": version, "content": to_json(limits), "at": clock.now()}
    connection.execute(limit_rows.insert().values(**row))


def current(db: Database, creator: str) -> Limits:
    """The creator's newest limits; plain `Limits()` when none were stored, which the guard still enforces."""
    with db.read() as connection:
        row = connection.execute(_newest(creator)).first()
    return Limits() if row is None else parse_limits(row.content)


def to_json(limits: Limits) -> dict[str, Any]:
    """Limits as plain JSON, the inverse of `parse_limits`."""
    topics = [{**asdict(topic), "examples": list(topic.examples)} for topic in limits.topics]
    return {"topics": topics, "sexual": limits.sexual, "crisis": dict(limits.crisis)}


def unknown_keys(data: Mapping[Any, Any], known: set[str]) -> list[str]:
    """Keys nobody would read: a misspelt one must not silently switch a limit off."""
    return [str(key) for key in data if key not in known]


def _topic(item: object) -> Topic:
    if not isinstance(item, dict) or unknown_keys(item, {"name", "stance", "examples", "reply"}):
        raise _bad(f"topic {str(item)[:80]!r} must have only the keys name, stance, examples and reply")
    name, stance = item.get("name"), item.get("stance")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise _bad(f"topic name {name!r} must be 2 to 40 of a-z, 0-9 and _, such as 'love_life'")
    if stance not in STANCES:
        raise _bad(f"topic {name!r} has stance {stance!r}; use one of {', '.join(STANCES)}")
    examples = item.get("examples") or []
    if not isinstance(examples, list) or len(examples) > EXAMPLES_MAX:
        raise _bad(f"topic {name!r} needs a list of at most {EXAMPLES_MAX} examples")
    if not all(isinstance(text, str) and 0 < len(text.strip()) <= TEXT_MAX for text in examples):
        raise _bad(f"topic {name!r} has an example that is empty, too long or not text")
    return Topic(
        name, stance, tuple(text.strip() for text in examples), _texts(item.get("reply") or {}, name)
    )


def _texts(data: object, where: str) -> dict[str, str]:
    if not isinstance(data, dict) or unknown_keys(data, set(LANGUAGES)):
        raise _bad(f"{where!r} must map en and zh to texts")
    if not all(isinstance(text, str) and 0 < len(text.strip()) <= TEXT_MAX for text in data.values()):
        raise _bad(f"{where!r} has a text that is empty, longer than {TEXT_MAX} characters or not text")
    return {language: text.strip() for language, text in data.items()}


def _bad(message: str) -> BadInput:
    return BadInput(message, code="bad_limits")


def _newest(creator: str) -> sa.Select[Any]:
    query = sa.select(limit_rows).where(limit_rows.c.creator == creator)
    return query.order_by(limit_rows.c.version.desc()).limit(1)
