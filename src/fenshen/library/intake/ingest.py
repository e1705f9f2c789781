"""One ingest: files found, read by workers, stored as they are ready.

    find_files → workers (`prepare.Reading`) → batches → `store`

Running it again adds nothing; a changed file replaces its item; stopping it anywhere loses at most the
files being read. Memory does not grow with the number of files. Knows nothing about consent: the caller
passes a check that is made before each file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from fenshen.core.blobs import Blobs
from fenshen.core.clock import Clock, SystemClock
from fenshen.core.db import Database
from fenshen.core.progress import Progress, silent
from fenshen.core.workers import Done, InThisProcess, Workers
from fenshen.library.archives.unpack import OpenedArchives
from fenshen.library.cleaning.cleaning import cleaning_of
from fenshen.library.dropped import Incomplete
from fenshen.library.files import Found, Skipped, find_files, list_files
from fenshen.library.heard import HeardWindows
from fenshen.library.intake.prepare import Covered, Outcome, Prepared, Reading, Unchanged, kept_windows
from fenshen.library.intake.store import KnownFiles, store
from fenshen.library.intake.watching import FileNews, FileStatus, Watch, unwatched
from fenshen.library.privacy.review import pseudonyms_of
from fenshen.library.speakers.recording import Telling
from fenshen.library.speakers.stored import strangers_of, voiceprints_of
from fenshen.library.stated import Stated
from fenshen.models.hearing import HearingEngine
from fenshen.models.speaker import SpeakerEncoder

#: Expected speeds on two cores, only to weigh text against sound in the progress.
TEXT_BYTES_PER_S = 1_000_000
HEARD_S_PER_S = 15.0
#: Bytes of a recording a second, as a guess before it is opened: films are larger and take as long.
MEDIA_BYTES_PER_S = 60_000
_SOUND = ".mp3 .m4a .wav .flac .ogg .opus .aac .aiff .wma"
_FILMS = ".mp4 .m4v .mov .mkv .webm .avi .flv .wmv .mpg .mpeg .ts"
MEDIA_NAMES = frozenset(f"{_SOUND} {_FILMS}".split())
SUBTITLE_NAMES = (".srt", ".vtt", ".ass", ".ssa", ".lrc", ".ttml")


def weigh(path: Path, size: int, same_stem: Iterable[str]) -> float:
    """Expected seconds of work on a file of `size` bytes.

    Sound is weighed by its likely length, unless subtitles of the same stem lie beside it.
    """
    is_media = path.suffix.lower() in MEDIA_NAMES
    if is_media and not any(name.lower().endswith(SUBTITLE_NAMES) for name in same_stem):
        return size / MEDIA_BYTES_PER_S / HEARD_S_PER_S + 0.1
    return (0 if is_media else size) / TEXT_BYTES_PER_S + 0.001


#: What one transaction holds at most, in passages; a kill loses no more than this and what is being read.
BATCH_PASSAGES = 2_000
#: A batch is stored at the latest after this long.
BATCH_S = 2.0


@dataclass(frozen=True)
class IngestReport:
    """What an ingest did: counts of items, new passages, what was left out and why, and how long it took.

    Attributes:
        incomplete: files that were read, but not whole.
    """

    added: int
    unchanged: int
    replaced: int
    passages: int
    skipped: tuple[Skipped, ...]
    seconds: float
    incomplete: tuple[Incomplete, ...] = ()


@dataclass
class _Run:
    """What happened so far."""

    db: Database
    creator: str
    clock: Clock
    progress: Progress
    allowed: Callable[[], None]
    watch: Watch
    kept: HeardWindows
    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    passages: int = 0
    skipped: list[Skipped] = field(default_factory=list)
    incomplete: list[Incomplete] = field(default_factory=list)
    done: float = 0.0
    total: float = 0.0
    held: list[Prepared | Unchanged] = field(default_factory=list)
    held_passages: int = 0
    stored_s: float = 0.0
    seen: set[str] = field(default_factory=set)
    heard: dict[str, float] = field(default_factory=dict)

    def told(self, found: Found, heard_s: float) -> None:
        """A recording was heard so far; the check is made here too, since a long one takes hours."""
        self.allowed()
        self.heard[found.shown] = heard_s / HEARD_S_PER_S
        self.watch(FileNews(found.shown, "reading", min(1.0, self.heard[found.shown] / _weight(found))))
        self.show(found.shown)

    def show(self, note: str) -> None:
        """Tell how far it is."""
        self.progress(min(self.total, self.done + sum(self.heard.values())), self.total, note)

    def take(self, done: Done[Found, Outcome]) -> None:
        """Note what became of a file."""
        found, outcome = done.task, done.result
        self.heard.pop(found.shown, None)
        self.done += _weight(found)
        if outcome is None:
            outcome = _given_up(found)
        if isinstance(outcome, Prepared) and outcome.sha256 in self.seen:
            outcome = outcome.as_copy(found)
        if isinstance(outcome, Skipped):
            self.skip(outcome)
        elif isinstance(outcome, Covered):
            self.watch(FileNews(found.shown, "covered", 1.0))
        else:
            self.hold(found, outcome)
        if self.held_passages >= BATCH_PASSAGES or self.clock.monotonic() - self.stored_s >= BATCH_S:
            self.keep()
        self.show(found.shown)

    def skip(self, skipped: Skipped) -> None:
        """Note a file that is left out."""
        self.skipped.append(skipped)
        self.watch(FileNews.of_skipped(skipped))

    def hold(self, found: Found, outcome: Prepared | Unchanged) -> None:
        """Keep a file for the next transaction."""
        self.seen.add(outcome.sha256)
        self.held.append(outcome)
        status: FileStatus = "unchanged" if isinstance(outcome, Unchanged) else "taken"
        if isinstance(outcome, Unchanged):
            self.unchanged += 1
        else:
            self.held_passages += sum(len(cut) for _, cut in outcome.entries)
            if outcome.dropped:
                self.incomplete.append(Incomplete(found.shown, outcome.dropped))
                self.watch(FileNews.of_incomplete(self.incomplete[-1]))
                return
        self.watch(FileNews(found.shown, status, 1.0))

    def keep(self) -> None:
        """Store what is held."""
        self.stored_s = self.clock.monotonic()
        if self.held:
            stored = store(self.db, self.creator, self.held)
            self.added += stored.added
            self.replaced += stored.replaced
            self.passages += stored.passages
            self._forget_heard()
        self.held, self.held_passages = [], 0

    def _forget_heard(self) -> None:
        """What was kept of recordings whose items are stored now is not needed any more."""
        for outcome in self.held:
            self.kept.forget(outcome.sha256)
            if isinstance(outcome, Prepared):
                for media in {item.media_sha256 for item, _ in outcome.entries} - {None, outcome.sha256}:
                    self.kept.forget(str(media))


def ingest(
    db: Database,
    blobs: Blobs,
    hearing: Callable[[], HearingEngine | None],
    creator: str,
    paths: Iterable[Path],
    progress: Progress = silent,
    *,
    owner_names: Iterable[str] = (),
    allowed: Callable[[], None] = lambda: None,
    workers: Workers | None = None,
    watch: Watch = unwatched,
    clock: Clock | None = None,
    stated: Mapping[Path, Stated] = MappingProxyType({}),
    speaker: Callable[[], SpeakerEncoder | None] | None = None,
) -> IngestReport:
    """Take every readable file at or below `paths` into the library of `creator`.

    Args:
        hearing: gives the engine that listens to sound without subtitles; `None` from it skips such files
            as `engine_missing`. Called in the workers, so it must be picklable for other processes.
        progress: called with expected seconds of work done and in all, and the file at hand.
        owner_names: names under which the creator speaks in chats and captions, any case.
        allowed: called before each file and now and then in a long one; whatever it raises stops the ingest,
            keeping what is stored.
        workers: who reads the files; this process when not given.
        stated: what is known of fetched files from where they came.
        watch: is told about every file.
        speaker: gives the encoder that tells voices apart, in the workers; without one they are not.

    Raises:
        Busy: the database stayed locked; run it again to continue.
    """
    clock = clock or SystemClock()
    started = clock.monotonic()
    roots = list(paths)
    run = _Run(db, creator, clock, progress, allowed, watch, kept_windows(blobs), stored_s=started)
    run.total = sum(weigh(path, size, names) for path, size, names in list_files(roots))
    known = KnownFiles(db, creator)
    cleaning, pseudonyms = cleaning_of(db, creator), pseudonyms_of(db, creator)
    telling = None
    if speaker is not None:
        telling = Telling(speaker, voiceprints_of(db, creator), strangers_of(db, creator))
    reading = Reading(
        creator, tuple(owner_names), blobs, hearing, known, cleaning, clock.now(), pseudonyms, telling
    )
    with OpenedArchives(blobs.folder / "scratch") as archives:
        found = _allowed(find_files(roots, archives), run, stated)
        results = (workers or InThisProcess()).run(reading, found, run.told)
        try:
            for done in results:
                run.take(done)
        finally:
            results.close()  # type: ignore[attr-defined]
            run.keep()
    progress(run.total, run.total, "")
    return IngestReport(
        added=run.added,
        unchanged=run.unchanged,
        replaced=run.replaced,
        passages=run.passages,
        skipped=tuple(run.skipped),
        seconds=clock.monotonic() - started,
        incomplete=tuple(run.incomplete),
    )


def _allowed(looked: Iterable[Found | Skipped], run: _Run, stated: Mapping[Path, Stated]) -> Iterator[Found]:
    """The files to read, as long as it is allowed; what cannot be read is noted."""
    for found in looked:
        if isinstance(found, Skipped):
            run.skip(found)
        else:
            run.allowed()
            run.watch(FileNews(found.shown, "reading"))
            yield replace(found, stated=stated.get(found.path))


def _weight(found: Found) -> float:
    return weigh(found.path, found.size, {other.name for other in found.companions})


def _given_up(found: Found) -> Skipped:
    """A file that kills or stops whoever reads it."""
    return Skipped(
        found.shown, "unreadable", "reading it failed twice or took too long; the file may be damaged"
    )
