"""Which files an ingest looks at: folders walked in order, nothing followed out of them.

Names beginning with a dot are system clutter and passed over, and so is `rights.yaml`. Knows nothing about formats.
"""

from __future__ import annotations

import os
import stat
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePath
from typing import NamedTuple

from fenshen.library.clean import display_path
from fenshen.library.names import parse_name
from fenshen.library.stated import Stated

PRIVATE_FOLDER = "private"
#: Says what may be done with the files of a folder; is none of them.
RIGHTS_FILE = "rights.yaml"


class Skipped(NamedTuple):
    """A file that was not taken: where, a stable code, and why in words."""

    path: str
    code: str
    reason: str


@dataclass(frozen=True)
class Found:
    """A regular file to read.

    Attributes:
        path: absolute.
        shown: relative to the folder given, safe to print and store.
        size: bytes.
        is_private: it lies in a folder called `private`.
        companions: other files of the folder with the same stem (a film and its subtitles).
        root: the folder that was given; a `rights.yaml` above it says nothing about the file.
        stated: what is known of it from where it was fetched, if it was.
    """

    path: Path
    shown: str
    size: int
    is_private: bool
    companions: tuple[Path, ...]
    root: Path
    stated: Stated | None = None


def find_files(paths: Iterable[Path]) -> Iterator[Found | Skipped]:
    """Every file at or below `paths`, each folder in order of name."""
    by_stem = cache(_by_stem)  # thousands of files of one folder may be given one by one
    for given in paths:
        absolute = Path(os.path.abspath(given))  # noqa: PTH100  (resolve() would follow links)
        is_private = _names_private(given)
        if absolute.is_dir():
            yield from _walk(absolute.resolve(), absolute.resolve(), is_private)
        elif os.path.lexists(absolute):
            companions = by_stem(absolute.parent).get(parse_name(absolute).stem, [])
            yield _look(absolute, absolute.parent.resolve(), is_private, companions)
        else:
            yield Skipped(display_path(given), "not_found", "there is no such file or folder")


def list_files(paths: Iterable[Path]) -> Iterator[tuple[Path, int, set[str]]]:
    """Path, size and same-stem neighbours' names of what `find_files` would look at, without opening any."""
    by_stem_of = cache(_by_stem)
    for given in paths:
        if not given.is_dir():
            if given.is_file():
                yield (
                    given,
                    given.stat().st_size,
                    {path.name for path in by_stem_of(given.parent).get(parse_name(given).stem, [])}
                    - {given.name},
                )
            continue
        for folder, folders, names in os.walk(given):
            folders[:] = [name for name in folders if not name.startswith(".")]
            by_stem: dict[str, set[str]] = defaultdict(set)
            for name in names:
                by_stem[parse_name(PurePath(name)).stem].add(name)
            for name in names:
                path = Path(folder, name)
                with suppress(OSError):
                    yield path, path.stat().st_size, by_stem[parse_name(PurePath(name)).stem] - {name}


def _walk(folder: Path, root: Path, is_private: bool) -> Iterator[Found | Skipped]:
    try:
        names = sorted(path.name for path in folder.iterdir() if not _is_passed_over(path.name))
        by_stem = _by_stem(folder)
    except OSError as error:
        yield Skipped(display_path(folder.relative_to(root)), "unreadable", _why(error))
        return
    for name in names:
        path = folder / name
        if path.is_symlink() and path.is_dir():
            yield Skipped(
                display_path(path.relative_to(root)), "folder_link", "links to folders are not followed"
            )
        elif path.is_dir():
            yield from _walk(path, root, is_private or name.lower() == PRIVATE_FOLDER)
        else:
            yield _look(path, root, is_private, by_stem.get(parse_name(path).stem, []))


def _look(path: Path, root: Path, is_private: bool, same_stem: list[Path]) -> Found | Skipped:
    shown = display_path(path.relative_to(root) if path.is_relative_to(root) else PurePath(path.name))
    try:
        if path.is_symlink() and not path.resolve().is_relative_to(root):
            return Skipped(shown, "outside_folder", "it is a link to a file outside the folder")
        facts = path.stat()
    except (OSError, RuntimeError) as error:
        return Skipped(shown, "unreadable", _why(error))
    if not stat.S_ISREG(facts.st_mode):
        return Skipped(shown, "not_a_file", "it is a pipe, socket or device, not a file")
    companions = tuple(other for other in same_stem if other.name != path.name)
    return Found(path, shown, facts.st_size, is_private, companions, root)


def _is_passed_over(name: str) -> bool:
    return name.startswith(".") or name == RIGHTS_FILE


def _by_stem(folder: Path) -> dict[str, list[Path]]:
    """Regular files of a folder by stem, links left out."""
    found: dict[str, list[Path]] = defaultdict(list)
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_file(follow_symlinks=False) and not entry.name.startswith("."):
                found[parse_name(PurePath(entry.name)).stem].append(folder / entry.name)
    return {stem: sorted(paths) for stem, paths in found.items()}


def _names_private(given: Path) -> bool:
    """Whether the path as given goes through a folder called `private` (macOS's `/private` aside)."""
    parts = given.parts[2:] if given.is_absolute() else given.parts
    return any(part.lower() == PRIVATE_FOLDER for part in parts)


def _why(error: Exception) -> str:
    return f"it cannot be opened: {getattr(error, 'strerror', None) or error}"
