"""Whether what a reader found reads like words: asked once of every file, whatever its format.

Letters that make no words of any language never reach a library; what is doubtful says so on its item.
Pure; knows nothing about formats.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from fenshen.core.errors import BadInput
from fenshen.library.document import Document
from fenshen.library.dropped import Dropped, summed
from fenshen.library.plausible import Likeness, likeness


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
