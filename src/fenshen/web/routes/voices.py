"""Voices found in a library, and which of them is the creator's. Owner only."""

from __future__ import annotations

from fastapi import APIRouter

from fenshen.core import audit
from fenshen.core.errors import NotFound
from fenshen.library import items
from fenshen.library.speakers.choosing import FoundVoice, voices_found
from fenshen.web.deps import AppDep, StudioDep, UserDep
from fenshen.web.schemas.voices import VoiceOut
from fenshen.wiring import App

router = APIRouter(prefix="/api/studio/{slug}/library/voices", tags=["library"])


@router.get("")
def list_voices(creator: StudioDep, app: AppDep) -> list[VoiceOut]:
    """The people heard, the one who speaks most first."""
    return [_voice(app, creator.slug, voice) for voice in voices_found(app.db, creator.slug)]


@router.post("/{voice_id}/choose")
def choose_voice(voice_id: str, creator: StudioDep, user: UserDep, app: AppDep) -> list[VoiceOut]:
    """This voice is the creator's, in every item."""
    _known(app, creator.slug, voice_id)
    app.library.choose_voice(creator.slug, voice_id)
    audit.record(app.db, app.clock, user.id, "library.voice", creator.slug, {"voice": voice_id})
    return list_voices(creator, app)


@router.post("/{voice_id}/disown")
def disown_voice(voice_id: str, creator: StudioDep, user: UserDep, app: AppDep) -> list[VoiceOut]:
    """This voice is not the creator's, in any item."""
    _known(app, creator.slug, voice_id)
    app.library.disown_voice(creator.slug, voice_id)
    audit.record(app.db, app.clock, user.id, "library.disown", creator.slug, {"voice": voice_id})
    return list_voices(creator, app)


def _known(app: App, slug: str, voice_id: str) -> None:
    if voice_id not in {voice.id for voice in voices_found(app.db, slug)}:
        raise NotFound(f"no voice {voice_id!r}")


def _voice(app: App, slug: str, found: FoundVoice) -> VoiceOut:
    item = items.item(app.db, found.item_id)
    playable = item.media_sha256 is not None
    return VoiceOut.of(
        found,
        item_title=item.title,
        media_url=f"/api/studio/{slug}/library/items/{item.id}/media" if playable else None,
    )
