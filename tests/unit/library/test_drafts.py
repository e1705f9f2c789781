"""What a writer did not mean for everybody is private, however they said so."""

from __future__ import annotations

from pathlib import Path

import pytest

from fenshen.core.db import Database
from fenshen.core.errors import BadInput
from fenshen.library import items
from fenshen.library.readers.markdown import read_markdown

from .conftest import Take

PRIVATE = [
    "---\ndraft: true\n---\nHi.",
    "---\nisDraft: yes\n---\nHi.",
    '+++\ntitle = "x"\ndraft = true\n+++\nHi.',
    "+++\n[params]\nprivate = true\n+++\nHi.",
    "title: x\ndate: 2020-01-02\npublished: false\n---\nHi.",
    '{"title": "x", "draft": true}\n\nHi.',
    "#+TITLE: x\n#+DRAFT: t\n\nHi.",
    "# My post\n\nStatus: Draft\nCreated: March 3, 2021\n\nHi.",
    "---\nstatus: pending\n---\nHi.",
    "---\npost_status: auto-draft\n---\nHi.",
    "---\nvisibility: members\n---\nHi.",
    "---\naccess: subscribers\n---\nHi.",
    "---\naudience: only_paid\n---\nHi.",
    "---\nmembers_only: true\n---\nHi.",
    "---\npassword: abc\n---\nHi.",
    "---\nhidden: yes\n---\nHi.",
    "---\nunlisted: true\n---\nHi.",
    "---\nlisted: false\n---\nHi.",
    "---\ndg-publish: false\n---\nHi.",
    "---\npublished:\n---\nHi.",
    "---\npermalink: false\n---\nHi.",
    "---\nrobots: noindex, nofollow\n---\nHi.",
    "---\nsitemap: false\n---\nHi.",
    "---\nsitemap:\n  disable: true\n---\nHi.",
    "---\nbuild:\n  list: never\n---\nHi.",
    "---\neleventyExcludeFromCollections: true\n---\nHi.",
    "---\ntags: [sea, draft]\n---\nHi.",
    "---\ncategories:\n- Private\n---\nHi.",
    "---\n状态: 草稿\n---\nHi.",
    "---\nstatus: entwurf\n---\nHi.",
    "---\nстатус: черновик\n---\nHi.",
    "---\nвидимость: только я\n---\nHi.",
    "---\n可见范围: 仅自己可见\n---\nHi.",
    "---\nSichtbarkeit: nur für Mitglieder\n---\nHi.",
    "---\nvisibilité: abonnés\n---\nHi.",
    "---\nestado: borrador\n---\nHi.",
    "---\n公開範囲: 自分のみ\n---\nHi.",
    "---\n공개범위: 나만 보기\n---\nHi.",
    "---\nveröffentlicht: nein\n---\nHi.",
    "---\npublicado: no\n---\nHi.",
]
PUBLIC = [
    "Hi.",
    "---\nстатус: опубликовано\n---\nHi.",
    "---\n可见范围: 所有人\n---\nHi.",
    "---\nSichtbarkeit: öffentlich\n---\nHi.",
    "---\nestado: Jalisco\n---\nHi.",
    "---\nentwurf: nein\n---\nHi.",
    "---\nstatus: concept album\n---\nHi.",
    "---\ndraft: false\n---\nHi.",
    "---\nstatus: published\n---\nHi.",
    "---\nstatus: evergreen\n---\nHi.",
    "---\nvisibility: public\n---\nHi.",
    "---\npublished: 2020-01-02\n---\nHi.",
    "---\ntags: [draft horses, beer]\n---\nHi.",
    "---\ncategory: private equity\n---\nHi.",
    '---\npassword: ""\n---\nHi.',
    "---\nsitemap:\n  priority: 0.5\n---\nHi.",
    "---\noutput: html_document\n---\nHi.",
    "---\nfeatured: false\ncomments: false\n---\nHi.",
    "+++\ndate = 2020-02-03\n[params]\nfeatured = true\n+++\nHi.",
]


@pytest.mark.parametrize("text", PRIVATE)
def test_every_habit_of_saying_draft_is_private(text: str) -> None:
    """In whatever notation, under whatever name."""
    post = read_markdown(text)
    assert post.private
    assert [cue.text for cue in post.cues][-1:] == ["Hi."]


@pytest.mark.parametrize("text", PUBLIC)
def test_what_says_no_such_thing_is_not(text: str) -> None:
    """Values that only look like it, and clear words for everybody."""
    assert not read_markdown(text).private


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("---\ntitle: x\n\tdraft: true\n---\nHi.", "line 3"),
        ("---\ndraft: true\n\nHi.", "no end"),
        ("+++\ndraft = yes\n+++\nHi.", "TOML"),
    ],
)
def test_a_broken_header_is_refused_with_its_place(text: str, says: str) -> None:
    """It may have said that it is private."""
    with pytest.raises(BadInput, match=says) as caught:
        read_markdown(text)
    assert caught.value.code == "bad_front_matter"


def test_folders_names_and_days_to_come_are_private(folder: Path, db: Database, take: Take) -> None:
    """Where it lies, what it is called, and a day that has not begun."""
    for name in ("_drafts/a.md", "草稿/b.md", "[DRAFT] c.md", "d.draft.md", "e.md", "draft-horses.md"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(f"Hello from {name}.")
    (folder / "f.md").write_text("---\ndate: 2199-01-01\n---\nNot yet.")
    take()
    public = {item.path for item in items.list_items(db, "mara") if not item.private}
    assert public == {"e.md", "draft-horses.md"}


def test_markdown_as_blogs_write_it() -> None:
    """Callouts are the author's, quotes are not; marks, shortcodes and what points elsewhere are gone."""
    post = read_markdown(
        '+++\ntitle = "The third seal"\ndate = 2020-02-03\nlang = "de"\n+++\n> [!note] My own callout\n> goes on here\n\n> A quote\n\n'
        "| Tool | Use |\n|------|-----|\n| Brush | scrub |\n\nUse ~~wool~~ a ==brush==[^1] and [[Third seal|the third seal]] or [[Kettle]].\n\n"
        "{{< youtube abc >}}\n{% include x.html %}\n![[embed.png]]\n- [x] done\n- [ ] open\n\n[^1]: A footnote.\n\n%%a secret%%\n[id]: https://example.com\n"
    )
    assert (post.title, str(post.published), post.language) == ("The third seal", "2020-02-03", "de")
    assert [(cue.text, "quoted" in cue.marks) for cue in post.cues] == [
        ("My own callout goes on here", False),
        ("A quote", True),
        ("Tool, Use", False),
        ("Brush: scrub", False),
        ("Use wool a brush and the third seal or Kettle.", False),
        ("done", False),
        ("open", False),
        ("A footnote.", False),
    ]
