"""Citations that hold: each sentence of an answer is checked against what was found, or goes uncited.

A citation is shown only when a window of the passage covers the sentence's content, contains every
number in it, and is about what was asked. It opens at the second of the cue in which that window
begins. Pure; knows nothing about engines or pages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from fenshen.library.passages import Passage, second_at
from fenshen.library.sentences import sentence_spans
from fenshen.twin.lexical_support import Window, best_window, content_words, coverage, numbers

#: Least share of a sentence's content that the cited window must contain.
SUPPORT_MIN = 0.6
#: Least share of the question's content that the cited passage must contain.
RELEVANCE_MIN = 0.5
WORDS_MIN = 3
CITATIONS_MAX = 3


@dataclass(frozen=True)
class RetrievedPassage:
    """A passage that was offered to the model, with what a citation of it needs to show."""

    passage: Passage
    title: str
    kind: str
    published: str | None


@dataclass(frozen=True)
class Citation:
    """A verified pointer into the library; `url` opens the item at the second."""

    number: int
    passage_id: str
    item_id: str
    title: str
    kind: str
    published: str | None
    start_s: int | None
    anchor: str
    quote: str
    url: str

    def as_json(self) -> dict[str, Any]:
        """The wire shape."""
        return asdict(self)


def item_url(creator: str, item_id: str, anchor: str) -> str:
    """Where a fan opens an item at a place."""
    return f"/t/{creator}/items/{item_id}#{anchor}"


def cite(
    question: str, answer: str, found: Sequence[RetrievedPassage], names: tuple[str, ...] = ()
) -> list[Citation]:
    """The citations of `answer` that hold, in the order of its sentences, numbered from 1.

    Args:
        names: The twin's, which say nothing about what was asked or answered.
    """
    asked = content_words(question, names)
    citations: list[Citation] = []
    cited: set[str] = set()
    for start, end in sentence_spans(answer):
        best = _best_support(
            content_words(answer[start:end], names), numbers(answer[start:end]), asked, found
        )
        if best is not None and best[0].passage.id not in cited and len(citations) < CITATIONS_MAX:
            cited.add(best[0].passage.id)
            citations.append(_citation(len(citations) + 1, *best))
    return citations


def _best_support(
    wanted: Mapping[str, float],
    figures: set[str],
    asked: Mapping[str, float],
    found: Sequence[RetrievedPassage],
) -> tuple[RetrievedPassage, Window] | None:
    if len(wanted) < WORDS_MIN:
        return None
    best: tuple[RetrievedPassage, Window] | None = None
    best_score = SUPPORT_MIN
    for one in found:
        text = one.passage.text
        if asked and coverage(asked, content_words(text)) < RELEVANCE_MIN:
            continue
        hit = best_window(wanted, text)
        if hit is not None and hit[1] >= best_score and figures <= numbers(hit[0].text):
            best, best_score = (one, _trimmed(hit[0], wanted, hit[1])), hit[1] + 1e-9
    return best


def _trimmed(window: Window, wanted: Mapping[str, float], covered: float) -> Window:
    """`window` without the sentences at its start that add nothing, so that it opens where it is said."""
    for start, _ in reversed(list(sentence_spans(window.text))):
        text = window.text[start:].strip()
        if coverage(wanted, content_words(text)) >= covered - 1e-9:
            return Window(window.end - len(window.text[start:].lstrip()), window.end, text)
    return window


def _citation(number: int, found: RetrievedPassage, window: Window) -> Citation:
    passage = found.passage
    second = second_at(passage, window.start)
    anchor = passage.anchor if second is None else f"t={int(second)}"
    return Citation(
        number=number,
        passage_id=passage.id,
        item_id=passage.item_id,
        title=found.title,
        kind=found.kind,
        published=found.published,
        start_s=None if second is None else int(second),
        anchor=anchor,
        quote=window.text,
        url=item_url(passage.creator, passage.item_id, anchor),
    )
