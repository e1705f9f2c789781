"""Is it alive, is it ready, how is it doing."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from fenshen.web.deps import AppDep, current_user, operator

router = APIRouter(tags=["health"])
_THIS_MACHINE = ("127.0.0.1", "::1")
_PASSED_ON = ("forwarded", "x-forwarded-for", "via")


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """The process answers: from the event loop itself, whatever its threads are busy with."""
    return {"status": "ok"}


@router.get("/readyz")
def readyz(app: AppDep) -> dict[str, str]:
    """The database answers too."""
    with app.db.read() as connection:
        connection.exec_driver_sql("SELECT 1")
    return {"status": "ready"}


@router.get("/metrics", include_in_schema=False)
def metrics(request: Request, app: AppDep) -> Response:
    """Prometheus metrics of the process: for this machine, and for an operator's key from elsewhere.

    A request that a proxy passed on comes from elsewhere, whatever address it has here. Where a proxy is known to
    stand before this server, or fans reach it by a name, any request may have come through it.
    """
    peer = request.client.host if request.client else ""
    behind_proxy = bool(app.settings.trusted_proxies or app.settings.public_url)
    if behind_proxy or peer not in _THIS_MACHINE or any(name in request.headers for name in _PASSED_ON):
        operator(current_user(request, app))
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
