"""Teacher-forced negative log-likelihood of given answers, with and without an adapter. Imports PyTorch.

Uses the trainer's own template, rows and adapter, so what is judged is what was trained.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack, nullcontext
from itertools import islice
from pathlib import Path
from typing import Literal

from fenshen.training.adapter import AdaptedBase, load_adapter, new_adapter
from fenshen.training.batches import Row
from fenshen.training.evals.nll import AnswerInContext
from fenshen.training.int8_linear import choose_arithmetic, int8_products
from fenshen.training.recipe import Recipe
from fenshen.training.template import ChatTemplate, Tokens
from fenshen.training.weights import load_base

#: Tokens of prompt and answer kept after the persona; what is cut is the beginning of the prompt.
TOKENS_MAX = 640
#: The adapter of a base that is read without one: as it begins, it changes nothing.
_NOTHING = Recipe("nothing", rank=1, alpha=1)


class TeacherForcing:
    """Scores answers; implements `bits.AnswerScorer`.

    Args:
        model: base and adapter.
        template: of the same base.
        arithmetic: how the frozen base multiplies; every condition is read in the same way.
    """

    def __init__(
        self,
        model: AdaptedBase,
        template: ChatTemplate,
        arithmetic: Literal["int8", "float32"] = "float32",
    ) -> None:
        self._model = model
        self._template = template
        self._faster = ExitStack()
        if arithmetic == "int8":
            self._faster.enter_context(int8_products(model.peft_model))

    @classmethod
    def load(cls, base: str, path: Path, adapter: Path | None, threads: int = 2) -> TeacherForcing:
        """The base in the GGUF file `path` with the adapter in folder `adapter`, or with one that does nothing.

        Raises:
            BadInput: the base cannot be read.
        """
        loaded = load_base(base, path, threads)
        model = new_adapter(loaded, _NOTHING) if adapter is None else load_adapter(loaded, adapter)
        model.peft_model.eval()
        return cls(model, ChatTemplate(loaded.tokenizer), choose_arithmetic("auto"))

    def nats(self, forced: Sequence[AnswerInContext], *, adapted: bool) -> list[float]:
        """Nats of each answer (end of turn included), all read in one row behind their shared system prompt."""
        prefix = self._template.prefix(forced[0].system)
        read = [_recent(self._template.conversation(f.system, f.messages, f.answer)) for f in forced]
        with nullcontext() if adapted else self._model.without_adapter():
            nats = iter(self._model.token_nats(_row(prefix, read)))
        return [sum(islice(nats, end - start)) for tokens in read for start, end in tokens.answers]

    def tokens(self, text: str) -> int:
        """How many tokens of the base `text` has."""
        return self._template.count(text)


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
