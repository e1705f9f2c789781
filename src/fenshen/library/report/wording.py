"""Reasons and steps in English, for the terminal and for who reads JSON. The pages have their own, in each language.

Knows nothing about how they are found.
"""

from __future__ import annotations

from fenshen.library.report.grades import Note

LANGUAGES = {
    "en": "English",
    "zh": "Chinese",
    "ja": "Japanese",
    "de": "German",
    "fr": "French",
    "es": "Spanish",
}

_SENTENCES = {
    "weakest": "The weakest part decides: {subjects}.",
    "voice_not_counted": "No sound of your own is kept, so the voice does not count.",
    "learnable": "{amount:,} {unit} of your own in {language} may be learned from.",
    "noisy": "{percent} % of the words are none, or the same line again: the twin would learn the errors.",
    "unpunctuated": "{percent} % of the words come without sentence ends, as in automatic captions.",
    "too_few_items": "Too few to keep one back for judging: {items}.",
    "others_speak": "{percent} % of the words are other people's: they are context, not lessons.",
    "duplicates": "Said elsewhere too, and counted once: {items} ({percent} % of the words).",
    "speech": "{minutes} of clean speech of your own may be used for a voice.",
    "unclean_speech": "Music or hearing errors spoil {minutes} more.",
    "no_kept_sound": "There are captions, but no sound of your own beside them.",
    "usable": "{percent} % of the words may be learned and cited.",
    "unspoken": "Nobody has said whose they are: {items}.",
    "flagged": "These look like somebody else's work: {items}.",
    "lapsed": "The consent they rest on does not hold: {items}.",
    "first_items": "Bring in videos, posts or chats.",
    "settle_rights": "Say what is yours among {items}: {amount:,} {unit} in {language} wait for it",
    "settle_voice": "Say which recordings are yours: {minutes} of clean speech wait for it",
    "answer_flags": "Say whether you may use what looks like somebody else's: {items}",
    "renew_consents": "Renew the consents that {items} need",
    "noisy_step": "Replace the noisiest captions by better ones",
    "unpunctuated_step": "Replace automatic captions by edited ones, or take the sound in without them",
    "too_few_items_step": "Bring in at least three pieces, so that one can be kept back for judging",
    "more_words": "Adding {amount:,} {unit} of your own in {language}",
    "more_speech": "Adding {minutes} of clean speech",
    "undecided_exports": "Say who you are in {exports}: until then nothing there is yours",
    "undecided_voices": "Say whether {voices} are yours",
}
_COUNTED = {"items": "item", "minutes": "minute", "exports": "chat", "voices": "voice"}


def sentence(note: Note) -> str:
    """`note` in words, with the grade it lifts where it does."""
    values = dict(note.values)
    if "language" in values:
        values["language"] = LANGUAGES.get(str(values["language"]), str(values["language"]))
    if "subjects" in values:
        values["subjects"] = str(values["subjects"]).replace(",", " and ")
    for name, word in _COUNTED.items():
        if name in values:
            values[name] = f"{values[name]:,} {word}{'' if values[name] == 1 else 's'}"
    text = _SENTENCES[note.code].format(**values)
    if "to" in values:
        verb = " lifts" if note.code in ("more_words", "more_speech") else ", which lifts"
        text = f"{text}{verb} {_subject(note)} from {values['from']} to {values['to']}"
    return text if text.endswith(".") else f"{text}."


def _subject(note: Note) -> str:
    language = note.values.get("language")
    return f"the {note.values['subject']}" + (
        f" in {LANGUAGES.get(str(language), language)}" if language else ""
    )
