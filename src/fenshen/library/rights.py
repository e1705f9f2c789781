"""What may be done with an item. Pure; knows nothing about consent, which is checked where work starts."""

from __future__ import annotations

from typing import Literal

from fenshen.library.items import Item

Use = Literal["train", "cite", "speak"]


def may(item: Item, use: Use) -> bool:
    """Whether `item` may be used to `train`, be `cite`d or be spoken (`speak`): private items never."""
    return not item.private
