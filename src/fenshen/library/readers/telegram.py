"""Telegram Desktop's `result.json`: one chat, or every chat of an account. Knows nothing about media.

Each message with text is one turn. A forwarded message speaks with the name of whoever wrote it.
Saved messages are the owner's notes to self, so they are private.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from fenshen.core.errors import BadInput
from fenshen.library.document import Cue, Document
from fenshen.library.names import parse_date
from fenshen.library.reading import Head, ReaderSpec

BYTES_MAX = 128 << 20
_UNKNOWN = "Deleted account"
_MEMBERS = re.compile(r'"(?:messages|personal_information|chats)"\s*:')


def read_telegram(text: str) -> list[Document]:
    """One document per chat that holds any text.

    Raises:
        BadInput: `bad_json`, `unknown_format` if it is some other JSON, or `no_text`.
    """
    try:
        export = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadInput("it is cut off or not valid JSON", code="bad_json") from error
    chats = list(_chats(export))
    if not chats:
        raise BadInput("it is JSON, but no Telegram export", code="unknown_format")
    is_account = "messages" not in export
    documents = [found for chat in chats if (found := _document(chat, is_account))]
    if not documents:
        raise BadInput("the export holds no messages with text", code="no_text")
    return documents


def _chats(export: Any) -> Iterator[dict[str, Any]]:
    if not isinstance(export, dict):
        return
    if _is_chat(export):
        yield export
        return
    for group in ("chats", "left_chats"):
        listed = export.get(group)
        for chat in listed.get("list", []) if isinstance(listed, dict) else []:
            if isinstance(chat, dict) and _is_chat(chat):
                yield chat


def _is_chat(chat: dict[str, Any]) -> bool:
    """Whether `chat` holds messages of Telegram's shape (Discord and Instagram also say `messages`)."""
    messages = chat.get("messages")
    kinds = (m.get("type") for m in messages if isinstance(m, dict)) if isinstance(messages, list) else ()
    return any(kind in ("message", "service") for kind in kinds)


def _document(chat: dict[str, Any], is_account: bool) -> Document | None:
    messages = [m for m in chat["messages"] if isinstance(m, dict) and m.get("type") == "message"]
    said = [(message, body) for message in messages if (body := _body(message.get("text")))]
    if not said:
        return None
    is_saved = chat.get("type") == "saved_messages"
    name = chat.get("name")
    return Document(
        kind="note" if is_saved else "chat",
        cues=tuple(Cue(body, speaker=_speaker(message)) for message, body in said),
        turns=True,
        title=name if isinstance(name, str) else "Saved messages" if is_saved else None,
        title_stated=is_account,
        published=parse_date(str(said[0][0].get("date", ""))),
        private=is_saved,
        part=str(chat.get("id", ""))[:64] if is_account else "",
    )


def _speaker(message: dict[str, Any]) -> str:
    """Whose words these are."""
    for key in ("forwarded_from", "from"):
        if isinstance(name := message.get(key), str) and name.strip():
            return name.strip()
    return _UNKNOWN


def _body(text: Any) -> str:
    """Plain text of a message: a string, or pieces of which some are marked up."""
    if isinstance(text, str):
        return text.strip()
    pieces = text if isinstance(text, list) else []
    found = (piece.get("text") if isinstance(piece, dict) else piece for piece in pieces)
    return "".join(piece for piece in found if isinstance(piece, str)).strip()


def _recognises(head: Head) -> bool:
    start = head.text.lstrip()[:4000]
    return start.startswith("{") and bool(_MEMBERS.search(start))


SPEC = ReaderSpec("telegram", _recognises, lambda opened: read_telegram(opened.text), bytes_max=BYTES_MAX)
