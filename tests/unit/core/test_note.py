"""A sentence remembers which it is wherever it goes."""

from __future__ import annotations

import pickle

from fenshen.core.note import Note


def test_a_note_is_its_sentence_and_keeps_its_code_between_processes() -> None:
    """What stands in it is never read as a gap; a training on a cluster tells its notes through a pickle."""
    note = Note.of("asked", "asked {question}", question="{answer}?")
    sent = pickle.loads(pickle.dumps(note))
    assert note == sent == "asked {answer}?"
    assert (sent.code, sent.values) == ("asked", {"question": "{answer}?"})


def test_a_plain_sentence_has_no_code() -> None:
    """It is shown as it is."""
    assert (Note("anything").code, dict(Note("anything").values)) == ("", {})
