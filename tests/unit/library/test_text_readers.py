"""Posts, plain text, Q&A logs and chats as documents."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from fenshen.core.errors import BadInput
from fenshen.library.dialogue.deciding import told_apart
from fenshen.library.encoding import decode_text
from fenshen.library.readers.markdown import read_markdown
from fenshen.library.readers.plain import read_plain
from fenshen.library.readers.telegram import read_telegram
from fenshen.library.readers.whatsapp import read_whatsapp


def test_a_post_keeps_its_words_and_loses_its_markup() -> None:
    """Front matter becomes facts; links, emphasis, code fences, images and comments leave only words."""
    post = read_markdown(
        "---\ntitle: Glue\ndate: 2025-03-23\nlang: en\n---\n\n# Why\n\nGlue is a *lie* that **dries**, see [this](http://x).\n"
        "wrapped on\n\n![cat](c.png)\n```\ncode\n```\n- one\n- two\n<!-- no -->\n"
    )
    assert (post.title, post.published, post.language, post.kind) == ("Glue", date(2025, 3, 23), "en", "post")
    assert [cue.text for cue in post.cues] == [
        "Why",
        "Glue is a lie that dries, see this. wrapped on",
        "one",
        "two",
    ]


@pytest.mark.parametrize(
    ("value", "private"), [("true", True), ("yes", True), ("maybe", True), ("false", False), ("no", False)]
)
def test_anything_but_a_clear_no_is_private(value: str, private: bool) -> None:
    """`private:` errs on the side of keeping quiet."""
    assert read_markdown(f"---\nprivate: {value}\n---\nHello there.").private is private


def test_broken_front_matter_is_refused_rather_than_ignored() -> None:
    """It may have said `private`."""
    with pytest.raises(BadInput) as caught:
        read_markdown("---\nprivate: true\n: [\n---\nHello.")
    assert caught.value.code == "bad_front_matter"


def test_a_live_log_is_one_turn_per_name() -> None:
    """Both spellings of a name are seen, and a paragraph without one continues the turn."""
    log = told_apart(
        read_markdown(
            "**keith:** is that rain?\n\n**Juniper**: It is. On tin.\n\nAnd on time.\n\n**小满：** 晚上好\n"
        )
    )
    assert (log.kind, log.turns) == ("live", True)
    assert [(c.speaker, c.text) for c in log.cues] == [
        ("keith", "is that rain?"),
        ("Juniper", "It is. On tin.\nAnd on time."),
        ("小满", "晚上好"),
    ]


def test_hard_wrapped_text_becomes_paragraphs() -> None:
    """Lines broken at a column are joined; a short first block is the title."""
    text = (
        "On Idling\n\n"
        + "This is a subject on which I flatter myself\nthat I really am at home and ready and able\nto stand up and to speak at length.\n\nSecond paragraph."
    )
    found = read_plain(text)
    assert found.title == "On Idling"
    assert len(found.cues) == 2
    assert "flatter myself that" in found.cues[0].text


def test_whatsapp_from_ios_keeps_what_people_typed() -> None:
    """Notices, attachments and deletions go; continued lines stay; the American date is read right."""
    chat = read_whatsapp(
        "[12/28/23, 9:58:11\u202fAM] Bea: \u200eMessages and calls are end-to-end encrypted.\r\n"
        "[12/28/23, 9:58:11\u202fAM] Bea: Did you get it\r\n"
        "[12/28/23, 10:03:09\u202fAM] Mara Quill: Do not be.\nThe letters survived.\r\n"
        "\u200e[12/28/23, 10:40:33\u202fAM] Bea: \u200e<attached: 1.jpg>\r\n"
        "[12/28/23, 10:41:33\u202fAM] Bea: Toast: a dinner \u200e<This message was edited>\r\n"
    )
    assert [(c.speaker, c.text) for c in chat.cues] == [
        ("Bea", "Did you get it"),
        ("Mara Quill", "Do not be.\nThe letters survived."),
        ("Bea", "Toast: a dinner"),
    ]
    assert (chat.published, chat.kind) == (date(2023, 12, 28), "chat")


def test_whatsapp_from_a_day_first_phone() -> None:
    """A first number above twelve can only be a day."""
    assert read_whatsapp("[14/06/2024, 19:03:46] Juniper: Are you home?").published == date(2024, 6, 14)


def test_telegram_forwards_speak_with_their_authors_name_and_saved_messages_are_private() -> None:
    """Someone else's words are never the creator's; notes to self are never anyone's business."""
    message = {"type": "message", "date": "2024-05-02T18:40:00", "from": "Mara"}
    chats = [
        {"name": "Club", "type": "group", "id": 1, "messages": [
            {"type": "service", "actor": "Mara", "text": ""},
            {**message, "text": ["Four ", {"type": "italic", "text": "useful"}, " minutes."]},
            {**message, "forwarded_from": "Theo", "text": "His words"},
            {**message, "from": None, "text": "ghost"},
        ]},
        {"type": "saved_messages", "id": 2, "messages": [{**message, "text": "the goat gate"}]},
    ]  # fmt: skip
    club, saved = read_telegram(json.dumps({"chats": {"list": chats}}))
    assert [(c.speaker, c.text) for c in club.cues] == [
        ("Mara", "Four useful minutes."),
        ("Theo", "His words"),
        ("Deleted account", "ghost"),
    ]
    assert (club.private, saved.private, saved.kind) == (False, True, "note")


@pytest.mark.parametrize(
    ("text", "code"),
    [("{", "bad_json"), ("[" * 100_000, "bad_json"), ('{"messages": [{"content": "x"}]}', "unknown_format"), ('{"messages": [{"type": "service"}]}', "no_text")],
)  # fmt: skip
def test_json_that_is_no_telegram_chat_says_why(text: str, code: str) -> None:
    """Cut off, nested without end, another product's, or empty."""
    with pytest.raises(BadInput) as caught:
        read_telegram(text)
    assert caught.value.code == code


def test_real_chat_exports(samples: Path) -> None:
    """Message counts of the shared exports, less what nobody typed."""
    chats = samples / "chats"
    ios = read_whatsapp(decode_text((chats / "whatsapp/ios-en-US/_chat.txt").read_bytes()))
    assert len(ios.cues) == 37 - 4  # encryption notice, photo, deleted message, missed call
    android = read_whatsapp(decode_text(next((chats / "whatsapp/android-de").iterdir()).read_bytes()))
    assert {c.speaker for c in android.cues} == {"Mara Quill", "Jonas", "+49 171 3920058"}
    single = read_telegram(decode_text((chats / "telegram/single-chat/result.json").read_bytes()))
    assert [d.title for d in single] == ["Theo Lindqvist"]
    account = read_telegram(decode_text((chats / "telegram/full-account/result.json").read_bytes()))
    assert [(d.title, d.private) for d in account] == [("Kiln Club", False), ("Saved messages", True)]
