"""`library SLUG voices`, `voice ID` and `not-voice ID`: who speaks in recordings, and which voice is the creator's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from fenshen.cli.output import errors, opened_app, print_json, print_table, say
from fenshen.core.db import Database
from fenshen.core.errors import UsageError
from fenshen.library.speakers.choosing import FoundVoice, voices_found
from fenshen.trust.creators import creator
from fenshen.wiring import App


def show_voices(slug: str, arguments: Sequence[str], as_json: bool) -> None:
    """The voices of a library, the one that speaks most first, each with a stretch to listen to."""
    if arguments:
        raise UsageError(f"`fenshen library {slug} voices` takes nothing more")
    with opened_app() as app:
        creator(app.db, slug)
        found = voices_found(app.db, slug)
    if as_json:
        print_json([asdict(voice) for voice in found])
        return
    print_table(
        ["voice (item and number)", "minutes", "items", "listen at", "is"], [_row(voice) for voice in found]
    )
    if any(voice.is_guess for voice in found):
        say(
            f"say which is the creator's with `fenshen library {slug} voice ID`, "
            f"and which is not with `fenshen library {slug} not-voice ID`"
        )


def choose_voice(slug: str, arguments: Sequence[str], as_json: bool) -> None:
    """Make a voice that was found the creator's, in every item."""
    _decide(slug, arguments, as_json, is_creator=True)


def disown_voice(slug: str, arguments: Sequence[str], as_json: bool) -> None:
    """Make a voice that was found somebody else's, in every item."""
    _decide(slug, arguments, as_json, is_creator=False)


def _decide(slug: str, arguments: Sequence[str], as_json: bool, *, is_creator: bool) -> None:
    if len(arguments) != 1:
        action = "voice" if is_creator else "not-voice"
        raise UsageError(f"name the voice: `fenshen library {slug} {action} ID`")
    with opened_app() as app:
        creator(app.db, slug)
        decide = app.library.choose_voice if is_creator else app.library.disown_voice
        changed = decide(slug, arguments[0])
    if as_json:
        print_json({"voice": arguments[0], "passages": len(changed)})
    else:
        whose = "the creator's" if is_creator else "somebody else's"
        say(f"that voice is {whose}: {len(changed)} passages changed")


def enrol_samples(app: App, slug: str, samples: Sequence[Path]) -> None:
    """Learn the creator's voice from samples, and say how well."""
    if samples:
        made = app.library.enrol(slug, samples)
        errors.print(f"voiceprint from {made.seconds:.0f} s of speech, steadiness {made.steadiness:.2f}")


def tell_guesses(db: Database, slug: str) -> None:
    """Say on stderr that no voice in the recordings is known to be the creator's yet, if so."""
    if any(voice.is_guess for voice in voices_found(db, slug)):
        errors.print(
            "voices are heard and none is known to be the creator's, so nothing is learned from them yet; "
            f"choose with `fenshen library {slug} voices`",
            soft_wrap=True,
        )


def _row(voice: FoundVoice) -> tuple[str, str, int, str, str]:
    place = f"{voice.start_s:.0f}-{voice.end_s:.0f} s"
    told = f"{voice.decision}, perhaps the creator" if voice.is_guess else voice.decision
    return voice.id, f"{voice.seconds / 60:.1f}", voice.items, place, told
