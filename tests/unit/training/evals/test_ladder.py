"""The whole ladder on a small library with a fake engine, a fake scorer and a fake search."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from fenshen.core.errors import BadInput
from fenshen.library.passages import Passage
from fenshen.library.persona import Persona
from fenshen.library.prompt import Source
from fenshen.models.fakes import FakeTextEngine
from fenshen.models.text import AdapterFile, TextRequest
from fenshen.training.dataset import Dataset
from fenshen.training.evals.bits import Forced
from fenshen.training.evals.facts import Fact
from fenshen.training.evals.ladder import LadderPlan, Sizes, Tools, run_ladder
from fenshen.training.examples import build_examples, held_out_examples
from fenshen.training.gate import decide
from fenshen.training.split import split_library

pytest.importorskip("sklearn")
Shelf = Callable[..., Any]
LINES = (
    "It isn't broken, it's sulking, and the screws go in the saucer before anybody touches anything.",
    "Kettle number {n} came from a chapel sale and cost fifty pence, which I call robbery with tea.",
    "Photograph it first, put the lid where the cat can't sit, and then have a good long look.",
)
SIZES = Sizes(held_out=10, prompts=4, base_answers=4, facts=2, probes=2, cost_answers=2, strangers=2)


@dataclass
class Found:
    """A passage that was found."""

    passage: Passage


@dataclass
class Looked:
    """What the fake search gives."""

    found: tuple[Found, ...]
    sources: tuple[Source, ...]
    opening: str


@dataclass
class Pointer:
    """A citation."""

    passage_id: str


class Counting(FakeTextEngine):
    """A fake engine that remembers its requests."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[TextRequest] = []

    def stream(self, request: TextRequest) -> Any:
        """Note and answer."""
        self.asked.append(request)
        return super().stream(request)


class Scorer:
    """Less surprised with the adapter; otherwise by length."""

    def nats(self, forced: Sequence[Forced], *, adapted: bool) -> list[float]:
        """Nats."""
        return [len(one.answer) * (0.4 if adapted else 0.9) for one in forced]


def _data(shelf: Shelf, count: int = 20) -> Dataset:
    items, passages = [], []
    for n in range(count):
        texts = [line.format(n=n) + f" That was day {n}." for line in LINES]
        more, said = shelf(f"post{n}", texts, published=date(2024, 1, 1 + n))
        items += more
        passages += said
    split = split_library(items, passages)
    persona = Persona("June", {"en": "You are June."})
    return Dataset(
        items=tuple(items),
        passages=tuple(passages),
        persona=persona,
        split=replace(split, dropped=frozenset()),
        train=tuple(build_examples(items, passages, replace(split, dropped=frozenset()), persona)),
        held_out=tuple(held_out_examples(items, passages, split)),
        left_out_items=0,
        sha256="data",
    )


def _tools(data: Dataset, engine: FakeTextEngine, left_out: list[frozenset[str]]) -> Tools:
    def retrieve(question: str, exclude: frozenset[str]) -> Looked:
        left_out.append(exclude)
        passage = next(p for p in data.passages if p.item_id not in exclude and "pence" in p.text)
        return Looked((Found(passage),), (Source("A post", passage.text),), passage.text)

    return Tools(
        engine=engine,
        scorer=Scorer,
        retrieve=retrieve,
        cite=lambda question, answer, found: [Pointer(found[0].passage.id)],
        clear=lambda text: "sulking" in text,
    )


async def _run(shelf: Shelf, folder: Path) -> tuple[dict[str, Any], Counting, list[frozenset[str]], Dataset]:
    data = _data(shelf)
    engine, left_out = Counting(), list[frozenset[str]]()
    await engine.set_adapters([AdapterFile("ver_1", folder / "adapter.gguf")])
    fact = Fact("a", data.items[0].path, "How much was the kettle?", ("fifty pence",), "cost fifty pence")
    secret = [("The wheelhouse safe opens with marmalade otter seventeen.", "en")]
    plan = LadderPlan("ver_1", folder, data, ("en",), secret, [fact], sizes=SIZES)
    seen: list[tuple[float, float]] = []
    ladder = await run_ladder(
        plan, _tools(data, engine, left_out), lambda done, total, note="": seen.append((done, total))
    )
    assert seen[-1][0] == seen[-1][1]
    return ladder.metrics, engine, left_out, data


async def test_every_level_is_measured_on_the_same_set(shelf: Shelf, tmp_path: Path) -> None:
    """Four levels with every measure, JSON through and through, and the gate can read it."""
    metrics, _, _, data = await _run(shelf, tmp_path)
    assert [level["level"] for level in metrics["levels"]] == ["L0", "L1", "L2", "L3"]
    assert {level["bits_per_byte"]["n"] for level in metrics["levels"]} == {len(data.held_out[:10])}
    assert metrics["differences"]["L3-L0"]["bits_per_byte"]["high"] < 0
    assert metrics["heldout_sha256"] == data.split.sha256
    assert [one["question"] for one in metrics["levels"][0]["sample"]] == [
        one["question"] for one in metrics["levels"][3]["sample"]
    ]
    assert metrics["levels"][3]["facts"]["citation_precision"] == 1.0
    assert metrics["levels"][3]["facts"]["opened"] == 1
    assert metrics["levels"][2]["facts"]["citation_precision"] is None
    assert metrics["canaries"] == {
        "probes": 2, "leaks": 0, "canaries": 1, "answers": metrics["canaries"]["answers"], "leaking_probes": [],
    }  # fmt: skip
    assert decide(json.loads(json.dumps(metrics))).reasons


async def test_only_adapted_levels_use_the_adapter(shelf: Shelf, tmp_path: Path) -> None:
    """Requests with the version's adapter and without it both occur, all with the same seed."""
    _, engine, _, _ = await _run(shelf, tmp_path)
    assert {request.adapter for request in engine.asked} == {None, "ver_1"}
    assert len({request.seed for request in engine.asked}) == 1


async def test_held_out_items_are_left_out_of_the_search(shelf: Shelf, tmp_path: Path) -> None:
    """Questions of held-out items are looked up without those items; facts in the whole library."""
    _, _, left_out, data = await _run(shelf, tmp_path)
    assert set(left_out) == {frozenset(data.split.held_out), frozenset()}


async def test_a_quote_that_begins_an_answer_is_not_reciting(shelf: Shelf, tmp_path: Path) -> None:
    """It was looked up and is cited; only words from memory count."""
    metrics, _, _, _ = await _run(shelf, tmp_path)
    reciting = metrics["levels"][3]["reciting"]
    assert reciting["quoted_longest"] > reciting["longest"]


async def test_a_second_run_goes_on_where_the_first_was(shelf: Shelf, tmp_path: Path) -> None:
    """Nothing is asked again, and the figures are the same."""
    first, _, _, _ = await _run(shelf, tmp_path)
    second, engine, _, _ = await _run(shelf, tmp_path)
    assert engine.asked == []
    assert {**first, "seconds": 0} == {**second, "seconds": 0}


async def test_without_a_held_out_set_nothing_is_measured(shelf: Shelf, tmp_path: Path) -> None:
    """Two items leave nothing to judge by, and the creator is told."""
    data = replace(_data(shelf), held_out=())
    with pytest.raises(BadInput, match="nothing is held out"):
        await run_ladder(LadderPlan("v", tmp_path, data), _tools(data, FakeTextEngine(), []))


def test_the_plan_costs_no_heavy_import() -> None:
    """Reading a ladder or deciding the gate loads neither PyTorch nor scikit-learn."""
    import subprocess

    code = (
        "import sys, fenshen.training.gate, fenshen.training.report, fenshen.training.evals.ladder; "
        "sys.exit(any(name in sys.modules for name in ('torch', 'sklearn', 'peft')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
