"""What teachers replied, kept in the home so that nothing is asked twice: `<home>/questions/<creator>.jsonl`.

One line a reply, appended as it comes, so a kill loses at most the line being written. A reply that was not
usable is kept too. No words of the library are in the file but those a teacher repeated, and lines of
passages that have left the library go with them.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import TextIO

from fenshen.core.files import disk_full_as_busy, write_atomic
from fenshen.core.ids import digest_text
from fenshen.training.backtranslation.prompt import PROMPT, Why, same_question
from fenshen.training.examples import Example


class ReplyCache:
    """The replies about one creator's passages.

    Args:
        home: holds the file.
        teacher: only its replies count; those of others stay in the file.
    """

    def __init__(self, home: Path, creator: str, teacher: str) -> None:
        self.path = home / "questions" / f"{creator}.jsonl"
        self.teacher = teacher
        self._replies = {key: row["question"] for key, row in self._rows() if self._counts(row)}

    def known(self, example: Example) -> bool:
        """Whether the teacher has replied about this answer, usably or not."""
        return digest_text(example.answer) in self._replies

    def questions(self) -> dict[str, str]:
        """Usable questions by digest of the answer; one that was had before asks for nothing else."""
        found: dict[str, str] = {}
        seen: set[str] = set()
        for key, question in self._replies.items():
            if question and (same := same_question(question)) not in seen:
                seen.add(same)
                found[key] = question
        return found

    @property
    def replies(self) -> int:
        """How often the teacher has replied, usably or not."""
        return len(self._replies)

    def add(self, example: Example, question: str, why: Why) -> None:
        """Keep a reply.

        Raises:
            Busy: the disk is full.
        """
        key = digest_text(example.answer)
        row = {"answer": key, "teacher": self.teacher, "prompt": PROMPT, "question": question, "why": why}
        with disk_full_as_busy(self.path), self._open() as file:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
        self._replies[key] = question

    def keep_only(self, answers: Collection[str]) -> None:
        """Drop what is known about any other answer, and a line that a kill cut off.

        Args:
            answers: digests.
        """
        if not self.path.is_file():
            return
        rows = [row for key, row in self._rows() if key in answers]
        write_atomic(self.path, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
        self._replies = {key: question for key, question in self._replies.items() if key in answers}

    def _open(self) -> TextIO:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        return self.path.open("a", encoding="utf-8")

    def _counts(self, row: Mapping[str, object]) -> bool:
        return row.get("teacher") == self.teacher and row.get("prompt") == PROMPT

    def _rows(self) -> Iterator[tuple[str, dict[str, str]]]:
        if not self.path.is_file():
            return
        with self.path.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                try:
                    row = json.loads(line)
                except ValueError:
                    continue
                if isinstance(row, dict) and all(
                    isinstance(row.get(name), str) for name in ("answer", "question")
                ):
                    yield row["answer"], row
