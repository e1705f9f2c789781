"""The pages have a sentence in English and in Chinese for every code that the server gives."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from fenshen.library import dropped, flags
from fenshen.library.report import report
from fenshen.library.report.grades import Subject

HERE = Path(__file__).parents[2]
SOURCE = HERE / "src/fenshen"
LIBRARY = SOURCE / "library"
#: Where files are found, opened, unpacked, fetched and read.
READING = ("archives", "fetch", "readers", "files.py", "source.py", "sniff.py", "encoding.py", "markup.py", "intake/prepare.py", "intake/ingest.py")  # fmt: skip
I18N = HERE / "frontend/src/i18n"
#: Said to whoever asks or sets the server up, never of a file.
NOT_OF_FILES = {"not_sound", "bad_setting"}
#: Said of files by what is not only there for files.
SAID_ELSEWHERE = {"bad_rights", "engine_missing"}


def calls(*names: str) -> Iterator[ast.Call]:
    """Every call in these files and folders of the library."""
    for name in names:
        place = LIBRARY / name
        for file in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            yield from (n for n in ast.walk(ast.parse(file.read_text())) if isinstance(n, ast.Call))


def page_words(language: str) -> Any:
    """All words of the pages in this language."""
    return json.loads((I18N / f"{language}.json").read_text(encoding="utf-8"))


def name_of(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def constant(node: ast.expr) -> set[str]:
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else set()


def skipping() -> set[str]:
    """The codes with which a file can be left out."""
    found: set[str] = set()
    for call in calls(*READING):
        for keyword in call.keywords:
            if keyword.arg == "code":
                found |= constant(keyword.value)
        if name_of(call) == "Skipped" and len(call.args) == 3:
            found |= constant(call.args[1])
    return found - NOT_OF_FILES | SAID_ELSEWHERE


def doubting() -> set[str]:
    """The codes of signs that an item is somebody else's."""
    found = {code for call in calls("flags.py") if name_of(call) == "Flag" for code in constant(call.args[0])}
    return found | {code for code, _, _ in flags._TITLES}


def limiting() -> set[str]:
    """The codes that pages have no mark of their own for."""
    reasons = {
        code for call in calls("rights.py") if name_of(call) == "of" for code in constant(call.args[0])
    }
    return reasons - {"private", "excluded", "duplicate", "unspoken", "flagged", "territory"}


def telling() -> set[str]:
    """The codes of what a training does now, and of how it ended."""
    found: set[str] = set()
    for file in [*SOURCE.glob("training/**/*.py"), SOURCE / "studio/training_work.py"]:
        for call in (n for n in ast.walk(ast.parse(file.read_text())) if isinstance(n, ast.Call)):
            if name_of(call) in ("of", "known_as") and call.args:
                found |= constant(call.args[0])
    return found


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    ("path", "codes"),
    [
        ("intake.skip", skipping()),
        ("items.flag", doubting()),
        ("items.dropped", set(dropped.REASONS)),
        ("items.limit", limiting()),
        ("train.note", telling()),
    ],
)
def test_every_code_has_a_sentence(path: str, codes: set[str], language: str) -> None:
    """None is missing, and none is kept for a code that is no longer given."""
    words = page_words(language)
    for name in path.split("."):
        words = words[name]
    assert set(words) == codes


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_pages_know_every_note_of_the_report(language: str) -> None:
    """The same codes, and nothing to fill in that a note does not have."""
    words = page_words(language)["report"]
    assert set(words["note"]) == set(report._SENTENCES)
    for code, text in words["note"].items():
        known = set(re.findall(r"\{(\w+)", report._SENTENCES[code]))
        assert set(re.findall(r"\{(\w+)\}", text)) <= known, code
    assert {"overall", *get_args(Subject)} <= set(words["subject"])
