"""The same talk in several formats counts once; different talks never do."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from fenshen.core.db import Database
from fenshen.core.errors import BadInput
from fenshen.core.pcm import Pcm
from fenshen.library import items, tables
from fenshen.library.cleaning.duplicates import keep_apart
from fenshen.library.cleaning.tidy import TidyReport, tidy
from fenshen.library.items import Item
from fenshen.library.rights import may
from fenshen.models.hearing import Segment

from ..conftest import Take

JUNIPER = Path(__file__).parents[4] / "examples" / "juniper" / "library"
TALK = next(JUNIPER.glob("videos/2024-03-16*.srt"))
OTHER_TALK = next(JUNIPER.glob("videos/2024-07-13*.srt"))
CHINESE_TALK = next(JUNIPER.glob("videos/*.zh.srt"))


def spoken(subtitles: Path) -> str:
    """What is said in subtitles, as one text."""
    lines = re.split(r"\n\n", subtitles.read_text(encoding="utf-8"))
    return " ".join(" ".join(line.split("\n")[2:]) for line in lines if line.strip())


def misheard(text: str, share: float, seed: int = 1) -> str:
    """`text` as a recogniser may hear it: no case, no punctuation, some words wrong, missing or said twice."""
    chance = random.Random(seed)
    is_chinese = not text.isascii() and " " not in text[:20]
    words = re.findall(r"\w", text) if is_chinese else re.findall(r"[\w']+", text.lower())
    heard: list[str] = []
    for word in words:
        lot = chance.random()
        if lot >= share:
            heard.append(word)
        elif lot > share / 2:
            heard.append(chance.choice(words))
    return ("" if is_chinese else " ").join(heard)


def edited(text: str) -> str:
    """`text` as a blog post: headings, every ninth sentence gone, every seventh begun in another way."""
    sentences = re.split(r"(?<=[.?!。？！])\s*", text)
    kept = [
        s if n % 7 else f"As it happens, {s[:1].lower()}{s[1:]}" for n, s in enumerate(sentences) if n % 9
    ]
    parts = [" ".join(kept[at : at + 6]) for at in range(0, len(kept), 6)]
    return "\n\n".join(f"## Part {at}\n\n{part}" for at, part in enumerate(parts))


@dataclass
class Hears:
    """A hearing engine that hears one text."""

    text: str
    name: str = "hears-one-text"

    def transcribe(self, sound: Pcm, language: str | None = None) -> Iterator[Segment]:
        """Forty words (characters) a segment."""
        size = 40 if " " not in self.text else 250
        for at in range(0, len(self.text), size):
            yield Segment(at / 20, (at + size) / 20, self.text[at : at + size], language or "en")


def silence(path: Path, seconds: float = 20.0) -> None:
    """A short recording whose words come from the engine."""
    samples = 0.2 * np.sin(np.arange(int(seconds * 8000)) / 5)
    path.write_bytes(Pcm(samples.astype(np.float32), 8000).to_wav())


def library(db: Database) -> dict[str, Item]:
    """The items by path."""
    return {item.path: item for item in items.list_items(db, "mara")}


def originals(db: Database) -> dict[str, str]:
    """Duplicates and what is used instead, by path."""
    found = library(db)
    paths = {item.id: path for path, item in found.items()}
    return {path: paths[item.duplicate_of] for path, item in found.items() if item.duplicate_of}


def test_a_talk_in_three_formats_counts_once(folder: Path, db: Database, take: Take) -> None:
    """Subtitles, a podcast with one word in six misheard, and an edited post: the one with sound is used."""
    (folder / "talk.en.srt").write_bytes(TALK.read_bytes())
    (folder / "post.md").write_text(edited(spoken(TALK)))
    (folder / "other.en.srt").write_bytes(OTHER_TALK.read_bytes())
    silence(folder / "podcast.wav")
    take(hearing=Hears(misheard(spoken(TALK), 0.16)))
    report = tidy(db, "mara")
    assert report.duplicates == 2
    assert originals(db) == {"talk.en.srt": "podcast.wav", "post.md": "podcast.wav"}
    used = [path for path, item in library(db).items() if may(item, "train")]
    assert sorted(used) == ["other.en.srt", "podcast.wav"]
    assert set(report.changed) == {library(db)[path].id for path in ("talk.en.srt", "post.md")}


def test_a_chinese_talk_and_its_transcript_count_once(folder: Path, db: Database, take: Take) -> None:
    """Without spaces between words, with one character in eight wrong."""
    (folder / "talk.zh.srt").write_bytes(CHINESE_TALK.read_bytes())
    (folder / "transcript.txt").write_text(misheard(spoken(CHINESE_TALK), 0.12))
    take()
    tidy(db, "mara")
    assert originals(db) == {"transcript.txt": "talk.zh.srt"}


def test_a_clip_is_found_in_the_talk_it_was_cut_from(folder: Path, db: Database, take: Take) -> None:
    """A minute of it, uploaded alone; the whole talk is used."""
    (folder / "talk.en.srt").write_bytes(TALK.read_bytes())
    clip = TALK.read_text().split("\n\n")[12:30]
    (folder / "clip.en.srt").write_text("\n\n".join(clip))
    take()
    tidy(db, "mara")
    assert originals(db) == {"clip.en.srt": "talk.en.srt"}


def test_two_exports_of_one_chat_count_once(folder: Path, db: Database, take: Take) -> None:
    """Other dates and another program; a chat with somebody else stays."""
    lines = [f"Mara: {s}" if n % 2 else f"Theo: {s}" for n, s in enumerate(spoken(TALK).split(". "))]
    others = [f"Bea: {s}" for s in spoken(OTHER_TALK).split(". ")]
    for name, said, stamp in (
        ("a", lines, "[14/06/2024, 19:03:46]"),
        ("b", lines[:-4], "[6/14/24, 7:03:46 PM]"),
        ("c", others, "[14/06/2024, 19:03:46]"),
    ):
        (folder / name).mkdir()
        (folder / name / "_chat.txt").write_text("\n".join(f"{stamp} {line}" for line in said))
    take()
    tidy(db, "mara")
    assert originals(db) == {"b/_chat.txt": "a/_chat.txt"}


def test_two_programs_exports_of_one_wechat_chat_count_once(samples: Path, db: Database, take: Take) -> None:
    """MemoTrace holds a group too, which stays."""
    take(samples / "chats" / "wechat")
    assert tidy(db, "mara").duplicates == 1
    assert len(items.list_items(db, "mara")) == 3


def test_one_story_told_in_two_talks_makes_no_duplicate(folder: Path, db: Database, take: Take) -> None:
    """A third of a talk said again within another one is not the same talk."""
    story = spoken(TALK)
    (folder / "a.txt").write_text(story)
    (folder / "b.txt").write_text(spoken(OTHER_TALK) + " " + story[: len(story) // 3])
    take()
    assert tidy(db, "mara") == TidyReport((), 0, 0)


def test_a_talk_with_sound_is_not_given_up_for_a_book_that_contains_it(
    folder: Path, db: Database, take: Take
) -> None:
    """The book is longer, but it has no seconds to point at."""
    silence(folder / "talk.wav")
    (folder / "book.txt").write_text(f"{spoken(OTHER_TALK)} {spoken(TALK)} {spoken(OTHER_TALK)[::-1]}")
    take(hearing=Hears(misheard(spoken(TALK), 0.1)))
    tidy(db, "mara")
    assert originals(db) == {}


def test_not_a_duplicate_is_remembered(folder: Path, db: Database, take: Take) -> None:
    """The creator's word holds through later passes and when the file is taken in anew."""
    (folder / "talk.en.srt").write_bytes(TALK.read_bytes())
    (folder / "post.txt").write_text(spoken(TALK))
    take()
    tidy(db, "mara")
    post = library(db)["post.txt"]
    assert keep_apart(db, post.id) == [post.id]
    items.delete_item(db, post.id)
    take()
    tidy(db, "mara")
    assert originals(db) == {}
    with pytest.raises(BadInput) as refused:
        keep_apart(db, library(db)["talk.en.srt"].id)
    assert refused.value.code == "not_duplicate"


def test_what_was_a_duplicate_counts_again_when_the_other_is_forgotten(
    folder: Path, db: Database, take: Take
) -> None:
    """Nothing is lost with the item that was used instead."""
    (folder / "talk.en.srt").write_bytes(TALK.read_bytes())
    (folder / "post.txt").write_text(spoken(TALK))
    take()
    tidy(db, "mara")
    items.delete_item(db, library(db)["talk.en.srt"].id)
    assert may(library(db)["post.txt"], "train")


def test_what_stays_must_be_allowed_what_goes_was(folder: Path, db: Database, take: Take) -> None:
    """A post that may be trained on is not given up for a film that may not, whichever is better."""
    (folder / "talk.en.srt").write_bytes(TALK.read_bytes())
    (folder / "post.txt").write_text(spoken(TALK))
    take()
    talk = library(db)["talk.en.srt"].id
    with db.write() as connection:
        connection.execute(tables.items.update().where(tables.items.c.id == talk).values(uses=["cite"]))
    tidy(db, "mara")
    assert originals(db) == {}


def test_tidying_again_changes_nothing(folder: Path, db: Database, take: Take) -> None:
    """Each pass does only what is new."""
    for number, path in enumerate(sorted(JUNIPER.glob("videos/*.en.srt"))[:8]):
        (folder / f"{number}.en.srt").write_bytes(path.read_bytes())
    take()
    tidy(db, "mara")
    before = items.passages(db, "mara")
    assert tidy(db, "mara").changed == ()
    assert items.passages(db, "mara") == before


def test_the_sample_creator_has_no_duplicates(db: Database, take: Take) -> None:
    """Forty items on the same few subjects, in the same manner."""
    take(JUNIPER)
    assert tidy(db, "mara").duplicates == 0


def test_twenty_essays_are_twenty(samples: Path, db: Database, take: Take) -> None:
    """One author, one manner, two books; nothing recurs either."""
    take(samples / "text-en")
    assert tidy(db, "mara") == TidyReport((), 0, 0)
    assert len(library(db)) >= 20
