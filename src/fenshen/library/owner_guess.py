"""Whose words are the creator's in an export, before and after anybody chooses. Pure.

    reader → `settle` (whose names count) → passages → `relabel` by what was chosen → store

Knows nothing about the database.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from fenshen.library.document import Document
from fenshen.library.passages import Passage, is_owner

#: Accounts of whoever runs a site, which say nothing of who it is.
_NOBODYS_NAMES = frozenset(
    [
        "admin",
        "administrator",
        "author",
        "root",
        "user",
        "webmaster",
        "blog",
        "me",
        "default",
        "owner",
        "site",
    ]
)
_NAME_CHARS_MAX = 120
#: What was said of an export: one of the speakers is the creator, none is, or all of it is theirs.
Answer = Literal["speaker", "nobody", "all"]


@dataclass(frozen=True)
class Choice:
    """What somebody said about an export; `name` is empty unless a speaker was chosen."""

    answer: Answer
    name: str = ""


def settle(
    documents: Sequence[Document], owner_names: Sequence[str]
) -> tuple[list[Document], tuple[str, ...]]:
    """`documents` of one export and the names that count in them.

    Whoever the export says made it is the creator, and namesakes are not. If the creator's names point at
    somebody else in it, somebody else made it, and nobody is the creator until a person chooses.
    """
    documents = [_by_authors(document, owner_names) for document in documents]
    stated = {document.owner for document in documents if document.owner}
    if not stated:
        return [_by_nickname(document, owner_names) for document in documents], tuple(owner_names)
    if any(is_owner(name, owner_names) for name in stated):
        return list(documents), ()
    speakers = {cue.speaker for document in documents for cue in document.cues if not cue.marks}
    if any(is_owner(name, owner_names) for name in speakers if name):
        return [replace(document, owner=None) for document in documents], ()
    return list(documents), ()


def _by_authors(document: Document, owner_names: Sequence[str]) -> Document:
    """The document as spoken by its authors, if it names any and the creator is none of them."""
    authors = [name for name in document.authors if name.strip().lower() not in _NOBODYS_NAMES]
    if not authors or any(is_owner(name, owner_names) for name in authors):
        return document
    by = ", ".join(authors)[:_NAME_CHARS_MAX]
    cues = tuple(cue if cue.speaker else replace(cue, speaker=by) for cue in document.cues)
    return replace(document, cues=cues)


def _by_nickname(document: Document, owner_names: Sequence[str]) -> Document:
    """The document with the one speaker as its owner who is the creator by another of their names there."""
    known = {speaker for speaker, name in document.called if is_owner(name, owner_names)}
    named = any(is_owner(cue.speaker, owner_names) for cue in document.cues if cue.speaker)
    return replace(document, owner=known.pop()) if len(known) == 1 and not named else document


def relabel(passages: Sequence[Passage], chosen: Choice) -> tuple[Passage, ...]:
    """`passages` with whoever was chosen, and nobody else who has a name, as the creator."""
    name = chosen.name
    if chosen.answer != "speaker":
        is_all = chosen.answer == "all"
        return tuple(replace(p, is_creator=is_all) if p.speaker is not None else p for p in passages)
    is_there = any(passage.speaker == name for passage in passages)
    return tuple(
        passage
        if passage.speaker is None
        else replace(
            passage, is_creator=passage.speaker == name if is_there else is_owner(passage.speaker, (name,))
        )
        for passage in passages
    )
