"""Lists of messages of apps nobody knows, told by what their fields are called; and what helps where nothing reads a file."""

from __future__ import annotations

import json

import pytest

from fenshen.core.errors import BadInput
from fenshen.library.document import Document
from fenshen.library.reading import Head, Opened, ReaderSpec
from fenshen.library.sniff import sniff

SIGNAL = [
    {
        "envelope": {
            "source": f"+4{at}",
            "sourceName": who,
            "timestamp": 1712345678000 + at,
            "dataMessage": {"message": said},
        }
    }
    for at, (who, said) in enumerate([("Ulla", "It is cold."), ("Mara", "Then burn it."), ("Ulla", "Yes.")])
]
MATRIX = {
    "exported_by": "@mara:x.org",
    "messages": [
        {"sender": who, "origin_server_ts": 1700000000000, "content": {"msgtype": "m.text", "body": said}}
        for who, said in [("@petra:x.org", "It is cold."), ("@mara:x.org", "Then burn it.")]
    ],
}
CALL = {
    "participants": [{"id": 0, "name": "Priya"}, {"id": 1, "name": "Mara"}],
    "turns": [
        {"channel": at, "begin_ms": at * 900, "text": said}
        for at, said in enumerate(["It is cold.", "Then burn it."])
    ],
}
SMS = (
    '<smses count="4"><sms address="+4670" date="1690000000000" type="1" body="It is cold &#55357;&#56832;" contact_name="Kalle"/>'
    '<sms address="+4670" date="1690000000001" type="2" body="Then burn it." contact_name="Kalle"/>'
    '<sms address="+4670" date="1690000000002" type="3" body="Never sent." contact_name="Kalle"/>'
    '<mms date="1690000000003" msg_box="2" contact_name="Kalle"><parts><part ct="application/smil" text="layout"/><part ct="text/plain" text="With a picture."/></parts></mms></smses>'
)
ELEMENTS = (
    "<log><message><from>Ulla</from><time>2024-01-01 10:00</time><text>It is cold.</text></message>"
    "<message><from>Mara</from><time>2024-01-01 10:01</time><text>Then burn it.</text></message></log>"
)
LISTS = [
    ("s.json", json.dumps(SIGNAL), [("Ulla", "It is cold."), ("Mara", "Then burn it."), ("Ulla", "Yes.")], None),
    ("s.jsonl", "\n".join(map(json.dumps, SIGNAL)), [("Ulla", "It is cold."), ("Mara", "Then burn it."), ("Ulla", "Yes.")], None),
    ("m.json", json.dumps(MATRIX), [("@petra:x.org", "It is cold."), ("@mara:x.org", "Then burn it.")], "@mara:x.org"),
    ("c.json", json.dumps(CALL), [("Priya", "It is cold."), ("Mara", "Then burn it.")], None),
    ("sms.xml", SMS, [("Kalle", "It is cold 😀"), ("Me", "Then burn it."), ("Me", "With a picture.")], "Me"),
    ("e.xml", ELEMENTS, [("Ulla", "It is cold."), ("Mara", "Then burn it.")], None),
    ("sms.csv", "date,contact,direction,text\n2023-07-22,Doris,received,It is cold.\n2023-07-22,Doris,sent,Then burn it.\n", [("Doris", "It is cold."), ("Me", "Then burn it.")], "Me"),
    ("phone.csv", "Name;Number;Type;Date;Message\nDoris;1;Incoming;2023-07-22;It is cold.\nDoris;1;Outgoing;2023-07-22;Then burn it.\n", [("Doris", "It is cold."), ("Me", "Then burn it.")], "Me"),
    ("own.json", json.dumps([{"sender": "Ulla", "ts": 1, "fromMe": False, "text": "It is cold."}, {"sender": "Mara", "ts": 2, "fromMe": True, "text": "Then burn it."}]), [("Ulla", "It is cold."), ("Mara", "Then burn it.")], "Mara"),
    ("kinds.json", json.dumps([{"sender": "Ulla", "ts": 1, "type": 2, "text": "It is cold."}, {"sender": "Mara", "ts": 2, "type": 1, "text": "Then burn it."}]), [("Ulla", "It is cold."), ("Mara", "Then burn it.")], None),
    ("glaze.weechatlog", "2024-02-02 20:11:43\t-->\tmara has joined #glaze\n2024-02-02 20:12:01\tfjord\tIt is cold.\n2024-02-02 20:13:11\tmara\tThen burn it.\n2024-02-02 20:14:20\tfjord\tYes.\n", [("fjord", "It is cold."), ("mara", "Then burn it."), ("fjord", "Yes.")], None),
]  # fmt: skip


def read(name: str, text: str) -> Document:
    spec = sniff(Head(text.encode(), name))
    assert isinstance(spec, ReaderSpec)
    (document,) = spec.read(Opened(name, text.encode()))
    return document


@pytest.mark.parametrize(("name", "text", "said", "owner"), LISTS, ids=[row[0] for row in LISTS])
def test_lists_of_messages_are_chats(
    name: str, text: str, said: list[tuple[str, str]], owner: str | None
) -> None:
    """Everybody under their own name; whoever made the export is known where a field says it."""
    document = read(name, text)
    assert [(cue.speaker, cue.text) for cue in document.cues] == said
    assert document.owner == owner


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "number,text,date\n1,A nice bowl,2024-01-01\n2,A large bowl,2024-01-02\n"),
        ("a.json", '{"rows": [{"sku": 1, "price": 2}, {"sku": 3, "price": 4}]}'),
        ("a.xml", "<shop><bowl price='1'>Blue</bowl><bowl price='2'>Red</bowl></shop>"),
        ("a.json", '[{"id": 1, "text": "one", "date": "2024"}, {"id": 2, "text": "two", "date": "2024"}]'),
    ],
)
def test_other_tables_are_refused_with_a_step(name: str, text: str) -> None:
    """What is no list of messages says what would be one."""
    with pytest.raises(BadInput, match="list of messages"):
        sniff(Head(text.encode(), name))


@pytest.mark.parametrize(
    ("name", "text", "step"),
    [
        ("play.fountain", "INT. ROOM - NIGHT\n\nMARA\nHello.\n", "characters"),
        ("posts.csv", "post_id,post_date,is_published,audience\n1,2,true,everyone\n", "whole export"),
        ("note.scriv", "Some words of mine.\n", "rename it to end in .txt"),
    ],
)
def test_refusals_say_what_helps(name: str, text: str, step: str) -> None:
    """One step each."""
    with pytest.raises(BadInput, match=step):
        sniff(Head(text.encode(), name))


def test_a_page_of_comments_says_that_it_is_one() -> None:
    """It is not empty."""
    said = "".join(
        f'<div class="comment"><p>Comment number {at} has a good many words about spoons and kilns.</p></div>'
        for at in range(4)
    )
    with pytest.raises(BadInput, match="comments"):
        read(
            "c.html",
            f"<!doctype html><html><head><title>T</title></head><body><article><h1>T</h1>{said}</article></body></html>",
        )
