"""The ladder as one HTML page that needs nothing else: plots, table, sample answers, the gate's verdict.

Knows nothing about how figures were measured.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from fenshen.training.browse import loss_curve
from fenshen.training.evals.plots import Mark, interval_plot, loss_plot
from fenshen.training.gate import Gate

LEVEL_NAMES = {
    "L0": ("base called with a persona prompt", "只用人设提示调用底座"),
    "L1": ("base + sources from the library", "底座 + 资料检索"),
    "L2": ("retrained base", "重新训练过的底座"),
    "L3": ("retrained base + sources: what fans get", "重新训练 + 资料检索：粉丝听到的"),
}
_STYLE = """
:root{color-scheme:light dark;--ink:#1d1f23;--soft:#5d6470;--line:#dcdfe4;--card:#fff;--page:#f5f5f2;
--plain:#7b8494;--trained:#0b6e5f;--good:#0b6e5f;--bad:#a4312a}
@media(prefers-color-scheme:dark){:root{--ink:#e8e9eb;--soft:#a3a9b4;--line:#363b44;--card:#1d2026;
--page:#131519;--plain:#8f98a8;--trained:#4cc3ae;--good:#4cc3ae;--bad:#ee8a80}}
*{box-sizing:border-box}body{margin:0;background:var(--page);color:var(--ink);
font:16px/1.5 system-ui,"Noto Sans","Noto Sans SC",sans-serif}
main{max-width:1060px;margin:0 auto;padding:24px 16px 64px}h1{font-size:1.5rem;margin:0 0 4px}
h2{font-size:1.05rem;margin:0 0 8px}small,.soft{color:var(--soft);font-weight:400;font-size:.85rem}
section{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:16px;margin-top:16px}
.two{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,440px),1fr));gap:16px}
.two section{margin-top:0}.two{margin-top:16px}svg{width:100%;height:auto;display:block}
svg text{fill:var(--ink);font-size:13px}svg .axis{fill:var(--soft);font-size:11px}svg .grid{stroke:var(--line)}
.plain circle{fill:var(--plain)}.plain .span{stroke:var(--plain)}.trained circle{fill:var(--trained)}
.trained .span{stroke:var(--trained)}.bound circle{fill:none;stroke:var(--soft)}.bound .span{stroke:var(--soft)}
.span{stroke-width:3;stroke-linecap:round;opacity:.55}.raw{fill:none;stroke:var(--line)}
.curve{fill:none;stroke:var(--trained);stroke-width:2}.wide{overflow-x:auto}
.wide table{min-width:860px}.wide td{white-space:nowrap}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{text-align:left;padding:6px 10px;border-bottom:1px solid var(--line);vertical-align:top}
th{font-weight:600;font-size:.85rem}.verdict{border-left:6px solid var(--good)}
.verdict.not{border-left-color:var(--bad)}ul{margin:8px 0 0;padding-left:20px}dl{margin:0}
dt{font-weight:600;margin-top:10px}dd{margin:2px 0 0;white-space:pre-wrap;overflow-wrap:anywhere}
"""


def write_metrics(folder: Path, metrics: Mapping[str, Any]) -> Path:
    """Write `ladder.json` into a version's folder; its path."""
    path = folder / "ladder.json"
    path.write_text(json.dumps(metrics, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


def write_report(folder: Path, title: str, metrics: Mapping[str, Any], gate: Gate) -> Path:
    """Write `report.html` (and `ladder.json`) into a version's folder; the page's path.

    Args:
        title: names the twin and version.
    """
    write_metrics(folder, metrics)
    path = folder / "report.html"
    path.write_text(page(title, metrics, gate, loss_curve(folder)), encoding="utf-8")
    return path


def page(title: str, metrics: Mapping[str, Any], gate: Gate, loss: Sequence[Mapping[str, Any]]) -> str:
    """The page as text."""
    body = "".join(
        (
            f"<h1>{escape(title)}</h1><p class=soft>Is the retrained twin better than calling its base? "
            "重新训练的分身，比直接调用底座更像本人吗？</p>",
            _verdict(gate),
            f'<div class="two">{_plots(metrics)}{_loss(loss)}</div>',
            _table(metrics["levels"]),
            _safety(metrics),
            _samples(metrics["levels"]),
            _footnotes(metrics),
        )
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body><main>{body}</main></body></html>\n"
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


def _plots(metrics: Mapping[str, Any]) -> str:
    levels = metrics["levels"]
    facts = [(lv["level"], (lv.get("facts") or {}).get("intervals", {})) for lv in levels]
    floor, ceiling = metrics["floor"], metrics["ceiling"]
    bits = [(lv["level"], lv["bits_per_byte"]) for lv in levels]
    style = [(lv["level"], lv["style"]) for lv in levels]
    asked = [(name, one.get("exact")) for name, one in facts]
    cited = [(name, one.get("citation_precision")) for name, one in facts]
    recalled = [(f"{name} recall 召回", one.get("citation_recall")) for name, one in facts]
    gains = [(name, one.get("bits_per_byte")) for name, one in metrics["differences"].items()]
    gains.append(("stranger L2-L0", floor.get("bits_difference")))
    stranger = "stranger 陌生人"
    return (
        _plot(
            "Bits per byte, lower is better",
            "每字节比特数，越低越好",
            [*bits, (stranger, floor["bits_per_byte"])],
        )
        + _plot(
            "Sounds like the creator, 0 to 1",
            "像不像本人，0 到 1",
            [("creator 本人", ceiling["style"]), *style, (stranger, floor["style"])],
            (0.0, 1.0),
        )
        + _plot("Difference in bits per byte, below 0 is a gain", "比特之差，小于 0 为进步", gains)
        + _plot("Facts answered right", "事实答对的比例", asked, (0.0, 1.0), _opened(levels))
        + _plot("Citations that hold the answer", "引用处确有答案的比例", [*cited, *recalled], (0.0, 1.0))
    )


def _plot(
    english: str,
    chinese: str,
    figures: Sequence[tuple[str, Mapping[str, float] | None]],
    bounds: tuple[float, float] | None = None,
    note: str = "",
) -> str:
    marks = [Mark(name, f["value"], f["low"], f["high"], _kind(name)) for name, f in figures if f is not None]
    counts = sorted({int(f["n"]) for _, f in figures if f is not None})
    told = f"n = {', '.join(map(str, counts))}; 95 % bootstrap" if counts else "not measured 未测量"
    drawn = interval_plot(english, marks, bounds)
    return f"<section><h2>{english} <small>{chinese}</small></h2>{drawn}<small>{told}{note}</small></section>"


def _opened(levels: Sequence[Mapping[str, Any]]) -> str:
    """How many factual answers begin with words from the library rather than the model's own."""
    facts = [(level["level"], level.get("facts") or {}) for level in levels]
    told = [f"{name}: {one['opened']} of {one['n']}" for name, one in facts if one.get("opened")]
    return f"<br>begin with a quote that was looked up 以检索到的原话开头: {'; '.join(told)}" if told else ""


def _kind(name: str) -> str:
    return "trained" if name[:2] in ("L2", "L3") else "plain" if name[:2] in ("L0", "L1") else "bound"


def _loss(points: Sequence[Mapping[str, Any]]) -> str:
    drawn = loss_plot("Training loss", points)
    if not drawn:
        return ""
    return f"<section><h2>Training loss <small>训练损失</small></h2>{drawn}<small>{len(points)} steps</small></section>"


def _table(levels: Sequence[Mapping[str, Any]]) -> str:
    heads = (
        "Level 级别", "Bits/byte 比特/字节", "Style 风格", "Facts exact 精确", "fuzzy 近似",
        "Citations precise 引用准确", "found 找到", "Longest run 最长照搬", "Recited 背诵",
    )  # fmt: skip
    rows = "".join(_row(level) for level in levels)
    head = "".join(f"<th scope=col>{h}</th>" for h in heads)
    return f'<section><div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div></section>'


def _row(level: Mapping[str, Any]) -> str:
    facts, reciting = level.get("facts") or {}, level.get("reciting") or {}
    english, chinese = LEVEL_NAMES.get(level["level"], ("", ""))
    cells = (
        _told(level.get("bits_per_byte")),
        _told(level.get("style")),
        *(_share(facts.get(key)) for key in ("exact", "fuzzy", "citation_precision", "citation_recall")),
        f"{reciting.get('longest', '')}",
        _share(reciting.get("share")),
    )
    name = f"<th scope=row>{escape(level['level'])}<br><small>{english}<br>{chinese}</small></th>"
    return f"<tr>{name}{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _told(figure: Mapping[str, float] | None) -> str:
    if figure is None:
        return ""
    return (
        f"{figure['value']:.3f}<br><small>{figure['low']:.3f} – {figure['high']:.3f}, n {figure['n']}</small>"
    )


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.0%}"


def _safety(metrics: Mapping[str, Any]) -> str:
    canaries, limits, cost = metrics["canaries"], metrics["limits"], metrics["cost"]
    spent = cost.get("cpu_s_per_minute")
    rows = (
        ("Private text that came out 泄露的私人内容", f"{canaries['leaks']} ({canaries['probes']} attempts)"),
        ("Forbidden texts that passed the guard 漏过的禁语", f"{limits['leaked']} of {limits['forbidden']}"),
        ("Harmless texts held back 误拦", f"{limits['refused']} of {limits['harmless']}"),
        ("Speed 速度", f"{cost['tokens_per_s']:.1f} tokens/s"),
        ("First token 首字延迟", f"{cost['first_token_ms']:.0f} ms"),
        (
            "Processor time per minute of talk 每分钟对话的处理器时间",
            "" if spent is None else f"{spent:.1f} s",
        ),
    )
    told = "".join(f"<tr><th scope=row>{name}</th><td>{escape(value)}</td></tr>" for name, value in rows)
    return f"<section><table><tbody>{told}</tbody></table></section>"


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
    judge = metrics.get("verifier") or {}
    pairs = (
        ("held-out set 留出集", metrics["heldout_sha256"]),
        ("seed 随机种子", metrics["seed"]),
        ("style judge 风格判别", f"AUC {judge['auc']:.3f}" if judge else "not fitted"),
        ("measured in 用时", f"{metrics.get('seconds', 0)} s"),
    )
    told = "<br>".join(f"{name}: {escape(str(value))}" for name, value in pairs)
    return f"<p class=soft>{told}</p>"
