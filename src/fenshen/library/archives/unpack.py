"""An archive laid out as a folder: streamed, within limits, nothing outside that folder.

    kind → entries → name checked → written piece by piece

What is refused is told with its code, and the rest is still taken; an archive with more files and folders
than its budget is refused whole, whichever kind it is. Empty files are counted, not written: many of them
cost whoever sends them nothing. Knows nothing about what files mean.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import BinaryIO

from fenshen.core.errors import BadInput
from fenshen.core.scratch import scratch_folder
from fenshen.library.archives.entries import Budget, Entry, Limits, inner_path, is_clutter
from fenshen.library.archives.streams import ArchiveKind, archive_kind, unpack_stream
from fenshen.library.archives.tars import TarBytes, tar_entries
from fenshen.library.archives.zips import open_zip, zip_entries
from fenshen.library.clean import display_path
from fenshen.library.skipped import Skipped

_ENDINGS = (".gz", ".bz2", ".xz", ".zst")


def unpack(path: Path, kind: ArchiveKind, into: Path, budget: Budget, shown: str) -> list[Skipped]:
    """Lay out what the archive at `path` holds in the folder `into`.

    Args:
        shown: what the archive is called in what is returned.

    Returns:
        What was not taken, and why: entries as `shown/name`, the archive itself where it had to be left off.
    """
    skipped: list[Skipped] = []
    laid = _Laid(into, budget)
    with ExitStack() as stack:
        try:
            file = stack.enter_context(path.open("rb"))
            for entry in _entries(file, kind, path.name, budget, stack):
                if refusal := laid.take(entry):
                    where = f"{shown}/{display_path(PurePosixPath(entry.name))}"
                    skipped.append(Skipped(where, refusal.code, refusal.message))
        except BadInput as error:
            if error.code == "archive_too_many_files":
                _empty(into)
                return [Skipped(shown, error.code, error.message)]
            skipped.append(Skipped(shown, error.code, error.message))
        except OSError as error:
            reason = f"it cannot be unpacked: {error.strerror or error}"
            skipped.append(Skipped(shown, "unreadable", reason))
    if laid.empty_files:
        skipped.append(Skipped(shown, "empty", f"{laid.empty_files:,} of the files in it are empty"))
    return skipped


def _entries(
    file: BinaryIO, kind: ArchiveKind, name: str, budget: Budget, stack: ExitStack
) -> Iterator[Entry]:
    if kind.container == "zip":
        yield from zip_entries(stack.enter_context(open_zip(file, budget.entries)), budget)
        return
    pieces = unpack_stream(file, kind.stream, budget)
    if kind.container == "tar":
        yield from tar_entries(TarBytes(pieces))
    else:
        yield Entry(_single_name(name), lambda: pieces)


def _single_name(name: str) -> str:
    """What the file in `notes.txt.gz` is called."""
    stem = next((name[: -len(ending)] for ending in _ENDINGS if name.lower().endswith(ending)), name)
    return stem or name


@dataclass
class _Laid:
    """What lies in the folder so far.

    Attributes:
        folders: those made for files, which count like entries: a name alone may ask for dozens.
        empty_files: how many were passed over because they hold nothing.
    """

    into: Path
    budget: Budget
    folders: set[PurePosixPath] = field(default_factory=lambda: {PurePosixPath(".")})
    empty_files: int = 0

    def take(self, entry: Entry) -> BadInput | None:
        """Write one entry, or say why not.

        Raises:
            BadInput: a limit of the whole archive is reached, or the archive is damaged from here on.
        """
        self.budget.take_entry()
        try:
            inner = inner_path(entry.name)
            if is_clutter(inner) or entry.is_folder:
                return None
            if entry.refusal:
                return entry.refusal
            chunks = entry.chunks()
            first = next(chunks, b"")
            if not first:
                self.empty_files += 1
                return None
            self._make_folders(inner)
            _write(chain((first,), chunks), self.into / inner)
        except BadInput as error:
            if error.code in ("archive_too_large", "archive_too_many_files"):
                raise
            return error
        return None

    def _make_folders(self, inner: PurePosixPath) -> None:
        for folder in reversed(inner.parents):
            if folder not in self.folders:
                self.budget.take_entry()
                self.folders.add(folder)
                try:
                    (self.into / folder).mkdir(exist_ok=True)
                except (FileExistsError, NotADirectoryError) as error:
                    raise BadInput("another entry has the same name", code="archive_duplicate") from error
                except (OSError, ValueError) as error:
                    raise BadInput("its name cannot be stored here", code="archive_unsafe_name") from error


def _empty(folder: Path) -> None:
    """Remove everything in a folder."""
    shutil.rmtree(folder)
    folder.mkdir()


def _write(chunks: Iterable[bytes], target: Path) -> None:
    try:
        file = target.open("xb")
    except (FileExistsError, NotADirectoryError) as error:
        raise BadInput("another entry has the same name", code="archive_duplicate") from error
    except (OSError, ValueError) as error:
        raise BadInput("its name cannot be stored here", code="archive_unsafe_name") from error
    try:
        with file:
            for chunk in chunks:
                file.write(chunk)
    except BaseException:
        target.unlink()
        raise


_NAME_BYTES_MAX = 100
_PREFIX = "unpacked-"


@dataclass(frozen=True)
class Unpacked:
    """An archive as a folder.

    Attributes:
        folder: named like the archive without its ending, because some exports take their title from it.
        skipped: what was not taken.
        budget: what archives inside may still use.
    """

    folder: Path
    skipped: list[Skipped]
    budget: Budget


@dataclass
class OpenedArchives:
    """The archives that one ingest has opened; a context that removes them all at its end.

    Args:
        parent: where the scratch folder is made. What killed ingests left there is removed.
    """

    parent: Path
    limits: Limits = field(default_factory=Limits)

    def __enter__(self) -> OpenedArchives:
        self._open = ExitStack()
        self._scratch = self._open.enter_context(scratch_folder(self.parent, _PREFIX))
        self._count = 0
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def open(self, path: Path, shown: str, depth: int, budget: Budget | None) -> Unpacked | Skipped | None:
        """The archive at `path` unpacked, why it is not, or `None` where the file is no archive.

        Args:
            depth: how many archives it lies in.
            budget: of the archive it lies in, `None` for an outermost one.
        """
        kind = None
        with suppress(OSError):
            kind = archive_kind(path)
        if kind is None:
            return None
        if budget is None:
            free = shutil.disk_usage(self._scratch).free
            budget = Budget.of(path.stat().st_size, free, self.limits)
        budget.archives -= 1
        if depth >= self.limits.depth or budget.archives < 0:
            reason = (
                "it lies too deep in other archives, or among too many; unpack them and add what is inside"
            )
            return Skipped(shown, "archive_nested", reason)
        self._count += 1
        folder = Path(self._scratch, str(self._count), _stem(path))
        folder.mkdir(parents=True)
        return Unpacked(folder, unpack(path, kind, folder, budget, shown), budget)


def _stem(path: Path) -> str:
    """The archive's name without its ending, short enough to be a folder's."""
    stem = path.name.split(".")[0] or "archive"
    return stem.encode()[:_NAME_BYTES_MAX].decode("utf-8", "ignore") or "archive"
