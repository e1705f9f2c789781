"""Telegram Desktop's `result.json`: one chat, or every chat of an account. Knows nothing about media.

Each message with text is one turn, as it stood after its last edit. Forwarded messages, what an inline bot
wrote and block quotes are somebody else's words. Who made the export is told by the account's id, by the
other side of a personal chat, or by saved messages, which are the owner's notes to self and so private.

Source: the "machine-readable JSON" of Telegram Desktop 5.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fenshen.core.errors import BadInput
from fenshen.library.dates import epoch_day
from fenshen.library.dialogue.names import QUOTE
from fenshen.library.document import Document
from fenshen.library.names import parse_date
from fenshen.library.readers.chat import (
    Message,
    chat_document,
    dicts,
    distinct_parts,
    member,
    stable_part,
    string,
)
from fenshen.library.readers.json_text import BYTES_MAX, parse_json, shape
from fenshen.library.reading import Head, ReaderSpec

_CHAT_TYPES = frozenset(
    [
        "personal_chat",
        "bot_chat",
        "saved_messages",
        "private_group",
        "private_supergroup",
        "public_supergroup",
        "private_channel",
        "public_channel",
        "verification_codes",
        "replies",
    ]
)
#: Chats with one other side, whose user id is the chat's.
_WITH_ONE = frozenset({"personal_chat", "bot_chat"})


def read_telegram(text: str) -> list[Document]:
    """One document per chat that holds any text.

    Raises:
        BadInput: `bad_json`, `unknown_format` if it is some other JSON, or `no_text`.
    """
    export = parse_json(text)
    chats = list(_chats(export))
    if not chats:
        raise BadInput("it is JSON, but no Telegram export", code="unknown_format")
    is_account = "messages" not in export
    user = member(export, "personal_information").get("user_id")
    account = f"user{user}" if isinstance(user, int) else None
    documents = [found for chat in chats if (found := _document(chat, is_account, account))]
    if not documents:
        raise BadInput("the export holds no messages with text", code="no_text")
    return distinct_parts(documents)


def _chats(export: Any) -> Iterator[dict[str, Any]]:
    if not isinstance(export, dict):
        return
    if _is_chat(export):
        yield export
        return
    for group in ("chats", "left_chats"):
        yield from filter(_is_chat, dicts(member(export, group).get("list")))


def _is_chat(chat: dict[str, Any]) -> bool:
    """Whether `chat` holds messages of Telegram's shape (Discord and Instagram also say `messages`)."""
    return any(message.get("type") in ("message", "service") for message in dicts(chat.get("messages")))


def _document(chat: dict[str, Any], is_account: bool, account: str | None) -> Document | None:
    said = [message for message in dicts(chat["messages"]) if message.get("type") == "message"]
    messages = [one for message in said for one in _messages(message)]
    is_saved = chat.get("type") == "saved_messages"
    return chat_document(
        messages,
        kind="note" if is_saved else "chat",
        title=string(chat.get("name")) or ("Saved messages" if is_saved else None),
        title_stated=is_account,
        private=is_saved,
        part=stable_part(chat.get("id", "")) if is_account else "",
        owner=account or _owner(chat, messages),
        no_people=_no_people(chat, said),
    )


def _no_people(chat: dict[str, Any], said: list[dict[str, Any]]) -> set[str]:
    """Names of the group or channel itself, of channels that speak in it or are passed on, and of bots."""
    names = set() if string(chat.get("type")) == "personal_chat" else {string(chat.get("name"))}
    for message in said:
        if string(message.get("from_id")).startswith(("channel", "chat")):
            names.add(string(message.get("from")))
        if string(message.get("forwarded_from_id")).startswith(("channel", "chat")):
            names.add(string(message.get("forwarded_from")))
        names.add(string(message.get("via_bot")))
    return names - {""}


def _owner(chat: dict[str, Any], messages: list[Message]) -> str | None:
    """Whoever made the export, where one chat alone tells."""
    chat_user = f"user{chat.get('id')}"
    if chat.get("type") == "saved_messages":
        return chat_user
    if string(chat.get("type")) in _WITH_ONE:
        return next((m.who for m in messages if m.who.startswith("user") and m.who != chat_user), None)
    return None


def _messages(message: dict[str, Any]) -> Iterator[Message]:
    """What a message says: its own words, and what it quotes."""
    name = string(message.get("from"))
    who = string(message.get("from_id")) or name
    day = parse_date(string(message.get("date"))) or epoch_day(message.get("date_unixtime"))
    passed_on = None
    if "forwarded_from" in message and message["forwarded_from"] != message.get("from"):
        passed_on = string(message["forwarded_from"])
    elif "via_bot" in message:
        passed_on = string(message["via_bot"])
    for is_quote, text in _stretches(message.get("text")):
        if passed_on is not None or is_quote:
            yield Message("", passed_on or (QUOTE if is_quote else ""), text, day, is_quoted=True)
        else:
            yield Message(who, name, text, day)


def _stretches(text: Any) -> Iterator[tuple[bool, str]]:
    """Plain text of a message, a string or pieces of which some are marked up, parted at block quotes."""
    pieces = text if isinstance(text, list) else [text]
    quoted, held = False, ""
    for piece in pieces:
        is_quote = isinstance(piece, dict) and piece.get("type") == "blockquote"
        words = piece.get("text") if isinstance(piece, dict) else piece
        if is_quote != quoted:
            yield quoted, held.strip()
            quoted, held = is_quote, ""
        held += words if isinstance(words, str) else ""
    yield quoted, held.strip()


def _recognises(head: Head) -> bool:
    seen = shape(head.text)
    if "messages" in seen:
        return seen.get("type") in _CHAT_TYPES or seen.get("messages[].type") in ("message", "service")
    listed = "chats.list" in seen and ("about" in seen or "personal_information" in seen)
    return listed or "personal_information.user_id" in seen


SPEC = ReaderSpec("telegram", _recognises, lambda opened: read_telegram(opened.text), bytes_max=BYTES_MAX)
