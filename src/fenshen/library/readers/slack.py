"""A Slack export, unpacked: `users.json`, lists of channels, and a folder of day files for each.

Each channel, group or direct chat is a document; replies in a thread follow their parent. Joins, topics and
other events are left out, bots and block quotes are somebody else's words. Knows nothing about archives.

Source: Slack's "How to read Slack data exports" and its reference on formatting (`<@U…>`, `<#C…|name>`).
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from fenshen.core.errors import BadInput
from fenshen.library.document import Document
from fenshen.library.readers.chat import (
    Message,
    chat_document,
    dicts,
    distinct_parts,
    epoch_day,
    member,
    quoting,
    stable_part,
    string,
)
from fenshen.library.readers.json_text import check_sizes, load_json
from fenshen.library.reading import FolderSpec

_LISTS = ("channels", "groups", "mpims", "dms")
#: Subtypes of messages that somebody typed; every other one is an event.
_TYPED = frozenset({"", "thread_broadcast", "me_message", "file_share", "bot_message"})
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\.json")
_STAMP = re.compile(r"\d{1,12}(?:\.\d{1,12})?")
_MARK = re.compile(r"<([@#!]?)([^<>|\n]{1,2000})(?:\|([^<>\n]{0,2000}))?>")
_STYLE = re.compile(r"(?<![\w*_~`])([*_~`])(?=\S)([^*_~`\n]+)(?<=\S)\1(?![\w*_~`])")
_CODE_FENCE = re.compile(r"```")
Names = dict[str, str]


def read_slack(folder: Path) -> list[Document]:
    """One document per conversation with words in it, in the order of Slack's lists.

    Raises:
        BadInput: `bad_json`, `too_large`, `outside_folder` or `no_text`.
    """
    users = dicts(load_json(folder / "users.json"))
    names = {str(user.get("id")): _name(user) for user in users}
    listed = {kind: _listed(folder, kind) for kind in _LISTS}
    days = {
        place: _days(folder / place)
        for kind in _LISTS
        for one in listed[kind]
        if (place := _place(one, kind))
    }
    check_sizes(path for paths in days.values() for path in paths)
    owner = _owner(users, listed)
    found: list[Document] = []
    for kind in _LISTS:
        for one in listed[kind]:
            messages = _conversation(days.get(_place(one, kind), []), names)
            title = _title(one, kind, names, owner)
            document = chat_document(
                messages,
                title=title,
                title_stated=True,
                part=stable_part(one.get("id")),
                no_people={message.name for message in messages if message.is_quoted},
            )
            if document:
                found.append(replace(document, owner=names.get(owner) if owner else None))
    if not found:
        raise BadInput("the export holds no messages with text", code="no_text")
    return distinct_parts(found)


def _conversation(days: list[Path], names: Names) -> list[Message]:
    """Everything said in a channel, threads in one piece where they began."""
    typed: dict[tuple[Any, ...], dict[str, Any]] = {}
    for path in days:
        for message in dicts(load_json(path)):
            if message.get("type", "message") == "message" and string(message.get("subtype")) in _TYPED:
                sent = _stamp(message.get("ts")) or (0, 0)
                parent = _stamp(message.get("thread_ts")) or sent
                typed.setdefault((parent, sent, string(message.get("user"))), message)
    return [one for key in sorted(typed) for one in quoting(_message(typed[key], names)) if one.text]


def _message(message: dict[str, Any], names: Names) -> Message:
    user = string(message.get("user"))
    profile = member(message, "user_profile")
    name = names.get(user) or string(profile.get("real_name")) or string(message.get("username")) or user
    is_bot = message.get("subtype") == "bot_message" or "bot_id" in message
    text = plain_slack(string(message.get("text")), names)
    return Message(user or name, name, text, epoch_day(message.get("ts")), is_quoted=is_bot)


def plain_slack(text: str, names: Names) -> str:
    """`text` without Slack's marks: people and channels by name, links by their label, HTML escapes undone."""

    def said(found: re.Match[str]) -> str:
        sign, target, label = found[1], found[2], found[3] or ""
        if sign == "@":
            return f"@{names.get(target) or label or 'somebody'}"
        if sign == "#":
            return f"#{label or 'channel'}"
        if sign == "!":
            return label or ("" if "^" in target else f"@{target}")
        return label or target.removeprefix("mailto:")

    shown = _STYLE.sub(r"\2", _CODE_FENCE.sub("", text))
    shown = _MARK.sub(said, shown)
    return shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _stamp(value: Any) -> tuple[int, int] | None:
    """Slack's `ts` in order of time."""
    text = string(value)
    if not _STAMP.fullmatch(text):
        return None
    seconds, _, fraction = text.partition(".")
    return int(seconds), int(f"{fraction:0<12}")


def _name(user: dict[str, Any]) -> str:
    profile = member(user, "profile")
    shown = (user.get("real_name"), profile.get("real_name"), profile.get("display_name"), user.get("name"))
    return next(filter(None, map(string, shown)), str(user.get("id", "")))


def _listed(folder: Path, kind: str) -> list[dict[str, Any]]:
    path = folder / f"{kind}.json"
    return dicts(load_json(path)) if path.is_file() else []


def _place(conversation: dict[str, Any], kind: str) -> str:
    """The folder of a conversation: its id for direct chats, else its name. Empty for a name that leads out."""
    name = string(conversation.get("id" if kind == "dms" else "name"))
    return "" if name.startswith(".") or "/" in name or "\\" in name or "\0" in name else name


def _days(place: Path) -> list[Path]:
    if place.is_symlink() or not place.is_dir():
        return []
    return sorted(path for path in place.iterdir() if _DAY.fullmatch(path.name))


def _title(conversation: dict[str, Any], kind: str, names: Names, owner: str | None) -> str:
    if kind in ("channels", "groups"):
        return f"#{string(conversation.get('name'))}"
    members = conversation.get("members")
    others = [str(user) for user in members if user != owner] if isinstance(members, list) else []
    return ", ".join(names.get(user, user) for user in others[:5]) or "Direct chat"


def _owner(users: list[dict[str, Any]], listed: dict[str, list[dict[str, Any]]]) -> str | None:
    """The one user who is in every direct chat, of whom there must be two or more to tell."""
    direct = [
        set(map(str, one["members"])) for kind in ("dms", "mpims") for one in listed[kind] if _members(one)
    ]
    everywhere = set.intersection(*direct) if len(direct) > 1 else set()
    bots = {str(user.get("id")) for user in users if user.get("is_bot") is True}
    people = everywhere - bots
    return people.pop() if len(people) == 1 else None


def _members(conversation: dict[str, Any]) -> bool:
    return isinstance(conversation.get("members"), list) and len(conversation["members"]) > 1


def _recognises(folder: Path) -> bool:
    return (folder / "users.json").is_file() and any((folder / f"{kind}.json").is_file() for kind in _LISTS)


FOLDER = FolderSpec("slack", _recognises, read_slack)
