"""`train` and `recipes` at the command line: the plan, what cannot fit, and the list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from commands import Command
from fenshen.training import preflight
from fenshen.training.bases import BaseFile
from fenshen.training.shape import KNOWN_SHAPES
from house import SLUG

Base = Callable[[str], None]


@pytest.fixture
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Base:
    """Pretends that a base of a known shape is pulled: `base("qwen3-8b")`."""
    path = tmp_path / "base.gguf"
    path.write_bytes(b"GGUF")
    file = BaseFile("", path, "0" * 64, None)

    def pull(name: str) -> None:
        monkeypatch.setattr(preflight, "find_base", lambda base, home: replace(file, name=base))
        monkeypatch.setattr(preflight, "read_shape", lambda path: KNOWN_SHAPES[name])

    return pull


def test_the_plan_alone_starts_nothing(fenshen: Command, base: Base) -> None:
    """`--plan` says base, data, minutes and memory, as JSON too, and makes no version."""
    base("smollm2-135m")
    asked = ["train", SLUG, "--base", "smollm2-135m", "--fresh", "--plan"]
    before = fenshen("versions", SLUG, "--json").json
    told = fenshen(*asked, "--json")
    assert told.code == 0, told.err
    assert {"base", "recipe", "tokens", "minutes", "memory_bytes", "fits", "why", "instead"} <= set(told.json)
    words = fenshen(*asked).out
    assert "million weights" in words and "GB free" in words
    assert fenshen("versions", SLUG, "--json").json == before


@pytest.mark.parametrize("recipe", ["8B-24GB", "cpu-demo"])
def test_what_cannot_fit_is_exit_3(fenshen: Command, base: Base, recipe: str) -> None:
    """A recipe for a GPU, and a base of 14 billion weights in float32, with what fits instead."""
    base("qwen3-14b")
    done = fenshen("train", SLUG, "--base", "qwen3-14b", "--fresh", "--recipe", recipe)
    assert done.code == 3
    assert "does_not_fit" in done.err and "What fits here" in done.err


def test_a_recipe_file_is_read_from_where_one_stands(
    fenshen: Command, base: Base, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its name is the file's; a key that does not exist is exit 3 with those that do."""
    base("smollm2-135m")
    monkeypatch.chdir(tmp_path)
    Path("mine.toml").write_text("rank = 8\n")
    asked = ["train", SLUG, "--base", "smollm2-135m", "--fresh", "--plan", "--json", "--recipe", "mine.toml"]
    assert fenshen(*asked).json["recipe"] == "mine"
    Path("mine.toml").write_text("rnk = 8\n")
    done = fenshen(*asked)
    assert done.code == 3 and "bad_recipe" in done.err and "rank" in done.err


def test_recipes_are_listed(fenshen: Command) -> None:
    """Each with what it is for and its digest."""
    told = fenshen("recipes", "--json").json
    assert {"cpu-demo", "8B-24GB", "multi-gpu"} <= {row["name"] for row in told}
    assert all(len(row["sha256"]) == 64 and row["about"] for row in told)
    assert "cpu-demo" in fenshen("recipes").out
