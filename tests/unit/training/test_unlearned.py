"""What is not to be learned is read all the same, token for token, and nothing else changes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fenshen.training.adapter import new_adapter
from fenshen.training.batches import pack, single_row, tokenise
from fenshen.training.examples import Example
from fenshen.training.recipe import Recipe
from fenshen.training.template import ChatTemplate
from fenshen.training.weights import Base
from tiny_base import byte_tokenizer

SYSTEM = "You are Juniper."
PRICE = "It costs £45. "
FIRST = Example(
    ({"role": "user", "content": "The shed?"},),
    f" {PRICE}Screws in the saucer.",
    "item",
    "p1",
    None,
    "dialogue",
    "en",
    ((1, 14),),
)
SECOND = Example(
    (*FIRST.messages, {"role": "assistant", "content": FIRST.answer}, {"role": "user", "content": "And?"}),
    "Tea.",
    "item",
    "p2",
    None,
    "dialogue",
    "en",
)


def _written(template: ChatTemplate, examples: list[Example]) -> list[str]:
    """What is learned of each conversation, as text."""
    found = tokenise(examples, template, lambda _: SYSTEM, 400)
    return [template._tokenizer.decode([tokens.ids[at] for at in tokens.learned]) for _, tokens in found]


def test_the_tokens_of_a_changing_sentence_are_read_and_not_learned(base: Base) -> None:
    """The price is in the row; what is learned begins after it, although the answer began with a space."""
    template = ChatTemplate(base.tokenizer)
    ((_, tokens),) = tokenise([FIRST, SECOND], template, lambda _: SYSTEM, 400)
    assert "£45" in base.tokenizer.decode(tokens.ids)
    assert _written(template, [FIRST, SECOND]) == [" Screws in the saucer.<|im_end|>Tea.<|im_end|>"]


def test_without_anything_to_leave_out_nothing_changes(base: Base) -> None:
    """Every answer whole, as before."""
    template = ChatTemplate(base.tokenizer)
    whole = replace(FIRST, unlearned=())
    assert _written(template, [whole, SECOND]) == [
        "It costs £45. Screws in the saucer.<|im_end|>Tea.<|im_end|>"
    ]


def test_an_answer_that_is_only_context_is_not_learned(base: Base) -> None:
    """A chain whose beginning was rejected reads it and learns the rest, once."""
    template = ChatTemplate(base.tokenizer)
    assert _written(template, [SECOND]) == ["Tea.<|im_end|>"]


def test_the_loss_is_that_of_the_learned_tokens_alone(base: Base) -> None:
    """Nats with the price left out, plus those of the price alone, are those of the whole answer."""
    template = ChatTemplate(base.tokenizer)
    prefix = template.prefix(SYSTEM)
    model = new_adapter(base, Recipe("test", rank=4))
    ((_, part),) = tokenise([FIRST], template, lambda _: SYSTEM, 400)
    ((_, whole),) = tokenise([replace(FIRST, unlearned=())], template, lambda _: SYSTEM, 400)
    ((_, price),) = tokenise(
        [replace(FIRST, unlearned=((14, len(FIRST.answer)),))], template, lambda _: SYSTEM, 400
    )
    price = replace(price, unlearned=price.unlearned | {len(price.ids) - 1})
    rows = [pack([("en", tokens)], {"en": prefix}, 900, seed=1)[0] for tokens in (part, price, whole)]
    learned, left_out, both = (model.nats(row) for row in rows)
    assert learned + left_out == pytest.approx(both, rel=1e-5)
    assert 0 < learned < both


def test_a_judge_reads_the_whole_answer(base: Base) -> None:
    """Held-out answers are scored as they were said: `single_row` counts every token of the last one."""
    template = ChatTemplate(base.tokenizer)
    prefix = template.prefix(SYSTEM)
    tokens = template.conversation(SYSTEM, FIRST.messages, FIRST.answer)
    start, end = tokens.answers[-1]
    assert len(single_row(prefix, tokens).answers) == end - start


def test_a_conversation_that_teaches_nothing_is_no_row(base: Base) -> None:
    """A cut that leaves only the price leaves nothing."""
    template = ChatTemplate(base.tokenizer)
    question = len(template.conversation(SYSTEM, FIRST.messages, FIRST.answer).ids)
    ends = len("Screws in the saucer.") + 4
    assert not tokenise([FIRST], template, lambda _: SYSTEM, question - ends)


@settings(max_examples=60, deadline=None)
@given(
    before=st.text("aß茶🫖. ", max_size=12),
    inside=st.text("aß茶🫖£4", min_size=1, max_size=12),
    after=st.text("aß茶🫖. ", max_size=12),
)
def test_exactly_the_bytes_of_the_span_are_left_out(before: str, inside: str, after: str) -> None:
    """With one token a byte, what is learned is the answer without the span, whatever the script."""
    template = ChatTemplate(byte_tokenizer())
    answer = before + inside + after
    spans = [(len(before), len(before) + len(inside))]
    whole = template.conversation(SYSTEM, FIRST.messages, answer)
    tokens = template.leave_out(whole, [(answer, spans)])
    learned = template._tokenizer.decode([tokens.ids[at] for at in tokens.learned])
    told = answer.strip()
    lead = len(answer) - len(answer.lstrip())
    kept = told[: max(0, len(before) - lead)] + told[max(0, len(before) + len(inside) - lead) :]
    assert learned == f"{kept}<|im_end|>"
