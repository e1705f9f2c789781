"""How long reading a file will take, guessed from its name and size: only to show how far an ingest is. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

#: Expected speeds on two cores, only to weigh text against sound in the progress.
TEXT_BYTES_PER_S = 1_000_000
HEARD_S_PER_S = 15.0
#: Bytes of a recording a second, as a guess before it is opened: films are larger and take as long.
MEDIA_BYTES_PER_S = 60_000
_SOUND = ".mp3 .m4a .wav .flac .ogg .opus .aac .aiff .wma"
_FILMS = ".mp4 .m4v .mov .mkv .webm .avi .flv .wmv .mpg .mpeg .ts"
MEDIA_NAMES = frozenset(f"{_SOUND} {_FILMS}".split())
SUBTITLE_NAMES = (".srt", ".vtt", ".ass", ".ssa", ".lrc", ".ttml")


def weigh(path: Path, size: int, same_stem: Iterable[str]) -> float:
    """Expected seconds of work on a file of `size` bytes.

    Sound is weighed by its likely length, unless subtitles of the same stem lie beside it.
    """
    is_media = path.suffix.lower() in MEDIA_NAMES
    if is_media and not any(name.lower().endswith(SUBTITLE_NAMES) for name in same_stem):
        return size / MEDIA_BYTES_PER_S / HEARD_S_PER_S + 0.1
    return (0 if is_media else size) / TEXT_BYTES_PER_S + 0.001
