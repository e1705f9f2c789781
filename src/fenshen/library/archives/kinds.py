"""Which files are archives, by their first bytes. Knows nothing about how they are unpacked.

Office documents, e-books and programs are zips too, but not archives: they are told by what lies first in
them. A name decides nothing: a zip called `.srt` is an archive.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from fenshen.core.errors import BadInput
from fenshen.library.archives.entries import Budget
from fenshen.library.archives.streams import unpack_stream
from fenshen.library.archives.tars import is_tar

_HEAD_BYTES = 1 << 12
_PEEK_BYTES = 512
_STREAMS = {b"\x1f\x8b\x08": "gz", b"BZh": "bz2", b"\xfd7zXZ\x00": "xz", b"\x28\xb5\x2f\xfd": "zst"}
_LOCAL = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_DOCUMENT_FIRST = re.compile(
    rb"(?:\[Content_Types\]\.xml|_rels/|docProps/|word/|ppt/|xl/|mimetype|META-INF/)"
)
_DOCUMENT_NAMES = frozenset(
    {".docx", ".pptx", ".xlsx", ".epub", ".odt", ".odp", ".ods", ".pages", ".key", ".numbers"}
)


@dataclass(frozen=True)
class ArchiveKind:
    """What an archive is: `zip`, or a tar or single file in a stream compressed as `stream` says."""

    container: str
    stream: str = ""


def is_zipped_document(head: bytes, suffix: str = "") -> bool:
    """Whether a file that begins so is a document that happens to be a zip."""
    if not head.startswith(_LOCAL):
        return False
    name_at, name_length = 30, int.from_bytes(head[26:28], "little")
    return bool(_DOCUMENT_FIRST.match(head[name_at : name_at + name_length])) or suffix in _DOCUMENT_NAMES


def archive_kind(path: Path) -> ArchiveKind | None:
    """What kind of archive the file is, or `None`.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
        if head.startswith((_LOCAL, _EMPTY_ZIP)):
            return None if is_zipped_document(head, path.suffix.lower()) else ArchiveKind("zip")
        if is_tar(head):
            return ArchiveKind("tar")
        for magic, stream in _STREAMS.items():
            if head.startswith(magic):
                file.seek(0)
                return ArchiveKind("tar" if is_tar(_peek(file, stream)) else "file", stream)
    return None


def _peek(file: object, stream: str) -> bytes:
    """The first bytes that a compressed stream unpacks to; none where it is damaged."""
    start = b""
    try:
        for piece in unpack_stream(file, stream, Budget(1, 1 << 20)):  # type: ignore[arg-type]
            start += piece
            if len(start) >= _PEEK_BYTES:
                break
    except BadInput:
        pass
    return start
