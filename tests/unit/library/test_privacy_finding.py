"""Personal data is found, and what only looks like it is left alone: planted text, real exports, hostile text."""

from __future__ import annotations

import json
import pickle
import re
import string
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chat_texts import chat_texts
from fenshen.library.privacy.finder import Finder
from fenshen.library.privacy.fold import fold
from planted import PEOPLE, read_planted, score

RECALL_MIN, PRECISION_MIN = 0.95, 0.90


@pytest.mark.parametrize("half", ["tuned.txt", "held_out.txt"])
def test_planted_personal_data_is_found_and_nothing_else(half: str) -> None:
    """English, Chinese and some European text of every kind; one half was never tuned on."""
    lines = list(read_planted(half))
    assert sum(bool(line.planted) for line in lines) >= 60
    assert sum(not line.planted for line in lines) >= 60
    result = score(lines, Finder(PEOPLE))
    assert result.recall >= RECALL_MIN, result.wrong
    assert result.precision >= PRECISION_MIN, result.wrong


def test_what_is_flagged_in_the_sample_chats_is_found(samples: Path) -> None:
    """All flagged strings of the seven kinds there, by value and by occurrence; names of people are counted elsewhere."""
    flagged = json.loads((samples / "chats" / "pii.json").read_text(encoding="utf-8"))["items"]
    gold = {(one["file"].split("!")[0], one["kind"], one["value"]) for one in flagged}
    seen: list[tuple[str, str, str]] = []
    told: set[tuple[str, str, str]] = set()
    for file, text in chat_texts(samples / "chats"):
        for one in Finder().find(text):
            spelling = text[one.start : one.end]
            matching = {g for g in gold if g[:2] == (file, one.kind) and spelling in g[2] and g[2] in text}
            told |= {g for g in matching if len(spelling) >= 0.6 * len(g[2])}
            seen.append((file, one.kind, spelling) if not matching else ("", "", ""))
    occurrences = sum((one["file"].split("!")[0], one["kind"], one["value"]) in told for one in flagged)
    false = [one for one in seen if one != ("", "", "")]
    assert occurrences / len(flagged) >= RECALL_MIN, gold - told
    assert 1 - len(false) / len(seen) >= PRECISION_MIN, false
    values = {(kind, value) for _, kind, value in gold}
    assert len({(kind, value) for _, kind, value in told}) / len(values) >= RECALL_MIN
    assert len({one[1:] for one in false}) <= (1 - PRECISION_MIN) * len(values)


@pytest.mark.parametrize(
    ("kind", "spellings"),
    [
        ("phone", ["+86 131 0000 1234", "13100001234", "131-0000-1234", "１３１ ００００ １２３４", "0086 13100001234"]),
        ("phone", ["+44 7700 900142", "07700 900142", "+44 (0)7700 900142", "call 07700900142"]),
        ("phone", ["(202) 555-0173", "+1 202 555 0173", "202.555.0173", "phone: 2025550173"]),
        ("phone", ["+49 30 23125 482", "030 23125 482", "030/23125482"]),
        ("email", ["Mara@Quill.Example", "mara@quill.example", "ｍａｒａ＠quill.example", "mara (at) quill (dot) example"]),
        ("iban", ["DE89 3704 0044 0532 0130 00", "DE89370400440532013000", "de89 3704 0044 0532 0130 00"]),
        ("card", ["4111 1111 1111 1111", "4111-1111-1111-1111", "4111111111111111"]),
        ("address", ["14 Saltmarsh Lane, Wickerby", "14 Saltmarsh Lane,\nWickerby"]),
        ("plate", ["沪A·D1234", "沪AD1234"]),
    ],
)  # fmt: skip
def test_one_value_however_it_is_written(kind: str, spellings: list[str]) -> None:
    """What is masked alike must be recognised alike."""
    found = [Finder().find(spelling) for spelling in spellings]
    assert [[one.kind for one in some] for some in found] == [[kind]] * len(spellings)
    assert len({some[0].value for some in found}) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Card 4111 1111 1111 1112 is declined.",
        "Auf DE89 3704 0044 0532 0130 01 bitte.",
        "号码11010519491231002Y不对",
        "El 12345678A no vale.",
        "999.1.2.3 and 1.2.3 are none",
        "ring 1 2 3 4 5 6 7 8 9 10",
    ],
)
def test_a_wrong_check_digit_is_no_number(text: str) -> None:
    """Shape alone is not enough where a check digit exists."""
    assert Finder().find(text) == []


def test_public_people_keep_their_names() -> None:
    """The creator's own name and those the caller calls public are not personal data."""
    text = "Nadia Okoro met Mara Quill, and Nadia laughed."
    private = Finder(people=("Nadia Okoro", "Mara Quill"), public=("Mara Quill", "Mara"))
    assert [text[one.start : one.end] for one in private.find(text)] == ["Nadia Okoro", "Nadia"]
    assert Finder(people=("Nadia Okoro",), public=("Nadia Okoro",)).find(text) == []


def test_a_first_name_shared_by_two_stands_for_neither() -> None:
    """Two Annas are not made one person; each full name stays its own."""
    found = Finder(people=("Anna Berg", "Anna Holm")).find("Anna Berg, Anna Holm and Anna.")
    assert len({one.value for one in found}) == 3


def test_a_finder_travels_to_another_process() -> None:
    """What a worker gets finds the same."""
    finder = Finder(people=("Nadia Okoro",))
    finder.find("warm up")
    copy = pickle.loads(pickle.dumps(finder))
    assert copy.find("Nadia, call 07700 900142") == finder.find("Nadia, call 07700 900142")


@given(st.text())
def test_folding_keeps_every_place(text: str) -> None:
    """Offsets in the folded text are offsets in the original."""
    assert len(fold(text)) == len(text)


_PIECES = st.sampled_from(
    ["07700 900142", "+44", "4111 1111 1111 1111", "a@b.example", "14 Saltmarsh Lane", "路18号", "密码是", "password is ", "my sister ",
     "我妹妹", "Anna", "DE89 3704", "1.2.3.4", "::", "eyJ", "sk-", "-----BEGIN PRIVATE KEY-----", " at ", " dot com", "İ", "\x00", "\u202e"]
)  # fmt: skip


@settings(max_examples=300)
@given(
    st.lists(_PIECES | st.text(string.printable + "一二三１２３路街号小王", max_size=6), max_size=12).map(
        "".join
    )
)
def test_findings_lie_in_the_text_and_do_not_overlap(text: str) -> None:
    """Whatever is thrown together: spans are inside, in order, apart and not empty."""
    found = Finder(PEOPLE).find(text)
    edges = [edge for one in found for edge in (one.start, one.end)]
    assert edges == sorted(edges)
    assert all(0 <= one.start < one.end <= len(text) for one in found)


@pytest.mark.parametrize(
    "unit",
    ["1", "1 ", "07700 900142 ", "+44 7", "((((", "@", "a@", "a.", "x(at)", "a at b dot ", "a:", "::", "1.", "Aa ", "14 Aa ", "1 St ",
     "12 rue de ", "路1号", "一三", "省市区路", "password is ", "密码", "key = ", "sk-", "eyJ", "-----BEGIN PRIVATE KEY-----", "plate A1",
     "my sister ", "我妹妹小", "GB33", "小区1栋", "P.O. Box ", "\t1"],
)  # fmt: skip
def test_no_text_makes_finding_explode(unit: str) -> None:
    """Twice the hostile text takes about twice the time; a pattern that backtracks would take minutes for this."""
    finder = Finder(PEOPLE)
    finder.find(unit * 10)
    began = time.process_time()
    finder.find((unit * 100_000)[:100_000])
    assert time.process_time() - began < 5


def test_stand_ins_are_not_personal_data() -> None:
    """Masked text can be masked again without change."""
    text = "[phone-kadimoru] [name-tabesilo] [地址-kadimoru] my sister [name-kadimoru], 密码是[密码-kadimoru]"
    assert Finder(PEOPLE).find(text) == []
    assert not re.search(r"\d", text)
