"""What of a library may leave in a twin file: the creator's own. A file can be handed to anybody. Pure.

    items, passages, examples → the same without other people's lines, names and voices

Their lines become gaps, so the creator's keep their places; what was learned as an answer to them is kept with a gap
before it. Whoever moves a whole installation copies its home instead. Knows nothing about files or the database.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from fenshen.library.items import Item
from fenshen.library.passages import Passage
from fenshen.library.privacy.finder import Finder
from fenshen.library.privacy.mask import mask_text
from fenshen.library.privacy.pseudonyms import Pseudonyms
from fenshen.library.privacy.readable import readable
from fenshen.library.seen import GAP, may_play, seen_title
from fenshen.models.text import Message
from fenshen.training.examples import Example

#: Marks of words that are not the creator's, whoever reads them out.
_FOREIGN = frozenset({"quoted", "overlap"})
#: Stand-ins that are made here are for nobody to undo.
_NOBODY = Pseudonyms("")


def redact_item(item: Item, passages: Sequence[Passage], voices: Iterable[str], people: Finder) -> Item:
    """The item without others' names, and without its sound or video where others are heard.

    Args:
        passages: its own, in order.
        voices: what each voice told apart in it is taken for.
        people: knows everybody who speaks in the library and is not the creator.
    """
    path = "/".join(readable(mask_text(part, people, _NOBODY)[0]) for part in item.path.split("/"))
    masked = mask_text(item.title, people, _NOBODY, item.language)[0]
    title = seen_title(item) if item.kind == "chat" else masked
    if may_play(passages, voices):
        return replace(item, path=path, title=title)
    return replace(item, path=path, title=title, media_sha256=None, cover_sha256=None)


def redact_passage(passage: Passage) -> Passage:
    """The creator's passage as it is; in the place of another's, a gap."""
    if passage.is_creator and not _FOREIGN & {*passage.marks}:
        original = passage.original
        was_own = original is not None and original.get("is_creator", True)
        return passage if original is None or was_own else replace(passage, original=None)
    return replace(passage, text=GAP, speaker=None, is_creator=False, times=(), original=None)


def redact_examples(examples: Iterable[Example], own_items: Collection[str]) -> Iterator[Example]:
    """Examples without what others asked.

    Args:
        own_items: ids of the items in which nobody but the creator speaks.
    """
    for example in examples:
        if not example.item_id or example.item_id in own_items:
            yield example
            continue
        asked = tuple(
            Message(role=m["role"], content=GAP if m["role"] == "user" else m["content"])
            for m in example.messages
        )
        yield replace(example, messages=asked)
