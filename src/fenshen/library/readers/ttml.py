"""TTML (also DFXP, IMSC): timed text as broadcasters and platforms keep it. Knows nothing about layout.

    XML → paragraphs with times of their own or of what they lie in → captions → document

Times are clock, frames, ticks or offsets and count from the begin of the enclosing element; a comma for the point, no
hours and bare seconds (Apple's lyrics) are read too. A paragraph whose times cannot be read is left out and counted.
Of several languages in separate `div`s one is kept; `ttm:agent` is the speaker.
Source: https://www.w3.org/TR/ttml2/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from lxml import etree

from fenshen.core.errors import BadInput
from fenshen.library.document import Document
from fenshen.library.dropped import Dropped, summed
from fenshen.library.lenient_xml import parse_leniently
from fenshen.library.markup import XmlElement, attribute, descendants, local_name
from fenshen.library.readers.captions import TimedLines, captions_document, spoken_lines
from fenshen.library.reading import Head, Opened, ReaderSpec

_ROOT = re.compile(r"<(?:[\w.-]{1,40}:)?tt[\s>]")
_CLOCK = re.compile(r"(?:(\d{1,4}):)?(\d{1,3}):(\d{1,2})(?:[.,](\d{1,9})|[:;](\d{1,4})(?:\.\d{1,4})?)?$")
_OFFSET = re.compile(r"(\d{1,12}(?:[.,]\d{1,9})?)\s?(h|ms|m|s|f|t)?$")
_UNIT_S = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
_UNSPOKEN_ROLES = frozenset({"description", "sound", "music", "x-ruby"})
_LINE_BREAK = "\n"


@dataclass(frozen=True)
class _Rates:
    """How long a frame and a tick last, in seconds, and whether every time counts from the start of the recording."""

    frame_s: float
    tick_s: float
    is_absolute: bool = False


def read_ttml(text: str, language: str | None = None) -> Document:
    """The document of a decoded TTML file.

    Args:
        language: what the file's name says, to choose between several.

    Raises:
        BadInput: `not_subtitles` if no paragraph has a time, `no_text` if nothing is said, `unsafe_xml`,
            `bad_xml`.
    """
    root, dropped = parse_leniently(text, flat=("p",))
    rates, agents = _rates(root), _agents(root)
    rates = replace(rates, is_absolute=_is_absolute(root, rates))
    root = _one_language(root, language)
    bad = tuple(_untimed(root, rates))
    cues = [_cue(*timed, agents) for timed in _paragraphs(root, rates)]
    if not cues:
        if dropped:
            raise BadInput("its XML is damaged, and no subtitle is left of it", code="bad_xml")
        raise BadInput("it holds no subtitle times", code="not_subtitles")
    document = captions_document(sorted(cues, key=lambda cue: cue.start_s), language)
    title = next((found.text for found in descendants(root, "title") if found.text), None)
    stated = language or _language(root)
    return replace(document, title=title, language=stated, dropped=summed((*dropped, *bad)))


def _untimed(root: XmlElement, rates: _Rates) -> Iterator[Dropped]:
    """Takes out the paragraphs whose times cannot be read, and tells of each."""
    for paragraph in list(descendants(root, "p")):
        stated = [value for name in ("begin", "end", "dur") if (value := paragraph.get(name))]
        parent = paragraph.getparent()
        if any(_seconds(value, rates) is None for value in stated) and parent is not None:
            parent.remove(paragraph)
            yield Dropped("bad_time", 1, f"line {paragraph.sourceline}")


def _rates(root: XmlElement) -> _Rates:
    frames = _number(attribute(root, "frameRate"), 30.0)
    multiplier = re.fullmatch(
        r"(\d{1,6})[ :](\d{1,6})", (attribute(root, "frameRateMultiplier") or "").strip()
    )
    if multiplier and int(multiplier[1]) and int(multiplier[2]):
        frames *= int(multiplier[1]) / int(multiplier[2])
    has_frames = attribute(root, "frameRate") is not None
    ticks = _number(attribute(root, "tickRate"), frames if has_frames else 1.0)
    return _Rates(1 / frames, 1 / ticks)


def _is_absolute(root: XmlElement, rates: _Rates) -> bool:
    """Whether inner times count from the start of the recording, against the standard: as offsets they would overrun.

    Apple's lyrics are written so.
    """
    for element in descendants(root, "div", "p", "span"):
        outer = element.getparent()
        begin = _seconds(element.get("begin"), rates)
        if outer is None or not begin:
            continue
        first, last = (_seconds(outer.get(name), rates) for name in ("begin", "end"))
        if first and last and first <= begin < last <= first + begin:
            return True
    return False


def _number(text: str | None, default: float) -> float:
    return float(text) if text and re.fullmatch(r"\d{1,9}", text.strip()) and int(text) else default


def _agents(root: XmlElement) -> dict[str, str]:
    """Speakers' names by the id that paragraphs point to."""
    found = {}
    for agent in descendants(root, "agent"):
        name = next((child.text for child in descendants(agent, "name") if child.text), None)
        if (key := attribute(agent, "id")) and name:
            found[key] = " ".join(name.split())
    return found


def _language(element: XmlElement) -> str | None:
    code = (attribute(element, "lang") or "").lower().partition("-")[0]
    return code if re.fullmatch("[a-z]{2}", code) else None


def _one_language(root: XmlElement, language: str | None) -> XmlElement:
    """The part of the document in one language: the whole when it has only one."""
    divisions = list(descendants(root, "div"))
    languages = [code for division in divisions if (code := _language(division))]
    if len(set(languages)) < 2:
        return root
    wanted = language if language in languages else languages[0]
    for division in divisions:
        parent = division.getparent()
        if _language(division) not in (None, wanted) and parent is not None:
            parent.remove(division)
    return root


def _paragraphs(root: XmlElement, rates: _Rates) -> Iterator[tuple[XmlElement, float, float]]:
    """Each `p` with its own start and end in seconds; those without any time are left out."""
    open_elements: list[tuple[XmlElement, float, float]] = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "end":
            if open_elements and open_elements[-1][0] is element:
                open_elements.pop()
            continue
        name = local_name(element)
        if name not in ("body", "div", "p"):
            continue
        outer = open_elements[-1] if open_elements else (root, 0.0, float("inf"))
        start, end = _span(element, outer[1], outer[2], rates)
        open_elements.append((element, start, end))
        if name == "p":
            start, end = _spoken_span(element, start, end, rates)
            if end != float("inf"):
                yield element, start, end


def _span(element: XmlElement, outer_start: float, outer_end: float, rates: _Rates) -> tuple[float, float]:
    """When an element is active, seconds from the start of the recording."""
    begin = _seconds(element.get("begin"), rates)
    end, duration = _seconds(element.get("end"), rates), _seconds(element.get("dur"), rates)
    base = 0.0 if rates.is_absolute else outer_start
    start = outer_start if begin is None else base + begin
    ends = [outer_end]
    if end is not None:
        ends.append(base + end)
    if duration is not None:
        ends.append(start + duration)
    return start, max(start, min(ends))


def _spoken_span(paragraph: XmlElement, start: float, end: float, rates: _Rates) -> tuple[float, float]:
    """The paragraph's own times, or those of the spans in it when only they have any."""
    if any(paragraph.get(name) for name in ("begin", "end", "dur")):
        return start, end
    spans = [_span(span, start, end, rates) for span in descendants(paragraph, "span") if span.get("begin")]
    return (min(s for s, _ in spans), max(e for _, e in spans)) if spans else (start, end)


def _seconds(text: str | None, rates: _Rates) -> float | None:
    if not text:
        return None
    if match := _CLOCK.match(text.strip()):
        hours, minutes, seconds, fraction, frames = match.groups()
        whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
        return round(whole + float(f"0.{fraction or 0}") + int(frames or 0) * rates.frame_s, 3)
    if match := _OFFSET.match(text.strip()):
        unit_s = {**_UNIT_S, "f": rates.frame_s, "t": rates.tick_s}[match[2] or "s"]
        return round(float(match[1].replace(",", ".")) * unit_s, 3)
    return None


def _cue(paragraph: XmlElement, start: float, end: float, agents: dict[str, str]) -> TimedLines:
    named = (attribute(element, "agent") for element in descendants(paragraph, "p", "span"))
    speaker = next((agents[key] for keys in named if keys and (key := keys.split()[0]) in agents), None)
    return TimedLines(start, end, spoken_lines(_text(paragraph).split(_LINE_BREAK)), speaker)


def _text(paragraph: XmlElement) -> str:
    """What the paragraph says, `br` as a line break; line breaks of the file itself are spaces."""
    parts: list[str] = []
    silent = 0
    for event, element in etree.iterwalk(paragraph, events=("start", "end")):
        unspoken = local_name(element) == "metadata" or attribute(element, "role") in _UNSPOKEN_ROLES
        if event == "start":
            silent += unspoken
            said = _LINE_BREAK if local_name(element) == "br" else " ".join((element.text or "").split("\n"))
        else:
            silent -= unspoken
            said = " ".join((element.tail or "").split("\n")) if element is not paragraph else ""
        if not silent:
            parts.append(said)
    return "".join(parts)


def _recognises(head: Head) -> bool:
    text = head.text.lstrip()
    if not text.startswith("<"):
        return False
    return head.suffix in (".ttml", ".dfxp") or bool(
        _ROOT.search(text) and ("ttml" in text or "ttaf" in text)
    )


def _read(opened: Opened) -> list[Document]:
    return [read_ttml(opened.text, opened.language)]


SPEC = ReaderSpec("ttml", _recognises, _read, is_timed=True)
