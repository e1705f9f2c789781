"""Every text in the shared chat exports, read plainly and apart from the readers, to count findings against `pii.json`."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

_WHATSAPP = re.compile(r"^\u200e?(?:\[.*?\] |\d\d\.\d\d\.\d\d, \d\d:\d\d - )(?:([^:]+): )?(.*)$")
_SLACK_LINK = re.compile(r"<(?:mailto:|tel:)?([^|>]*)\|([^>]*)>")


def chat_texts(chats: Path) -> Iterator[tuple[str, str]]:
    """`(file, text)` of every message and profile, file as `pii.json` names it, without what follows `!`."""
    for path in sorted(path for path in chats.rglob("*") if path.is_file() and path.parent != chats):
        name = path.relative_to(chats)
        yield from ((name.as_posix(), text) for text in READERS[name.parts[0]](path) if text)


def _telegram(path: Path) -> Iterator[str]:
    data = json.loads(path.read_text(encoding="utf-8"))
    yield data.get("personal_information", {}).get("phone_number", "")
    yield from (one.get("phone_number", "") for one in data.get("contacts", {}).get("list", []))
    for chat in data["chats"]["list"] if "chats" in data else [data]:
        for message in chat["messages"]:
            text = message.get("text", "")
            yield text if isinstance(text, str) else "".join(_said(part) for part in text)


def _said(part: Any) -> str:
    return part if isinstance(part, str) else str(part["text"])


def _whatsapp(path: Path) -> Iterator[str]:
    senders: set[str] = set()
    for line in path.read_text(encoding="utf-8").splitlines():
        match = _WHATSAPP.match(line)
        if match and match[1] and match[1] not in senders:
            senders.add(match[1])
            yield match[1]
        yield match[2] if match and match[1] else "" if match else line


def _discord(path: Path) -> Iterator[str]:
    yield from (message["content"] for message in json.loads(path.read_text(encoding="utf-8"))["messages"])


def _instagram(path: Path) -> Iterator[str]:
    for message in json.loads(path.read_text(encoding="utf-8"))["messages"]:
        yield message.get("content", "").encode("latin-1").decode()


def _wechat(path: Path) -> Iterator[str]:
    for row in csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))):
        yield next(text for column, text in row.items() if column in ("StrContent", "msg", "content"))


def _slack(path: Path) -> Iterator[str]:
    archive = zipfile.ZipFile(path)
    for name in archive.namelist():
        if name == "users.json":
            yield from (user["profile"].get("email", "") for user in json.loads(archive.read(name)))
        elif "/" in name and name.endswith(".json"):
            for message in json.loads(archive.read(name)):
                yield html.unescape(_SLACK_LINK.sub(r"\2", message.get("text", "")))


READERS: dict[str, Callable[[Path], Iterator[str]]] = {
    "telegram": _telegram,
    "whatsapp": _whatsapp,
    "discord": _discord,
    "instagram": _instagram,
    "wechat": _wechat,
    "slack": _slack,
}
