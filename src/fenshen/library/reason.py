"""Why an item may not be used: a code with what stands in its sentence, so that every language can say it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Reason:
    """One reason.

    Attributes:
        code: which.
        sentence: it in English.
        values: what stands in the sentence.
    """

    code: str
    sentence: str
    values: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.sentence
