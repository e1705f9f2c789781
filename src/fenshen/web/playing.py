"""The sound or video of an item as a response. Knows nothing about who may hear it."""

from __future__ import annotations

from fastapi.responses import FileResponse

from fenshen.core.errors import NotFound
from fenshen.library.items import Item
from fenshen.wiring import App

#: Sent for media whose type the library does not know.
_PLAYABLE = {"audio": "audio/wav", "video": "video/mp4"}


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
