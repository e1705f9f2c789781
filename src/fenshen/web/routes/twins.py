"""Published twins, search in their libraries, and the items a citation opens."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import FileResponse

from fenshen.core.errors import AppError, BadInput, Unauthenticated
from fenshen.library.persona import Persona
from fenshen.library.seen import GAP, Line
from fenshen.training.versions import all_published, numbers
from fenshen.trust.labels import chat_notice
from fenshen.twin.changes import Changes
from fenshen.twin.citations import RetrievedPassage, item_url
from fenshen.twin.serving import Serving
from fenshen.web.deps import AppDep, UserDep, VisitorDep
from fenshen.web.playing import media_response
from fenshen.web.schemas.twins import (
    ItemOut,
    LineOut,
    SearchHit,
    SearchResult,
    TwinCard,
    TwinChangeOut,
    TwinDetail,
)
from fenshen.web.searching import VISITOR_HITS_MAX, Searching, excerpt

router = APIRouter(prefix="/api", tags=["twins"])


def notices(persona: Persona) -> dict[str, str]:
    """The standing AI notice in every language."""
    return {"en": chat_notice(persona.name, "en"), "zh": chat_notice(persona.name_zh or persona.name, "zh")}


@router.get("/twins")
def list_twins(app: AppDep) -> list[TwinCard]:
    """Every twin that can be talked to now."""
    cards = []
    for version in all_published(app.db):
        try:
            cards.append(_card(app.published(version.creator)))
        except AppError:
            continue
    return cards


@router.get("/twins/{slug}")
def show_twin(slug: str, app: AppDep) -> TwinDetail:
    """One published twin."""
    serving = app.published(slug)
    persona = serving.persona
    return TwinDetail.of(
        _card(serving),
        version=numbers(app.db, slug)[serving.version.id],
        greeting=persona.greeting,
        starters={code: texts for code, texts in persona.starters.items() if code in serving.languages},
        notice=notices(persona),
    )


@router.get("/twins/{slug}/changes")
def list_changes(slug: str, user: UserDep, app: AppDep) -> list[TwinChangeOut]:
    """How the twin has changed since this fan last got an answer of it, newest first; each is told once."""
    app.published(slug)
    found = Changes(app.db, app.clock).unread(user.id, slug)
    return [TwinChangeOut.of(change) for change in found]


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
        SearchHit.of(
            hit.passage,
            rank=rank,
            passage_id=hit.passage.id,
            title=hit.title,
            kind=hit.kind,
            published=hit.published,
            start_s=None if hit.passage.start_s is None else int(hit.passage.start_s),
            text=hit.passage.text if user is not None else excerpt(hit.passage.text, query),
            url=item_url(slug, hit.passage.item_id, hit.passage.anchor),
        )
        for rank, hit in enumerate(found, 1)
    ]
    return SearchResult(query=q, hits=hits)


@router.get("/items/{item_id}")
def show_item(item_id: str, app: AppDep, _user: VisitorDep) -> ItemOut:
    """An item of a published library: what its creator says in it, and gaps where others speak."""
    persona = app.published(app.viewing.creator_of(item_id)).persona
    seen = app.viewing.item(item_id, persona.name)
    item = seen.item
    return ItemOut.of(
        item,
        twin=item.creator,
        title=seen.title,
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
    return LineOut.of(passage, speaker=line.speaker, is_gap=False)


def _card(serving: Serving) -> TwinCard:
    """A twin on the discover page."""
    version = serving.version
    return TwinCard.of(
        serving,
        name=serving.persona.name,
        name_zh=serving.persona.name_zh,
        tagline=serving.persona.tagline,
        about=serving.persona.about,
        version_id=version.id,
        published_at=version.published_at,
    )
