"""Packed rows compute exactly what each conversation computes alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from fenshen.training import answer_loss as answer_loss_module
from fenshen.training.adapter import new_adapter
from fenshen.training.answer_loss import answer_loss, answer_nats, in_pieces
from fenshen.training.batches import Row, count_tokens, pack, single_row, tokenise
from fenshen.training.examples import Example
from fenshen.training.recipe import Recipe
from fenshen.training.template import CHATML, ChatTemplate, Tokens
from fenshen.training.weights import Base

SYSTEM = "You are Juniper."


def _example(history: list[str], answer: str) -> Example:
    roles = ["user" if at % 2 == 0 else "assistant" for at in range(len(history))]
    messages = tuple({"role": r, "content": c} for r, c in zip(roles, history, strict=True))
    return Example(messages, answer, "item", "passage", None, "dialogue", "en")  # type: ignore[arg-type]


EXAMPLES = [
    _example(["Is it live?"], "It is."),
    _example(["Is it live?", "It is.", "Who is Gerald?"], "A screwdriver."),
    _example(["What now?"], "Tea."),
    _example(["And the cat?"], "Asleep on the ironing table."),
]


def test_tokens_are_what_the_template_writes(base: Base) -> None:
    """Prefix and conversation together are the rendered text, and the answers are marked in it."""
    template = ChatTemplate(base.tokenizer)
    messages = [*EXAMPLES[1].messages]
    tokens = template.conversation(SYSTEM, messages, EXAMPLES[1].answer)
    whole = [
        {"role": "system", "content": SYSTEM},
        *messages,
        {"role": "assistant", "content": "A screwdriver."},
    ]
    text = base.tokenizer.apply_chat_template(whole, tokenize=False)
    assert base.tokenizer.decode([*template.prefix(SYSTEM), *tokens.ids]) == text.rstrip()
    told = [base.tokenizer.decode(tokens.ids[start:end]) for start, end in tokens.answers]
    assert told == ["It is.<|im_end|>", "A screwdriver.<|im_end|>"]


def test_a_prompt_ends_where_the_answer_begins(base: Base) -> None:
    """What is generated from is what was trained before the answer."""
    template = ChatTemplate(base.tokenizer)
    tokens = template.conversation(SYSTEM, EXAMPLES[0].messages, "It is.")
    prompt = template.prompt([{"role": "system", "content": SYSTEM}, *EXAMPLES[0].messages])
    assert prompt == [*template.prefix(SYSTEM), *tokens.ids[: tokens.answers[0][0]]]


def test_a_packed_row_gives_the_loss_of_its_conversations(base: Base) -> None:
    """Sharing prefix and row changes nothing: the summed loss equals that of plain, separate sequences."""
    template = ChatTemplate(base.tokenizer)
    prefix = template.prefix(SYSTEM)
    conversations = tokenise(EXAMPLES, template, lambda _: SYSTEM, 400)
    assert len(conversations) == 3  # the second example continues the first
    (row,) = pack(conversations, {"en": prefix}, 900, seed=1)
    model = new_adapter(base, Recipe("test", rank=4, targets=("q_proj", "v_proj")))
    alone = [_plain_nats(base, prefix, tokens) for _, tokens in conversations]
    assert model.nats(row) == pytest.approx(sum(alone), rel=1e-5)
    learned = sum(end - start for _, tokens in conversations for start, end in tokens.answers)
    assert model.loss(row).item() == pytest.approx(sum(alone) / learned, rel=1e-5)


def test_gradients_of_a_packed_row_are_those_of_its_conversations(base: Base) -> None:
    """The adapter's gradient from one row equals the mean over separate rows."""
    template = ChatTemplate(base.tokenizer)
    prefix = template.prefix(SYSTEM)
    found = tokenise(EXAMPLES[2:], template, lambda _: SYSTEM, 400)
    (together,) = pack(found, {"en": prefix}, 900, seed=1)
    singles = [single_row(prefix, tokens) for _, tokens in found]
    model = new_adapter(base, Recipe("test", rank=4))
    for weight in model.weights().values():
        torch.nn.init.normal_(weight, std=0.05)
    packed = _gradient(model, [together], [1.0])
    shares = [len(row.answers) / len(together.answers) for row in singles]
    torch.testing.assert_close(packed, _gradient(model, singles, shares), rtol=1e-4, atol=1e-6)


def test_a_sliding_window_hides_what_lies_far_back() -> None:
    """Layers that look back eight tokens get the same values with and without older tokens."""
    from fenshen.training.block_attention import block_diagonal_attention

    torch.manual_seed(0)
    q, k, v = torch.randn(1, 4, 30, 8), torch.randn(1, 2, 30, 8), torch.randn(1, 2, 30, 8)
    near, _ = block_diagonal_attention(
        torch.nn.Module(), q, k, v, None, lengths=(0, 30), scaling=0.3, sliding_window=8
    )
    k[:, :, :22], v[:, :, :22] = 9.0, 9.0
    far, _ = block_diagonal_attention(
        torch.nn.Module(), q, k, v, None, lengths=(0, 30), scaling=0.3, sliding_window=8
    )
    torch.testing.assert_close(near[:, 29], far[:, 29])


def test_rows_depend_only_on_the_seed(base: Base) -> None:
    """The same seed gives the same order, another one another order, and nothing is lost."""
    prefixes = {"en": [1, 2, 3]}
    many = [("en", Tokens(tuple([number] * 40), ((10, 40),))) for number in range(5, 40)]
    rows = pack(many, prefixes, 200, seed=3)
    assert rows == pack(many, prefixes, 200, seed=3)
    assert rows != pack(many, prefixes, 200, seed=4)
    assert all(len(row.ids) <= 200 for row in rows)
    assert count_tokens(rows).learned == 35 * 30


def test_long_conversations_are_cut_and_empty_ones_dropped(base: Base) -> None:
    """A conversation longer than a row keeps what fits; one whose answer begins beyond it is left out."""
    template = ChatTemplate(base.tokenizer)
    long_answer, long_question = _example(["q"], "a" * 500), _example(["q" * 500], "a")
    found = tokenise([long_answer, long_question], template, lambda _: SYSTEM, 100)
    assert [len(tokens.ids) for _, tokens in found] == [100]


@pytest.mark.parametrize("over_vocabulary", [answer_loss_module._over_vocabulary, in_pieces])
def test_the_loss_is_the_plain_cross_entropy(
    over_vocabulary: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Value and gradient equal PyTorch's own, by its flash kernel and in more rows than one piece holds."""
    monkeypatch.setattr(answer_loss_module, "_over_vocabulary", over_vocabulary)
    torch.manual_seed(0)
    hidden, head = torch.randn(300, 16, requires_grad=True), 4 * torch.randn(40, 16)
    targets = torch.randint(0, 40, (300,))
    plain = torch.nn.functional.cross_entropy(hidden @ head.t(), targets)
    (expected,) = torch.autograd.grad(plain, hidden)
    ours = answer_loss(hidden, head, targets)
    (got,) = torch.autograd.grad(ours, hidden)
    torch.testing.assert_close(ours, plain)
    torch.testing.assert_close(got, expected)
    torch.testing.assert_close(answer_nats(hidden.detach(), head, targets).mean(), plain.detach())


def _plain_nats(base: Base, prefix: list[int], tokens: Tokens) -> float:
    """Nats of the answers in one ordinary sequence, by transformers' own attention."""
    ids = torch.tensor([[*prefix, *tokens.ids]])
    base.model.config._attn_implementation = "eager"
    with torch.no_grad():
        shares = base.model(input_ids=ids).logits[0].log_softmax(-1)
    base.model.config._attn_implementation = "fenshen_segments"
    places = [len(prefix) + at for start, end in tokens.answers for at in range(start, end)]
    return -sum(float(shares[at - 1, ids[0, at]]) for at in places)


def _gradient(model: object, rows: list[Row], shares: list[float]) -> torch.Tensor:
    weights = model.weights()  # type: ignore[attr-defined]
    for weight in weights.values():
        weight.grad = None
    for row, share in zip(rows, shares, strict=True):
        (model.loss(row) * share).backward()  # type: ignore[attr-defined]
    return torch.cat([weight.grad.flatten() for weight in weights.values()])


def test_without_a_mark_of_its_own_an_answer_ends_the_text(base: Base) -> None:
    """A base that has no token for the end of a turn learns to stop with its end-of-text token."""
    tokenizer = base.tokenizer
    tokenizer.chat_template = CHATML.replace("<|im_end|>", "[end]")
    template = ChatTemplate(tokenizer)
    tokens = template.conversation(SYSTEM, EXAMPLES[1].messages, "A screwdriver.")
    start, end = tokens.answers[-1]
    assert tokenizer.decode(tokens.ids[start:end]) == "A screwdriver.<|im_end|>"
    assert template.stop_ids == {tokenizer.eos_token_id}
    assert "It is.[end]\n" in tokenizer.decode(tokens.ids) and len(tokens.answers) == 1
    assert len(template.conversations(SYSTEM, EXAMPLES[1].messages, "A screwdriver.")) == 2
