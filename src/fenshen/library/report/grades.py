"""Figures to grades with reasons, and to what to add next. Pure.

    figures → text · voice · rights → overall
            → steps, the cheapest first

A reason or step is a code with its numbers; `wording` says it in English and the pages in every language.
Knows nothing about where figures come from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import ceil, floor
from typing import Literal

from fenshen.library.language import HAN_PER_WORD
from fenshen.library.report.figures import Figures, LanguageFigures

Subject = Literal["text", "voice", "rights"]
Letter = Literal["A", "B", "C", "D", "F"]
LETTERS: tuple[Letter, ...] = ("A", "B", "C", "D", "F")


@dataclass(frozen=True)
class Threshold:
    """From `least` of its subject's measure on, the grade is at least `letter`."""

    letter: Letter
    least: float
    source: str


#: text: reading length in words (1.8 Chinese characters are one) of what may be learned, in the main language.
#: voice: minutes of clean own speech that may be spoken with. rights: share of the words that may be used.
THRESHOLDS: dict[Subject, tuple[Threshold, ...]] = {
    "text": (
        Threshold("A", 300_000, "ours: four times B; from two doublings on, more of the same changes little"),
        Threshold(
            "B",
            70_000,
            "Zhou et al. 2023 (LIMA): 1,000 good examples carry a style; a passage here is about 70 words. "
            "72,370 words passed the gate in docs/lab.md",
        ),
        Threshold("C", 20_000, "ours: the sample creator, of this size, gains over its base (docs/lab.md)"),
        Threshold(
            "D", 5_000, "Eder 2015, Does size matter?: below 5,000 words an author is not told reliably"
        ),
    ),
    "voice": (
        Threshold("A", 180, "ElevenLabs' guide to professional voice cloning: best from about three hours"),
        Threshold("B", 30, "the same guide: at least 30 minutes"),
        Threshold("C", 10, "ours: enough for training and for a tenth held out to listen to"),
        Threshold("D", 1, "GPT-SoVITS: one minute is the least that its few-shot training takes"),
    ),
    "rights": (
        Threshold("A", 0.95, "ours: what is left is an oversight"),
        Threshold("B", 0.8, "ours: four words of five"),
        Threshold("C", 0.5, "ours: half the work is lying idle"),
        Threshold("D", 0.1, "ours: something may be used"),
    ),
}

#: Above these, text is at best a C: the twin would learn the errors.
NOISE_SHARE_MAX = 0.05
#: Above this share of words without sentence ends (automatic captions), text is at best a B.
UNPUNCTUATED_SHARE_MAX = 0.5
#: Fewer learnable items cannot give any away to be judged by; see `training.split`. Text is at best a C.
JUDGED_ITEMS_MIN = 3


def letter_of(subject: Subject, measure: float) -> Letter:
    """The grade that `measure` reaches."""
    return next((one.letter for one in THRESHOLDS[subject] if measure >= one.least), "F")


def next_above(subject: Subject, letter: Letter) -> Threshold | None:
    """The threshold of the grade above `letter`; none above A."""
    better = LETTERS[: LETTERS.index(letter)]
    return next((one for one in reversed(THRESHOLDS[subject]) if one.letter in better), None)


def worse(letters: list[Letter]) -> Letter:
    """The worst of `letters`."""
    return max(letters, key=LETTERS.index)


Value = str | int | float


@dataclass(frozen=True)
class Note:
    """One sentence: which, and the numbers in it."""

    code: str
    values: dict[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Grade:
    """A letter and why."""

    letter: Letter
    reasons: tuple[Note, ...]


@dataclass(frozen=True)
class Grades:
    """How good a library is for a twin; `overall` is the weakest of text, rights and, where own sound is kept, voice."""

    text: Grade
    voice: Grade
    rights: Grade
    overall: Grade


def grade(figures: Figures) -> Grades:
    """The grades of a library."""
    text, voice, rights = _text(figures), _voice(figures), _rights(figures)
    counted: dict[str, Letter] = {"text": text.letter, "rights": rights.letter}
    if figures.speech_s + figures.waiting_speech_s:
        counted["voice"] = voice.letter
    letter = worse(list(counted.values()))
    weakest = ",".join(name for name, one in counted.items() if one == letter)
    reasons = [Note("weakest", {"subjects": weakest, "letter": letter})]
    if "voice" not in counted:
        reasons.append(Note("voice_not_counted"))
    return Grades(text, voice, rights, Grade(letter, tuple(reasons)))


def main_language(figures: Figures) -> tuple[str, LanguageFigures]:
    """The language with most to learn from, else most to be had; `en` in an empty library."""
    found = figures.by_language.items()
    return max(
        found,
        key=lambda one: (one[1].learnable, one[1].waiting, one[1].words),
        default=("en", LanguageFigures()),
    )


def steps(figures: Figures, grades: Grades) -> tuple[Note, ...]:
    """What to do or add next: first what only has to be said, then what lifts a grade."""
    if not figures.items:
        return (Note("first_items"),)
    found = [*_rights_steps(figures, grades), *_text_steps(figures, grades), *_voice_steps(figures, grades)]
    if figures.undecided_exports:
        found.append(Note("undecided_exports", {"exports": figures.undecided_exports}))
    if figures.undecided_voices:
        found.append(Note("undecided_voices", {"voices": figures.undecided_voices}))
    return tuple(sorted(found, key=lambda note: (note.code not in _SAID, "to" not in note.values)))


def _text(figures: Figures) -> Grade:
    code, language = main_language(figures)
    letter = letter_of("text", language.learnable)
    reasons = [Note("learnable", _length(code, language.learnable, floor))]
    noise = figures.noise.get("non_words", 0.0) + figures.noise.get("repeated", 0.0)
    caps: list[tuple[bool, Letter, Note]] = [
        (noise > NOISE_SHARE_MAX, "C", Note("noisy", {"percent": round(100 * noise, 1)})),
        (
            figures.noise.get("unpunctuated", 0.0) > UNPUNCTUATED_SHARE_MAX,
            "B",
            Note("unpunctuated", {"percent": round(100 * figures.noise.get("unpunctuated", 0.0))}),
        ),
        (0 < language.items < JUDGED_ITEMS_MIN, "C", Note("too_few_items", {"items": language.items})),
    ]
    for holds, cap, reason in caps:
        if holds:
            letter = worse([letter, cap])
            reasons.append(reason)
    if figures.words and figures.own_share < 0.5:
        reasons.append(Note("others_speak", {"percent": round(100 * (1 - figures.own_share))}))
    if figures.duplicate_items:
        reasons.append(
            Note(
                "duplicates",
                {"items": figures.duplicate_items, "percent": round(100 * figures.duplicate_share)},
            )
        )
    return Grade(letter, tuple(reasons))


def _voice(figures: Figures) -> Grade:
    minutes = figures.clean_speech_s / 60
    reasons = [Note("speech", {"minutes": round(minutes, 1)})]
    unclean = (figures.speech_s - figures.clean_speech_s) / 60
    if unclean >= 1:
        reasons.append(Note("unclean_speech", {"minutes": round(unclean)}))
    if figures.hours and not figures.speech_s and not figures.waiting_speech_s:
        reasons.append(Note("no_kept_sound"))
    return Grade(letter_of("voice", minutes), tuple(reasons))


def _rights(figures: Figures) -> Grade:
    share = figures.usable_words / figures.countable_words if figures.countable_words else 0.0
    letter = letter_of("rights", share)
    reasons = [Note("usable", {"percent": int(100 * share)})]
    for count, code in (
        (figures.unspoken_items, "unspoken"),
        (figures.flagged_items, "flagged"),
        (figures.lapsed_items, "lapsed"),
    ):
        if count:
            reasons.append(Note(code, {"items": count}))
    if figures.flagged_items or figures.lapsed_items:
        letter = worse([letter, "B"])
    return Grade(letter, tuple(reasons))


def _rights_steps(figures: Figures, grades: Grades) -> Iterator[Note]:
    code, language = main_language(figures)
    lifted = letter_of("text", language.learnable + language.waiting)
    gain = _lift("text", grades.text.letter, lifted) if not _is_capped(figures, grades) else {}
    if figures.unspoken_items:
        values = {"items": figures.unspoken_items, **_length(code, language.waiting), **gain}
        yield Note("settle_rights", values)
    if figures.flagged_items:
        yield Note("answer_flags", {"items": figures.flagged_items})
    if figures.lapsed_items:
        yield Note("renew_consents", {"items": figures.lapsed_items})


def _text_steps(figures: Figures, grades: Grades) -> Iterator[Note]:
    main, _ = main_language(figures)
    if _is_capped(figures, grades):
        yield Note(next(r.code for r in grades.text.reasons if r.code in _CAPS) + "_step")
    for code, language in sorted(figures.by_language.items(), key=lambda one: -one[1].learnable):
        letter = grades.text.letter if code == main else letter_of("text", language.learnable)
        above = next_above("text", letter_of("text", language.learnable))
        is_spoken = code == main or language.own_words >= 0.02 * figures.own_words > 0
        if above is not None and is_spoken and not (code == main and _is_capped(figures, grades)):
            missing = _length(code, above.least - language.learnable)
            yield Note("more_words", {**missing, **_lift("text", letter, above.letter)})


def _voice_steps(figures: Figures, grades: Grades) -> Iterator[Note]:
    minutes, waiting = figures.clean_speech_s / 60, figures.waiting_speech_s / 60
    lifted = _lift("voice", grades.voice.letter, letter_of("voice", minutes + waiting))
    if waiting and lifted:
        yield Note("settle_voice", {"minutes": round(waiting, 1), **lifted})
    above = next_above("voice", grades.voice.letter)
    if above is not None:
        missing = {"minutes": ceil(above.least - minutes)}
        yield Note("more_speech", {**missing, **_lift("voice", grades.voice.letter, above.letter)})


_SAID = frozenset({"settle_rights", "settle_voice"})
_CAPS = frozenset({"noisy", "unpunctuated", "too_few_items"})


def _is_capped(figures: Figures, grades: Grades) -> bool:
    """Whether something other than its length keeps the text's grade down."""
    return grades.text.letter != letter_of("text", main_language(figures)[1].learnable)


def _lift(subject: Subject, before: Letter, after: Letter) -> dict[str, Value]:
    return {"subject": subject, "from": before, "to": after} if after < before else {}


def _length(language: str, words: float, rounded: Callable[[float], int] = ceil) -> dict[str, Value]:
    """A reading length as people count in that language, rounded to what is worth saying: what is missing, up."""
    amount = max(0.0, words) * (HAN_PER_WORD if language == "zh" else 1)
    step = 1 if amount < 100 else 100 if amount < 10_000 else 1_000
    return {
        "amount": rounded(amount / step) * step,
        "unit": "characters" if language == "zh" else "words",
        "language": language,
    }
