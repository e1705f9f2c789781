"""Files into a library: folders walked, each file read, its item and passages stored in one transaction.

    files → source (sniff, hash) → reader → passages → items

Running it again adds nothing; a changed file replaces its item; stopping it anywhere loses at most the
file being read. Memory does not grow with the number of files. Knows nothing about consent: the caller
passes a check that is made before each file.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import sqlalchemy as sa

from fenshen.core.blobs import Blobs
from fenshen.core.clock import Clock, SystemClock
from fenshen.core.db import Database
from fenshen.core.errors import BadInput, EngineMissing
from fenshen.core.ids import digest_text
from fenshen.core.progress import Progress, silent
from fenshen.library import tables
from fenshen.library.clean import clean_title
from fenshen.library.document import Document
from fenshen.library.files import Found, Skipped, find_files
from fenshen.library.items import Item, delete_items, insert_item
from fenshen.library.language import count_words, detect_language
from fenshen.library.names import parse_name
from fenshen.library.passages import Passage, cut_passages
from fenshen.library.readers.ffmpeg import probe
from fenshen.library.sniff import Media, sniff_file
from fenshen.library.source import Source, has_subtitles, open_source, read_source
from fenshen.models.hearing import HearingEngine

#: Expected speeds on two cores, only to weigh text against sound in the progress.
TEXT_BYTES_PER_S = 2_000_000
HEARD_S_PER_S = 15.0

_Outcome = Literal["added", "replaced", "unchanged"]
_Entries = list[tuple[Item, list[Passage]]]


@dataclass(frozen=True)
class IngestReport:
    """What an ingest did: counts of items, new passages, what was left out and why, and how long it took."""

    added: int
    unchanged: int
    replaced: int
    passages: int
    skipped: tuple[Skipped, ...]
    seconds: float


class _Ingest:
    """One run of `ingest`: where things go, and what happened so far."""

    def __init__(
        self,
        db: Database,
        blobs: Blobs,
        hearing: HearingEngine | None,
        creator: str,
        owner_names: Sequence[str],
        clock: Clock,
        progress: Progress,
    ) -> None:
        self.db, self.blobs, self.hearing = db, blobs, hearing
        self.creator, self.owner_names, self.clock, self.progress = creator, owner_names, clock, progress
        self.counts: dict[_Outcome, int] = {"added": 0, "replaced": 0, "unchanged": 0}
        self.passages = 0
        self.skipped: list[Skipped] = []
        self.done = self.total = 0.0

    def take(self, found: Found) -> None:
        """Read one file into the library, or note why not."""
        try:
            if found.companions and isinstance(sniff_file(found.path), Media) and has_subtitles(found):
                return
            source = open_source(found)
            if self._is_known(source):
                self.counts["unchanged"] += 1
                return
            documents, duration_s = read_source(source, self.hearing, self._heard(found))
            entries = self._entries(source, documents, duration_s)
        except (BadInput, EngineMissing) as error:
            self.skipped.append(Skipped(found.shown, error.code, error.message))
        except OSError as error:
            reason = f"it cannot be read: {error.strerror or error}"
            self.skipped.append(Skipped(found.shown, "unreadable", reason))
        else:
            self.counts[self._store(source, entries)] += len(entries)
            self.passages += sum(len(passages) for _, passages in entries)

    def _heard(self, found: Found) -> Callable[[float], None]:
        return lambda seconds: self.progress(self.done + seconds / HEARD_S_PER_S, self.total, found.shown)

    def _is_known(self, source: Source) -> bool:
        """Whether the same content is stored already; found again in a private folder, it becomes private."""
        table = tables.items
        same = sa.and_(table.c.creator == self.creator, table.c.sha256 == source.sha256)
        with self.db.read() as connection:
            rows = connection.execute(sa.select(table.c.media_sha256, table.c.private).where(same)).all()
        if not rows:
            return False
        if source.found.is_private and not all(row.private for row in rows):
            with self.db.write() as connection:
                connection.execute(table.update().where(same).values(private=True))
        return source.media is None or all(row.media_sha256 is not None for row in rows)

    def _entries(self, source: Source, documents: Sequence[Document], duration_s: float | None) -> _Entries:
        entries: _Entries = []
        for document in documents:
            item_id = f"item_{digest_text(self.creator, source.sha256, document.part)[:26]}"
            text = " ".join(cue.text for cue in document.cues[:200])
            name = parse_name(source.found.path)
            language = name.language or document.language or detect_language(text)
            cut = cut_passages(document, item_id, self.creator, language, self.owner_names)
            if cut:
                entries.append((self._item(source, document, item_id, language, cut, duration_s), cut))
        if not entries:
            raise BadInput("it holds no text", code="no_text")
        return entries

    def _item(
        self,
        source: Source,
        document: Document,
        item_id: str,
        language: str,
        passages: Sequence[Passage],
        duration_s: float | None,
    ) -> Item:
        name = parse_name(source.found.path)
        stated = clean_title(document.title or "")
        return Item(
            id=item_id,
            creator=self.creator,
            path=source.found.shown,
            title=stated if stated and (document.title_stated or not name.title_chosen) else name.title,
            kind=document.kind,
            language=language,
            published=name.published or document.published,
            sha256=source.sha256,
            media_sha256=None,
            private=document.private or source.found.is_private,
            duration_s=duration_s,
            words=sum(count_words(passage.text) for passage in passages),
            added=self.clock.now(),
            part=document.part,
            source=_source_digest(source.found.path),
            format=source.format_name,
            url=document.url,
            chapters=document.chapters,
            uses=("train", "cite", "speak"),
        )

    def _store(self, source: Source, entries: _Entries) -> _Outcome:
        """Keep the media, then swap the file's old items for the new ones in one transaction."""
        media_sha256 = self.blobs.put_file(source.media) if source.media else None
        places = [_source_digest(path) for path in (source.found.path, source.media) if path]
        table = tables.items
        with self.db.write() as connection:
            old = sa.or_(table.c.source.in_(places), table.c.sha256 == source.sha256)
            removed = delete_items(connection, table.c.creator == self.creator, old)
            for item, passages in entries:
                stored = Item(**{**vars(item), "media_sha256": media_sha256})
                insert_item(connection, stored, passages)
        return "replaced" if removed else "added"


def ingest(
    db: Database,
    blobs: Blobs,
    hearing: HearingEngine | None,
    creator: str,
    paths: Iterable[Path],
    progress: Progress = silent,
    *,
    owner_names: Sequence[str] = (),
    allowed: Callable[[], None] = lambda: None,
    clock: Clock | None = None,
) -> IngestReport:
    """Take every readable file at or below `paths` into the library of `creator`.

    Args:
        hearing: listens to sound without subtitles; `None` skips such files as `engine_missing`.
        progress: called with expected seconds of work done and in all, and the file at hand.
        owner_names: names under which the creator speaks in chats and captions, any case.
        allowed: called before each file; whatever it raises stops the ingest, keeping what is stored.

    Raises:
        Busy: the database stayed locked; run it again to continue.
    """
    clock = clock or SystemClock()
    started = clock.monotonic()
    roots = list(paths)
    run = _Ingest(db, blobs, hearing, creator, owner_names, clock, progress)
    run.total = sum(_weigh(found) for found in find_files(roots) if isinstance(found, Found))
    for found in find_files(roots):
        if isinstance(found, Skipped):
            run.skipped.append(found)
            continue
        allowed()
        progress(run.done, run.total, found.shown)
        run.take(found)
        run.done += _weigh(found)
    progress(run.total, run.total, "")
    return IngestReport(
        added=run.counts["added"],
        unchanged=run.counts["unchanged"],
        replaced=run.counts["replaced"],
        passages=run.passages,
        skipped=tuple(run.skipped),
        seconds=clock.monotonic() - started,
    )


def _weigh(found: Found) -> float:
    """Expected seconds of work: by duration for sound that must be heard, else by bytes."""
    try:
        kind = sniff_file(found.path)
        if isinstance(kind, Media) and not has_subtitles(found):
            return (probe(found.path, kind.demuxer).duration_s or 0.0) / HEARD_S_PER_S + 0.1
    except (BadInput, OSError, EngineMissing):
        pass
    return found.size / TEXT_BYTES_PER_S + 0.001


def _source_digest(path: Path) -> str:
    return digest_text(os.fsencode(path).hex())
