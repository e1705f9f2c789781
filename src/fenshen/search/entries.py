"""What the index holds of a passage. Pure; knows nothing about vectors or storage.

Only the creator's own words can be found. An answer in a chat or a Q&A is found by the question too:
what was asked just before is matched with it but never shown. Remarks of a word or two are left out:
full text ranks the shortest match first, and they support nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from fenshen.library.language import HAN_PER_WORD, count_han, reading_length
from fenshen.library.passages import Passage
from fenshen.library.rights import is_own

CONTEXT_CHARS_MAX = 400
FINDABLE_WORDS_MIN = 4


@dataclass(frozen=True)
class Entry:
    """One findable passage and the text it is matched by."""

    passage: Passage
    matched: str

    @property
    def has_han(self) -> bool:
        """Whether it belongs in the index of Chinese character pairs."""
        return count_han(self.matched) > HAN_PER_WORD


def make_entries(passages: Iterable[Passage], titles: Mapping[str, str]) -> Iterator[Entry]:
    """Entries for the creator's own passages.

    Args:
        passages: in order within each item.
        titles: item id → title, matched along with each of its passages (not with turns of a chat or
            Q&A: those are about many things).
    """
    asked: Passage | None = None
    for passage in passages:
        if not is_own(passage):
            asked = asked if passage.marks else passage
            continue
        question = asked.text if asked is not None and asked.item_id == passage.item_id else ""
        title = "" if passage.speaker else titles.get(passage.item_id, "")
        asked = None
        if reading_length(passage.text) >= FINDABLE_WORDS_MIN:
            parts = (title, question[:CONTEXT_CHARS_MAX], passage.text)
            yield Entry(passage, "\n".join(part for part in parts if part))
