"""Compressed streams unpacked in bounded pieces: gzip, bzip2, xz, zstandard; and which kind of archive a file is."""

from __future__ import annotations

import bz2
import lzma
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from fenshen.core.errors import BadInput
from fenshen.library.archives.entries import CHUNK_BYTES, Budget
from fenshen.library.archives.tars import is_tar

#: xz and lzma say how much memory unpacking takes; `xz -9` needs 65 MiB.
_XZ_MEMORY_MAX = 128 << 20


class _Unpacker(Protocol):
    def step(self, data: bytes) -> bytes:
        """At most one chunk from `data` and what was held back."""

    eof: bool
    unused: bytes
    holds: bool


class _Gzip:
    def __init__(self) -> None:
        self.inner = zlib.decompressobj(zlib.MAX_WBITS | 16)

    def step(self, data: bytes) -> bytes:
        return self.inner.decompress(self.inner.unconsumed_tail + data, CHUNK_BYTES)

    eof = property(lambda self: self.inner.eof)
    unused = property(lambda self: self.inner.unused_data)
    holds = property(lambda self: bool(self.inner.unconsumed_tail))


class _Bounded:
    """bzip2 and xz, whose unpackers hold back input themselves."""

    def __init__(self, inner: bz2.BZ2Decompressor | lzma.LZMADecompressor) -> None:
        self.inner = inner

    def step(self, data: bytes) -> bytes:
        return self.inner.decompress(data, CHUNK_BYTES)

    eof = property(lambda self: self.inner.eof)
    unused = property(lambda self: self.inner.unused_data)
    holds = property(lambda self: not self.inner.needs_input and not self.inner.eof)


_UNPACKERS: dict[str, Callable[[], _Unpacker]] = {
    "gz": _Gzip,
    "bz2": lambda: _Bounded(bz2.BZ2Decompressor()),
    "xz": lambda: _Bounded(lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY_MAX)),
}


def unpack_stream(file: BinaryIO, kind: str, budget: Budget) -> Iterator[bytes]:
    """What `file` unpacks to, in pieces; several streams one after another are one.

    Args:
        kind: `gz`, `bz2`, `xz`, `zst`, or `""` for bytes that are not compressed.

    Raises:
        BadInput: `archive_damaged`, `archive_too_large`.
    """
    pieces = (
        _zstandard(file) if kind == "zst" else _plain(file) if not kind else _unpacked(file, _UNPACKERS[kind])
    )
    try:
        for piece in pieces:
            budget.take_bytes(len(piece))
            yield piece
    except (zlib.error, lzma.LZMAError, OSError, EOFError, MemoryError, ValueError) as error:
        raise BadInput(
            "the archive is damaged and cannot be unpacked to its end", code="archive_damaged"
        ) from error


def _unpacked(file: BinaryIO, begin: Callable[[], _Unpacker]) -> Iterator[bytes]:
    unpacker, data = begin(), file.read(CHUNK_BYTES)
    while data or unpacker.holds:
        if piece := unpacker.step(data):
            yield piece
        data = b""
        if unpacker.eof:
            data = (unpacker.unused or file.read(CHUNK_BYTES)).lstrip(b"\0")
            if not data:
                return
            unpacker = begin()
        elif not unpacker.holds:
            data = file.read(CHUNK_BYTES)
    if not unpacker.eof:
        raise EOFError


def _zstandard(file: BinaryIO) -> Iterator[bytes]:
    import pyarrow as pa

    with pa.CompressedInputStream(pa.PythonFile(file, mode="r"), "zstd") as stream:
        while piece := stream.read(CHUNK_BYTES):
            yield piece


def _plain(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(CHUNK_BYTES):
        yield piece


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
