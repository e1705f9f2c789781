"""One file, or a folder that is an export, to its documents: sniffed, decoded, handed to its format's reader.

A film with subtitles beside it is represented by the subtitles; the film itself is what a page plays.
Knows nothing about the database.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from fenshen.core.blobs import hash_file
from fenshen.core.errors import BadInput
from fenshen.library.document import Document
from fenshen.library.dropped import Dropped, summed
from fenshen.library.files import Found
from fenshen.library.formats import export_in
from fenshen.library.fronted import read_fronted
from fenshen.library.names import parse_name
from fenshen.library.plausible import Likeness, likeness
from fenshen.library.readers.ffmpeg import probe
from fenshen.library.reading import TEXT_BYTES_MAX, FolderSpec, Opened, ReaderSpec
from fenshen.library.recordings import Listener, Recording, captioned, read_recording
from fenshen.library.sniff import Media, sniff_file


def legible(documents: Sequence[Document]) -> list[Document]:
    """The documents that read like words, with what is to be said of the others.

    Raises:
        BadInput: `no_words` if none of them does.
    """
    found = [(document, likeness(_text(document))) for document in documents]
    kept = [(document, like) for document, like in found if like is not Likeness.RUBBISH]
    if not kept:
        raise BadInput(
            "its letters make no words of any language: it is saved in an unknown encoding, or its fonts lack Unicode;"
            " save it anew as UTF-8 text, or run text recognition (OCR) on it",
            code="no_words",
        )
    said = [_noted(document, like) for document, like in kept]
    if len(kept) < len(found):
        gone = Dropped("no_words", len(found) - len(kept))
        said[0] = replace(said[0], dropped=summed((*said[0].dropped, gone)))
    return said


def _noted(document: Document, like: Likeness) -> Document:
    notes = [Dropped("doubtful_words")] if like is Likeness.DOUBTFUL else []
    broken = sum(cue.text.count("\ufffd") for cue in document.cues)
    notes += [Dropped("bad_bytes", broken)] if broken else []
    return replace(document, dropped=summed((*document.dropped, *notes))) if notes else document


def _text(document: Document) -> str:
    return " ".join(cue.text for cue in document.cues)


@dataclass(frozen=True)
class Source:
    """A file that can be read, before it is.

    Attributes:
        sha256: of the file's bytes; of paths and contents for a folder.
        media: the sound or video to play: the file itself, or what lies beside its subtitles.
        demuxer: how ffmpeg reads `media`.
        data: the bytes of a text or document, `None` for sound, video and folders.
    """

    found: Found
    format: ReaderSpec | FolderSpec | Media
    sha256: str
    data: bytes | None
    media: Path | None = None
    demuxer: str | None = None

    @property
    def format_name(self) -> str:
        """What the format is called in reports."""
        return self.format.demuxer if isinstance(self.format, Media) else self.format.name


def open_source(found: Found) -> Source:
    """Identify and hash a file or an export.

    Raises:
        BadInput: see `sniff`; also `too_large`.
        OSError: it cannot be read.
    """
    if found.path.is_dir():
        return _open_export(found)
    kind = sniff_file(found.path)
    if isinstance(kind, Media):
        return Source(found, kind, hash_file(found.path), None, found.path, kind.demuxer)
    with found.path.open("rb") as file:
        data = file.read(kind.bytes_max + 1)
    if len(data) > kind.bytes_max:
        reason = f"a {kind.name} file of more than {kind.bytes_max >> 20} MiB is not read; split it"
        raise BadInput(reason, code="too_large")
    source = Source(found, kind, hashlib.sha256(data).hexdigest(), data)
    media = media_beside(found) if kind.is_timed else None
    return replace(source, media=media[0], demuxer=media[1]) if media else source


def read_source(source: Source, listener: Listener) -> tuple[list[Document], float | None]:
    """The documents in a source and the length of its sound in seconds.

    Raises:
        BadInput: the reader's own codes, `no_words` and `line_too_long`.
        EngineMissing: nothing installed hears its language.
    """
    name = source.found.path.name
    language = parse_name(source.found.path).language
    if isinstance(source.format, FolderSpec):
        return legible(source.format.read(source.found.path)), None
    recording = Recording.opened(source.media, source.demuxer) if source.media and source.demuxer else None
    if source.data is None or isinstance(source.format, Media):
        assert recording is not None
        document = read_recording(recording, language, listener, source.sha256)
        return [document], recording.facts.duration_s or _last_second([document])
    opened = Opened(name, source.data, language)
    longest = source.format.line_chars_max
    if longest is not None and max(map(len, opened.text.splitlines()), default=0) > longest:
        raise BadInput(f"a line is longer than {longest} characters", code="line_too_long")
    documents = legible(read_fronted(source.format, opened))
    if recording is None:
        return documents, _last_second(documents)
    return [captioned(recording, d, listener) for d in documents], recording.facts.duration_s


def media_beside(found: Found) -> tuple[Path, str] | None:
    """The playable sound or video with the same stem, and its demuxer."""
    for other in found.companions:
        try:
            kind = sniff_file(other)
            if isinstance(kind, Media):
                probe(other, kind.demuxer)
                return other, kind.demuxer
        except (BadInput, OSError):
            continue
    return None


def has_subtitles(found: Found) -> bool:
    """Whether readable subtitles with the same stem lie beside a sound or video file."""
    for other in found.companions:
        try:
            kind = sniff_file(other)
            if isinstance(kind, ReaderSpec) and kind.is_timed and other.stat().st_size <= TEXT_BYTES_MAX:
                kind.read(Opened(other.name, other.read_bytes()))
                return True
        except (BadInput, OSError):
            continue
    return False


def _open_export(found: Found) -> Source:
    """A folder that is an export; its hash is of every file's path and, up to 16 MiB, content."""
    kind = export_in(found.path)
    if kind is None:
        raise BadInput("the folder is no export any more; run it again", code="unreadable")
    hasher = hashlib.sha256()
    for path in sorted(path for path in found.path.rglob("*") if path.is_file() and not path.is_symlink()):
        size = path.stat().st_size
        content = hash_file(path) if size <= TEXT_BYTES_MAX else str(size)
        inside = path.relative_to(found.path).as_posix()
        hasher.update(f"{inside}\0{content}\n".encode("utf-8", "surrogateescape"))
    return Source(found, kind, hasher.hexdigest(), None)


def _last_second(documents: list[Document]) -> float | None:
    ends = [cue.end_s for document in documents for cue in document.cues if cue.end_s is not None]
    return max(ends, default=None)
