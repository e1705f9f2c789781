"""What stands in place of a name is no person, and people are known by every name they have."""

from __future__ import annotations

import json

from fenshen.library.document import Document
from fenshen.library.privacy.mask import participants
from fenshen.library.readers.discord import read_discord
from fenshen.library.readers.meta import read_meta
from fenshen.library.readers.telegram import read_telegram


def telegram(kind: str, name: str, messages: list[dict[str, object]]) -> Document:
    said = [{"type": "message", "date": "2024-05-02T18:40:00", **one} for one in messages]
    (document,) = read_telegram(json.dumps({"name": name, "type": kind, "id": 1, "messages": said}))
    return document


def test_quotes_channels_and_bots_are_no_participants() -> None:
    """So a word of the text is not masked because it stands where a name would be."""
    group = telegram(
        "private_group",
        "Kettle Crew",
        [
            {
                "from": "Juno",
                "from_id": "user1",
                "text": [{"type": "blockquote", "text": "How much?"}, "\nQuote me a price."],
            },
            {"from": "Kettle Diary", "from_id": "channel7", "text": "News of the diary"},
            {"from": "Juno", "from_id": "user1", "via_bot": "@gif", "text": "a picture"},
        ],
    )
    assert participants(group, ()) == ("Juno",)
    channel = telegram(
        "public_channel", "Kettle Diary", [{"from": "Kettle Diary", "from_id": "channel7", "text": "Hello"}]
    )
    assert participants(channel, ()) == ()


def discord(content: str, **more: object) -> Document:
    author = {"id": "1", "name": "mq_77", "nickname": "Mara Quill", "isBot": False}
    message = {
        "id": "9",
        "type": "Default",
        "timestamp": "2024-05-02T18:40:00",
        "content": content,
        "author": author,
        **more,
    }
    return read_discord(
        json.dumps(
            {"guild": {"id": "1", "name": "G"}, "channel": {"id": "2", "name": "c"}, "messages": [message]}
        )
    )


def test_discord_marks_and_nicknames() -> None:
    """Escapes and fences are undone, a forwarded message is nobody's name, and a nickname is another name."""
    found = discord(
        "\\*promise\\* `x`\n```js\nlet a\n```", forwardedMessage={"content": "Forwarded mail gets lost"}
    )
    assert [cue.text for cue in found.cues] == ["Forwarded mail gets lost", "*promise* x\nlet a"]
    assert found.called == (("mq_77", "Mara Quill"),)
    assert participants(found, ()) == ("mq_77", "Mara Quill")


def test_an_encrypted_thread_is_named_after_a_person_and_its_owner_known() -> None:
    """Messenger puts a number behind the name; two people take part, and the other one made it."""
    said = [
        {"senderName": name, "text": "hi", "timestamp": 1_700_000_000_000 + at}
        for at, name in enumerate(("Otto Weber", "M."))
    ]
    thread = read_meta(
        [{"threadName": "Otto Weber_4", "participants": ["Otto Weber", "M."], "messages": said}]
    )
    assert thread is not None
    assert (thread.title, thread.owner) == ("Otto Weber", "M.")


def test_an_edited_message_is_said_once() -> None:
    """Instagram keeps the first version and appends the edited one; the last version stands where the first was."""
    texts = ["I'll be home at six", "ok", "I'll be home at seven (edited)", "see you"]
    names = ("Juno", "M.", "Juno", "M.")
    said = [
        {"sender_name": name, "content": text, "timestamp_ms": 1_700_000_000_000 + at}
        for at, (name, text) in enumerate(zip(names, texts, strict=True))
    ]
    thread = read_meta(
        [{"title": "Juno", "participants": [{"name": "Juno"}, {"name": "M."}], "messages": said[::-1]}]
    )
    assert thread is not None
    assert [cue.text for cue in thread.cues] == ["I'll be home at seven", "ok", "see you"]
