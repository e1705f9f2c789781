"""Messages of any chat as a document: one turn each, every person under one name, quotes told from own words.

Knows nothing about where the messages come from.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from fenshen.core.ids import digest_text
from fenshen.library.dates import epoch_day as epoch_day
from fenshen.library.dialogue.names import DELETED, QUOTE
from fenshen.library.document import Cue, Document, Kind

UNKNOWN = DELETED
_PART_CHARS_MAX = 64
#: The space tells a quote from a face such as `>_<`.
_QUOTE_LINE = re.compile(r"[ \t]*>(>>)?[ \t]+")


@dataclass(frozen=True)
class Message:
    """Something that somebody typed.

    Attributes:
        who: what tells this person from others of the same name, as stable as the export makes it.
        name: what they are called.
        is_quoted: the words are somebody else's, passed on.
        start_s: when it appears in a recording, seconds.
        nickname: what else they are called there.
    """

    who: str
    name: str
    text: str
    day: date | None = None
    is_quoted: bool = False
    start_s: float | None = None
    nickname: str = ""


def chat_document(
    messages: Sequence[Message],
    *,
    title: str | None,
    title_stated: bool = False,
    part: str = "",
    owner: str | None = None,
    kind: Kind = "chat",
    private: bool = False,
    no_people: Iterable[str] = (),
) -> Document | None:
    """The document of `messages` in order, or `None` if nobody says anything.

    Args:
        owner: `Message.who` of whoever made the export, if it says so.
        no_people: names of the group, the channel and the bots in it.
    """
    said = [message for message in messages if message.text.strip()]
    if not said:
        return None
    names = names_by_person(said)
    return Document(
        kind=kind,
        cues=tuple(
            Cue(
                message.text.strip(),
                start_s=message.start_s,
                speaker=message.name.strip() or UNKNOWN if message.is_quoted else names[message.who],
                marks=frozenset({"quoted"}) if message.is_quoted else frozenset(),
            )
            for message in said
        ),
        turns=True,
        title=title,
        title_stated=title_stated,
        published=next((message.day for message in said if message.day), None),
        private=private,
        part=part,
        owner=None if owner is None else names.get(owner),
        called=tuple(
            sorted({(names[one.who], one.nickname) for one in said if one.nickname and not one.is_quoted})
        ),
        no_people=frozenset(no_people),
    )


def names_by_person(messages: Iterable[Message]) -> dict[str, str]:
    """One name for each `who`: the last one used; a second person of the same name gets a number."""
    latest: dict[str, str] = {}
    for message in messages:
        if not message.is_quoted:
            latest[message.who] = message.name.strip() or latest.get(message.who, "") or UNKNOWN
    taken: Counter[str] = Counter()
    names: dict[str, str] = {}
    for who, name in latest.items():
        taken[name] += 1
        names[who] = name if taken[name] == 1 or name == UNKNOWN else f"{name} ({taken[name]})"
    return names


def distinct_parts(documents: Sequence[Document]) -> list[Document]:
    """`documents` with every `part` different, so that a chat listed twice does not collide with itself."""
    seen: Counter[str] = Counter()
    found: list[Document] = []
    for document in documents:
        seen[document.part] += 1
        times = seen[document.part]
        suffix = f"~{times}" if times > 1 else ""
        found.append(replace(document, part=document.part[: _PART_CHARS_MAX - len(suffix)] + suffix))
    return found


def stable_part(name: object) -> str:
    """`name` as a `Document.part`: itself where it is short and plain, else a digest of it."""
    text = str(name)
    plain = bool(re.fullmatch(r"[\w.@+\-]{1,48}", text, re.ASCII))
    return text if plain else digest_text(text.encode("utf-8", "replace").decode())[:32]


def split_quotes(text: str) -> Iterator[tuple[bool, str]]:
    """Stretches of `text`, and whether each is a block quote: lines that begin with `>`, all after `>>>`."""
    quoted: bool | None = None
    to_the_end = False
    lines: list[str] = []
    for line in text.split("\n"):
        match = None if to_the_end else _QUOTE_LINE.match(line)
        is_quote = to_the_end or match is not None
        to_the_end = to_the_end or bool(match and match[1])
        if quoted is not None and is_quote != quoted:
            yield quoted, "\n".join(lines).strip()
            lines = []
        quoted = is_quote
        lines.append(line[match.end() :] if match else line)
    if quoted is not None:
        yield quoted, "\n".join(lines).strip()


def quoting(message: Message) -> Iterator[Message]:
    """`message`, with the block quotes in it as messages of nobody in particular."""
    for is_quote, text in split_quotes(message.text):
        if text:
            yield (
                replace(message, text=text, is_quoted=True, name=QUOTE)
                if is_quote
                else replace(message, text=text)
            )


def string(value: Any) -> str:
    """`value` if it is text, else nothing."""
    return value.strip() if isinstance(value, str) else ""


def dicts(value: Any) -> list[dict[str, Any]]:
    """The objects in `value` if it is a list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def member(value: Any, key: str) -> dict[str, Any]:
    """The object under `key` of `value`, or an empty one."""
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}
