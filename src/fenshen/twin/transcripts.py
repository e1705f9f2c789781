"""A conversation as a Markdown file that its fan may keep, labelled as generated. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from fenshen.core.clock import rfc3339
from fenshen.trust.labels import Language, Sealed, seal_markdown
from fenshen.twin.conversations import Conversation, Turn
from fenshen.twin.reply import PRODUCER

_SPEAKERS: dict[Language, tuple[str, str, str]] = {
    "en": ("{} (AI twin)", "You", "Another fan"),
    "zh": ("{}（AI 分身）", "你", "另一位粉丝"),
}


def transcript(conversation: Conversation, turns: Sequence[Turn], fan: str, name: str) -> Sealed[str]:
    """The turns in order, each with its speaker and moment.

    Args:
        fan: Who keeps it; the other fans are not named.
        name: Of the twin's creator.
    """
    language: Language = "zh" if conversation.language == "zh" else "en"
    twin, own, other = _SPEAKERS[language]

    def speaker(turn: Turn) -> str:
        if turn.role == "assistant":
            return twin.format(name)
        return own if turn.speaker == fan else other

    lines = (f"**{speaker(turn)}** · {rfc3339(turn.at)}\n\n{turn.text}\n" for turn in turns)
    body = "\n".join((f"# {conversation.title or name}\n", *lines))
    return seal_markdown(body, PRODUCER, conversation.id, name=name, language=language)
