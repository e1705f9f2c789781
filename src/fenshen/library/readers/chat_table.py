"""Chats of apps that are not known, as columns: CSV, tab-separated text, JSON, a JSON object a line, or XML.

What a column holds is told by its name in a dozen languages (`sender`, `发送人`), without names by what stands in it: times,
names that come back, and the longest text. Nobody is known to be the creator, but whoever made the export where it says so. Knows nothing about chats as lines.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from fenshen.core.errors import BadInput
from fenshen.library.dialogue.columns import columns_of
from fenshen.library.dialogue.names import is_name
from fenshen.library.dialogue.stamps import take_stamp
from fenshen.library.document import Document
from fenshen.library.names import make_date, parse_date
from fenshen.library.readers.chat import Message, chat_document, epoch_day
from fenshen.library.readers.chat_notices import is_app_notice
from fenshen.library.readers.chat_rows import Rows, json_rows, plain_name, table_cells, xml_rows
from fenshen.library.readers.chat_sides import IDS, ME, PEERS, has_direction, is_sent
from fenshen.library.readers.json_text import BYTES_MAX, shape
from fenshen.library.reading import PLAIN_NAMES, Head, Opened, ReaderSpec

_TABLES = PLAIN_NAMES | {".csv", ".tsv", ".tab"}
_JSON = PLAIN_NAMES | {".json", ".jsonl", ".ndjson"}
_XML = PLAIN_NAMES | {".xml"}
_ELEMENT = re.compile(r"<([A-Za-z][\w:\-]{0,40})([^<>]{0,4000})")
_ATTRIBUTE = re.compile(r"([A-Za-z_][\w:\-]{0,40})\s?=\s?[\"']")
_TIMES = "originserverts timestampms datems begin beginms offsetms ts sentms receivedat datesent serverts time date datetime timestamp sent sentat created createdat createtime when day clock 日期 时间 時間 发送时间 消息时间 日時 送信日時 시간 날짜 zeit datum uhrzeit fecha hora heure data дата время"
_NAMES = (
    "sourcename contactsender name sender from author user username usernickname nick nickname speaker who talker displayname sendername fromname authorname person role participant"
    " 发送人 发送者 发言人 昵称 用户 用户名 姓名 名字 说话人 寄件者 送信者 名前 発言者 이름 보낸사람 absender autor auteur remitente nombre mittente отправитель имя автор"
)
_TEXTS = (
    "text message content body msg comment utterance said transcript chat words 内容 消息 文本 消息内容 信息 聊天内容 发言 訊息 本文 メッセージ 내용 메시지"
    " nachricht inhalt texte mensaje texto messaggio сообщение текст"
)
_TIME, _NAME, _TEXT = (frozenset(words.split()) for words in (_TIMES, _NAMES, _TEXTS))
_INNER_NAMES = ("name", "displayname", "nickname", "username", "login", "id")
_ROWS_SEEN = 60


@dataclass(frozen=True)
class _Columns:
    """Which column holds what; `is_peer`: names are those of the other side, whoever wrote."""

    name: Any
    text: Any
    time: Any = None
    is_peer: bool = False


def read_chat_table(text: str) -> Document:
    """The document of a decoded table.

    Raises:
        BadInput: `bad_csv`, `bad_json`, `bad_xml`, `unknown_format` or `no_text`.
    """
    begins = text.lstrip()[:1]
    export = (
        json_rows(text) if begins in ("[", "{") else xml_rows(text) if begins == "<" else Rows(_table(text))
    )
    columns = _columns(export.rows)
    if columns is None:
        raise BadInput(
            "it is a table, but no chat: no column of names and of what they say", code="unknown_format"
        )
    messages = list(_messages(export, columns))
    people = {message.who for message in messages}
    senders = {who for who, is_own in _sides(export, columns) if is_own}
    owner = export.names.get(export.owner, export.owner) or (senders.pop() if len(senders) == 1 else "")
    document = chat_document(messages, title=None, owner=owner if owner in people else None)
    if document is None:
        raise BadInput("the chat holds no messages", code="no_text")
    return document


def _messages(export: Rows, columns: _Columns) -> Iterator[Message]:
    for row, (name, _) in zip(export.rows, _sides(export, columns), strict=True):
        text = _words(row, columns)
        if name and text and not is_app_notice(text, name):
            yield Message(name, name, text, _day(row.get(columns.time)))


def _words(row: Mapping[Any, Any], columns: _Columns) -> str:
    """What a row says; a message of another kind in the same list (MMS) has it under another name."""
    found = row.get(columns.text)
    if columns.text not in row and isinstance(columns.text, str):
        found = next((row[name] for name in row if name in _TEXT), "")
    return found if isinstance(found, str) and found.strip() not in ("", "null") else ""


def _sides(export: Rows, columns: _Columns) -> list[tuple[str, bool | None]]:
    """Who says each row, and whether it is whoever made the export.

    Where a name stands for both directions it is the other's, as in lists of SMS: what was sent is then said by `Me`.
    """
    called = [_called(row.get(columns.name)) for row in export.rows]
    own = [is_sent(row, by_number=columns.is_peer) for row in export.rows]
    received = {name for name, mine in zip(called, own, strict=True) if mine is False}
    is_peers = columns.is_peer or any(
        mine and name in received for name, mine in zip(called, own, strict=True)
    )
    named = [export.names.get(name, name) for name in called]
    if is_peers and any(mine is not None for mine in own):  # what has no direction was never sent
        named = ["" if mine is None else ME if mine else name for name, mine in zip(named, own, strict=True)]
    return list(zip(named, own, strict=True))


def _table(text: str) -> list[Mapping[Any, Any]]:
    """Rows under the names of their columns, or under their numbers where the first row names none."""
    rows = table_cells(text)
    if not rows:
        return []
    names = [plain_name(name) for name in rows[0]]
    if _named(names) is None:
        first = int(columns_of(rows[:_ROWS_SEEN]) is None)  # a head whose names are not known
        return [dict(enumerate(row)) for row in rows[first:]]
    return [dict(zip(names, row, strict=False)) for row in rows[1:]]


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
    if name and text and name != text:
        return _Columns(name, text, time)
    directed = has_direction(names)
    peer = next((one for one in (PEERS if directed else IDS) if one in names), None)
    return _Columns(peer, text, time, is_peer=directed) if peer and text and time else None


def _by_content(rows: Sequence[Mapping[Any, Any]]) -> _Columns | None:
    """The columns by what stands in them, where each row has a time."""
    found = columns_of([list(row.values()) for row in rows[:_ROWS_SEEN]])
    return _Columns(found.name, found.text, found.time) if found and found.time is not None else None


def _called(value: Any) -> str:
    if isinstance(value, Mapping):
        inner = {plain_name(str(key)): one for key, one in value.items()}
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


def _recognises(head: Head) -> bool:
    text = head.text.lstrip()
    if head.suffix in _JSON and text[:1] in ("[", "{"):
        return _is_json_chat(text)
    if head.suffix in _XML and text[:1] == "<":
        return _is_xml_chat(text)
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
        outer, mark, inner = path.rpartition("[]")
        name = inner.rpartition(".")[2]
        if mark or "\n{" in text:
            members.setdefault(outer, {})[plain_name(name)] = name
    return any(
        names.keys() & (_NAME | frozenset(PEERS))
        and (names.keys() & _TIME or "role" in names)
        and not {"start", "end"} <= names.keys()
        and any(text.count(f'"{names[said]}"') > 1 for said in names.keys() & _TEXT)
        for names in members.values()
    )


def _is_xml_chat(text: str) -> bool:
    """Whether elements that come again have a time, a name and a text, as attributes or elements in them."""
    seen = [
        plain_name(name)
        for match in _ELEMENT.finditer(text)
        for name in (match[1], *_ATTRIBUTE.findall(match[2]))
    ]
    names = {name for name, times in Counter(seen).items() if times > 1}
    return bool(names & (_NAME | frozenset(PEERS)) and names & _TIME and names & _TEXT)


def _read(opened: Opened) -> list[Document]:
    return [read_chat_table(opened.text)]


SPEC = ReaderSpec("chat table", _recognises, _read, bytes_max=BYTES_MAX)
