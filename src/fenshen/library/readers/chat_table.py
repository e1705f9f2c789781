"""Chats of apps that are not known, as columns: CSV, tab-separated text, JSON or a JSON object a line.

What a column holds is told by its name in a dozen languages (`sender`, `发送人`), without names by what stands in it: times,
names that come back, and the longest text. Nobody is known to be the creator. Knows nothing about chats as lines.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from fenshen.core.errors import BadInput
from fenshen.library.dialogue.names import is_name
from fenshen.library.dialogue.stamps import take_stamp
from fenshen.library.document import Document
from fenshen.library.names import make_date, parse_date
from fenshen.library.readers.chat import Message, chat_document, epoch_day
from fenshen.library.readers.chat_notices import is_app_notice
from fenshen.library.readers.json_text import BYTES_MAX, parse_json, shape
from fenshen.library.reading import PLAIN_NAMES, Head, Opened, ReaderSpec

_TABLES = PLAIN_NAMES | {".csv", ".tsv", ".tab"}
_JSON = PLAIN_NAMES | {".json", ".jsonl", ".ndjson"}
_TIMES = "time date datetime timestamp sent sentat created createdat createtime when day clock 日期 时间 時間 发送时间 消息时间 日時 送信日時 시간 날짜 zeit datum uhrzeit fecha hora heure data дата время"
_NAMES = (
    "name sender from author user username usernickname nick nickname speaker who talker displayname sendername fromname authorname person role participant"
    " 发送人 发送者 发言人 昵称 用户 用户名 姓名 名字 说话人 寄件者 送信者 名前 発言者 이름 보낸사람 absender autor auteur remitente nombre mittente отправитель имя автор"
)
_TEXTS = (
    "text message content body msg comment utterance said transcript chat words 内容 消息 文本 消息内容 信息 聊天内容 发言 訊息 本文 メッセージ 내용 메시지"
    " nachricht inhalt texte mensaje texto messaggio сообщение текст"
)
_TIME, _NAME, _TEXT = (frozenset(words.split()) for words in (_TIMES, _NAMES, _TEXTS))
_INNER_NAMES = ("name", "displayname", "nickname", "username", "login", "id")
_ROWS_SEEN = 60
FIELD_CHARS_MAX = 1 << 20


@dataclass(frozen=True)
class _Columns:
    """Which column holds what."""

    name: Any
    text: Any
    time: Any = None


def read_chat_table(text: str) -> Document:
    """The document of a decoded table.

    Raises:
        BadInput: `bad_csv`, `bad_json`, `unknown_format` or `no_text`.
    """
    rows = _json_rows(text) if text.lstrip()[:1] in ("[", "{") else _table(text)
    columns = _columns(rows)
    if columns is None:
        raise BadInput(
            "it is a table, but no chat: no column of names and of what they say", code="unknown_format"
        )
    document = chat_document(list(_messages(rows, columns)), title=None)
    if document is None:
        raise BadInput("the chat holds no messages", code="no_text")
    return document


def _messages(rows: Sequence[Mapping[Any, Any]], columns: _Columns) -> Iterator[Message]:
    for row in rows:
        name, text = _called(row.get(columns.name)), row.get(columns.text)
        if name and isinstance(text, str) and text.strip() and not is_app_notice(text, name):
            yield Message(name, name, text, _day(row.get(columns.time)))


def _table(text: str) -> list[Mapping[Any, Any]]:
    """Rows under the names of their columns, or under their numbers where the first row names none."""
    csv.field_size_limit(FIELD_CHARS_MAX)
    first = text.lstrip("\ufeff \n").partition("\n")[0]
    delimiter = max(",;\t|", key=first.count)
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if any(row)]
    except csv.Error as error:
        raise BadInput("its rows cannot be told apart; export it again as CSV", code="bad_csv") from error
    if not rows:
        return []
    names = [_plain(name) for name in rows[0]]
    if _named(names) is None:
        return [dict(enumerate(row)) for row in rows]
    return [dict(zip(names, row, strict=False)) for row in rows[1:]]


def _json_rows(text: str) -> list[Mapping[Any, Any]]:
    try:
        export = parse_json(text)
    except BadInput:
        export = [_object(line) for line in text.splitlines() if line.strip()]
    found = _longest(export, 0)
    return [{_plain(str(key)): value for key, value in row.items()} for row in found]


def _object(line: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _longest(value: Any, depth: int) -> list[dict[str, Any]]:
    """The longest list of objects in a JSON value, a few levels deep."""
    inner: list[Any] = (
        list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    )
    here = [one for one in inner if isinstance(one, dict)] if isinstance(value, list) else []
    below = [_longest(one, depth + 1) for one in inner[:2000]] if depth < 3 else []
    return max([here, *below], key=len)


def _columns(rows: Sequence[Mapping[Any, Any]]) -> _Columns | None:
    if not rows:
        return None
    names = list(dict.fromkeys(key for row in rows[:_ROWS_SEEN] for key in row))
    if all(isinstance(name, int) for name in names):
        return _by_content(rows)
    return _named(names)


def _named(names: Sequence[str]) -> _Columns | None:
    """The columns by their names; without one of names and one of texts it is no chat."""
    name, text, time = (next((one for one in names if one in known), None) for known in (_NAME, _TEXT, _TIME))
    return _Columns(name, text, time) if name and text and name != text else None


def _by_content(rows: Sequence[Mapping[Any, Any]]) -> _Columns | None:
    """The columns by what stands in them: a time in every row, names that come back, and the longest text."""
    seen = rows[:_ROWS_SEEN]
    width = Counter(len(row) for row in seen).most_common(1)[0][0]
    kept = [row for row in seen if len(row) == width]
    if width < 3 or len(kept) < 2 or len(kept) < 0.8 * len(seen):
        return None
    columns = {at: [str(row[at]) for row in kept] for at in range(width)}
    time = next((at for at, cells in columns.items() if all(map(_is_stamp, cells))), None)
    others = {at: cells for at, cells in columns.items() if at != time}
    name = next((at for at, cells in others.items() if _are_names(cells)), None)
    if time is None or name is None:
        return None
    text = max((at for at in others if at != name), key=lambda at: sum(map(len, columns[at])))
    return _Columns(name, text, time)


def _is_stamp(cell: str) -> bool:
    taken = take_stamp(cell.strip())
    return taken is not None and not taken[1].strip()


def _are_names(cells: Sequence[str]) -> bool:
    return all(map(is_name, cells)) and len(set(cells)) <= max(2, 0.7 * len(cells))


def _called(value: Any) -> str:
    if isinstance(value, Mapping):
        inner = {_plain(str(key)): one for key, one in value.items()}
        return next((str(inner[key]) for key in _INNER_NAMES if inner.get(key)), "")
    return str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _day(value: Any) -> date | None:
    text = str(value or "").strip()
    if not text:
        return None
    if re.fullmatch(r"\d{10}(?:\.\d+)?|\d{13}", text):
        return epoch_day(text[:10])
    if found := parse_date(text):
        return found
    taken = take_stamp(text)
    numbers = taken[0].day if taken else None
    return make_date(*numbers) if numbers and numbers[0] > 31 else None


def _plain(name: str) -> str:
    return re.sub(r"[\s_\-.\"'\ufeff]+", "", name).lower()


def _recognises(head: Head) -> bool:
    text = head.text.lstrip()
    if head.suffix in _JSON and text[:1] in ("[", "{"):
        return _is_json_chat(text)
    if head.suffix not in _TABLES or not any(mark in text.partition("\n")[0] for mark in ",;\t|"):
        return False
    try:
        rows = _table(head.text)
    except BadInput:
        return False
    columns = _columns(rows)
    return columns is not None and _are_messages(rows[:_ROWS_SEEN], columns)


def _are_messages(rows: Sequence[Mapping[Any, Any]], columns: _Columns) -> bool:
    """Whether rows are of one width and by people: several, who come back where no time is said."""
    names = [_called(row.get(columns.name)) for row in rows]
    widths = Counter(len(row) for row in rows).most_common(1)
    is_even = bool(widths) and widths[0][1] * 10 >= 8 * len(rows)
    is_peopled = sum(map(is_name, names)) * 10 >= 8 * len(names)
    return (
        len(rows) > 1
        and is_even
        and is_peopled
        and (columns.time is not None or len(set(names)) < len(names))
    )


def _is_json_chat(text: str) -> bool:
    """Whether objects of a list, or of lines, have a time, a name and a text; one message is no chat."""
    members: dict[str, dict[str, str]] = {}
    for path in shape(text):
        place, _, name = path.rpartition(".")
        members.setdefault(place, {})[_plain(name)] = name
    lists = [
        found for place, found in members.items() if place.endswith("[]") or (not place and "\n{" in text)
    ]
    return any(
        names.keys() & _NAME
        and (names.keys() & _TIME or "role" in names)
        and not {"start", "end"} <= names.keys()
        and any(text.count(f'"{names[said]}"') > 1 for said in names.keys() & _TEXT)
        for names in lists
    )


def _read(opened: Opened) -> list[Document]:
    return [read_chat_table(opened.text)]


SPEC = ReaderSpec("chat table", _recognises, _read, bytes_max=BYTES_MAX)
