"""Formatted text (RTF, ODT) and posts without their archive: RTF as WordPad, Word, TextEdit and old translators write it."""

from __future__ import annotations

from datetime import date

import pytest

from fenshen.core.errors import BadInput
from fenshen.library.readers.odt import SPEC as ODT
from fenshen.library.readers.odt import read_odt
from fenshen.library.readers.rtf import SPEC, read_rtf
from fenshen.library.reading import Head, Opened, ReaderSpec
from fenshen.library.sniff import sniff

from .make_documents import write_zip

HEAD = (
    rb"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\froman\fcharset0 Times;}{\f1\fnil\fcharset204 Arial Cyr;}"
    rb"{\f2\fcharset134 SimSun;}{\f3\fcharset128 Mincho;}}{\colortbl;\red0\green0\blue0;}{\stylesheet{\s1 heading 1;}}"
    rb"{\*\generator Riched20;}{\info{\title A kettle\'92s life}{\creatim\yr2020\mo3\dy4\hr10}{\author Mara}}"
)
TEXTS = {
    rb"\pard\f0\fs24 Caf\'e9 number one.\par The \b bold\b0  word\par": ["Café number one.", "The bold word"],
    rb"\uc1 \u26087?\u22269? and \u8217'tis \u-10179?\u-8704? done\par": ["旧国 and ’tis 😀 done"],
    rb"{\uc2 \u20320\'c4\'e3\u22909\'ba\'c3} ok\par": ["你好 ok"],
    rb"{\uc0 \u20320\u22909} ok\par": ["你好 ok"],
    rb"\f1 \'cf\'f0\'e8\'e2\'e5\'f2\par\f2 \'c4\'e3\'ba\'c3\par\f3 \'82\'a0\par": ["Привет", "你好", "あ"],
    rb"Seen {\v hidden} and \v also\v0  seen.{\footnote Note.}\par": ["Seen and seen."],
    rb"A {\field{\*\fldinst HYPERLINK x}{\fldrslt link}} stays{\pict\pngblip 89504e47}\par": ["A link stays"],
    rb"{\header Head}{\deleted gone}Row\cell two\cell\row{\*\unknown odd}": ["Row two"],
    b"A{\\pict\\bin5 {{{}}}B\\par": ["AB"],
    rb"dash\emdash \ldblquote quoted\rdblquote\~x \{braced\} opt\-ional\par": ["dash—“quoted” x {braced} optional"],
    b"two\r\nlines \\\nof one": ["twolines", "of one"],
}  # fmt: skip


@pytest.mark.parametrize("body", TEXTS)
def test_rtf_is_its_paragraphs(body: bytes) -> None:
    """Letters of every code page whole, and nothing that is not shown."""
    document = read_rtf(HEAD + body + b"}")
    assert [cue.text for cue in document.cues] == TEXTS[body]
    assert (document.title, document.published) == ("A kettle’s life", date(2020, 3, 4))


def test_rtf_of_a_chinese_mac_is_read() -> None:
    """The code page is the document's own there."""
    data = rb"{\rtf1\ansi\ansicpg936\cocoartf2639{\fonttbl\f0\fnil\fcharset134 PingFangSC-Regular;}\f0 \'d7\'f2\'cc\'ec}"
    assert [cue.text for cue in read_rtf(data).cues] == ["昨天"]
    assert sniff(Head(data, "notes.txt")) is SPEC


HOSTILE = {
    "groups without end": (b"{\\rtf1 " + b"{" * 100_000, "bad_document"),
    "nothing": (b"{\\rtf1 }", "no_text"),
    "a picture only": (b"{\\rtf1 {\\pict 8950}}", "no_text"),
    "more closed than open": (b"{\\rtf1 }}}}}}", "no_text"),
    "a jump out of the file": (b"{\\rtf1 \\bin999999999999 words", "no_text"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_rtf_built_to_break_a_reader_is_refused(case: str) -> None:
    """With a code, and at once."""
    data, code = HOSTILE[case]
    with pytest.raises(BadInput) as caught:
        read_rtf(data)
    assert caught.value.code == code


ODF = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0"'
)
CONTENT = (
    "<text:h>Mud</text:h><text:p>First<text:s/>the <text:span>mud</text:span>, then<text:tab/>the kiln.</text:p>"
    "<text:list><text:list-item><text:p>One<text:note><text:note-body><text:p>A note.</text:p></text:note-body></text:note>.</text:p>"
    "</text:list-item></text:list><text:p>古い<text:ruby><text:ruby-base>薬缶</text:ruby-base><text:ruby-text>やかん</text:ruby-text>"
    "</text:ruby>を直した。</text:p><text:p><office:annotation><text:p>Check this.</text:p></office:annotation>Last.</text:p>"
)


def test_an_odt_is_its_paragraphs() -> None:
    """Notes, comments and how characters are read left out."""
    data = write_zip(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": f"<office:document-content {ODF}><office:body><office:text>{CONTENT}</office:text></office:body></office:document-content>",
            "meta.xml": f"<office:document-meta {ODF}><office:meta><dc:title>Mud first</dc:title><meta:creation-date>2021-05-06T10:00:00</meta:creation-date>"
            "</office:meta></office:document-meta>",
        }
    )
    assert sniff(Head(data, "mud.odt")) is ODT
    document = read_odt(data)
    assert [cue.text for cue in document.cues] == [
        "Mud",
        "First the mud, then the kiln.",
        "One.",
        "古い薬缶を直した。",
        "Last.",
    ]
    assert (document.title, document.published) == ("Mud first", date(2021, 5, 6))


def test_posts_are_read_without_the_rest_of_their_archive() -> None:
    """`tweets.js` alone: one's own, but for reposts."""
    data = (
        b'window.YTD.tweets.part0 = [ {"tweet":{"id_str":"1","full_text":"The kettle &amp; I are fine.",'
        b'"created_at":"Wed Mar 04 10:00:00 +0000 2020"}}, {"tweet":{"id_str":"2","full_text":"RT @otto: Not mine",'
        b'"created_at":"Wed Mar 04 11:00:00 +0000 2020"}} ]'
    )
    spec = sniff(Head(data, "tweets.js"))
    assert isinstance(spec, ReaderSpec)
    (document,) = spec.read(Opened("tweets.js", data))
    assert [(cue.text, "quoted" in cue.marks) for cue in document.cues] == [
        ("The kettle & I are fine.", False),
        ("Not mine", True),
    ]
    assert (document.owner, document.published) == ("@me", date(2020, 3, 4))
