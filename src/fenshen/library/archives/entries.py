"""What an archive holds, entry by entry, and how much of it may be taken. Knows nothing about any format."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from fenshen.core.errors import BadInput
from fenshen.library.encoding import detect_encoding

CHUNK_BYTES = 1 << 16
_NAME_BYTES_MAX = 200
_FOLDERS_MAX = 32


@dataclass(frozen=True)
class Limits:
    """How much an archive may unpack to, archives in it included.

    Attributes:
        entries: files and folders in all, folders that only file names speak of included.
        total_bytes: of all files together.
        ratio: how many times its own size; text and subtitles stay below 20.
        floor_bytes: what even the smallest archive may unpack to.
        depth: archives in archives; the outermost counts.
        archives: in all, the outermost counts.
    """

    entries: int = 50_000
    total_bytes: int = 256 << 30
    ratio: int = 200
    floor_bytes: int = 64 << 20
    depth: int = 3
    archives: int = 100


@dataclass
class Budget:
    """What is left of the limits while an archive and those in it are unpacked."""

    entries: int
    bytes_left: int
    archives: int = 0
    entries_max: int = 0

    def __post_init__(self) -> None:
        self.entries_max = self.entries_max or self.entries

    @classmethod
    def of(cls, size: int, free: int, limits: Limits) -> Budget:
        """The budget of an archive of `size` bytes where `free` bytes of disk are free; half is left free."""
        grown = max(limits.floor_bytes, size * limits.ratio)
        return cls(limits.entries, min(limits.total_bytes, grown, free // 2), limits.archives)

    def take_entry(self) -> None:
        """Count one entry.

        Raises:
            BadInput: `archive_too_many_files`.
        """
        self.entries -= 1
        if self.entries < 0:
            raise too_many_files(self.entries_max)

    def take_bytes(self, count: int) -> None:
        """Count unpacked bytes.

        Raises:
            BadInput: `archive_too_large`.
        """
        self.bytes_left -= count
        if self.bytes_left < 0:
            reason = (
                "it unpacks to far more than its size, or to more than the disk holds; unpack it yourself"
            )
            raise BadInput(reason, code="archive_too_large")


@dataclass(frozen=True)
class Entry:
    """One thing in an archive.

    Attributes:
        name: as the archive spells it, decoded.
        refusal: why it is not taken, if so.
        chunks: its bytes in pieces; raises `BadInput` where it is damaged or too large.
    """

    name: str
    chunks: Callable[[], Iterator[bytes]]
    refusal: BadInput | None = None
    is_folder: bool = False


def too_many_files(most: int) -> BadInput:
    """Why an archive of more than `most` files and folders is not taken at all."""
    reason = (
        f"it holds more than {most:,} files and folders, the most that is taken from one archive;"
        " unpack it and add the folders that matter"
    )
    return BadInput(reason, code="archive_too_many_files")


def inner_path(name: str) -> PurePosixPath:
    """Where an entry may lie below the folder it is unpacked into.

    Names longer than a file system takes are shortened, their ending kept.

    Raises:
        BadInput: `archive_unsafe_name` for absolute names, names that lead out of the folder or cannot
            be stored.
    """
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".")]
    is_absolute = name.startswith(("/", "\\")) or (len(name) > 1 and name[1] == ":" and name[0].isalpha())
    if is_absolute or ".." in parts or "\0" in name or not parts or len(parts) > _FOLDERS_MAX:
        raise BadInput("its name leads out of the archive or cannot be stored", code="archive_unsafe_name")
    return PurePosixPath(*(_shortened(part) for part in parts))


def is_clutter(path: PurePosixPath) -> bool:
    """Whether it is what systems leave behind: hidden files and macOS's shadow folder."""
    return any(part.startswith(".") or part == "__MACOSX" for part in path.parts)


def decode_names(raw: list[bytes]) -> list[str]:
    """Names that do not state their encoding, judged together."""
    try:
        return [name.decode("utf-8") for name in raw]
    except UnicodeDecodeError:
        pass
    try:
        encoding = detect_encoding(b"\n".join(raw), of_names=True)
    except BadInput:
        encoding = "cp437"
    return [name.decode(encoding, "replace") for name in raw]


def _shortened(part: str) -> str:
    """`part` in at most 200 bytes of UTF-8, its ending kept."""
    part = part.encode("utf-8", "replace").decode("utf-8")
    if len(part.encode("utf-8")) <= _NAME_BYTES_MAX:
        return part
    stem, dot, ending = part.rpartition(".")
    ending = dot + ending if stem and len(ending) <= 8 else ""
    room = _NAME_BYTES_MAX - len(ending.encode("utf-8"))
    return part.encode("utf-8")[:room].decode("utf-8", "ignore") + ending
