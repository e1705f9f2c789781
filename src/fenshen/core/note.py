"""Sentences that the server says and the pages can say in every language. Knows nothing about languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self


class Note(str):
    """A sentence in English that remembers which it is.

    Attributes:
        code: names the sentence; empty for one that nobody translates.
        values: what stands in it, as it is shown.
    """

    code: str = ""
    values: Mapping[str, str | int] = {}

    @classmethod
    def of(cls, code: str, sentence: str, **values: str | int) -> Self:
        """`sentence` with its `{gaps}` filled."""
        return cls(sentence.format(**values)).known_as(code, **values)

    def known_as(self, code: str, **values: str | int) -> Self:
        """The same, remembering which it is."""
        self.code, self.values = code, values
        return self
