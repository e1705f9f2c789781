"""Every example of a library, in its order. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from fenshen.library.items import Item
from fenshen.library.passages import Passage
from fenshen.library.persona import Persona
from fenshen.training.examples.dialogue import dialogue_examples
from fenshen.training.examples.example import ABOUT_THE_TWIN, Example, readable_example
from fenshen.training.examples.refusals import identity_examples, limits_examples, unknown_examples
from fenshen.training.examples.retrieval import long_examples, retrieval_examples
from fenshen.training.split import Split
from fenshen.trust.guard import Guard
from fenshen.trust.limits import Limits

#: What the prompt of a long example may hold, in Latin characters: half a row of the shortest recipe.
CONTEXT_CHARS = 1500


@dataclass(frozen=True)
class ExampleOptions:
    """What the creator decided, and what was found out, beside the library itself.

    Attributes:
        limits: what the twin never talks about.
        questions: what passages answer, by the digest of the answer.
        rejected: digests of examples that are not to be learned.
        elsewhere: passages that may be cited and not learned: what they say is not denied.
        context_chars: what the prompt of a long example may hold, in Latin characters.
    """

    limits: Limits = field(default_factory=Limits)
    questions: Mapping[str, str] = field(default_factory=dict)
    rejected: frozenset[str] = frozenset()
    elsewhere: Sequence[Passage] = ()
    context_chars: int = CONTEXT_CHARS


def build_examples(
    items: Sequence[Item],
    passages: Sequence[Passage],
    split: Split,
    persona: Persona,
    languages: Sequence[str] | None = None,
    wishes: ExampleOptions | None = None,
) -> list[Example]:
    """Every training example, in the order of the library.

    Args:
        passages: all passages that may be used, in order within their items.
        languages: languages the base can write; `None` takes all.
    """
    wishes = wishes or ExampleOptions()
    usable = [p for p in passages if p.id not in split.dropped]
    spoken = _spoken(items, usable, frozenset(split.train), languages)
    titles = {item.id: item.title for item in items}
    own = [p for _, group in spoken for p in group if p.is_creator]
    found = [
        *(example for item, group in spoken for example in dialogue_examples(item, group, wishes.questions)),
        *retrieval_examples(own, titles),
        *long_examples(own, titles, wishes.context_chars),
    ]
    learned = [
        shown
        for example in found
        if example.teaches
        and (shown := readable_example(example))
        and wishes.rejected.isdisjoint((example.digest, shown.digest))
    ]
    about = _about_the_twin([*passages, *wishes.elsewhere], learned, persona, wishes.limits)
    return [*learned, *(e for e in about if e.digest not in wishes.rejected)]


def held_out_examples(
    items: Sequence[Item], passages: Sequence[Passage], split: Split, languages: Sequence[str] | None = None
) -> list[Example]:
    """The creator's held-out answers with what led to them: for judging only.

    Monologues are asked for by their titles whatever a teacher could find, so that versions are judged by
    the same questions.
    """
    spoken = _spoken(items, passages, frozenset(split.held_out), languages)
    return [readable_example(example) for item, group in spoken for example in dialogue_examples(item, group)]


def teaches_nothing(examples: Iterable[Example]) -> bool:
    """Whether none of the examples is the creator's own words."""
    return all(example.kind in ABOUT_THE_TWIN for example in examples)


def _about_the_twin(
    passages: Sequence[Passage], learned: Sequence[Example], persona: Persona, limits: Limits
) -> list[Example]:
    guard = Guard(limits)
    counts = Counter(example.language for example in learned)
    found: list[Example] = []
    for code, count in sorted(counts.items()):
        found += identity_examples(persona, code)
        found += limits_examples(guard, code, count)
        found += unknown_examples(passages, guard, code, count)
    return found


def _spoken(
    items: Sequence[Item],
    passages: Iterable[Passage],
    wanted: frozenset[str],
    languages: Sequence[str] | None,
) -> list[tuple[Item, list[Passage]]]:
    by_item: dict[str, list[Passage]] = defaultdict(list)
    for passage in passages:
        if passage.marks:
            continue
        if passage.item_id in wanted and (languages is None or passage.language in languages):
            by_item[passage.item_id].append(passage)
    return [(item, by_item[item.id]) for item in items if by_item[item.id]]
