"""Plain text as training rows: no questions, every token is learned.

An item is cut into stretches that fit; each stretch sees only itself. Knows nothing about creators.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from fenshen.training.batches import Row, pack
from fenshen.training.domain.texts import DomainText
from fenshen.training.recipe import Recipe
from fenshen.training.template import ChatTemplate, Tokens

#: Tokens of a stretch: long enough to learn how a thought goes on, short enough for the cache.
STRETCH_TOKENS = 384
#: A rest shorter than this teaches nothing.
REST_MIN = 8


def plain_rows(
    texts: Sequence[DomainText], template: ChatTemplate, recipe: Recipe
) -> Callable[[int], Sequence[Row]]:
    """Rows for each pass, shuffled by the recipe's seed and the number of the pass.

    Texts of all languages may share a row: there is no prompt in front that differs.
    """
    start = template.beginning
    conversations = [("", tokens) for text in texts for tokens in stretches(template.plain(text.text))]
    return lambda number: pack(conversations, {"": start}, recipe.row_tokens, recipe.seed + number)


def stretches(ids: Sequence[int], size: int = STRETCH_TOKENS) -> list[Tokens]:
    """`ids` cut into stretches; all but the first token of each is learned."""
    cut = [tuple(ids[at : at + size]) for at in range(0, len(ids), size)]
    return [Tokens(one, ((1, len(one)),)) for one in cut if len(one) >= REST_MIN]
