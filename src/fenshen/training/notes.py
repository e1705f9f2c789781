"""Drafts of what fans are told when they get another version, in English and Chinese. Pure.

The creator changes them as they like. Knows nothing about how fans are told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Difference:
    """What a fan may notice of a version, compared with the one before it.

    Attributes:
        fresh: items it learned from that the other one did not.
        withdrawn: items that the other one learned from and it did not.
        other_base: it stands on another base.
    """

    fresh: int = 0
    withdrawn: int = 0
    other_base: bool = False


FIRST: Mapping[str, str] = MappingProxyType({"en": "The first version.", "zh": "第一个版本。"})
_SAID = {
    "en": ("It has learned from {} more pieces of work.", "It no longer draws on {} older pieces.",
           "It stands on another base model.", "It was retrained.", "It is back at version {}."),
    "zh": ("它新学了 {} 件作品。", "它不再使用 {} 件旧作品。", "它换了一个底座模型。", "它重新训练过了。", "它回到了第 {} 版。"),
}  # fmt: skip


def draft_note(change: Difference | None) -> dict[str, str]:
    """What to say of a version that takes the place of another (`None`: of none)."""
    if change is None:
        return dict(FIRST)
    return {code: _draft(code, change) for code in _SAID}


def draft_rollback(number: int) -> dict[str, str]:
    """What to say of going back to version `number`."""
    return {code: said[4].format(number) for code, said in _SAID.items()}


def _draft(code: str, change: Difference) -> str:
    fresh, withdrawn, base, plain, _ = _SAID[code]
    told = [
        fresh.format(change.fresh) if change.fresh > 1 else "",
        withdrawn.format(change.withdrawn) if change.withdrawn > 1 else "",
        base if change.other_base else "",
    ]
    joint = "" if code == "zh" else " "
    return joint.join(one for one in told if one) or plain
