"""Questions anybody could ask anybody, by language: they make up for a library that holds out few prompts."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

QUESTIONS = Path(__file__).parent / "data" / "everyday.yaml"


@cache
def everyday_questions(language: str) -> tuple[str, ...]:
    """The shipped questions in `language`, none where there are none."""
    shipped = yaml.safe_load(QUESTIONS.read_text(encoding="utf-8"))
    return tuple(shipped.get(language, ()))
