"""A library as training examples: questions and what the creator answered. Pure.

dialogue   a chat or Q&A turn, after the turns before it (everyone else is the user)
asked      a passage of a monologue, after the question that it answers
topic      the same, asked for by the item's title
continue   the next passage of a monologue
sources    a question with the passages a search would find, answered from them
long       the same with the answer far away: one of many passages, or many turns ago
identity   what the twin says about itself
limits     what the creator does not talk about, and the reply that fans get
unknown    what this library does not say
"""

from fenshen.training.examples.builder import ExampleOptions, build_examples, held_out_examples
from fenshen.training.examples.dialogue import dialogue_examples
from fenshen.training.examples.example import KINDS, Example, ExampleKind, chains, continues
from fenshen.training.examples.refusals import identity_examples, limits_examples, unknown_examples
from fenshen.training.examples.retrieval import long_examples, retrieval_examples

__all__ = [
    "KINDS",
    "Example",
    "ExampleKind",
    "ExampleOptions",
    "build_examples",
    "chains",
    "continues",
    "dialogue_examples",
    "held_out_examples",
    "identity_examples",
    "limits_examples",
    "long_examples",
    "retrieval_examples",
    "unknown_examples",
]
