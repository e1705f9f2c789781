"""What says of itself that it is not for everybody stays private, whatever kind of file it turns out to be."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from fenshen.core.db import Database
from fenshen.core.errors import BadInput
from fenshen.library import items
from fenshen.library.document import Cue, Document
from fenshen.library.formats import export_in
from fenshen.library.fronted import read_fronted
from fenshen.library.owner_guess import settle
from fenshen.library.persona import parse_persona
from fenshen.library.readers.drafts import is_closed_line, is_draft_name, is_private_folder
from fenshen.library.readers.markdown import read_markdown
from fenshen.library.reading import Head, Opened, ReaderSpec
from fenshen.library.sniff import sniff
from fenshen.library.withheld import is_withheld

from .conftest import Take

CHAT = "[2024-03-01 09:00:01] Mara Quill: I wash\n[2024-03-01 09:00:40] Sunil: my uncle\n[2024-03-01 09:01:40] Mara Quill: so\n"
SRT = "1\n00:00:01,000 --> 00:00:02,000\nHello there.\n"
FRONTED = [
    ("chat.txt", "---\nprivate: true\n---\n" + CHAT, "chat log"),
    ("chat.md", "---\ntitle: A\ndraft: yes\n---\n\n" + CHAT, "chat log"),
    ("chat.log", "+++\ndraft = true\n+++\n" + CHAT, "chat log"),
    ("two-days.md", "---\ncreated: 2024-01-01 09:00\nmodified: 2024-02-01 10:00\nprivate: on\n---\nHi.", "markdown"),
    ("two-days.txt", "---\nreviewed: 2024-01-01 09:00:00\nlastmod: 2024-02-01 10:00:00\ndraft: on\n---\nHi.", "markdown"),
    ("fields.txt", "Title: A\nStatus: draft\n\nHi there.", "markdown"),
    ("hexo.txt", "title: A\ndate: 2024-01-01 10:00:00\nhidden: true\n---\nHi.", "markdown"),
    ("page.html", "---\nlayout: post\npublished: false\n---\n<p>Some words on a page that nobody is to read for now.</p>", "html"),
    ("film.srt", "---\nprivate: true\n---\n" + SRT, "subtitles"),
    ("roam.org", ":PROPERTIES:\n:ID: 1\n:END:\n#+title: A\n#+filetags: :sea:draft:\n\nHi.", "markdown"),
    ("hugo.org", "# -*- mode: org -*-\n#+TITLE: A\n#+HUGO_DRAFT: true\n\nHi.", "markdown"),
    ("shared.md", "---\nsharing: only me\n---\nHi.", "markdown"),
]  # fmt: skip


def read(name: str, data: bytes) -> list[Document]:
    spec = sniff(Head(data, name))
    assert isinstance(spec, ReaderSpec)
    return read_fronted(spec, Opened(name, data))


@pytest.mark.parametrize(("name", "text", "kind"), FRONTED, ids=[name for name, _, _ in FRONTED])
def test_front_matter_holds_for_every_kind_of_text(name: str, text: str, kind: str) -> None:
    """A chat is read as one and keeps `private`; no field is a speaker."""
    spec = sniff(Head(text.encode(), name))
    assert isinstance(spec, ReaderSpec)
    assert spec.name == kind
    (document,) = read(name, text.encode("utf-8"))
    assert document.private
    assert {cue.speaker for cue in document.cues} <= {None, "Mara Quill", "Sunil"}


def test_a_chat_below_broken_front_matter_is_refused() -> None:
    """It may have said that it is private."""
    with pytest.raises(BadInput, match="no end"):
        read("chat.txt", b"---\nprivate: true\n" + CHAT.encode())


@pytest.mark.parametrize(
    "text", ["From: Mara\nDate: 2024-01-01\n---\nHello.", "---\nMara: hello\nSunil: hi\n---\n" + CHAT]
)
def test_letters_and_talk_are_no_front_matter(text: str) -> None:
    """Fields of a letter are its reader's, and people between rules are no fields."""
    assert sniff(Head(text.encode(), "a.txt")).name in ("letters", "chat log")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("name", "is_draft"),
    [
        ("x-DRAFT.txt", True), ("DRAFT 2.md", True), ("散文草稿.docx", True), ("WIP notes.md", True), ("essay (draft).md", True),
        ("final_draft_v3.docx", True), ("talk-draft.en.srt", True), ("letter do not publish.md", True), ("diary-private.txt", True),
        ("draft-horses.md", False), ("overdraft.md", False), ("private-equity.md", False), ("wiped.md", False), ("updraft.txt", False),
    ],
)  # fmt: skip
def test_names_of_files_say_draft(name: str, is_draft: bool) -> None:
    """As a word in capitals or at the end, in brackets, or in Chinese; not as part of what the text is about."""
    assert is_draft_name(name) is is_draft


@pytest.mark.parametrize(
    ("name", "is_private"),
    [
        ("Entwürfe", True), ("Entwu\u0308rfe", True), ("Borradores", True), ("черновики", True), ("下書き", True), ("01 Drafts", True),
        ("Draft horses", False), ("posts", False), ("公開", False),
    ],
)  # fmt: skip
def test_names_of_folders_say_draft(name: str, is_private: bool) -> None:
    """In any language, with marks and numbers before them, as macOS spells umlauts too."""
    assert is_private_folder(name) is is_private


@pytest.mark.parametrize(
    ("line", "is_closed"),
    [
        ("DRAFT — DO NOT PUBLISH", True), ("Confidential — for my lawyer only", True), ("**Draft**", True), ("Private: the price list", True),
        ("Geschützt: Preise", True), ("私密：价格表", True), ("Not for publication.", True), ("草稿，请勿外传", True), ("WIP Opening", True),
        ("Please don’t share this", True), ("Strictly confidential", True), ("Embargoed until May", False), ("Draft horses are strong", False),
        ("*** NOT FOR PUBLICATION – members only until 1 September ***", True), ("== Members only until 1 May ==", True),
        ("[Nur für Mitglieder]", True), ("Только для подписчиков", True), ("会員限定", True), ("Members of the jury", False),
        ("Not for the public, my uncle used to say, and closed the door.", False), ("Only members of the choir sing", False),
        ("Private schools and their kilns", False), ("Do not share your passwords", False), ("Secret glazes", False), ("机密文件的历史", False),
    ],
)  # fmt: skip
def test_first_lines_say_it(line: str, is_closed: bool) -> None:
    """In a title or above the words, and never by what a text is about."""
    assert is_closed_line(line) is is_closed
    post = Document("post", (Cue(line), Cue("Some words below.")))
    assert is_withheld(post, date(2024, 1, 1)) is is_closed


def test_what_is_said_in_a_chat_says_nothing_of_it() -> None:
    """Only its title does."""
    assert not is_withheld(Document("chat", (Cue("Draft", speaker="Mara"),), turns=True), date(2024, 1, 1))


@pytest.mark.parametrize("field", ["expires", "expiryDate", "unpublish_on", "valid-until"])
def test_what_was_taken_away_is_private(field: str) -> None:
    """From the day that its author named."""
    post = read_markdown(f"---\n{field}: 2020-05-01\n---\nHi.")
    assert is_withheld(post, date(2020, 5, 1))
    assert not is_withheld(post, date(2020, 4, 30))


def _wxr(*entries: str) -> bytes:
    spaces = 'xmlns:wp="http://wordpress.org/export/1.2/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    return f'<?xml version="1.0"?><rss version="2.0" {spaces}><channel><title>K</title>{"".join(entries)}</channel></rss>'.encode()


def _entry(title: str, more: str) -> str:
    return f"<item><title>{title}</title><description>The words of {title} stand here.</description>{more}</item>"


def test_a_blogs_export_keeps_what_is_not_published_private() -> None:
    """By status, password and Blogger's mark; forms, menus and comments are no posts."""
    closed = ["draft", "pending", "private", "future", "trash", "inherit", "auto-draft"]
    data = _wxr(
        _entry("open", "<wp:status>publish</wp:status><wp:post_password></wp:post_password>"),
        _entry("locked", "<wp:status>publish</wp:status><wp:post_password>x</wp:post_password>"),
        _entry("form", "<wp:status>publish</wp:status><wp:post_type>feedback</wp:post_type>"),
        _entry(
            "marked",
            '<app:control xmlns:app="http://www.w3.org/2007/app"><app:draft>yes</app:draft></app:control>',
        ),
        *(_entry(status, f"<wp:status>{status}</wp:status>") for status in closed),
    )
    found = {document.title: document.private for document in read("k.xml", data)}
    assert found == {"open": False, "locked": True, "marked": True, **dict.fromkeys(closed, True)}


def test_another_author_is_not_the_creator() -> None:
    """Named by account or by name, in an export or above a post; who runs a site is nobody else."""
    logins = "<wp:author><wp:author_login>mq</wp:author_login><wp:author_display_name>Mara Quill</wp:author_display_name></wp:author>"
    by = [_entry(who, f"<dc:creator>{who}</dc:creator>") for who in ("mq", "gudrun", "admin")]
    documents, _ = settle(read("k.xml", _wxr(logins, *by)), ("Mara Quill", "Mara"))
    assert [document.cues[0].speaker for document in documents] == [None, "gudrun", None]
    (guest,), _ = settle(read("g.md", b"---\nauthor: Sunil Rao <s@x.org>\n---\nHi."), ("Mara Quill",))
    assert guest.cues[0].speaker == "Sunil Rao"


def test_ghost_and_its_kin() -> None:
    """Drafts, posts to come and what only members read."""
    says = [
        ("published", "public"),
        ("draft", "public"),
        ("scheduled", "public"),
        ("published", "members"),
        ("published", "paid"),
        ("sent", "public"),
    ]
    posts = [
        {
            "id": at,
            "title": f"T{at}",
            "html": f"<p>Words of post number {at} stand here.</p>",
            "status": status,
            "visibility": who,
        }
        for at, (status, who) in enumerate(says)
    ]
    for export in ({"db": [{"data": {"posts": posts}}]}, posts):
        found = read("g.json", json.dumps(export).encode())
        assert [document.private for document in found] == [False, True, True, True, True, True]


def test_substack_says_in_its_list_what_is_published(folder: Path, db: Database, take: Take) -> None:
    """A page that the list does not name is private; addresses of subscribers are not read."""
    (folder / "posts").mkdir()
    (folder / "posts.csv").write_text(
        "post_id,post_date,is_published,type,audience,title\n1.a,2024-01-05T08:00:00.000Z,true,newsletter,everyone,Open\n"
        "2.b,,false,newsletter,everyone,Unsent\n3.c,2024-01-06T08:00:00.000Z,true,newsletter,only_paid,Paid\n"
    )
    (folder / "email_list.csv").write_text("name,text\nsomebody,secret\n")
    for name in ("1.a", "2.b", "3.c", "4.unlisted"):
        (folder / f"posts/{name}.html").write_text(
            f"<p>The words of {name} are many and stand in this paragraph.</p>"
        )
    assert export_in(folder) is not None
    take()
    found = items.list_items(db, "mara")
    assert {item.title for item in found if not item.private} == {"Open"}
    assert len(found) == 4


def test_pages_say_it_in_their_head() -> None:
    """To search engines, and by the classes that WordPress writes."""
    words = "<p>Some words on a page that nobody is to read for now, and a few more of them to make an article.</p>"
    for head, body in [
        ('<meta name="robots" content="noindex">', words),
        ("", f'<article class="post status-private">{words}</article>'),
    ]:
        (page,) = read(
            "p.html", f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode()
        )
        assert page.private
    (page,) = read(
        "p.html",
        f"<!doctype html><html><head><meta name='robots' content='index, follow'></head><body>{words}</body></html>".encode(),
    )
    assert not page.private


def test_other_names_of_the_creator_count() -> None:
    """A persona lists them, and they come back from how it is stored."""
    who = parse_persona({"name": "Mara Quill", "system": {"en": "x"}, "also_called": ["玛拉", "maraq"]})
    assert who.names == ("Mara Quill", "Mara", "玛拉", "maraq")
    with pytest.raises(BadInput, match="list of names"):
        parse_persona({"name": "Mara", "system": {"en": "x"}, "also_called": "maraq"})
