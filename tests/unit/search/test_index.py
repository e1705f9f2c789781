"""Filling and searching the index."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from numpy.typing import NDArray

from fenshen.models.fakes import FakeEmbeddingEngine
from fenshen.search.index import COMMIT_ROWS, SearchIndex

from .conftest import passage

KETTLE = passage("kettle", "The kettle called Aunt Petra leaks from a hole near her spout.")
UMBRELLA = passage("umbrella", "外婆用竹骨和桐油修一把黑布伞，修了整整六天。", item="item_2")
ENGINE = passage("engine", "The ferry's engine has not run since 2011 and I will not fix it.", item="item_3")


def test_words_and_characters_find_their_passage(index: SearchIndex) -> None:
    """English by stemmed words, Chinese by character pairs; a hit carries what a citation needs."""
    index.sync("mara", [KETTLE, UMBRELLA, ENGINE])
    hit = index.search("mara", "leaking kettles")[0]
    assert (hit.passage_id, hit.item_id, hit.start_s, hit.anchor, hit.rank) == (
        "psg_kettle",
        "item_1",
        83.5,
        "t=83",
        1,
    )
    assert index.search("mara", "黑布伞怎么修")[0].passage_id == "psg_umbrella"


def test_a_creator_never_finds_another_ones_passages(index: SearchIndex) -> None:
    """The same words in another library stay there, and a crafted name opens nothing."""
    index.sync("mara", [KETTLE])
    index.sync("theo", [passage("theirs", "The kettle called Aunt Petra leaks.", creator="theo")])
    assert [h.passage_id for h in index.search("mara", "kettle leaks")] == ["psg_kettle"]
    assert index.search("x' OR creator = 'mara", "kettle leaks") == []


def test_excluded_items_are_filtered_inside_the_query(index: SearchIndex) -> None:
    """However well they match, and without shortening the list."""
    others = [passage(f"o{n}", f"kettle number {n} on the shelf", item="item_9") for n in range(60)]
    index.sync("mara", [*others, KETTLE])
    hits = index.search("mara", "kettle number on the shelf", exclude_items=frozenset({"item_9"}))
    assert [h.passage_id for h in hits] == ["psg_kettle"]


def test_sync_adds_what_is_new_and_removes_what_is_gone(index: SearchIndex, tmp_path: Path) -> None:
    """The index ends up equal to the library; removed text leaves the disk too."""
    index.sync("mara", [KETTLE, UMBRELLA])
    report = index.sync("mara", [UMBRELLA, ENGINE])
    assert (report.added, report.removed, report.kept) == (1, 1, 1)
    assert "psg_kettle" not in {h.passage_id for h in index.search("mara", "kettle Aunt Petra")}
    on_disk = b"".join(p.read_bytes() for p in tmp_path.rglob("*.lance") if p.is_file())
    assert b"Aunt Petra" not in on_disk
    assert b"ferry" in on_disk


def test_forgetting_a_creator_leaves_the_others(index: SearchIndex) -> None:
    """Every row of one, none of another."""
    index.sync("mara", [KETTLE])
    index.sync("theo", [passage("theirs", "A goat is not insured at all.", creator="theo")])
    assert index.forget("mara") == 1
    assert index.search("mara", "kettle") == []
    assert len(index.search("theo", "goat")) == 1


def test_an_answer_is_found_by_its_question_which_is_never_shown(index: SearchIndex) -> None:
    """Only the creator's words are findable; what a fan asked helps to find the answer to it."""
    asked = passage("asked", "My hair dryer smells of burning, is it dying?", speaker="sue", own=False)
    answer = passage("answer", "Unplug it and leave it alone until tomorrow.", speaker="Mara")
    index.sync("mara", [asked, answer, passage("ok", "Ha.", speaker="Mara")])
    hits = index.search("mara", "hair dryer burning")
    assert [(h.passage_id, h.text) for h in hits] == [("psg_answer", answer.text)]


def test_a_title_helps_to_find_its_passages(index: SearchIndex) -> None:
    """The word `umbrella` need not be in every passage of the film about umbrellas."""
    first, second = (
        passage("a", "It was raining for nine days on the quay."),
        passage("b", "Glue is a lie that dries slowly.", item="item_2"),
    )
    index.sync("mara", [second, first], titles={"item_1": "Umbrellas and Waipo", "item_2": "Glue"})
    assert index.search("mara", "umbrellas")[0].passage_id == "psg_a"


class Failing(FakeEmbeddingEngine):
    """Embeds passages until told to stop."""

    def __init__(self, allowed: int) -> None:
        self.allowed = allowed
        self.embedded = 0

    def embed(self, texts: Sequence[str], kind: Literal["query", "passage"]) -> NDArray[np.float32]:
        if self.embedded + len(texts) > self.allowed:
            raise RuntimeError("the machine went down")
        self.embedded += len(texts)
        return super().embed(texts, kind)


def test_an_interrupted_sync_continues_where_it_stopped(tmp_path: Path) -> None:
    """What was committed is not embedded again, and words are found meanwhile."""
    many = [
        passage(f"n{n}", f"passage number {n} about kettles and their lids") for n in range(2 * COMMIT_ROWS)
    ]
    with pytest.raises(RuntimeError):
        SearchIndex(tmp_path, Failing(COMMIT_ROWS + 40)).sync("mara", many)
    again = Failing(10**6)
    calls: list[tuple[float, float]] = []
    found = SearchIndex(tmp_path, FakeEmbeddingEngine()).search("mara", "511", 4)
    assert "psg_n511" in [hit.passage_id for hit in found]
    SearchIndex(tmp_path, again).sync("mara", many, lambda done, total, note="": calls.append((done, total)))
    assert again.embedded == COMMIT_ROWS
    assert calls == sorted(calls)
    assert calls[-1] == (COMMIT_ROWS, COMMIT_ROWS)


def test_two_processes_see_each_others_rows(tmp_path: Path) -> None:
    """A worker fills the index that a server searches."""
    server, worker = (SearchIndex(tmp_path, FakeEmbeddingEngine()) for _ in range(2))
    assert server.search("mara", "kettle") == []
    worker.sync("mara", [KETTLE])
    assert len(server.search("mara", "kettle")) == 1
    worker.sync("mara", [ENGINE])
    assert [h.passage_id for h in server.search("mara", "kettle engine")] == ["psg_engine"]


def test_searching_from_many_threads(index: SearchIndex) -> None:
    """The web asks from a pool of threads."""
    index.sync("mara", [KETTLE, UMBRELLA, ENGINE])
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: index.search("mara", "kettle leaks")[0].passage_id, range(40)))
    assert set(found) == {"psg_kettle"}


@pytest.mark.parametrize(
    "text", ["", "   ", "?!", "' OR 1=1 --", '"unclosed', "a" * 100_000, "+-*/:^~()[]{}", "\0"]
)
def test_odd_queries_never_fail(index: SearchIndex, text: str) -> None:
    """Empty, hostile or endless, a query is only words."""
    index.sync("mara", [KETTLE])
    assert len(index.search("mara", text)) <= 1


def test_another_embedding_model_starts_an_index_of_its_own(tmp_path: Path, index: SearchIndex) -> None:
    """Vectors of two models never meet; words need none."""
    index.sync("mara", [KETTLE])

    class Other(FakeEmbeddingEngine):
        name = "other/model:1"

    other = SearchIndex(tmp_path / "index", Other())
    assert [hit.passage_id for hit in other.search("mara", "kettle")] == ["psg_kettle"]
    assert other.nearest("mara", other.embedding.embed(["kettle"], "query")[0], 5) == []
    assert other.sync_vectors("mara", [KETTLE]) == 1


def test_what_is_gone_from_the_words_is_gone_from_the_vectors(index: SearchIndex) -> None:
    """At once, not when somebody finds time to embed."""
    index.sync("mara", [KETTLE, ENGINE])
    index.sync_words("mara", [ENGINE])
    assert index.nearest("mara", index.embedding.embed(["kettle"], "query")[0], 5) == ["psg_engine"]


def test_a_question_asked_again_is_searched_again_only_after_a_change(
    index: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page offers every fan the same questions; whatever any process writes counts at once."""
    index.sync("mara", [KETTLE, UMBRELLA])
    searched = []
    nearest = index._nearest
    monkeypatch.setattr(index, "_nearest", lambda *args: searched.append(args) or nearest(*args))
    first = index.search("mara", "kettle Aunt Petra")
    assert index.search("mara", "kettle  Aunt Petra") == first
    assert len(searched) == 1
    index.sync("mara", [UMBRELLA])
    assert "psg_kettle" not in {h.passage_id for h in index.search("mara", "kettle Aunt Petra")}
    assert len(searched) == 2
