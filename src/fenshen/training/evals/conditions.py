"""The conditions that one run compares: a base with or without the adapter, with or without sources.

L0  base + persona            "just calling a model"
L1  base + persona + sources
L2  retrained base
L3  retrained base + sources  what fans get
L4  the same on a domain base; its L0 and L1 are the plain base that the domain base came from
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Condition:
    """What answers: the base with or without the adapter, with or without sources in the prompt."""

    name: str
    adapted: bool
    has_sources: bool


BASE = Condition("L0", adapted=False, has_sources=False)
CALLED = Condition("L1", adapted=False, has_sources=True)
ADAPTED = Condition("L2", adapted=True, has_sources=False)
CONDITIONS = (BASE, CALLED, ADAPTED, Condition("L3", adapted=True, has_sources=True))
DOMAIN_CONDITIONS = (BASE, CALLED, ADAPTED, Condition("L4", adapted=True, has_sources=True))


def differences(levels: tuple[Condition, ...]) -> tuple[tuple[str, str], ...]:
    """Differences that are reported, as `(better, than)`."""
    top = levels[-1].name
    return ((top, BASE.name), (ADAPTED.name, BASE.name), (CALLED.name, BASE.name), (top, CALLED.name))
