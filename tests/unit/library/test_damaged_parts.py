"""Books and Office documents with damaged parts, and how characters are read, which is no part of the text."""

from __future__ import annotations

import io
import zipfile

import pytest

from fenshen.core.errors import BadInput
from fenshen.library.document import Document
from fenshen.library.readers.docx import read_docx
from fenshen.library.readers.epub import read_epub
from fenshen.library.readers.pptx import read_pptx
from fenshen.library.readers.webpage import read_webpage

from .make_documents import paragraph, write_docx, write_epub, write_pptx, write_zip

CHAPTERS = [f"<p>Chapter {n} is about mud, and it says so at some length.</p>" for n in range(4)]


def damaged(data: bytes, *names: str) -> bytes:
    """The zip with a byte of these files changed, so that their checksums are wrong."""
    broken = bytearray(data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            if info.filename in names:
                length = int.from_bytes(data[info.header_offset + 26 : info.header_offset + 28], "little")
                broken[info.header_offset + 30 + length + info.compress_size // 2] ^= 0xFF
    return bytes(broken)


def without(data: bytes, name: str) -> bytes:
    """The zip without that file."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return write_zip({one: archive.read(one) for one in archive.namelist() if one != name})


def texts(document: Document) -> list[str]:
    return [cue.text for cue in document.cues]


def gaps(document: Document) -> list[tuple[str, int, str]]:
    return [(one.code, one.count, one.place) for one in document.dropped]


def chapter(number: int) -> str:
    return f"Chapter {number} is about mud, and it says so at some length."


def test_a_book_is_read_without_its_damaged_and_missing_chapters() -> None:
    """And says which."""
    whole = write_epub(CHAPTERS)
    broken = read_epub(damaged(whole, "OEBPS/text/c 1.xhtml", "OEBPS/text/c 3.xhtml"))
    assert texts(broken) == [chapter(0), chapter(2)]
    assert gaps(broken) == [("bad_part", 2, "c 1.xhtml, of 4 chapters")]
    missing = read_epub(without(whole, "OEBPS/text/c 2.xhtml"))
    assert texts(missing) == [chapter(0), chapter(1), chapter(3)]
    assert gaps(missing) == [("missing_part", 1, "c 2.xhtml, of 4 chapters")]
    assert read_epub(whole).dropped == ()


def test_a_book_without_any_sound_chapter_is_refused() -> None:
    """Nothing is left to read."""
    with pytest.raises(BadInput) as caught:
        read_epub(damaged(write_epub(CHAPTERS), *(f"OEBPS/text/c {n}.xhtml" for n in range(4))))
    assert caught.value.code == "archive_damaged"


def test_a_book_whose_list_of_chapters_is_damaged_is_refused() -> None:
    """It names the author too, whose words they are."""
    with pytest.raises(BadInput):
        read_epub(damaged(write_epub(CHAPTERS), "OEBPS/book.opf"))


def test_styles_and_slides_that_are_damaged_cost_no_more_than_themselves() -> None:
    """The words stand in other parts."""
    document = read_docx(
        damaged(write_docx(paragraph("Mud first."), "Mud"), "word/styles.xml", "docProps/core.xml")
    )
    assert texts(document) == ["Mud first."]
    assert gaps(document) == [("bad_part", 2, "core.xml")]
    slides = read_pptx(
        damaged(write_pptx([(["One."], []), (["Two."], []), (["Three."], [])]), "ppt/slides/slide2.xml")
    )
    assert texts(slides) == ["One.", "Three."]
    assert gaps(slides) == [("bad_part", 1, "slide2.xml")]
    with pytest.raises(BadInput):
        read_docx(damaged(write_docx(paragraph("Mud first.")), "word/document.xml"))


RUBY = {
    "with parentheses": "古い<ruby>薬缶<rp>(</rp><rt>やかん</rt><rp>)</rp></ruby>を直した。",
    "with bases": "古い<ruby><rb>薬</rb><rb>缶</rb><rt>や</rt><rt>かん</rt></ruby>を直した。",
    "with a second reading": "古い<ruby><rb>薬缶</rb><rtc><rt>やかん</rt></rtc><rtc>kettle</rtc></ruby>を直した。",
    "with ends left out": "古い<ruby>薬<rt>や<rp>)</rp></ruby><ruby>缶<rt>かん</ruby>を直した。",
}
MORE = "昨日、屋根裏で古いミシンも見つけました。ほこりだらけでしたけれど、今はまた縫えます。"


@pytest.mark.parametrize("case", RUBY)
def test_how_a_word_is_read_is_not_said_beside_it(case: str) -> None:
    """In books and on pages; pinyin the same."""
    body = f"<p>{RUBY[case]}</p><p>{MORE}</p>"
    assert texts(read_epub(write_epub([body]))) == ["古い薬缶を直した。", MORE]
    page = read_webpage(
        f"<!doctype html><html lang='ja'><body><article><h1>薬缶の話</h1>{body}<p>{MORE}</p></article></body></html>"
    )
    assert texts(page)[0] == "古い薬缶を直した。"


def test_how_a_word_is_read_is_not_said_in_word_either() -> None:
    """The word itself stays."""
    run = "<w:r><w:t>{}</w:t></w:r>"
    ruby = f"<w:r><w:ruby><w:rubyPr/><w:rt>{run.format('やかん')}</w:rt><w:rubyBase>{run.format('薬缶')}</w:rubyBase></w:ruby></w:r>"
    assert texts(
        read_docx(write_docx(f"<w:p>{run.format('古い')}{ruby}{run.format('を直した。')}</w:p>"))
    ) == ["古い薬缶を直した。"]


CORE = (
    '<cp:coreProperties xmlns:cp="c" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="t"><dc:title>{}</dc:title>'
    "<dcterms:created>{}</dcterms:created><dcterms:modified>{}</dcterms:modified></cp:coreProperties>"
)
STAMPS = {
    ("2013-12-23T23:15:00Z", "2013-12-23T23:15:00Z"): None,
    ("2013-12-23T23:15:00Z", "2024-05-06T10:00:00Z"): "2024-05-06",
    ("1601-01-01T00:00:00Z", ""): None,
    ("2013-12-23T08:00:00Z", "2014-01-01T00:00:00Z"): "2013-12-23",
}


@pytest.mark.parametrize("stamps", STAMPS)
def test_the_day_of_a_template_is_not_the_documents(stamps: tuple[str, str]) -> None:
    """Nor is a title that a program put there."""
    parts = {"docProps/core.xml": CORE.format("Microsoft Word - kettle.doc", *stamps)}
    with zipfile.ZipFile(io.BytesIO(write_docx(paragraph("Mud first.")))) as archive:
        parts |= {name: archive.read(name).decode() for name in archive.namelist()}
    document = read_docx(write_zip(parts))
    assert (str(document.published) if document.published else None, document.title) == (STAMPS[stamps], None)
