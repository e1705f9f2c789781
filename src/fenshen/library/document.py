"""What every reader returns: a document made of cues in order. Knows nothing about files or databases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from fenshen.library.claims import Rights
from fenshen.library.dropped import Dropped

Kind = Literal["video", "audio", "post", "live", "chat", "note", "book"]

#: Why words are kept but never learned as the creator's own:
#: quoted        somebody else's words (a forwarded message, a block quote)
#: sponsor       an advertisement the creator was paid to read
#: boilerplate   the same words in most items: greeting, subscribe, sign-off
#: overlap       two people at once
Mark = Literal["quoted", "sponsor", "boilerplate", "overlap"]


@dataclass(frozen=True)
class Cue:
    """One stretch of text: a subtitle line, a paragraph or a turn.

    Attributes:
        text: plain text, no markup.
        start_s: when it begins in the sound, seconds; `None` in written documents.
        end_s: when it ends, seconds.
        speaker: who says it, `None` where the document does not tell.
        marks: why its words are not the creator's own to learn, if so.
    """

    text: str
    start_s: float | None = None
    end_s: float | None = None
    speaker: str | None = None
    marks: frozenset[Mark] = frozenset()


@dataclass(frozen=True)
class Chapter:
    """A titled part of a recording, which begins at `start_s` seconds."""

    start_s: float
    title: str


@dataclass(frozen=True)
class Document:
    """One readable thing found in a file.

    Attributes:
        turns: each cue is one speaker's turn and stays a passage of its own (chats, Q&A).
        title_stated: the title was written as such inside the file, so it beats the file's name.
        part: which of several documents in one file (`""` when there is only one).
        language: as the file states it, `None` to find out from the text.
        url: where it was published.
        chapters: of a recording, in order.
        cover: a JPEG or PNG to show for it.
        artist: who performs or made it, as its tags say.
        owner: the speaker who made this export, if it says so.
        called: other names of its speakers: `(speaker, name)`.
        no_people: names in it that are no person's: groups, channels, bots.
        rights: what it says may be done with it, `None` when it says nothing.
        dropped: places of the file that could not be read and are not in the cues.
        authors: who wrote it, as it says; where none of them is the creator, it is theirs and not the creator's.
        expires: the day from which its author meant nobody to see it any more.
    """

    kind: Kind
    cues: tuple[Cue, ...]
    turns: bool = False
    title: str | None = None
    title_stated: bool = False
    published: date | None = None
    language: str | None = None
    private: bool = False
    part: str = ""
    url: str | None = None
    chapters: tuple[Chapter, ...] = ()
    cover: bytes | None = None
    artist: str | None = None
    owner: str | None = None
    called: tuple[tuple[str, str], ...] = ()
    no_people: frozenset[str] = frozenset()
    rights: Rights | None = None
    dropped: tuple[Dropped, ...] = ()
    expires: date | None = None
    authors: tuple[str, ...] = ()
