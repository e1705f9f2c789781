"""What a teacher found that passages answer, and how the asking went. Knows nothing about teachers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Questions:
    """The questions of one teacher about one library.

    Attributes:
        teacher: its name.
        wording: number of the prompt it was asked with.
        usable, unusable: its replies; those that are not usable leave a passage to its title.
        trouble: why it was not asked about everything, empty if it was.
        by_answer: questions by the digest of the answer.
    """

    teacher: str
    wording: int
    usable: int
    unusable: int
    trouble: str = ""
    by_answer: Mapping[str, str] = field(default_factory=dict, repr=False)
