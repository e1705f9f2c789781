"""Planted personal data: reads `tests/gold/privacy/*.txt` and counts what a finder makes of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from fenshen.library.privacy.finder import Finder

GOLD = Path(__file__).parent / "gold" / "privacy"
#: Who takes part in the chats that the planted lines are from.
PEOPLE = ("Nadia Okoro", "Theo Lindqvist", "林小满", "老赵")

_PLANTED = re.compile(r"\{\{(\w+):(.*?)\}\}")


@dataclass(frozen=True)
class Line:
    """A line of text and the personal data in it: kind, start, end."""

    text: str
    planted: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class Score:
    """How many planted values were found whole, and how many findings were planted."""

    found: int
    planted: int
    right: int
    findings: int
    wrong: tuple[str, ...]

    @property
    def recall(self) -> float:
        return self.found / self.planted

    @property
    def precision(self) -> float:
        return self.right / self.findings


def read_planted(name: str) -> Iterator[Line]:
    """The lines of one half; keys are kept apart by `~` there so that no scanner takes them for real ones."""
    for written in (GOLD / name).read_text(encoding="utf-8").splitlines():
        if written and not written.startswith(("# ", "## ")):
            yield _line(written.replace("~", ""))


def score(lines: Iterable[Line], finder: Finder) -> Score:
    """Found: a finding of that kind covers it. Right: a finding that overlaps one of its kind and is not much longer."""
    found = planted = right = findings = 0
    wrong: list[str] = []
    for line in lines:
        seen = [(one.kind, one.start, one.end) for one in finder.find(line.text)]
        covered = [plant for plant in line.planted if any(_covers(one, plant) for one in seen)]
        fitting = [one for one in seen if any(_fits(one, plant) for plant in line.planted)]
        found, planted = found + len(covered), planted + len(line.planted)
        right, findings = right + len(fitting), findings + len(seen)
        wrong += _told(line, "missed", [plant for plant in line.planted if plant not in covered])
        wrong += _told(line, "not planted", [one for one in seen if one not in fitting])
    return Score(found, planted, right, findings, tuple(wrong))


def _line(written: str) -> Line:
    text, planted, done = "", [], 0
    for match in _PLANTED.finditer(written):
        text += written[done : match.start()]
        planted.append((match[1], len(text), len(text) + len(match[2])))
        text += match[2]
        done = match.end()
    return Line(text + written[done:], tuple(planted))


def _covers(one: tuple[str, int, int], plant: tuple[str, int, int]) -> bool:
    return one[0] == plant[0] and one[1] <= plant[1] and plant[2] <= one[2]


def _fits(one: tuple[str, int, int], plant: tuple[str, int, int]) -> bool:
    overlaps = one[0] == plant[0] and one[1] < plant[2] and plant[1] < one[2]
    return overlaps and one[2] - one[1] <= 1.3 * (plant[2] - plant[1]) + 2


def _told(line: Line, what: str, spans: Sequence[tuple[str, int, int]]) -> list[str]:
    return [f"{what}: {kind} {line.text[start:end]!r} in {line.text!r}" for kind, start, end in spans]
