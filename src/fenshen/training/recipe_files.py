"""Recipes as files: those that come with the package, and a creator's own. Knows nothing about training.

A file is TOML with the fields of `Recipe` as keys; what is left out has its default. The name of the
file is the name of the recipe. Format: TOML 1.0 (https://toml.io/en/v1.0.0).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any

from fenshen.core.errors import BadInput
from fenshen.training.recipe import DEFAULT, KEYS, Recipe

SUFFIX = ".toml"
#: A recipe has two dozen short lines.
FILE_BYTES_MAX = 16_384
_ORDER = ("cpu-demo", "cpu-exact", "cpu-long", "1.5B-laptop", "8B-24GB", "14B-80GB", "multi-gpu")


@cache
def recipes() -> Mapping[str, Recipe]:
    """Those that come with the package, smallest first."""
    folder = resources.files("fenshen.training") / "recipes"
    files = {name: (folder / f"{name}{SUFFIX}").read_text(encoding="utf-8") for name in _ORDER}
    return MappingProxyType({name: parse_recipe(name, text) for name, text in files.items()})


def recipe(name: str = DEFAULT) -> Recipe:
    """The recipe called `name`, or the one in the file of that path.

    Raises:
        BadInput: `unknown_recipe`, the message lists those there are; `bad_recipe`, it says what is wrong
            in the file and what is allowed.
    """
    if name in recipes():
        return recipes()[name]
    path = Path(name)
    if not name.endswith(SUFFIX):
        known = ", ".join(recipes())
        raise BadInput(
            f"no recipe {name!r}; known: {known}, or the path of a {SUFFIX} file", code="unknown_recipe"
        )
    return parse_recipe(path.name.removesuffix(SUFFIX), _read(path))


def parse_recipe(name: str, text: str) -> Recipe:
    """The recipe written in `text`.

    Raises:
        BadInput: `bad_recipe`, with the key and what is allowed.
    """
    try:
        written = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadInput(f"recipe {name!r} is not TOML: {error}", code="bad_recipe") from error
    unknown = sorted(set(written) - set(KEYS))
    if unknown:
        raise BadInput(
            f"recipe {name!r}: unknown key {unknown[0]!r}; allowed: {', '.join(KEYS)}", code="bad_recipe"
        )
    return Recipe(name, **{key: _typed(name, key, value) for key, value in written.items()})


def _typed(name: str, key: str, value: Any) -> Any:
    """`value` if it has the type of the field `key`; whole numbers pass for real ones."""
    default = _DEFAULTS[key]
    if isinstance(default, tuple):
        if isinstance(value, list) and all(isinstance(word, str) for word in value):
            return tuple(value)
        wanted = "a list of words"
    elif isinstance(default, float) and type(value) in (int, float):
        return float(value)
    elif type(value) is type(default):
        return value
    else:
        wanted = {bool: "true or false", int: "a whole number", float: "a number", str: "a word in quotes"}[
            type(default)
        ]
    raise BadInput(f"recipe {name!r}: {key} = {value!r}; allowed: {wanted}", code="bad_recipe")


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(FILE_BYTES_MAX + 1)
        if len(content) > FILE_BYTES_MAX:
            raise BadInput(
                f"recipe {str(path)!r} has more than {FILE_BYTES_MAX} bytes; a recipe is a few lines",
                code="bad_recipe",
            )
        return content.decode("utf-8")
    except (OSError, ValueError) as error:
        raise BadInput(f"cannot read the recipe {str(path)!r}: {error}", code="bad_recipe") from error


_DEFAULTS: Mapping[str, Any] = {field.name: field.default for field in fields(Recipe)}
