"""Tables in which people speak: which column holds their names, which their words. Pure.

    rows → `columns_of` (by what stands in them: times, names that come back, the longest text) → `spoken_rows`

Knows nothing about formats and the names of columns in exports.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from fenshen.library.dialogue.judging import TALK
from fenshen.library.dialogue.names import is_heading, is_name, is_personlike
from fenshen.library.dialogue.stamps import take_stamp

#: What heads the column of names in transcripts and in no other table.
_SPEAKERS = frozenset(
    [
        "speaker",
        "voice",
        "sprecher",
        "sprecherin",
        "locuteur",
        "hablante",
        "спикер",
        "发言人",
        "说话人",
        "話者",
        "発言者",
        "화자",
    ]
)
_SENTENCE_ENDS = tuple(".!?…。！？")
_EVEN_SHARE, _BACK_SHARE, _TALK_SHARE = 0.8, 0.8, 0.5


class Columns(NamedTuple):
    """Where a row says who speaks, what, and, if it does, when."""

    name: int
    text: int
    time: int | None


def columns_of(rows: Sequence[Sequence[str]], header: Sequence[str] = ()) -> Columns | None:
    """The columns of rows of one width; `None` where none is headed as speakers are, or holds names that come back."""
    width = Counter(map(len, rows)).most_common(1)[0][0] if rows else 0
    kept = [row for row in rows if len(row) == width]
    if width < 2 or len(kept) < 2 or len(kept) < _EVEN_SHARE * len(rows):
        return None
    columns = {at: [str(row[at]).strip() for row in kept] for at in range(width)}
    time = next((at for at, cells in columns.items() if all(map(_is_stamp, cells))), None)
    others = {at: cells for at, cells in columns.items() if at != time}
    named = [at for at, cell in enumerate(header) if at in others and _heads_speakers(cell)]
    name = next((at for at in [*named, *others] if _are_names(others[at], is_headed=at in named)), None)
    if name is None or len(others) < 2:
        return None
    return Columns(
        name, max((at for at in others if at != name), key=lambda at: sum(map(len, columns[at]))), time
    )


def spoken_rows(rows: Sequence[Sequence[str]], header: Sequence[str] = ()) -> list[str] | None:
    """Each row as `name: words`, where the rows are what people say: by the time, the header or the words."""
    found = columns_of(rows, header)
    if found is None or not all(len(row) == len(rows[0]) for row in rows):
        return None
    talking = sum(bool(TALK.search(row[found.text])) for row in rows)
    headings = sum(is_heading(row[found.name]) for row in rows)
    persons = sum(is_personlike(row[found.name]) for row in rows)
    sentences = sum(row[found.text].rstrip().endswith(_SENTENCE_ENDS) for row in rows)
    is_talk = talking >= _TALK_SHARE * len(rows) or (
        persons * 2 >= len(rows) and sentences >= _EVEN_SHARE * len(rows)
    )
    is_said = found.time is not None or any(map(_heads_speakers, header))
    if headings * 2 > len(rows) or not (is_said or is_talk):
        return None
    return [f"{row[found.name].strip()}: {row[found.text].strip()}" for row in rows]


def _is_stamp(cell: str) -> bool:
    taken = take_stamp(cell)
    return taken is not None and not taken[1].strip()


def _heads_speakers(cell: str) -> bool:
    return cell.strip().casefold() in _SPEAKERS


def _are_names(cells: Sequence[str], *, is_headed: bool) -> bool:
    come_back = len(set(cells)) < len(cells) and len(set(cells)) <= max(2, _BACK_SHARE * len(cells))
    return all(map(is_name, cells)) and (is_headed or come_back)
