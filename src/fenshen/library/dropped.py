"""What was read with gaps: places of a file that a reader left out, so that one bad place does not cost the whole.

    reader → `Document.dropped` → `Item.dropped` → report, page and `ingest` say it

Every reader says it this way and no other. Pure; knows nothing about formats.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from fenshen.core.note import Note

#: code → what was left out there, in English. The pages have their own words for each.
REASONS = {
    "empty_cue": "a time with no words",
    "bad_time": "a time that cannot be read",
    "empty_entry": "an entry with no words",
    "bad_line": "a line that cannot be read",
    "bad_xml": "damaged XML",
    "cut_off": "the file ends in the middle",
    "bad_bytes": "a character that its encoding does not have",
    "bad_part": "a chapter or part that is damaged",
    "missing_part": "a chapter or part that is listed but not there",
    "wordless_page": "a page whose letters make no words, as fonts without Unicode do",
    "few_words_kept": "only this share of the words that it shows was kept",
    "doubtful_words": "its letters hardly make words of a language; look whether it reads well",
    "no_words": "one of the texts in it, whose letters make no words of any language",
}
#: What holds for the whole file and has no places.
_OF_THE_WHOLE = frozenset({"few_words_kept", "doubtful_words"})


@dataclass(frozen=True)
class Dropped:
    """Places of one kind that were left out of a document.

    Attributes:
        code: why, a key of `REASONS`.
        count: how many places.
        place: the first of them, as a person finds it (`line 12`, `00:01:30`, a part's name).
    """

    code: str
    count: int = 1
    place: str = ""

    @property
    def note(self) -> Note:
        """It as a sentence; a package from a newer version may name reasons that are not known here."""
        places = f"{self.count} {'place' if self.count == 1 else 'places'}"
        where = f" ({'' if self.count == 1 else 'first: '}{self.place})" if self.place else ""
        if self.code in _OF_THE_WHOLE:
            return Note(f"{REASONS[self.code]}{where}").known_as(
                self.code, count=self.count, place=self.place
            )
        said = f"{places} left out{where}: {REASONS.get(self.code, 'a reason unknown here')}"
        return Note(said).known_as(self.code, count=self.count, place=self.place)


class Incomplete(NamedTuple):
    """A file that was read with gaps."""

    path: str
    dropped: tuple[Dropped, ...]

    @property
    def reason(self) -> str:
        """All gaps in words."""
        return "; ".join(one.note for one in self.dropped)


def summed(dropped: Iterable[Dropped]) -> tuple[Dropped, ...]:
    """One entry a code, in order of first appearance, with the first place."""
    found: dict[str, Dropped] = {}
    for one in dropped:
        before = found.get(one.code)
        found[one.code] = (
            Dropped(one.code, before.count + one.count, before.place or one.place) if before else one
        )
    return tuple(one for one in found.values() if one.count > 0)
