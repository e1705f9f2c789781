"""Published twins, search in their libraries, and the items a citation opens."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import FileResponse

from fenshen.core.errors import AppError, BadInput, Unauthenticated
from fenshen.library.seen import GAP, Line
from fenshen.training.versions import all_published, numbers
from fenshen.twin.changes import Changes
from fenshen.twin.citations import RetrievedPassage, item_url
from fenshen.web.deps import AppDep, UserDep, VisitorDep
from fenshen.web.playing import media_response
from fenshen.web.schemas import (
    ItemOut,
    LineOut,
    SearchHit,
    SearchResult,
    TwinCard,
    TwinChangeOut,
    TwinDetail,
)
from fenshen.web.searching import VISITOR_HITS_MAX, Searching, excerpt
from fenshen.web.shapes import twin_card, twin_detail

router = APIRouter(prefix="/api", tags=["twins"])


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
    found = Changes(app.db, app.clock).unread(user.id, slug)
    return [
        TwinChangeOut(id=one.id, kind=one.kind, number=one.number, note=one.note, at=one.at) for one in found
    ]


@router.post("/twins/{slug}/changes/{change_id}/read", status_code=204)
def mark_change_read(
    slug: str, change_id: Annotated[int, Path(ge=0, le=2**31 - 1)], user: UserDep, app: AppDep
) -> None:
    """This fan has read of the changes up to this one."""
    app.published(slug)
    Changes(app.db, app.clock).mark_read(user.id, slug, change_id)


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

    def look_up() -> tuple[RetrievedPassage, ...]:
        app.published(slug)
        return app.retriever.retrieve(slug, query, limit=limit, about_only=True).found

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
def show_item(item_id: str, app: AppDep, _user: VisitorDep) -> ItemOut:
    """An item of a published library: what its creator says in it, and gaps where others speak."""
    persona = app.published(app.viewing.creator_of(item_id)).persona
    seen = app.viewing.item(item_id, persona.name)
    item = seen.item
    return ItemOut(
        id=item.id,
        twin=item.creator,
        title=seen.title,
        kind=item.kind,
        published=item.published,
        language=item.language,
        duration_s=item.duration_s,
        media_url=f"/api/items/{item.id}/media" if seen.can_be_played else None,
        passages=[_line(number, line) for number, line in enumerate(seen.lines)],
    )


@router.get("/items/{item_id}/media")
def play_item(item_id: str, app: AppDep, user: VisitorDep) -> FileResponse:
    """The sound or video of an item in which nobody but its creator is heard; range requests are answered."""
    app.published(app.viewing.creator_of(item_id))
    if user is None:
        raise Unauthenticated("log in to listen")
    return media_response(app, app.viewing.played(item_id))


def _line(number: int, line: Line) -> LineOut:
    passage = line.passage
    if passage is None:
        return LineOut(
            id=f"gap-{number}", start_s=None, end_s=None, anchor="", speaker=None, text=GAP, is_gap=True
        )
    names = ("id", "start_s", "end_s", "anchor", "text")
    return LineOut(**{name: getattr(passage, name) for name in names}, speaker=line.speaker, is_gap=False)
