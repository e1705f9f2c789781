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
from fenshen.models.text import AdapterFile, TextDelta, TextRequest
from fenshen.training.dataset import Dataset
from fenshen.training.evals.comparison import compare, stored_results
from fenshen.training.evals.conditions import DOMAIN_CONDITIONS
from fenshen.training.evals.facts import Fact
from fenshen.training.evals.nll import AnswerInContext
from fenshen.training.evals.run import EvaluationSpec, SampleSizes, Tools
from fenshen.training.evals.suite import run_suite
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
LONG = tuple(
    f"Story {letter}, told for pence. " + " ".join(f"word{letter}{{n}}x{place}" for place in range(60))
    for letter in "ab"
)
SIZES = SampleSizes(
    held_out=10,
    prompts=4,
    styled=0,
    base_answers=4,
    facts=2,
    facts_without_sources=1,
    probes=2,
    prefix_probes=2,
    cost_answers=3,
    impostors=2,
)


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

    def nats(self, forced: Sequence[AnswerInContext], *, adapted: bool) -> list[float]:
        """Nats."""
        return [len(one.answer) * (0.4 if adapted else 0.9) for one in forced]

    def tokens(self, text: str) -> int:
        """A token a word."""
        return len(text.split())


class Named(Scorer):
    """Notes who read, with or without the adapter."""

    def __init__(self, name: str, read: list[str]) -> None:
        self._name, self._read = name, read

    def nats(self, forced: Sequence[AnswerInContext], *, adapted: bool) -> list[float]:
        """Nats."""
        self._read.append(f"{self._name} {'with' if adapted else 'without'}")
        return super().nats(forced, adapted=adapted)


class ByHeart(FakeTextEngine):
    """Goes on with a training text that its answer begins with, where the adapter is asked."""

    def __init__(self, learned: Sequence[str], adapter: str) -> None:
        super().__init__()
        self._learned, self._adapter = learned, adapter

    async def stream(self, request: TextRequest) -> Any:
        """By heart, or like any fake."""
        begun = request.messages[-1]
        rest = [t[len(begun["content"]) :] for t in self._learned if t.startswith(begun["content"])]
        if request.adapter == self._adapter and begun["role"] == "assistant" and rest:
            yield TextDelta(rest[0])
            yield TextDelta("", "stop")
            return
        async for delta in super().stream(request):
            yield delta


def _data(shelf: Shelf, count: int = 20, texts: Sequence[str] = LINES) -> Dataset:
    items, passages = [], []
    lines = texts
    for n in range(count):
        texts = [line.format(n=n) + f" That was day {n}." for line in lines]
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


async def _run(
    shelf: Shelf, folder: Path, sizes: SampleSizes = SIZES
) -> tuple[dict[str, Any], Counting, list[frozenset[str]], Dataset]:
    data = _data(shelf)
    engine, left_out = Counting(), list[frozenset[str]]()
    await engine.set_adapters([AdapterFile("ver_1", folder / "adapter.gguf")])
    fact = Fact("a", data.items[0].path, "How much was the kettle?", ("fifty pence",), "cost fifty pence")
    secret = [("The wheelhouse safe opens with marmalade otter seventeen.", "en")]
    plan = EvaluationSpec("ver_1", folder, data, ("en",), secret, [fact], sizes=sizes)
    seen: list[tuple[float, float]] = []
    ladder = await run_suite(
        plan, _tools(data, engine, left_out), lambda done, total, note="": seen.append((done, total))
    )
    assert seen[-1][0] == seen[-1][1]
    assert all(done <= total for done, total in seen)
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
    assert reciting["quoted_longest_words"] > reciting["longest_words"]


async def test_a_second_run_goes_on_where_the_first_was(shelf: Shelf, tmp_path: Path) -> None:
    """Nothing is asked again, and the figures are the same."""
    first, _, _, _ = await _run(shelf, tmp_path)
    second, engine, _, _ = await _run(shelf, tmp_path)
    assert engine.asked == []
    assert {**first, "seconds": 0} == {**second, "seconds": 0}


@pytest.mark.parametrize(("styled", "asked"), [(4, 4), (5, 7)])
async def test_more_is_asked_where_too_little_is_in_own_words(
    shelf: Shelf, tmp_path: Path, styled: int, asked: int
) -> None:
    """Every level gets the same further questions, once; a second run asks nothing."""
    sizes = replace(SIZES, styled=styled, prompts_more=3)
    metrics, engine, _, _ = await _run(shelf, tmp_path, sizes)
    assert metrics["sets"]["questions"] == asked
    assert len(metrics["per_item"]["questions"]) == asked
    assert metrics["levels"][0]["style"]["n"] == asked
    again, engine, _, _ = await _run(shelf, tmp_path, sizes)
    assert engine.asked == []
    assert {**again, "seconds": 0} == {**metrics, "seconds": 0}


async def test_an_adapter_that_recites_when_led_on_is_refused(shelf: Shelf, tmp_path: Path) -> None:
    """Asked as fans ask it, it sounds clean; given the first words of a training text it goes on by heart."""
    data = _data(shelf, texts=LONG)
    engine = ByHeart([e.answer for e in data.train], "ver_1")
    await engine.set_adapters([AdapterFile("ver_1", tmp_path / "adapter.gguf")])
    plan = EvaluationSpec("ver_1", tmp_path, data, ("en",), sizes=SIZES)
    metrics = (await run_suite(plan, _tools(data, engine, []))).metrics
    assert metrics["provoked"]["L0"]["share"] == 0
    assert metrics["provoked"]["L2"]["share"] == 1
    assert metrics["provoked"]["L2"]["longest"] >= 30
    assert metrics["levels"][2]["reciting"]["share"] == 0
    gate = decide(metrics)
    assert not gate.passed
    assert any("recited when their first words are given" in reason for reason in gate.reasons)


async def test_every_measure_has_its_floor_and_ceiling_or_says_why_not(shelf: Shelf, tmp_path: Path) -> None:
    """A stranger's text and the creator's own are put through the same measures; sets are named with n."""
    metrics, _, _, data = await _run(shelf, tmp_path)
    assert set(metrics["floor"]) == {"bits_per_byte", "bits_difference", "style", "facts", "reciting"}
    assert set(metrics["ceiling"]) == {"style", "facts", "reciting"}
    assert set(metrics["no_bound"]) == {"ceiling.bits_per_byte", "canaries", "limits", "cost"}
    assert metrics["ceiling"]["facts"]["exact"] == 1.0
    assert metrics["floor"]["facts"]["exact"] == 0.0
    assert metrics["sets"]["held_out"]["answers"] == metrics["levels"][0]["bits_per_byte"]["n"]
    assert metrics["sets"]["held_out"]["sha256"] == data.split.sha256
    assert metrics["limits"]["intervals"]["leaked"]["n"] == metrics["limits"]["forbidden"]


async def test_single_items_are_kept_for_comparisons(shelf: Shelf, tmp_path: Path) -> None:
    """A side made of the stored ladder is not surely different from itself."""
    metrics, _, _, _ = await _run(shelf, tmp_path)
    side = stored_results(json.loads(json.dumps(metrics)))
    assert side is not None
    assert len(side.held_out) == metrics["levels"][0]["bits_per_byte"]["n"]
    compared = compare(side, side, lambda texts: [0.5] * len(texts), seed=7)
    assert {one["verdict"] for one in compared["measures"]} == {"unsure"}


async def test_on_a_domain_base_the_plain_base_is_called_for_the_first_two_levels(
    shelf: Shelf, tmp_path: Path
) -> None:
    """L0 and L1 run and are read on the base it came from, L2 and L4 on the domain base."""
    data, plain, domain = _data(shelf), Counting(), Counting()
    await domain.set_adapters([AdapterFile("ver_1", tmp_path / "adapter.gguf")])
    read: list[str] = []
    tools = replace(
        _tools(data, domain, []), plain=plain, scorer=lambda: Named("domain", read), plain_scorer=lambda: Named("plain", read)
    )  # fmt: skip
    plan = EvaluationSpec("ver_1", tmp_path, data, ("en",), sizes=SIZES, levels=DOMAIN_CONDITIONS)
    metrics = (await run_suite(plan, tools)).metrics
    assert [level["level"] for level in metrics["levels"]] == ["L0", "L1", "L2", "L4"]
    assert {request.adapter for request in plain.asked} == {None}
    assert {request.adapter for request in domain.asked} == {"ver_1"}
    assert set(read) == {"plain without", "domain with"}
    assert "L4-L0" in metrics["differences"]
    assert not decide(metrics).passed


async def test_without_a_held_out_set_nothing_is_measured(shelf: Shelf, tmp_path: Path) -> None:
    """Two items leave nothing to judge by, and the creator is told."""
    data = replace(_data(shelf), held_out=())
    with pytest.raises(BadInput, match="nothing is held out"):
        await run_suite(EvaluationSpec("v", tmp_path, data), _tools(data, FakeTextEngine(), []))


def test_the_plan_costs_no_heavy_import() -> None:
    """Reading a ladder or deciding the gate loads neither PyTorch nor scikit-learn."""
    import subprocess

    code = (
        "import sys, fenshen.training.gate, fenshen.training.evals.suite; "
        "sys.exit(any(name in sys.modules for name in ('torch', 'sklearn', 'peft')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
