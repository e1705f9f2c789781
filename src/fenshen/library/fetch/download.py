"""One URL into one file: asked whether it changed, continued where it broke off, kept when it is whole.

    record? → GET (If-None-Match | Range) → first bytes looked at → `.NAME.part` → NAME.ext + record

Knows nothing about what a feed or a page is: the caller looks at the first bytes and may refuse.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from fenshen.core.clock import Clock, rfc3339
from fenshen.core.errors import BadInput
from fenshen.library.fetch.guarded import Answer, Guard
from fenshen.library.fetch.pages import is_page
from fenshen.library.fetch.record import Record, is_here, read_record, stem_for, write_record
from fenshen.library.fetch.wire import Limits, too_large
from fenshen.library.reading import HEAD_BYTES, Head
from fenshen.library.stated import Stated

#: A whole recording: hours are allowed, standing still is not.
MEDIA = Limits(
    bytes_max=4 << 30, seconds_max=6 * 3600.0, stall_s=30.0, bytes_per_s_min=8192, speed_window_s=60.0
)

#: What a download leaves free, and how often it looks.
FREE_BYTES_MIN = 1 << 30
CHECKED_EVERY_BYTES = 64 << 20

#: Called with bytes had and bytes expected (0 if unknown).
Told = Callable[[int, int], None]
#: Looks at a file's beginning and how it was answered: bytes it may have, or `BadInput` to refuse it.
Look = Callable[[Head, Answer], int]

#: Names a file may keep; the rest are named by what the server says they are.
_SUFFIXES = frozenset(
    [
        ".srt",
        ".vtt",
        ".ass",
        ".ssa",
        ".lrc",
        ".ttml",
        ".md",
        ".markdown",
        ".txt",
        ".pdf",
        ".docx",
        ".epub",
        ".pptx",
        ".json",
        ".csv",
        ".xml",
        ".rss",
        ".atom",
        ".zip",
        ".mp3",
        ".m4a",
        ".m4b",
        ".wav",
        ".flac",
        ".ogg",
        ".oga",
        ".opus",
        ".aac",
        ".mp4",
        ".m4v",
        ".mkv",
        ".webm",
        ".mov",
        ".avi",
    ]
)
_DECLARED = {
    "text/plain": ".txt",
    "text/markdown": ".md",
    "text/vtt": ".vtt",
    "application/x-subrip": ".srt",
    "application/srt": ".srt",
    "application/pdf": ".pdf",
    "application/rss+xml": ".xml",
    "application/atom+xml": ".xml",
    "application/xml": ".xml",
    "text/xml": ".xml",
    "application/json": ".json",
    "audio/mpeg": ".mp3",
    "audio/mp4": ".m4a",
    "audio/x-m4a": ".m4a",
    "audio/ogg": ".ogg",
    "audio/wav": ".wav",
    "audio/flac": ".flac",
    "video/mp4": ".mp4",
    "video/webm": ".webm",
}


@dataclass(frozen=True)
class Saved:
    """A file that is here.

    Attributes:
        is_new: it came just now; otherwise it was here, and is the same.
    """

    path: Path
    record: Record
    is_new: bool


@dataclass(frozen=True)
class Wish:
    """What to fetch.

    Attributes:
        stem: the name to keep it under; by default made from the URL.
        revision: see `Record`.
        is_packable: text, better packed on the way; otherwise its bytes as they are, so that it can be continued.
    """

    url: str
    stated: Stated = field(default_factory=Stated)
    limits: Limits = MEDIA
    stem: str = ""
    revision: str = ""
    is_packable: bool = False

    @property
    def name(self) -> str:
        """The name without extension."""
        return self.stem or stem_for(self.url)


def save(guard: Guard, wish: Wish, folder: Path, clock: Clock, told: Told, look: Look) -> Saved:
    """The file at `wish.url`, fetched only if it is not here or has changed.

    Raises:
        BadInput: what `Guard.get` and `look` raise.
        OSError: the folder cannot be written to.
    """
    known = read_record(folder, wish.name)
    if known and known.url != wish.url:
        known = None
    if known and is_here(folder, known) and wish.revision and known.revision == wish.revision:
        return _unchanged(folder, wish, known)
    part = folder / f".{wish.name}.part"
    try:
        return _ask(guard, wish, folder, clock, told, look, known)
    except _Stale:  # what lay here does not continue what the server has now: from the beginning
        part.unlink(missing_ok=True)
        return _ask(guard, wish, folder, clock, told, look, None)


class _Stale(Exception):
    """The part of a file that is here cannot be continued."""


def _ask(
    guard: Guard, wish: Wish, folder: Path, clock: Clock, told: Told, look: Look, known: Record | None
) -> Saved:
    part = folder / f".{wish.name}.part"
    had = part.stat().st_size if part.is_file() else 0
    headers = _conditions(known, folder, had, wish.is_packable)
    start = had if "Range" in headers else 0
    with guard.get(wish.url, wish.limits, headers) as answer:
        if answer.status == 304 and known is not None:
            return _unchanged(folder, wish, known)
        if answer.status in (304, 416) or (answer.status == 206 and not _continues(answer, start)):
            raise _Stale
        start = start if answer.status == 206 else 0
        record = _record(wish, answer, clock)
        if not start:
            write_record(folder, wish.name, record)
        head = _receive(answer, part, start, wish.limits, told, look)
    path = folder / f"{wish.name}{_extension(answer, head)}"
    part.replace(path)
    for old in known.files if known else ():
        if old != path.name:  # it was something else before
            (folder / old).unlink(missing_ok=True)
    record = replace(record, files=(path.name,))
    write_record(folder, wish.name, record)
    return Saved(path, record, is_new=True)


def _receive(answer: Answer, part: Path, start: int, limits: Limits, told: Told, look: Look) -> bytes:
    """Write the content behind what is there already; the first bytes are looked at before the rest comes."""
    expected = start + answer.size if answer.size is not None else 0
    if expected > limits.bytes_max:
        raise too_large(limits.bytes_max)
    check_space(part.parent, expected - start)
    head = _beginning(part) if start else b""
    got, checked, bytes_max = start, start, 0
    with part.open("ab" if start else "wb") as out:
        for chunk in answer.chunks():
            out.write(chunk)
            got += len(chunk)
            head += chunk[: max(0, HEAD_BYTES - len(head))]
            if not bytes_max and len(head) >= HEAD_BYTES:
                bytes_max = look(_head(head, answer), answer)
            if bytes_max and max(got, expected) > bytes_max:
                raise too_large(bytes_max)
            if got - checked > CHECKED_EVERY_BYTES:
                check_space(part.parent, 0)
                checked = got
            told(got, max(expected, got))
    if not bytes_max:
        look(_head(head, answer), answer)
    return head


def check_space(folder: Path, wanted: int) -> None:
    """Raise `disk_full` rather than take the last of the disk from everything else."""
    if shutil.disk_usage(folder).free - wanted < FREE_BYTES_MIN:
        raise BadInput("the disk is nearly full; free some space and run it again", code="disk_full")


def _beginning(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD_BYTES)


def _head(data: bytes, answer: Answer) -> Head:
    return Head(data, f"file{_extension(answer, data)}")


def _conditions(known: Record | None, folder: Path, had: int, is_packable: bool) -> dict[str, str]:
    """The headers that ask for no more than is missing."""
    headers = {} if is_packable else {"Accept-Encoding": "identity"}
    if known is None:
        return headers
    if is_here(folder, known):
        if known.etag:
            headers["If-None-Match"] = known.etag
        if known.last_modified:
            headers["If-Modified-Since"] = known.last_modified
    elif had and known.range_validator:
        headers |= {
            "Accept-Encoding": "identity",
            "Range": f"bytes={had}-",
            "If-Range": known.range_validator,
        }
    return headers


def _continues(answer: Answer, start: int) -> bool:
    """Whether the part that came begins where the part that is here ends."""
    found = re.match(r"bytes (\d{1,18})-", answer.headers.get("content-range", ""))
    return found is not None and int(found[1]) == start and not answer.headers.get("content-encoding")


def _record(wish: Wish, answer: Answer, clock: Clock) -> Record:
    """What to remember; a packed answer cannot be continued, its tag is for the packed bytes."""
    return Record(
        url=wish.url,
        etag=answer.headers.get("etag", "")[:256],
        last_modified=answer.headers.get("last-modified", "")[:64],
        revision=wish.revision,
        fetched=rfc3339(clock.now()),
        stated=wish.stated,
    )


def _unchanged(folder: Path, wish: Wish, known: Record) -> Saved:
    """What lies here already; facts about it may be newer."""
    record = replace(known, stated=wish.stated, revision=wish.revision)
    if record != known:
        write_record(folder, wish.name, record)
    return Saved(folder / known.files[0], record, is_new=False)


def _extension(answer: Answer, head: bytes) -> str:
    """What the file is called by: its first bytes if it is a page, else its address, else its declared type."""
    suffix = PurePosixPath(unquote(answer.url.path)).suffix.lower()
    if is_page(head, answer.media_type):
        return ".html"
    return suffix if suffix in _SUFFIXES else _DECLARED.get(answer.media_type, "")
