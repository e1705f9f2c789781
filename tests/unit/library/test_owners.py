"""Who is the creator in an export: guessed, stated by the export, or chosen once and obeyed ever after."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from fenshen.core.db import Database
from fenshen.core.errors import BadInput, NotFound
from fenshen.library import items
from fenshen.library.cleaning.tidy import tidy
from fenshen.library.document import Cue, Document
from fenshen.library.owner_guess import settle
from fenshen.library.owners import Speaker, choose_owner, speakers_in, undecided_exports
from postgres import DATABASES, fresh_database

from . import exports
from .conftest import Take


@pytest.fixture(params=DATABASES)
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Both databases: comparisons and updates by name are SQL."""
    if request.param == "sqlite":
        made = Database(f"sqlite:///{tmp_path / 'library.db'}")
        made.create_all()
        yield made
        made.close()
    else:
        with fresh_database() as url:
            made = Database(url)
            made.create_all()
            yield made
            made.close()


CHAT = "[14/06/2024, 19:03:46] Juno: Are you home?\n[14/06/2024, 19:04:46] {name}: Yes. Mind the goat.\n"


def own_lines(db: Database) -> list[str]:
    return sorted(p.text for p in items.passages(db, "mara", include_private=True) if p.is_creator)


def talk(owner: str | None, *speakers: str) -> Document:
    return Document("chat", tuple(Cue("Hello", speaker=name) for name in speakers), turns=True, owner=owner)


@pytest.mark.parametrize(
    ("documents", "owners", "names"),
    [
        ([talk(None, "Mara", "Juno")], [None], ("Mara Quill", "Mara")),
        ([talk("墨姐", "墨姐", "Juno")], ["墨姐"], ()),
        ([talk("Mara Quill", "Mara Quill", "Mara")], ["Mara Quill"], ()),
        ([talk("Theo", "Theo", "Mara"), talk("Theo", "Theo", "Bea")], [None, None], ()),
    ],
    ids=["names alone", "the export alone", "a namesake is not the creator", "somebody else's export"],
)
def test_the_export_and_the_names_are_weighed(
    documents: list[Document], owners: list[str | None], names: tuple[str, ...]
) -> None:
    """Words of others must not become the creator's: where the two disagree, a person chooses."""
    settled, counting = settle(documents, ("Mara Quill", "Mara"))
    assert ([document.owner for document in settled], counting) == (owners, names)


def test_nobody_is_the_creator_until_it_is_chosen(folder: Path, db: Database, take: Take) -> None:
    """An export in which no name matches is listed, with who speaks how much in it."""
    (folder / "_chat.txt").write_text(CHAT.format(name="M. 🏺"))
    (folder / "post.md").write_text("A post about mud.")
    take()
    (export,) = undecided_exports(db, "mara")
    assert (export.path, export.format, export.items) == ("_chat.txt", "whatsapp", 1)
    assert speakers_in(db, export.item_id) == [
        Speaker("M. 🏺", 1, 19, False),
        Speaker("Juno", 1, 13, False),
    ]
    assert choose_owner(db, "mara", export.item_id, "M. 🏺") == 1
    assert own_lines(db) == ["A post about mud.", "Yes. Mind the goat."]
    assert undecided_exports(db, "mara") == []


def test_a_choice_covers_the_whole_export_and_outlives_it(folder: Path, db: Database, take: Take) -> None:
    """Every chat of the file is relabelled, a newer export at its place obeys, and so does a copy elsewhere."""
    said = {"type": "message", "date": "2024-05-02T18:40:00"}
    chats = [
        {"name": name, "type": "private_group", "id": n, "messages": [
            {**said, "from": "M.Q.", "from_id": "user1", "text": f"mine {n}"},
            {**said, "from": "Bea", "from_id": "user2", "text": f"hers {n}"},
        ]}
        for n, name in enumerate(["Club", "Shop"])
    ]  # fmt: skip
    export = {"about": "x", "chats": {"about": "x", "list": chats}}
    path = folder / "result.json"
    path.write_text(json.dumps(export))
    take()
    (undecided,) = undecided_exports(db, "mara")
    assert undecided.items == 2
    assert choose_owner(db, "mara", undecided.item_id, "M.Q.") == 2
    assert own_lines(db) == ["mine 0", "mine 1"]
    chats[0]["messages"].append({**said, "from": "M.Q.", "from_id": "user1", "text": "mine too"})  # type: ignore[attr-defined]
    path.write_text(json.dumps(export))
    assert take().replaced == 2
    assert own_lines(db) == ["mine 0", "mine 1", "mine too"]


def test_a_choice_follows_the_same_content_to_another_place(folder: Path, db: Database, take: Take) -> None:
    """The export was moved and forgotten; read again, it is still decided."""
    (folder / "_chat.txt").write_text(CHAT.format(name="M."))
    take()
    (export,) = undecided_exports(db, "mara")
    choose_owner(db, "mara", export.item_id, "M.")
    items.delete_item(db, export.item_id)
    (folder / "_chat.txt").rename(folder / "renamed.txt")
    take()
    assert own_lines(db) == ["Yes. Mind the goat."]


def test_one_choice_settles_the_other_chats_of_a_service(folder: Path, db: Database, take: Take) -> None:
    """Phones write a file a chat: those in which the same name speaks are decided too, now and later ones."""
    for name, text in (("a", "M."), ("b", "M."), ("c", "Theo")):
        (folder / f"{name}.txt").write_text(CHAT.format(name=text).replace("goat", name))
    take()
    first, _second, theirs = undecided_exports(db, "mara")
    assert choose_owner(db, "mara", first.item_id, "M.") == 2
    assert own_lines(db) == ["Yes. Mind the a.", "Yes. Mind the b."]
    assert [export.path for export in undecided_exports(db, "mara")] == [theirs.path]
    (folder / "d.txt").write_text(CHAT.format(name="M.").replace("goat", "d"))
    (folder / "e.txt").write_text(CHAT.format(name="Mara").replace("goat", "e").replace("Juno", "M."))
    take()
    assert own_lines(db) == ["Yes. Mind the a.", "Yes. Mind the b.", "Yes. Mind the d.", "Yes. Mind the e."]


@pytest.mark.parametrize("said", ["theo quill", "THEO QUILL", "Quill, Theo", "Theo  Quill"])
def test_a_speaker_is_chosen_however_the_name_is_written(
    folder: Path, db: Database, take: Take, said: str
) -> None:
    """Capitals, spaces and `Last, First` say the same person."""
    (folder / "_chat.txt").write_text(CHAT.format(name="Theo Quill"))
    take()
    (item,) = items.list_items(db, "mara")
    assert choose_owner(db, "mara", item.id, said) == 1
    assert own_lines(db) == ["Yes. Mind the goat."]


def test_a_wrong_guess_can_be_put_right(folder: Path, db: Database, take: Take) -> None:
    """The Mara in this chat is another one: her words stop being the creator's."""
    (folder / "_chat.txt").write_text(CHAT.format(name="Mara"))
    take()
    (item,) = items.list_items(db, "mara")
    assert own_lines(db) == ["Yes. Mind the goat."]
    choose_owner(db, "mara", item.id, "Juno")
    assert own_lines(db) == ["Are you home?"]


def test_only_a_speaker_of_ones_own_export_can_be_chosen(folder: Path, db: Database, take: Take) -> None:
    """A name that is not there names those that are; another creator's item does not exist."""
    (folder / "_chat.txt").write_text(CHAT.format(name="M."))
    take()
    (item,) = items.list_items(db, "mara")
    with pytest.raises(BadInput, match="'M\\.'") as caught:
        choose_owner(db, "mara", item.id, "Theo")
    assert caught.value.code == "unknown_speaker"
    for creator, item_id in (("theo", item.id), ("mara", "item_0")):
        with pytest.raises(NotFound):
            choose_owner(db, creator, item_id, "M.")
    assert own_lines(db) == []


def test_quoted_words_do_not_call_for_a_choice(folder: Path, db: Database, take: Take) -> None:
    """Danmaku are viewers' words: nobody in them could be the creator, and nobody is asked."""
    (folder / "55.xml").write_text(exports.DANMAKU.replace("\x07", ""))
    assert take().added == 1
    assert undecided_exports(db, "mara") == []
    assert own_lines(db) == []


def test_none_of_them_and_all_of_it_are_answers(folder: Path, db: Database, take: Take) -> None:
    """`nobody` keeps it held and asks no more; `all` makes it the creator's; both outlive a new reading."""
    for name in ("a", "b"):
        (folder / f"{name}.txt").write_text(f"Jane: Is it the {name}?\nOtto: It is.\nJane: Good {name}.\n")
    take()
    first, second = undecided_exports(db, "mara")
    assert choose_owner(db, "mara", first.item_id, answer="nobody") == 0
    assert choose_owner(db, "mara", second.item_id, answer="all") == 3
    assert undecided_exports(db, "mara") == []
    assert [(item.path, item.held) for item in items.list_items(db, "mara")] == [
        ("a.txt", True),
        ("b.txt", False),
    ]
    for name in ("a", "b"):
        with (folder / f"{name}.txt").open("a") as file:
            file.write("Otto: And again.\n")
    take()
    assert undecided_exports(db, "mara") == []
    assert [item.held for item in items.list_items(db, "mara")] == [True, False]
    assert len(own_lines(db)) == 4


def test_a_held_item_makes_no_other_its_duplicate(folder: Path, db: Database, take: Take) -> None:
    """The same chat, once as WhatsApp writes it and once without its marks: the one that is decided counts."""
    lines = [f"the kettle number {n} leaks again and again from the seal near the lid" for n in range(30)]
    whatsapp = "".join(
        f"[14/06/2024, 19:{n:02d}:46] {'Juno' if n % 2 else 'Mara'}: {line}\n" for n, line in enumerate(lines)
    )
    (folder / "_chat.txt").write_text(whatsapp)
    (folder / "copy.txt").write_text(
        "".join(f"{'Juno' if n % 2 else 'M.'}: {line}\n" for n, line in enumerate(lines))
    )
    take()
    tidy(db, "mara")
    found = {item.path: (item.held, item.duplicate_of) for item in items.list_items(db, "mara")}
    assert found == {"_chat.txt": (False, None), "copy.txt": (True, None)}


def test_a_nickname_tells_the_owner() -> None:
    """Handles in Discord are not what people are called: the creator's name among the nicknames is enough."""
    document = replace(talk(None, "q77", "Juno"), called=(("q77", "Mara Quill"), ("Juno", "J.")))
    (settled,), _ = settle([document], ("Mara Quill",))
    assert settled.owner == "q77"
