"""Changes a creator makes to what was read: words, speakers, tags, what is left out.

A passage remembers what was read in `original` the first time it is edited, so that reading its file again
can put the edit back (`carrying`). Knows nothing about pages or the search index: each change names the
rows it touched, and the caller brings the index in step.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fenshen.core.clock import Clock
from fenshen.core.db import Database
from fenshen.core.errors import BadInput, NotFound
from fenshen.core.ids import Ids
from fenshen.library import items
from fenshen.library.clean import clean_text, clean_title
from fenshen.library.editing.changes import Change, make
from fenshen.library.editing.realign import moved_times
from fenshen.library.passages import Passage
from fenshen.library.privacy.finder import Finder
from fenshen.library.privacy.mask import mask_text
from fenshen.library.privacy.review import pseudonyms_of

TEXT_CHARS_MAX = 20_000
TAG_CHARS_MAX = 40
TAGS_MAX = 50
#: Columns of a passage that an edit may change.
EDITED = ("text", "times", "speaker", "is_creator")


@dataclass(frozen=True)
class Editor:
    """Somebody who edits the library of one creator.

    Attributes:
        owner_names: the creator's own names, which are no personal data here.
    """

    db: Database
    clock: Clock
    ids: Ids
    creator: str
    by: str
    owner_names: tuple[str, ...] = ()

    def edit_text(self, passage_id: str, text: str) -> Change:
        """Give a passage other words; its seconds move with the words that stayed.

        Personal data that is typed in is masked like any that is read.

        Raises:
            BadInput: `no_text`, `too_long`.
            NotFound: no such passage in this library.
        """
        new = clean_text(text)
        if not new:
            raise BadInput("a passage cannot be empty; exclude the item instead", code="no_text")
        if len(new) > TEXT_CHARS_MAX:
            raise BadInput(f"a passage holds at most {TEXT_CHARS_MAX} characters", code="too_long")
        old = self._passage(passage_id)
        finder = Finder(public=self.owner_names)
        new, _ = mask_text(new, finder, pseudonyms_of(self.db, self.creator), old.language)
        times = [list(time) for time in moved_times(old.text, new, old.times)]
        rows = {passage_id: {**_remembered(old), "text": new, "times": times}}
        return self._make("text", "passages", old.text, rows)

    def set_speaker(self, passage_ids: Sequence[str], speaker: str | None, *, is_creator: bool) -> Change:
        """Say who speaks in some passages.

        Raises:
            BadInput: no passage given, or a name that is none.
            NotFound: a passage is not in this library.
        """
        name = clean_title(speaker) if speaker else None
        if not passage_ids or (speaker and not name):
            raise BadInput("name at least one passage and a speaker that can be read", code="bad_speaker")
        found = [self._passage(passage_id) for passage_id in passage_ids]
        rows = {one.id: {**_remembered(one), "speaker": name, "is_creator": is_creator} for one in found}
        return self._make("speaker", "passages", name or "", rows)

    def exclude(self, item_ids: Sequence[str], *, excluded: bool = True) -> Change:
        """Leave items out of everything, or take them in again."""
        return self._change_items("exclude", item_ids, lambda _: {"excluded": excluded})

    def tag(self, item_ids: Sequence[str], add: Sequence[str] = (), remove: Sequence[str] = ()) -> Change:
        """Add and remove tags.

        Raises:
            BadInput: `bad_tag`, an empty one or too many.
        """
        wanted = [clean_title(tag)[:TAG_CHARS_MAX].strip() for tag in add]
        if not all(wanted):
            raise BadInput("a tag cannot be empty", code="bad_tag")

        def tagged(item: items.Item) -> dict[str, Any]:
            tags = [tag for tag in dict.fromkeys([*item.tags, *wanted]) if tag not in remove]
            if len(tags) > TAGS_MAX:
                raise BadInput(f"an item has at most {TAGS_MAX} tags", code="bad_tag")
            return {"tags": tags}

        return self._change_items("tags", item_ids, tagged)

    def _change_items(
        self, kind: Any, item_ids: Sequence[str], become: Callable[[items.Item], dict[str, Any]]
    ) -> Change:
        if not item_ids:
            raise BadInput("name at least one item", code="bad_item")
        found = [self._item(item_id) for item_id in item_ids]
        return self._make(kind, "items", found[0].title, {item.id: become(item) for item in found})

    def _make(self, kind: Any, place: Any, note: str, rows: dict[str, dict[str, Any]]) -> Change:
        return make(self.db, self.clock, self.ids, self.creator, self.by, kind, place, note, rows)

    def _passage(self, passage_id: str) -> Passage:
        found = items.passage(self.db, passage_id)
        if found.creator != self.creator:
            raise NotFound(f"no passage {passage_id!r}")
        return found

    def _item(self, item_id: str) -> items.Item:
        found = items.item(self.db, item_id)
        if found.creator != self.creator:
            raise NotFound(f"no item {item_id!r}")
        return found


def _remembered(passage: Passage) -> dict[str, Any]:
    """What the passage was when it was read, if this is its first edit; all columns that an edit touches,
    so that undoing puts back every one of them."""
    now = {name: getattr(passage, name) for name in EDITED}
    now["times"] = [list(time) for time in passage.times]
    return {**now, "original": passage.original or now}


def edited_onto(passage: Passage, edit: Passage) -> Passage:
    """`passage`, read anew, with the words and speaker of an earlier `edit` of it."""
    original = {name: getattr(passage, name) for name in EDITED}
    original["times"] = [list(time) for time in passage.times]
    is_reworded = edit.original is not None and edit.text != edit.original["text"]
    return replace(
        passage,
        text=edit.text if is_reworded else passage.text,
        times=edit.times if is_reworded else passage.times,
        speaker=edit.speaker,
        is_creator=edit.is_creator,
        original=original,
    )
