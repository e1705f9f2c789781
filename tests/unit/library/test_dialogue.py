"""Whose words: talk in any notation is nobody's until somebody says, and one person's lists stay one person's."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fenshen.core.db import Database
from fenshen.library import items
from fenshen.library.dialogue.deciding import told_apart
from fenshen.library.document import Document
from fenshen.library.owners import choose_owner, undecided_exports
from fenshen.library.reading import Head, Opened, ReaderSpec
from fenshen.library.rights import why_not
from fenshen.library.sniff import sniff

from .conftest import Take
from .talks import MONOLOGUES, TALKS


def read(name: str, text: str, owner_names: tuple[str, ...] = ()) -> list[Document]:
    """The documents of a file as they are before passages are cut."""
    data = text.encode()
    spec = sniff(Head(data, name))
    assert isinstance(spec, ReaderSpec)
    return [told_apart(document, owner_names) for document in spec.read(Opened(name, data))]


def said(name: str, text: str, owner_names: tuple[str, ...] = ()) -> list[tuple[str | None, str]]:
    return [(c.speaker, c.text) for document in read(name, text, owner_names) for c in document.cues]


@pytest.mark.parametrize("name", TALKS)
def test_every_line_of_a_talk_is_somebodys(name: str) -> None:
    """In no notation is a line left without a speaker, which would make it the creator's; nor is a label left in it."""
    lines = said(name, TALKS[name])
    assert len(lines) > 1 or name.endswith("mail.txt")
    assert [text for speaker, text in lines if speaker is None] == []
    assert [text for _, text in lines if "SPEAKER_" in text or text.startswith((">>", "Jane Roe:"))] == []


def test_a_library_of_talks_is_held(folder: Path, db: Database, take: Take) -> None:
    """Nothing is the creator's, every file is asked about, and nothing of it may be used until then."""
    for name, text in TALKS.items():
        (folder / name).write_text(text)
    report = take()
    assert report.skipped == ()
    passages = items.passages(db, "mara", include_private=True)
    assert [(p.speaker, p.text) for p in passages if p.is_creator] == []
    stored = items.list_items(db, "mara")
    assert [item.path for item in stored if not item.held] == []
    refusals = {found.code for item in stored for use in ("train", "cite") if (found := why_not(item, use))}  # type: ignore[arg-type]
    assert refusals == {"undecided"}
    assert {export.path for export in undecided_exports(db, "mara")} == {item.path for item in stored}
    assert not any(item.duplicate_of for item in stored)


def test_lists_and_steps_stay_the_writers_own() -> None:
    """False alarms cost a question each; of fifty monologues at most three are asked about, and those are named."""
    alarms = {name for name, text in MONOLOGUES.items() if any(speaker for speaker, _ in said(name, text))}
    assert alarms == {"tips2.md", "workout.txt", "tools.md"}


NAMES = (
    "Jane Roe",
    "OTTO",
    "mira_99",
    "老王",
    "محمد",
    "Ольга",
    "Ana-Lucía",
    "🐐 Beck",
    "J. R.",
    "Dr. Weber",
    "さくら",
    "김하나",
)
NOTATIONS = (
    "{name}: {text}",
    "[{name}]: {text}",
    "**{name}:** {text}",
    "**{name}**: {text}",
    "<{name}> {text}",
    "[00:0{n}:02] {name}: {text}",
    "{name} (12:0{n} PM): {text}",
    "{name}：{text}",
    "[14:0{n}] <{name}> {text}",
    "2021-03-12 14:0{n}:11 {name}\n{text}\n",
    "{name}  0:0{n}\n{text}\n",
    "2021-03-12 14:0{n} - {name}: {text}",
    "14:0{n}\t{name}\t{text}",
    "[2021-03-12, 14:0{n}] {name}: {text}",
    "- {name}: {text}",
    ">> {name}: {text}",
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from(NAMES), min_size=2, max_size=3, unique=True),
    st.sampled_from(NOTATIONS),
    st.lists(
        st.sampled_from(["It is hot.", "Is it?", "水壶呢？", "نعم", "All my life", "Да."]),
        min_size=6,
        max_size=8,
    ),
    st.sampled_from([".txt", ".md"]),
)
def test_no_notation_and_no_script_makes_anybody_the_creator(
    names: list[str], notation: str, texts: list[str], suffix: str
) -> None:
    """Any names that come back, in any of the notations: no line is left to the creator."""
    lines = [notation.format(name=names[n % len(names)], text=text, n=n + 1) for n, text in enumerate(texts)]
    gap = "\n\n" if suffix == ".md" else "\n"
    assert [text for speaker, text in said(f"talk{suffix}", gap.join(lines)) if speaker is None] == []


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        ("Mara: Hello there.\n\nJane: Hi.\n", ["Mara", "Jane"]),
        ("My day was long.\n\n" + "It rained. " * 9 + "\n\n" + "\n\n".join(["So it goes."] * 20) + "\n\nJane Roe: Hi there, you.\n", [None] * 22 + ["Jane Roe"]),
    ],
    ids=["the creator's own name heads a line", "one line of somebody's in a long text"],
)  # fmt: skip
def test_few_lines_leave_the_rest_as_it_was(text: str, speakers: list[str | None]) -> None:
    """A label of the creator's counts at once; a single quoted line is that person's and no more."""
    assert [speaker for speaker, _ in said("post.md", text, ("Mara",))] == speakers


def test_what_a_machine_numbers_is_not_taken_from_one_file_to_the_next(
    folder: Path, db: Database, take: Take
) -> None:
    """`SPEAKER_00` chosen in one transcript is somebody else in another."""
    for name in ("a", "b"):
        text = TALKS["whisperx.srt"].replace("boat", name)
        (folder / f"{name}.srt").write_text(text)
    take()
    first, second = undecided_exports(db, "mara")
    assert choose_owner(db, "mara", first.item_id, "SPEAKER_01") == 1
    assert [export.path for export in undecided_exports(db, "mara")] == [second.path]
    assert [item.held for item in items.list_items(db, "mara")] == [False, True]
