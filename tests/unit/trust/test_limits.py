"""A creator's limits as data."""

from __future__ import annotations

from pathlib import Path

import pytest

from fenshen.core.clock import VirtualClock
from fenshen.core.db import Database
from fenshen.core.errors import BadInput
from fenshen.trust import limits

GOOD = {
    "topics": [
        {"name": "politics", "stance": "never", "examples": ["who to vote for"], "reply": {"en": "No."}}
    ],
    "sexual": "off",
    "crisis": {"en": "Reach someone.", "zh": "找个人。"},
}


def test_limits_survive_the_way_to_the_database(db: Database, clock: VirtualClock) -> None:
    """Stored as JSON, read back equal; unchanged limits add no version."""
    parsed = limits.parse_limits(GOOD)
    assert limits.store(db, clock, "juniper", parsed) == limits.store(db, clock, "juniper", parsed) == 1
    assert limits.current(db, "juniper") == parsed
    assert limits.store(db, clock, "juniper", limits.Limits()) == 2
    assert limits.current(db, "juniper") == limits.current(db, "nobody") == limits.Limits()


@pytest.mark.parametrize("written", ['sexual: "off"', "sexual: off", "{}"])
def test_off_is_off_however_yaml_reads_it(tmp_path: Path, written: str) -> None:
    """YAML reads a bare `off` as false; both mean off, and so does silence."""
    file = tmp_path / "limits.yaml"
    file.write_text(written)
    assert limits.load(file).sexual == "off"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"sexual": "on"}, "cannot be allowed"), ({"sexual": True}, "cannot be allowed"), ({"topic": []}, "only the keys"),
        ({"topics": "all"}, "list"), ({"topics": [{"name": "x y", "stance": "never"}]}, "'x y'"),
        ({"topics": [{"name": "law", "stance": "sometimes"}]}, "sometimes"), ({"topics": [7]}, "7"),
        ({"topics": [{"name": "law", "stance": "never", "examples": ["", "x"]}]}, "example"),
        ({"topics": [{"name": "law", "stance": "never", "reply": {"fr": "Non."}}]}, "'law'"),
        ({"topics": [{"name": "law", "stance": "fine"}] * 2}, "twice"), ({"crisis": {"en": ""}}, "'crisis'"),
        ({"topics": [{"name": "law", "stance": "never", "stanse": "x"}]}, "only the keys"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_and_never_ignored(change: dict[str, object], named: str) -> None:
    """A misspelt key would silently open a limit, so every unknown one is refused."""
    with pytest.raises(BadInput, match=named) as caught:
        limits.parse_limits({**GOOD, **change})
    assert caught.value.code == "bad_limits"


@pytest.mark.parametrize(
    "content", [b"\xff\xfe", b"topics: [", b"- a", b"!!python/object/apply:os.getcwd []"]
)
def test_a_file_that_is_not_limits_is_refused(tmp_path: Path, content: bytes) -> None:
    """Wrong encoding, broken YAML, another shape, or code."""
    file = tmp_path / "limits.yaml"
    file.write_bytes(content)
    with pytest.raises(BadInput):
        limits.load(file)
    with pytest.raises(BadInput):
        limits.load(tmp_path / "missing.yaml")
