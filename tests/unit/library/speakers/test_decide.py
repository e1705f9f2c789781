"""Creator, other or unknown: only what is surely the creator's is theirs."""

from __future__ import annotations

import pytest

from fenshen.core.errors import BadInput
from fenshen.library.document import Cue
from fenshen.library.speakers.assign import label_cue, split_segment
from fenshen.library.speakers.decide import Decided, Decisions, decide, decide_voice
from fenshen.library.speakers.diarise import diarise
from fenshen.library.speakers.enrol import enrol, joined
from fenshen.models.hearing import Segment, Word
from unit.library.speakers.tones import windows_of

TALK = (("m", 6.0), (" ", 0.6), ("t", 8.0), (" ", 0.6), ("m", 3.0))
MARA = enrol("fake-speaker", [windows_of(("m", 8.0))]).vector


def decided(*parts: tuple[str, float], enrolled: bool = True) -> Decisions:
    windows = windows_of(*parts)
    return decide(windows, diarise(windows), MARA if enrolled else None)


def test_the_enrolled_voice_is_the_creator_though_another_speaks_more() -> None:
    """Turns of both, each with its decision; the ground is the voiceprint."""
    found = decided(*TALK)
    assert [turn.decision for turn in found.turns] == ["creator", "other", "creator"]
    assert found.ground == "voiceprint" and not any(turn.overlap for turn in found.turns)


def test_one_voice_alone_may_be_anybodys() -> None:
    """Nobody is enrolled: that nobody else is heard says nothing about who it is."""
    found = decided(("m", 6), (" ", 1), ("m", 6), enrolled=False)
    assert {turn.decision for turn in found.turns} == {"unknown"} and found.ground == "guess"


@pytest.mark.parametrize(
    ("creator", "strangers", "heard", "taken_for"),
    [
        (None, "", "m", "unknown"),
        (None, "m", "m", "other"),
        (None, "t", "m", "unknown"),
        ("m", "", "m", "creator"),
        ("m", "t", "t", "other"),
        ("m", "m", "m", "creator"),
        ("m", "t", "m", "creator"),
    ],
)
def test_a_voice_is_taken_for_the_nearest_that_is_known(
    creator: str | None, strangers: str, heard: str, taken_for: str
) -> None:
    """The creator's, a stranger's, or nobody's; of two that are as near, the creator's."""
    prints = {name: enrol("fake-speaker", [windows_of((name, 8.0))]).vector for name in "mt"}
    known = None if creator is None else prints[creator]
    assert decide_voice(prints[heard], known, [prints[name] for name in strangers]) == taken_for


def test_of_several_voices_nobody_is_taken_for_the_creator() -> None:
    """Nobody is enrolled: everything stays unknown until the creator picks their voice."""
    found = decided(*TALK, enrolled=False)
    assert {turn.decision for turn in found.turns} == {"unknown"} and found.ground == "guess"


def test_a_change_without_a_pause_is_doubtful_on_both_sides() -> None:
    """What lies around it is marked as overlap; the rest of both turns is not."""
    found = decided(("m", 6), ("t", 8))
    sure = [turn for turn in found.turns if not turn.overlap]
    assert [turn.decision for turn in sure] == ["creator", "other"]
    assert sure[0].end_s < 6.0 - 0.2 and sure[1].start_s > 6.0 + 0.2


def test_two_at_once_are_not_the_creators_words() -> None:
    """What is spoken over is marked, whoever it is."""
    found = decided(("m", 6), ("mt", 3), ("t", 8))
    assert all(turn.end_s <= 6.3 for turn in found.turns if turn.decision == "creator" and not turn.overlap)


def test_samples_make_a_voiceprint() -> None:
    """Several samples of one voice: their seconds add up; the vector is the voice's."""
    one = enrol("fake-speaker", [windows_of(("m", 4)), windows_of(("m", 5))])
    assert one.seconds == pytest.approx(9.0, abs=0.2) and one.steadiness > 0.95
    assert float(joined([one, one]) @ MARA) == pytest.approx(1.0, abs=1e-3)


@pytest.mark.parametrize(
    ("samples", "code"),
    [
        ([(("m", 2.0),)], "sample_short"),
        ([((" ", 9.0),)], "sample_short"),
        ([], "sample_short"),
        ([(("m", 6.0), (" ", 1.0), ("t", 4.0))], "sample_voices"),
        ([(("m", 6.0),), (("t", 6.0),)], "sample_voices"),
    ],
    ids=["short", "silent", "none", "two voices", "another voice in each"],
)
def test_samples_that_say_nothing_sure_are_refused(
    samples: list[tuple[tuple[str, float], ...]], code: str
) -> None:
    """Too little speech, or more than one voice in or across them."""
    with pytest.raises(BadInput) as refused:
        enrol("fake-speaker", [windows_of(*parts) for parts in samples])
    assert refused.value.code == code


def heard(*words: tuple[float, float, str]) -> Segment:
    parts = tuple(Word(start, end, text) for start, end, text in words)
    return Segment(words[0][0], words[-1][1], " ".join(text for *_, text in words), "en", parts)


DECISIONS = Decisions(
    (
        Decided(0, 2, 0, "creator"),
        Decided(2, 2.4, 0, "creator", overlap=True),
        Decided(2.4, 4, 1, "other"),
        Decided(5, 6, None, "unknown"),
    ),
    {0: "creator", 1: "other"},
    "voiceprint",
)


def test_a_recognised_stretch_is_split_where_the_speaker_changes() -> None:
    """The creator names nobody, others are numbered from one; words spoken over are marked."""
    segment = heard(
        (0.1, 0.6, "Tea"), (0.7, 1.5, "first."), (2.1, 2.3, "But"), (2.6, 3.1, "why?"), (5.1, 5.5, "Well.")
    )
    parts = [(part.text, label.speaker, label.overlap) for part, label in split_segment(segment, DECISIONS)]
    assert parts == [
        ("Tea first.", None, False),
        ("But", None, True),
        ("why?", "voice 2", False),
        ("Well.", "unknown voice", False),
    ]


def test_a_stretch_heard_in_a_window_is_placed_in_the_recording() -> None:
    """Seconds of the window plus where the window begins; a stretch of one speaker stays as it is."""
    segment = heard((0.2, 0.6, "why"), (0.7, 0.9, "indeed"))
    ((part, label),) = split_segment(segment, DECISIONS, offset_s=2.5)
    assert part is segment and label.speaker == "voice 2"


@pytest.mark.parametrize(
    ("start_s", "end_s", "speaker", "overlap"),
    [
        (0.0, 1.9, None, False),
        (2.5, 3.9, "voice 2", False),
        (1.0, 3.9, "voice 2", True),
        (4.2, 4.3, "voice 2", False),
        (9.0, 9.5, "unknown voice", False),
    ],
)
def test_subtitles_get_their_speaker_from_the_sound(
    start_s: float, end_s: float, speaker: str | None, overlap: bool
) -> None:
    """A line that two share is an overlap; one in a silence belongs to the nearest turn."""
    cue = label_cue(Cue("line", start_s, end_s), DECISIONS)
    assert (cue.speaker, "overlap" in cue.marks) == (speaker, overlap)


def test_nothing_known_about_the_sound_makes_nobody_the_creator() -> None:
    """Words in a recording in which no turn was found, and a written cue, which is left alone."""
    nothing = Decisions((), {}, "guess")
    assert label_cue(Cue("line", 1.0, 2.0), nothing).speaker == "unknown voice"
    assert label_cue(Cue("paragraph"), nothing) == Cue("paragraph")
