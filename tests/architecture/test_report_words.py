"""Every reason and step of a library's report can be said in every language of the pages."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import get_args

import pytest

from fenshen.library.report import wording
from fenshen.library.report.thresholds import Subject

I18N = Path(__file__).parents[2] / "frontend" / "src" / "i18n"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_pages_know_every_note_of_the_report(language: str) -> None:
    """The same codes, and nothing to fill in that a note does not have."""
    words = json.loads((I18N / f"{language}.json").read_text(encoding="utf-8"))["report"]
    assert set(words["note"]) == set(wording._SENTENCES)
    for code, text in words["note"].items():
        known = set(re.findall(r"\{(\w+)", wording._SENTENCES[code]))
        assert set(re.findall(r"\{(\w+)\}", text)) <= known, code
    assert {"overall", *get_args(Subject)} <= set(words["subject"])
