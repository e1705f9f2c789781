"""Exports that were tampered with: every member of every kind, and texts made to be slow."""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fenshen.core.errors import BadInput
from fenshen.library.formats import READERS, export_in
from fenshen.library.passages import cut_passages
from fenshen.library.readers.meta import FOLDER as META
from fenshen.library.readers.x_archive import FOLDER as X
from fenshen.library.reading import HEAD_BYTES, Head, Opened, ReaderSpec

from . import exports

READER = {spec.name: spec for spec in READERS}
ODD: tuple[Any, ...] = (None, True, -1, 1e400, 10**400, "", "\ud800\0<", [], {}, [[None]], {"id": {}})
THREAD = exports.meta_thread(exports.meta_message("Zoë", "Hei", 1716226400000, type="Generic"))
SOUND: dict[str, tuple[str, Any]] = {
    "telegram": ("telegram", exports.TELEGRAM),
    "account": ("telegram", {"personal_information": {"user_id": 1}, "chats": {"list": [exports.TELEGRAM]}}),
    "discord": ("discord", exports.DISCORD),
    "meta": ("meta", THREAD),
    "sealed": ("meta", exports.SEALED),
    "weibo": ("weibo", exports.WEIBO),
    "captions": ("meta_posts", exports.CAPTIONS),
    "posts": ("meta_posts", exports.FACEBOOK_POSTS),
    "comments": ("bilibili", exports.COMMENTS),
}


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a JSON value."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield from places(one, (*path, key))


def tampered(value: Any) -> Iterator[Any]:
    """`value` with one member replaced by something odd, in every way."""
    for path in places(value):
        for odd in ODD:
            changed = copy.deepcopy(value)
            if not path:
                yield odd
                continue
            holder = changed
            for key in path[:-1]:
                holder = holder[key]
            holder[path[-1]] = odd
            yield changed


def read_quietly(read: Callable[[], list[Any]]) -> None:
    """Read; what is read can be cut and stored, what is not is refused with a code."""
    try:
        documents = read()
    except BadInput as error:
        assert error.code in ("bad_json", "unknown_format", "no_text", "bad_csv")
        return
    parts = [document.part for document in documents]
    assert len(set(parts)) == len(parts)
    assert all(part.isascii() and len(part) <= 64 for part in parts)
    for document in documents:
        cut_passages(document, "item_1", "mara", "en", ("Mara",))


@pytest.mark.parametrize("name", SOUND)
def test_a_member_of_the_wrong_kind_anywhere_harms_nothing(name: str) -> None:
    """Thousands of exports, each with one value replaced."""
    reader, value = SOUND[name]
    for changed in tampered(value):
        data = json.dumps(changed).replace("Infinity", "1e400").encode()
        read_quietly(lambda data=data: READER[reader].read(Opened("a.json", data)))  # type: ignore[misc]


@pytest.mark.parametrize("name", ["slack", "x", "meta"])
def test_a_member_of_the_wrong_kind_in_a_folder_harms_nothing(name: str, tmp_path: Path) -> None:
    """The same for exports of many files, one file at a time."""
    if name == "slack":
        folder = exports.write_slack(tmp_path)
    elif name == "x":
        folder = exports.write_x_archive(tmp_path)
    else:
        folder = tmp_path / "thread"
        folder.mkdir()
        (folder / "message_1.json").write_text(json.dumps(THREAD))
    spec = export_in(folder)
    assert spec is not None
    for path in sorted(path for path in folder.rglob("*") if path.suffix in (".js", ".json")):
        sound = path.read_text()
        start = sound.index("=") + 1 if path.suffix == ".js" else 0
        for changed in tampered(json.loads(sound[start:])):
            path.write_text(sound[:start] + json.dumps(changed).replace("Infinity", "1e400"))
            read_quietly(lambda: spec.read(folder))
        path.write_text(sound)


def slow_json(shape: dict[str, Any], text: str) -> bytes:
    return json.dumps(shape).replace("SLOW", text).encode()


BIG = 1_000_000
SLOW: dict[str, tuple[ReaderSpec, Callable[[], bytes]]] = {
    "blank lines after a WhatsApp message": (READER["whatsapp"], lambda: b"[14/06/2024, 19:03:46] J: a\n" + b"\n" * BIG + b"b"),
    "brackets in a WhatsApp message": (READER["whatsapp"], lambda: b"[14/06/2024, 19:03:46] J: a\n" + b"<\n" * BIG),
    "WhatsApp messages without end": (READER["whatsapp"], lambda: b"14/06/2024, 19:03 - J: a\n" * 20_000),
    "titles without end in WeChat": (READER["wechat"], lambda: b"TalkerId,Type,SubType,IsSender,StrContent,StrTime\n1,49,57,1," + b"<title>" * (BIG // 2) + b",2024-01-01\n"),
    "blank lines in a WeChat reply": (READER["wechat"], lambda: 'type_name,is_sender,talker,room_name,msg,CreateTime\n引用,1,a,b,"'.encode() + b"\n" * BIG + b'x",2024-01-01\n'),
    "an endless quoted field": (READER["wechat"], lambda: b'TalkerId,Type,SubType,IsSender,StrContent,StrTime\n1,1,0,1,"' + b"a\n" * (5 * BIG)),
    "stars in Discord": (READER["discord"], lambda: slow_json({"messages": [{"content": "SLOW", "author": {}}]}, "**a __b ||c ~~d <@" * (BIG // 20))),
    "tags in Weibo": (READER["weibo"], lambda: slow_json({"weibo": [{"text": "SLOW"}]}, "<img alt=<a href=x " * (BIG // 20))),
    "chains in Weibo": (READER["weibo"], lambda: slow_json({"weibo": [{"text": "SLOW"}]}, "//@a:b" * (BIG // 20))),
    "garbled bytes in Instagram": (READER["meta"], lambda: slow_json({"messages": [{"sender_name": "a", "content": "SLOW"}]}, "\\u00c3" * (BIG // 2))),
}  # fmt: skip


@pytest.mark.parametrize("case", SLOW)
def test_text_made_to_be_slow_is_not(case: str) -> None:
    """A megabyte that sends a careless pattern back and forth takes a moment."""
    spec, make = SLOW[case]
    data = make()
    started = time.process_time()
    try:
        spec.read(Opened("a.json", data))
    except BadInput as error:
        assert error.code in ("no_text", "bad_csv")
    assert time.process_time() - started < 2.0


@pytest.mark.parametrize("spec", READERS, ids=lambda spec: spec.name)
@pytest.mark.parametrize("byte", [b" ", b"\n", b"<", b"{", b"[1/", b'\\"', b">", b"- ", b","])
def test_no_reader_is_slow_to_look_at_a_file(spec: ReaderSpec, byte: bytes) -> None:
    """64 KiB of one thing: whether it is of this format is said at once."""
    started = time.process_time()
    spec.recognises(Head((byte * HEAD_BYTES)[:HEAD_BYTES], "a.txt"))
    assert time.process_time() - started < 0.5


def test_links_in_an_export_lead_nowhere(tmp_path: Path) -> None:
    """A link in place of a file of the export is refused."""
    secret = tmp_path / "secret.json"
    secret.write_text(json.dumps(THREAD))
    thread = tmp_path / "thread"
    thread.mkdir()
    (thread / "message_1.json").symlink_to(secret)
    archive = exports.write_x_archive(tmp_path)
    (archive / "data" / "tweets.js").unlink()
    (archive / "data" / "tweets.js").symlink_to(secret)
    for spec, folder in ((META, thread), (X, archive)):
        with pytest.raises(BadInput) as caught:
            spec.read(folder)
        assert caught.value.code == "outside_folder"
