"""Formatted text as WordPad, Word, TextEdit and old translators write it."""

from __future__ import annotations

from datetime import date

import pytest

from fenshen.core.errors import BadInput
from fenshen.library.readers.rtf import SPEC, read_rtf
from fenshen.library.reading import Head
from fenshen.library.sniff import sniff

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
