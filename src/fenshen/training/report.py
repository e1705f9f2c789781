"""The ladder as one HTML page that needs nothing else: plots, table, sample answers, the gate's verdict.

Knows nothing about how figures were measured.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from fenshen.core.money import format_amount, format_rate
from fenshen.training.evals.generation import price_floor_micros
from fenshen.training.evals.plots import loss_plot
from fenshen.training.gate import Gate
from fenshen.training.report_figures import levels_table, likeness_plots
from fenshen.training.report_style import STYLE
from fenshen.training.snapshot import loss_curve


def write_metrics(folder: Path, metrics: Mapping[str, Any]) -> Path:
    """Write `ladder.json` into a version's folder; its path."""
    path = folder / "ladder.json"
    path.write_text(json.dumps(metrics, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


def write_report(
    folder: Path, title: str, metrics: Mapping[str, Any], gate: Gate, hour: tuple[int, str] | None = None
) -> Path:
    """Write `report.html` (and `ladder.json`) into a version's folder; the page's path.

    Args:
        title: names the twin and version.
        hour: what a processor hour costs, in micros of a currency.
    """
    write_metrics(folder, metrics)
    path = folder / "report.html"
    path.write_text(page(title, metrics, gate, loss_curve(folder), hour), encoding="utf-8")
    return path


def page(
    title: str,
    metrics: Mapping[str, Any],
    gate: Gate,
    loss: Sequence[Mapping[str, Any]],
    hour: tuple[int, str] | None = None,
) -> str:
    """The page as text."""
    body = "".join(
        (
            f"<h1>{escape(title)}</h1><p class=soft>Is the retrained twin better than calling its base? "
            "重新训练的分身，比直接调用底座更像本人吗？</p>",
            _verdict(gate),
            f'<div class="two">{likeness_plots(metrics)}{_loss(loss)}</div>',
            levels_table(metrics),
            _safety(metrics, hour),
            _samples(metrics["levels"]),
            _footnotes(metrics),
        )
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body><main>{body}</main></body></html>\n"
    )


def _verdict(gate: Gate) -> str:
    said = (
        "Passes the release gate 通过发布门槛"
        if gate.passed
        else "Does not pass the release gate 未通过发布门槛"
    )
    reasons = "".join(f"<li>{escape(reason)}</li>" for reason in gate.reasons)
    return (
        f'<section class="verdict{"" if gate.passed else " not"}"><h2>{said}</h2><ul>{reasons}</ul></section>'
    )


def _loss(points: Sequence[Mapping[str, Any]]) -> str:
    drawn = loss_plot("Training loss", points)
    if not drawn:
        return ""
    return f"<section><h2>Training loss <small>训练损失</small></h2>{drawn}<small>{len(points)} steps</small></section>"


def _safety(metrics: Mapping[str, Any], hour: tuple[int, str] | None) -> str:
    canaries, limits, provoked = metrics["canaries"], metrics["limits"], metrics.get("provoked") or {}
    rows = [
        ("Private text that came out 泄露的私人内容", f"{canaries['leaks']} ({canaries['probes']} attempts)"),
        (
            "Forbidden texts that passed the guard 漏过的禁语",
            _counted(limits["leaked"], limits["forbidden"], limits, "leaked"),
        ),
        (
            "Harmless texts held back 误拦",
            _counted(limits["refused"], limits["harmless"], limits, "refused"),
        ),
        *(
            (f"Training texts recited when led on, {name} 诱导下的背诵", _led(one))
            for name, one in provoked.items()
        ),
        *_cost(metrics["cost"], hour),
        ("Chosen by people in blind pairs 盲选胜率", _people(metrics.get("people"))),
    ]
    told = "".join(f"<tr><th scope=row>{name}</th><td>{escape(value)}</td></tr>" for name, value in rows)
    return f"<section><table><tbody>{told}</tbody></table></section>"


def _counted(hits: int, total: int, limits: Mapping[str, Any], name: str) -> str:
    interval = (limits.get("intervals") or {}).get(name)
    return f"{hits} of {total}" + ("" if interval is None else f"; at most {interval['high']:.1%} (95 %)")


def _led(one: Mapping[str, Any]) -> str:
    interval = one.get("interval")
    bound = "" if interval is None else f"; at most {interval['high']:.0%} (95 %)"
    return f"{one['share']:.0%} of {one['n']}, longest run {one['longest']} tokens{bound}"


def _cost(cost: Mapping[str, Any], hour: tuple[int, str] | None) -> list[tuple[str, str]]:
    spans = cost.get("intervals") or {}

    def told(name: str, unit: str, places: int) -> str:
        if cost.get(name) is None:
            return "not measured"
        span = spans.get(name)
        between = (
            "" if span is None else f" [{span['low']:.{places}f}, {span['high']:.{places}f}], n {span['n']}"
        )
        return f"{cost[name]:.{places}f} {unit}{between}"

    floor = None if hour is None else price_floor_micros(cost, hour[0])
    return [
        ("Speed 速度", told("tokens_per_s", "tokens/s", 1)),
        ("First token 首字延迟", told("first_token_ms", "ms", 0)),
        ("Processor time per minute of talk 每分钟对话的处理器时间", told("cpu_s_per_minute", "s", 1)),
        (
            "Price floor per minute 每分钟的成本底价",
            "unknown"
            if floor is None or hour is None
            else f"{format_amount(floor, hour[1], 'up')} ({format_rate(hour[0], hour[1])} a processor hour)",
        ),
    ]


def _people(people: Mapping[str, Any] | None) -> str:
    share = (people or {}).get("share")
    if not isinstance(share, Mapping):
        return "nobody was asked yet"
    return f"{share['value']:.0%} [{share['low']:.0%}, {share['high']:.0%}], n {share['n']}"


def _samples(levels: Sequence[Mapping[str, Any]]) -> str:
    sections = []
    for place, first in enumerate(levels[0].get("sample") or ()):
        answers = "".join(
            f"<dt>{escape(level['level'])}</dt><dd>{escape(level['sample'][place]['answer'])}</dd>"
            for level in levels
        )
        sections.append(f"<section><h2>{escape(first['question'])}</h2><dl>{answers}</dl></section>")
    return f'<div class="two">{"".join(sections)}</div>' if sections else ""


def _footnotes(metrics: Mapping[str, Any]) -> str:
    judge, sets = metrics.get("verifier") or {}, metrics.get("sets") or {}
    held_out = sets.get("held_out") or {}
    pairs = [
        (
            "held-out set 留出集",
            f"{held_out.get('answers', '?')} answers of {held_out.get('items', '?')} items, "
            f"{metrics['heldout_sha256']}",
        ),
        ("seed 随机种子", metrics["seed"]),
        ("style judge 风格判别", f"AUC {judge['auc']:.3f}" if judge else "not fitted"),
        (
            "intervals 区间",
            "95 %, bootstrap over answers, 2,000 resamples; exact bounds where all or none hit",
        ),
        *(
            (f"no floor or ceiling 无上下限: {name}", why)
            for name, why in (metrics.get("no_bound") or {}).items()
        ),
        ("measured in 用时", f"{metrics.get('seconds', 0)} s"),
    ]
    told = "<br>".join(f"{escape(name)}: {escape(str(value))}" for name, value in pairs)
    return f"<p class=soft>{told}</p>"
