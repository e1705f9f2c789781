"""Time to the same held-out loss: our loop against a plain PEFT + transformers Trainer on the same examples.

    ours for some seconds → held-out loss L → the peer until it is at L, or has had three times as long

Both run in this process with the same threads, one after the other; loading and judging are not
timed. The peer is what the libraries do unasked: Trainer's and LoraConfig's defaults, examples padded into
batches of eight, the persona in each, the loss on the answer. `details` also has the peer with our
rank, targets and learning rate, to tell speed from settings. Imports PyTorch.
Knows nothing about the database beyond reading the dataset.
"""

from __future__ import annotations

import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import peft
import torch
import transformers

from fenshen.core.clock import SystemClock
from fenshen.core.db import Database
from fenshen.core.errors import BadInput
from fenshen.core.progress import Progress, silent
from fenshen.training.adapter import AdaptedBase, new_adapter
from fenshen.training.bases import BaseFile, find_base
from fenshen.training.batches import Row, single_row
from fenshen.training.dataset import Dataset, read_dataset
from fenshen.training.examples import Example
from fenshen.training.loop import Budget, Runtime, TrainingLoop
from fenshen.training.recipe import Recipe, recipe
from fenshen.training.run import training_rows
from fenshen.training.template import ChatTemplate
from fenshen.training.weights import Base, load_base

HELD_OUT = 16
PATIENCE = 3.0
_IGNORED = -100


@dataclass(frozen=True)
class Reached:
    """Where a contender got: held-out nats per answer token after `seconds` of training."""

    seconds: float
    loss: float
    tokens: int
    at_goal: bool


def bench_train(
    db: Database,
    home: Path,
    creator: str,
    *,
    base: str = "smollm2-135m",
    seconds: float = 60.0,
    threads: int = 2,
    progress: Progress = silent,
    load: Callable[[BaseFile], Base] | None = None,
) -> dict[str, Any]:
    """`{"ours", "peer", "ratio", "details"}`: seconds to the held-out loss that ours reaches.

    Where the peer ran out of patience, `peer` and `ratio` are lower bounds and `details` says so.

    Args:
        seconds: what our loop gets.
        load: makes the base from its file; for tests.

    Raises:
        BadInput: nothing to learn, or nothing held out.
        EngineMissing: the base's weights are not installed.
    """
    file = find_base(base, home)
    data = read_dataset(db, creator, file.languages)
    if not data.held_out:
        raise BadInput(f"the library of {creator!r} holds nothing out to judge by", code="nothing_held_out")
    duel = _Duel(data, lambda: (load or _loader(threads))(file), seconds, progress)
    ours = duel.ours(recipe())
    peer = duel.peer("peer with its defaults", ours.loss, None)
    alike = duel.peer("peer with our settings", ours.loss, recipe())
    return {
        "ours": round(ours.seconds, 1),
        "peer": round(peer.seconds, 1),
        "ratio": round(peer.seconds / ours.seconds, 2),
        "n": min(HELD_OUT, len(data.held_out)),
        "details": {
            "unit": "seconds to the same held-out loss",
            "held_out_loss": round(ours.loss, 4),
            "loss_before": round(duel.before, 4),
            "peer_reached": peer.at_goal,
            "peer_loss": round(peer.loss, 4),
            "peer_with_our_settings_s": round(alike.seconds, 1),
            "peer_with_our_settings_reached": alike.at_goal,
            "peer_with_our_settings_ratio": round(alike.seconds / ours.seconds, 2),
            "tokens": {"ours": ours.tokens, "peer": peer.tokens, "peer_with_our_settings": alike.tokens},
            "threads": torch.get_num_threads(),
        },
    }


class _Duel:
    """Both contenders on one dataset."""

    def __init__(self, data: Dataset, load: Callable[[], Base], seconds: float, progress: Progress) -> None:
        self.data, self.load, self.seconds, self.progress = data, load, seconds, progress
        self.before = float("nan")

    def ours(self, chosen: Recipe) -> Reached:
        base = self.load()
        template = ChatTemplate(base.tokenizer)
        model = new_adapter(base, chosen)
        judge = self._judge(template)
        self.before = held_out_loss(model, judge)
        with tempfile.TemporaryDirectory() as folder:
            loop = TrainingLoop(
                model,
                chosen,
                training_rows(self.data, template, chosen),
                Budget(self.seconds),
                Path(folder),
                Runtime(
                    SystemClock(),
                    lambda done, total, note="": self.progress(done, 3 * total, f"ours: {note}"),
                ),
            )
            with model.computing(chosen):
                position = loop.run()
        return Reached(position.seconds, held_out_loss(model, judge), position.tokens, True)

    def peer(self, name: str, goal: float, alike: Recipe | None) -> Reached:
        base = self.load()
        template = ChatTemplate(base.tokenizer)
        model = _peer_adapter(base, alike)
        watch = _Watch(
            model,
            self._judge(template),
            goal,
            self.seconds,
            lambda note: self.progress(1, 3, f"{name}: {note}"),
        )
        settings = {} if alike is None else {"learning_rate": alike.learning_rate}
        with tempfile.TemporaryDirectory() as folder, _quiet():
            trainer = transformers.Trainer(
                model=model,
                args=transformers.TrainingArguments(
                    output_dir=folder,
                    use_cpu=True,
                    report_to=[],
                    save_strategy="no",
                    disable_tqdm=True,
                    **settings,
                ),
                train_dataset=[_features(template, self.data, example) for example in self.data.train],
                data_collator=_Padding(base.tokenizer.eos_token_id, watch),
                callbacks=[watch],
            )
            watch.start()
            trainer.train()
        return watch.result()

    def _judge(self, template: ChatTemplate) -> list[Row]:
        """Rows of held-out answers, spread over the set."""
        step = max(1, len(self.data.held_out) // HELD_OUT)
        chosen = self.data.held_out[::step][:HELD_OUT]
        return [
            single_row(
                template.prefix(self.data.system(e.language)),
                template.conversation(self.data.system(e.language), e.messages, e.answer),
            )
            for e in chosen
        ]


class _Watch(transformers.TrainerCallback):  # type: ignore[misc]
    """Judges the peer after steps, with the clock stopped, and ends it at the goal or out of patience."""

    def __init__(
        self, model: Any, judge: Sequence[Row], goal: float, seconds: float, tell: Callable[[str], None]
    ) -> None:
        self.model, self.judge, self.goal, self.tell = model, judge, goal, tell
        self.limit_s, self.pause_s = PATIENCE * seconds, seconds / 4
        self.spent_s = self.judged_s = 0.0
        self.loss, self.tokens, self.at_goal = float("inf"), 0, False

    def start(self) -> None:
        self.resumed = time.perf_counter()

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> Any:
        self.spent_s += time.perf_counter() - self.resumed
        out_of_patience = self.spent_s >= self.limit_s
        if self.spent_s - self.judged_s >= self.pause_s or out_of_patience:
            self._look()
            control.should_training_stop = self.at_goal or out_of_patience
        self.start()
        return control

    def on_train_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self._look()

    def _look(self) -> None:
        self.judged_s = self.spent_s
        before = self.model.get_base_model().config._attn_implementation
        self.loss = held_out_loss(AdaptedBase(self.model), self.judge)
        self.model.get_base_model().config._attn_implementation = before
        self.model.train()
        self.at_goal = self.loss <= self.goal
        self.tell(f"{self.spent_s:.0f} s, held-out loss {self.loss:.3f}, wanted {self.goal:.3f}")

    def result(self) -> Reached:
        return Reached(self.spent_s, self.loss, self.tokens, self.at_goal)


@dataclass
class _Padding:
    """The usual collator: every example of a batch as long as the longest."""

    pad: int
    watch: _Watch

    def __call__(self, rows: Sequence[dict[str, list[int]]]) -> dict[str, torch.Tensor]:
        longest = max(len(row["input_ids"]) for row in rows)
        self.watch.tokens += longest * len(rows)

        def padded(key: str, value: int) -> torch.Tensor:
            return torch.tensor([row[key] + [value] * (longest - len(row[key])) for row in rows])

        mask = torch.tensor(
            [[1] * len(row["input_ids"]) + [0] * (longest - len(row["input_ids"])) for row in rows]
        )
        return {
            "input_ids": padded("input_ids", self.pad),
            "labels": padded("labels", _IGNORED),
            "attention_mask": mask,
        }


def held_out_loss(model: AdaptedBase, judge: Sequence[Row]) -> float:
    """Mean nats per held-out answer token."""
    model.peft_model.eval()
    nats = sum(model.nats(row) for row in judge)
    model.peft_model.train()
    return nats / sum(len(row.answers) for row in judge)


def _features(template: ChatTemplate, data: Dataset, example: Example) -> dict[str, list[int]]:
    """One example as the peer reads it: everything before the answer is context."""
    system = data.system(example.language)
    tokens = template.conversation(system, example.messages, example.answer)
    ids = [*template.prefix(system), *tokens.ids]
    length = tokens.answers[-1][1] - tokens.answers[-1][0]
    return {"input_ids": ids, "labels": [_IGNORED] * (len(ids) - length) + ids[-length:]}


def _peer_adapter(base: Base, alike: Recipe | None) -> Any:
    torch.manual_seed(7)
    same: dict[str, Any] = {}
    if alike is not None:
        same = {"r": alike.rank, "lora_alpha": alike.alpha, "target_modules": list(alike.targets)}
    with _quiet():
        # Loading has turned the GGUF file into plain float32; Trainer still reads the mark and refuses.
        base.model.is_quantized, base.model.hf_quantizer = False, None
        return peft.get_peft_model(base.model, peft.LoraConfig(task_type="CAUSAL_LM", **same))


def _loader(threads: int) -> Callable[[BaseFile], Base]:
    return lambda file: load_base(file.name, file.path, threads)


@contextmanager
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
