"""What a creator's library offers for training on one base: split, examples, prompts, digest."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from fenshen.core.db import Database
from fenshen.core.errors import BadInput, NotFound
from fenshen.library import items as library
from fenshen.library.items import Item
from fenshen.library.passages import Passage
from fenshen.library.persona import Persona, current_persona, plain_persona
from fenshen.library.privacy.readable import readable_passage
from fenshen.library.rights import may
from fenshen.training.examples import Example, ExampleOptions, build_examples, held_out_examples
from fenshen.training.examples.builder import CONTEXT_CHARS, teaches_nothing
from fenshen.training.rejections import rejected_digests
from fenshen.training.snapshot import data_sha256
from fenshen.training.split import Split, split_library
from fenshen.trust import limits


@dataclass(frozen=True)
class Questions:
    """The questions of one teacher about one library.

    Attributes:
        teacher: its name.
        wording: number of the prompt it was asked with.
        usable, unusable: its replies; those that are not usable leave a passage to its title.
        trouble: why it was not asked about everything, empty if it was.
        by_answer: questions by the digest of the answer.
    """

    teacher: str
    wording: int
    usable: int
    unusable: int
    trouble: str = ""
    by_answer: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Inputs:
    """What decides about the data beside the library.

    Attributes:
        consent_id: the creator's consent to training, recorded with the version.
        consents: ids of the creator's consents that hold now; items resting on others are not learned.
        questions: which questions passages answer, as a teacher found them.
    """

    consent_id: str | None = None
    consents: Collection[str] = ()
    questions: Questions | None = None


@dataclass(frozen=True)
class Dataset:
    """Examples to learn from and to be judged by.

    Attributes:
        items: those that may be learned from, held-out too.
        passages: theirs.
        left_out_items: usable items in languages that the base cannot write.
        rejected: rejections of the creator, whether or not the library still gives such an example.
        questions: what a teacher found, `None` without one.
    """

    items: tuple[Item, ...]
    passages: tuple[Passage, ...]
    persona: Persona
    split: Split
    train: tuple[Example, ...]
    held_out: tuple[Example, ...]
    left_out_items: int
    sha256: str
    rejected: int = 0
    questions: Questions | None = None

    def system(self, language: str) -> str:
        """The system prompt that examples in `language` are learned under."""
        return self.persona.system_prompt(language)

    @property
    def training_passages(self) -> list[Passage]:
        """Passages that the adapter may have learned from."""
        train = frozenset(self.split.train)
        return [readable_passage(p) for p in self.passages if p.item_id in train]


def read_dataset(
    db: Database,
    creator: str,
    languages: Sequence[str] | None,
    held_out: Sequence[str] | None = None,
    *,
    inputs: Inputs = Inputs(),
    context_chars: int = CONTEXT_CHARS,
) -> Dataset:
    """The dataset of `creator` as the library stands now.

    Args:
        languages: what the base can write; `None` takes everything.
        held_out: ids of the items a version was not trained on (`meta.json`), to judge it again.
        context_chars: what the prompt of a long example may hold, in Latin characters.

    Raises:
        BadInput: `nothing_to_learn`, the library holds no words of the creator that may be used.
    """
    everything, consents, questions = library.list_items(db, creator), inputs.consents, inputs.questions
    items = [item for item in everything if may(item, "train", consents=consents)]
    usable = {item.id for item in items}
    every_passage = library.passages(db, creator)
    passages = [p for p in every_passage if p.item_id in usable]
    split = split_library(items, passages, held_out, consents=consents)
    persona = _persona(db, creator)
    wishes = ExampleOptions(
        limits=limits.current(db, creator),
        questions={} if questions is None else questions.by_answer,
        rejected=rejected_digests(db, creator),
        elsewhere=[p for p in every_passage if p.item_id not in usable],
        context_chars=context_chars,
    )
    train = build_examples(items, passages, split, persona, languages, wishes)
    if teaches_nothing(train):
        raise BadInput(
            f"there is nothing to learn from in the library of {creator!r}: {len(everything)} items, {len(items)} "
            f"of them may be learned from, none with the creator's own words in {_named(languages)}{_rejected(wishes)}. Say what is "
            f"yours with `fenshen rights {creator} add`, or add videos, posts or chats with `fenshen ingest`",
            code="nothing_to_learn",
        )
    used = {p.item_id for p in passages if languages is None or p.language in languages}
    prompts = {code: persona.system_prompt(code) for code in sorted({e.language for e in train})}
    return Dataset(
        items=tuple(items),
        passages=tuple(passages),
        persona=persona,
        split=split,
        train=tuple(train),
        held_out=tuple(held_out_examples(items, passages, split, languages)),
        left_out_items=sum(1 for item in items if item.id not in used),
        sha256=data_sha256(train, prompts),
        rejected=len(wishes.rejected),
        questions=questions,
    )


def _persona(db: Database, creator: str) -> Persona:
    try:
        return current_persona(db, creator)
    except NotFound:
        return plain_persona(creator)


def _rejected(wishes: ExampleOptions) -> str:
    return f", and {len(wishes.rejected)} examples rejected" if wishes.rejected else ""


def _named(languages: Sequence[str] | None) -> str:
    return "any language" if languages is None else " or ".join(repr(code) for code in languages)
