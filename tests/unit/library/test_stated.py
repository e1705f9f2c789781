"""Facts stated about a file from outside beat its own, and survive being written down."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fenshen.library.document import Chapter, Cue, Document
from fenshen.library.stated import Stated, from_json

OWN = Document("post", (Cue("words"),), title="Own", language="de", url="https://own.example/")
FACTS = Stated(
    title="Descaling a kettle",
    published=date(2024, 3, 16),
    url="https://mara.example/descaling",
    language="en",
    kind="video",
    chapters=(Chapter(0.0, "Tools"), Chapter(61.5, "Acid")),
)


def test_stated_facts_beat_the_files_own() -> None:
    """Title, day, address, language, kind and chapters come from outside; the words stay the file's."""
    seen = FACTS.onto(OWN)
    assert (seen.title, seen.title_stated, seen.published) == ("Descaling a kettle", True, date(2024, 3, 16))
    assert (seen.url, seen.language, seen.kind) == ("https://mara.example/descaling", "en", "video")
    assert (seen.chapters, seen.cues) == (FACTS.chapters, OWN.cues)


def test_nothing_stated_changes_nothing() -> None:
    """An empty `Stated` leaves the document as it was."""
    assert Stated().onto(OWN) == OWN


def test_facts_survive_a_sidecar() -> None:
    """Written as JSON and read back they are the same."""
    assert from_json(json.loads(json.dumps(FACTS.as_json()))) == FACTS


@pytest.mark.parametrize(
    "facts",
    [
        {"url": "javascript:alert(1)"},
        {"url": "https://a.example/" + "x" * 3000},
        {"url": "https://a.example/\nb"},
        {"published": "2024-02-31"},
        {"language": "../../etc"},
        {"kind": "script"},
        {"chapters": [{"start_s": float("nan"), "title": "x"}, {"start_s": -1, "title": "x"}, 7]},
        {"title": ["x"]},
    ],
)
def test_a_malformed_fact_is_not_stated(facts: dict[str, Any]) -> None:
    """A sidecar that somebody meddled with states nothing false and breaks nothing."""
    assert from_json(facts) == Stated()


VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30)
NESTED = (
    VALUES | st.lists(VALUES, max_size=3) | st.lists(st.dictionaries(st.text(max_size=9), VALUES, max_size=3))
)
NAMES = st.sampled_from(["title", "url", "published", "kind", "language", "chapters"])


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.dictionaries(NAMES, NESTED))
def test_any_json_is_survived(facts: dict[str, Any]) -> None:
    """Whatever lies in a sidecar, reading it raises nothing and gives no address that is not http(s)."""
    stated = from_json(facts)
    assert stated.url is None or stated.url.startswith("http")
