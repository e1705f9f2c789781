"""Zip files opened with suspicion. Knows nothing about where entries are written to.

The directory is bounded before it is parsed, entries that share bytes with others are refused (a
"quoted overlap" bomb is one), and only stored and deflated entries are unpacked: the other methods
cannot be unpacked in bounded memory here.
Source: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT ; https://www.bamsoftware.com/hacks/zipbomb/
"""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from fenshen.core.errors import BadInput
from fenshen.library.archives.entries import CHUNK_BYTES, Budget, Entry, decode_names, too_many_files

_DIRECTORY_BYTES_MAX = 32 << 20
_DIRECTORY_ENTRY = b"PK\x01\x02"
_LOCAL_HEADER_BYTES = 30
_ENCRYPTED, _UTF8 = 0x1, 0x800
_UNICODE_PATH = 0x7075
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    struct.error,
    ValueError,
    OverflowError,
    NotImplementedError,
)


class _Watched:
    """A file whose single reads are bounded, so that a huge directory is never parsed."""

    def __init__(self, file: BinaryIO, entries_max: int) -> None:
        self.file, self.entries_max = file, entries_max
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(min(size, _DIRECTORY_BYTES_MAX) if size >= 0 else _DIRECTORY_BYTES_MAX)
        if size > _DIRECTORY_BYTES_MAX or data.count(_DIRECTORY_ENTRY) > self.entries_max:
            raise too_many_files(self.entries_max)
        return data


def open_zip(file: BinaryIO, entries_max: int) -> zipfile.ZipFile:
    """The zip in `file`, its directory read.

    Raises:
        BadInput: `archive_too_many_files`, `archive_damaged`.
    """
    try:
        return zipfile.ZipFile(_Watched(file, entries_max))
    except (*_DAMAGED, OSError) as error:
        raise BadInput(
            "the archive is damaged: its list of files, which stands at its end, cannot be read; copy or download it again",
            code="archive_damaged",
        ) from error


def zip_entries(archive: zipfile.ZipFile, budget: Budget) -> Iterator[Entry]:
    """Everything in `archive`, in the order of its directory."""
    found = archive.infolist()
    overlapping = _overlapping(found)
    for info, name in zip(found, _names(found), strict=True):
        yield Entry(
            name=name,
            chunks=lambda info=info: read_entry(archive, info, budget),  # type: ignore[misc]
            refusal=_refusal(info, id(info) in overlapping),
            is_folder=name.endswith(("/", "\\")),
        )


def read_entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget: Budget) -> Iterator[bytes]:
    """The bytes of an entry in pieces.

    Raises:
        BadInput: `archive_damaged`, `archive_too_large`.
    """
    try:
        with archive.open(info) as file:
            while chunk := file.read(CHUNK_BYTES):
                budget.take_bytes(len(chunk))
                yield chunk
    except (*_DAMAGED, OSError, RuntimeError) as error:
        raise BadInput("it is damaged inside the archive", code="archive_damaged") from error


def _refusal(info: zipfile.ZipInfo, overlaps: bool) -> BadInput | None:
    mode = info.external_attr >> 16
    if info.flag_bits & _ENCRYPTED:
        return BadInput(
            "it is encrypted; unpack it with its password and add the files", code="archive_encrypted"
        )
    if info.create_system == 3 and stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        return BadInput("it is a link or device, not a file", code="archive_link")
    if overlaps:
        return BadInput("it shares its bytes with another entry, as only bombs do", code="archive_overlap")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        reason = "it is compressed in a way not read here; unpack the archive and add the files"
        return BadInput(reason, code="archive_method")
    return None


def _overlapping(found: Sequence[zipfile.ZipInfo]) -> set[int]:
    """`id`s of entries whose bytes reach into the next one's."""
    ordered = sorted(found, key=lambda info: info.header_offset)
    shared: set[int] = set()
    end, last = -1, None
    for info in ordered:
        if info.header_offset < end:
            shared |= {id(info), id(last)}
        own_end = info.header_offset + _LOCAL_HEADER_BYTES + len(info.orig_filename) + info.compress_size
        if own_end >= end:
            end, last = own_end, info
    return shared


def _names(found: Sequence[zipfile.ZipInfo]) -> list[str]:
    """Names as they were meant: stated as UTF-8, stated in an extra field, or guessed from all together."""
    stated = {id(info): name for info in found if (name := _stated_name(info)) is not None}
    silent = [info for info in found if id(info) not in stated]
    raw = [info.orig_filename.encode("cp437", "replace") for info in silent]
    guessed = {id(info): name for info, name in zip(silent, decode_names(raw), strict=True)}
    return [stated.get(id(info)) or guessed.get(id(info), "") for info in found]


def _stated_name(info: zipfile.ZipInfo) -> str | None:
    if info.flag_bits & _UTF8 or info.orig_filename.isascii():
        return info.orig_filename
    extra, at = info.extra, 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, at)
        if kind == _UNICODE_PATH and size > 5:
            return bytes(extra[at + 9 : at + 4 + size]).decode("utf-8", "replace")
        at += 4 + size
    return None
