"""Is it alive, is it ready, how is it doing."""

from __future__ import annotations

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from fenshen.web.deps import AppDep

router = APIRouter(tags=["health"])


@router.get("/healthz")
def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz")
def readyz(app: AppDep) -> dict[str, str]:
    """The database answers too."""
    with app.db.read() as connection:
        connection.exec_driver_sql("SELECT 1")
    return {"status": "ready"}


@router.get("/metrics", include_in_schema=False)
def metrics() -> Response:
    """Prometheus metrics of the process."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
