"""What the pages and the server must agree on."""

from __future__ import annotations

import json
import re
from pathlib import Path

from fenshen.web.app import create_api
from house import House

FRONTEND = Path(__file__).parents[2] / "frontend"


def test_the_pages_types_come_from_this_very_api(house: House) -> None:
    """`frontend/openapi.json` is what the server describes; renew it with `fenshen openapi`."""
    stored = json.loads((FRONTEND / "openapi.json").read_text(encoding="utf-8"))
    assert stored == json.loads(json.dumps(create_api(house.app).openapi()))


def test_every_component_in_use_has_its_styles() -> None:
    """Only the styles that are named are shipped; a component without its own looks broken."""
    styles = [FRONTEND / "src/styles" / name for name in ("mantine.css", "studio.css")]
    shipped = "".join(path.read_text(encoding="utf-8") for path in styles)
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
