"""Published twins, search in their libraries, and the items a citation opens."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import FileResponse

from fenshen.core.errors import AppError, BadInput, NotFound
from fenshen.library import items
from fenshen.library.items import Item
from fenshen.library.rights import may
from fenshen.training.versions import all_published, numbers
from fenshen.trust.consent import active_ids
from fenshen.twin.changes import Changes
from fenshen.twin.citations import Found, item_url
from fenshen.web.deps import AppDep, UserDep, VisitorDep
from fenshen.web.schemas import (
    ItemOut,
    PassageOut,
    SearchHit,
    SearchResult,
    TwinCard,
    TwinChangeOut,
    TwinDetail,
)
from fenshen.web.searching import VISITOR_HITS_MAX, Searching, excerpt
from fenshen.web.shapes import twin_card, twin_detail
from fenshen.wiring import App

router = APIRouter(prefix="/api", tags=["twins"])
#: Sent for media whose type the library does not know.
_PLAYABLE = {"audio": "audio/wav", "video": "video/mp4"}


@router.get("/twins")
def list_twins(app: AppDep) -> list[TwinCard]:
    """Every twin that can be talked to now."""
    cards = []
    for version in all_published(app.db):
        try:
            cards.append(twin_card(app.published(version.creator)))
        except AppError:
            continue
    return cards


@router.get("/twins/{slug}")
def show_twin(slug: str, app: AppDep) -> TwinDetail:
    """One published twin."""
    serving = app.published(slug)
    return twin_detail(serving, numbers(app.db, slug)[serving.version.id])


@router.get("/twins/{slug}/changes")
def list_changes(slug: str, user: UserDep, app: AppDep) -> list[TwinChangeOut]:
    """How the twin has changed since this fan last got an answer of it, newest first; each is told once."""
    app.published(slug)
    found = Changes(app.db, app.clock).untold(user.id, slug)
    return [
        TwinChangeOut(id=one.id, kind=one.kind, number=one.number, note=one.note, at=one.at) for one in found
    ]


@router.post("/twins/{slug}/changes/{change_id}/read", status_code=204)
def mark_change_read(
    slug: str, change_id: Annotated[int, Path(ge=0, le=2**31 - 1)], user: UserDep, app: AppDep
) -> None:
    """This fan has read of the changes up to this one."""
    app.published(slug)
    Changes(app.db, app.clock).mark_told(user.id, slug, change_id)


@router.get("/twins/{slug}/search")
async def search(
    slug: str,
    request: Request,
    app: AppDep,
    user: VisitorDep,
    q: Annotated[str, Query(max_length=400)],
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> SearchResult:
    """Passages of the twin's library about `q`, best first; visitors get fewer, and excerpts of them."""
    query = " ".join(q.split())
    if not query:
        raise BadInput("type something to search for", code="empty_query")
    searching: Searching = request.app.state.searching
    searching.claim(request, user)
    limit = limit if user is not None else min(limit, VISITOR_HITS_MAX)

    def look_up() -> tuple[Found, ...]:
        app.published(slug)
        return app.retriever.retrieve(slug, query, limit=limit).found

    found = await searching.run(look_up)
    hits = [
        SearchHit(
            rank=rank,
            passage_id=one.passage.id,
            item_id=one.passage.item_id,
            title=one.title,
            kind=one.kind,
            published=one.published,
            start_s=None if one.passage.start_s is None else int(one.passage.start_s),
            anchor=one.passage.anchor,
            text=one.passage.text if user is not None else excerpt(one.passage.text, query),
            url=item_url(slug, one.passage.item_id, one.passage.anchor),
        )
        for rank, one in enumerate(found, 1)
    ]
    return SearchResult(query=q, hits=hits)


@router.get("/items/{item_id}")
def show_item(item_id: str, app: AppDep, user: VisitorDep) -> ItemOut:
    """An item of a published library with its passages."""
    item = _citable(app, item_id, None if user is None else user.id)
    return ItemOut(
        id=item.id,
        twin=item.creator,
        title=item.title,
        kind=item.kind,
        published=item.published,
        language=item.language,
        duration_s=item.duration_s,
        media_url=f"/api/items/{item.id}/media" if item.media_sha256 else None,
        passages=[
            PassageOut(**{name: getattr(p, name) for name in PassageOut.model_fields})
            for p in items.item_passages(app.db, item.id)
        ],
    )


@router.get("/items/{item_id}/media")
def play_item(item_id: str, app: AppDep, _user: UserDep) -> FileResponse:
    """The sound or video of an item; range requests are answered."""
    return media_response(app, _citable(app, item_id, _user.id))


def media_response(app: App, item: Item) -> FileResponse:
    """The sound or video of an item.

    Raises:
        NotFound: it has none.
    """
    if item.media_sha256 is None:
        raise NotFound(f"item {item.id!r} has no sound or video")
    return FileResponse(
        app.blobs.path(item.media_sha256),
        media_type=_PLAYABLE.get(item.kind, "application/octet-stream"),
        headers={"X-Content-Type-Options": "nosniff", "Cache-Control": "private, max-age=3600"},
    )


def _citable(app: App, item_id: str, _user_id: str | None) -> Item:
    """The item, if it may be cited and its twin is published.

    Raises:
        NotFound: otherwise; a private item looks like none.
    """
    item = items.item(app.db, item_id)
    if not may(item, "cite", consents=active_ids(app.db, item.creator, app.clock.now())):
        raise NotFound(f"no item {item_id!r}")
    app.published(item.creator)
    return item
