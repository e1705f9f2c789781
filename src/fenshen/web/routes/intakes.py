"""Files on their way into a library: uploaded in pieces, read in the background, paused and resumed. Owner only."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request

from fenshen.core.errors import BadInput, Conflict
from fenshen.core.note import Note
from fenshen.core.progress import seconds_left
from fenshen.library.fetch.urls import is_url
from fenshen.library.intake.watching import FileNews
from fenshen.studio.import_batches import ImportBatch
from fenshen.web.deps import AppDep, StudioDep, UserDep
from fenshen.web.schemas.intakes import (
    PATH_CHARS_MAX,
    FileOut,
    IntakeDetail,
    IntakeOut,
    ReceivedOut,
    UrlIn,
)
from fenshen.wiring import App

router = APIRouter(prefix="/api/studio/{slug}/library/intakes", tags=["library"])


@router.get("")
def list_intakes(creator: StudioDep, app: AppDep) -> list[IntakeOut]:
    """The newest first."""
    return [_out(app, batch) for batch in app.imports.recent(creator.slug)]


@router.post("", status_code=201)
def begin_intake(creator: StudioDep, user: UserDep, app: AppDep) -> IntakeOut:
    """A new intake that collects files.

    Without the creator's consent to learn nothing is collected.
    """
    app.library.check_consent(creator.slug)
    return _out(app, app.imports.begin(creator.slug, user.id))


@router.get("/{intake_id}")
def show_intake(intake_id: str, creator: StudioDep, app: AppDep) -> IntakeDetail:
    """How far it is, and its files: those at hand first, then what was skipped and why."""
    found = app.imports.get(creator.slug, intake_id)
    files = [_file(file) for file in app.imports.files(found.id)]
    return IntakeDetail.of(_out(app, found), files=files)


@router.put("/{intake_id}/files")
async def upload(
    intake_id: str,
    request: Request,
    creator: StudioDep,
    app: AppDep,
    path: Annotated[str, Query(min_length=1, max_length=PATH_CHARS_MAX)],
    offset: Annotated[int, Query(ge=0)] = 0,
    last: bool = False,
) -> ReceivedOut:
    """A piece of a file, at most 32 MiB; the body is its bytes. `offset` says where they belong."""
    found = app.imports.get(creator.slug, intake_id)
    if found.status != "collecting":
        raise Conflict(f"intake {intake_id!r} is {found.status}; begin another", code="not_collecting")
    uploads = app.imports.uploads(creator.slug)
    received = await uploads.take(path, offset, request.stream(), last=last)
    if last:
        app.imports.add_root(found, uploads.root_of(path))
    return ReceivedOut(path=path, received=received)


@router.post("/{intake_id}/urls")
def add_url(intake_id: str, body: UrlIn, creator: StudioDep, app: AppDep) -> IntakeOut:
    """Something on the web to fetch: a page, a feed, a channel, a file. It is fetched when reading begins."""
    if not is_url(body.url):
        raise BadInput(f"{body.url!r} is no http or https address", code="bad_url")
    app.imports.add_root(app.imports.get(creator.slug, intake_id), body.url)
    return _out(app, app.imports.get(creator.slug, intake_id))


@router.get("/{intake_id}/files")
def show_received(
    intake_id: str,
    creator: StudioDep,
    app: AppDep,
    path: Annotated[str, Query(min_length=1, max_length=PATH_CHARS_MAX)],
) -> ReceivedOut:
    """How much of a file has arrived, to go on with an upload that broke off."""
    app.imports.get(creator.slug, intake_id)
    return ReceivedOut(path=path, received=app.imports.uploads(creator.slug).size(path))


@router.post("/{intake_id}/start")
def start(intake_id: str, creator: StudioDep, app: AppDep) -> IntakeOut:
    """Read what has arrived; after a pause or a failure, go on."""
    return _out(app, app.imports.move(creator.slug, intake_id, "waiting"))


@router.post("/{intake_id}/pause")
def pause(intake_id: str, creator: StudioDep, app: AppDep) -> IntakeOut:
    """Stop reading; what is stored stays, and `start` goes on."""
    return _out(app, app.imports.move(creator.slug, intake_id, "paused"))


@router.post("/{intake_id}/cancel")
def cancel(intake_id: str, creator: StudioDep, app: AppDep) -> IntakeOut:
    """Stop for good; what is stored stays."""
    return _out(app, app.imports.move(creator.slug, intake_id, "cancelled"))


def _file(news: FileNews) -> FileOut:
    return FileOut.of(news, why=Note(news.note).known_as(news.code or "") if news.note else None)


def _out(app: App, batch: ImportBatch) -> IntakeOut:
    elapsed_s = (app.clock.now() - batch.began).total_seconds() if batch.began else 0.0
    is_running = batch.status == "running"
    return IntakeOut.of(
        batch,
        seconds_left=seconds_left(elapsed_s, batch.done, batch.total) if is_running else None,
        report=batch.result or None,
        error=batch.error or None,
    )
