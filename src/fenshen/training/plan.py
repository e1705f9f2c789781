"""What a training is about to do, told before its first step. Knows nothing about how it is done."""

from __future__ import annotations

from dataclasses import dataclass

from fenshen.core.note import Note


@dataclass(frozen=True)
class Plan:
    """What a training is about to do, told before the first step.

    Attributes:
        tokens_read, tokens_learned: in one pass over every example.
        asked_by: the teacher whose questions the `asked` examples have; empty without one.
        rejected: examples that the creator does not want learned.
        trouble: why the teacher was not asked about everything.
    """

    base: str
    base_bytes: int
    examples: dict[str, int]
    held_out: int
    left_out_items: int
    tokens_read: int
    tokens_learned: int
    minutes: float
    arithmetic: str
    resumed: bool
    asked_by: str = ""
    rejected: int = 0
    trouble: str = ""

    @property
    def note(self) -> Note:
        """It in words."""
        return Note(self).known_as(
            "plan",
            base=self.base,
            minutes=f"{self.minutes:g}",
            examples=f"{sum(self.examples.values()):,}",
            tokens=f"{self.tokens_read:,}",
        )

    def __str__(self) -> str:
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(self.examples.items()))
        resumed = "going on with" if self.resumed else "training"
        left_out = f"; {self.left_out_items} items are in other languages" if self.left_out_items else ""
        asked = f", the asked ones by {self.asked_by}" if self.asked_by else ""
        rejected = f"; {self.rejected} are rejected" if self.rejected else ""
        trouble = f"; {self.trouble}" if self.trouble else ""
        return (
            f"{resumed} {self.base} ({self.base_bytes / 1e6:.0f} MB) for {self.minutes:g} minutes: "
            f"{sum(self.examples.values())} examples ({kinds}{asked}), {self.tokens_read:,} tokens a pass, "
            f"{self.tokens_learned:,} of them answers; {self.held_out} held out{left_out}{rejected}{trouble}"
        )
