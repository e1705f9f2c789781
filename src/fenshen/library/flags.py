"""Signs that an item holds somebody else's music or footage, each with a reason a creator can check. Pure.

    title, file name, description, tags, lines → flags

Signs, not proof: a flagged item is not learned, spoken or sung until its creator confirms it. Knows nothing
about what a flag prevents.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from fenshen.library.licences import read_licence

#: From this share of lines that only say "music is playing" the item is a song, not a talk with a jingle.
MUSIC_SHARE_MIN = 0.3
MUSIC_LINES_MIN = 4
LINES_READ = 2_000
#: How close a creator's name must stand to "all rights reserved" to be the one who reserves them.
_NEAR_CHARS = 80
_DESCRIPTION_CHARS = 5_000

_TITLES: tuple[tuple[str, str, re.Pattern[str]], ...] = (
    (
        "cover",
        "a cover of somebody else's song",
        re.compile(
            r"[(\[（【][^)\]）】]{0,80}\bcover\b[^)\]）】]{0,80}[)\]）】]|\bcover (?:version|song)\b|[-–—|]\s*(?:\w+ ){0,3}cover\s*$|翻唱",
            re.I,
        ),
    ),
    ("featuring", "a work with a guest", re.compile(r"(?<![\w.])(?i:feat\.?|ft\.|featuring)\s+[^\W\d_a-z]")),
    (
        "reaction",
        "a reaction to somebody else's video",
        re.compile(
            r"\breact(?:s|ing|ion)? (?:to|video)\b|[(\[（【][^)\]）】]{0,80}\breaction\b|反应视频|观看反应",
            re.I,
        ),
    ),
    (
        "official",
        "somebody's official release",
        re.compile(
            r"\bofficial (?:music |lyrics? )?(?:video|audio|trailer|visuali[sz]er|mv)\b|官方\s*(?:mv|预告|音频)",
            re.I,
        ),
    ),
    (
        "lyrics",
        "a song with its words",
        re.compile(r"\b(?:lyrics? video|karaoke)\b|[(\[]\s*lyrics\s*[)\]]|歌词版|伴奏", re.I),
    ),
    ("remix", "a remix", re.compile(r"\b(?:remix|mashup|bootleg)\b|混音版", re.I)),
)
_MUSIC_LINE = re.compile(
    r"^\W*(?:[♪♫♬]|[\[(（【]\s*(?:\w+ )?(?:music|singing|音乐|音樂|歌曲|歌声)[^\])）】]*[\])）】]\W*$)", re.I
)
_SUNG = re.compile(r"[♪♫♬]")
_OWNER_TAG = re.compile(
    r"^(?:artist|author|copyright|label|publisher|uploader|版权|作者|演唱)\s*[:=：]\s*(.+)$", re.I
)


@dataclass(frozen=True)
class Flag:
    """One sign.

    Attributes:
        code: which; stable.
        reason: it in words, in English.
        found: what was found, for saying it in other languages.
    """

    code: str
    reason: str
    found: str = ""

    @property
    def values(self) -> dict[str, str]:
        """What stands in the reason."""
        return {"found": self.found} if self.found else {}


def third_party_flags(
    titles: Sequence[str],
    lines: Iterable[str] = (),
    *,
    description: str = "",
    tags: Sequence[str] = (),
    own_names: Sequence[str] = (),
) -> tuple[Flag, ...]:
    """Why the item may be somebody else's work; empty when nothing says so.

    Args:
        titles: its title, file name and whatever else names it.
        lines: its text as it was written, of which the first 2,000 are read.
        description: what was published with it.
        tags: as the file holds them, `artist: Name` among them.
        own_names: names under which the creator publishes.
    """
    own = {_plain(name) for name in own_names if name.strip()}
    found = [_title_flag(code, means, pattern, titles) for code, means, pattern in _TITLES]
    found.append(_music_flag(list(islice(lines, LINES_READ))))
    found.append(_licence_flag(chain(titles, (description[:_DESCRIPTION_CHARS],)), own))
    found.append(_owner_flag(tags, own))
    return tuple(flag for flag in found if flag is not None)


def _title_flag(code: str, means: str, pattern: re.Pattern[str], titles: Sequence[str]) -> Flag | None:
    for title in titles:
        if match := pattern.search(title[:500]):
            found = match[0].strip()[:40]
            return Flag(code, f"its title says {found!r}, {means}", found)
    return None


def _music_flag(lines: Sequence[str]) -> Flag | None:
    sung = sum(1 for line in lines if _SUNG.search(line) or _MUSIC_LINE.match(line[:200]))
    if sung < MUSIC_LINES_MIN or sung < MUSIC_SHARE_MIN * len(lines):
        return None
    share = f"{round(100 * sung / len(lines))} %"
    return Flag("music", f"{share} of its lines are music or singing", share)


def _licence_flag(texts: Iterable[str], own: set[str]) -> Flag | None:
    for text in texts:
        for line in text.splitlines() or [text]:
            licence = read_licence(line[:1_000])
            if licence.non_commercial or licence.no_derivatives:
                return Flag("licence", f"it names the licence {licence.name[:60]!r}", licence.name[:60])
            if licence.reserved and not any(name in _plain(line) for name in own):
                return Flag("licence", f"it says {line.strip()[:60]!r}", line.strip()[:60])
    return None


def _owner_flag(tags: Sequence[str], own: set[str]) -> Flag | None:
    for tag in tags:
        match = _OWNER_TAG.match(tag.strip()[:300])
        if match and own and not any(name in _plain(match[1]) for name in own):
            return Flag("owner", f"its tags name {match[1].strip()[:60]!r}", match[1].strip()[:60])
    return None


def _plain(name: str) -> str:
    return " ".join(re.sub(r"[^\w\s]", " ", name.casefold()).split())
