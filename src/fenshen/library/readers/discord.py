"""DiscordChatExporter's JSON: one channel or direct chat per file. Knows nothing about attachments.

Messages and replies that somebody typed are turns; joins, pins, calls and the like are left out. What bots
write, forwarded messages and block quotes are kept as somebody else's words, because people answer them.

Source: Tyrrrz/DiscordChatExporter 2.4x, with and without rendered mentions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from fenshen.core.errors import BadInput
from fenshen.library.dialogue.names import FORWARDED
from fenshen.library.document import Document
from fenshen.library.names import parse_date
from fenshen.library.readers.chat import Message, chat_document, dicts, member, quoting, stable_part, string
from fenshen.library.readers.json_text import BYTES_MAX, parse_json, shape
from fenshen.library.reading import Head, ReaderSpec

#: Message types as named today, and as numbered by old versions.
_TYPED = frozenset({"Default", "Reply", "0", "19"})
_DIRECT = frozenset({"DirectTextChat", "1"})
_USER = re.compile(r"<@!?(\d{5,20})>")
_EMOJI = re.compile(r"<a?(:\w{1,40}:)\d{5,20}>")
_NO_WORDS = re.compile(r"<(?:#|@&|t:|id:|/)[^<>\n]{1,60}>")
_FENCE = re.compile(r"```(?:[\w+\-]{1,20}\n)?")
_ESCAPED = re.compile(r"\\([\\*_~`|>#\-.!()\[\]:])")
_HEAD = re.compile(r"^(?:#{1,3}|-#) ", re.M)
#: An escaped mark marks nothing.
_MARKUP = re.compile(r"\\[*_~|`]|`([^`\n]+)`|\|\|(.+?)\|\||\*\*(.+?)\*\*|__(.+?)__|~~(.+?)~~", re.S)


def read_discord(text: str) -> Document:
    """The document of an exported channel.

    Raises:
        BadInput: `bad_json`, `unknown_format` or `no_text`.
    """
    export = parse_json(text)
    if not isinstance(export, dict) or not isinstance(export.get("messages"), list):
        raise BadInput("it is JSON, but no Discord export", code="unknown_format")
    listed = dicts(export["messages"])
    messages = [one for message in listed for one in _messages(message)]
    guild, channel = member(export, "guild"), member(export, "channel")
    is_direct = str(channel.get("type")) in _DIRECT
    name = string(channel.get("name"))
    document = chat_document(
        messages,
        title=name if is_direct else " · ".join(filter(None, (string(guild.get("name")), name))) or None,
        part=stable_part(channel["id"]) if "id" in channel else "",
        owner=_owner(listed, name) if is_direct else None,
        no_people={
            string(author.get("name"))
            for one in listed
            if (author := member(one, "author")).get("isBot") is True
        },
    )
    if document is None:
        raise BadInput("the channel holds no messages with text", code="no_text")
    return document


def _messages(message: dict[str, Any]) -> Iterator[Message]:
    author = member(message, "author")
    who, name = str(author.get("id", "")), string(author.get("name")) or string(author.get("nickname"))
    day = parse_date(string(message.get("timestamp")))
    forwarded = member(message, "forwardedMessage")
    if text := string(forwarded.get("content")):
        yield Message("", FORWARDED, _plain(text, forwarded), day, is_quoted=True)
    if str(message.get("type", "Default")) not in _TYPED:
        return
    is_bot = author.get("isBot") is True
    text = _plain(string(message.get("content")), message)
    if is_bot:
        shown = [string(embed.get(key)) for embed in dicts(message.get("embeds")) for key in _EMBEDDED]
        text = "\n".join(filter(None, (text, *shown)))
        yield Message(who, name, text, day, is_quoted=True)
    else:
        nickname = string(author.get("nickname"))
        other = nickname if nickname != name else ""
        yield from quoting(Message(who, name, text, day, nickname=other))


_EMBEDDED = ("title", "description")


def _plain(text: str, message: dict[str, Any]) -> str:
    """`text` without Discord's marks: mentions by name, emoji as `:name:`."""
    names = {str(one.get("id")): string(one.get("nickname")) for one in dicts(message.get("mentions"))}
    text = _USER.sub(lambda found: f"@{names.get(found[1]) or 'somebody'}", text)
    text = _FENCE.sub("", _NO_WORDS.sub("", _EMOJI.sub(r"\1", text)))
    plain = _MARKUP.sub(lambda found: next(filter(None, found.groups()), found[0]), text)
    return _HEAD.sub("", _ESCAPED.sub(r"\1", plain)).strip()


def _owner(messages: list[dict[str, Any]], partner: str) -> str | None:
    """In a direct chat, named after the other side, the one who is not the other side."""
    people = {
        str(author.get("id", "")): {string(author.get("name")), string(author.get("nickname"))}
        for message in messages
        if (author := member(message, "author")) and author.get("isBot") is not True
    }
    others = [who for who, names in people.items() if partner not in names]
    return others[0] if len(others) == 1 and len(people) <= 2 else None


def _recognises(head: Head) -> bool:
    seen = shape(head.text)
    return {"guild.id", "channel.id"} <= seen.keys() and bool(seen.keys() & {"messages", "exportedAt"})


SPEC = ReaderSpec("discord", _recognises, lambda opened: [read_discord(opened.text)], bytes_max=BYTES_MAX)
