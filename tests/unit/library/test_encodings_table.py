"""Every language in every encoding it was ever saved in: the same text comes back, or none."""

from __future__ import annotations

from collections import Counter

import pytest

from fenshen.core.errors import BadInput
from fenshen.library.encoding import decode_text

from .tongues import SAVED_IN, TEXTS
from .tongues_apart import TEXTS as APART


def outcome(text: str, encoding: str) -> str:
    """`right`, `refused` or `wrong`; `none` where the encoding lacks a letter of it."""
    try:
        data = text.encode(encoding)
    except UnicodeEncodeError:
        return "none"
    try:
        return "right" if decode_text(data).lstrip("\ufeff") == text else f"wrong: {decode_text(data)!r}"
    except BadInput:
        return "refused"


@pytest.mark.parametrize("language", TEXTS)
def test_four_lines_come_back_and_one_line_never_wrongly(language: str) -> None:
    """Files of a few lines are read; of a single line, one in forty is refused rather than guessed."""
    whole = {
        encoding: outcome("\n".join(TEXTS[language]) + "\n", encoding) for encoding in SAVED_IN[language]
    }
    assert set(whole.values()) - {"none"} <= ({"right", "refused"} if language == "ar" else {"right"}), whole
    lines = [(encoding, line) for encoding in SAVED_IN[language] for line in TEXTS[language][::2]]
    found = Counter(outcome(line, encoding) for encoding, line in lines)
    assert set(found) <= {"right", "refused", "none"}, found
    assert found["refused"] * 4 <= found["right"], found


@pytest.mark.parametrize("language", APART)
def test_two_lines_of_texts_kept_apart_are_never_read_wrongly(language: str) -> None:
    """Nothing was tuned on these; single lines of them are not claimed, see the decision record."""
    found = {outcome("\n".join(APART[language]) + "\n", encoding) for encoding in SAVED_IN[language]}
    assert found <= {"right", "refused", "none"}, found


OF_SIGNS = [
    "It costs 5 € – cheap",
    "Preis: 5 €",
    "It was 30° outside",
    "© 2020 Jane Roe. All rights reserved.",
    "Müller\nJosé\nZoë",
]


@pytest.mark.parametrize("text", OF_SIGNS)
def test_a_sign_or_a_name_is_enough(text: str) -> None:
    """The commonest encoding of the West is taken where nothing reads as well."""
    assert decode_text(text.encode("cp1252")) == text


MIXED = [
    "Hello and welcome to the show\n" * 30 + "大家好，欢迎收看本期节目\n",
    "用Python写的代码，GitHub上的README文件，我用VSCode打开它",
]


@pytest.mark.parametrize("text", MIXED)
def test_english_among_chinese_does_not_hide_it(text: str) -> None:
    """Words in ASCII speak for no encoding."""
    assert decode_text(text.encode("gbk")) == text


@pytest.mark.parametrize("language", ["fr", "ru", "zh-hans", "de", "el"])
@pytest.mark.parametrize("wrong", ["cp1252", "latin1", "cp1251", "mac_roman", "cp850"])
def test_text_read_wrongly_and_saved_again_is_put_right(language: str, wrong: str) -> None:
    """Once and twice; bytes that the wrong encoding leaves open have become controls."""
    text = "\n".join(TEXTS[language])
    once = "".join(_char(byte, wrong) for byte in text.encode())
    assert decode_text(once.encode()) == text
    if wrong == "latin1":
        assert decode_text("".join(_char(byte, wrong) for byte in once.encode()).encode()) == text


def _char(byte: int, encoding: str) -> str:
    try:
        return bytes([byte]).decode(encoding)
    except UnicodeDecodeError:
        return chr(byte)


RIGHT_AS_IT_IS = [
    "The word Ã© is what déjà becomes when read wrongly; that is what I call a mess.",
    "Let α → β, √x ≥ 2 and π ≈ 3,14; ├── src",
    "“Ãrea” is a word in caps ÀÉÎ and Â«",
    "write to me+tag@example.org or C+++ and a+b=c+d+eee",
    "The formula is x+yyyy+zzzz and 1+1000 beans",
    "in shell ~{a,b}~ and ~{x~}",
]


@pytest.mark.parametrize("text", RIGHT_AS_IT_IS)
def test_text_that_only_looks_read_wrongly_is_left_alone(text: str) -> None:
    """What is right already stays."""
    assert decode_text(text.encode()) == text


@pytest.mark.parametrize("language", ["fr", "ru", "zh-hans"])
def test_a_broken_byte_costs_one_character(language: str) -> None:
    """Even in a few lines of UTF-8."""
    text = "\n".join(TEXTS[language])
    data = bytearray(text.encode())
    data[len(data) // 2] = 0xFF
    read = decode_text(bytes(data))
    assert read[:40] == text[:40]
    assert read[-40:] == text[-40:]


BY_ORDER_OF_BIG5 = (
    "昨天我在閣樓上找到一臺舊縫紉機，上面全是灰。我爺爺總說，只要你不放棄，就沒有什麼東西是真的壞了。"
)


def euc_tw(text: str) -> bytes:
    """The text in EUC-TW, whose first plane has the characters in the order of Big5."""
    out = bytearray()
    for first, second in (char.encode("big5") for char in text):
        at = (first - 0xA4) * 157 + (second - 0x40 if second < 0x7F else second - 0xA1 + 63)
        out += bytes([0xC4 + at // 94, 0xA1 + at % 94]) if 0 <= at < 5401 else b"\xa1\xa3"
    return bytes(out)


REFUSED = {
    "EUC-TW": euc_tw(BY_ORDER_OF_BIG5),
    "EBCDIC": "Yesterday I found an old sewing machine in the attic, full of dust.".encode("cp037"),
    "Hebrew stored backwards": "\n".join(TEXTS["he"])[::-1].encode("iso8859_8"),
    "KOI8-T": "Дирӯз ман дар болохона мошини дарзии кӯҳна ёфтам, ки пур аз чанг буд.".encode("koi8_t"),
    "VISCII": b"H\xf4m qua t\xf4i t\xecm th\xa4y m\xb5t chi\xaac m\xe1y kh\xe2u c\xfb tr\xean g\xe1c x\xe9p",
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_in_no_encoding_known_here_is_refused_with_the_step_that_helps(case: str) -> None:
    """Never rubbish."""
    with pytest.raises(BadInput) as caught:
        decode_text(REFUSED[case])
    assert caught.value.code == "encoding"
    assert "save it as UTF-8" in caught.value.message
