"""Rules for people's safety on lines that they were not written from, and what they must not take for danger."""

from __future__ import annotations

import re
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from fenshen.trust import care, crisis, minors, outgoing, phrase_lists
from fenshen.trust.contact import holds_contact
from fenshen.trust.guard import Guard
from fenshen.trust.limits import Limits, load
from fenshen.trust.normalise import match_forms

HERE = Path(__file__).parent
TODAY = date(2026, 12, 1)
GUARD = Guard(Limits())
JUNIPER = Guard(load(HERE.parents[2] / "examples" / "juniper" / "limits.yaml"))


def table(name: str) -> dict[str, list[str]]:
    data: dict[str, list[str]] = yaml.safe_load((HERE / f"{name}.yaml").read_text(encoding="utf-8"))
    return data


FANS = table("held_out_fans")
AGAIN = table("second_look")
THIRD = table("third_look")
TWINS = table("held_out_twins")


def kind(text: str) -> str | None:
    return GUARD.check_fan_message(text, today=TODAY).kind


@pytest.mark.parametrize(
    ("lines", "crises", "minors_", "alarms"),
    [(FANS, 0.9, 0.95, 0.01), (AGAIN, 0.65, 0.8, 0.0), (THIRD, 0.9, 0.9, 0.0)],
)
def test_hints_are_heard_and_sayings_are_not(
    lines: dict[str, list[str]], crises: float, minors_: float, alarms: float
) -> None:
    """Recall and false alarms after each list was used once; what was found before that is in docs/trust.md."""
    assert sum(kind(t) == "crisis" for t in lines["crisis"]) >= crises * len(lines["crisis"])
    assert sum(kind(t) == "minor" for t in lines["minor"]) >= minors_ * len(lines["minor"])
    wrong = [t for t in lines["harmless"] if kind(t) in ("crisis", "minor", "stop")]
    assert len(wrong) <= alarms * len(lines["harmless"]), wrong


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("je veux mourir", "Je suis"), ("quiero quitarme la vida", "Solo soy"), ("ich will nicht mehr leben", "Ich bin"),
        ("não quero mais viver", "Sou apenas"), ("voglio morire", "Sono solo"), ("死にたい", "私は"), ("죽고 싶어요", "저는"),
        ("хочу умереть", "Я всего"), ("I want to die", "I'm really glad"), ("我不想活了", "谢谢你告诉我"),
    ],
)  # fmt: skip
def test_help_begins_in_the_language_of_the_message(text: str, begins: str) -> None:
    """Then comes the English text, for whoever sits beside them."""
    reply = GUARD.check_fan_message(text).reply
    assert reply.startswith(begins)
    assert "emergency number" in reply or "急救" in reply
    assert not re.search(r"\d{3}", reply)


@pytest.mark.parametrize("topic", ["identity", "contact", "pressure", "advice", "sexual"])
def test_further_wordings_do_not_leave(topic: str) -> None:
    """Each subject's list, as far as rules reach."""
    blocked = [t for t in TWINS[topic] if not JUNIPER.check_sentence(t).allowed]
    assert len(blocked) >= 0.9 * len(TWINS[topic])


def test_words_of_the_workshop_leave() -> None:
    """Taking a top off a toaster is no undressing."""
    assert [t for t in TWINS["fine"] if not JUNIPER.check_sentence(t).allowed] == []


@pytest.mark.parametrize(
    "text",
    [
        "my son is 13", "when I was 13", "13 people", "my daughter says 'I am 13'", "she said “I'm 12, go away”",
        "my phone is 13", "我儿子13岁", "我13岁那年", "我女儿读初二", "I'm 45, and my son's 13", "I'm in year 3 of my apprenticeship",
        "if I were 12 I'd love this", "I teach year 9", "he thinks I'm 13", "I'm 10 minutes away", "my kettle is 15 years old",
    ],
)  # fmt: skip
def test_somebody_elses_age_is_nobodys_declaration(text: str) -> None:
    """False alarms cost people their account."""
    assert not minors.is_declared_minor(text, TODAY)


@pytest.mark.parametrize(
    ("year", "young"), [("2014", True), ("2009", True), ("2008", False), ("1990", False)]
)
def test_a_year_of_birth_is_read_against_today(year: str, young: bool) -> None:
    """Someone born 18 years ago may be grown up already; without a date no year says anything."""
    assert minors.is_declared_minor(f"I was born in {year}", TODAY) is young
    assert not minors.is_declared_minor(f"I was born in {year}")


@pytest.mark.parametrize(
    "text",
    [
        "The flex is frayed and I can see copper, is it safe to plug in?", "my hairdryer smells of burning, should I use it?",
        "I smell gas in the kitchen", "插头冒火花了还能用吗", "My grandmother died yesterday.", "我奶奶昨天去世了",
    ],
)  # fmt: skip
def test_danger_and_loss_get_a_careful_word(text: str) -> None:
    """The answer is ours, in the fan's language, and the talk goes on."""
    check = JUNIPER.check_fan_message(text, today=TODAY)
    assert check.kind == "care" and check.reply


@pytest.mark.parametrize(
    "text", ["My grandmother died and left me her clock. How do I oil it?", "How do I replace a frosted bulb?", "The copper pan is showing its age"]
)  # fmt: skip
def test_a_question_beside_a_loss_is_left_to_the_twin(text: str) -> None:
    """Nobody asks about a clock to be consoled."""
    assert care.care_reply(text) is None


@pytest.mark.parametrize(
    "text", ["101 The St Louis Harbor Boat", "Bus 14 stops at the wharf.", "7 The Old St Ives Ferry"]
)
def test_a_saints_name_is_no_street(text: str) -> None:
    """Nor is a place that a sentence only passes."""
    assert not holds_contact(text)
    assert holds_contact("I'm at 14 Saltmarsh Lane")


@pytest.mark.parametrize("name", ["oblique", "ages", "care", "outgoing"])
def test_phrases_cost_time_in_proportion(name: str) -> None:
    """No pattern repeats what repeats, and the longest texts take about as much more time as they are longer."""
    lines = _lines(phrase_lists.read(name))
    assert not [one for one in lines if re.search(r"[*+][^()|]{0,3}\)[*+]|\{\d,\}", one)]
    seed = " ".join(re.sub(r"[^\w ]+", " ", one) for one in lines)
    short, long = (_seconds(seed[:n] or "x") for n in (4_000, 16_000))
    assert long < 12 * max(short, 0.005)


def _lines(data: Any) -> list[str]:
    if isinstance(data, dict):
        return [line for value in data.values() for line in _lines(value)]
    return [line for value in data for line in _lines(value)] if isinstance(data, list) else [str(data)]


def _seconds(text: str) -> float:
    began = time.perf_counter()
    forms = match_forms(text)
    for check in (crisis.is_crisis, care.care_reply, minors.is_declared_minor):
        check(text)
    for name in ("identity", "pressure", "sexual", "harm"):
        outgoing.says_also(name, forms)
    return time.perf_counter() - began
