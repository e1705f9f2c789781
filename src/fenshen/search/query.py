"""What a fan's words ask of the index, per script. Pure; knows nothing about LanceDB's API.

English goes to an index of stemmed words, Chinese to one of character pairs: on character triples a
two-word English query over 50,000 rows took 320 ms.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from fenshen.library.language import HAN

QUERY_CHARS_MAX = 2000

_HAN_RUN = re.compile(f"[{HAN}]{{2,}}")
_WORD = re.compile(rf"[^\W_{HAN}]+")


@dataclass(frozen=True)
class Query:
    """A query split by script.

    Attributes:
        text: all of it, spaces collapsed, for the vector.
        words: its words, for the word index; empty if it has none.
        han: its runs of two or more Chinese characters, for the pair index; empty if it has none.
    """

    text: str
    words: str
    han: str


def parse_query(text: str) -> Query:
    """`text` (its first 2,000 characters) as a `Query`."""
    shown = " ".join(text[:QUERY_CHARS_MAX].split())
    return Query(shown, " ".join(_WORD.findall(shown)), " ".join(_HAN_RUN.findall(shown)))


def where_clause(creator: str, exclude_items: Iterable[str] = ()) -> str:
    """The filter every query carries, so that another creator's rows are never even ranked."""
    clause = f"creator = {_quoted(creator)}"
    excluded = ", ".join(_quoted(item_id) for item_id in sorted(exclude_items))
    return f"{clause} AND item_id NOT IN ({excluded})" if excluded else clause


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
