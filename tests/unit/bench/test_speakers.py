"""Scores of the voice filter: known mistakes cost what they should, and the whole bench runs on tones."""

from __future__ import annotations

import numpy as np
import pytest

from bench.mixes import active, make_mix
from bench.scoring import best_matching, error_time, purity
from bench.speakers import bench_speakers
from fenshen.core.clock import VirtualClock
from unit.library.speakers.tones import ENCODER, conversation

TRUE = [(0.0, 10.0, "mara"), (10.0, 20.0, "theo")]


@pytest.mark.parametrize(
    ("found", "rate"),
    [
        ([(0.0, 10.0, "1"), (10.0, 20.0, "0")], 0.0),
        ([(0.1, 9.9, "1"), (10.2, 20.2, "0")], 0.0),
        ([(0.0, 20.0, "0")], 0.5),
        ([(0.0, 10.0, "0")], 0.5),
        ([], 1.0),
        ([(0.0, 10.0, "0"), (10.0, 20.0, "1"), (0.0, 10.0, "2")], 0.5),
    ],
    ids=["right", "within the collar", "one for both", "half missed", "nothing", "one too many"],
)
def test_diarisation_error_is_the_share_of_wrong_time(
    found: list[tuple[float, float, str]], rate: float
) -> None:
    """Names do not matter, a quarter of a second around true boundaries does not count."""
    assert error_time(TRUE, found, 20.0).rate == pytest.approx(rate, abs=0.01)


def test_matching_is_the_best_one_not_the_greedy_one() -> None:
    """Taking the largest first would give 10 + 1."""
    assert best_matching(np.array([[10, 9], [9, 1]])) == 18
    assert best_matching(np.array([[10, 9, 0], [9, 1, 0]])) == 18


def test_purity_counts_whoever_else_speaks_in_what_is_kept() -> None:
    """Ten seconds of the creator and two of the other kept, one of them spoken over the creator."""
    true = [(0.0, 10.0, "mara"), (9.0, 12.0, "theo")]
    kept = purity(true, [(0.0, 11.0)], "mara", 20.0)
    assert (kept.kept_s, kept.foreign_s, kept.own_s, kept.own_kept_s) == pytest.approx(
        (11, 2, 9, 9), abs=0.05
    )
    assert kept.foreign_share == pytest.approx(2 / 11, abs=0.01) and kept.own_share == 1.0


def readers() -> dict[str, list[np.ndarray]]:
    """Three readers, eight recordings of four seconds each with a silent edge."""
    parts = ((" ", 0.3), (" ", 0.4))
    return {
        name: [conversation(parts[0], (name, 4.0), parts[1]).samples for _ in range(8)]
        for name in ("m", "t", "i")
    }


def test_a_conversation_is_the_same_for_the_same_seed_and_its_truth_lies_in_it() -> None:
    """Nobody's sample is in the conversation; every stretch has a reader and lies inside."""
    mix, again = (make_mix(readers(), 7, 3, enrol_s=8.0) for _ in range(2))
    assert np.array_equal(mix.sound.samples, again.sound.samples) and mix.utterances == again.utterances
    assert not np.array_equal(mix.sound.samples, make_mix(readers(), 8, 3, enrol_s=8.0).sound.samples)
    assert {one.reader for one in mix.utterances} == {"m", "t", "i"} == set(mix.samples)
    assert all(0 <= one.start_s < one.end_s <= mix.sound.duration_s for one in mix.utterances)


def test_speech_of_a_clean_recording_is_found_by_its_level() -> None:
    """Silent edges are left out, and a silent recording has none."""
    assert active(readers()["m"][0]) == [pytest.approx((0.3, 4.3), abs=0.03)]
    assert active(np.zeros(16_000, np.float32)) == [] or active(np.zeros(100, np.float32)) == []


def test_the_bench_finds_the_tones_apart() -> None:
    """Clean tones: no confusion, little foreign speech, most of the creator's kept, against two thirds foreign."""
    found = bench_speakers(readers(), ENCODER, VirtualClock(), range(3))
    assert found["n"] == 3 and found["voices_counted_right"] == 3
    assert found["confused"] < 0.05 and found["ours"] < 0.02 < 0.3 < found["peer"]
    assert found["own_speech_kept"] > 0.5
