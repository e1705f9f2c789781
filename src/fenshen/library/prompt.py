"""The one way a question becomes messages: training, evaluation and serving all build prompts here.

The system message never changes for a persona and earlier turns are only ever appended to, so the
engine's prefix cache holds; what was looked up for *this* question rides in the last user message and
is not repeated in later turns. Notes carry no numbers: a small model would write the numbers down. Knows nothing about engines, tokens or search.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fenshen.models.text import Message

_NOTES_HEADING = {"en": "From my own videos and posts:", "zh": "我自己的视频和文章里说过："}


@dataclass(frozen=True)
class Source:
    """A passage offered to the model as something the creator said."""

    title: str
    text: str


def ask(question: str, sources: Sequence[Source], language: str) -> Message:
    """The user message for `question`, with `sources` in front of it when there are any."""
    if not sources:
        return Message(role="user", content=question)
    heading = _NOTES_HEADING.get(language, _NOTES_HEADING["en"])
    notes = "\n".join(f"“{' '.join(source.text.split())}”" for source in sources)
    return Message(role="user", content=f"{heading}\n{notes}\n\n{question}")


def noted(content: str) -> list[str]:
    """The texts of the sources that `ask` put in front of a question, as it wrote them."""
    heading, _, rest = content.partition("\n")
    if heading not in _NOTES_HEADING.values():
        return []
    lines = rest.partition("\n\n")[0].split("\n")
    return [line[1:-1] for line in lines if line.startswith("“") and line.endswith("”")]


def build_messages(
    system: str,
    history: Sequence[Message],
    question: str,
    sources: Sequence[Source] = (),
    language: str = "en",
    opening: str = "",
) -> list[Message]:
    """System prompt, earlier turns unchanged, the question with its sources, and the answer's `opening`.

    An opening is the beginning of the answer, in the creator's own words; the engine goes on from there.
    """
    messages = [Message(role="system", content=system), *history, ask(question, sources, language)]
    return [*messages, Message(role="assistant", content=opening)] if opening else messages
