"""Bytes to text without being told the encoding."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fenshen.core.errors import BadInput
from fenshen.library.encoding import decode_text

CHINESE = "各位早上好，外面下雨，我们今天来修一把伞。这把伞不是观众寄来的，它在我的床底下。\n" * 3
TRADITIONAL = "各位早安，外面下雨，我們今天來修一把傘。這把傘不是觀眾寄來的，它在我的床底下。\n" * 3
WESTERN = (
    "Servus, wer bringt am Samstag den Ton mit? Zwölf Kilo, für Käthe und die Töpferei, größer als übrig.\n"
)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (CHINESE, "utf-8"), (CHINESE, "utf-8-sig"), (CHINESE, "gbk"), (CHINESE, "gb18030"), (CHINESE, "utf-16"),
        (TRADITIONAL, "big5"), (WESTERN, "cp1252"), (WESTERN, "utf-16-le"), (WESTERN, "utf-16-be"),
    ],
)  # fmt: skip
def test_text_survives_its_encoding(text: str, encoding: str) -> None:
    """Marked or not, Chinese or Western, the same text comes back."""
    assert decode_text(text.encode(encoding)) == text


def test_a_character_cut_at_the_sample_edge_does_not_matter() -> None:
    """Judging by the first 64 KiB never splits a Chinese character into a wrong verdict."""
    text = "a" + "伞" * 60_000
    assert decode_text(text.encode("utf-8")) == text


@pytest.mark.parametrize("seed", range(20))
def test_noise_is_refused(seed: int) -> None:
    """Random bytes are not text in any encoding."""
    with pytest.raises(BadInput) as caught:
        decode_text(random.Random(seed).randbytes(4000))
    assert caught.value.code in ("binary", "encoding")


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_decode_or_are_refused(data: bytes) -> None:
    """Nothing but text or `BadInput` ever comes out."""
    try:
        decode_text(data)
    except BadInput as error:
        assert error.code in ("binary", "encoding")
