"""Tar streams read header by header. Knows nothing about where entries are written to.

The standard library's reader keeps a record of every entry and parses headers of any length, both at the
mercy of who made the file, so headers are read here: ustar, GNU long names and the two keys of pax that
matter. Links, devices, sparse and other odd entries are named and passed over.
Source: https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from fenshen.core.errors import BadInput
from fenshen.library.archives.entries import CHUNK_BYTES, Entry, decode_names

_BLOCK = 512
_EXTRA_BYTES_MAX = 1 << 20
_FILES, _FOLDER = (b"0", b"\0", b"7"), b"5"
_GNU_NAME, _GNU_LINK, _PAX, _PAX_GLOBAL = b"L", b"K", b"x", b"g"
_LINKS = (b"1", b"2")


class TarBytes:
    """Pieces of a stream, read by count."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self.pieces, self.held = pieces, bytearray()

    def read(self, size: int) -> bytes:
        """The next `size` bytes, fewer only at the end."""
        while len(self.held) < size:
            piece = next(self.pieces, b"")
            if not piece:
                break
            self.held += piece
        found = bytes(self.held[:size])
        del self.held[:size]
        return found

    def exactly(self, size: int) -> bytes:
        """The next `size` bytes.

        Raises:
            BadInput: `archive_damaged` if there are fewer.
        """
        found = self.read(size)
        if len(found) < size:
            raise BadInput("the archive ends in the middle of a file", code="archive_damaged")
        return found


@dataclass
class _Body:
    """What follows a header: to be read once, or passed over."""

    stream: TarBytes
    left: int
    padding: int = field(init=False)

    def __post_init__(self) -> None:
        self.padding = -self.left % _BLOCK

    def chunks(self) -> Iterator[bytes]:
        """The bytes of the file in pieces."""
        while self.left:
            chunk = self.stream.exactly(min(self.left, CHUNK_BYTES))
            self.left -= len(chunk)
            yield chunk
        self.stream.read(self.padding)
        self.padding = 0

    def skip(self) -> None:
        """Pass over what was not read."""
        for _ in self.chunks():
            pass


def is_tar(start: bytes) -> bool:
    """Whether bytes that begin so are a tar: the first header's own checksum says it."""
    return len(start) >= _BLOCK and _checksum_fits(start[:_BLOCK])


def tar_entries(stream: TarBytes) -> Iterator[Entry]:
    """Everything in the tar; each entry's `chunks` must be used before the next one is asked for.

    Raises:
        BadInput: `archive_damaged`.
    """
    name: bytes | None = None
    size: int | None = None
    while len(header := stream.read(_BLOCK)) == _BLOCK and header.strip(b"\0"):
        if not _checksum_fits(header):
            raise BadInput("the archive is damaged: a header in it is wrong", code="archive_damaged")
        kind = header[156:157]
        if kind in (_GNU_NAME, _GNU_LINK, _PAX, _PAX_GLOBAL):
            extra = _extra(stream, _number(header[124:136]))
            if kind == _GNU_NAME:
                name = extra.rstrip(b"\0")
            elif kind == _PAX:
                records = _pax_records(extra)
                name = records.get(b"path", name)
                stated = records.get(b"size", b"")
                size = int(stated) if stated.isdigit() and len(stated) < 16 else size
            continue
        has_body = kind in _FILES or kind not in (*_LINKS, b"3", b"4", _FOLDER, b"6")
        body = _Body(stream, (_number(header[124:136]) if size is None else size) if has_body else 0)
        yield _entry(header, kind, name, body)
        body.skip()
        name = size = None


def _entry(header: bytes, kind: bytes, name: bytes | None, body: _Body) -> Entry:
    if name is None:
        name = header[:100].split(b"\0")[0]
        prefix = header[345:500].split(b"\0")[0] if header[257:263] == b"ustar\0" else b""
        name = prefix + b"/" + name if prefix else name
    is_folder = kind == _FOLDER or (kind in _FILES and name.endswith(b"/"))
    refusal = None
    if not is_folder and kind not in _FILES:
        refusal = BadInput("it is a link or device, not a file", code="archive_link")
    return Entry(decode_names([name])[0], body.chunks, refusal, is_folder)


def _extra(stream: TarBytes, size: int) -> bytes:
    """The text of a header that goes before another."""
    if size > _EXTRA_BYTES_MAX:
        raise BadInput("the archive is damaged: a header in it is too long", code="archive_damaged")
    return stream.exactly(size + -size % _BLOCK)[:size]


def _pax_records(extra: bytes) -> dict[bytes, bytes]:
    """`length key=value` lines; what is malformed ends the list."""
    records: dict[bytes, bytes] = {}
    at = 0
    while (space := extra.find(b" ", at, at + 8)) > 0 and extra[at:space].isdigit():
        end = at + int(extra[at:space])
        key, equals, value = extra[space + 1 : end - 1].partition(b"=")
        if end <= space or end > len(extra) or not equals:
            break
        records[key], at = value, end
    return records


def _number(digits: bytes) -> int:
    """A size: octal, or base 256 where the first bit is set.

    Raises:
        BadInput: `archive_damaged`.
    """
    if digits[0] & 0x80:
        number = int.from_bytes(digits[1:], "big") if digits[0] == 0x80 else -1
    else:
        text = digits.split(b"\0")[0].strip()
        number = int(text, 8) if text.isdigit() and not set(text) & set(b"89") else (0 if not text else -1)
    if not 0 <= number < 1 << 50:
        raise BadInput("the archive is damaged: a size in it is impossible", code="archive_damaged")
    return number


def _checksum_fits(header: bytes) -> bool:
    stated = header[148:156].split(b"\0")[0].strip()
    if not stated.isdigit() or set(stated) & set(b"89"):
        return False
    unsigned = sum(header[:148]) + 8 * 0x20 + sum(header[156:])
    signed = unsigned - 256 * sum(byte > 0x7F for byte in (*header[:148], *header[156:]))
    return int(stated, 8) in (unsigned, signed)
