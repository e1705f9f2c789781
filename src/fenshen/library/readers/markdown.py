"""Markdown posts with YAML front matter. Knows nothing about HTML rendering.

Front matter: `title`, `date`, `lang`, `private`, `kind`, `rights`. Lines that begin somebody's words (`**Name:**`) are
paragraphs of their own, so that `dialogue` can tell who speaks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import get_args

import yaml

from fenshen.core.errors import BadInput
from fenshen.library.claims import Rights, parse_rights
from fenshen.library.dialogue.judging import speech_starts
from fenshen.library.document import Cue, Document, Kind
from fenshen.library.names import parse_date
from fenshen.library.reading import LINE_CHARS_MAX, PLAIN_NAMES, Head, Opened, ReaderSpec

FRONT_MATTER_CHARS_MAX = 16_384

_FRONT = re.compile(r"\A---[ \t]*\n(.*?\n)?(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S)
_FENCE = re.compile(r"^(```|~~~).*?^\1[^\n]*$", re.S | re.M)
_COMMENT = re.compile(r"<!--.*?-->", re.S)
_BLOCK = re.compile(r"^(?:#{1,6}\s+|>\s?|[-*+]\s+|\d{1,3}[.)]\s+)+")
_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$")
_RULE = re.compile(r"^\s*(?:[-*_]\s*){3,}$|^\s*\|?\s*:?-{3,}")
_INLINE = (
    (re.compile(r"!\[[^\]\n]*\]\([^)\n]*\)"), ""),
    (re.compile(r"\[([^\]\n]+)\]\([^)\n]*\)"), r"\1"),
    (re.compile(r"<(https?://[^>\s]+)>"), r"\1"),
    (re.compile(r"</?[A-Za-z][^<>\n]{0,200}>"), ""),
    (re.compile(r"(\*\*|__)(?=\S)([^\n]+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<![\w*])[*_](?=\S)([^*_\n]+?)(?<=\S)[*_](?![\w*])"), r"\1"),
    (re.compile(r"`([^`\n]+)`"), r"\1"),
    (re.compile(r"\\([\\`*_{}\[\]()#+\-.!>])"), r"\1"),
)


@dataclass(frozen=True)
class FrontMatter:
    """What a file says about itself above its text."""

    title: str | None = None
    published: date | None = None
    language: str | None = None
    private: bool = False
    kind: Kind | None = None
    rights: Rights | None = None


def read_markdown(text: str) -> Document:
    """The document of a decoded Markdown file.

    Raises:
        BadInput: `bad_front_matter` if it is no YAML mapping, `bad_rights`, `no_text` if nothing is left to read.
    """
    front, body = split_front_matter(text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n"))
    blocks = _paragraphs(body)
    heading = _HEADING.match(blocks[0]) if blocks else None
    title = front.title or (_inline(heading[1]) if heading else None)
    cues = _cues(blocks[1:] if heading and not front.title else blocks)
    if not cues:
        raise BadInput("it holds no text", code="no_text")
    return Document(
        kind=front.kind or "post",
        cues=tuple(cues),
        title=title,
        title_stated=title is not None,
        published=front.published,
        language=front.language,
        private=front.private,
        rights=front.rights,
    )


def split_front_matter(text: str) -> tuple[FrontMatter, str]:
    """The front matter (empty if there is none) and the text below it.

    Raises:
        BadInput: `bad_front_matter` or `bad_rights`. A broken header is refused, not ignored: it may say `private`.
    """
    if not text.startswith("---\n"):
        return FrontMatter(), text
    match = _FRONT.match(text[: FRONT_MATTER_CHARS_MAX + 8])
    if match is None:
        return FrontMatter(), text
    try:
        fields = yaml.safe_load(match[1] or "") or {}
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise BadInput("its front matter is not valid YAML", code="bad_front_matter") from error
    if not isinstance(fields, dict):
        raise BadInput("its front matter is not a mapping", code="bad_front_matter")
    return _front(fields), text[match.end() :]


def _front(fields: dict[object, object]) -> FrontMatter:
    by_name = {str(key).lower(): value for key, value in fields.items() if isinstance(key, str)}
    title, language, kind = (
        by_name.get("title"),
        by_name.get("lang", by_name.get("language")),
        by_name.get("kind"),
    )
    return FrontMatter(
        title=str(title).strip() or None if isinstance(title, str | int | float | date) else None,
        published=_day(by_name.get("date")),
        language=language[:2].lower() if isinstance(language, str) and language[:2].isalpha() else None,
        private=_is_true(by_name.get("private", False)),
        kind=kind if kind in get_args(Kind) else None,  # type: ignore[arg-type]
        rights=parse_rights(by_name["rights"]) if "rights" in by_name else None,
    )


def _is_true(value: object) -> bool:
    """Any `private:` but a clear no counts as yes."""
    return str(value).strip().lower() not in {"false", "no", "0", "none", "off", ""}


def _day(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else parse_date(value) if isinstance(value, str) else None


def _paragraphs(body: str) -> list[str]:
    """Blocks of raw Markdown, a heading or list item each its own; code, comments and rules dropped."""
    text = _COMMENT.sub("", _FENCE.sub("", body))
    blocks: list[str] = []
    open_block = False
    lines = text.split("\n")
    spoken = speech_starts([_BLOCK.sub("", line.strip()) for line in lines])
    for at, line in enumerate(lines):
        stripped = line.strip()
        if not stripped or _RULE.match(line):
            open_block = False
        elif open_block and not _BLOCK.match(stripped) and at not in spoken:
            blocks[-1] += f"\n{stripped}"
        else:
            blocks.append(stripped)
            open_block = not _HEADING.match(stripped)
    return blocks


def _cues(blocks: list[str]) -> list[Cue]:
    texts = ((_inline(_BLOCK.sub("", block)), block.startswith(">")) for block in blocks)
    return [Cue(text, marks=frozenset({"quoted"} if quoted else ())) for text, quoted in texts if text]


def _inline(text: str) -> str:
    """Text without inline markup, on one line."""
    for pattern, replacement in _INLINE:
        text = pattern.sub(replacement, text)
    return " ".join(text.split())


def _recognises(head: Head) -> bool:
    named = head.suffix in (".md", ".markdown")
    return bool(head.text) and (named or (head.suffix in PLAIN_NAMES and head.text.startswith("---\n")))


def _read(opened: Opened) -> list[Document]:
    return [read_markdown(opened.text)]


SPEC = ReaderSpec("markdown", _recognises, _read, line_chars_max=LINE_CHARS_MAX)
