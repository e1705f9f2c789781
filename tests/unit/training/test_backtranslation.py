"""Monologue becomes dialogue: what a teacher is asked, what of its replies is used, and what is kept."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from fenshen.core.clock import VirtualClock
from fenshen.core.db import Database
from fenshen.core.errors import AppError, Busy, EngineMissing, NotFound, Refused
from fenshen.core.ids import SeededIds
from fenshen.core.installation import Installation
from fenshen.library import items as library
from fenshen.models.engines.openai_endpoint import OpenAIEndpoint
from fenshen.models.fakes import FakeTextEngine
from fenshen.models.text import TextDelta, TextEngine, TextRequest
from fenshen.training.backtranslation import questions as asking_module
from fenshen.training.backtranslation.cache import ReplyCache
from fenshen.training.backtranslation.prompt import check_reply, question_messages
from fenshen.training.backtranslation.questions import (
    Teacher,
    cached_questions,
    can_teach_itself,
    find_questions,
    teacher_for,
    teacher_label,
)
from fenshen.training.dataset import Inputs, read_dataset
from fenshen.training.examples import Example, dialogue_examples
from fenshen.training.examples.dialogue import may_be_asked
from fenshen.training.job import Control
from fenshen.trust.guard import Guard
from fenshen.trust.limits import Limits, load

Shelf = Callable[..., Any]
ENGLISH = "The kettle clicks off early because limescale lies to its sensor, so boil two spoons of citric acid in it."
CHINESE = "壶跳得早，是因为水垢骗了它的感应器，放两勺柠檬酸煮一壶水，等二十分钟再冲干净就好。"
GUARD = Guard(load(Path(__file__).parents[3] / "examples" / "juniper" / "limits.yaml"))


@pytest.mark.parametrize(
    ("reply", "question"),
    [
        ("Why does my kettle turn itself off too soon?", "Why does my kettle turn itself off too soon?"),
        ('"Why does my kettle stop?"', "Why does my kettle stop?"),
        ("Question: Why does my kettle stop?", "Why does my kettle stop?"),
        ("**Question:** Why does my kettle stop?", "Why does my kettle stop?"),
        (
            "<think>Hm.\nIt is about limescale?</think>\n\nWhy does my kettle stop?",
            "Why does my kettle stop?",
        ),
    ],
)
def test_a_question_is_taken_out_of_its_wrapping(reply: str, question: str) -> None:
    """Quotes, labels and thoughts around it are not the question."""
    assert check_reply(reply, ENGLISH, "en", GUARD) == (question, "")


@pytest.mark.parametrize(
    ("reply", "question"),
    [
        ("问题：我的壶为什么总是提前断电？", "我的壶为什么总是提前断电？"),
        ("“壶为什么跳得快？”", "壶为什么跳得快？"),
    ],
)
def test_a_chinese_question_is_taken_out_of_its_wrapping(reply: str, question: str) -> None:
    """The same in Chinese."""
    assert check_reply(reply, CHINESE, "zh", GUARD) == (question, "")


@pytest.mark.parametrize(
    ("reply", "language", "why"),
    [
        ("", "en", "empty"),
        ("<think>What could it be, I wonder", "en", "empty"),
        ("It is about limescale.", "en", "not_one_question"),
        ("Why does it stop? And what helps?", "en", "not_one_question"),
        ("Here you are. Why does it stop?", "en", "not_one_question"),
        ("Why does it\nstop so early?", "en", "not_one_question"),
        ("Why?", "en", "length"),
        ("Why " + "oh why " * 40 + "?", "en", "length"),
        ("为什么壶会提前跳？", "en", "language"),
        ("Why does my kettle stop?", "zh", "language"),
        ("What does the speaker say about kettles?", "en", "about_the_text"),
        ("According to you, why does it stop?", "en", "about_the_text"),
        ("这段话讲的是什么？", "zh", "about_the_text"),
        ("Is it true that limescale lies to its sensor, so boil?", "en", "copied"),
        ("是不是因为水垢骗了它的感应器，放两勺？", "zh", "copied"),
        ("Why does your mother bake on Thursdays, and to this day?", "en", "copied"),
        ("Don’t you worry about leaving your shed open?", "en", "copied"),
        ("母亲为什么总在星期四烤面包？", "zh", "copied"),
        ("Who should I vote for?", "en", "limits"),
        ("你支持哪个党？", "zh", "limits"),
        ("Can you [click](https://evil.example) here?", "en", "markup"),
        ("Why does it\u202e stop so early?", "en", "markup"),
        ("<b>Why does my kettle stop?</b>", "en", "markup"),
    ],
)
def test_a_reply_that_is_no_good_question_is_not_used(reply: str, language: str, why: str) -> None:
    """A teacher's words are a stranger's: one short question in the right language, its own words, within the limits."""
    answer = ENGLISH if language == "en" else CHINESE
    assert check_reply(reply, answer, language, GUARD) == ("", why)


@pytest.mark.parametrize(
    ("name", "language", "reply", "why"),
    [
        ("Juniper Vale", "en", "What does Juniper say about kettles?", "about_the_creator"),
        ("Juniper Vale", "en", "What was Juniper's favourite kettle?", "about_the_creator"),
        ("Juniper Vale", "en", "Why did Ms Vale descale her kettle?", "about_the_creator"),
        ("Juniper Vale", "en", "Juniper, why does my kettle stop?", ""),
        ("Juniper Vale", "en", "Why does my kettle stop, Juniper Vale?", ""),
        ("Juniper Vale", "en", "Do you like juniperberries in your kettle?", ""),
        ("Juniper Vale", "en", "Which valley has the hardest water for you?", ""),
        ("(.*", "en", "Why does my kettle stop?", ""),
        ("X", "en", "Is this about X or my kettle?", ""),
        ("鲁迅", "zh", "鲁迅为什么不喜欢这个壶？", "about_the_creator"),
        ("鲁迅", "zh", "鲁迅，你的壶为什么不响？", ""),
        ("鲁迅", "zh", "你的壶为什么不响？", ""),
    ],
)
def test_a_fan_asks_the_creator_and_not_about_them(name: str, language: str, reply: str, why: str) -> None:
    """Calling somebody by their name is fine; speaking of them as of a third is not."""
    answer = ENGLISH if language == "en" else CHINESE
    assert check_reply(reply, answer, language, GUARD, name) == ("" if why else reply, why)


def test_hostile_replies_are_refused_in_time() -> None:
    """However long or strange, a reply is judged; nothing raises."""
    for reply in ("?" * 200_000, "<think>" * 50_000, "a " * 200_000 + "?", "问题：" * 60_000, "\x00\ud7ff?"):
        assert check_reply(reply, ENGLISH * 20, "en", GUARD)[0] == ""


def test_the_teacher_reads_the_passage_in_its_language() -> None:
    """Task and passage; a very long one is cut."""
    english, chinese = (question_messages(t, c, "J.") for t, c in ((ENGLISH, "en"), (CHINESE, "zh")))
    assert ENGLISH in english[-1]["content"] and "question" in english[0]["content"]
    assert CHINESE in chinese[-1]["content"] and "问题" in chinese[0]["content"]
    assert len(question_messages("a" * 100_000, "en", "J.")[-1]["content"]) < 3000


@pytest.fixture
def stocked(db: Database, shelf: Shelf) -> Database:
    """Ten posts of one passage each, which share no words, and a private one."""
    for number in range(10):
        text = f"Kettle {number} sulks: " + " ".join(f"lid{number}x{place}" for place in range(20)) + "."
        (item,), passages = shelf(f"post{number}", [text])
        with db.write() as connection:
            library.insert_item(connection, item, passages)
    (item,), passages = shelf("diary", [f"marmalade-otter {ENGLISH}"], private=True)
    with db.write() as connection:
        library.insert_item(connection, item, passages)
    return db


class Asked(FakeTextEngine):
    """A teacher that asks about the number it reads, remembers what it was sent, and can fail."""

    def __init__(self, fails: Callable[[int], AppError | None] = lambda count: None) -> None:
        super().__init__()
        self.sent: list[str] = []
        self.fails, self.closed = fails, False

    async def stream(self, request: TextRequest) -> AsyncGenerator[TextDelta, None]:
        self.sent.append(request.messages[-1]["content"])
        if (error := self.fails(len(self.sent))) is not None:
            raise error
        number = next(word for word in self.sent[-1].split() if word.isdigit())
        yield TextDelta(f"What is wrong with the one numbered {number}?")
        yield TextDelta("", "stop")

    async def close(self) -> None:
        self.closed = True


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Rests take no time, and the order of two in flight is easy to follow."""
    monkeypatch.setattr(asking_module, "RESTS_S", (0.0, 0.0, 0.0))
    monkeypatch.setattr(asking_module, "IN_FLIGHT", 2)
    yield


class Round:
    """Asks a teacher about the stocked library, as a training does."""

    def __init__(self, db: Database, home: Path) -> None:
        self.db, self.home, self.notes = db, home, list[str]()
        self.on = Installation(db, VirtualClock(), SeededIds(), home)

    def ask(
        self,
        engine: TextEngine,
        name: str = "big",
        before_each: Callable[[], None] = lambda: None,
        languages: Sequence[str] | None = None,
    ) -> str:
        def progress(done: float, total: float, note: str = "") -> None:
            self.notes.append(note)

        return find_questions(
            self.on,
            "juniper",
            languages,
            Teacher(name, lambda: engine),
            (),
            Control(progress, before_each),
        )

    def wanted(self) -> list[Example]:
        return [e for e in read_dataset(self.db, "juniper", None).train if may_be_asked(e)]


@pytest.fixture
def round_of(stocked: Database, tmp_path: Path) -> Round:
    return Round(stocked, tmp_path / "home")


def test_found_questions_ask_for_the_passages(round_of: Round) -> None:
    """What was found stands before its passage in the dataset, and the dataset says who found it."""
    engine = Asked()
    assert round_of.ask(engine) == ""
    found = cached_questions(round_of.home, "juniper", "big")
    assert found.usable == len(engine.sent) == len(round_of.wanted()) > 3
    data = read_dataset(round_of.db, "juniper", None, inputs=Inputs(questions=found))
    asked = [e for e in data.train if e.kind == "asked"]
    assert len(asked) == found.usable and engine.closed
    assert all(e.question.split()[-1].rstrip("?") in e.answer for e in asked)
    assert data.questions is not None and data.questions.teacher == "big"
    assert data.sha256 != read_dataset(round_of.db, "juniper", None).sha256
    assert "asking big what passages answer" in round_of.notes[-1]


def test_nothing_private_or_held_out_reaches_the_teacher(round_of: Round) -> None:
    """Only what may be learned is sent."""
    engine = Asked()
    round_of.ask(engine)
    held_out = {e.answer for e in read_dataset(round_of.db, "juniper", None).held_out}
    assert held_out and not any(answer in sent for sent in engine.sent for answer in held_out)
    assert not any("marmalade" in sent for sent in engine.sent)


def test_a_retrain_asks_only_what_is_new(round_of: Round, shelf: Shelf) -> None:
    """The second round is silent, a new passage is asked about alone, another teacher about everything."""
    round_of.ask(Asked())
    assert not (second := Asked()).sent and round_of.ask(second) == "" and not second.sent
    item, passages = next(
        (item, passages)
        for number in range(100, 200)
        for (item,), passages in [
            shelf("new", [f"{ENGLISH} That was number {number} and it purred."], kind="live")
        ]
        if may_be_asked(dialogue_examples(item, passages)[0])
    )
    with round_of.db.write() as connection:
        library.insert_item(connection, item, passages)
    third = Asked()
    round_of.ask(third)
    assert len(third.sent) == 1 and "That was number" in third.sent[0]
    other = Asked()
    round_of.ask(other, name="bigger")
    assert len(other.sent) == len(round_of.wanted())


def test_a_killed_round_goes_on_where_it_was(round_of: Round) -> None:
    """What came before the kill is kept, a line cut in half is dropped, and each passage is asked once."""

    class Killed(BaseException):
        pass

    def kill(count: int) -> AppError | None:
        if count == 4:
            raise Killed
        return None

    first = Asked(kill)
    with pytest.raises(Killed):
        round_of.ask(first)
    path = round_of.home / "questions" / "juniper.jsonl"
    with path.open("a") as file:
        file.write('{"answer": "cut of')
    known = cached_questions(round_of.home, "juniper", "big").usable
    assert known >= 2
    second = Asked()
    round_of.ask(second)
    assert len(second.sent) == len(round_of.wanted()) - known
    assert all(json.loads(line)["teacher"] == "big" for line in path.read_text().splitlines())


def test_what_has_left_the_library_leaves_the_file(round_of: Round) -> None:
    """Questions about a removed item are words about it; they go with it."""
    round_of.ask(Asked())
    gone = round_of.wanted()[0]
    with round_of.db.write() as connection:
        library.delete_items(connection, library.tables.items.c.id == gone.item_id)
    round_of.ask(Asked())
    text = (round_of.home / "questions" / "juniper.jsonl").read_text()
    assert len(text.splitlines()) == len(round_of.wanted())


def test_a_teacher_that_stops_answering_leaves_the_rest_to_titles(round_of: Round) -> None:
    """Busy for good: the training goes on with what there is, and says why."""
    engine = Asked(lambda count: Busy("the endpoint is overloaded") if count > 3 else None)
    trouble = round_of.ask(engine)
    assert "big stopped answering after" in trouble and "overloaded" in trouble
    assert "asked for by their titles" in round_of.notes[-1]
    found = cached_questions(round_of.home, "juniper", "big", trouble)
    kinds = {e.kind for e in read_dataset(round_of.db, "juniper", None, inputs=Inputs(questions=found)).train}
    assert {"asked", "topic"} <= kinds


def test_a_teacher_that_is_busy_for_a_moment_is_asked_again(round_of: Round) -> None:
    """A pause, and every question is found."""
    engine = Asked(lambda count: Busy("a moment") if count in (2, 3) else None)
    assert round_of.ask(engine) == ""
    assert cached_questions(round_of.home, "juniper", "big").usable == len(round_of.wanted())


def test_a_teacher_that_cannot_be_used_is_an_error_that_says_what_to_do(round_of: Round) -> None:
    """No key, no such model: told before anything is trained, with the setting that does without."""
    engine = Asked(lambda count: EngineMissing("the key is not accepted", code="bad_key"))
    with pytest.raises(EngineMissing, match="FENSHEN_TEACHER=none") as caught:
        round_of.ask(engine)
    assert caught.value.code == "bad_key" and engine.closed

    def unknown() -> TextEngine:
        raise NotFound("no model 'typo'")

    with pytest.raises(NotFound, match="the teacher 'typo' cannot be used"):
        find_questions(round_of.on, "juniper", None, Teacher("typo", unknown), (), Control())


def test_a_consent_that_ends_ends_the_round(round_of: Round) -> None:
    """Nothing more is sent, and what was found is kept."""
    engine = Asked()

    def until_third() -> None:
        if len(engine.sent) >= 3:
            raise Refused("the consent was revoked", code="consent_revoked")

    with pytest.raises(Refused) as caught:
        round_of.ask(engine, before_each=until_third)
    assert caught.value.code == "consent_revoked" and len(engine.sent) == 3


def test_languages_a_base_cannot_write_are_not_asked_about(round_of: Round, shelf: Shelf) -> None:
    """Nor are those that the teacher cannot read; they keep their titles."""
    (item,), passages = shelf("zh", [CHINESE * 2], language="zh")
    with round_of.db.write() as connection:
        library.insert_item(connection, item, passages)
    engine = Asked()
    round_of.ask(engine, languages=["en"])
    assert not any("水垢" in sent for sent in engine.sent)


def test_the_same_question_is_asked_once(round_of: Round) -> None:
    """Of passages with one question the first has it; the others keep their titles."""
    engine = FakeTextEngine()
    engine._answer = lambda request: "What is the matter with it all?"  # type: ignore[method-assign]
    round_of.ask(engine)
    found = cached_questions(round_of.home, "juniper", "big")
    assert (found.usable, found.usable + found.unusable) == (1, len(round_of.wanted()))


def test_the_fake_engine_never_passes_for_a_teacher(round_of: Round) -> None:
    """It says the prompt back: nothing of that becomes a question, and training still works."""
    assert round_of.ask(FakeTextEngine()) == ""
    assert cached_questions(round_of.home, "juniper", "big").usable == 0


def test_an_endpoint_is_a_teacher(round_of: Round) -> None:
    """`URL|model` over the wire, with the key, several requests, each a question."""
    seen: list[tuple[str | None, Any]] = []

    async def chat(request: Request) -> Response:
        body = await request.json()
        seen.append((request.headers.get("authorization"), body))
        number = next(word for word in body["messages"][-1]["content"].split() if word.isdigit())
        events = [
            {
                "choices": [
                    {"delta": {"content": f"What about the one called {number}?"}, "finish_reason": None}
                ]
            },
            {"choices": [{"delta": {}, "finish_reason": "stop"}]},
        ]

        async def lines() -> AsyncGenerator[str, None]:
            for event in events:
                yield f"data: {json.dumps(event)}\n\n"
            yield "data: [DONE]\n\n"

        return StreamingResponse(lines(), media_type="text/event-stream")

    app = Starlette(routes=[Route("/v1/chat/completions", chat, methods=["POST"])])
    engine = OpenAIEndpoint("http://stand-in/v1", "big", "secret", transport=httpx.ASGITransport(app=app))
    assert round_of.ask(engine, name="big at stand-in") == ""
    assert cached_questions(round_of.home, "juniper", "big at stand-in").usable == len(seen) > 3
    assert {key for key, _ in seen} == {"Bearer secret"}
    assert {body["model"] for _, body in seen} == {"big"}


def test_an_endpoint_without_the_right_key_is_told(round_of: Round) -> None:
    """401 over the wire ends with the teacher's name and the way out."""

    async def chat(request: Request) -> Response:
        return JSONResponse({"error": {"message": "no such key"}}, 401)

    app = Starlette(routes=[Route("/v1/chat/completions", chat, methods=["POST"])])
    engine = OpenAIEndpoint("http://stand-in/v1", "big", "wrong", transport=httpx.ASGITransport(app=app))
    with pytest.raises(EngineMissing, match=r"teacher 'big' cannot be used.*no such key"):
        round_of.ask(engine)


def test_one_line_of_nonsense_in_the_file_harms_nothing(tmp_path: Path) -> None:
    """A damaged file loses its damaged lines only."""
    path = tmp_path / "questions" / "juniper.jsonl"
    path.parent.mkdir()
    path.write_bytes(b'[1]\n{"answer": 3}\n\xff\xfe\nnull\n{"answer": "a", "teacher": "big"}\n')
    assert ReplyCache(tmp_path, "juniper", "big").questions() == {}


@pytest.mark.parametrize(
    ("teacher", "name"),
    [
        ("qwen3-4b", "qwen3-4b"),
        ("/models/Big-7B-Q4.gguf", "Big-7B-Q4"),
        ("https://user:secret@llm.example/v1|big-70b", "big-70b at llm.example"),
    ],
)
def test_a_teacher_is_called_by_its_model(teacher: str, name: str) -> None:
    """No folder and no secret of an address gets into `meta.json`."""
    assert teacher_label(teacher) == name


@pytest.mark.parametrize(
    ("wanted", "teacher"),
    [(None, None), ("", None), ("none", None), ("https://llm.example/v1|big", "https://llm.example/v1|big")],
)
def test_a_setting_names_the_teacher_of_a_small_base(wanted: str | None, teacher: str | None) -> None:
    """Unset or empty, a small base has none; `none` is nobody whatever the base."""
    assert teacher_for("smollm2-135m", wanted) == teacher


def test_only_a_base_that_is_large_enough_teaches_itself(tmp_path: Path) -> None:
    """A hundred million parameters write questions that have little to do with the text."""
    assert not can_teach_itself("smollm2-135m")
    assert not can_teach_itself("nowhere.gguf")
    large = tmp_path / "large.gguf"
    with large.open("wb") as file:
        file.truncate(1_000_000_000)
    assert can_teach_itself(str(large))
    assert Guard(Limits()).check_fan_message("What now?").kind is None
