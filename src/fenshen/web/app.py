"""The web application: routes, pages, security headers, and the clock that ticks live calls."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import AsyncIterator
from pathlib import Path

from fastapi import Depends, FastAPI, Response
from fastapi.responses import FileResponse, JSONResponse
from fastapi.staticfiles import StaticFiles

from fenshen import __version__
from fenshen.background import runner
from fenshen.core.clock_mark import keep_mark
from fenshen.core.errors import AppError, NotFound
from fenshen.core.settings import Settings
from fenshen.trust.creators import list_creators
from fenshen.web.deps import refuse_ambiguous_json
from fenshen.web.errors import PAGE, add_error_handlers
from fenshen.web.headers import ApiFromAnywhere, KnownHosts, SecurityHeaders
from fenshen.web.limits import RequestLimits
from fenshen.web.openai import routes as openai
from fenshen.web.routes import (
    accounts,
    calls,
    conversations,
    examples,
    health,
    intakes,
    library,
    packages,
    people,
    personal,
    rights,
    studio,
    taste,
    thumbs,
    training,
    twins,
    versions,
    voices,
    wallet,
)
from fenshen.web.searching import Searching
from fenshen.web.streams import Streams
from fenshen.wiring import App

STATIC = Path(__file__).parent / "static"
TICK_S = 1.0
KEEP_TIME_S = 60.0
#: Between commits of 256 passages, which take about as long to embed on two cores.
EMBED_REST_S = 20.0
_log = logging.getLogger(__name__)


def create_api(app: App) -> FastAPI:
    """The ASGI application of one installation."""

    @contextlib.asynccontextmanager
    async def lifespan(_api: FastAPI) -> AsyncIterator[None]:
        await asyncio.to_thread(app.topups.recover)
        ticking = asyncio.create_task(_tick(app))
        timing = asyncio.create_task(_keep_time(app))
        warming = asyncio.create_task(app.warm_up())
        leaving = threading.Event()
        embedding = asyncio.create_task(asyncio.to_thread(_embed_rest, app, leaving))
        working = runner(app)
        working.start()
        yield
        leaving.set()
        await embedding
        for task in (ticking, timing, warming):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await asyncio.to_thread(working.close)
        await app.close()

    api = FastAPI(
        title="fenshen",
        version=__version__,
        summary="AI twins that are retrained on their creator's library and paid by the second.",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        dependencies=[Depends(refuse_ambiguous_json)],
    )
    api.state.app = app
    api.state.streams = Streams()
    api.state.searching = Searching(app.clock)
    add_error_handlers(api)
    api.add_middleware(RequestLimits)
    api.add_middleware(ApiFromAnywhere)
    api.add_middleware(KnownHosts, public_url=app.settings.public_url)
    api.add_middleware(SecurityHeaders)
    for router in (
        accounts.router,
        twins.router,
        calls.router,
        conversations.router,
        thumbs.router,
        wallet.router,
        wallet.providers,
        wallet.admin,
        studio.router,
        taste.router,
        examples.router,
        versions.router,
        training.router,
        intakes.router,
        library.router,
        rights.router,
        voices.router,
        personal.router,
        packages.router,
        people.router,
        openai.router,
        health.router,
    ):
        api.include_router(router)
    api.router.routes.extend(openai.NOT_OFFERED)
    _serve_pages(api)
    return api


def create_default_api() -> FastAPI:
    """The ASGI application of the installation that the environment names, for ASGI servers."""
    return create_api(App(Settings()))


async def _tick(app: App) -> None:
    """Every second, let time pass for live calls and finish deletions; a failure is logged and tried again."""
    while True:
        try:
            await app.calls.tick()
        except Exception:
            _log.exception("ticking the calls failed")
        try:
            await asyncio.to_thread(app.db.scrub_rest)
        except Exception:
            _log.exception("deleted words stay in the write-ahead log for now")
        await asyncio.sleep(TICK_S)


async def _keep_time(app: App) -> None:
    """Every minute, remember how late it is."""
    while True:
        await asyncio.sleep(KEEP_TIME_S)
        try:
            await asyncio.to_thread(keep_mark, app.db, app.clock)
        except Exception:
            _log.exception("the time was not kept")


def _embed_rest(app: App, leaving: threading.Event) -> None:
    """Give passages their vectors that an ingest left without; calls come first, so it rests in between."""
    for creator in list_creators(app.db):
        try:
            app.library.embed_rest(creator.slug, lambda: leaving.wait(EMBED_REST_S))
        except AppError as error:
            _log.warning("search by meaning stays incomplete for %s: %s", creator.slug, error.message)


def _serve_pages(api: FastAPI) -> None:
    """The built front end: its files under `/assets`, the API at `/docs`, its one page for every other address."""
    if (STATIC / "assets").is_dir():
        api.mount("/assets", StaticFiles(directory=STATIC / "assets"), name="assets")

    @api.api_route("/{path:path}", methods=["GET", "HEAD"], include_in_schema=False, name=PAGE)
    def page(path: str) -> Response:
        if path.startswith("api/"):
            raise NotFound(f"no such address: /{path}")
        if (file := _static_file(path)) is not None:
            return FileResponse(file)
        index = STATIC / ("docs.html" if path == "docs" else "index.html")
        if not index.is_file():
            return JSONResponse({"detail": "the pages are not built; run `make web`"}, 503)
        return FileResponse(index, headers={"Cache-Control": "no-cache"})


def _static_file(path: str) -> Path | None:
    """The file of the built pages at `path`; None for anything outside of them or impossible to name."""
    try:
        file = (STATIC / path).resolve()
        return file if path and file.is_relative_to(STATIC) and file.is_file() else None
    except (OSError, ValueError):
        return None
