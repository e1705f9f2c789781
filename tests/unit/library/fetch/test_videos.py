"""Channels through the real yt-dlp, with an extractor of our own in place of the live site."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from fenshen.core.clock import SystemClock
from fenshen.library.document import Chapter
from fenshen.library.fetch.collect import Collector
from fenshen.library.fetch.guarded import Guard
from fenshen.library.fetch.record import Fetched
from fenshen.library.fetch.urls import parse_url
from fenshen.library.fetch.videos import VideoSite, download_options, youtube_dl
from fenshen.library.fetch.wanted import Wanted
from fenshen.library.files import Skipped
from hostile_site import Site

yt_dlp = pytest.importorskip("yt_dlp")

VTT = "WEBVTT\n\n00:01.000 --> 00:04.000\nCitric acid takes the scale off.\n"
CHANNEL = "https://www.youtube.com/@mara"
WATCH = "https://www.youtube.com/watch?v="

Gather = Callable[..., list[Fetched | Skipped]]


@pytest.fixture
def shelf(site: Site) -> dict[str, dict[str, Any]]:
    """The videos of the pretended site, by id: what its extractor says of each."""
    local = f"http://127.0.0.1:{site.port}"
    site.page("/en.vtt", VTT)
    site.page("/de.vtt", VTT.replace("Citric acid", "Zitrone"))
    site.page("/heard.vtt", VTT.replace("Citric", "Sit trick"))
    site.page("/a.m4a", b"\0\0\0\x20ftypM4A " + bytes(5000))
    sound = [{"format_id": "140", "ext": "m4a", "url": f"{local}/a.m4a", "vcodec": "none", "acodec": "mp4a"}]
    film = [{"format_id": "18", "ext": "mp4", "url": f"{local}/film.mp4", "vcodec": "avc1", "acodec": "mp4a"}]
    captions = {key: [{"ext": "vtt", "url": f"{local}/{key}.vtt"}] for key in ("en", "de")}
    heard = {"en-orig": [{"ext": "vtt", "url": f"{local}/heard.vtt"}], "de": captions["de"]}
    facts = {"formats": film + sound, "language": "en", "duration": 5}
    return {
        "vid00000003": facts
        | {
            "title": "Descaling\u202e a kettle",
            "upload_date": "20240316",
            "subtitles": captions,
            "automatic_captions": heard,
            "chapters": [
                {"start_time": 0, "end_time": 2, "title": "Tools"},
                {"start_time": 2.5, "title": "Acid"},
            ],
        },
        "vid00000002": facts | {"title": "Clocks", "upload_date": "20240301", "automatic_captions": heard},
        "vid00000001": facts
        | {"title": "Silent", "upload_date": "20230101", "subtitles": {"de": captions["de"]}},
    }


@pytest.fixture
def opened(shelf: dict[str, dict[str, Any]]) -> list[str]:
    """The ids that were asked about, in order."""
    return []


@pytest.fixture
def strays() -> list[str]:
    """Addresses elsewhere that the channel's list names."""
    return []


@pytest.fixture
def downloader(
    shelf: dict[str, dict[str, Any]], opened: list[str], strays: list[str]
) -> Callable[[dict[str, Any]], Any]:
    """Makes yt-dlp's object with the pretended site's extractors and no others."""
    from yt_dlp.extractor.common import InfoExtractor
    from yt_dlp.utils import ExtractorError

    class YoutubePretendedIE(InfoExtractor):  # type: ignore[misc]
        IE_NAME = "youtube:pretended"
        _VALID_URL = r"https?://(?:www\.)?youtube\.com/watch\?v=(?P<id>\w{11})"

        def _real_extract(self, url: str) -> dict[str, Any]:
            video_id = self._match_id(url)
            opened.append(video_id)
            if video_id not in shelf:
                raise ExtractorError("Private video; please report this issue on https://x", expected=True)
            return {"id": video_id, "webpage_url": url, **shelf[video_id]}

    class YoutubePretendedTabIE(InfoExtractor):  # type: ignore[misc]
        IE_NAME = "youtube:pretendedtab"
        _VALID_URL = r"https?://(?:www\.)?youtube\.com/(?P<id>@[\w/]+)"

        def _real_extract(self, url: str) -> dict[str, Any]:
            tab = self._match_id(url)
            if "/" not in tab:  # a channel is a list of tabs
                entries = [self.url_result(f"{url}/videos", YoutubePretendedTabIE, f"{tab}-videos")]
            else:
                entries = [self.url_result(f"{WATCH}{key}", YoutubePretendedIE, key, key) for key in shelf]
                entries[1:1] = [self.url_result(url) for url in strays]
            return self.playlist_result(entries, tab, "Mara")

    def make(options: dict[str, Any]) -> Any:
        made = yt_dlp.YoutubeDL(options, auto_init=False)
        for extractor in (YoutubePretendedTabIE, YoutubePretendedIE):
            made.add_info_extractor(extractor(made))
        return made

    return make


@pytest.fixture
def gather(guard: Guard, tmp_path: Path, downloader: Callable[[dict[str, Any]], Any]) -> Gather:
    """Collect a URL of the pretended site."""

    def run(url: str = CHANNEL, **wanted: object) -> list[Fetched | Skipped]:
        site = VideoSite(guard, SystemClock(), downloader, pause_s=0)
        collector = Collector(guard, SystemClock(), site, Wanted(**wanted))  # type: ignore[arg-type]
        return list(collector.collect(url, tmp_path / "fetched"))

    return run


def fetched(found: list[Fetched | Skipped]) -> Iterator[Fetched]:
    for one in found:
        assert isinstance(one, Fetched), one
        yield one


def test_a_channel_becomes_captions_and_sound_only_where_there_are_none(gather: Gather, site: Site) -> None:
    """Written captions, else those the site heard, else the sound; no picture, no translation."""
    written, heard, silent = fetched(gather())
    assert (written.path.name, written.path.read_text()) == ("youtubepretended-vid00000003.en.vtt", VTT)
    assert (heard.path.suffix, "Sit trick" in heard.path.read_text()) == (".vtt", True)
    assert (silent.path.suffix, silent.path.stat().st_size) == (".m4a", 5012)
    assert not any(place.endswith(("/film.mp4", "/de.vtt")) for place in site.asked)
    seen = {path.name for path in written.path.parent.iterdir() if not path.name.startswith(".")}
    files = {name for name in seen if not name.endswith(".fenshen.json")}
    assert (files, len(seen)) == ({one.path.name for one in (written, heard, silent)}, 6)


def test_what_the_site_says_of_a_video_is_kept(gather: Gather) -> None:
    """Title without tricks, day, address, language and chapters."""
    first, *_ = fetched(gather(newest=1))
    facts = first.stated
    assert (facts.title, facts.published, facts.language) == ("Descaling a kettle", date(2024, 3, 16), "en")
    assert (facts.url, facts.kind) == (f"{WATCH}vid00000003", "video")
    assert facts.chapters == (Chapter(0.0, "Tools"), Chapter(2.5, "Acid"))


def test_a_second_run_asks_only_about_new_videos(
    gather: Gather, shelf: dict[str, dict[str, Any]], opened: list[str], site: Site
) -> None:
    """What is here is neither asked about nor fetched again; a new upload is."""
    first = list(fetched(gather()))
    opened.clear()
    site.seen.clear()
    again = list(fetched(gather()))
    assert ([one.path for one in again], opened, site.asked) == ([one.path for one in first], [], [])
    shelf["vid00000004"] = shelf["vid00000002"] | {"title": "New"}
    assert [one.is_new for one in fetched(gather())] == [False, False, False, True]
    assert opened == ["vid00000004"]


@pytest.mark.parametrize(
    ("wanted", "titles"),
    [
        ({"newest": 2}, ["Descaling a kettle", "Clocks"]),
        ({"since": date(2024, 3, 1)}, ["Descaling a kettle", "Clocks"]),
        ({"since": date(2025, 1, 1)}, []),
        ({}, ["Descaling a kettle", "Clocks", "Silent"]),
    ],
)
def test_only_recent_videos_if_asked(gather: Gather, wanted: dict[str, object], titles: list[str]) -> None:
    """By number or by day."""
    assert [one.stated.title for one in fetched(gather(**wanted))] == titles


def test_one_video_is_taken_by_its_address(gather: Gather) -> None:
    """No list is needed."""
    (one,) = fetched(gather(f"{WATCH}vid00000002"))
    assert one.stated.title == "Clocks"


def test_a_video_that_cannot_be_had_is_skipped(gather: Gather, shelf: dict[str, dict[str, Any]]) -> None:
    """Private, gone, live, or captions that lead nowhere: a code and the site's words, and the rest goes on."""
    shelf["vid00000002"]["automatic_captions"] = {}
    shelf["vid00000002"]["formats"] = []
    shelf["vid00000001"]["is_live"] = True
    private = gather(f"{WATCH}vid0000000x")
    assert [(one[1], "Private video" in one[2], "report" in one[2]) for one in private] == [
        ("video_unavailable", True, False)
    ]
    first, second, third = gather()
    assert isinstance(first, Fetched)
    assert (second[1], third[1]) == ("video_unavailable", "try_later")


def test_captions_that_lead_nowhere_make_way_for_the_sound(
    gather: Gather, shelf: dict[str, dict[str, Any]], site: Site
) -> None:
    """An announced caption file that is gone is no reason to lose the video."""
    del site.routes["/en.vtt"]
    (one,) = fetched(gather(f"{WATCH}vid00000003"))
    assert one.path.suffix == ".m4a"


@pytest.mark.parametrize(
    ("host", "is_site"),
    [
        ("www.youtube.com", True),
        ("youtu.be", True),
        ("m.youtube.com", True),
        ("space.bilibili.com", True),
        ("youtube.com.evil.example", False),
        ("notyoutube.com", False),
        ("youtube.com.", True),
        ("vimeo.com", False),
    ],
)
def test_yt_dlp_is_used_for_a_fixed_list_of_sites(guard: Guard, host: str, is_site: bool) -> None:
    """Everything else goes through the guard."""
    assert VideoSite(guard, SystemClock()).covers(parse_url(f"https://{host}/x")) is is_site


def test_a_list_that_leads_to_another_site_is_not_followed(
    gather: Gather, strays: list[str], site: Site, opened: list[str]
) -> None:
    """A site's answer cannot send yt-dlp to an address of the inside; the rest of the list is taken."""
    strays.append(f"http://127.0.0.1:{site.port}/admin")
    found = gather()
    assert [one[1] for one in found if isinstance(one, Skipped)] == ["refused_redirect"]
    assert len(found) == 4
    assert not any("/admin" in place for place in site.asked)


@pytest.fixture(scope="module")
def real() -> Iterator[Any]:
    """The real yt-dlp with our options; it is asked about addresses and sends nothing."""
    with youtube_dl(download_options(None, 0)) as made:
        yield made


def test_the_real_extractors_are_those_of_the_two_sites(real: Any) -> None:
    """YouTube and Bilibili, and not the extractor that opens anything."""
    names = {extractor.IE_NAME.lower() for extractor in real._ies.values()}
    assert names
    assert all(name.startswith(("youtube", "bilibili")) for name in names)


@pytest.mark.parametrize(
    ("url", "is_known"),
    [
        (f"{WATCH}dQw4w9WgXcQ", True),
        ("https://www.youtube.com/@mara/videos", True),
        ("https://www.youtube.com/playlist?list=PLxxxxxxxxxxxx", True),
        ("https://youtu.be/dQw4w9WgXcQ", True),
        ("https://www.bilibili.com/video/BV1GJ411x7h7", True),
        ("https://space.bilibili.com/1", True),
        ("https://example.com/x.mp4", False),
        ("http://127.0.0.1/", False),
    ],
)
def test_the_installed_yt_dlp_knows_these_addresses(real: Any, url: str, is_known: bool) -> None:
    """Whether an allowed extractor would take it."""
    assert any(extractor.suitable(url) for extractor in real._ies.values()) is is_known


@pytest.mark.parametrize(
    ("path", "code"), [("good", "not_found"), ("evil", "refused_redirect"), ("gone", "not_found")]
)
def test_a_short_link_is_followed_by_the_guard(
    guard: Guard,
    site: Site,
    downloader: Callable[[dict[str, Any]], Any],
    tmp_path: Path,
    path: str,
    code: str,
) -> None:
    """`b23.tv` leads to Bilibili, where yt-dlp goes on even if we are refused, and nowhere else."""
    site.redirect("b23.tv/good", "http://www.bilibili.com/video/BV1GJ411x7h7")
    site.redirect("b23.tv/evil", "http://evil.example/")
    site.routes["/video/BV1GJ411x7h7"] = lambda handler: handler.answer(412)
    site.page("evil.example/", b"x")
    asked: list[str] = []

    class Nothing:
        def __enter__(self) -> Nothing:
            return self

        def __exit__(self, *_: object) -> None:
            """Nothing to close."""

        def extract_info(self, url: str, download: bool) -> None:
            asked.append(url)

    collector = Collector(guard, SystemClock(), VideoSite(guard, SystemClock(), lambda options: Nothing()))
    (skipped,) = collector.collect(f"http://b23.tv/{path}", tmp_path)
    assert isinstance(skipped, Skipped)
    assert skipped.code == code
    assert asked == (["http://www.bilibili.com/video/BV1GJ411x7h7"] if path == "good" else [])
