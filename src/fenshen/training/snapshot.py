"""The dataset of a version as one file, the digest that names it, and pages of it for people.

`examples.jsonl` holds one example a line, `loss.jsonl` one point of the loss curve.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from fenshen.core.errors import NotFound
from fenshen.core.files import write_atomic
from fenshen.core.ids import digest_text
from fenshen.models.text import Message
from fenshen.training.examples import KINDS, Example
from fenshen.training.examples.example import learned_digest

FILE = "examples.jsonl"


def data_sha256(examples: Sequence[Example], systems: Mapping[str, str]) -> str:
    """Digest of everything learned from: the examples in order and the system prompts by language."""
    return digest_text(*(_line(example) for example in examples), json.dumps(dict(systems), sort_keys=True))


def write_snapshot(folder: Path, examples: Sequence[Example]) -> Path:
    """Write `examples.jsonl` into `folder`; its path.

    Raises:
        Busy: the disk is full.
    """
    path = folder / FILE
    write_atomic(path, "".join(_line(example) + "\n" for example in examples))
    return path


def read_snapshot(folder: Path) -> Iterator[Example]:
    """The examples of a version in order.

    Raises:
        NotFound: the version has no snapshot.
    """
    path = folder / FILE
    if not path.is_file():
        raise NotFound(f"no {FILE} in {str(folder)!r}")
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield _example(json.loads(line))


def _line(example: Example) -> str:
    return json.dumps(asdict(example), ensure_ascii=False, sort_keys=True)


def _example(data: dict[str, Any]) -> Example:
    messages = tuple(Message(role=m["role"], content=m["content"]) for m in data["messages"])
    unlearned = tuple((int(start), int(end)) for start, end in data.get("unlearned", ()))
    return Example(**{**data, "messages": messages, "unlearned": unlearned})


@dataclass(frozen=True)
class BrowsedExample:
    """One training example; `number` counts from 0 in the snapshot, `digest` names it across versions."""

    number: int
    kind: str
    messages: tuple[Message, ...]
    answer: str
    item_id: str | None
    passage_id: str | None
    start_s: float | None
    digest: str
    unlearned: tuple[tuple[int, int], ...] = ()

    @property
    def anchor(self) -> str | None:
        """Its place in the item."""
        return None if self.start_s is None else f"t={int(self.start_s)}"


@dataclass(frozen=True)
class ExampleFilter:
    """Which examples are wanted; an empty field wants all."""

    item_id: str | None = None
    kind: str | None = None

    def wants(self, example: BrowsedExample) -> bool:
        """Whether the example is one of them."""
        return (not self.item_id or example.item_id == self.item_id) and (
            not self.kind or example.kind == self.kind
        )


@dataclass
class Page:
    """Some of the examples that match; `kinds` counts what there is of each kind, whatever kind is wanted."""

    total: int = 0
    examples: list[BrowsedExample] = field(default_factory=list)
    kinds: dict[str, int] = field(default_factory=dict)


def examples_page(
    folder: Path, *, offset: int = 0, limit: int = 50, wanted: ExampleFilter | None = None
) -> Page:
    """`limit` of the examples of a version from `offset`, in the order they were made."""
    return page_of(_examples(folder), offset, limit, wanted or ExampleFilter())


def page_of(examples: Iterable[BrowsedExample], offset: int, limit: int, wanted: ExampleFilter) -> Page:
    """`limit` of those of `examples` that are wanted, from `offset`."""
    page, kinds = Page(), Counter[str]()
    of_item = ExampleFilter(wanted.item_id)
    for example in examples:
        kinds[example.kind] += of_item.wants(example)
        if wanted.wants(example):
            if offset <= page.total < offset + limit:
                page.examples.append(example)
            page.total += 1
    page.kinds = {kind: kinds[kind] for kind in _in_order(kinds) if kinds[kind]}
    return page


def examples_by_digest(folder: Path) -> dict[str, BrowsedExample]:
    """The examples of a version by what they teach; of two that teach the same, the first."""
    found: dict[str, BrowsedExample] = {}
    for example in _examples(folder):
        found.setdefault(example.digest, example)
    return found


def loss_curve(folder: Path) -> list[dict[str, Any]]:
    """The points of `loss.jsonl`, empty when there is none."""
    return list(_lines(folder / "loss.jsonl"))


def _examples(folder: Path) -> Iterator[BrowsedExample]:
    for number, row in enumerate(_lines(folder / "examples.jsonl")):
        yield _browsed_example(number, row)


def _browsed_example(number: int, row: dict[str, Any]) -> BrowsedExample:
    return BrowsedExample(
        number=number,
        kind=row["kind"],
        messages=tuple(row["messages"]),
        answer=row["answer"],
        item_id=row.get("item_id") or None,
        passage_id=row.get("passage_id") or None,
        start_s=row.get("start_s"),
        digest=learned_digest(row["kind"], row["messages"][-1]["content"], row["answer"]),
        unlearned=tuple((start, end) for start, end in row.get("unlearned", ())),
    )


def _in_order(kinds: Collection[str]) -> list[str]:
    """Kinds as they are documented; those of older versions last."""
    return [*(kind for kind in KINDS if kind in kinds), *sorted(set(kinds) - set(KINDS))]


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    if not path.is_file():
        return
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.endswith("\n"):
                yield json.loads(line)
