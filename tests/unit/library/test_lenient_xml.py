"""One bad place in XML costs that place: danmaku, timed text and whatever else is read leniently."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from fenshen.core.errors import BadInput
from fenshen.library.dropped import Dropped
from fenshen.library.lenient_xml import parse_leniently
from fenshen.library.readers import bilibili, ttml
from fenshen.library.readers.bilibili import read_danmaku
from fenshen.library.readers.ttml import read_ttml
from fenshen.library.reading import Head

CUT = (Dropped("cut_off", 1, "line 1"),)

DAMAGED = [
    ("<a>nuts & bolts &copy; &nope; &#65; &amp;</a>", "<a>nuts &amp; bolts © &amp;nope; A &amp;</a>", ()),
    ("<a>x <—— y <3 z < 4</a>", "<a>x &lt;—— y &lt;3 z &lt; 4</a>", ()),
    ("<a><b>1</b></x><b>2</b></a>", "<a><b>1</b><b>2</b></a>", ()),
    ("<a><b>1</c>2</b>3</a>", "<a><b>12</b>3</a>", ()),
    ("<a><b>1</b><b>2", "<a><b>1</b><b>2</b></a>", CUT),
    ("<a><b c=1 d>1</b><b c='2' c='3'>2</b></a>", '<a><b c="1">1</b><b c="2">2</b></a>', ()),
    ("<a><b/>& <![CDATA[1 < 2]]><!-- gone --><?gone ?></a>", "<a><b/>&amp; 1 &lt; 2</a>", ()),
    ("<a>& <![CDATA[never closed", "<a>&amp; never closed</a>", CUT),
    ("<a>one & two</a>Warning: <b>junk", "<a>one &amp; two</a>", ()),
    ("<a>\x00\x0bx\ufffe</a>", "<a>x</a>", ()),
    ('<a href="x?y=1&z=2">&</a>', '<a href="x?y=1&amp;z=2">&amp;</a>', ()),
    ("<a>&<item>1<item>2</item></a>", "<a>&amp;<item>1</item><item>2</item></a>", ()),
]


@pytest.mark.parametrize(("text", "read", "dropped"), DAMAGED, ids=[case[0][:30] for case in DAMAGED])
def test_damaged_xml_is_read_as_far_as_it_can_be(text: str, read: str, dropped: tuple[Dropped, ...]) -> None:
    """What is no markup is text, every element ends once, and what is cut off is said."""
    root, lost = parse_leniently(text, flat=("item",))
    assert etree.tostring(root, encoding="unicode") == read
    assert lost == dropped


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE a [<!ENTITY x "y">]><a>&x; &</a>',
        "<!doctype a><a>& </a>",
        "<a>" * 100_000,
        "<a>" + "<" * 1_000_000,
        "<a>" + "<!--" * 500_000,
        "",
        "words",
    ],
)
def test_what_declares_or_nests_without_need_is_refused_soon(text: str) -> None:
    """No entity is defined, and no text takes long."""
    started = time.monotonic()
    with pytest.raises(BadInput) as caught:
        parse_leniently(text)
    assert caught.value.code in ("unsafe_xml", "bad_xml") and time.monotonic() - started < 5


@given(st.text(alphabet="<>/&;'\"=![]-?ab CDATx#1 \n", max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Never anything but `BadInput`, and never an element that the parser does not close."""
    try:
        root, _ = parse_leniently(f"<a>{text}")
    except BadInput:
        return
    assert root.tag is not None


DANMAKU = [
    ('<d p="1.5,1,25,1,1600000000,0,ab12,1">A & B</d>', [(1.5, "ab12", "A & B")]),
    ('<d p="1.5,1,25,1,1600000000,0,u,1">前方高能<——（误）</d>', [(1.5, "u", "前方高能<——（误）")]),
    ('<d p="1.5,1,25,1,1600000000,0,u,1"><b>bold</b> & <笑></d>', [(1.5, "u", "<b>bold</b> & <笑>")]),
    ('<d p="1.5,1,25,1,1600000000,0,u,1">one<d p="2,1,25,1,1,0,u,1">two</d>', [(1.5, "u", "one"), (2.0, "u", "two")]),
    ('<d p="3,4,1"><![CDATA[short <3]]></d>', [(3.0, "viewer", "short <3")]),
    ('<d p="9,1,25,1,1600000000000,0,77,0" user="Ottil">老板好</d>', [(9.0, "Ottil", "老板好")]),
    ('<sc ts="4.25" user="Hana" price="30" time="60">a superchat</sc><gift ts="1" user="X" giftname="心"/>', [(4.25, "Hana", "a superchat")]),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "said"), DANMAKU)
def test_danmaku_as_viewers_type_them(lines: str, said: list[tuple[float, str, str]]) -> None:
    """Raw signs are words; recorders' notations are read; nobody in them is the creator."""
    document = read_danmaku(f"<i><chatid>1</chatid>{lines}</i>")
    assert [(cue.start_s, cue.speaker, cue.text) for cue in document.cues] == said
    assert document.owner is None and all("quoted" in cue.marks for cue in document.cues)


def test_a_recorders_file_is_told_and_read_to_where_it_breaks_off() -> None:
    """A stylesheet before the root, an `<xsl>` blob inside, and no end."""
    text = (
        '<?xml version="1.0" encoding="utf-8"?>\n<?xml-stylesheet type="text/xsl" href="#s"?>\n<i>\n'
        '<chatserver>chat.bilibili.com</chatserver><BililiveRecorder version="2.0" />'
        '<BililiveRecorderXmlStyle><z:stylesheet version="1.0"><z:template match="/"><html><body><p>style</p></body>'
        "</html></z:template></z:stylesheet></BililiveRecorderXmlStyle>\n"
        '<d p="2.5,1,25,1,1600000000000,0,77,0" user="Ottil">one</d>\n<d p="nan,1,25,1,1,0,u,1">no time</d>\n'
        '<d p="3.5,1,25,1,160'
    )
    assert bilibili.DANMAKU.recognises(Head(text.encode(), "live.xml"))
    document = read_danmaku(text)
    assert [cue.text for cue in document.cues] == ["one"]
    assert {one.code: one.count for one in document.dropped} == {"cut_off": 1, "bad_time": 1}


TT = '<tt xmlns="http://www.w3.org/ns/ttml"><body><div>{}</div></body></tt>'
TIMED = [
    ('<p begin="00:00:01,500" end="00:00:03,000">One.</p>', [(1.5, 3.0, "One.")], ()),
    ('<p begin="19.764" end="1:02.5">One.</p>', [(19.764, 62.5, "One.")], ()),
    ('<p xml:id="a" begin="1s" end="2s">One.</p><p xml:id="a" begin="3s" end="4s">Two.</p>', [(1, 2, "One."), (3, 4, "Two.")], ()),
    ('<p begin="1s" end="2s" tts:color="red" smpte:x="1">Nuts & bolts</p>', [(1, 2, "Nuts & bolts")], ()),
    ('<p begin="soon" end="2s">Lost.</p><p begin="3s" end="4s">Two.</p>', [(3, 4, "Two.")], (Dropped("bad_time", 1, "line 1"),)),
    ('<p begin="00:00:01:12" end="00:00:02;00">One.</p>', [(1.4, 2, "One.")], ()),
    ('<p begin="1s" end="2s">One<br>two.</p>', [(1, 2, "One two.")], ()),
]  # fmt: skip


@pytest.mark.parametrize(("cues", "said", "dropped"), TIMED)
def test_timed_text_as_tools_write_it(
    cues: str, said: list[tuple[float, float, str]], dropped: tuple[Dropped, ...]
) -> None:
    """Ids, prefixes and one bad time do not cost the file; the bad one is counted."""
    document = read_ttml(TT.format(cues))
    assert [(cue.start_s, cue.end_s, cue.text) for cue in document.cues] == said
    assert document.dropped == dropped


def test_apple_lyrics_are_told_and_read() -> None:
    """Words with times of their own, sections, bare seconds."""
    text = (
        '<tt xmlns="http://www.w3.org/ns/ttml" xmlns:itunes="http://music.apple.com/lyric-ttml-internal" '
        'xmlns:ttm="http://www.w3.org/ns/ttml#metadata" itunes:timing="Word" xml:lang="en"><head><metadata>'
        '<ttm:agent type="person" xml:id="v1"/></metadata></head><body dur="3:02.108">'
        '<div begin="9.5" end="14.25" itunes:songPart="Verse"><p begin="9.5" end="14.25" itunes:key="L1" ttm:agent="v1">'
        '<span begin="9.5" end="10">The</span> <span begin="10" end="14.25">kettle</span></p></div></body></tt>'
    )
    assert ttml.SPEC.recognises(Head(text.encode(), "song.ttml"))
    (cue,) = read_ttml(text).cues
    assert (cue.text, cue.start_s) == ("The kettle", 9.5)
