"""yt-dlp, and what it may do: two sites, no proxy, no cookies, nothing from the machine's configuration.

Knows nothing about what is fetched with it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fenshen.core.errors import EngineMissing
from fenshen.library.fetch.captions import READABLE
from fenshen.library.fetch.download import MEDIA

#: The only extractors there are, so that nothing a site answers makes yt-dlp open another one.
EXTRACTORS = ("youtube.*", "bilibili.*")

#: Makes a `yt_dlp.YoutubeDL`, or what stands in for one.
Opener = Callable[[dict[str, Any]], Any]


def youtube_dl(options: dict[str, Any]) -> Any:
    """yt-dlp's own object.

    Raises:
        EngineMissing: it is not installed.
    """
    try:
        import yt_dlp
    except ImportError as error:
        raise EngineMissing("videos need yt-dlp; install it with: pip install 'fenshen[fetch]'") from error
    return yt_dlp.YoutubeDL(options)


def download_options(newest: int | None, pause_s: float) -> dict[str, Any]:
    """What yt-dlp may do, whatever it is asked for."""
    return {
        "allowed_extractors": list(EXTRACTORS),
        "cachedir": False,
        "color": "never",
        "cookiefile": None,
        "enable_file_urls": False,
        "fixup": "never",
        "format": "bestaudio[ext=m4a]/bestaudio/best",
        "hls_prefer_native": True,
        "logger": _Silence(),
        "max_filesize": MEDIA.bytes_max,
        "noprogress": True,
        "playlistend": newest,
        "proxy": "",
        "quiet": True,
        "retries": 3,
        "sleep_interval_requests": pause_s,
        "socket_timeout": MEDIA.stall_s,
        "subtitlesformat": "/".join(READABLE),
        "writeautomaticsub": True,
        "writesubtitles": True,
    }


class _Silence:
    """A logger for yt-dlp that says nothing: what matters is raised."""

    def debug(self, message: str) -> None:
        """Ignored."""

    warning = error = debug
