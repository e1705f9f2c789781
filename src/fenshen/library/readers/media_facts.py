"""What ffmpeg reports of a file it has opened, as facts: length, tracks, chapters, tags.

    report (stderr of `-i`) → tracks, length         ffmetadata (escaped, so nothing can pose) → tags, chapters

Pure. Lines of tracks are indented by exactly two spaces, values written by strangers by more, so a title
cannot pose as a track. Knows nothing about running ffmpeg.
Source: https://ffmpeg.org/ffmpeg-formats.html#Metadata-2
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from fenshen.library.clean import clean_title
from fenshen.library.document import Chapter
from fenshen.library.names import make_date, parse_date

CHAPTERS_MAX = 1000
#: A telephone has 8000 samples a second; below a quarter of that nothing can be said, and seconds become hours.
RATE_MIN = 2000
_DURATION = re.compile(r"^  Duration: (\d+):(\d\d):(\d\d)\.(\d+)", re.M)
_TRACK = re.compile(
    r"^  Stream #0:(\d+)(?:\[0x[0-9a-fA-F]+\])?(?:\((\w+)\))?: (Video|Audio|Subtitle): (\w+)([^\n]*)((?:\n    .*)*)",
    re.M,
)
_RATE = re.compile(r"\b(\d+) Hz\b")
_TRACK_TAG = re.compile(r"^ {6}(\w+) *: (.*)$", re.M)
_COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})$")
#: ISO 639-2 codes of tracks for the ISO 639-1 codes used everywhere else; unlisted ones are unknown.
_LANGUAGES = {
    **{
        "eng": "en",
        "chi": "zh",
        "zho": "zh",
        "cmn": "zh",
        "jpn": "ja",
        "kor": "ko",
        "ger": "de",
        "deu": "de",
    },
    **{
        "fre": "fr",
        "fra": "fr",
        "spa": "es",
        "ita": "it",
        "por": "pt",
        "rus": "ru",
        "dut": "nl",
        "nld": "nl",
    },
    **{
        "pol": "pl",
        "ara": "ar",
        "hin": "hi",
        "tur": "tr",
        "swe": "sv",
        "dan": "da",
        "nor": "no",
        "fin": "fi",
    },
    **{
        "vie": "vi",
        "tha": "th",
        "ind": "id",
        "ukr": "uk",
        "gre": "el",
        "ell": "el",
        "heb": "he",
        "cze": "cs",
    },
}


@dataclass(frozen=True)
class Track:
    """One track of a file.

    Attributes:
        number: its place among all tracks.
        codec: ffmpeg's name of how it is coded.
        language: ISO 639-1 code, if it states one that is known here.
        title: as it states it.
        flags: `default`, `forced`, `attached pic` and what else ffmpeg shows in brackets.
    """

    number: int
    kind: str
    codec: str
    language: str | None
    title: str
    flags: frozenset[str]


@dataclass(frozen=True)
class MediaFacts:
    """What a sound or video file says it holds; `duration_s` is `None` when it does not say."""

    duration_s: float | None
    has_picture: bool
    has_sound: bool
    tracks: tuple[Track, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    title: str | None = None
    artist: str | None = None
    published: date | None = None

    @property
    def cover(self) -> Track | None:
        """The picture that stands for the file, where one is attached."""
        return next((track for track in self.tracks if "attached pic" in track.flags), None)


def read_facts(report: bytes, metadata: bytes) -> MediaFacts:
    """The facts in ffmpeg's report of its input and in the `ffmetadata` it wrote."""
    told = report.decode("utf-8", errors="replace")
    told = told[told.find("Input #0") :].partition("\nOutput #0")[0].partition("\nStream mapping:")[0]
    tracks = tuple(_tracks(told))
    sections = list(_sections(metadata.decode("utf-8", errors="replace")))
    # Ogg and others keep their tags at the sound track.
    tags = {**_track_tags(told), **(sections[0][1] if sections else {})}
    return MediaFacts(
        duration_s=_seconds(told),
        has_picture=any(t.kind == "Video" and "attached pic" not in t.flags for t in tracks),
        has_sound=any(t.kind == "Audio" for t in tracks) and not _is_slow(told),
        tracks=tracks,
        chapters=tuple(_chapters(sections)),
        title=clean_title(tags.get("title", "")) or None,
        artist=clean_title(tags.get("artist", "")) or None,
        published=_day(tags.get("date", "")),
    )


def _tracks(told: str) -> Iterator[Track]:
    for number, language, kind, codec, rest, below in _TRACK.findall(told):
        named = dict(_tags(below))
        title = named.get("title") or named.get("handler_name", "")  # MP4 has only the latter
        flags = frozenset(re.findall(r"\(([a-z ]+)\)", rest))
        yield Track(int(number), kind, codec, _LANGUAGES.get(language), clean_title(title), flags)


def _tags(below: str) -> Iterator[tuple[str, str]]:
    return ((key.lower(), value.strip()) for key, value in _TRACK_TAG.findall(below))


def _track_tags(told: str) -> dict[str, str]:
    """The tags of the first sound track."""
    for _, _, kind, _, _, below in _TRACK.findall(told):
        if kind == "Audio":
            return dict(_tags(below))
    return {}


def _is_slow(told: str) -> bool:
    """Whether the first sound track has too few samples a second to hold speech."""
    rates = [_RATE.search(rest) for _, _, kind, _, rest, _ in _TRACK.findall(told) if kind == "Audio"]
    return bool(rates and rates[0] and int(rates[0][1]) < RATE_MIN)


def _seconds(told: str) -> float | None:
    match = _DURATION.search(told)
    if match is None:
        return None
    hours, minutes, seconds = (int(part) for part in match.groups()[:3])
    return hours * 3600 + minutes * 60 + seconds + float(f"0.{match[4]}")


def _sections(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Name and values of each section of ffmetadata; the first, unnamed one is the file's own."""
    name, values = "", dict[str, str]()
    # A backslash takes the meaning of `=`, `;`, `#`, itself and a line break.
    for line in re.findall(r"(?:\\(?:.|\n)|[^\\\n])+", text):
        if line.startswith("[") and line.endswith("]"):
            yield name, values
            name, values = line[1:-1], {}
        elif not line.startswith(";"):
            key, _, value = re.sub(r"\\([=;#\\\n])", _hidden, line).partition("=")
            values[_shown(key).lower()] = _shown(value)
    yield name, values


def _hidden(match: re.Match[str]) -> str:
    """An escaped character moved where no text is, until the key is split from its value."""
    return chr(0xF0000 + ord(match[1]))


def _shown(text: str) -> str:
    return "".join(chr(ord(c) - 0xF0000) if 0xF0000 <= ord(c) < 0xF0080 else c for c in text)


def _chapters(sections: list[tuple[str, dict[str, str]]]) -> Iterator[Chapter]:
    for values in [values for name, values in sections if name == "CHAPTER"][:CHAPTERS_MAX]:
        try:
            over, _, under = values.get("timebase", "1/1000000000").partition("/")
            start = int(values["start"]) * int(over) / int(under)
        except (KeyError, ValueError, ZeroDivisionError, OverflowError):
            continue
        if 0 <= start < 1e6 and (title := clean_title(values.get("title", ""))):
            yield Chapter(start, title)


def _day(text: str) -> date | None:
    """A whole day as ISO date or eight digits; a year alone is none."""
    if match := _COMPACT_DATE.match(text.strip()):
        return make_date(*(int(part) for part in match.groups()))
    return parse_date(text.strip())
