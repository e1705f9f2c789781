"""The shared exports, every file: as many messages as they hold, less what nobody typed."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from fenshen.core.db import Database
from fenshen.library import formats, items
from fenshen.library.document import Document
from fenshen.library.reading import Opened
from fenshen.library.sniff import sniff_file

from .conftest import Take

#: File below `chats` → reader, messages that nobody typed and why, the owner it states.
FILES = {
    "telegram/single-chat/result.json": ("telegram", {"photo": 1, "voice": 1}, "Mara Quill"),
    "telegram/full-account/result.json": ("telegram", {"group created": 1}, "Mara Quill"),
    "whatsapp/ios-en-US/_chat.txt": ("whatsapp", {"encryption notice": 1, "photo": 1, "deleted": 1, "missed call": 1}, None),
    "whatsapp/android-de/WhatsApp Chat mit Töpferkreis Süd.txt": ("whatsapp", {"encryption notice": 1, "group created": 1, "added": 2, "left": 1, "media": 1, "deleted": 1}, None),
    "discord/Mudlarks - Studio - glaze-help [880000000000000100].json": ("discord", {"join": 1, "picture": 1}, None),
    "discord/Direct Messages - pinchpot_pete [880000000000000200].json": ("discord", {}, "maraquill"),
    "wechat/memotrace/messages.csv": ("wechat", {"picture": 2, "voice": 1, "sticker": 1, "recall": 1}, "墨姐"),
    "wechat/pywxdump/wxid_xiaoman00002/wxid_xiaoman00002_0_50.csv": ("wechat", {"picture": 1, "voice": 1, "sticker": 1}, "wxid_mojie000001"),
    "instagram/your_instagram_activity/messages/inbox/zoekerlund_10000000000000001/message_1.json": ("meta", {"photo": 1, "like": 1, "reaction": 1, "share": 1}, "Mara Quill"),
    "instagram/your_instagram_activity/messages/inbox/rakuweekend_10000000000000002/message_1.json": ("meta", {"reaction": 1, "share": 1}, None),
}  # fmt: skip


def read(path: Path) -> list[Document]:
    spec = sniff_file(path)
    assert not hasattr(spec, "demuxer")
    return spec.read(Opened(path.name, path.read_bytes()))  # type: ignore[union-attr]


@pytest.mark.parametrize("name", FILES)
def test_every_message_that_somebody_typed_is_a_turn(name: str, samples: Path) -> None:
    """The count stated beside the files, less the named kinds; and the owner where the export tells."""
    reader, untyped, owner = FILES[name]
    path = samples / "chats" / name
    spec = sniff_file(path)
    assert getattr(spec, "name", None) == reader
    documents = read(path)
    counted = json.loads((samples / "chats" / "counts.json").read_text())["messages"][name]
    assert sum(len(document.cues) for document in documents) == counted - sum(untyped.values())
    assert {document.owner for document in documents} == {owner}
    assert all(document.turns and document.published for document in documents)


def said(documents: list[Document]) -> list[str]:
    return [cue.text for document in documents for cue in document.cues]


def slack(samples: Path, to: Path) -> list[Document]:
    """The Slack export, unpacked and read."""
    (archive,) = (samples / "chats" / "slack").glob("*.zip")
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(to)
    spec = formats.export_in(to)
    assert spec is not None
    assert spec.name == "slack"
    return spec.read(to)


def test_the_slack_export_says_each_thing_once(samples: Path, tmp_path: Path) -> None:
    """43 messages, one of them a join; the thread stands together under its parent."""
    documents = slack(samples, tmp_path)
    assert [(d.title, d.part, len(d.cues)) for d in documents] == [
        ("#general", "C01GEN", 19),
        ("#shop", "C02SHOP", 13),
        ("Mara Quill, Orla Byrne", "D01ORLA", 10),
    ]
    assert said(documents[1:2])[:3] == [
        "order 1182 arrived in two halves",
        "Then she has twice as many. No? Refund her and send the green one.",
        "email is customer.1182@example.com",
    ]
    assert not any("<" in text or "&" in text for text in said(documents))


def test_every_invented_address_that_was_typed_is_read(samples: Path, tmp_path: Path) -> None:
    """What privacy must find later comes through; account data and directories, which nobody typed, do not."""
    listed = json.loads((samples / "chats" / "pii.json").read_text())["items"]
    texts = {name: "\n".join(said(read(samples / "chats" / name))) for name in FILES}
    texts["slack"] = "\n".join(said(slack(samples, tmp_path)))
    typed = [one for one in listed if not one["sender"].startswith("(")]
    places = [one["file"] if one["file"] in texts else one["file"].partition("/")[0] for one in typed]
    assert [one for one, place in zip(typed, places, strict=True) if one["value"] not in texts[place]] == []
    assert len(typed) == 36


def test_the_same_wechat_chat_gives_the_same_text_from_both_exporters(samples: Path) -> None:
    """So that it is found to be one conversation."""
    direct, _group = read(samples / "chats/wechat/memotrace/messages.csv")
    (other,) = read(samples / "chats/wechat/pywxdump/wxid_xiaoman00002/wxid_xiaoman00002_0_50.csv")
    assert [cue.text for cue in direct.cues] == [cue.text for cue in other.cues]
    assert [c.speaker == direct.owner for c in direct.cues] == [c.speaker == other.owner for c in other.cues]


def test_instagram_is_repaired_and_joined_as_an_export(samples: Path) -> None:
    """As a folder, the direct thread tells whose export it is for the group too."""
    folder = samples / "chats/instagram/your_instagram_activity/messages"
    spec = formats.export_in(folder)
    assert spec is not None
    group, direct = spec.read(folder)
    assert (group.owner, direct.owner) == ("Mara Quill", "Mara Quill")
    assert (group.title, direct.title) == ("Raku Weekend 🔥", "Zoë Åkerlund")
    text = " ".join(cue.text for cue in direct.cues)
    assert "38 €" in text
    assert "Tångvägen 12, 21099 Malmö" in text
    assert "Ã" not in text


def test_whole_exports_become_a_library_in_which_mara_speaks(samples: Path, db: Database, take: Take) -> None:
    """Her lines are hers in every export, under whatever name, and nobody else's are."""
    report = take(samples / "chats")
    assert {s.code for s in report.skipped} <= {"archive", "unknown_format"}
    own = {p.speaker for p in items.passages(db, "mara", include_private=True) if p.is_creator}
    assert own <= {"Mara Quill", "maraquill", "墨姐", "wxid_mojie000001"}
    assert {"Mara Quill", "maraquill", "墨姐", "wxid_mojie000001"} <= own
