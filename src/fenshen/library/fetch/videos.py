"""Channels, playlists and videos of YouTube and Bilibili, through yt-dlp: captions, or sound where there are none.

    URL → flat list → each video not here yet: facts → caption chosen → captions | sound → record

yt-dlp speaks to the sites by itself and not through the guard, so it is given only hosts of a fixed list, only
the extractors of these sites, no proxy, no cookies and no configuration of the machine. Its output goes to
the folder it is told. Knows nothing about what captions are worth (`captions`) or who wants them.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fenshen.core.clock import Clock, rfc3339
from fenshen.core.errors import BadInput, EngineMissing
from fenshen.core.progress import Progress
from fenshen.library.clean import clean_title
from fenshen.library.fetch.captions import READABLE, Caption, choose_caption, code_of
from fenshen.library.fetch.download import MEDIA
from fenshen.library.fetch.guarded import Guard
from fenshen.library.fetch.record import Fetched, Record, is_here, read_record, write_record
from fenshen.library.fetch.urls import Url, parse_url, shown
from fenshen.library.fetch.wanted import ENTRIES_MAX, Wanted
from fenshen.library.fetch.wire import Limits
from fenshen.library.files import Skipped
from fenshen.library.names import make_date
from fenshen.library.stated import Stated, from_json

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


def stated_by(info: Mapping[str, Any], wanted: Wanted) -> Stated:
    """What a site says of a video, checked like everything from outside."""
    caption = choose_caption(info, wanted.languages)
    day = str(info.get("release_date") or info.get("upload_date") or "")
    published = (
        make_date(int(day[:4]), int(day[4:6]), int(day[6:])) if re.fullmatch(r"[0-9]{8}", day) else None
    )
    chapters = [
        {"start_s": one.get("start_time"), "title": one.get("title")}
        for one in info.get("chapters") or ()
        if isinstance(one, Mapping)
    ]
    stated = info.get("language")
    return from_json(
        {
            "title": info.get("title"),
            "published": published.isoformat() if published else None,
            "url": info.get("webpage_url"),
            "language": caption.language if caption else code_of(str(stated)) if stated else None,
            "kind": "video",
            "chapters": chapters,
        }
    )


def within_reach(entries: Any, wanted: Wanted) -> Iterator[Mapping[str, Any]]:
    """The entries of a list that can be wanted: no more than the newest asked for."""
    most = ENTRIES_MAX if wanted.newest is None else wanted.newest
    for position, entry in enumerate(entries):
        if position >= most:
            return
        if isinstance(entry, Mapping):
            yield entry


def address_of(entry: Mapping[str, Any]) -> str:
    """Where the page of an entry is."""
    return str(entry.get("webpage_url") or entry.get("url") or "")


def stem_of(entry: Mapping[str, Any]) -> str:
    """The name a video is kept under, the same in a list and on its own."""
    site = str(entry.get("extractor_key") or entry.get("ie_key") or "video").lower()
    return re.sub(r"[^A-Za-z0-9_-]+", "-", f"{site}-{entry.get('id')}")[:120]


def suffix_of(path: Path, caption: Caption | None) -> str:
    """Language and extension of the file, as subtitles are named."""
    return f".{caption.language}{path.suffix}" if caption and path.suffix[1:] in READABLE else path.suffix


def in_our_words(error: Exception) -> BadInput:
    """yt-dlp's message without its colours, prefixes and appeals."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", str(error)).removeprefix("ERROR: ")
    text = re.split(r"; please report|\. See +https|Use --|\n", text)[0].strip()
    return BadInput(
        f"the video site gives nothing: {shown(text) or type(error).__name__}", code="video_unavailable"
    )


#: Sites that yt-dlp is used for, each with all its subdomains. Fixed: nothing a user writes adds one.
HOSTS = ("youtube.com", "youtu.be", "youtube-nocookie.com", "bilibili.com", "b23.tv")
#: Hosts that only lead on.
SHORTENERS = ("b23.tv",)
#: A channel holds tabs, a tab holds lists, a list holds videos.
DEPTH_MAX = 4
#: Videos older than asked for, one after the other, before the rest is taken to be older too.
OLD_IN_A_ROW_MAX = 20


@dataclass(frozen=True)
class VideoSite:
    """Fetches from the sites in `HOSTS`.

    Attributes:
        guard: finds out where a short link leads.
        open_downloader: makes yt-dlp's object from its options; a test gives its own extractors.
        pause_s: between two requests to a site.
    """

    guard: Guard
    clock: Clock
    open_downloader: Opener | None = None
    pause_s: float = 0.5

    def covers(self, url: Url) -> bool:
        """Whether `url` is of one of the sites."""
        return _is_of(url.host, HOSTS)

    def collect(
        self, url: Url, folder: Path, wanted: Wanted, progress: Progress
    ) -> Iterator[Fetched | Skipped]:
        """Every wanted video behind `url`; those that are here already are not asked about again.

        Raises:
            EngineMissing: yt-dlp is not installed.
            BadInput: the URL leads to none of the sites, or what is there cannot be listed.
        """
        if _is_of(url.host, SHORTENERS):
            url = self._resolved(url)
        run = _Run(self.open_downloader or youtube_dl, self.clock, folder, wanted, progress, self.pause_s)
        yield from run.walk(str(url), None, 0)

    def _resolved(self, url: Url) -> Url:
        """Where a short link leads, which must be one of the sites."""
        try:
            with self.guard.get(url, Limits(seconds_max=20)) as answer:
                found = answer.url
        except BadInput as error:  # a site may refuse us and yet be where the link leads
            found = parse_url(str(error.details.get("reached", url)))
            if _is_of(found.host, SHORTENERS):
                raise
        if not self.covers(found):
            raise BadInput(f"{url} leads to {found.host}, which is no video site", code="refused_redirect")
        return found


class _Run:
    """One walk through a channel."""

    def __init__(
        self,
        open_downloader: Opener,
        clock: Clock,
        folder: Path,
        wanted: Wanted,
        progress: Progress,
        pause_s: float,
    ) -> None:
        self.open_downloader, self.clock, self.folder = open_downloader, clock, folder
        self.wanted, self.progress, self.pause_s = wanted, progress, pause_s
        self.taken = self.asked = self.missing = self.old_in_a_row = 0

    @property
    def is_over(self) -> bool:
        """Whether enough was taken, or only older videos follow."""
        most = ENTRIES_MAX if self.wanted.newest is None else self.wanted.newest
        return self.taken >= most or self.old_in_a_row >= OLD_IN_A_ROW_MAX

    def tell(self, title: str, share: float = 0.0) -> None:
        """Report the videos asked for so far, of those that are missing."""
        self.progress(self.asked + share, max(self.missing, self.asked + 1), clean_title(title))

    def _kept(self, stem: str | None) -> Record | None:
        record = read_record(self.folder, stem) if stem else None
        return record if record and is_here(self.folder, record) else None

    def walk(self, url: str, known_as: str | None, depth: int) -> Iterator[Fetched | Skipped]:
        """The video at `url`, or everything in the list at `url`."""
        if record := self._kept(known_as):
            self.taken += 1
            yield Fetched(self.folder / record.files[0], record.stated, is_new=False)
            return
        self.asked += 1
        try:
            info = self._extract(url)
            entries = info.get("entries")
            if entries is None:
                if video := self._video(info):
                    self.taken += 1
                    yield video
                return
        except BadInput as error:
            yield Skipped(shown(url), error.code, error.message)
            return
        yield from self._list(entries, depth)

    def _list(self, entries: Any, depth: int) -> Iterator[Fetched | Skipped]:
        found = [entry for entry in within_reach(entries, self.wanted) if address_of(entry)]
        # What is here takes no time and would mislead the time left; a list counts as what is in it.
        self.missing += sum(self._kept(stem_of(entry)) is None for entry in found)
        self.asked -= 1
        for entry in found:
            if self.is_over or depth >= DEPTH_MAX:
                return
            self.tell(str(entry.get("title") or ""))
            yield from self.walk(address_of(entry), stem_of(entry), depth + 1)

    def _extract(self, url: str) -> Mapping[str, Any]:
        """What yt-dlp knows of `url`, without fetching any of it; lists stay unopened."""
        if not _is_of(parse_url(url).host, HOSTS):
            raise BadInput("the list leads to another site; add that address itself", code="refused_redirect")
        options = download_options(self.wanted.newest, self.pause_s) | {
            "extract_flat": "in_playlist",
            "lazy_playlist": False,
        }
        info = self._yt_dlp(options, lambda downloader: downloader.extract_info(url, download=False))
        if not isinstance(info, Mapping):
            raise BadInput("nothing is there", code="not_found")
        return info

    def _video(self, info: Mapping[str, Any]) -> Fetched | None:
        """Fetch one video; `None` if it is older than asked for."""
        stated = stated_by(info, self.wanted)
        is_old = self.wanted.since and stated.published and stated.published < self.wanted.since
        self.old_in_a_row = self.old_in_a_row + 1 if is_old else 0
        if is_old:
            return None
        if info.get("is_live") or info.get("live_status") == "is_upcoming":
            raise BadInput("it is live or still to come; try again afterwards", code="try_later")
        stem = stem_of(info)
        caption = choose_caption(info, self.wanted.languages)
        found = self._captions(info, stem, caption) if caption else None
        caption = caption if found else None
        if not (found := found or self._fetch(info, stem, None)):
            raise BadInput("neither captions nor sound can be had", code="not_found")
        path = self.folder / f"{stem}{suffix_of(found, caption)}"
        shutil.move(found, path)
        shutil.rmtree(found.parent, ignore_errors=True)
        record = Record(str(stated.url), (path.name,), fetched=rfc3339(self.clock.now()), stated=stated)
        write_record(self.folder, stem, record)
        return Fetched(path, stated, is_new=True)

    def _captions(self, info: Mapping[str, Any], stem: str, caption: Caption) -> Path | None:
        """The captions, or `None` where they are announced and cannot be had."""
        try:
            return self._fetch(info, stem, caption)
        except BadInput:
            return None

    def _fetch(self, info: Mapping[str, Any], stem: str, caption: Caption | None) -> Path | None:
        """The captions, or the sound if there are none, in a place for unfinished things."""
        unfinished = self.folder / ".unfinished" / stem
        options = download_options(self.wanted.newest, self.pause_s) | {
            "paths": {"home": str(unfinished)},
            "outtmpl": {"default": f"{stem}.%(ext)s"},
        }
        options |= (
            _captions_only(caption) if caption else {"writesubtitles": False, "writeautomaticsub": False}
        )
        options["progress_hooks"] = [self._hook(str(info.get("title") or ""))]
        done = self._yt_dlp(
            options, lambda downloader: downloader.process_ie_result(dict(info), download=True)
        )
        found = [*((done or {}).get("requested_subtitles") or {}).values()] if caption else []
        found += [*(done or {}).get("requested_downloads", ())] if not caption else []
        paths = [Path(one["filepath"]) for one in found if one.get("filepath")]
        return next((path for path in paths if path.is_file() and path.is_relative_to(unfinished)), None)

    def _hook(self, title: str) -> Callable[[Mapping[str, Any]], None]:
        ends = self.clock.monotonic() + MEDIA.seconds_max

        def hook(state: Mapping[str, Any]) -> None:
            if self.clock.monotonic() > ends:
                raise BadInput(f"it took longer than {MEDIA.seconds_max / 3600:.0f} h", code="timeout")
            had = state.get("downloaded_bytes") or 0
            if had > MEDIA.bytes_max:
                raise BadInput(f"it is larger than {MEDIA.bytes_max >> 30} GiB", code="too_large")
            whole = state.get("total_bytes") or state.get("total_bytes_estimate") or 0
            share = min(1.0, had / whole) if whole else 0.0
            self.tell(title, share - 1)  # the one at hand is asked for already

        return hook

    def _yt_dlp(self, options: dict[str, Any], work: Callable[[Any], Any]) -> Any:
        """Let yt-dlp do `work`; what it cannot do is `BadInput` in its own words."""
        with self.open_downloader(options) as downloader:
            try:
                return work(downloader)
            except (BadInput, EngineMissing, KeyboardInterrupt):
                raise
            # yt-dlp has dozens of error types, and a site that changed makes its extractors raise any other.
            except Exception as error:
                raise in_our_words(error) from error


def _captions_only(caption: Caption) -> dict[str, Any]:
    return {
        "skip_download": True,
        "writesubtitles": True,
        "writeautomaticsub": caption.is_automatic,
        "subtitleslangs": [re.escape(caption.key)],
    }


def _is_of(host: str, sites: tuple[str, ...]) -> bool:
    return any(host == site or host.endswith(f".{site}") for site in sites)
