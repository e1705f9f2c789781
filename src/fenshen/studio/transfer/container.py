"""The zip around a twin: written as a stream of known length, read with known names and bounded sizes.

Members are stored, never compressed, so nothing in it can grow. Knows nothing about what the members mean: that
they are those that were signed is shown by their digests in the manifest.

Source: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
"""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Callable, Iterator, Sequence
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
_LOCAL_BYTES, _CENTRAL_BYTES, _END_BYTES, _END64_BYTES = 30, 46, 22, 56 + 20
_END = b"PK\x05\x06"
_ENCRYPTED = 0x1


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
                    yield sink.drain()
            yield sink.drain()
    yield sink.drain()


def zip_bytes(contents: Sequence[Content]) -> int:
    """How many bytes `zip_stream` gives."""
    at, directory = 0, 0
    for content in contents:
        large = content.size > _LARGE_BYTES
        far, huge = at > zipfile.ZIP64_LIMIT, content.size > zipfile.ZIP64_LIMIT
        extra = 4 + 16 * huge + 8 * far if huge or far else 0
        at += _LOCAL_BYTES + len(content.name) + 20 * large + content.size + (24 if large else 16)
        directory += _CENTRAL_BYTES + len(content.name) + extra
    many = len(contents) > zipfile.ZIP_FILECOUNT_LIMIT
    end64 = _END64_BYTES if many or max(at, directory) > zipfile.ZIP64_LIMIT else 0
    return at + directory + end64 + _END_BYTES


@contextmanager
def opened_zip(path: Path) -> Iterator[zipfile.ZipFile]:
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
        with _open(file) as archive:
            _check_members(archive.infolist())
            file.seek(-_END_BYTES, io.SEEK_END)
            if file.read(4) != _END or min(info.header_offset for info in archive.infolist()):
                raise _odd("there are bytes before or after it")
            yield archive


def member_chunks(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """The bytes of a member in pieces.

    Raises:
        BadInput: `package_damaged`.
    """
    info = archive.getinfo(name)
    try:
        yield from read_entry(archive, info, Budget(1, info.file_size))
    except BadInput as error:
        raise BadInput(
            f"the twin file is damaged: {name} cannot be read to its end; copy it again",
            code="package_damaged",
        ) from error


def _open(file: BinaryIO) -> zipfile.ZipFile:
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
        is_file = stat.S_IFMT(info.external_attr >> 16) in (0, stat.S_IFREG)
        if info.compress_type != zipfile.ZIP_STORED or info.flag_bits & _ENCRYPTED or not is_file:
            raise _odd(f"{name} is compressed, encrypted or no plain file")
    if len(set(names)) < len(names) or not names:
        raise _odd("a member is in it twice, or there are none")


def _odd(what: str) -> BadInput:
    return BadInput(f"this is no twin file as fenshen writes it: {what}", code="package_layout")


class _Sink:
    """What a zip is written to that goes out as it comes."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def drain(self) -> bytes:
        """The bytes written since the last call."""
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)
