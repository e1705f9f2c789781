"""What anybody but the creator may see of an item: the creator's own words, and nothing else. Pure.

    item, passages → why_unseen → None: `seen_title`, `seen_lines`, `may_play` · a reason: it looks like no item

Other people's lines, names and voices stay in the studio. A run of them is one gap, which tells neither their number
nor their length. Where people speak and nobody is known to be the creator, nothing is seen. A chat is private whoever
is in it, so its title names nobody. What stands in texts for personal data reads as people say it. Knows nothing
about versions or pages; which items fans may know of at all is `training.releases`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fenshen.library.items import Item
from fenshen.library.passages import Passage
from fenshen.library.privacy.readable import readable, readable_passage
from fenshen.library.rights import is_own

#: What stands where others speak.
GAP = "…"
#: What a chat is called, English and Chinese: its own title says with whom, or names a group of people.
_CHAT_TITLES = {"zh": "一段聊天"}
_CHAT_TITLE = "A chat"


@dataclass(frozen=True)
class Line:
    """A line of the creator, or a gap where others speak.

    Attributes:
        passage: without stand-ins; `None` for a gap.
        speaker: the creator's name where others speak too, `None` elsewhere.
    """

    passage: Passage | None
    speaker: str | None = None


def is_seen(passages: Iterable[Passage]) -> bool:
    """Whether anything of an item may be seen."""
    return any(is_own(passage) for passage in passages)


def may_play(passages: Sequence[Passage], voices: Iterable[str]) -> bool:
    """Whether the sound or video of an item may be played: nobody is heard in it but the creator.

    Args:
        voices: what each voice that was told apart in it is taken for (`creator`, `other`, `unknown`).
    """
    alone = all(passage.is_creator and "overlap" not in passage.marks for passage in passages)
    return bool(passages) and alone and all(decision == "creator" for decision in voices)


def seen_title(item: Item) -> str:
    """What an item is called."""
    if item.kind == "chat":
        return _CHAT_TITLES.get(item.language, _CHAT_TITLE)
    return readable(item.title)


def seen_lines(passages: Sequence[Passage], creator_name: str) -> list[Line]:
    """The item line by line.

    Args:
        passages: of the item, in order.
        creator_name: what fans call the creator.
    """
    is_talk = any(not passage.is_creator for passage in passages)
    lines: list[Line] = []
    for passage in passages:
        if is_own(passage):
            lines.append(Line(seen_passage(passage), creator_name if is_talk else None))
        elif not lines or lines[-1].passage is not None:
            lines.append(Line(None))
    return lines


def seen_passage(passage: Passage) -> Passage:
    """One passage of the creator's; see `rights.is_own` for which those are."""
    return readable_passage(passage)
