"""What was fetched, written down beside it, so that a second run fetches only what is new.

    NAME.fenshen.json beside NAME.mp3: where it came from, how to ask whether it changed, what is stated of it

Names come from the URL alone, so the same URL always has the same place. Knows nothing about the network.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from fenshen.core.ids import digest_text
from fenshen.library.stated import Stated, from_json

SUFFIX = ".fenshen.json"
RECORD_BYTES_MAX = 1 << 20
NAME_CHARS_MAX = 60

_APART = re.compile(r"[^\w]+")


@dataclass(frozen=True)
class Record:
    """A fetched file, or one that is half here.

    Attributes:
        url: what was asked for.
        files: names in the same folder, the one to read first; empty while it is not complete.
        etag: as the server gave it.
        last_modified: as the server gave it.
        revision: what the list it came from said about its state; the same again means no need to ask.
        fetched: when, RFC 3339.
        stated: facts about it.
    """

    url: str
    files: tuple[str, ...] = ()
    etag: str = ""
    last_modified: str = ""
    revision: str = ""
    fetched: str = ""
    stated: Stated = field(default_factory=Stated)

    @property
    def range_validator(self) -> str:
        """What makes continuing safe (`If-Range`), or `""`: a weak tag does not say that bytes are equal."""
        return self.etag if self.etag.startswith('"') else self.last_modified


@dataclass(frozen=True)
class Fetched:
    """What lies behind a URL, on this machine.

    Attributes:
        path: the file to read; others of the same stem may lie beside it.
        stated: what is known of it: title, day, URL, language, kind, chapters.
        is_new: it came in this run.
    """

    path: Path
    stated: Stated
    is_new: bool


def stem_for(url: str) -> str:
    """The name, without extension, under which what lies at `url` is kept: readable and its own."""
    parts = urlsplit(url)
    last = unquote(PurePosixPath(parts.path).name) or parts.hostname or "page"
    readable = _APART.sub("-", last.rpartition(".")[0] if "." in last[1:] else last).strip("-_")
    return f"{readable[:NAME_CHARS_MAX].lower() or 'page'}-{digest_text(url)[:10]}"


def read_record(folder: Path, stem: str) -> Record | None:
    """The record called `stem`; `None` if there is none, or one that nobody here wrote."""
    path = folder / f"{stem}{SUFFIX}"
    try:
        if path.stat().st_size > RECORD_BYTES_MAX:
            return None
        facts = json.loads(path.read_bytes())
        return _record(facts) if isinstance(facts, dict) else None
    except (OSError, ValueError, RecursionError):
        return None


def write_record(folder: Path, stem: str, record: Record) -> None:
    """Keep `record`; a reader sees the old one or the new one, never half of it."""
    facts = {**vars(record), "files": list(record.files), "stated": record.stated.as_json()}
    path = folder / f"{stem}{SUFFIX}"
    unfinished = path.with_name(f".{path.name}.part")
    unfinished.write_text(json.dumps(facts, ensure_ascii=False, indent=1), encoding="utf-8")
    unfinished.replace(path)


def is_here(folder: Path, record: Record) -> bool:
    """Whether every file of a complete record still lies where it was put."""
    return bool(record.files) and all((folder / name).is_file() for name in record.files)


def _record(facts: Mapping[str, Any]) -> Record | None:
    texts = {name: facts.get(name, "") for name in ("url", "etag", "last_modified", "revision", "fetched")}
    files = facts.get("files")
    if not all(isinstance(text, str) for text in texts.values()) or not isinstance(files, list):
        return None
    if not all(isinstance(name, str) and Path(name).name == name for name in files):
        return None
    stated = facts.get("stated")
    return Record(**texts, files=tuple(files), stated=from_json(stated if isinstance(stated, dict) else {}))
