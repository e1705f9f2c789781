"""DPO and KTO against numbers worked out by hand, and their gradients against differences."""

from __future__ import annotations

import math

import pytest
import torch
from torch.autograd import gradcheck

from fenshen.training.answer_loss import PIECE_ROWS, answer_log_probs
from fenshen.training.preference.learner import chosen_nll, dpo_loss, kto_loss, kto_weights


def numbers(*values: float, learn: bool = False) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float64, requires_grad=learn)


GOOD_AND_BAD = torch.tensor([True, False])


def test_dpo_is_the_logistic_loss_of_the_margin_over_the_reference() -> None:
    """Margins 2 and -4 at β = 1/2: the mean of -log σ(1) and -log σ(-2)."""
    loss = dpo_loss(numbers(-10, -7), numbers(-12, -3), numbers(-11, -6), numbers(-11, -6), 0.5)
    assert loss.item() == pytest.approx((0.3132616875 + 2.1269280110) / 2, abs=1e-9)


def test_dpo_begins_at_log_two() -> None:
    """Where the policy is the reference nothing is preferred yet, however unlikely the answers."""
    chosen, rejected = numbers(-300, -2), numbers(-1, -90)
    assert dpo_loss(chosen, rejected, chosen, rejected, 0.1).item() == pytest.approx(math.log(2))


def test_dpo_weighs_a_pair_by_how_wrong_it_is() -> None:
    """Equation 7 of the paper: the gradient is -β·σ(-β·margin) for the chosen answer, its opposite for the other."""
    chosen, rejected = numbers(-10, learn=True), numbers(-12, learn=True)
    dpo_loss(chosen, rejected, numbers(-11), numbers(-11), 0.5).backward()
    assert chosen.grad is not None and rejected.grad is not None
    assert chosen.grad.item() == pytest.approx(-0.5 * 0.2689414214, abs=1e-9)
    assert rejected.grad.item() == -chosen.grad.item()


@pytest.mark.parametrize(
    ("mismatched", "weights", "expected"),
    [
        # zero = 1: 1 - σ(0.1·(2 - 1)) and 1 - σ(0.1·(1 + 1))
        ((0.5, 1.5), (1.0, 1.0), (0.4750208125 + 0.4501660027) / 2),
        # the bad answer counts twice
        ((0.5, 1.5), (1.0, 2.0), (0.4750208125 + 2 * 0.4501660027) / 2),
        # a divergence is never below 0: 1 - σ(0.2) and 1 - σ(0.1)
        ((-3.0, 1.0), (1.0, 1.0), (0.4501660027 + 0.4750208125) / 2),
        # nothing to compare with: the same
        ((), (1.0, 1.0), (0.4501660027 + 0.4750208125) / 2),
    ],
)
def test_kto_is_the_distance_from_the_best(
    mismatched: tuple[float, ...], weights: tuple[float, float], expected: float
) -> None:
    """Rewards 2 (good) and -1 (bad) at β = 0.1."""
    loss = kto_loss(numbers(2, -1), GOOD_AND_BAD, numbers(*mismatched), 0.1, weights)
    assert loss.item() == pytest.approx(expected, abs=1e-9)


def test_kto_takes_no_gradient_through_the_divergence() -> None:
    """The mismatched answers are measured and not learned."""
    mismatched = numbers(0.5, 1.5, learn=True)
    kto_loss(numbers(2, -1, learn=True), GOOD_AND_BAD, mismatched, 0.1, (1.0, 1.0)).backward()
    assert mismatched.grad is None


@pytest.mark.parametrize(
    ("good", "bad", "expected"), [(10, 10, (1, 1)), (30, 10, (1, 3)), (4, 8, (2, 1)), (0, 5, (1, 1))]
)
def test_both_kinds_of_thumbs_weigh_the_same(good: int, bad: int, expected: tuple[float, float]) -> None:
    """The rarer kind is raised."""
    assert kto_weights(good, bad) == expected


def test_long_answers_do_not_outweigh_short_ones() -> None:
    """Two answers of one nat a token cost one nat, whatever their lengths."""
    assert chosen_nll(numbers(-2, -50), numbers(2, 50)).item() == 1.0


def test_gradients_agree_with_differences() -> None:
    """In double precision, for every argument that is learned."""
    torch.manual_seed(0)
    one, other = (torch.randn(4, dtype=torch.float64, requires_grad=True) for _ in range(2))
    known = torch.randn(4, dtype=torch.float64)
    signs = torch.tensor([True, False, False, True])
    assert gradcheck(lambda a, b: dpo_loss(a, b, known, known, 0.7), (one, other))
    assert gradcheck(lambda a: kto_loss(a, signs, known, 0.7, (1.5, 1.0)), (one,))
    assert gradcheck(lambda a: chosen_nll(a, numbers(1, 2, 3, 4)), (one,))


def test_log_probabilities_in_pieces_are_those_of_the_whole() -> None:
    """Values and gradients are those of a plain log-softmax, over more rows than one piece holds."""
    torch.manual_seed(0)
    rows = PIECE_ROWS + 3
    hidden = torch.randn(rows, 5, dtype=torch.float64, requires_grad=True)
    head, wanted = torch.randn(11, 5, dtype=torch.float64), torch.randint(11, (rows,))
    assert gradcheck(lambda states: answer_log_probs(states, head, wanted), (hidden,))
    plain = (hidden @ head.t()).log_softmax(1).gather(1, wanted[:, None])[:, 0]
    torch.testing.assert_close(answer_log_probs(hidden, head, wanted), plain)
