"""Reads `gold.txt`, marks its passages as an ingest would, and counts what was marked rightly."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from fenshen.library.cleaning.marking import mark_cues
from fenshen.library.document import Cue, Document

LABELS = {"S": "sponsor", "B": "boilerplate", "Q": "quoted", "-": None}


@dataclass(frozen=True)
class Gold:
    """One passage: its sentences with labels; written when any begins a paragraph, else spoken."""

    set: str
    language: str
    sentences: tuple[tuple[str, str | None, bool], ...]

    def document(self) -> Document:
        """The passage as a reader would give it: lines of a post, or subtitles of at most fifty characters."""
        if any(begins for _, _, begins in self.sentences):
            text = "".join(("\n" if begins else " ") + said for said, _, begins in self.sentences).strip()
            return Document("post", tuple(Cue(line) for line in text.split("\n")))
        gap = "" if self.language == "zh" else " "
        words = gap.join(said for said, _, _ in self.sentences)
        lines = re.findall(r"\S.{0,49}(?=\s|$)" if gap else r".{1,16}", words)
        return Document("video", tuple(Cue(line, 3.0 * n, 3.0 * n + 3) for n, line in enumerate(lines)))


@dataclass
class Score:
    """Sentences counted by what they are and what they were marked as."""

    right: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Marked sentences that carry the right mark."""
        return self.right.total() / max(1, self.right.total() + len(self.wrong))

    @property
    def recall(self) -> float:
        """Sentences to be marked that are."""
        return self.right.total() / max(1, self.right.total() + len(self.missed))


def read_gold(path: Path) -> Iterator[Gold]:
    """The passages of the file."""
    for block in path.read_text(encoding="utf-8").split("\n== ")[1:]:
        head, *lines = block.strip().split("\n")
        name, language = head.split()
        yield Gold(name, language, tuple(_sentence(line) for line in lines))


def score(passages: Sequence[Gold]) -> Score:
    """What marking them gives, sentence by sentence: a sentence is marked when most of its characters are."""
    counted = Score()
    for passage in passages:
        marked = mark_cues(passage.document(), np.zeros(0, np.uint64))
        places = "".join(re.sub(r"\s", "", cue.text) for cue in marked.cues)
        marks = [m for cue in marked.cues for m in [cue.marks] * len(re.sub(r"\s", "", cue.text))]
        at = 0
        for said, label, _ in passage.sentences:
            bare = re.sub(r"\s", "", said)
            assert places[at : at + len(bare)] == bare
            counts = Counter(mark for each in marks[at : at + len(bare)] for mark in each)
            at += len(bare)
            got = {mark for mark, count in counts.items() if count > len(bare) / 2}
            if label in got:
                counted.right[label] += 1
            elif label is not None:
                counted.missed.append(f"{label}: {said}")
            if got - {label}:
                counted.wrong.append(f"{sorted(got)}: {said}")
    return counted


def _sentence(line: str) -> tuple[str, str | None, bool]:
    label, said = line[0], line[2:]
    return said.removeprefix("¶ "), LABELS[label], said.startswith("¶ ")
