"""Transcripts that programs write as JSON or tables: segments with a start, an end, words and perhaps a speaker.

    JSON or table → its list of segments → fields found by name → captions → document

Not one reader a program: the tables below say where lists lie and what fields are called, so whatever has that shape is
read. A speaker is a name or number of the program's; whether it is the creator is not decided here. Segments without a
readable time are left out and counted. Knows nothing about what made the file.

Source: the output of openai-whisper, faster-whisper, whisperX, whisper.cpp, Hugging Face pipelines, YouTube (json3),
youtube-transcript-api, Bilibili (CC), AssemblyAI, Deepgram, Rev, Amazon Transcribe, Podcasting 2.0, Audacity.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import Any, Literal

from fenshen.core.errors import BadInput
from fenshen.library.document import Document
from fenshen.library.dropped import Dropped, summed
from fenshen.library.readers.captions import TimedLines, captions_document, spoken_lines
from fenshen.library.readers.json_text import BYTES_MAX, parse_json, shape
from fenshen.library.reading import HEAD_BYTES, Head, Opened, ReaderSpec

#: Where the list of segments lies; `[]` goes through every entry of a list.
_LISTS = (
    "segments", "transcription", "utterances", "results.utterances", "results.audio_segments", "body", "events", "chunks",
    "transcript", "transcripts", "entries", "captions", "subtitles", "cues", "monologues", "transcription.utterances",
    "transcription.segments", "result.segments", "results.segments", "data.segments", "result.utterances",
    "results.channels[].alternatives[].paragraphs.paragraphs", "",
)  # fmt: skip
#: Fields by what they mean, the first that is there; seconds unless the name says otherwise.
_STARTS = ("start", "tStartMs", "offsets.from", "from", "startTime", "start_time", "timestamp[0]", "begin", "startMs", "start_ms", "startOffset", "elements[0].ts", "ts")  # fmt: skip
_ENDS = ("end", "offsets.to", "to", "endTime", "end_time", "timestamp[1]", "endMs", "end_ms", "endOffset", "elements[-1].end_ts", "end_ts")  # fmt: skip
_LENGTHS = ("duration", "dDurationMs", "dur", "durationMs", "duration_ms")
_WORDS = ("text", "content", "segs[].utf8", "transcript", "body", "sentences[].text", "elements[].value", "caption", "line", "words[].text")  # fmt: skip
_SPEAKERS = ("speaker", "speaker_label", "speakerName", "speaker_name", "speakerDisplayName", "speakerId", "speaker_id", "channel")  # fmt: skip
_MILLISECONDS = re.compile(r"[a-z]Ms$|_ms$|^offsets\.")
#: Whole numbers this far apart are milliseconds.
_MS_APART = 100
_LAST_S = 5.0
_SHORT_NAME = re.compile(r"\d{1,3}|[A-Z]")
_TABLE_HEAD = re.compile(
    r"\s*[\"']?(?:start|start_time|begin)[\"']?\s*[\t,;]\s*[\"']?(?:end|end_time|stop)\b.*", re.IGNORECASE
)
_LABEL_LINE = re.compile(r"\d{1,6}[.,]\d{1,9}\t\d{1,6}[.,]\d{1,9}\t.*")


@dataclass(frozen=True)
class _Segment:
    """A segment as written: numbers in whatever unit, `None` where there is none."""

    start: float | None
    end: float | None
    words: str
    speaker: str | None
    is_ms: bool


def read_transcript(text: str, language: str | None = None) -> Document:
    """The document of a decoded JSON transcript.

    Raises:
        BadInput: `bad_json`, `unknown_format` if no list in it has the shape of segments, `no_text`, `too_large`.
    """
    found = parse_json(text)
    for path in _LISTS:
        entries = [one for one in _all(found, path) if isinstance(one, dict)]
        segments = [_segment(entry) for entry in entries]
        if any(one.start is not None and one.words.strip() for one in segments):
            stated = (
                _code(found.get("language") or _first(found, "result.language"))
                if isinstance(found, dict)
                else None
            )
            return _document(segments, language or stated)
    raise BadInput("it is JSON, but holds no segments with times and words", code="unknown_format")


def read_table(text: str, language: str | None = None) -> Document:
    """The document of a table of segments: Whisper's TSV and CSV, or Audacity's labels.

    Raises:
        BadInput: `bad_csv` if its columns cannot be told, `no_text`.
    """
    lines = text.strip("\n").split("\n")
    if _LABEL_LINE.match(lines[0]):
        lines = ["start\tend\ttext", *(line for line in lines if not line.startswith("\\"))]
    separator = max("\t,;", key=lines[0].count)
    quoting: Literal[0, 3] = csv.QUOTE_NONE if separator == "\t" else csv.QUOTE_MINIMAL
    try:
        rows = list(csv.DictReader(lines, delimiter=separator, quoting=quoting))
    except csv.Error as error:
        raise BadInput(f"its columns cannot be told apart: {error}", code="bad_csv") from error
    named = ({str(key).strip(" \"'").lower(): value for key, value in row.items()} for row in rows)
    return _document([_segment(row) for row in named], language)


def _document(segments: list[_Segment], language: str | None) -> Document:
    timed = [one for one in segments if one.start is not None]
    scale = 0.001 if any(one.is_ms for one in timed) or _counts_ms(timed) else 1.0
    starts = sorted({one.start for one in timed if one.start is not None})
    following = dict(pairwise(starts))
    cues = []
    for one in sorted(timed, key=lambda one: one.start or 0.0):
        start = one.start or 0.0
        end = one.end if one.end is not None else following.get(start, start + _LAST_S / scale)
        lines = spoken_lines(one.words.split("\n"))
        cues.append(TimedLines(start * scale, max(start, end) * scale, lines, one.speaker))
    document = captions_document(cues, language)
    lost = [one for one in segments if one.start is None and one.words.strip()]
    return replace(
        document, dropped=summed([Dropped("bad_time", len(lost), lost[0].words.strip()[:40] if lost else "")])
    )


def _counts_ms(timed: list[_Segment]) -> bool:
    """Whether whole numbers are so far apart that they are no seconds."""
    numbers = [number for one in timed for number in (one.start, one.end) if number is not None]
    lengths = [one.end - one.start for one in timed if one.end is not None and one.start is not None]
    return bool(lengths) and all(number == int(number) for number in numbers) and median(lengths) >= _MS_APART


def _segment(entry: Mapping[str, Any]) -> _Segment:
    start, is_ms = _number(entry, _STARTS)
    end, _ = _number(entry, _ENDS)
    length, _ = _number(entry, _LENGTHS)
    if end is None and start is not None and length is not None:
        end = start + length
    words = next((said for name in _WORDS if (said := _said(entry, name))), "")
    return _Segment(start, end, words, _speaker(entry), is_ms)


def _number(entry: Mapping[str, Any], names: tuple[str, ...]) -> tuple[float | None, bool]:
    for name in names:
        value = _first(entry, name)
        try:
            number = float(value.removesuffix("s").replace(",", ".") if isinstance(value, str) else value)
        except (TypeError, ValueError):
            continue
        if not isinstance(value, bool) and math.isfinite(number) and number >= 0:
            return number, bool(_MILLISECONDS.search(name))
    return None, False


def _said(entry: Mapping[str, Any], name: str) -> str:
    parts = [part for part in _all(entry, name) if isinstance(part, str)]
    return (" " if name.startswith(("sentences", "words")) else "").join(parts)


def _speaker(entry: Mapping[str, Any]) -> str | None:
    for name in _SPEAKERS:
        value = entry.get(name)
        if isinstance(value, dict):
            value = value.get("name") or value.get("label") or value.get("id")
        if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
            said = " ".join(str(value).split())[:80]
            return f"Speaker {said}" if _SHORT_NAME.fullmatch(said) else said
    return None


def _all(value: Any, path: str) -> Iterator[Any]:
    """What lies at a path such as `segs[].utf8` or `timestamp[0]`; the entries of a list that it ends in."""
    if not path:
        yield from value if isinstance(value, list) else [value] if not isinstance(value, dict) else []
        return
    name, _, rest = path.partition(".")
    key, bracket, index = name.partition("[")
    inner = value.get(key) if isinstance(value, dict) else None
    if bracket and isinstance(inner, list):
        chosen = inner if index == "]" else inner[int(index[:-1]) :][:1] if index != "-1]" else inner[-1:]
    else:
        chosen = [inner] if inner is not None and not bracket else []
    for one in chosen:
        if rest:
            yield from _all(one, rest)
        else:
            yield from _all(one, "")


def _first(value: Any, path: str) -> Any:
    return next(_all(value, path), None)


def _code(name: Any) -> str | None:
    return (
        name[:2].lower() if isinstance(name, str) and re.fullmatch(r"[A-Za-z]{2}(?:[-_]\w+)?", name) else None
    )


def _recognises(head: Head) -> bool:
    seen = shape(head.text)
    if not seen:
        return False
    for path in _LISTS:
        at = f"{path}[]." if path else "[]."
        if all(any(at + _shown(name) in seen for name in names) for names in (_STARTS, _WORDS)) and (
            path or any(at + _shown(name) in seen for name in _ENDS + _LENGTHS)
        ):
            return True
    is_long = len(head.data) >= HEAD_BYTES and head.suffix == ".json"
    return is_long and seen.keys() <= {"", "text", "language", "duration", "task"} and "text" in seen


def _shown(name: str) -> str:
    """A field as `shape` writes it."""
    return re.sub(r"\[-?\d+\]", "[]", name)


def _is_table(head: Head) -> bool:
    lines = head.text.lstrip("\n").split("\n", 3)
    columns = re.split(r"[\t,;]", lines[0].lower().replace('"', ""))
    if _TABLE_HEAD.fullmatch(lines[0]) and {"text", "transcript"} & {column.strip() for column in columns}:
        return True
    labels = [line for line in lines[:2] if line]
    return head.suffix in (".txt", ".tsv") and len(labels) > 1 and all(map(_LABEL_LINE.fullmatch, labels))


JSON = ReaderSpec(
    "transcript", _recognises, lambda opened: [read_transcript(opened.text, opened.language)], bytes_max=BYTES_MAX, is_timed=True
)  # fmt: skip


def _read_table(opened: Opened) -> list[Document]:
    return [read_table(opened.text, opened.language)]


TABLE = ReaderSpec("transcript", _is_table, _read_table, is_timed=True)
