"""An update: the dataset of what is new since a version with rehearsal of the old, and what training forgot.

    parent + library now → new examples + rehearsed chains · held out: the parent's + the newest tenth of the new
    parent's adapter → nats of held-out answers → training → nats again → change, with its interval

A share of old answers is read again (rehearsal), because an adapter that sees only the new forgets some of
the old; the shares are choices that nothing was measured for yet. An adapter cannot unlearn, so an update of
a version that learned from what may no longer be used is refused.

Source: Rolnick et al. 2019, "Experience Replay for Continual Learning".
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from fenshen.core.db import Database
from fenshen.core.errors import BadInput, Refused
from fenshen.core.files import write_atomic
from fenshen.core.installation import Installation
from fenshen.library import items as library
from fenshen.library.item_texts import item_texts
from fenshen.training.dataset import Dataset
from fenshen.training.evals.conditions import Condition
from fenshen.training.evals.nll import (
    AnswerScorer,
    HeldOut,
    bits_difference,
    bits_per_byte,
    condition_nats,
    held_out_answers,
)
from fenshen.training.examples import Example, chains
from fenshen.training.library_diff import LibraryDiff, Manifest, diff_library, read_manifest
from fenshen.training.meta import read_meta
from fenshen.training.recipe import Recipe
from fenshen.training.snapshot import data_sha256
from fenshen.training.split import newest_items
from fenshen.training.versions import Version

#: Characters of rehearsed answers among all that an update learns.
REHEARSAL_SHARE = 0.5
#: Peak learning rate of an update, as a share of the recipe's.
RATE_SHARE = 0.25


@dataclass(frozen=True)
class Update:
    """How a dataset relates to its parent's, for `meta.json`.

    Attributes:
        fresh_items: items that are new or edited.
        fresh, rehearsed: examples from them, and old ones that are read again.
        rehearsal_share: characters of rehearsed answers among all.
        held_out_before: what the parent was judged by.
    """

    parent: str
    fresh_items: int
    fresh: int
    rehearsed: int
    rehearsal_share: float
    held_out_before: tuple[str, ...]


def diff_since(
    db: Database, folder: Path, creator: str, languages: Collection[str] | None, consents: Collection[str]
) -> LibraryDiff:
    """What is new in the library since the version in `folder` was trained.

    Raises:
        NotFound: it was not trained to its end.
    """
    items = library.list_items(db, creator)
    texts = item_texts(db, creator)
    held_out = read_meta(folder)["held_out"]["items"]
    return diff_library(items, texts, read_manifest(folder), held_out, languages=languages, consents=consents)


def read_update(
    on: Installation,
    parent: Version,
    languages: Sequence[str] | None,
    recipe: Recipe,
    read: Callable[[Sequence[str]], Dataset],
    consents: Collection[str] = (),
) -> tuple[Dataset, Update]:
    """The dataset of an update of `parent`, with its files in the home.

    Args:
        recipe: its seed picks what is rehearsed.
        read: the dataset as the library stands now, with these items held out.
        consents: ids of the creator's consents that hold now.

    Raises:
        Refused: `cannot_unlearn`, the parent learned from items that may no longer be used.
        BadInput: `nothing_new`, or as `read`.
        NotFound: the parent was not trained to its end.
    """
    folder = on.home / parent.adapter_dir
    diff = diff_since(on.db, folder, parent.creator, languages, consents)
    check_update(diff, parent)
    before = tuple(read_meta(folder)["held_out"]["items"])
    held_out = (*before, *sorted(newest_items(diff.added)))
    data = read(held_out)
    fresh_ids = frozenset(item.id for item in diff.to_learn)
    learned, fresh = update_examples(
        data.train, fresh_ids, read_manifest(folder), REHEARSAL_SHARE, recipe.seed
    )
    if not fresh:
        raise BadInput(
            _nothing(parent, "the new items hold nothing of the creator's to learn"), code="nothing_new"
        )
    systems = {code: data.system(code) for code in sorted({e.language for e in learned})}
    update = Update(parent.id, len(diff.to_learn), fresh, len(learned) - fresh, REHEARSAL_SHARE, before)
    return replace(data, train=tuple(learned), sha256=data_sha256(learned, systems)), update


def update_examples(
    everything: Sequence[Example], fresh: Collection[str], learned: Manifest, share: float, seed: int
) -> tuple[list[Example], int]:
    """The examples of an update in the order of the library, and how many of them are new.

    Args:
        everything: every example that may be learned now.
        fresh: ids of the items that are new or edited.
        learned: what the parent met; nothing else is rehearsed.
        share: of characters among the answers that are rehearsed, 0…1 (exclusive).
    """
    groups = chains(everything)
    new = [at for at, chain in enumerate(groups) if chain[0].item_id in fresh]
    old = [at for at, chain in enumerate(groups) if _was_learned(chain[0], fresh, learned)]
    random.Random(seed).shuffle(old)
    wanted = sum(_size(groups[at]) for at in new) * share / (1.0 - share)
    rehearsed: list[int] = []
    for at in old:
        if wanted <= 0:
            break
        rehearsed.append(at)
        wanted -= _size(groups[at])
    always = [at for at, chain in enumerate(groups) if not chain[0].item_id]
    chosen = [example for at in sorted({*new, *rehearsed, *always}) for example in groups[at]]
    return chosen, sum(1 for example in chosen if example.item_id in fresh)


def check_update(diff: LibraryDiff, parent: Version) -> None:
    """Whether an update of `parent` has sense.

    Raises:
        Refused: `cannot_unlearn`, it learned from items that may no longer be used.
        BadInput: `nothing_new`.
    """
    if diff.revoked:
        raise Refused(
            f"version {parent.id!r} learned from {len(diff.revoked)} items that may no longer be used "
            f"({diff.revoked[0].title!r}: {diff.revoked[0].why}), and an adapter cannot unlearn them; "
            f"train anew with `fenshen train {parent.creator}`",
            code="cannot_unlearn",
        )
    if not diff.to_learn:
        raise BadInput(_nothing(parent, "the library is as it was"), code="nothing_new")


def with_lower_rate(recipe: Recipe) -> Recipe:
    """The recipe of an update: the parent is near its optimum, so steps are smaller."""
    return replace(recipe, learning_rate=recipe.learning_rate * RATE_SHARE)


def _was_learned(example: Example, fresh: Collection[str], learned: Manifest) -> bool:
    known = learned.get(example.item_id)
    return example.item_id not in fresh and known is not None and known.examples > 0


def _size(chain: Sequence[Example]) -> int:
    return sum(len(example.answer) for example in chain)


def _nothing(parent: Version, why: str) -> str:
    return f"there is nothing new to learn since version {parent.id!r}: {why}; add items, then update"


#: Answers judged on each side.
ANSWERS_MAX = 32
#: Bits per byte; an update that surely forgot more is refused by the gate. A choice: no update of a real base
#: has been measured yet.
FORGETTING_MAX = 0.02
FILE = "before.json"
_ADAPTER = Condition("L2", adapted=True, has_sources=False)


class Forgetting:
    """Measures one update.

    Args:
        data: its held-out answers.
        before: ids of the items that the parent was judged by.
        folder: keeps what was measured before training, so that a resumed run compares with it.
    """

    def __init__(self, data: Dataset, before: Collection[str], folder: Path) -> None:
        old = frozenset(before)
        sides = {
            "old": [e for e in data.held_out if e.item_id in old],
            "new": [e for e in data.held_out if e.item_id not in old],
        }
        self._answers = {
            side: held_out_answers(examples, data.system, ANSWERS_MAX)
            for side, examples in sides.items()
            if examples
        }
        self._path = folder / FILE

    def before(self, scorer: AnswerScorer) -> None:
        """Judge the parent's adapter, once."""
        if self._path.is_file():
            return
        write_atomic(self._path, json.dumps(self._nats(scorer)))

    def after(self, scorer: AnswerScorer, seed: int) -> dict[str, Any]:
        """Judge what training made of it: `{"bound", "old": {before, after, change}, "new": …}`."""
        then: dict[str, list[float]] = json.loads(self._path.read_text(encoding="utf-8"))
        now = self._nats(scorer)
        sides = {
            side: change(answers, then[side], now[side], seed) for side, answers in self._answers.items()
        }
        self._path.unlink()
        return {"bound": FORGETTING_MAX, **sides}

    def _nats(self, scorer: AnswerScorer) -> dict[str, list[float]]:
        return {
            side: condition_nats(answers, _ADAPTER, scorer, lambda: None)
            for side, answers in self._answers.items()
        }


def change(
    answers: Sequence[HeldOut], then: Sequence[float], now: Sequence[float], seed: int
) -> dict[str, Any]:
    """Bits per byte before and after, and the difference on the same answers (above zero: worse)."""
    sizes = [one.bytes for one in answers]
    found = {
        "before": bits_per_byte(then, sizes, seed),
        "after": bits_per_byte(now, sizes, seed),
        "change": bits_difference(now, then, sizes, seed),
    }
    return {name: None if interval is None else interval.as_json() for name, interval in found.items()}
