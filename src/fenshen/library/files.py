"""Which files an ingest looks at: folders and archives walked in order, nothing followed out of them.

An archive is walked like a folder of its name; a folder that as a whole is an export (Slack and the like)
is one find. Names beginning with a dot are system clutter and passed over, and so is `rights.yaml`. Knows
nothing about how a file is read.
"""

from __future__ import annotations

import os
import stat
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path, PurePath

from fenshen.library.archives.entries import Budget
from fenshen.library.archives.unpack import OpenedArchives, Unpacked
from fenshen.library.clean import display_path
from fenshen.library.formats import export_in
from fenshen.library.names import parse_name
from fenshen.library.readers.drafts import is_draft_name, is_private_folder
from fenshen.library.skipped import Skipped as Skipped
from fenshen.library.stated import Stated

#: Says what may be done with the files of a folder; is none of them.
RIGHTS_FILE = "rights.yaml"


@dataclass(frozen=True)
class Found:
    """A regular file to read, or a folder that is an export.

    Attributes:
        path: absolute; of what was unpacked, for a file in an archive.
        shown: relative to the folder given, safe to print and store; `export.zip/inner/path` in an archive.
        size: bytes.
        is_private: it lies in a folder called `private`, `_drafts` or the like, or is named as a draft.
        companions: other files of the folder with the same stem (a film and its subtitles).
        root: the folder that was given or unpacked; a `rights.yaml` above it says nothing about the file.
        archive: what it was unpacked from.
        stated: what is known of it from where it was fetched, if it was.
    """

    path: Path
    shown: str
    size: int
    is_private: bool
    companions: tuple[Path, ...]
    root: Path
    archive: Found | None = None
    stated: Stated | None = None

    @property
    def origin(self) -> PurePath:
        """Where it lies for good: its path, or the archive's and the path in it."""
        return self.origin_of(self.path)

    def origin_of(self, path: Path) -> PurePath:
        """Where the file itself or one of its companions lies for good."""
        return self.archive.origin / path.relative_to(self.root) if self.archive else path


@dataclass(frozen=True)
class _Place:
    """What is being walked: a folder, or an archive's.

    Attributes:
        root: nothing outside it is followed.
        depth: how many archives it lies in.
        budget: what archives in it may still unpack to.
    """

    root: Path
    is_private: bool
    archives: OpenedArchives | None
    archive: Found | None = None
    depth: int = 0
    budget: Budget | None = None

    def shown(self, path: Path) -> str:
        """How a path in it is printed and stored."""
        inside = path.relative_to(self.root) if path.is_relative_to(self.root) else PurePath(path.name)
        if self.archive is None:
            return display_path(inside if inside.parts else PurePath(path.name))
        return "/".join(filter(None, (self.archive.shown, display_path(inside) if inside.parts else "")))


def find_files(paths: Iterable[Path], archives: OpenedArchives | None = None) -> Iterator[Found | Skipped]:
    """Every file at or below `paths`, each folder in order of name.

    Args:
        archives: unpacks archives and keeps what was in them until it is closed; without it an archive is
            a file like others.
    """
    by_stem = cache(_by_stem)  # thousands of files of one folder may be given one by one
    for given in paths:
        absolute = Path(os.path.abspath(given))  # noqa: PTH100  (resolve() would follow links)
        is_private = _names_private(given)
        if absolute.is_dir():
            yield from _walk(absolute.resolve(), _Place(absolute.resolve(), is_private, archives))
        elif os.path.lexists(absolute):
            companions = by_stem(absolute.parent).get(parse_name(absolute).stem, [])
            place = _Place(absolute.parent.resolve(), is_private, archives)
            yield from _opened(_look(absolute, place, companions), place)
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


def _walk(folder: Path, place: _Place) -> Iterator[Found | Skipped]:
    try:
        names = sorted(path.name for path in folder.iterdir() if not _is_passed_over(path.name))
        by_stem = _by_stem(folder)
        is_export = export_in(folder) is not None
    except OSError as error:
        yield Skipped(place.shown(folder), "unreadable", _why(error))
        return
    if is_export:
        yield _export(folder, place)
        return
    for name in names:
        path = folder / name
        if path.is_symlink() and path.is_dir():
            yield Skipped(place.shown(path), "folder_link", "links to folders are not followed")
        elif path.is_dir():
            is_private = place.is_private or is_private_folder(name)
            yield from _walk(path, replace(place, is_private=is_private))
        else:
            yield from _opened(_look(path, place, by_stem.get(parse_name(path).stem, [])), place)


def _look(path: Path, place: _Place, same_stem: list[Path]) -> Found | Skipped:
    shown = place.shown(path)
    try:
        if path.is_symlink() and not path.resolve().is_relative_to(place.root):
            return Skipped(shown, "outside_folder", "it is a link to a file outside the folder")
        facts = path.stat()
    except (OSError, RuntimeError) as error:
        return Skipped(shown, "unreadable", _why(error))
    if not stat.S_ISREG(facts.st_mode):
        return Skipped(shown, "not_a_file", "it is a pipe, socket or device, not a file")
    companions = tuple(other for other in same_stem if other.name != path.name)
    is_private = place.is_private or is_draft_name(path.name)
    return Found(path, shown, facts.st_size, is_private, companions, place.root, place.archive)


def _export(folder: Path, place: _Place) -> Found:
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return Found(folder, place.shown(folder), size, place.is_private, (), place.root, place.archive)


def _opened(looked: Found | Skipped, place: _Place) -> Iterator[Found | Skipped]:
    """What was looked at; where it is an archive, what is in it."""
    if isinstance(looked, Skipped) or place.archives is None:
        yield looked
        return
    unpacked = place.archives.open(looked.path, looked.shown, place.depth, place.budget)
    if not isinstance(unpacked, Unpacked):
        yield unpacked or looked
        return
    yield from unpacked.skipped
    inside = _Place(
        unpacked.folder, place.is_private, place.archives, looked, place.depth + 1, unpacked.budget
    )
    yield from _walk(unpacked.folder, inside)


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
    return any(map(is_private_folder, parts))


def _why(error: Exception) -> str:
    return f"it cannot be opened: {getattr(error, 'strerror', None) or error}"
