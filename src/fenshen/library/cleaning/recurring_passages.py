"""What recurs in a stored library: counted over its items, remembered for new files, marked in passages.

A passage of which only a part recurs is cut there. What counts as recurring is decided in `recurring`.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import sqlalchemy as sa

from fenshen.core.db import Database
from fenshen.core.ids import digest_text
from fenshen.core.progress import Progress, silent
from fenshen.library import tables
from fenshen.library.cleaning import tables as cleaning
from fenshen.library.cleaning.duplicates import may_recur
from fenshen.library.cleaning.recurring import placed_runs, recurring, recurring_spans
from fenshen.library.cleaning.sketches import Hashes, join_words
from fenshen.library.document import Mark
from fenshen.library.items import item_passages, replace_passages
from fenshen.library.passages import Passage

Span = tuple[int, int]


def mark_spans(passages: Sequence[Passage], spans: Mapping[int, Sequence[Span]], mark: Mark) -> list[Passage]:
    """An item's passages with the given spans marked, cut where a mark begins or ends, and counted anew.

    Args:
        passages: all of the item's, in order.
        spans: place in `passages` → spans of its text, in order, not overlapping.
    """
    pieces: list[Passage] = []
    for number, passage in enumerate(passages):
        if spans.get(number) and mark not in passage.marks:
            pieces += _cut(passage, spans[number], mark)
        else:
            pieces.append(passage)
    return [_counted(piece, ordinal) for ordinal, piece in enumerate(pieces)]


def _counted(passage: Passage, ordinal: int) -> Passage:
    if passage.ordinal == ordinal:
        return passage
    anchor = f"p={ordinal + 1}" if passage.start_s is None else passage.anchor
    return replace(passage, ordinal=ordinal, anchor=anchor)


def _cut(passage: Passage, spans: Sequence[Span], mark: Mark) -> list[Passage]:
    return [_piece(passage, part, mark) for part in _parts(passage.text, spans)]


def _parts(text: str, spans: Sequence[Span]) -> list[tuple[int, int, bool]]:
    """`(start, end, marked)` of every piece that holds more than spaces; neighbours alike are one."""
    edges = sorted({0, len(text), *(at for span in spans for at in span)})
    parts: list[tuple[int, int, bool]] = []
    for start, end in itertools.pairwise(edges):
        inside = text[start:end]
        start += len(inside) - len(inside.lstrip())
        end = start + len(inside.strip())
        marked = any(left <= start < right for left, right in spans)
        if start >= end:
            continue
        if parts and parts[-1][2] == marked:
            parts[-1] = (parts[-1][0], end, marked)
        else:
            parts.append((start, end, marked))
    return parts


def _piece(passage: Passage, part: tuple[int, int, bool], mark: Mark) -> Passage:
    start, end, marked = part
    marks = tuple(sorted({*passage.marks, mark})) if marked else passage.marks
    first = max(0, bisect_right(passage.times, start, key=lambda time: time[0]) - 1)
    last = bisect_right(passage.times, end - 1, key=lambda time: time[0])
    times = tuple((max(0, offset - start), second) for offset, second in passage.times[first:last])
    end_s = passage.times[last][1] if last < len(passage.times) else passage.end_s
    start_s = times[0][1] if times else passage.start_s
    anchor = passage.anchor if start_s is None else f"t={int(start_s)}"
    return replace(
        passage,
        id=f"psg_{digest_text(passage.id, str(start), str(end), str(marked))[:26]}",
        text=passage.text[start:end],
        times=times,
        start_s=start_s,
        end_s=end_s,
        anchor=anchor,
        marks=marks,
    )


#: Items stored in one transaction.
BATCH = 50


@dataclass(frozen=True)
class _Edges:
    item_id: str
    head: Hashes
    tail: Hashes


def common_shingles(db: Database, creator: str) -> Hashes:
    """Shingles with which many items begin or end, rising: no sign that two of them are the same."""
    shingles = (np.concatenate([join_words(one.head), join_words(one.tail)]) for one in _edges(db, creator))
    return recurring(np.unique(each) for each in shingles)


def count_recurring(db: Database, creator: str) -> Hashes:
    """The runs that recur in the items that are no duplicates, rising; they are remembered for `known_runs`."""
    alone = (one for one in _edges(db, creator, tables.items.c.duplicate_of.is_(None)))
    known = recurring(placed_runs(one.head, one.tail) for one in alone)
    table = cleaning.recurring_runs
    if not np.array_equal(known, known_runs(db, creator)):
        with db.write() as connection:
            connection.execute(table.delete().where(table.c.creator == creator))
            connection.execute(table.insert().values(creator=creator, hashes=known.astype("<u8").tobytes()))
    return known


def known_runs(db: Database, creator: str) -> Hashes:
    """What was found to recur in the creator's items, for marking new files at once; rising."""
    table = cleaning.recurring_runs
    with db.read() as connection:
        stored = connection.scalar(sa.select(table.c.hashes).where(table.c.creator == creator))
    return np.frombuffer(stored or b"", "<u8")


def mark_recurring(
    db: Database, creator: str, known: Hashes, progress: Progress = silent
) -> tuple[list[str], int]:
    """Mark what recurs in items not looked at with these runs; ids of changed items, passages marked."""
    table = cleaning.item_traces
    query = sa.select(table.c.item_id, table.c.recurring).where(table.c.creator == creator)
    with db.read() as connection:
        before = {row.item_id: row.recurring for row in connection.execute(query)}
    hits = ((one.item_id, _hits(one, known)) for one in _edges(db, creator))
    todo = [(item_id, digest) for item_id, digest in hits if before[item_id] != digest]
    changed: list[str] = []
    marked = 0
    for at in range(0, len(todo), BATCH):
        progress(at, len(todo))
        batch = [(item_id, digest, item_passages(db, item_id)) for item_id, digest in todo[at : at + BATCH]]
        with db.write() as connection:
            for item_id, digest, old in batch:
                new = with_recurring(old, known)
                if new != old:
                    replace_passages(connection, old, new)
                    changed.append(item_id)
                    marked += _count(new) - _count(old)
                connection.execute(table.update().where(table.c.item_id == item_id).values(recurring=digest))
    return changed, marked


def with_recurring(passages: Sequence[Passage], known: Hashes) -> list[Passage]:
    """An item's passages, cut and marked where they say what recurs; those edited by hand stay whole."""
    places = [at for at, passage in enumerate(passages) if may_recur(passage)]
    spans = recurring_spans([passages[at].text for at in places], known)
    found: dict[int, list[Span]] = {places[number]: one for number, one in spans.items()}
    found = {at: one for at, one in found.items() if passages[at].original is None}
    return mark_spans(passages, found, "boilerplate")


def _edges(db: Database, creator: str, *conditions: sa.ColumnElement[bool]) -> Iterator[_Edges]:
    """The first and last words of every item but chats: people greet each other anew."""
    table, traces = tables.items, cleaning.item_traces
    query = sa.select(table.c.id, traces.c.head, traces.c.tail)
    query = query.join(traces, traces.c.item_id == table.c.id)
    query = query.where(table.c.creator == creator, table.c.kind != "chat", *conditions)
    with db.read() as connection:
        for row in connection.execute(query.execution_options(yield_per=200)):
            yield _Edges(row.id, np.frombuffer(row.head, "<u8"), np.frombuffer(row.tail, "<u8"))


def _hits(one: _Edges, known: Hashes) -> str:
    """A digest of the recurring runs in an item; empty when there are none."""
    placed = placed_runs(one.head, one.tail)
    found = placed[np.isin(placed, known)]
    return digest_text(found.tobytes().hex()) if len(found) else ""


def _count(passages: Sequence[Passage]) -> int:
    return sum("boilerplate" in passage.marks for passage in passages)
