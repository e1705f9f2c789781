"""WeChat chats as CSV, from MemoTrace (`messages.csv`) and PyWxDump, and as PyWxDump's JSON. Knows nothing about pictures and voices.

What was typed is a turn, a reply that quotes included; pictures, recall notices and the rest are left out.
Both say which messages the account itself sent. The same chat gives the same text from both.
"""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from fenshen.core.errors import BadInput
from fenshen.library.document import Document
from fenshen.library.names import parse_date
from fenshen.library.readers.chat import Message, chat_document, distinct_parts, epoch_day, stable_part
from fenshen.library.readers.json_text import BYTES_MAX, parse_json, shape
from fenshen.library.reading import Head, Opened, ReaderSpec

#: One row may hold the XML of a whole forwarded conversation.
FIELD_CHARS_MAX = 4 << 20
_MEMOTRACE = frozenset({"TalkerId", "Type", "SubType", "IsSender", "StrContent", "StrTime"})
_PYWXDUMP = frozenset({"type_name", "is_sender", "talker", "room_name", "CreateTime"})
_PYWXDUMP_JSON = frozenset({f"[].{name}" for name in _PYWXDUMP})
_TEXT, _APP, _REPLY = "1", "49", "57"
_GROUP_SENDER = re.compile(r"^([A-Za-z][\w\-]{3,40}|\d{5,20}@openim):\n")
_QUOTED = re.compile(r"(?<!\n)\n++\[?引用")
_SELF = "self"
Row = dict[str, str]


def read_wechat(text: str) -> list[Document]:
    """One document per conversation with words in it.

    Raises:
        BadInput: `bad_csv`, `unknown_format` or `no_text`.
    """
    rows = _json_rows(text) if text.lstrip()[:1] in ("[", "{") else _rows(text)
    columns = set(rows[0]) if rows else set()
    read = _memotrace if columns >= _MEMOTRACE else _pywxdump if columns >= _PYWXDUMP else None
    if read is None:
        raise BadInput("it is CSV, but no chat exported from WeChat", code="unknown_format")
    documents = list(read(rows))
    if not documents:
        raise BadInput("the export holds no messages with text", code="no_text")
    return distinct_parts(documents)


def _json_rows(text: str) -> list[Row]:
    """Messages of PyWxDump's JSON as rows of its CSV, which many programs break."""
    export = parse_json(text)
    listed = next((one for one in (export, _member_list(export)) if isinstance(one, list)), [])
    rows = [one for one in listed if isinstance(one, dict)]
    return [
        {
            str(key): value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            for key, value in row.items()
        }
        for row in rows
    ]


def _member_list(export: Any) -> Any:
    """The list in an object that holds one, under whatever name."""
    return (
        next((value for value in export.values() if isinstance(value, list)), None)
        if isinstance(export, dict)
        else None
    )


def _rows(text: str) -> list[Row]:
    csv.field_size_limit(FIELD_CHARS_MAX)
    try:
        found = csv.DictReader(io.StringIO(text, newline=""), restval="", delimiter=_delimiter(text))
        return [{key: value for key, value in row.items() if isinstance(value, str)} for row in found]
    except csv.Error as error:
        reason = "its rows cannot be told apart; export it again as CSV"
        raise BadInput(reason, code="bad_csv") from error


def _columns(text: str) -> set[str]:
    """The names in the first line, however they are parted and quoted."""
    return {
        name.strip().strip("\"'").strip()
        for name in re.split(r"[,;\t]", text[:2000].lstrip().partition("\n")[0])
    }


def _delimiter(text: str) -> str:
    first = text[:2000].lstrip().partition("\n")[0]
    return max(",;\t", key=first.count)


def _memotrace(rows: list[Row]) -> Iterator[Document]:
    talks: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        talks[row["TalkerId"]].append(row)
    for talker, said in talks.items():
        messages = [message for row in said if (message := _memotrace_message(row))]
        document = chat_document(
            messages, title=_title(messages), title_stated=True, part=stable_part(talker), owner=_SELF
        )
        if document:
            yield document


def _memotrace_message(row: Row) -> Message | None:
    content = row["StrContent"]
    if row["Type"] == _APP and row["SubType"] == _REPLY:
        title = content.partition("<title>")[2].partition("</title>")[0]
        content = html.unescape(title.removeprefix("<![CDATA[").removesuffix("]]>"))
    elif row["Type"] != _TEXT:
        return None
    is_self = row["IsSender"] == "1"
    wxid = row.get("Sender", "")
    remark, nickname = row.get("Remark", ""), row.get("NickName", "")
    name = (nickname or wxid) if is_self else (remark or nickname or wxid)
    day = parse_date(row["StrTime"]) or epoch_day(row.get("CreateTime"))
    return Message(_SELF if is_self else wxid or name, name, _typed(content), day)


def _pywxdump(rows: list[Row]) -> Iterator[Document]:
    rooms: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        rooms[row["room_name"]].append(row)
    for room, said in rooms.items():
        messages = [message for row in said if (message := _pywxdump_message(row))]
        part = stable_part(room) if len(rooms) > 1 else ""
        document = chat_document(messages, title=room or None, part=part, owner=_SELF)
        if document:
            yield document


def _pywxdump_message(row: Row) -> Message | None:
    kind = row["type_name"]
    if kind != "文本" and "引用" not in kind:
        return None
    text = _msg(row)
    is_self = row["is_sender"].lower() in ("1", "true")
    day = parse_date(row["CreateTime"]) or epoch_day(row["CreateTime"])
    name = row["talker"] or ("我" if is_self else row["room_name"])
    return Message(
        _SELF if is_self else name, name, _typed(_QUOTED.split(text)[0] if "引用" in kind else text), day
    )


def _msg(row: Row) -> str:
    """The text of a row: in `msg`, or since version 3 in the JSON of `content`."""
    if "msg" in row:
        return row["msg"]
    try:
        content: Any = json.loads(row.get("content", ""))
    except (ValueError, RecursionError):
        return ""
    text = content.get("msg") if isinstance(content, dict) else content
    return text if isinstance(text, str) else ""


def _typed(content: str) -> str:
    return _GROUP_SENDER.sub("", content).strip()


def _title(messages: Sequence[Message]) -> str | None:
    others = dict.fromkeys(message.name for message in messages if message.who != _SELF)
    return "、".join(list(others)[:3]) or None


def _recognises(head: Head) -> bool:
    columns = _columns(head.text)
    return columns >= _MEMOTRACE or columns >= _PYWXDUMP or shape(head.text).keys() >= _PYWXDUMP_JSON


def _read(opened: Opened) -> list[Document]:
    return read_wechat(opened.text)


SPEC = ReaderSpec("wechat", _recognises, _read, bytes_max=BYTES_MAX)
