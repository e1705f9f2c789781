"""The sample creator is an example: no product code knows her."""

from __future__ import annotations

import re
from pathlib import Path

from fenshen.library.persona import read_persona

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src/fenshen"
#: The commands that bring the sample along.
SAMPLE_COMMANDS = {SOURCE / "cli/sample.py", SOURCE / "cli/demo.py"}
TEXTS = {".py", ".yaml", ".yml", ".toml", ".json", ".md", ".txt", ".tsv"}


def test_no_product_code_knows_the_samples_names() -> None:
    """Neither a stop word, nor a rule, nor an example in a message."""
    names = read_persona(ROOT / "examples/juniper/persona.yaml").names
    words = {word for name in names for word in name.split()} | {"juniper"}
    pattern = re.compile("|".join(rf"\b{re.escape(word)}\b" for word in words), re.IGNORECASE)
    files = [file for file in SOURCE.rglob("*") if file.suffix in TEXTS and "static" not in file.parts]
    assert len(files) > 300
    found = [
        f"{file.relative_to(ROOT)}: {match[0]}"
        for file in files
        if file not in SAMPLE_COMMANDS and (match := pattern.search(file.read_text(encoding="utf-8")))
    ]
    assert found == []
