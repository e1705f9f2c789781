"""Letters saved or pasted as text: blocks of `From:`, `To:`, `Date:` lines, each with the words below it.

Each letter is a turn of whoever it is from; what it quotes is left out. sigtop's Signal logs have the same shape.
Knows nothing about attachments and other parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from fenshen.core.errors import BadInput
from fenshen.library.document import Document
from fenshen.library.names import parse_date
from fenshen.library.readers.chat import Message, chat_document
from fenshen.library.reading import LINE_CHARS_MAX, PLAIN_NAMES, Head, Opened, ReaderSpec

_FIELD = re.compile(
    r"^[ \t]{0,4}>?[ \t]{0,4}\*{0,3}([^\W\d_][\w \-]{1,20}?)\*{0,3}[ \t]?[:：]\*{0,3}[ \t]{0,8}(\S.*|)$"
)
_FROM_WORDS = "from von de da от 发件人 寄件者 寄件人 差出人 보낸사람 afzender från fra od kimden"
_FROM = frozenset(_FROM_WORDS.split())
_WITH_WORDS = (
    "to an à para a кому 收件人 宛先 받는사람 aan till til do kime date sent datum gesendet envoyé enviado data дата 日期 时间 发送时间 日時 보낸날짜"
    " subject betreff objet asunto assunto oggetto тема 主题 主旨 件名 제목 onderwerp ämne emne temat konu cc reply-to type received message-id"
)
_WITH = frozenset(_WITH_WORDS.split())
_QUOTING = re.compile(
    r"^(?:On .{6,120} wrote:|Am .{6,120} schrieb .{0,80}:|Le .{6,120} a écrit ?:|El .{6,120} escribió:|.{0,80}(?:写道|寫道)[:：]|-{2,}\s?(?:Original|Forwarded|Ursprüngliche).{0,40})$"
)
_ADDRESS = re.compile(r"(?<!\s)\s*[<(\[][^<>()\[\]]*[>)\]]\s*$")


def read_mail(text: str) -> Document:
    """The document of one or several letters.

    Raises:
        BadInput: `no_text` if none says anything.
    """
    document = chat_document(list(_letters(text.split("\n"))), title=None)
    if document is None:
        raise BadInput("the letters hold no words", code="no_text")
    return document


def _letters(lines: list[str]) -> Iterator[Message]:
    at, sender, quoting = 0, "", False
    day: date | None = None
    body: list[str] = []
    while at < len(lines):
        fields, end = _block(lines, at)
        if fields:
            yield from _letter(sender, day, body)
            sender = next(value for name, value in fields.items() if name in _FROM and value)
            sender = _ADDRESS.sub("", sender[:200]).strip(" \"'") or sender
            dates = (value for name, value in fields.items() if name in ("date", "sent", "datum", "日期"))
            day, body, quoting, at = parse_date(next(dates, "")), [], False, end
            continue
        quoting = quoting or bool(_QUOTING.match(lines[at].strip()))
        if not quoting and not lines[at].lstrip().startswith(">"):
            body.append(lines[at].strip())
        at += 1
    yield from _letter(sender, day, body)


def _letter(sender: str, day: date | None, body: list[str]) -> Iterator[Message]:
    text = "\n".join(body).strip()
    if sender and text:
        yield Message(sender, sender, text, day)


def _block(lines: list[str], at: int) -> tuple[dict[str, str], int]:
    """The fields that begin at a line, and where they end; none where it is no head of a letter."""
    fields: dict[str, str] = {}
    end = at
    while end < len(lines) and end < at + 30 and (match := _FIELD.match(lines[end])):
        fields.setdefault(match[1].strip().lower().replace(" ", ""), match[2].strip())
        end += 1
    is_head = any(fields.get(name) for name in _FROM) and bool(fields.keys() & _WITH)
    return (fields, end) if is_head else ({}, at)


def _recognises(head: Head) -> bool:
    if head.suffix not in PLAIN_NAMES | {".md", ".markdown", ".eml"}:
        return False
    lines = head.text.replace("\r\n", "\n").lstrip("\n").split("\n")
    return any(bool(_block(lines, at)[0]) for at in range(min(3, len(lines))))


def _read(opened: Opened) -> list[Document]:
    return [read_mail(opened.text)]


SPEC = ReaderSpec("letters", _recognises, _read, line_chars_max=LINE_CHARS_MAX)
