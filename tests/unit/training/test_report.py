"""The report page."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from fenshen.training.gate import Finding, Gate
from fenshen.training.report import page, write_report

_VOID = {"meta", "br", "line", "circle", "path"}


def _figure(value: float) -> dict[str, float]:
    return {"value": value, "low": value - 0.1, "high": value + 0.1, "n": 20}


def _metrics(answer: str = "Tea first.") -> dict[str, Any]:
    levels = [
        {
            "level": f"L{n}",
            "bits_per_byte": _figure(1.5 - 0.1 * n),
            "style": _figure(0.2 * n + 0.1),
            "facts": {"exact": 0.5, "fuzzy": 0.6, "citation_precision": None, "citation_recall": None, "n": 9,
                      "intervals": {"exact": _figure(0.5)}} if n else None,
            "reciting": {"longest": n, "share": 0.0},
            "sample": [{"question": "Why <now>?", "answer": answer}],
        }
        for n in range(4)
    ]  # fmt: skip
    return {
        "levels": levels,
        "differences": {"L3-L0": {"bits_per_byte": _figure(-0.4), "style": _figure(0.4)}},
        "floor": {"bits_per_byte": _figure(2.0), "style": _figure(0.1)},
        "ceiling": {"style": _figure(0.9)},
        "verifier": {"auc": 0.97},
        "canaries": {"probes": 12, "leaks": 0},
        "limits": {"forbidden": 20, "leaked": 0, "harmless": 30, "refused": 1},
        "cost": {"tokens_per_s": 55.0, "first_token_ms": 90.0, "cpu_s_per_minute": None, "n": 3},
        "heldout_sha256": "abc",
        "seed": 7,
        "seconds": 12.5,
    }


class _Balanced(HTMLParser):
    """Raises when a tag is closed that was not the last one opened."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in _VOID:
            self.opened.append(tag)

    def handle_startendtag(self, tag: str, attrs: Any) -> None:
        """Closes itself."""

    def handle_endtag(self, tag: str) -> None:
        assert self.opened.pop() == tag


def test_the_page_is_whole_and_needs_nothing_else() -> None:
    """Every tag is closed, and no address is fetched."""
    told = page(
        "June v1",
        _metrics(),
        Gate(True, (Finding(True, "bits_better", {}, "better"),)),
        [{"seconds": 1.0, "loss": 3.0}] * 3,
    )
    reader = _Balanced()
    reader.feed(told)
    assert reader.opened == []
    assert "http" not in told
    assert "<script" not in told


def test_what_models_say_is_shown_as_text() -> None:
    """An answer, a question, a title or a reason that holds HTML stays harmless."""
    evil = "<script>alert(1)</script>"
    told = page(evil, _metrics(evil), Gate(False, (Finding(False, "few_styled", {}, evil),)), [])
    assert "<script>" not in told
    assert "Why &lt;now&gt;?" in told
    assert "Does not pass" in told


def test_report_and_figures_are_written_beside_the_version(tmp_path: Path) -> None:
    """The page and the JSON lie in the version's folder, with its loss curve in the page."""
    (tmp_path / "loss.jsonl").write_text("".join(f'{{"seconds": {n}, "loss": {4 - n}}}\n' for n in range(3)))
    path = write_report(
        tmp_path, "June v1", _metrics(), Gate(True, (Finding(True, "bits_better", {}, "better"),))
    )
    assert "Training loss" in path.read_text(encoding="utf-8")
    assert json.loads((tmp_path / "ladder.json").read_text(encoding="utf-8"))["seed"] == 7
