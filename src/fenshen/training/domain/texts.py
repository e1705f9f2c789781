"""What a domain base reads: the creators' own words that may be learned from, item by item, and as training rows.

The newest tenth of each library stays out, as in every training, so that a twin on the domain base can be
judged by words that neither has read. In a row every token is learned: an item is cut into stretches that fit,
and each stretch sees only itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from fenshen.core.db import Database
from fenshen.core.errors import BadInput
from fenshen.core.ids import digest_text
from fenshen.library import items as library
from fenshen.library.privacy.readable import readable
from fenshen.library.rights import is_own, may
from fenshen.training.batches import Row, pack
from fenshen.training.recipe import Recipe
from fenshen.training.split import split_library
from fenshen.training.template import ChatTemplate, Tokens


@dataclass(frozen=True)
class DomainText:
    """The creator's own words in one item."""

    creator: str
    item_id: str
    language: str
    text: str


@dataclass(frozen=True)
class DomainTexts:
    """Everything that is read, in a fixed order.

    Attributes:
        sha256: digest of creators, items and texts.
    """

    texts: tuple[DomainText, ...]
    sha256: str

    @property
    def items(self) -> tuple[str, ...]:
        """Ids of the items it is made of."""
        return tuple(text.item_id for text in self.texts)

    @property
    def words(self) -> dict[str, int]:
        """Words by creator; Chinese is counted in characters."""
        found: dict[str, int] = {}
        for text in self.texts:
            size = len(text.text) if text.language == "zh" else len(text.text.split())
            found[text.creator] = found.get(text.creator, 0) + size
        return found


def read_texts(
    db: Database,
    creators: Sequence[str],
    languages: Sequence[str] | None,
    consents: Mapping[str, Collection[str]],
) -> DomainTexts:
    """The texts of `creators` as their libraries stand now.

    Args:
        languages: what the base can write; `None` takes everything.
        consents: by creator, the ids of the consents that hold now.

    Raises:
        BadInput: `nothing_to_learn`, one of them has nothing that may be used.
    """
    found: list[DomainText] = []
    for creator in creators:
        texts = _texts_of(db, creator, languages, consents.get(creator, ()))
        if not texts:
            raise BadInput(
                f"the library of {creator!r} holds nothing that a domain base may read: no item that may be "
                f"learned from has the creator's own words in {languages or 'any language'}. "
                f"Leave {creator!r} out, or see `fenshen rights {creator}`",
                code="nothing_to_learn",
            )
        found += texts
    parts = [part for one in found for part in (one.creator, one.item_id, one.text)]
    return DomainTexts(tuple(found), digest_text(*parts))


def _texts_of(
    db: Database, creator: str, languages: Sequence[str] | None, consents: Collection[str]
) -> list[DomainText]:
    everything = library.list_items(db, creator)
    usable = [item for item in everything if may(item, "train", consents=consents)]
    allowed = {item.id for item in usable}
    passages = [p for p in library.passages(db, creator) if p.item_id in allowed]
    split = split_library(usable, passages, consents=consents)
    train = frozenset(split.train)
    by_item: dict[tuple[str, str], list[str]] = {}
    for p in passages:
        is_usable = p.item_id in train and p.id not in split.dropped and is_own(p) and not p.marks
        if is_usable and (languages is None or p.language in languages):
            by_item.setdefault((p.item_id, p.language), []).append(readable(p.text).strip())
    return [DomainText(creator, item, code, "\n\n".join(texts)) for (item, code), texts in by_item.items()]


#: Tokens of a stretch: long enough to learn how a thought continues, short enough for the cache.
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
