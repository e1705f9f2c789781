"""PDF pages as they really come: written down or turned, in fonts without Unicode, drawn twice, numbered."""

from __future__ import annotations

import pytest

from fenshen.core.errors import BadInput
from fenshen.library.document import Document
from fenshen.library.readers.pdf import read_pdf
from fenshen.library.stated_titles import stated_title

from .make_pdf import drawn, write_drawn_pdf

ENGLISH = [
    "Yesterday I found an old sewing machine in",
    "the attic, full of dust. My grandfather",
    "used to say that nothing is broken.",
]
JAPANESE = [
    "昨日、屋根裏で古いミシンを",
    "見つけました。ほこりだらけ",
    "でした。祖父はいつも言って",
    "いました。",
]
LOWER_TIER = ["台所のテーブルで分解して、", "一晩油につけておきました。"]
CHINESE = ["昨天我在阁楼上找到一台旧缝纫机，", "上面全是灰。我爷爷总说，", "只要不放弃就没坏。"]


def texts(document: Document) -> list[str]:
    return [cue.text for cue in document.cues]


def columns(lines: list[str], font: str, top: float = 780) -> bytes:
    """Lines written down, the first at the right."""
    return b"".join(drawn(line, 500 - 20 * n, top, font=font) for n, line in enumerate(lines))


TURNED = {
    "up, shown turned": (
        b"".join(drawn(line, 100 + 14 * n, 100, angle=90) for n, line in enumerate(ENGLISH)),
        90,
    ),
    "down": (b"".join(drawn(line, 500 - 14 * n, 780, angle=270) for n, line in enumerate(ENGLISH)), 0),
    "upside down": (
        b"".join(drawn(line, 500, 300 + 14 * n, angle=180) for n, line in enumerate(ENGLISH)),
        180,
    ),
    "straight, shown turned": (
        b"".join(drawn(line, 100, 500 - 14 * n) for n, line in enumerate(ENGLISH)),
        90,
    ),
}


@pytest.mark.parametrize("case", TURNED)
def test_turned_pages_are_read_in_their_own_direction(case: str) -> None:
    """Whatever way the page is shown."""
    content, rotate = TURNED[case]
    assert texts(read_pdf(write_drawn_pdf([content], rotate=rotate))) == [" ".join(ENGLISH)]


DOWN = {
    "by the font": (columns(JAPANESE, "JV"), ["".join(JAPANESE)]),
    "letter by letter": (
        b"".join(
            drawn(char, 500 - 20 * n, 780 - 12 * m, font="JH")
            for n, line in enumerate(JAPANESE)
            for m, char in enumerate(line)
        ),
        ["".join(JAPANESE)],
    ),
    "drawn from the left": (
        b"".join(drawn(line, 500 - 20 * n, 780, font="CV") for n, line in reversed(list(enumerate(CHINESE)))),
        ["".join(CHINESE)],
    ),
    "in two tiers over a page number": (
        columns(JAPANESE, "JV") + columns([*LOWER_TIER, *LOWER_TIER], "JV", 400) + drawn("12", 290, 30),
        ["".join(JAPANESE), "".join(LOWER_TIER * 2)],
    ),
    "across, as most are": (
        b"".join(drawn(line, 100, 700 - 16 * n, font="CH") for n, line in enumerate(CHINESE)),
        ["".join(CHINESE)],
    ),
}


@pytest.mark.parametrize("case", DOWN)
def test_chinese_and_japanese_columns_are_read_from_right_to_left(case: str) -> None:
    """However the file draws them."""
    content, read = DOWN[case]
    assert texts(read_pdf(write_drawn_pdf([content]))) == read


def lines_in(font: str) -> bytes:
    return b"".join(drawn(line, 100, 700 - 14 * n, font=font) for n, line in enumerate(ENGLISH))


def test_fonts_without_unicode_are_refused_or_their_pages_named() -> None:
    """Glyph numbers never become words."""
    with pytest.raises(BadInput) as caught:
        read_pdf(write_drawn_pdf([lines_in("NU"), lines_in("NU")]))
    assert caught.value.code == "no_words"
    document = read_pdf(write_drawn_pdf([lines_in("F1"), lines_in("NU"), lines_in("F1")]))
    assert texts(document) == [" ".join(ENGLISH)] * 2
    assert [(one.code, one.count, one.place) for one in document.dropped] == [
        ("wordless_page", 1, "page 2, of 3")
    ]


def test_what_is_drawn_twice_is_said_once() -> None:
    """As bold letters and shadows are made; the same words elsewhere stay."""
    page = drawn("Annual report of the kettle", 100, 700) + drawn("Annual report of the kettle", 101.4, 699)
    page += drawn("Annual report of the kettle", 100, 600)
    assert texts(read_pdf(write_drawn_pdf([page]))) == ["Annual report of the kettle"] * 2


TALK = ["ROE: We will hear argument this", "morning in the case of the kettle.", "WEBER: Thank you, and may it", "please the court. The question"] * 3  # fmt: skip


@pytest.mark.parametrize("gap", [40, 12])
def test_the_numbers_of_lines_are_no_words(gap: int) -> None:
    """Transcripts number every line; a list keeps its numbers."""
    page = b"".join(
        drawn(str(n + 1), 60, 740 - 24 * n) + drawn(line, 66 + gap, 740 - 24 * n)
        for n, line in enumerate(TALK)
    )
    assert " ".join(texts(read_pdf(write_drawn_pdf([page])))) == " ".join(TALK)
    listed = b"".join(drawn(f"{n + 1}. {line}", 60, 740 - 24 * n) for n, line in enumerate(TALK))
    assert "12. please" in " ".join(texts(read_pdf(write_drawn_pdf([listed]))))


NO_TITLES = ["10811.exe", "Binder1.pdf", "上", "Microsoft Word - x.doc", "untitled", "Slide 1", "文档1", "2011", "無題", "\ufffd\ufffd\ufffd", "scan_001.tiff"]  # fmt: skip
TITLES = ["The third seal", "红烧", "Kettle 2.0", "It is 5 p.m.", "Dr. No", "The Book", "Ева"]


def test_a_title_that_a_program_put_there_is_none() -> None:
    """The file's name says more."""
    assert [stated_title(title) for title in NO_TITLES] == [None] * len(NO_TITLES)
    assert [stated_title(title) for title in TITLES] == TITLES
    assert read_pdf(write_drawn_pdf([lines_in("F1")], info={"Title": "10811.exe"})).title is None
