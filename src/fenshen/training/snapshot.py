"""The dataset of a version as one file, and the digest that names it.

`examples.jsonl` holds one example a line, as the studio's dataset browser shows it. Knows nothing about
tokens.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from fenshen.core.errors import NotFound
from fenshen.core.ids import digest_text
from fenshen.models.text import Message
from fenshen.training.disk import out_of_space
from fenshen.training.examples import Example

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
    aside = path.with_suffix(".part")
    with out_of_space(folder):
        aside.write_text("".join(_line(example) + "\n" for example in examples), encoding="utf-8")
        aside.replace(path)
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
