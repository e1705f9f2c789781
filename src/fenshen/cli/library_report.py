"""`library SLUG report` on a terminal: grades with reasons, what to add next, figures, a time line."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from fenshen.cli.output import console, opened_app, print_json, print_table, say
from fenshen.library.report.figures import Figures, Month
from fenshen.library.report.report import LANGUAGES, LibraryReport, as_json, sentence
from fenshen.trust.creators import creator

#: Columns of the time line; a longer history puts several months into one.
LINE_COLUMNS = 60
_BLOCKS = " ▁▂▃▄▅▆▇█"
_COLOURS = {"A": "green", "B": "green", "C": "yellow", "D": "yellow", "F": "red"}


def show_report(slug: str, wants_json: bool) -> None:
    """Print the report of a library."""
    with opened_app() as app:
        creator(app.db, slug)
        report = app.library.report(slug)
    if wants_json:
        print_json(as_json(report))
        return
    _show_grades(report)
    print_table(["", ""], _rows(report.figures))
    for topic in report.topics:
        say(
            f"topic  {topic.share:4.0%} {LANGUAGES.get(topic.language, topic.language)}  {', '.join(topic.words)}"
        )
    if report.figures.months:
        say("\nwords a month")
        say(time_line(report.figures.months))


def _show_grades(report: LibraryReport) -> None:
    for name, one in vars(report.grades).items():
        reasons = " ".join(sentence(note) for note in one.reasons)
        console.print(f"[bold {_COLOURS[one.letter]}]{one.letter}[/]  {name:8}{reasons}")
    if report.steps:
        say("\nWhat to add next")
    for note in report.steps:
        say(f"  · {sentence(note)}")
    say("")


def _rows(figures: Figures) -> list[tuple[str, str]]:
    share = figures.own_share
    rows = [
        ("items", f"{figures.items:,}, {figures.private_items:,} more are private"),
        ("passages", f"{figures.passages:,}"),
        ("words", f"{figures.words:,}, {share:.0%} your own, {figures.speakers:,} other names speak"),
        (
            "hours of sound",
            f"{figures.hours:.2f}, {figures.clean_speech_s / 60:.1f} minutes of clean own speech kept",
        ),
        ("kinds", _counts(figures.kinds)),
        ("formats", _counts(figures.formats)),
        ("languages", _counts({LANGUAGES.get(code, code): n for code, n in figures.languages.items()})),
        ("rights", _counts(figures.owners) + "; may be used to " + _counts(figures.usable)),
        ("licences", _counts(figures.licences)),
        ("duplicates", f"{figures.duplicate_items:,} items, {figures.duplicate_share:.0%} of the words"),
        ("not learned", _counts(figures.marked)),
        (
            "noise",
            _counts({name: f"{value:.1%}" for name, value in figures.noise.items() if value >= 0.0005}),
        ),
        ("personal data masked", _counts(figures.masked)),
        ("left out in files", _counts(figures.dropped)),
        ("skipped", _counts(figures.skipped)),
    ]
    return [row for row in rows if row[1]]


def _counts(found: Mapping[str, object]) -> str:
    return ", ".join(f"{name} {count}" for name, count in found.items())


def time_line(months: Mapping[str, Month]) -> str:
    """Blocks as high as words were published, from the first month to the last, with both named below."""
    numbers = [int(name[:4]) * 12 + int(name[5:]) - 1 for name in months]
    first, last = min(numbers), max(numbers)
    columns = min(LINE_COLUMNS, last - first + 1)
    edges = [first + round(at * (last - first + 1) / columns) for at in range(columns + 1)]
    words = {number: month.words for number, month in zip(numbers, months.values(), strict=True)}
    heights = [sum(words.get(number, 0) for number in range(*edge)) for edge in pairwise(edges)]
    top = max(heights) or 1
    line = "".join(_BLOCKS[-(-height * (len(_BLOCKS) - 1) // top)] for height in heights)
    ends = f"{min(months)}{max(months):>{max(8, columns - 7)}}" if first != last else min(months)
    return f"{line}\n{ends}"
