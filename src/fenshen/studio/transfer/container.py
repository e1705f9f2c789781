"""The zip around a twin: written as a stream of known length, read only if every byte of it is accounted for.

Members are stored, never compressed, so nothing in it can grow; they follow each other without gaps, so nothing
is hidden before, between or after them. Knows nothing about what the members mean.

Source: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
"""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from fenshen.core.errors import BadInput
from fenshen.library.archives.entries import Budget
from fenshen.library.archives.zips import open_zip, read_entry
from fenshen.studio.transfer.names import bytes_max

ENTRIES_MAX = 100_000
#: From this size on, sizes are written in 64 bits.
_LARGE_BYTES = 1 << 30
_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL_BYTES, _END_BYTES, _END64_BYTES = 46, 22, 56 + 20
_SIZES_LATER = 0x8


@dataclass(frozen=True)
class Content:
    """A member to be written; `chunks` must give exactly `size` bytes."""

    name: str
    size: int
    chunks: Callable[[], Iterator[bytes]]


def zip_stream(contents: Sequence[Content]) -> Iterator[bytes]:
    """The zip of `contents`, piece by piece."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:  # type: ignore[call-overload]
        for content in contents:
            info = zipfile.ZipInfo(content.name)
            info.external_attr = (stat.S_IFREG | 0o644) << 16
            with archive.open(info, "w", force_zip64=content.size > _LARGE_BYTES) as member:
                for chunk in content.chunks():
                    member.write(chunk)
                    yield sink.taken()
            yield sink.taken()
    yield sink.taken()


def zip_bytes(contents: Sequence[Content]) -> int:
    """How many bytes `zip_stream` gives."""
    at, directory = 0, 0
    for content in contents:
        large = content.size > _LARGE_BYTES
        far, huge = at > zipfile.ZIP64_LIMIT, content.size > zipfile.ZIP64_LIMIT
        extra = 4 + 16 * huge + 8 * far if huge or far else 0
        at += _LOCAL.size + len(content.name) + 20 * large + content.size + (24 if large else 16)
        directory += _CENTRAL_BYTES + len(content.name) + extra
    many = len(contents) > zipfile.ZIP_FILECOUNT_LIMIT
    end64 = _END64_BYTES if many or max(at, directory) > zipfile.ZIP64_LIMIT else 0
    return at + directory + end64 + _END_BYTES


class TwinZip:
    """A twin file opened for reading; every member has a known name and lies where it should."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.sizes: Mapping[str, int] = {info.filename: info.file_size for info in archive.infolist()}

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of a member in pieces.

        Raises:
            BadInput: `package_damaged`.
        """
        info = self._archive.getinfo(name)
        try:
            yield from read_entry(self._archive, info, Budget(1, info.file_size))
        except BadInput as error:
            raise _damaged(f"{name} cannot be read to its end") from error

    def read(self, name: str) -> bytes:
        """The whole of a small member; see `chunks`."""
        return b"".join(self.chunks(name))


@contextmanager
def opened_zip(path: Path) -> Iterator[TwinZip]:
    """The twin file at `path`.

    Raises:
        BadInput: `not_a_twin_file`, `package_damaged`, `package_member`, `package_layout` or
            `package_too_large`.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise BadInput(f"cannot open {str(path)!r}: {error.strerror}", code="not_a_twin_file") from error
    with file:
        if file.read(4) != b"PK\x03\x04":
            raise BadInput(
                "it is no twin file; `fenshen export SLUG FILE` writes one",
                code="not_a_twin_file",
            )
        with _opened(file) as archive:
            _check_members(archive.infolist())
            _check_layout(file, archive)
            yield TwinZip(archive)


def _opened(file: BinaryIO) -> zipfile.ZipFile:
    try:
        return open_zip(file, ENTRIES_MAX)
    except BadInput as error:
        code = "package_too_large" if error.code == "archive_too_many_files" else "package_damaged"
        raise BadInput(f"the twin file cannot be read: {error.message}", code=code) from error


def _check_members(found: Sequence[zipfile.ZipInfo]) -> None:
    names = [info.orig_filename for info in found]
    for info, name in zip(found, names, strict=True):
        if info.file_size > bytes_max(name):
            raise BadInput(f"{name} is larger than it may be", code="package_too_large")
        mode = info.external_attr >> 16
        plain = info.compress_type == zipfile.ZIP_STORED and info.compress_size == info.file_size
        if not plain or info.flag_bits & ~_SIZES_LATER or stat.S_IFMT(mode) not in (0, stat.S_IFREG):
            raise _odd(f"{name} is compressed, encrypted or no plain file")
    if len(set(names)) < len(names):
        raise _odd("a member is in it twice")


def _check_layout(file: BinaryIO, archive: zipfile.ZipFile) -> None:
    """Raise unless the members, the directory and its end are the whole file."""
    at = 0
    found = archive.infolist()
    for info in found:
        if info.header_offset != at:
            raise _odd("there are bytes in it that belong to no member")
        at = _end_of_member(file, info)
    directory = sum(_CENTRAL_BYTES + len(i.orig_filename) + len(i.extra) + len(i.comment) for i in found)
    size = file.seek(0, io.SEEK_END)
    end = size - at - directory
    if archive.start_dir != at or end not in (_END_BYTES, _END_BYTES + _END64_BYTES) or archive.comment:
        raise _odd("there are bytes before or after its directory")


def _end_of_member(file: BinaryIO, info: zipfile.ZipInfo) -> int:
    file.seek(info.header_offset)
    head = file.read(_LOCAL.size)
    if len(head) < _LOCAL.size:
        raise _damaged("a member begins after its end")
    magic, _, flags, method, *_, name_bytes, extra_bytes = _LOCAL.unpack(head)
    same = file.read(name_bytes) == info.orig_filename.encode("utf-8", "replace")
    if magic != b"PK\x03\x04" or not same or (flags, method) != (info.flag_bits, info.compress_type):
        raise _odd("its directory and its members contradict each other")
    trailer = (24 if extra_bytes else 16) if flags & _SIZES_LATER else 0
    return int(info.header_offset + _LOCAL.size + name_bytes + extra_bytes + info.compress_size + trailer)


def _odd(what: str) -> BadInput:
    return BadInput(f"this is no twin file as fenshen writes it: {what}", code="package_layout")


def _damaged(what: str) -> BadInput:
    return BadInput(f"the twin file is damaged: {what}; copy it again", code="package_damaged")


class _Sink:
    """What a zip is written to that goes out as it comes."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def taken(self) -> bytes:
        """What was written since the last time."""
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)
