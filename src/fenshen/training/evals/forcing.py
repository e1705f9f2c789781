"""Teacher forcing: how surprised a base is by given answers, with and without an adapter. Imports PyTorch.

Uses the trainer's own template, rows and adapter, so what is judged is what was trained. Knows nothing
about measures.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from itertools import islice
from pathlib import Path

from fenshen.training.adapter import AdaptedBase, load_adapter
from fenshen.training.batches import Row
from fenshen.training.evals.bits import Forced
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

    def nats(self, forced: Sequence[Forced], *, adapted: bool) -> list[float]:
        """Nats of each answer (end of turn included), all read in one row behind their shared system prompt."""
        prefix = self._template.prefix(forced[0].system)
        read = [_recent(self._template.conversation(f.system, f.messages, f.answer)) for f in forced]
        with nullcontext() if adapted else self._model.without_adapter():
            nats = iter(self._model.token_nats(_row(prefix, read)))
        return [sum(islice(nats, end - start)) for tokens in read for start, end in tokens.answers]


def _row(prefix: Sequence[int], conversations: Sequence[Tokens]) -> Row:
    """Conversations side by side; none sees another."""
    ids, answers = list(prefix), list[int]()
    for tokens in conversations:
        answers += [len(ids) + at for start, end in tokens.answers for at in range(start, end)]
        ids += tokens.ids
    lengths = (len(prefix), *(len(tokens.ids) for tokens in conversations))
    return Row(tuple(ids), lengths, tuple(answers))


def _recent(tokens: Tokens) -> Tokens:
    """The last `TOKENS_MAX` tokens, with the whole answer; only the last answer counts."""
    start, end = tokens.answers[-1]
    cut = max(0, min(start, len(tokens.ids) - TOKENS_MAX))
    return Tokens(tokens.ids[cut:], ((start - cut, end - cut),))
