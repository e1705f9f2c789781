"""Measure 2: telling writers apart. Needs scikit-learn."""

from __future__ import annotations

import pytest

from fenshen.training.evals import style
from fenshen.training.evals.style import pieces, without_names

pytest.importorskip("sklearn")
HERS = [
    "It isn't broken, it's sulking. Screws in the saucer, please, and photograph it before you touch it.",
    "That's a two-teaspoon job. It isn't broken, it's sulking, and so would you in its place.",
    "Screws in the saucer. Then tea, then the other screw, the one that's sulking under the sofa.",
    "Photograph it before you touch it, and put the kettle on, because it isn't broken, it's sulking.",
]


def _hers(count: int) -> list[style.Piece]:
    return [style.Piece(f"{HERS[n % 4]} {HERS[(n * 3 + 1) % 4]}", f"item{n}") for n in range(count)]


def test_her_own_text_scores_above_strangers() -> None:
    """A judge fitted on a few pieces tells an unseen sentence of hers from shipped strangers."""
    judge = style.AuthorshipVerifier(_hers(20), style.other_writers("en"), seed=1)
    (own,) = judge.score(
        ["It's sulking, that's all. Photograph it before you touch it, screws in the saucer."]
    )
    (other,) = judge.score(["The committee approved the annual budget on Thursday after a lengthy debate."])
    assert own > 0.5 > other
    assert judge.auc > 0.9
    assert sum(judge.impostor_scores()) / len(judge.impostor_scores()) < 0.4
    assert judge.counts["creator"] == 20


def test_silence_has_no_style() -> None:
    """An empty answer scores nothing, and no answers give no scores."""
    judge = style.AuthorshipVerifier(_hers(8), style.other_writers("en"), seed=1)
    assert judge.score(["  "]) == [0.0]
    assert judge.score([]) == []


def test_many_other_writers_ship_in_both_languages() -> None:
    """At least eight voices in English, and Chinese ones for Chinese creators."""
    english, chinese = style.other_writers("en"), style.other_writers("zh")
    assert len({piece.source for piece in english}) >= 8
    assert len(english) + len(chinese) >= 60
    assert len(chinese) >= 12


def test_names_and_figures_are_covered() -> None:
    """Who and how much is topic, not style."""
    assert without_names("She met Alban Crewe in 1999.") == "She met X in 0000."


def test_pieces_are_about_as_long_as_answers() -> None:
    """A long text is cut; a short rest is dropped."""
    cut = pieces(" ".join(["word"] * 90))
    assert [len(piece.split()) for piece in cut] == [40, 40]
    assert pieces("short") == ["short"]
    assert len(pieces("水" * 200)) == 3
