"""Several formats say `messages`; each file is claimed by its own reader, and foreign JSON by none."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fenshen.core.errors import BadInput
from fenshen.library.formats import READERS
from fenshen.library.readers.bilibili import read_danmaku
from fenshen.library.readers.json_text import parse_json, shape
from fenshen.library.reading import HEAD_BYTES, Head, Opened

from . import exports

THREAD = exports.meta_thread(exports.meta_message("Zoë", "Hei", 1716226400000))
SAID: dict[str, tuple[str, Any]] = {
    "one Telegram chat": ("telegram", exports.TELEGRAM),
    "a Telegram account": ("telegram", {"about": "Here is the data", "chats": {"about": "", "list": [exports.TELEGRAM]}}),
    "Discord": ("discord", exports.DISCORD),
    "Instagram": ("meta", THREAD),
    "an encrypted thread": ("meta", exports.SEALED),
    "Instagram captions": ("meta_posts", exports.CAPTIONS),
    "Facebook posts": ("meta_posts", exports.FACEBOOK_POSTS),
    "Weibo": ("weibo", exports.WEIBO),
    "Bilibili comments": ("bilibili", exports.COMMENTS),
    "a list of comments": ("bilibili", exports.COMMENTS["data"]["replies"]),  # type: ignore[index]
    "danmaku": ("danmaku", exports.DANMAKU),
    "MemoTrace": ("wechat", exports.MEMOTRACE),
    "PyWxDump": ("wechat", exports.PYWXDUMP),
}  # fmt: skip
FOREIGN: dict[str, Any] = {
    "a prompt": {"model": "m", "messages": [{"role": "user", "content": "hi"}]},
    "a Slack day": [{"type": "message", "user": "U1", "text": "hi", "ts": "1.0"}],
    "a package": {"name": "x", "type": "module", "version": "1.0"},
    "a channel list": {"channels": [{"id": "1"}], "guild": "x"},
    "a feed": {"data": {"list": [{"text": "x", "id": 1}]}},
    "a number": 7,
    "nothing": {},
    "other comments": {"data": {"replies": [{"id": 1, "text": "x"}]}},
    "an XML page": "<i>just italics</i>",
    "another table": "id,talker,msg\n1,a,b\n",
}


def encoded(value: Any, indent: int | None = None) -> bytes:
    """`value` as a file; text stays as it is."""
    return (
        value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=indent)
    ).encode()


#: Tried after every format of its own.
LAST = ("chat log", "chat table")


def claimed(data: bytes, name: str) -> list[str]:
    """Every reader that takes a file of this name, prose and what is known by its shape alone aside."""
    head = Head(data[:HEAD_BYTES], name)
    return [
        spec.name
        for spec in READERS
        if spec.name not in (*LAST, "text", "markdown") and spec.recognises(head)
    ]


@pytest.mark.parametrize("case", SAID)
@pytest.mark.parametrize("indent", [None, 1])
def test_an_export_is_claimed_by_its_reader_alone(case: str, indent: int | None) -> None:
    """Pretty-printed or not, whatever it is called; and the reader that claims it reads it."""
    name, value = SAID[case]
    data = encoded(value, indent)
    assert claimed(data, "message_1.json") == claimed(data, "export.txt") == [name]
    (spec,) = (spec for spec in READERS if spec.name == name)
    assert spec.read(Opened("message_1.json", data))


@pytest.mark.parametrize("case", FOREIGN)
def test_foreign_json_is_not_claimed(case: str) -> None:
    """Other products' messages are not chats of people."""
    head = Head(encoded(FOREIGN[case]), "messages.json")
    assert claimed(head.data, head.name) == []
    assert not [spec.name for spec in READERS if spec.name in LAST and spec.recognises(head)]


def test_members_are_seen_in_any_order_and_in_a_cut_off_beginning() -> None:
    """A head ends anywhere; what was said before it counts."""
    text = '{"b": {"c": [1, {"d": "x\\"y"}]}, "a": [[2]], "e": "cut o'
    assert shape(text) == {
        "": "",
        "b": "",
        "b.c": "",
        "b.c[]": "1",
        "b.c[].d": 'x\\"y',
        "a": "",
        "a[]": "",
        "a[][]": "2",
        "e": "cut o",
    }


@pytest.mark.parametrize(
    "head",
    [
        '["' + '\\"' * 32_000,
        "[" * 65_000,
        '{"a":' * 13_000,
        '["' + "\\" * 64_001,
        '{"' * 32_000,
        '["a",' * 13_000,
    ],
)
def test_no_beginning_is_slow_to_look_at(head: str) -> None:
    """64 KiB made to be scanned again and again take a moment."""
    started = time.process_time()
    shape(head)
    assert time.process_time() - started < 1.0


@given(st.text(alphabet='{}[]:,"\\a1 \n', max_size=60).map(lambda rest: "{" + rest))
def test_any_beginning_has_a_shape(text: str) -> None:
    """It never raises, and the whole is always there."""
    assert "" in shape(text)


@pytest.mark.parametrize(
    "text",
    ['{"a": NaN}', '{"a": 1, "a": 2}', "[1, 2", '["' + "\\u12", "[" * 100_000, '{"a":' * 100_000, "9" * 5_000, "[-Infinity]"],
)  # fmt: skip
def test_json_that_is_none_is_refused(text: str) -> None:
    """Cut off, nested without end, ambiguous or not JSON at all."""
    with pytest.raises(BadInput) as caught:
        parse_json(text)
    assert caught.value.code == "bad_json"


@pytest.mark.parametrize("text", ["[" + "[]," * 4_100_000 + "[]]", "[" + "1," * 16_100_000 + "1]"])
def test_json_made_to_fill_memory_is_refused_before_it_is_read(text: str) -> None:
    """A small file can stand for gigabytes of empty lists."""
    started = time.process_time()
    with pytest.raises(BadInput) as caught:
        parse_json(text)
    assert caught.value.code == "too_large"
    assert time.process_time() - started < 1.0


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('<?xml version="1.0"?><!DOCTYPE i [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><i><d p="1,1,1,1,1,1,u,1">&b;</d></i>', "unsafe_xml"),
        ('<!DOCTYPE i SYSTEM "file:///etc/passwd"><i></i>', "unsafe_xml"),
        ("<i>" * 100_000, "bad_xml"),
        ('<i><d p="1,1,25,1,1,0,u,1', "bad_xml"),
        ("<i><chatid>1</chatid></i>", "no_text"),
    ],
)  # fmt: skip
def test_hostile_danmaku_are_refused(text: str, code: str) -> None:
    """Entities, endless nesting and files cut off before the first word: nothing is expanded or opened."""
    with pytest.raises(BadInput) as caught:
        read_danmaku(text)
    assert caught.value.code == code


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.floats(),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(
            ["messages", "type", "text", "author", "content", "participants", "user", "weibo", "data", "replies", "chats", "list", "id", "ts", "member", "retweet", "date"]
        ),
        inner,
        max_size=6,
    ),
    max_leaves=25,
)  # fmt: skip


@given(JSON_VALUES)
def test_any_json_is_read_or_clearly_refused(value: Any) -> None:
    """Members of the wrong kind anywhere raise nothing but `BadInput`."""
    data = json.dumps(value).encode()
    for spec in READERS:
        if spec.name in ("telegram", "discord", "meta", "meta_posts", "weibo", "bilibili"):
            try:
                assert spec.read(Opened("a.json", data))
            except BadInput as error:
                assert error.code in ("bad_json", "unknown_format", "no_text")
