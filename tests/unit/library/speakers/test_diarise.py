"""Voices of a recording are told apart, without knowing anybody."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fenshen.core.pcm import Pcm
from fenshen.library.speakers.diarise import BLOCK, best_path, diarise, group_vectors
from fenshen.library.speakers.turns import Diarisation, unit
from fenshen.library.speakers.windows import embed_windows, join_windows, voiced_spans
from unit.library.speakers.tones import ENCODER, conversation, windows_of


def said(found: Diarisation) -> list[tuple[float, float, tuple[int, ...]]]:
    return [(round(turn.start_s, 1), round(turn.end_s, 1), turn.voices) for turn in found.turns]


def test_turns_of_two_voices_with_a_pause() -> None:
    """The one who speaks longest is voice 0; a short pause does not end a turn."""
    found = diarise(windows_of(("m", 6), (" ", 0.6), ("t", 4), (" ", 0.6), ("m", 3), (" ", 0.5), ("m", 2)))
    assert said(found) == [(0.0, 6.0, (0,)), (6.6, 10.6, (1,)), (11.2, 16.7, (0,))]
    assert [round(voice.seconds) for voice in found.voices] == [12, 4]
    assert found.voices[0].sample.seconds == pytest.approx(6.0, abs=0.2) and found.voices[0].steadiness > 0.9


def test_a_change_without_a_pause_is_found() -> None:
    """To within half a window on each side; in between it may be either or both."""
    first, *_, last = diarise(windows_of(("m", 5), ("t", 5))).turns
    assert len(first.voices) == len(last.voices) == 1 and first.voices != last.voices
    assert 4.2 <= first.end_s <= last.start_s <= 5.8


def test_two_at_once_are_an_overlap() -> None:
    """Three seconds of both voices lie near the sum of their vectors."""
    found = diarise(windows_of(("m", 6), ("mt", 3), ("t", 6)))
    both = [turn for turn in found.turns if turn.is_overlap]
    assert len(both) == 1 and both[0].seconds > 1.5 and 5.2 < both[0].start_s < both[0].end_s < 9.8


@pytest.mark.parametrize("parts", [((" ", 5.0),), ((" ", 0.01),)], ids=["silence", "nothing"])
def test_nobody_speaks(parts: tuple[tuple[str, float], ...]) -> None:
    """No turns and no voices, not an error."""
    assert diarise(windows_of(*parts)) == Diarisation((), ())


def test_a_voice_that_says_one_word_has_no_voice_of_its_own() -> None:
    """Its turn is there, and untold."""
    found = diarise(windows_of(("m", 8), (" ", 1), ("t", 0.5), (" ", 1), ("m", 8)))
    assert len(found.voices) == 1
    assert [turn.voices for turn in found.turns] == [(0,), (), (0,)]


def test_blocks_give_what_the_whole_gives() -> None:
    """A long recording is windowed block by block: times and voices are the same as in one piece."""
    parts = (("m", 4.0), (" ", 1.0), ("t", 3.0), (" ", 1.0))
    whole = diarise(windows_of(*parts))
    blocks = [
        embed_windows(conversation(*parts[:2]), ENCODER, 0.0),
        embed_windows(conversation(*parts[2:]), ENCODER, 5.0),
    ]
    assert said(diarise(join_windows(blocks))) == said(whole)
    assert len(join_windows([]).spans) == 0


def test_other_rates_are_resampled() -> None:
    """8 kHz telephone sound gives the same turns."""
    sound = conversation(("m", 4), (" ", 1), ("t", 4))
    half = Pcm(sound.samples[::2], 8_000)
    assert said(diarise(embed_windows(half, ENCODER))) == said(diarise(embed_windows(sound, ENCODER)))


def test_many_pieces_are_grouped_in_blocks() -> None:
    """More rows than one block of two voices end as two groups, the heavier first, no row lost."""
    rng = np.random.default_rng(0)
    voices = unit(rng.standard_normal((2, 32)).astype(np.float32))
    owners = np.array([0, 1, 1] * BLOCK)
    rows = unit(voices[owners] + 0.02 * rng.standard_normal((len(owners), 32)).astype(np.float32))
    groups = group_vectors(rows, np.ones(len(rows), np.float32), 0.7)
    assert [len(group) for group in groups] == [2 * BLOCK, BLOCK]
    assert all(len(set(owners[group])) == 1 for group in groups)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0, 1, width=16), max_size=200))
def test_voiced_spans_lie_in_order_inside_the_sound(probabilities: list[float]) -> None:
    """Rising, apart by a pause, none too short, whatever the detector says."""
    spans = voiced_spans(np.array(probabilities, dtype=np.float32))
    assert all(span.seconds >= 0.25 for span in spans)
    assert all(a.end_s + 0.29 <= b.start_s for a, b in pairwise(spans))
    assert not spans or (spans[0].start_s >= 0 and spans[-1].end_s <= len(probabilities) * 0.032 + 1e-6)


def test_a_path_changes_only_where_it_pays() -> None:
    """One window that fits another state a little better does not make a turn; several do."""
    scores = np.tile([0.8, 0.7], (9, 1))
    scores[4] = [0.7, 0.8]
    owners = np.zeros(9, dtype=np.int64)
    assert best_path(scores, owners) == [0] * 9
    scores[4:] = [0.6, 0.8]
    assert best_path(scores, owners) == [0] * 4 + [1] * 5
