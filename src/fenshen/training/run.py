"""One training run inside a version's folder: rows, loop, adapter, GGUF, one answer, meta. Imports PyTorch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from fenshen.core.errors import Busy
from fenshen.core.files import disk_full_as_busy
from fenshen.core.note import Note
from fenshen.models.text import Message
from fenshen.training.adapter import AdaptedBase, continued_adapter, new_adapter
from fenshen.training.bases import BaseFile
from fenshen.training.batches import Row, TokenCount, count_tokens, pack, tokenise
from fenshen.training.convert import convert_adapter
from fenshen.training.dataset import Dataset
from fenshen.training.evals.teacher_forcing import TeacherForcing
from fenshen.training.int8_linear import arithmetic_of
from fenshen.training.loop import Budget, Runtime, TrainingLoop
from fenshen.training.meta import Outcome, TrainingSummary, version_meta, write_meta
from fenshen.training.rebase import Port
from fenshen.training.recipe import Recipe
from fenshen.training.template import ChatTemplate
from fenshen.training.update import Forgetting, Update
from fenshen.training.versions import Version
from fenshen.training.weights import Base

SMOKE_QUESTIONS = {"en": "What should I do first?", "zh": "第一步应该做什么？"}
SMOKE_TOKENS = 24
#: What PyTorch says when the processor's memory is not given, as a plain RuntimeError.
_CPU_WORDS = ("can't allocate memory", "not enough memory")


@dataclass
class TrainingRun:
    """What is trained, on what, where and for how long.

    Attributes:
        seconds: time for the loop, over all resumptions.
        start: folder of the adapter it continues, `None` for a fresh one.
        port: what of an earlier version is learned again on this base.
        advice: what takes less memory, for the error when it runs out.
        update: how the data relates to the parent's, for an update: then forgetting is measured.
    """

    version: Version
    file: BaseFile
    recipe: Recipe
    data: Dataset
    folder: Path
    seconds: float
    start: Path | None = None
    port: Port | None = None
    advice: str = "a recipe with shorter rows (`fenshen recipes`) or a smaller base"
    update: Update | None = None

    def train(self, load: Callable[[BaseFile], Base], runtime: Runtime, resumed: bool) -> None:
        """Train to the end of the budget and write every file of the version.

        Raises:
            BadInput: the base cannot be loaded, or the loss diverged.
            Busy: the disk is full, or memory ran out.
        """
        with out_of_memory(lambda: self.advice):
            self._train(load, runtime, resumed)

    def _train(self, load: Callable[[BaseFile], Base], runtime: Runtime, resumed: bool) -> None:
        runtime.progress(0.0, 1.0, Note.of("loading", "loading {base}", base=self.file.name))
        base = load(self.file)
        template = ChatTemplate(base.tokenizer)
        rows_of_pass = training_rows(self.data, template, self.recipe)
        arithmetic = arithmetic_of(base.model, self.recipe)
        plan = self._plan(count_tokens(rows_of_pass(0)), arithmetic, resumed)
        runtime.progress(0.0, 1.0, plan.note)
        model = new_adapter(base, self.recipe) if self.start is None else continued_adapter(base, self.start)
        loop = TrainingLoop(model, self.recipe, rows_of_pass, Budget(self.seconds), self.folder, runtime)
        judged = self._judge(model, template, runtime) if runtime.group.rank == 0 else dict
        with model.computing(self.recipe, arithmetic):
            ended = asdict(loop.run())
        if runtime.group.rank > 0:
            return
        language = self.data.train[0].language
        smoke = write_adapter(model, template, self.folder, self.file, (language, self.data.system(language)))
        port = self.port.as_json() if self.port is not None else None
        outcome = Outcome(template.text, ended, smoke, port)
        meta = version_meta(self.version, self.file, self.recipe, self.data, plan, outcome)
        write_meta(self.folder, {**meta, **judged()})
        (self.folder / "checkpoint.safetensors").unlink(missing_ok=True)
        runtime.progress(
            1.0, 1.0, Note.of("trained", "trained; asked '{question}' it says '{answer}'", **smoke)
        )

    def _judge(
        self, model: AdaptedBase, template: ChatTemplate, runtime: Runtime
    ) -> Callable[[], dict[str, Any]]:
        """Judge the parent's adapter now; what is called after training says what that changed."""
        if self.update is None:
            return dict
        update, scorer = self.update, TeacherForcing(model, template)
        forgetting = Forgetting(self.data, update.held_out_before, self.folder)
        runtime.progress(0.0, 1.0, Note.of("judging_parent", "judging the version it goes on with"))
        forgetting.before(scorer)
        seed = self.recipe.seed
        return lambda: {"update": asdict(update), "forgetting": forgetting.after(scorer, seed)}

    def _plan(self, tokens: TokenCount, arithmetic: str, resumed: bool) -> TrainingSummary:
        return TrainingSummary(
            base=self.file.name,
            base_bytes=self.file.size_bytes,
            examples=dict(Counter(example.kind for example in self.data.train)),
            held_out=len(self.data.held_out),
            left_out_items=self.data.left_out_items,
            tokens_read=tokens.read,
            tokens_learned=tokens.learned,
            minutes=self.seconds / 60.0,
            arithmetic=arithmetic,
            resumed=resumed,
            asked_by=asked.teacher if (asked := self.data.questions) is not None else "",
            rejected=self.data.rejected,
            trouble=asked.trouble if asked is not None else "",
        )


def training_rows(data: Dataset, template: ChatTemplate, recipe: Recipe) -> Callable[[int], Sequence[Row]]:
    """Rows for each pass, shuffled by the recipe's seed and the number of the pass."""
    prefixes = {code: template.prefix(data.system(code)) for code in {e.language for e in data.train}}
    longest = max(len(prefix) for prefix in prefixes.values())
    row_tokens = max(recipe.row_tokens, longest + recipe.row_tokens // 2)
    conversations = tokenise(data.train, template, data.system, row_tokens - longest)
    return lambda number: pack(conversations, prefixes, row_tokens, recipe.seed + number)


def write_adapter(
    model: AdaptedBase, template: ChatTemplate, folder: Path, file: BaseFile, persona: tuple[str, str]
) -> dict[str, str]:
    """Write the adapter into `folder` as PEFT and GGUF; a question and its short greedy answer, to see that it speaks.

    Args:
        persona: language and system prompt of the question.
    """
    with disk_full_as_busy(folder):
        model.save(folder)
    convert_adapter(folder, file.path, folder / "adapter.gguf")
    language, system = persona
    question = SMOKE_QUESTIONS.get(language, SMOKE_QUESTIONS["en"])
    messages = [Message(role="system", content=system), Message(role="user", content=question)]
    model.peft_model.eval()
    ids = model.greedy(template.prompt(messages), SMOKE_TOKENS, template.stop_ids)
    return {"question": question, "answer": template.decode(ids)}


@contextmanager
def out_of_memory(advice: Callable[[], str]) -> Iterator[None]:
    """Turns memory that ran out inside the block into `Busy`.

    Args:
        advice: what would fit, in words.

    Raises:
        Busy: `out_of_memory`; the last checkpoint is whole.
    """
    try:
        yield
    except (torch.OutOfMemoryError, MemoryError) as error:
        raise _clear(
            "GPU memory" if isinstance(error, torch.OutOfMemoryError) else "memory", advice
        ) from error
    except RuntimeError as error:
        if not any(words in str(error) for words in _CPU_WORDS):
            raise
        raise _clear("memory", advice) from error


def _clear(what: str, advice: Callable[[], str]) -> Busy:
    return Busy(
        f"the {what} ran out; the last checkpoint is kept. Free some and run the same command again, which goes "
        f"on from there, or train what takes less: {advice()}",
        code="out_of_memory",
    )
