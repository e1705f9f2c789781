"""Files that arrive in pieces through the page, kept in the creator's upload folder until they are read.

A piece says where it begins, so an upload that broke off goes on where it stopped; the file has its name only
when it is whole. The disk belongs to all creators: what one of them has waiting may not outgrow what is left free, so
nobody fills it alone. Knows nothing about HTTP.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from fenshen.core.errors import BadInput, Busy, Conflict
from fenshen.core.unicode import normalized

PIECE_BYTES_MAX = 32 << 20
NAME_BYTES_MAX = 200
DEPTH_MAX = 20
#: Left free on the disk whatever arrives.
SPARE_BYTES = 1 << 30
_PART = ".fenshen-part"
_ODD = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\]')


@dataclass(frozen=True)
class Uploads:
    """The upload folder of one creator."""

    folder: Path

    def size(self, path: str) -> int:
        """Bytes of a file that have arrived."""
        place = self.place(path)
        waiting = _part(place)
        return waiting.stat().st_size if waiting.exists() else place.stat().st_size if place.exists() else 0

    def root_of(self, path: str) -> str:
        """The uppermost folder of a path, or the file itself where it lies in none."""
        return self.place(path).relative_to(self.folder).parts[0]

    async def take(self, path: str, offset: int, pieces: AsyncIterator[bytes], *, last: bool) -> int:
        """Append what arrives; how many bytes of the file there are now.

        Args:
            path: relative, as the page shows it.
            offset: where these bytes belong: at the end of what has arrived, or 0 to begin anew.
            last: whether the file is whole with them.

        Raises:
            BadInput: `bad_path`.
            Conflict: `bad_offset`, other bytes are missing before these; the message says from where.
            Busy: `disk_full`, or `disk_share` where this creator's own files wait to be read; what arrived
                before is kept.
        """
        place = self.place(path)
        waiting = _part(place)
        waiting.parent.mkdir(parents=True, exist_ok=True)
        here = waiting.stat().st_size if waiting.exists() else 0
        if offset not in (0, here):
            raise Conflict(
                f"{here} bytes of {path!r} have arrived; send from there", code="bad_offset", at=here
            )
        free = shutil.disk_usage(waiting.parent).free - SPARE_BYTES
        if free <= 0:
            raise Busy("the disk is nearly full; free some space and go on", code="disk_full")
        if self._waiting_bytes() > free:
            raise Busy(
                "your files that wait to be read fill your share of the disk; let them be read, then go on",
                code="disk_share",
            )
        with waiting.open("r+b" if offset else "wb") as file:
            file.seek(offset)
            async for piece in pieces:
                file.write(piece)
            arrived = file.tell()
            if last:
                os.fsync(file.fileno())
        if last:
            waiting.replace(place)
        return arrived

    def _waiting_bytes(self) -> int:
        """Bytes of everything that lies here."""
        return sum(file.stat().st_size for file in self.folder.rglob("*") if file.is_file())

    def place(self, path: str) -> Path:
        """Where a file lies.

        Raises:
            BadInput: `bad_path`: absolute, outside the folder, hidden, too deep or too long.
        """
        parts = [_plain(part) for part in PurePosixPath(path.replace("\\", "/")).parts]
        if not parts or len(parts) > DEPTH_MAX or any(part.strip("/") in ("", "..") for part in parts):
            raise BadInput(f"{path[:200]!r} is no path of a file in a folder", code="bad_path")
        if any(part.startswith(".") for part in parts):
            raise BadInput("files and folders that begin with a dot are left out", code="bad_path")
        place = self.folder.joinpath(*parts)
        if not place.is_relative_to(self.folder):  # an absolute part would replace all before it
            raise BadInput(f"{path[:200]!r} leads out of its folder", code="bad_path")
        return place


def _plain(part: str) -> str:
    """A name any file system can hold, its ending kept."""
    name = _ODD.sub("_", normalized("NFC", part)).strip()
    if len(name.encode("utf-8", "replace")) <= NAME_BYTES_MAX:
        return name.encode("utf-8", "replace").decode()
    stem, dot, ending = name.rpartition(".")
    ending = f"{dot}{ending}" if dot and len(ending) <= 8 else ""
    kept = (stem or name).encode("utf-8", "replace")[: NAME_BYTES_MAX - len(ending.encode())]
    return kept.decode("utf-8", "ignore") + ending


def _part(place: Path) -> Path:
    return place.with_name(f".{place.name}{_PART}")
