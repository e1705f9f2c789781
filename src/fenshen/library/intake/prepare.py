"""One file to the items and passages it becomes. Done in worker processes; writes nothing but media blobs.

    file → source (sniff, hash) → known already? → reader → documents → whose words (`dialogue`, voices, names)
    → personal data masked → passages → `Prepared`

Knows nothing about the database beyond the question whether a file is known.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import PurePath

from fenshen.core.blobs import Blobs
from fenshen.core.errors import BadInput, EngineMissing
from fenshen.core.ids import digest_text
from fenshen.core.workers import Tell
from fenshen.library.claims import Rights
from fenshen.library.clean import clean_title
from fenshen.library.cleaning.cleaning import Cleaning
from fenshen.library.cleaning.duplicates import Trace, trace
from fenshen.library.dialogue.deciding import told_apart
from fenshen.library.document import Document
from fenshen.library.dropped import Dropped, summed
from fenshen.library.files import Found, Skipped
from fenshen.library.flags import third_party_flags
from fenshen.library.heard import HeardWindows
from fenshen.library.items import Item
from fenshen.library.language import count_words, detect_language
from fenshen.library.names import parse_name
from fenshen.library.owner_guess import settle
from fenshen.library.passages import Passage, cut_passages
from fenshen.library.privacy.finder import Finder
from fenshen.library.privacy.mask import Sighting, mask_document, mask_text, participants
from fenshen.library.privacy.pseudonyms import Pseudonyms
from fenshen.library.readers.media import segment_cues
from fenshen.library.recordings import Listener
from fenshen.library.rights_file import rights_beside
from fenshen.library.sniff import Media, sniff_file
from fenshen.library.source import Source, has_subtitles, open_source, read_source
from fenshen.library.speakers.recording import UNTOLD, Telling, Told, Whose, untold
from fenshen.library.stated import Stated
from fenshen.library.withheld import is_withheld
from fenshen.models.hearing import HearingEngine

#: Whether a file with this SHA-256 is in the library and lacks nothing; the flag says whether it has media.
IsKnown = Callable[[str, bool], bool]


@dataclass(frozen=True)
class Unchanged:
    """A file whose content is in the library: what its place says of it now."""

    sha256: str
    is_private: bool
    place: str
    rights: Rights | None


@dataclass(frozen=True)
class Covered:
    """A film that the subtitles beside it stand for."""


@dataclass(frozen=True)
class Prepared:
    """What a file becomes.

    Attributes:
        sha256: of the file that was read.
        places: digests of where it and its media lay; what came from there before is replaced.
        entries: its items, each with its passages in order.
        traces: of each of them, what is remembered for finding duplicates.
        sightings: personal data found in each item, by item id.
        told: who speaks in its sound, where that was told apart.
    """

    sha256: str
    places: tuple[str, ...]
    entries: tuple[tuple[Item, tuple[Passage, ...]], ...]
    traces: tuple[Trace, ...]
    sightings: tuple[tuple[str, tuple[Sighting, ...]], ...] = ()
    told: Told | None = None

    @property
    def dropped(self) -> tuple[Dropped, ...]:
        """What of the file was left out."""
        return summed(one for item, _ in self.entries for one in item.dropped)

    def as_copy(self, found: Found) -> Unchanged:
        """The same, where an earlier file of this run held the same content."""
        return Unchanged(self.sha256, found.is_private, place(found.origin), self.entries[0][0].folder_rights)


#: How many people a conversation without a title is called by.
_TITLE_NAMES_MAX = 3

Outcome = Prepared | Unchanged | Covered | Skipped


@dataclass(frozen=True)
class Reading:
    """How the files of one creator are read; travels to worker processes.

    Attributes:
        owner_names: names under which the creator speaks in chats and captions, any case.
        hearing: gives the engine that listens to sound without subtitles, `None` where there is none.
        cleaning: what is marked or left out before documents are cut.
        at: when this ingest began.
        pseudonyms: what stands in for personal data.
        telling: tells the voices in sound apart, `None` to leave them.
    """

    creator: str
    owner_names: tuple[str, ...]
    blobs: Blobs
    hearing: Callable[[], HearingEngine | None]
    is_known: IsKnown
    cleaning: Cleaning
    at: datetime
    pseudonyms: Pseudonyms
    telling: Telling | None = None

    @cached_property
    def engine(self) -> HearingEngine | None:
        """The hearing engine, loaded once per process."""
        return self.hearing()

    def __call__(self, found: Found, tell: Tell) -> Outcome:
        """What `found` becomes, or why nothing. Tells how many seconds of sound are heard."""
        try:
            if found.companions and isinstance(sniff_file(found.path), Media) and has_subtitles(found):
                return Covered()
            source = open_source(found)
            said = rights_beside(found)
            if self.is_known(source.sha256, source.media is not None):
                return Unchanged(source.sha256, found.is_private, place(found.origin), said)
            engine = self.engine if source.media is not None else None
            whose = self._whose(source)
            cues_of = whose.cues if whose else segment_cues
            listener = Listener(engine, tell, kept_windows(self.blobs), cues_of)
            documents, duration_s = read_source(source, listener)
            documents = [told_apart(document, self.owner_names) for document in documents]
            if whose is not None:
                documents = whose.onto(documents)
            prepared = self._prepared(source, documents, duration_s)
            told = whose.found if whose else None
            if told is not None and told.model == UNTOLD:
                told = untold(duration_s or 0.0)
            return replace(prepared, told=told)
        except (BadInput, EngineMissing) as error:
            return Skipped(found.shown, error.code, error.message)
        except OSError as error:
            return Skipped(found.shown, "unreadable", f"it cannot be read: {error.strerror or error}")

    def _whose(self, source: Source) -> Whose | None:
        if self.telling is None or source.media is None or source.demuxer is None:
            return None
        return Whose(self.telling, source.media, source.demuxer)

    def _prepared(self, source: Source, documents: list[Document], duration_s: float | None) -> Prepared:
        if source.found.stated:
            documents = source.found.stated.onto_all(documents)
        documents, names = settle(documents, self.owner_names)
        cleaned = map(self.cleaning, documents)
        made = [entry for document in cleaned if (entry := self._entry(source, document, names, duration_s))]
        if not made:
            raise BadInput("it holds no text", code="no_text")
        media = self.blobs.put_file(source.media) if source.media else None
        return Prepared(
            sha256=source.sha256,
            places=tuple(
                place(source.found.origin_of(path)) for path in (source.found.path, source.media) if path
            ),
            entries=tuple((replace(item, media_sha256=media), cut) for item, cut, _ in made),
            traces=tuple(trace(cut) for _, cut, _ in made),
            sightings=tuple((item.id, found) for item, _, found in made),
        )

    def _is_closed(self, found: Found, document: Document) -> bool:
        """Whether the file, its place or its words say that it is not for everybody, or not now."""
        return document.private or found.is_private or is_withheld(document, self.at.date())

    def _entry(
        self, source: Source, document: Document, owner_names: Sequence[str], duration_s: float | None
    ) -> tuple[Item, tuple[Passage, ...], tuple[Sighting, ...]] | None:
        item_id = f"item_{digest_text(self.creator, source.sha256, document.part)[:26]}"
        text = " ".join(cue.text for cue in document.cues[:200])
        name, facts = parse_name(source.found.path), source.found.stated or Stated()
        language = facts.language or name.language or document.language or detect_language(text)
        finder = Finder(public=(*self.owner_names, *owner_names))
        finder = finder.knowing(participants(document, owner_names))
        masked, sightings = mask_document(document, finder, self.pseudonyms)
        cut = tuple(cut_passages(masked, item_id, self.creator, language, owner_names))
        if not cut:
            return None
        stated = clean_title(document.title or "")
        title = stated if stated and (document.title_stated or not name.title_chosen) else name.title
        if title == self.creator and source.found.path.parent.name == self.creator:
            # a fixed name (`_chat.txt`) in the creator's own upload folder, which is no title
            title = ", ".join(participants(document, owner_names)[:_TITLE_NAMES_MAX]) or source.format_name
        title, in_title = mask_text(title, finder, self.pseudonyms, language)
        item = Item(
            id=item_id,
            creator=self.creator,
            path=source.found.shown,
            title=title,
            kind=document.kind,
            language=language,
            published=facts.published
            or (name.published if name.day_leads else None)
            or document.published
            or name.published,
            sha256=source.sha256,
            media_sha256=None,
            private=self._is_closed(source.found, document),
            duration_s=duration_s,
            words=sum(count_words(passage.text) for passage in cut),
            added=self.at,
            part=document.part,
            source=place(source.found.origin),
            format=source.format_name,
            url=document.url,
            cover_sha256=self.blobs.put_bytes([document.cover]) if document.cover else None,
            chapters=document.chapters,
            file_rights=document.rights,
            folder_rights=rights_beside(source.found),
            dropped=document.dropped,
            flags=third_party_flags(
                (document.title or "", source.found.path.name),
                (cue.text for cue in document.cues),
                tags=(f"artist: {document.artist}",) if document.artist else (),
                own_names=owner_names,
            ),
        )
        return item, cut, (*in_title, *sightings)


def kept_windows(blobs: Blobs) -> HeardWindows:
    """Where finished windows of recordings are kept until their items are stored: beside the blobs."""
    return HeardWindows(blobs.folder.parent / "hearing")


def place(origin: PurePath) -> str:
    """The digest of where a file lies; see `Found.origin`."""
    return digest_text(os.fsencode(origin).hex())
