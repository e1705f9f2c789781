"""Answers as turns of a conversation, whole or cut off, labelled alike. Knows nothing about calls."""

from __future__ import annotations

from datetime import datetime

from fenshen.trust.labels import seal_text
from fenshen.twin.conversations import Turn, TurnStatus
from fenshen.twin.reply import PRODUCER, Answer


def whole_turn(answer_id: str, question: Turn, answer: Answer, at: datetime) -> Turn:
    """A finished answer."""
    return Turn(
        id=answer_id,
        role="assistant",
        text=answer.sealed.text,
        status=answer.status,
        at=at,
        parent_id=question.id,
        citations=[citation.as_json() for citation in answer.citations],
        label=answer.sealed.label,
    )


def cut_turn(answer_id: str, question: Turn, said: str, status: TurnStatus, at: datetime) -> Turn:
    """What was said of an answer that was stopped or failed."""
    sealed = seal_text(said.strip(), PRODUCER, answer_id)
    return Turn(answer_id, "assistant", sealed.text, status, at, question.id, label=sealed.label)
