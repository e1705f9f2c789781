"""Compressed streams unpacked in bounded pieces: gzip, bzip2, xz, zstandard. Knows nothing about files in them."""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO, Protocol

from fenshen.core.errors import BadInput
from fenshen.library.archives.entries import CHUNK_BYTES, Budget

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
