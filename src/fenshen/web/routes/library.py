"""The studio's transcripts: read, searched, corrected, left out; who speaks in them; and undo. Owner only."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Query
from fastapi.responses import FileResponse

from fenshen.core import audit
from fenshen.core.errors import NotFound
from fenshen.library import items, owners
from fenshen.library.editing import changes
from fenshen.library.editing.changes import Change
from fenshen.library.items import Item
from fenshen.library.placed import holding
from fenshen.library.settings import settings_of
from fenshen.web.deps import AppDep, StudioDep, UserDep
from fenshen.web.playing import media_response
from fenshen.web.schemas.library import (
    ChangeOut,
    ExcludeIn,
    ExportOut,
    LibrarySettingsIn,
    LibrarySettingsOut,
    OwnerIn,
    SpeakerIn,
    StudioItem,
    StudioPassage,
    TagsIn,
    TextIn,
    TranscriptHit,
    UndoIn,
)
from fenshen.wiring import App

router = APIRouter(prefix="/api/studio/{slug}/library", tags=["library"])


@router.get("/items/{item_id}")
def show_transcript(item_id: str, creator: StudioDep, app: AppDep) -> StudioItem:
    """An item with every passage, private ones too."""
    item = _mine(app, creator.slug, item_id)
    return StudioItem.of(
        item,
        media_url=f"/api/studio/{creator.slug}/library/items/{item.id}/media" if item.media_sha256 else None,
        passages=[
            StudioPassage.of(passage, edited=passage.original is not None)
            for passage in items.item_passages(app.db, item.id)
        ],
    )


@router.delete("/items/{item_id}", status_code=204)
def delete_item(item_id: str, creator: StudioDep, user: UserDep, app: AppDep) -> None:
    """Delete an item with its passages and its media, for good."""
    app.library.delete_item(creator.slug, item_id, by=user.id)


@router.get("/settings")
def show_settings(creator: StudioDep, app: AppDep) -> LibrarySettingsOut:
    """What the creator chose for what is imported."""
    return LibrarySettingsOut.of(settings_of(app.db, creator.slug))


@router.put("/settings")
def change_settings(
    body: LibrarySettingsIn, creator: StudioDep, user: UserDep, app: AppDep
) -> LibrarySettingsOut:
    """Choose for what is imported from now on."""
    app.library.keep_fillers(creator.slug, body.keeps_fillers, by=user.id)
    return show_settings(creator, app)


@router.get("/items/{item_id}/media")
def play(item_id: str, creator: StudioDep, app: AppDep) -> FileResponse:
    """The sound or video of an item; range requests are answered."""
    return media_response(app, _mine(app, creator.slug, item_id))


@router.get("/search")
def search_transcripts(
    creator: StudioDep,
    app: AppDep,
    q: Annotated[str, Query(min_length=1, max_length=200)],
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> list[TranscriptHit]:
    """Passages that hold exactly these words, whoever said them, in the order of the library."""
    return [
        TranscriptHit.of(passage, passage_id=passage.id, item_title=item.title)
        for passage, item in holding(app.db, creator.slug, q, limit)
    ]


@router.put("/passages/{passage_id}/text")
def edit_text(
    passage_id: str, body: TextIn, creator: StudioDep, user: UserDep, app: AppDep, later: BackgroundTasks
) -> ChangeOut:
    """Correct what was read; the correction stays when the file is read again."""
    return _done(app, creator.slug, app.editor(creator.slug, user.id).edit_text(passage_id, body.text), later)


@router.post("/speakers")
def set_speaker(
    body: SpeakerIn, creator: StudioDep, user: UserDep, app: AppDep, later: BackgroundTasks
) -> ChangeOut:
    """Say who speaks in some passages."""
    editor = app.editor(creator.slug, user.id)
    change = editor.set_speaker(body.passage_ids, body.speaker, is_creator=body.is_creator)
    return _done(app, creator.slug, change, later)


@router.post("/exclude")
def exclude(
    body: ExcludeIn, creator: StudioDep, user: UserDep, app: AppDep, later: BackgroundTasks
) -> ChangeOut:
    """Leave items out of training, search and everything else, or take them in again."""
    change = app.editor(creator.slug, user.id).exclude(body.item_ids, excluded=body.excluded)
    return _done(app, creator.slug, change, later)


@router.post("/tags")
def tag(body: TagsIn, creator: StudioDep, user: UserDep, app: AppDep, later: BackgroundTasks) -> ChangeOut:
    """Add and remove tags of items."""
    change = app.editor(creator.slug, user.id).tag(body.item_ids, body.add, body.remove)
    return _done(app, creator.slug, change, later)


@router.get("/changes")
def list_changes(creator: StudioDep, app: AppDep) -> list[ChangeOut]:
    """What was changed by hand, the newest first."""
    return [_out(change) for change in changes.history(app.db, creator.slug)]


@router.post("/undo")
def undo(body: UndoIn, creator: StudioDep, app: AppDep, later: BackgroundTasks) -> ChangeOut:
    """Take back a change, the newest by default."""
    return _done(app, creator.slug, changes.undo(app.db, creator.slug, body.change_id), later)


@router.get("/exports")
def list_exports(creator: StudioDep, app: AppDep) -> list[ExportOut]:
    """Conversations in which it is open who of the speakers is the creator."""
    return [
        ExportOut.of(export, speakers=owners.speakers_in(app.db, export.item_id))
        for export in owners.undecided_exports(app.db, creator.slug)
    ]


@router.post("/exports/{item_id}/owner")
def choose_owner(
    item_id: str, body: OwnerIn, creator: StudioDep, user: UserDep, app: AppDep
) -> list[ExportOut]:
    """Say who the creator is in a conversation, or that it is none; what is still open afterwards."""
    app.library.choose_owner(creator.slug, item_id, body.name, body.answer)
    facts = {"item": item_id, "answer": body.answer}
    audit.record(app.db, app.clock, user.id, "library.owner", creator.slug, facts)
    return list_exports(creator, app)


def _mine(app: App, slug: str, item_id: str) -> Item:
    item = items.item(app.db, item_id)
    if item.creator != slug:
        raise NotFound(f"no item {item_id!r}")
    return item


def _done(app: App, slug: str, change: Change, later: BackgroundTasks) -> ChangeOut:
    """The change; the index follows after the answer is sent."""
    later.add_task(app.library.follow, slug, change)
    return _out(change)


def _out(change: Change) -> ChangeOut:
    return ChangeOut.of(change, rows=len(change.row_ids))
