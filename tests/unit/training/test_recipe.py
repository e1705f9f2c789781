"""Recipes as files: those that come along are valid, one's own are checked, and every choice has its digest."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import pytest

from fenshen.core.errors import BadInput
from fenshen.training.recipe import Recipe, parse_recipe, recipe, recipes

OTHER = {
    "name": "other",
    "base": "other",
    "targets": ("q_proj",),
    "arithmetic": "float32",
    "checkpointing": True,
    "dtype": "bfloat16",
    "four_bit": True,
    "device": "auto",
}


def test_what_comes_along_can_be_read() -> None:
    """Seven recipes, each with a line that says what it is for; the default is the plain one."""
    assert list(recipes()) == [
        "cpu-demo",
        "cpu-exact",
        "cpu-long",
        "1.5B-laptop",
        "8B-24GB",
        "14B-80GB",
        "multi-gpu",
    ]
    assert all(one.about for one in recipes().values())
    assert replace(recipe(), about="") == Recipe("cpu-demo")


@pytest.mark.parametrize("name", [field.name for field in fields(Recipe) if field.name != "about"])
def test_every_choice_is_in_the_digest(name: str) -> None:
    """Changing any one of them changes the digest."""
    plain = Recipe("test", dtype="bfloat16") if name == "four_bit" else Recipe("test", rows_per_step=2)
    value = OTHER.get(name, getattr(plain, name))
    changed = value if name in OTHER else value / 2 if isinstance(value, float) and value else value + 1
    assert replace(plain, **{name: changed}).sha256 != plain.sha256


def test_the_line_about_it_is_no_choice() -> None:
    """Saying it better does not make another recipe of it."""
    assert Recipe("test", about="a").sha256 == Recipe("test", about="b").sha256


def test_a_file_of_ones_own(tmp_path: Path) -> None:
    """The name is the file's; what is left out has its default; a whole number is a number."""
    path = tmp_path / "mine.toml"
    path.write_text('rank = 8\nlearning_rate = 1\ntargets = ["q_proj", "v_proj"]\n')
    assert recipe(str(path)) == Recipe("mine", rank=8, learning_rate=1.0, targets=("q_proj", "v_proj"))


BAD = {
    "rnk = 8": "unknown key 'rnk'; allowed: about, base",
    "name = 'x'": "unknown key 'name'",
    "[rank]\nr = 8": "rank = {'r': 8}; allowed: a whole number",
    "rank = true": "allowed: a whole number",
    "rank = '8'": "allowed: a whole number",
    "rank = 0": "rank = 0; allowed: 1 to 512",
    "rank = -3": "allowed: 1 to 512",
    "learning_rate = nan": "learning_rate = nan; allowed",
    "learning_rate = inf": "allowed: 1e-07 to 1",
    "warmup_share = 2": "allowed: 0 to 0.9",
    "checkpointing = 1": "allowed: true or false",
    "arithmetic = 'int4'": "allowed: auto, int8, float32",
    "dtype = 'fp8'": "allowed: float32, bfloat16",
    "device = 'tpu'": "allowed: auto, cpu, cuda",
    "targets = 'q_proj'": "allowed: a list of words",
    "targets = []": "each of q_proj",
    "targets = ['lm_head']": "each of q_proj",
    "targets = ['q_proj', 'q_proj']": "once",
    "four_bit = true": "dtype = 'bfloat16'",
    "workers = 2": "at most as many workers as rows_per_step",
    "dtype = 'bfloat16'\narithmetic = 'int8'": "with bfloat16: 'auto'",
    "rank = ": "is not TOML",
    "a = " + "[" * 20_000: "",
}


@pytest.mark.parametrize("text", BAD, ids=[text[:24] for text in BAD])
def test_nonsense_is_refused_with_what_is_allowed(text: str) -> None:
    """Unknown keys, wrong types and senseless values each name the key and what it may be."""
    with pytest.raises(BadInput) as caught:
        parse_recipe("mine", text)
    assert BAD[text] in caught.value.message
    assert caught.value.code == "bad_recipe"


def test_files_that_are_none(tmp_path: Path) -> None:
    """A missing file, a folder, one that is no text and one that is far too long are told as such."""
    (tmp_path / "folder.toml").mkdir()
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "long.toml").write_text("#" * 20_000)
    for name in ("missing.toml", "folder.toml", "bytes.toml", "long.toml"):
        with pytest.raises(BadInput, match=name) as caught:
            recipe(str(tmp_path / name))
        assert caught.value.code == "bad_recipe"


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    """The message lists what there is, and that a file will do."""
    with pytest.raises(BadInput, match=r"cpu-demo.*8B-24GB.*\.toml") as caught:
        recipe("gpu-dream")
    assert caught.value.code == "unknown_recipe"
