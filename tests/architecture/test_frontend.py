"""What the pages and the server must agree on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fenshen.web.app import create_api
from house import House

FRONTEND = Path(__file__).parents[2] / "frontend"
LANGUAGES = FRONTEND / "src" / "i18n"


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}.{key}" if path else key)
    else:
        yield path, value


@pytest.fixture(scope="module")
def texts() -> dict[str, dict[str, Any]]:
    """Every text of the pages by language and key."""
    found = {
        name: json.loads((LANGUAGES / f"{name}.json").read_text(encoding="utf-8")) for name in ("en", "zh")
    }
    return {name: dict(_leaves(tree)) for name, tree in found.items()}


def test_both_languages_say_the_same_things(texts: dict[str, dict[str, Any]]) -> None:
    """Same keys, and the same places to fill in; nothing is left empty."""
    assert set(texts["en"]) == set(texts["zh"])
    for key, english in texts["en"].items():
        chinese = texts["zh"][key]
        assert str(english).strip() and str(chinese).strip(), key
        places = [set(re.findall(r"\{(\w+)\}", str(text))) for text in (english, chinese)]
        assert places[0] == places[1], key


def test_the_pages_types_come_from_this_very_api(house: House) -> None:
    """`frontend/openapi.json` is what the server describes; renew it with `fenshen openapi`."""
    stored = json.loads((FRONTEND / "openapi.json").read_text(encoding="utf-8"))
    assert stored == json.loads(json.dumps(create_api(house.app).openapi()))


def test_every_component_in_use_has_its_styles() -> None:
    """Only the styles that are named are shipped; a component without its own looks broken."""
    shipped = (FRONTEND / "src/styles/mantine.css").read_text(encoding="utf-8")
    pages = [path.read_text(encoding="utf-8") for path in FRONTEND.glob("src/**/*.tsx")]
    names = {
        name.strip()
        for text in pages
        for group in re.findall(r"import \{([^}]*)\} from \"@mantine/core\"", text)
        for name in group.split(",")
    }
    own = {
        "Select": "Combobox",
        "NativeSelect": "Input",
        "TextInput": "Input",
        "Textarea": "Input",
        "FileInput": "Input",
    }
    components = {own.get(name, name) for name in names if name[:1].isupper() and name != "MantineProvider"}
    assert components
    assert not {name for name in components if f"styles/{name}.layer.css" not in shipped}
