"""Plots as inline SVG text: levels with their intervals, and a curve over time.

Colours are CSS classes of the page that holds them. Knows nothing about what is drawn.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

WIDTH = 460
_LEFT = 132
_RIGHT = 64
_ROW = 34


@dataclass(frozen=True)
class Mark:
    """One row of an interval plot; `kind` is its CSS class."""

    label: str
    value: float
    low: float
    high: float
    kind: str = "plain"

    @property
    def told(self) -> str:
        """In words."""
        return f"{self.label}: {self.value:.3f} ({self.low:.3f} to {self.high:.3f})"


def interval_plot(name: str, marks: Sequence[Mark], bounds: tuple[float, float] | None = None) -> str:
    """A dot with its interval for each mark, on one scale; empty without marks.

    Args:
        name: what is shown, for screen readers.
        bounds: ends of the scale; by default what the marks need.
    """
    if not marks:
        return ""
    low, high = bounds or _bounds([m.low for m in marks], [m.high for m in marks])
    height = len(marks) * _ROW + 26

    def x(value: float) -> float:
        share = (min(max(value, low), high) - low) / (high - low)
        return round(_LEFT + share * (WIDTH - _LEFT - _RIGHT), 1)

    lines = [
        f'<line class="grid" x1="{x(at)}" x2="{x(at)}" y1="2" y2="{height - 20}"/>'
        f'<text class="axis" x="{x(at)}" y="{height - 5}" text-anchor="middle">{_short(at)}</text>'
        for at in _ticks(low, high)
    ]
    for place, mark in enumerate(marks):
        y = place * _ROW + _ROW // 2
        lines.append(
            f'<g class="{escape(mark.kind)}"><text x="0" y="{y + 4}">{escape(mark.label)}</text>'
            f'<line class="span" x1="{x(mark.low)}" x2="{x(mark.high)}" y1="{y}" y2="{y}"/>'
            f'<circle cx="{x(mark.value)}" cy="{y}" r="5"/>'
            f'<text class="value" x="{WIDTH}" y="{y + 4}" text-anchor="end">{mark.value:.3f}</text></g>'
        )
    return _svg(f"{name}. " + "; ".join(m.told for m in marks), height, lines)


def loss_plot(name: str, points: Sequence[Mapping[str, float]]) -> str:
    """Loss over seconds, smoothed over neighbours; empty with fewer than two points."""
    if len(points) < 2:
        return ""
    height, left, right, bottom = 210, 40, 8, 26
    seconds, losses = [p["seconds"] for p in points], [p["loss"] for p in points]
    smooth = _smoothed(losses)
    low, high = _bounds(losses, losses)
    span_s = max(seconds) or 1.0

    def path(values: Sequence[float]) -> str:
        places = (
            f"{left + s / span_s * (WIDTH - left - right):.1f},{_y(v, low, high, height - bottom):.1f}"
            for s, v in zip(seconds, values, strict=True)
        )
        return "M" + "L".join(places)

    lines = [
        f'<line class="grid" x1="{left}" x2="{WIDTH - right}" y1="{_y(at, low, high, height - bottom):.1f}" '
        f'y2="{_y(at, low, high, height - bottom):.1f}"/><text class="axis" x="{left - 6}" '
        f'y="{_y(at, low, high, height - bottom) + 4:.1f}" text-anchor="end">{_short(at)}</text>'
        for at in _ticks(low, high)
    ]
    lines += [
        f'<path class="raw" d="{path(losses)}"/><path class="curve" d="{path(smooth)}"/>',
        f'<text class="axis" x="{left}" y="{height - 6}">0 s</text>',
        f'<text class="axis" x="{WIDTH - right}" y="{height - 6}" text-anchor="end">{span_s:.0f} s</text>',
    ]
    return _svg(f"{name}: from {smooth[0]:.2f} to {smooth[-1]:.2f} in {span_s:.0f} s", height, lines)


def _svg(told: str, height: int, lines: Sequence[str]) -> str:
    label = escape(told, quote=True)
    return f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{label}">{"".join(lines)}</svg>'


def _y(value: float, low: float, high: float, floor: float) -> float:
    return 8 + (high - value) / (high - low) * (floor - 8)


def _bounds(lows: Sequence[float], highs: Sequence[float]) -> tuple[float, float]:
    low, high = min(lows), max(highs)
    margin = 0.08 * (high - low) or 0.1
    return low - margin, high + margin


def _ticks(low: float, high: float) -> list[float]:
    """About four round numbers within the scale."""
    rough = (high - low) / 4
    unit = 10 ** math.floor(math.log10(rough))
    step = next(unit * factor for factor in (1, 2, 5, 10) if unit * factor >= rough)
    first = math.ceil(low / step)
    return [at * step for at in range(first, math.floor(high / step + 1e-9) + 1)]


def _short(value: float) -> str:
    return f"{value + 0.0:.3f}".rstrip("0").rstrip(".")


def _smoothed(values: Sequence[float]) -> list[float]:
    """Mean over a window of a tenth of the curve."""
    reach = max(1, len(values) // 20)
    windows = (values[max(0, at - reach) : at + reach + 1] for at in range(len(values)))
    return [sum(window) / len(window) for window in windows]
