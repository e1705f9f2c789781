"""Teacher forcing: how surprised a base is by given answers, with and without an adapter. Imports PyTorch.

Uses the trainer's own template, rows and adapter, so what is judged is what was trained. Knows nothing
about measures.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

from fenshen.models.text import Message
from fenshen.training.adapter import AdaptedBase, load_adapter
from fenshen.training.batches import single_row
from fenshen.training.template import ChatTemplate, Tokens
from fenshen.training.weights import load_base

#: Tokens of prompt and answer kept after the persona; what is cut is the beginning of the prompt.
TOKENS_MAX = 640


class TeacherForcing:
    """Scores answers; implements `bits.AnswerScorer`.

    Args:
        model: base and adapter.
        template: of the same base.
    """

    def __init__(self, model: AdaptedBase, template: ChatTemplate) -> None:
        self._model = model
        self._template = template

    @classmethod
    def load(cls, base: str, path: Path, adapter: Path, threads: int = 2) -> TeacherForcing:
        """The base in the GGUF file `path` with the adapter in folder `adapter`.

        Raises:
            BadInput: the base cannot be read.
        """
        loaded = load_base(base, path, threads)
        return cls(load_adapter(loaded, adapter), ChatTemplate(loaded.tokenizer))

    def nats(self, system: str, messages: Sequence[Message], answer: str, *, adapted: bool) -> float:
        """Nats of `answer` (end of turn included) after `messages`, with or without the adapter."""
        tokens = _recent(self._template.conversation(system, messages, answer))
        row = single_row(self._template.prefix(system), tokens)
        with nullcontext() if adapted else self._model.without_adapter():
            return self._model.nats(row)


def _recent(tokens: Tokens) -> Tokens:
    """The last `TOKENS_MAX` tokens, with the whole answer."""
    start, end = tokens.answers[-1]
    cut = max(0, min(start, len(tokens.ids) - TOKENS_MAX))
    return Tokens(tokens.ids[cut:], ((start - cut, end - cut),))
