"""Who the twin is: names, greeting, opening questions and the system prompt, kept in versions.

Knows nothing about how a prompt is used.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import yaml
from sqlalchemy.engine import Connection

from fenshen.core.clock import Clock
from fenshen.core.db import Database, JsonText, UtcTime, metadata
from fenshen.core.errors import BadInput, NotFound

personas = sa.Table(
    "personas",
    metadata,
    sa.Column("creator", sa.String(64), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("content", JsonText, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
)


@dataclass(frozen=True)
class Persona:
    """What a creator says about their twin; each mapping is language → text.

    Attributes:
        also_called: other names and nicknames under which the creator speaks in chats.
    """

    name: str
    system: dict[str, str]
    name_zh: str = ""
    tagline: dict[str, str] = field(default_factory=dict)
    about: dict[str, str] = field(default_factory=dict)
    greeting: dict[str, str] = field(default_factory=dict)
    starters: dict[str, list[str]] = field(default_factory=dict)
    languages: tuple[str, ...] = ("en",)
    also_called: tuple[str, ...] = ()

    def system_prompt(self, language: str) -> str:
        """The system prompt in `language`, or in the first language the persona has."""
        return (self.system.get(language) or next(iter(self.system.values()))).strip()

    @property
    def names(self) -> tuple[str, ...]:
        """Every name the creator goes by, for telling whose line is whose in chats."""
        first = self.name.split()[0]
        return tuple(dict.fromkeys(n for n in (self.name, first, self.name_zh, *self.also_called) if n))


def plain_persona(name: str) -> Persona:
    """A persona for a creator who has not written one."""
    return Persona(
        name=name,
        system={
            "en": f"You are the AI twin of {name}. Answer as {name} would, in the first person. "
            f"If asked, say that you are an AI twin and not the person."
        },
    )


def parse_persona(data: Any) -> Persona:
    """A persona from decoded YAML or JSON.

    Raises:
        BadInput: a required key is missing or has the wrong shape.
    """
    if not isinstance(data, dict) or not isinstance(data.get("name"), str):
        raise BadInput("a persona needs a mapping with at least `name` and `system`", code="bad_persona")
    system = data.get("system")
    if not isinstance(system, dict) or not system or not all(isinstance(v, str) for v in system.values()):
        raise BadInput("a persona's `system` must map a language code to its prompt", code="bad_persona")
    known = {
        key: data[key] for key in ("name_zh", "tagline", "about", "greeting", "starters") if data.get(key)
    }
    languages = tuple(str(code) for code in data.get("languages") or system)
    called = data.get("also_called") or []
    if not isinstance(called, list) or not all(isinstance(one, str) and one.strip() for one in called):
        raise BadInput("a persona's `also_called` must be a list of names", code="bad_persona")
    return Persona(data["name"], dict(system), languages=languages, also_called=tuple(called), **known)


def read_persona(path: Path) -> Persona:
    """A persona from a YAML file.

    Raises:
        BadInput: the file cannot be read as a persona.
    """
    try:
        return parse_persona(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadInput(f"cannot read the persona {str(path)!r}: {error}", code="bad_persona") from error


def store_persona(db: Database, clock: Clock, creator: str, persona: Persona) -> int:
    """Keep `persona` as the creator's newest; its version (unchanged content adds none)."""
    with db.write() as connection:
        row = connection.execute(_newest(creator)).first()
        if row is not None and Persona(**_from_json(row.content)) == persona:
            return int(row.version)
        version = 1 if row is None else int(row.version) + 1
        insert_persona(connection, clock, creator, persona, version)
        return version


def insert_persona(
    connection: Connection, clock: Clock, creator: str, persona: Persona, version: int = 1
) -> None:
    """Add a persona inside the caller's transaction."""
    row = {"creator": creator, "version": version, "content": asdict(persona), "at": clock.now()}
    connection.execute(personas.insert().values(**row))


def current_persona(db: Database, creator: str) -> Persona:
    """The creator's newest persona.

    Raises:
        NotFound: none was ever stored.
    """
    with db.read() as connection:
        row = connection.execute(_newest(creator)).first()
    if row is None:
        raise NotFound(f"{creator!r} has no persona yet")
    return Persona(**_from_json(row.content))


def _newest(creator: str) -> sa.Select[Any]:
    query = sa.select(personas).where(personas.c.creator == creator)
    return query.order_by(personas.c.version.desc()).limit(1)


def _from_json(content: dict[str, Any]) -> dict[str, Any]:
    return {**content, **{key: tuple(content.get(key, ())) for key in ("languages", "also_called")}}
