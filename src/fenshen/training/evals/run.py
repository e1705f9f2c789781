"""One evaluation run: what it measures and with what, its finished parts on disk, and its progress.

Finished results lie in the version's folder, so a run that was killed continues.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import yaml

from fenshen.core.files import write_atomic
from fenshen.core.ids import digest_text
from fenshen.core.note import Note
from fenshen.core.progress import Progress
from fenshen.library.passages import Passage
from fenshen.library.prompt import Source
from fenshen.models.text import TextEngine
from fenshen.training.dataset import Dataset
from fenshen.training.evals.conditions import CONDITIONS, Condition
from fenshen.training.evals.facts import Cited, Fact
from fenshen.training.evals.generation import Decoding
from fenshen.training.evals.nll import AnswerScorer

QUESTIONS = Path(__file__).parent / "data" / "everyday.yaml"


@cache
def generic_questions(language: str) -> tuple[str, ...]:
    """The shipped questions in `language`, none where there are none."""
    shipped = yaml.safe_load(QUESTIONS.read_text(encoding="utf-8"))
    return tuple(shipped.get(language, ()))


@dataclass(frozen=True)
class SampleSizes:
    """How much is measured: as much as two cores do in four minutes on a small base.

    Attributes:
        prompts: questions whose answers are judged for style.
        styled: answers in own words wanted of the plain base and of what fans get; with fewer, `prompts_more`
            further questions are put to every condition.
    """

    held_out: int = 32
    prompts: int = 24
    styled: int = 12
    prompts_more: int = 24
    answer_tokens: int = 40
    base_answers: int = 48
    facts: int = 16
    facts_without_sources: int = 8
    fact_tokens: int = 24
    probes: int = 10
    prefix_probes: int = 8
    probe_tokens: int = 56
    cost_answers: int = 6
    impostors: int = 10


@dataclass(frozen=True)
class EvaluationSpec:
    """What is measured, on what.

    Attributes:
        version: id of the version, and the name its adapter has at the engine.
        folder: the version's folder; takes `ladder/*.json` while measuring.
        data: the dataset as the version was trained on it.
        languages: languages the base writes; `None` takes all.
        private: `(text, language)` of the passages of private items: canaries are made of them.
        facts: checkable facts; those the library or the base cannot know are left out.
        decoding: as fans are answered.
        levels: what is compared, the last of them what fans get.
    """

    version: str
    folder: Path
    data: Dataset
    languages: Sequence[str] | None = None
    private: Sequence[tuple[str, str]] = ()
    facts: Sequence[Fact] = ()
    decoding: Decoding = field(default_factory=Decoding)
    sizes: SampleSizes = field(default_factory=SampleSizes)
    levels: tuple[Condition, ...] = CONDITIONS

    @property
    def key(self) -> str:
        """Names everything that results depend on; a changed adapter, set or setting measures anew."""
        adapter = self.folder / "adapter_model.safetensors"
        stamp = str(adapter.stat().st_mtime_ns) if adapter.is_file() else ""
        facts = "".join(fact.id + fact.question for fact in self.facts)
        private = "".join(text for text, _ in self.private)
        everyday = repr([generic_questions(code) for code in ("en", "zh")])
        return digest_text(
            self.version, stamp, self.data.split.sha256, self.data.sha256, facts, private, everyday,
            repr(asdict(self.decoding)), repr(asdict(self.sizes)), repr(self.levels),
        )  # fmt: skip


class FoundPassage(Protocol):
    """A passage that a search gave."""

    @property
    def passage(self) -> Passage: ...


class RetrievalResult(Protocol):
    """What looking a question up gave; `twin.retrieve.Retrieved` is one."""

    @property
    def found(self) -> Sequence[FoundPassage]: ...

    @property
    def sources(self) -> Sequence[Source]: ...

    @property
    def opening(self) -> str:
        """A quote that the answer begins with, empty for none."""
        ...


@dataclass(frozen=True)
class Tools:
    """What the suite uses of the layers above.

    Attributes:
        engine: serves the base and, under the version's id, the adapter.
        scorer: makes the teacher-forcing scorer (`forcing.TeacherForcing.load`); called once, in a thread.
        plain, plain_scorer: the same of the base that the version's domain base came from; without one
            the version's own base is the plain one.
        retrieve: looks a question up, leaving out the given items.
        cite: the citations of an answer that hold, from what was found.
        clear: whether a text may reach a fan.
    """

    engine: TextEngine
    scorer: Callable[[], AnswerScorer]
    retrieve: Callable[[str, frozenset[str]], RetrievalResult]
    cite: Callable[[str, str, Sequence[Any]], Sequence[Cited]]
    clear: Callable[[str], bool]
    plain: TextEngine | None = None
    plain_scorer: Callable[[], AnswerScorer] | None = None


class ResultCache:
    """The parts of one run, one JSON file each.

    Args:
        key: names everything that a part depends on.
    """

    def __init__(self, folder: Path, key: str) -> None:
        self._folder = folder
        self._key = key

    async def get(self, name: str, make: Callable[[], Awaitable[Any]]) -> Any:
        """The stored part, or what `make` gives, stored whole or not at all."""
        path = self._folder / f"{name}.json"
        known = _read(path)
        if known is not None and known.get("key") == self._key:
            return known["value"]
        value = await make()
        self._folder.mkdir(parents=True, exist_ok=True)
        write_atomic(path, json.dumps({"key": self._key, "value": value}, ensure_ascii=False))
        return value


def _read(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


class StepCounter:
    """Counts what is done; a part that was stored counts when the next one begins."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._total, self._note = progress, total, Note()
        self._done = self._end = 0

    def begin(self, note: Note, count: int) -> None:
        """`count` units of something begin; everything before is done."""
        self._note, self._done, self._end = note, self._end, self._end + count
        self._progress(self._done, self._total, note)

    def more(self, count: int) -> None:
        """There is more to do than was known at the start."""
        self._total += count

    def step(self) -> None:
        """One more unit is done."""
        self._done = min(self._end, self._done + 1)
        self._progress(self._done, self._total, self._note)
