"""What a query asks of which index."""

from __future__ import annotations

import pytest

from fenshen.search.query import QUERY_CHARS_MAX, parse_query, where_clause


@pytest.mark.parametrize(
    ("text", "words", "han"),
    [
        ("Who is  Gerald?", "Who is Gerald", ""),
        ("铁观音为什么是九十秒", "", "铁观音为什么是九十秒"),
        ("Gerald 是谁的螺丝刀？伞", "Gerald", "是谁的螺丝刀"),
        ("?!", "", ""),
        ("", "", ""),
    ],
)
def test_scripts_are_told_apart(text: str, words: str, han: str) -> None:
    """Words go to the word index, runs of Chinese to the pair index, a lone character to neither."""
    query = parse_query(text)
    assert (query.words, query.han) == (words, han)


def test_a_book_for_a_query_is_cut() -> None:
    """Only its beginning is looked up."""
    assert len(parse_query("word " * 100_000).text) <= QUERY_CHARS_MAX


def test_a_name_cannot_leave_its_quotes() -> None:
    """The filter is SQL, so quotes in values are doubled."""
    assert where_clause("x' OR '1'='1", {"i'1"}) == "creator = 'x'' OR ''1''=''1' AND item_id NOT IN ('i''1')"
