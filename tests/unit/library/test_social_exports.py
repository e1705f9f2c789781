"""Exports of chats and social media become turns with the right speaker, and quoted words are told apart."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from fenshen.library import formats
from fenshen.library.document import Document
from fenshen.library.passages import cut_passages
from fenshen.library.readers.bilibili import read_comments, read_danmaku
from fenshen.library.readers.discord import read_discord
from fenshen.library.readers.meta import FOLDER as META
from fenshen.library.readers.meta import SPEC as META_FILE
from fenshen.library.readers.meta_posts import read_meta_posts
from fenshen.library.readers.telegram import read_telegram
from fenshen.library.readers.wechat import read_wechat
from fenshen.library.readers.weibo import read_weibo
from fenshen.library.reading import Opened

from . import exports


def lines(document: Document) -> list[str]:
    """What is said, with a `>` before somebody else's words."""
    return [f"{'> ' if cue.marks else ''}{cue.speaker}: {cue.text}" for cue in document.cues]


def facts(documents: Sequence[Document]) -> list[tuple[str | None, str, date | None, str | None]]:
    return [(d.title, d.part, d.published, d.owner) for d in documents]


def test_telegram_tells_own_words_from_quotes_forwards_and_bots() -> None:
    """Edits stand as edited, entities read as text; in a personal chat the other id is the owner's."""
    (chat,) = read_telegram(json.dumps(exports.TELEGRAM))
    assert lines(chat) == [
        "Theo: Is it wet?",
        "> Quote: Is it wet?",
        "Mara: It is 🏺soup.",
        "> Bea: Mind the goat.",
        "> @gif: a gif",
        "Mara: As I said.",
        "> Deleted account: Somebody gone.",
    ]
    assert facts([chat]) == [("Theo", "", date(2024, 3, 4), "Mara")]


def test_telegram_namesakes_are_two_people() -> None:
    """Only the account's own id is the owner, whatever others are called."""
    said = {"type": "message", "date": "2024-05-02T18:40:00", "text": "Hello", "from": "Mara"}
    chats = [
        {"name": "Club", "type": "private_group", "id": 4, "messages": [{**said, "from_id": "user9"}, {**said, "from_id": "user1"}]},
        {"name": "Club", "type": "private_group", "id": 4, "messages": [{**said, "from_id": "user1"}]},
    ]  # fmt: skip
    export = {"personal_information": {"user_id": 1}, "chats": {"list": chats}}
    first, again = read_telegram(json.dumps(export))
    assert ([c.speaker for c in first.cues], first.owner) == (["Mara", "Mara (2)"], "Mara (2)")
    assert (first.part, again.part) == ("4", "4~2")


def test_discord_renders_its_marks_and_keeps_what_bots_said_as_theirs() -> None:
    """Raw mentions, emoji and styles read as text; pins go; a direct chat named after one is the other's."""
    chat = read_discord(json.dumps(exports.DISCORD))
    assert lines(chat) == [
        "pete: @Mara look at :mud:  this",
        "> Quote: look at this",
        "maraquill: I have >_< seen it.",
        "> KilnBot: Kiln\n1240",
        "> Forwarded: Sale on clay",
    ]
    assert facts([chat]) == [("pete", "42", date(2024, 4, 11), "maraquill")]


def test_meta_threads_are_joined_turned_round_and_repaired(tmp_path: Path) -> None:
    """Two files of a thread are one chat, oldest first, without likes; the title names the other side."""
    box = tmp_path / "messages" / "inbox"
    (box / "zo_1000000001").mkdir(parents=True)
    (box / "kiln_2").mkdir()
    say = exports.meta_message
    newest = exports.meta_thread(
        say("Zoë", "Reacted ❤ to your message ", 1716226900000),
        say(
            "Mara Quill", "Mara Quill sent an attachment.", 1716226800000, share={"link": "https://x.example"}
        ),
        say("Mara Quill", "It’s 38 €.", 1716226700000),
        say("Zoë", "Ça va — voilà", 1716226700000),
    )
    oldest = exports.meta_thread(
        say("Zoë", "Zoë a aimé un message", 1716226600000),
        say("Zoë", "unsent", 1716226500000, is_unsent=True),
        say("Zoë", "Hei 🏺", 1716226400000),
    )
    group = exports.meta_thread(
        say("René", "René named the group Kiln.", 1716226950000),
        say("René", "Sent an attachment? Not me.", 1716226900000),
        title="Kiln",
        people=("René", "Zoë", "Mara Quill"),
    )
    (box / "zo_1000000001" / "message_1.json").write_text(json.dumps(newest))
    (box / "zo_1000000001" / "message_2.json").write_text(json.dumps(oldest))
    (box / "kiln_2" / "message_1.json").write_text(json.dumps(group))
    assert formats.export_in(tmp_path / "messages") is META
    kiln, direct = META.read(tmp_path / "messages")
    assert lines(direct) == ["Zoë: Hei 🏺", "Zoë: Ça va — voilà", "Mara Quill: It’s 38 €."]
    assert lines(kiln) == ["René: Sent an attachment? Not me."]
    assert facts([kiln, direct]) == [
        ("Kiln", "kiln_1000000001", date(2024, 5, 20), "Mara Quill"),
        ("Zoë", "zo_1000000001", date(2024, 5, 20), "Mara Quill"),
    ]


def test_captions_and_posts_are_the_accounts_own() -> None:
    """By month and without a name; a letter whose last byte looks like a space is not cut off before repair."""
    march, april = read_meta_posts(json.dumps(exports.CAPTIONS))
    assert [(c.text, c.speaker) for d in (march, april) for c in d.cues] == [
        ("Voilà, déjà un café à Å", None),
        ("Two bowls 🏺", None),
    ]
    assert facts([march]) == [("Posts, 2024-03", "posts-2024-03", date(2024, 3, 12), None)]
    (posts,) = read_meta_posts(json.dumps(exports.FACEBOOK_POSTS))
    assert [c.text for c in posts.cues] == ["The goat is back — again."]


def test_text_that_is_not_garbled_is_left_alone() -> None:
    """End-to-end encrypted chats come in proper UTF-8, in a shape of their own."""
    (chat,) = META_FILE.read(Opened("Zoë_7.json", json.dumps(exports.SEALED, ensure_ascii=False).encode()))
    assert lines(chat) == ["Zoë: What’s that?", "Mara Quill: It’s a “bowl”."]


def test_slack_keeps_threads_together_and_says_names(tmp_path: Path) -> None:
    """A reply of the next day follows its parent; whoever is in every direct chat made the export."""
    folder = exports.write_slack(tmp_path)
    spec = formats.export_in(folder)
    assert spec is not None
    kiln, direct = spec.read(folder)
    assert lines(kiln) == [
        "Orla Byrne: @Mara Quill see the log & #kiln, @here",
        "> Quote: see the log",
        "Mara Quill: Seen. Mail a@b.example, file_name_x stays",
        "Mara Quill: Unrelated: tea.",
        "> Kiln: 1240 reached",
    ]
    assert facts([kiln, direct]) == [
        ("#kiln", "C1", date(2024, 4, 8), "Mara Quill"),
        ("Raj Pillai", "D2", date(2024, 4, 9), "Mara Quill"),
    ]


def test_a_slack_channel_cannot_name_a_folder_outside(tmp_path: Path) -> None:
    """Names come from the export and are not trusted; links are not followed."""
    folder = exports.write_slack(tmp_path / "export")
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "2024-04-08.json").write_text(
        json.dumps([{"type": "message", "user": "U1", "ts": "1.0", "text": "root"}])
    )
    (folder / "linked").symlink_to(secret)
    names = [
        {"id": f"C{n}", "name": name}
        for n, name in enumerate(["../../secret", "..", str(secret), "linked", "a\0b"])
    ]
    (folder / "channels.json").write_text(json.dumps(names))
    spec = formats.export_in(folder)
    assert spec is not None
    assert "root" not in str(spec.read(folder))


def test_wechat_reads_quoting_replies_and_leaves_out_the_rest() -> None:
    """XML of replies gives what was typed; links, recalls and the sender in front of group messages go."""
    direct, group = read_wechat(exports.MEMOTRACE.lstrip("\ufeff"))
    assert lines(direct) == ["林小满: 泥干了吗", "墨姐: 没有，<别催>"]
    assert lines(group) == ["老赵: 谁用大窑"]
    assert facts([direct, group]) == [
        ("林小满", "3", date(2024, 3, 12), "墨姐"),
        ("老赵", "9", date(2024, 3, 12), None),
    ]
    (same,) = read_wechat(exports.PYWXDUMP)
    assert [cue.text for cue in same.cues] == [cue.text for cue in direct.cues]
    assert same.owner == "wxid_m"


def test_x_posts_are_threads_by_month_with_links_written_out(tmp_path: Path) -> None:
    """Replies keep to whom, reposts are quoted, long posts are whole, deleted ones stay deleted."""
    folder = exports.write_x_archive(tmp_path)
    spec = formats.export_in(folder)
    assert spec is not None
    march, april, direct = spec.read(folder)
    assert lines(march) == [
        "@maraquill: I made a bowl https://quillpots.example/mud",
        "@maraquill: and then it cracked.",
        "@maraquill: @theo You are <wrong> & late.",
    ]
    assert lines(april) == ["> @bea: Mind the goat", f"@maraquill: {exports.LONG.strip()}"]
    assert lines(direct) == ["@maraquill: Sent it.", "user 200: thanks"]
    assert [(d.kind, d.part, d.published, d.owner) for d in (march, april, direct)] == [
        ("post", "posts-2024-03", date(2024, 3, 13), "@maraquill"),
        ("post", "posts-2024-04", date(2024, 4, 2), "@maraquill"),
        ("chat", "100-200", date(2024, 3, 12), "@maraquill"),
    ]


def test_weibo_reposts_are_parted_into_own_and_quoted_words() -> None:
    """What stands before `//@` is the account's; the chain and the post passed on are not."""
    march, april = read_weibo(json.dumps(exports.WEIBO))
    assert lines(march) == [
        "墨姐: 碗底太厚，能当门挡。&不丢人",
        "墨姐: 先看泥，再说话。",
        "> @小满: 老师说得对",
        "> @老赵: 我也这么想",
        "> @老赵: 今天开窑",
    ]
    assert lines(april) == ["> @泥巴日报: #泥# 涨价了\n真的 [哈哈]"]
    assert facts([march]) == [("墨姐 的微博 2024-03", "posts-2024-03", date(2024, 3, 12), "墨姐")]


def test_weibo_of_the_sites_own_interface_and_of_weibospider() -> None:
    """Pages of `mymblog` and the older crawler's text fields say the same."""
    user = {"screen_name": "墨姐"}
    page = {
        "data": {
            "list": [
                {
                    "mblogid": "A",
                    "text": "x",
                    "text_raw": "先看泥",
                    "created_at": "Thu Mar 14 09:00:00 +0800 2024",
                    "user": user,
                }
            ]
        }
    }
    (found,) = read_weibo(json.dumps(page))
    assert (lines(found), found.published, found.owner) == (["墨姐: 先看泥"], date(2024, 3, 14), "墨姐")
    old = {
        "user": {"nickname": "墨姐"},
        "weibo": [
            {
                "id": "A",
                "content": "转发理由:说得好\n原始用户:老赵\n转发内容:今天开窑",
                "publish_time": "2024-03-14 09:00",
            }
        ],
    }
    (found,) = read_weibo(json.dumps(old))
    assert lines(found) == ["墨姐: 说得好", "> @老赵: 今天开窑"]


def test_danmaku_are_timed_words_of_others() -> None:
    """In the order of the film, each with its second; scripts and broken lines go, and none is the creator's."""
    shown = read_danmaku(exports.DANMAKU)
    assert [(c.start_s, c.text, c.marks) for c in shown.cues] == [
        (3.5, "前排", frozenset({"quoted"})),
        (23.826, "泥会飞 & 转", frozenset({"quoted"})),
    ]
    assert shown.published == date(2024, 3, 11)
    assert [p.anchor for p in cut_passages(shown, "item_1", "mara", "zh", ("墨姐",))] == ["t=3", "t=23"]


def test_comments_follow_what_they_answer_and_the_uploader_owns_them() -> None:
    """A reply loses the site's `回复 @…`, a comment shown twice is read once."""
    page = read_comments(json.dumps(exports.COMMENTS))
    assert lines(page) == ["阿星: 这泥哪里买？", "墨姐: 后山挖的。"]
    assert (page.owner, page.published) == ("墨姐", date(2024, 3, 12))
    listed = read_comments(json.dumps(exports.COMMENTS["data"]["replies"]))  # type: ignore[index]
    assert lines(listed) == lines(page)
