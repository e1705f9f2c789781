"""Teacher forcing on the tiny base."""

from __future__ import annotations

import pytest

from fenshen.models.text import Message
from fenshen.training.adapter import new_adapter
from fenshen.training.evals.nll import AnswerInContext
from fenshen.training.evals.teacher_forcing import TeacherForcing
from fenshen.training.recipe import recipe
from fenshen.training.template import ChatTemplate
from fenshen.training.weights import Base


def _forced(question: str, answer: str) -> AnswerInContext:
    return AnswerInContext("You are she.", (Message(role="user", content=question),), answer)


def test_answers_read_side_by_side_are_as_surprising_as_alone(base: Base) -> None:
    """Sharing a row and a prefix changes no figure."""
    scorer = TeacherForcing(new_adapter(base, recipe()), ChatTemplate(base.tokenizer))
    asked = [
        _forced("Tea?", "Yes, please."),
        _forced("And the kettle, is it broken?", "Sulking."),
        _forced("?", "No."),
    ]
    together = scorer.nats(asked, adapted=True)
    alone = [scorer.nats([one], adapted=True)[0] for one in asked]
    assert together == pytest.approx(alone, rel=1e-4)


def test_without_the_adapter_the_plain_base_is_judged(base: Base) -> None:
    """An adapter that was changed makes a difference only where it is on."""
    model = new_adapter(base, recipe())
    scorer = TeacherForcing(model, ChatTemplate(base.tokenizer))
    asked = [_forced("Tea?", "Yes, please.")]
    plain = scorer.nats(asked, adapted=False)
    for name, weight in model.weights().items():
        if "lora_B" in name:
            weight.data.fill_(0.05)
    assert scorer.nats(asked, adapted=False) == pytest.approx(plain)
    assert scorer.nats(asked, adapted=True) != pytest.approx(plain, rel=1e-3)
