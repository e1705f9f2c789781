"""The numbers that decide, and where they come from.

Every number is a cosine of GE2E vectors or a length in seconds. They were chosen on 18 conversations of two
to four out of ten LibriSpeech readers (test-other; `mixes.make_mix`, seeds 0 to 17, 33 minutes), measured
2026-11-25; docs/lab.md has the results on seeds that were not used here, with the same ten readers. They were
enrolled from other recordings of the same session: a creator enrolled with another microphone scores lower,
and is then taken for unknown or for somebody else sooner. Knows nothing about how they are used.
"""

from __future__ import annotations

#: Neighbouring windows are one piece above this. Between 0.65 and 0.80 nothing changes much.
ONE_PIECE = 0.72
#: Pieces are grouped above this mean cosine. Between 0.60 and 0.75 the error stays at 6.0 to 6.1 %.
ONE_GROUP = 0.65
#: Groups are one voice when their directions are this near. One reader in two groups: 0.79 and more; two
#: readers: up to 0.75. At 0.73 two of the ten readers become one, at 0.82 one reader becomes two.
ONE_VOICE = 0.77
#: Who speaks less than this has no voice of their own in a recording.
VOICE_MIN_S = 2.0
#: A group this near to the sum of two others is both of them speaking.
BOTH_VOICES = 0.93
#: A window that is less like every voice than this is nobody's. Windows of a reader: 0.73 (1st percentile).
NOBODY_KNOWN = 0.60
#: Two voices at once must fit this much better than one.
PAIR_PENALTY = 0.04
#: What a change of voice costs inside speech and over a pause of 0.3 s.
CHANGE_IN_SPAN, CHANGE_OVER_PAUSE = 0.10, 0.06
#: A pause up to this does not end a turn when the same voice goes on.
PAUSE_IN_TURN_S = 1.0

#: A voice is the creator's from here. 54 voices of enrolled readers: one at 0.797, the rest from 0.886; 120
#: of others: up to 0.759.
IS_CREATOR = 0.78
#: Below this it is somebody else's; between the two it is unknown. 95 % of the others lie below.
IS_OTHER = 0.70
#: A creator's turn must sound like it by itself, the longer the more: `(seconds up to, cosine)`. Turns of
#: others reached 0.61, 0.72 and 0.76; 1 % of the reader's own lay under 0.57, 0.71 and 0.75.
TURN_FLOORS = ((0.8, 0.62), (1.6, 0.70), (float("inf"), 0.74))

#: How much nearer a window must be to its voice than to that voice and another together. At -0.02 0.59 % of
#: what is kept is foreign and 89.3 % of the creator's speech is kept; at 0.0 0.50 and 88.5; at 0.01 0.43 and
#: 87.6.
CLEARLY_ALONE = 0.0
#: Left out on each side of a doubtful window, and of a change of voice without a pause.
BLUR_MARGIN_S, CHANGE_MARGIN_S = 0.2, 0.4
#: What is too short to be a pause between two voices.
NO_PAUSE_S = 0.1

#: Least speech to enrol with. The ten readers were enrolled with 14 to 31 s.
SAMPLE_MIN_S = 5.0
#: Share of a sample that may be another voice before it is refused.
SAMPLE_OTHERS_MAX = 0.1
#: Samples longer than this count no more than it.
PRINT_FULL_S = 60.0


def turn_floor(seconds: float) -> float:
    """The least cosine with the creator at which a turn of this length is theirs."""
    return next(floor for length, floor in TURN_FLOORS if seconds < length)
