"""Generated files as downloads: only what is sealed, each written into the audit log.

Knows nothing about how a file is made.
"""

from __future__ import annotations

from urllib.parse import quote

from fastapi import Response

from fenshen.trust.labels import Sealed, SoundFile, record_file
from fenshen.wiring import App

_SOUND_TYPES = {
    "wav": "audio/wav",
    "mp3": "audio/mpeg",
    "flac": "audio/flac",
    "ogg": "audio/ogg",
}


def sealed_download(
    app: App, actor: str, subject: str, sealed: Sealed[str] | Sealed[SoundFile], name: str
) -> Response:
    """The file for `actor`, of the twin `subject`, to be kept under `name`; the label also goes as a header."""
    record_file(app.db, app.clock, actor, subject, sealed)
    content = sealed.content
    if isinstance(content, SoundFile):
        body, media_type = content.data, _SOUND_TYPES[content.format]
    else:
        body, media_type = content.encode(), "text/markdown; charset=utf-8"
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}", "AIGC": sealed.aigc}
    return Response(body, media_type=media_type, headers=headers)
