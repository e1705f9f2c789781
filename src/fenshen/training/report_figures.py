"""Plots and the table of levels for the report page, each with floor and ceiling where there are some.

Knows nothing about how figures were measured.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from fenshen.training.evals.plots import Mark, interval_plot

LEVEL_NAMES = {
    "L0": ("base called with a persona prompt", "只用人设提示调用底座"),
    "L1": ("base + sources from the library", "底座 + 资料检索"),
    "L2": ("retrained base", "重新训练过的底座"),
    "L3": ("retrained base + sources: what fans get", "重新训练 + 资料检索：粉丝听到的"),
    "L4": ("retrained domain base + sources: what fans get", "领域底座重新训练 + 资料检索：粉丝听到的"),
    "floor": ("a stranger's text", "陌生人的文字"),
    "ceiling": ("the creator's own held-out text", "本人的留出文字"),
}
_Figure = Mapping[str, float] | None
_TRAINED, _PLAIN = ("L2", "L3", "L4"), ("L0", "L1")


def likeness_plots(metrics: Mapping[str, Any]) -> str:
    """One section for each measure."""
    levels, floor, ceiling = metrics["levels"], metrics["floor"], metrics["ceiling"]
    bounded = [("ceiling", ceiling), *((lv["level"], lv) for lv in levels), ("floor", floor)]
    gains = [(name, one.get("bits_per_byte")) for name, one in metrics["differences"].items()]
    return "".join(
        (
            _plot("Bits per byte, lower is better", "每字节比特数，越低越好", _of(bounded, "bits_per_byte")),
            _plot("Sounds like the creator, 0 to 1", "像不像本人，0 到 1", _of(bounded, "style"), (0.0, 1.0)),
            _plot(
                "Difference in bits per byte, below 0 is a gain",
                "比特之差，小于 0 为进步",
                [*gains, ("floor L2-L0", floor.get("bits_difference"))],
            ),
            _plot("Facts answered right", "事实答对的比例", _facts(bounded, "exact"), (0.0, 1.0), _opened(levels)),
            _plot(
                "Citations that hold the answer", "引用处确有答案", _facts(bounded, "citation_precision"), (0.0, 1.0)
            ),
            _plot("Facts with a right citation", "给出正确引用的事实", _facts(bounded, "citation_recall"), (0.0, 1.0)),
        )
    )  # fmt: skip


def levels_table(metrics: Mapping[str, Any]) -> str:
    """Every level with every measure; on a phone a list for each level."""
    heads = (
        "Bits/byte 比特/字节", "Style 风格", "Facts exact 精确", "fuzzy 近似", "Citations precise 引用准确",
        "found 找到", "Longest run 最长照搬", "Recited 背诵",
    )  # fmt: skip
    head = "".join(f"<th scope=col>{name}</th>" for name in ("Level 级别", *heads))
    levels = [(level["level"], level) for level in metrics["levels"]]
    every = [*levels, ("floor", metrics["floor"]), ("ceiling", metrics["ceiling"])]
    rows = "".join(_row(name, level, heads) for name, level in every)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return f'<section><div class="wide levels">{table}</div></section>'


def _of(levels: Iterable[tuple[str, Mapping[str, Any]]], measure: str) -> list[tuple[str, _Figure]]:
    return [(name, level.get(measure)) for name, level in levels]


def _facts(levels: Iterable[tuple[str, Mapping[str, Any]]], measure: str) -> list[tuple[str, _Figure]]:
    return [(name, _interval_of(level, measure)) for name, level in levels]


def _interval_of(level: Mapping[str, Any], measure: str) -> _Figure:
    found: _Figure = ((level.get("facts") or {}).get("intervals") or {}).get(measure)
    return found


def _plot(
    english: str,
    chinese: str,
    figures: Sequence[tuple[str, _Figure]],
    bounds: tuple[float, float] | None = None,
    note: str = "",
) -> str:
    marks = [Mark(name, f["value"], f["low"], f["high"], _kind(name)) for name, f in figures if f is not None]
    counts = sorted({int(f["n"]) for _, f in figures if f is not None})
    told = f"n = {', '.join(map(str, counts))}; 95 % interval" if counts else "not measured 未测量"
    drawn = interval_plot(english, marks, bounds)
    return f"<section><h2>{english} <small>{chinese}</small></h2>{drawn}<small>{told}{note}</small></section>"


def _opened(levels: Sequence[Mapping[str, Any]]) -> str:
    """How many factual answers begin with words from the library rather than the model's own."""
    facts = [(level["level"], level.get("facts") or {}) for level in levels]
    told = [f"{name}: {one['opened']} of {one['n']}" for name, one in facts if one.get("opened")]
    return f"<br>begin with a quote that was looked up 以检索到的原话开头: {'; '.join(told)}" if told else ""


def _kind(name: str) -> str:
    return "trained" if name[:2] in _TRAINED else "plain" if name[:2] in _PLAIN else "bound"


def _row(name: str, level: Mapping[str, Any], heads: Sequence[str]) -> str:
    reciting = level.get("reciting") or {}
    longest, share = reciting.get("longest"), reciting.get("interval")
    cells = (
        _told(level.get("bits_per_byte")),
        _told(level.get("style")),
        *(_told(_interval_of(level, key), 2) for key in ("exact", "fuzzy", "citation_precision", "citation_recall")),
        "" if longest is None else f"{longest} tokens",
        _told(share, 2),
    )  # fmt: skip
    english, chinese = LEVEL_NAMES.get(name, ("", ""))
    title = f"<th scope=row>{escape(name)}<br><small>{english}<br>{chinese}</small></th>"
    told = (
        f'<td data-name="{escape(head)}">{f"<span>{cell}</span>" if cell else ""}</td>'
        for head, cell in zip(heads, cells, strict=True)
    )
    return f"<tr>{title}{''.join(told)}</tr>"


def _told(figure: _Figure, places: int = 3) -> str:
    if figure is None:
        return ""
    value, low, high = (f"{figure[key]:.{places}f}" for key in ("value", "low", "high"))
    return f"{value}<br><small>{low} – {high}, n {figure['n']}</small>"
