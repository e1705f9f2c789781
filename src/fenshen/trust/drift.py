"""The recent turns of a conversation, and how far they have drifted towards intimacy.

Pure. Knows nothing about where turns are stored or what is done about drift.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from fenshen.trust.lexicon import intimacy_rules
from fenshen.trust.normalise import match_forms

Speaker = Literal["fan", "twin"]
Level = Literal["calm", "cool", "stop"]
#: How many turns are looked at, and the sums of intimacy at which the twin cools down and then stops.
TURNS_SEEN = 12
COOL_FROM = 4
STOP_FROM = 9


@dataclass(frozen=True)
class Turn:
    """An utterance."""

    speaker: Speaker
    text: str


@dataclass(frozen=True)
class Window:
    """What the guard may look back on.

    Attributes:
        turns: the newest last.
        cautioned: careful topics whose safety sentence has already been given.
        earlier: intimacy that is left of turns outside this window: refused ones, and those of other conversations.
    """

    turns: tuple[Turn, ...] = ()
    cautioned: frozenset[str] = frozenset()
    earlier: float = 0.0

    def add(self, speaker: Speaker, text: str) -> Window:
        """The window after one more turn, the oldest forgotten."""
        return replace(self, turns=(*self.turns, Turn(speaker, text))[-TURNS_SEEN:])

    def caution(self, topic: str) -> Window:
        """The window after the safety sentence of `topic` was given."""
        return replace(self, cautioned=self.cautioned | {topic})

    def last(self, speaker: Speaker) -> str:
        """The newest text of this speaker, or an empty one."""
        return next((turn.text for turn in reversed(self.turns) if turn.speaker == speaker), "")


def intimacy(text: str) -> int:
    """How intimate a text is: 0 not at all, 1 warm, 2 hot."""
    forms = match_forms(text[:2000])
    if intimacy_rules().hot.match(forms):
        return 2
    return int(intimacy_rules().warm.match_plain(forms))


def drift_level(window: Window) -> Level:
    """How far the last turns have gone; one calm fan turn after another brings it back."""
    here = sum(intimacy(turn.text) for turn in window.turns[-TURNS_SEEN:])
    total = max(here, window.earlier + intimacy(window.last("fan"))) if window.earlier else here
    if total >= STOP_FROM:
        return "stop"
    return "cool" if total >= COOL_FROM else "calm"
