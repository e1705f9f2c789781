"""Whether a document says by its words or its days that it is not for everybody. Pure.

    title, first lines, day of publication, day of expiry → `is_withheld`

Asked of every document whatever its format. Knows nothing about fields, files and folders; they say it themselves.
"""

from __future__ import annotations

from datetime import date, timedelta

from fenshen.library.document import Document
from fenshen.library.readers.drafts import is_closed_line

#: Lines at the top in which a writer says for whom a text is.
_LINES = 2


def is_withheld(document: Document, today: date) -> bool:
    """Whether it was not published yet, was taken away again, or says `draft`, `private` and the like above its words."""
    return (
        _is_to_come(document, today) or _is_over(document, today) or any(map(is_closed_line, _top(document)))
    )


def _is_to_come(document: Document, today: date) -> bool:
    """Whether a post bears a day that has not begun anywhere."""
    day = document.published
    return document.kind == "post" and day is not None and day > today + timedelta(days=1)


def _is_over(document: Document, today: date) -> bool:
    return document.expires is not None and document.expires <= today


def _top(document: Document) -> list[str]:
    """The title and, unless people speak, the first lines; what is said in a chat is about nothing but itself."""
    titles = [document.title] if document.title else []
    if document.turns or any(cue.start_s is not None for cue in document.cues[:1]):
        return titles
    first = [
        line for cue in document.cues[:_LINES] for line in cue.text.splitlines()[:_LINES] if not cue.marks
    ]
    return titles + first[:_LINES]
