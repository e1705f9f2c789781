"""What the index holds of a passage. Pure; knows nothing about vectors or storage.

Only the creator's own words can be found. An answer in a chat or a Q&A is found by the question too:
what was asked just before is matched with it but never shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fenshen.library.language import HAN_PER_WORD, count_han
from fenshen.library.passages import Passage

CONTEXT_CHARS_MAX = 400


@dataclass(frozen=True)
class Entry:
    """One findable passage and the text it is matched by."""

    passage: Passage
    matched: str

    @property
    def has_han(self) -> bool:
        """Whether it belongs in the index of Chinese character pairs."""
        return count_han(self.matched) > HAN_PER_WORD


def make_entries(passages: Iterable[Passage], titles: Mapping[str, str]) -> list[Entry]:
    """Entries for the creator's own passages.

    Args:
        passages: in order within each item.
        titles: item id → title, matched along with each of its passages.
    """
    entries: list[Entry] = []
    asked: Passage | None = None
    for passage in passages:
        if not passage.is_creator:
            asked = passage
            continue
        question = asked.text if asked is not None and asked.item_id == passage.item_id else ""
        parts = (titles.get(passage.item_id, ""), question[:CONTEXT_CHARS_MAX], passage.text)
        entries.append(Entry(passage, "\n".join(part for part in parts if part)))
        asked = None
    return entries
