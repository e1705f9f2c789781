"""Packed answers unpacked a little at a time, so that a bomb costs no more than its limit.

Only gzip and deflate, which is what we ask for. Brotli and zstd are never asked for; an answer packed so
is refused unread. Pure. Knows nothing about the network.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from fenshen.core.errors import BadInput

STEP_BYTES = 1 << 18

#: `zlib` finds out by itself whether a gzip or a zlib header comes.
_EITHER_HEADER = 47


def unpack(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """The content of an answer with this `Content-Encoding`, in pieces of at most 256 KiB if it was packed.

    Raises:
        BadInput: `bad_encoding` for what was not asked for or is not what it says, `broken_transfer` if the
            end is missing.
    """
    if encoding in ("", "identity"):
        yield from chunks
    elif encoding in ("gzip", "x-gzip", "deflate"):
        yield from _inflate(chunks)
    else:
        raise BadInput(f"it is packed as {encoding[:40]!r}, which nobody asked for", code="bad_encoding")


def _inflate(chunks: Iterable[bytes]) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(_EITHER_HEADER)
    try:
        for chunk in chunks:
            data = chunk
            while data:
                yield unpacker.decompress(data, STEP_BYTES)
                data = unpacker.unconsumed_tail
                if unpacker.eof:
                    data = unpacker.unused_data
                    unpacker = zlib.decompressobj(_EITHER_HEADER) if data else unpacker
    except zlib.error as error:
        raise BadInput("its packing is damaged", code="bad_encoding") from error
    if not unpacker.eof:
        raise BadInput("it broke off before its end", code="broken_transfer")
