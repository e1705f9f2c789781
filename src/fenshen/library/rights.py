"""What may be done with an item and with a passage: one gate for training, search, voice and media.

Pure; knows nothing about consent, which is checked where work starts.
"""

from __future__ import annotations

from typing import Literal

from fenshen.library.items import Item
from fenshen.library.passages import Passage

Use = Literal["train", "cite", "speak", "sing"]
USES: tuple[Use, ...] = ("train", "cite", "speak", "sing")


def may(item: Item, use: Use) -> bool:
    """Whether `item` may be used so: never a private, excluded or duplicate one, nor one without that right."""
    return use in item.uses and not item.private and not item.excluded and item.duplicate_of is None


def is_own(passage: Passage) -> bool:
    """Whether the words are the creator's own: said by them, not quoted, read out for pay or drowned out."""
    return passage.is_creator and not passage.marks
