"""JSON of unknown origin: decoded within bounds, and told apart by the shape of its beginning.

    first bytes → `shape` (paths of its members) → a reader recognises its own → `parse_json` → the reader

Source: RFC 8259; NaN and Infinity are not JSON, and names within an object must be unique here.
Knows nothing about who wrote it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from fenshen.core.errors import BadInput

BYTES_MAX = 128 << 20
#: A whole export of many files, unpacked.
FOLDER_BYTES_MAX = 1 << 30
#: What 128 MiB of a real export stays far below; beyond, memory and not disk is the target.
CONTAINERS_MAX = 4_000_000
COMMAS_MAX = 16_000_000
_DEPTH_SEEN = 12

#: Always matches at a quote, even an unclosed one, so that no beginning takes quadratic time.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.?)*+(?:"|\Z)|[{}\[\]:,]|[^\s{}\[\]:,"]++', re.S)


def parse_json(text: str) -> Any:
    """The value `text` stands for.

    Raises:
        BadInput: `bad_json` if it is cut off, invalid, nested without end or says a name twice;
            `too_large` if it holds more values than an export does.
    """
    if text.count("{") + text.count("[") > CONTAINERS_MAX or text.count(",") > COMMAS_MAX:
        raise BadInput("the JSON holds more values than are read from one file; split it", code="too_large")
    try:
        return json.loads(text, object_pairs_hook=_distinct, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise BadInput("it is cut off or not valid JSON", code="bad_json") from error


def load_json(path: Path, prefix: re.Pattern[str] | None = None) -> Any:
    """The JSON in a file of an export that is a folder; `prefix` is what stands before it, as in scripts.

    Raises:
        BadInput: as `parse_json`, naming the file; `outside_folder` for links, `unreadable`.
    """
    if path.is_symlink():
        raise BadInput(f"{path.name!r} is a link; unpack the export again", code="outside_folder")
    try:
        with path.open("rb") as file:
            data = file.read(BYTES_MAX + 1)
    except OSError as error:
        reason = f"{path.name!r} of the export cannot be read: {error.strerror or error}"
        raise BadInput(reason, code="unreadable") from error
    if len(data) > BYTES_MAX:
        raise BadInput(f"{path.name!r} of the export is larger than {BYTES_MAX >> 20} MiB", code="too_large")
    text = data.decode("utf-8-sig", "replace")
    if prefix and (match := prefix.match(text)):
        text = text[match.end() :].rstrip().removesuffix(";")
    try:
        return parse_json(text)
    except BadInput as error:
        raise BadInput(f"{path.parent.name}/{path.name}: {error.message}", code=error.code) from error


def check_sizes(paths: Iterable[Path]) -> None:
    """Refuse an export whose files are more than `FOLDER_BYTES_MAX` together.

    Raises:
        BadInput: `too_large`.
    """
    if sum(path.lstat().st_size for path in paths) > FOLDER_BYTES_MAX:
        raise BadInput(
            f"the export's texts are over {FOLDER_BYTES_MAX >> 30} GiB; split it", code="too_large"
        )


@lru_cache(maxsize=4)
def shape(beginning: str) -> dict[str, str]:
    """Paths of the members in the beginning of a JSON text, each with the first scalar found there.

    `{"a": [{"b": 1}]}` has `""`, `a`, `a[]` and `a[].b`. Empty for what does not begin as JSON.
    """
    found: dict[str, str] = {}
    if beginning.lstrip()[:1] not in ("{", "["):
        return found
    opened: list[tuple[str, bool]] = []
    key, is_key = "", False
    for match in _TOKEN.finditer(beginning):
        piece = match[0]
        if piece in "{[":
            path = _path(opened, key)
            found.setdefault(path, "")
            opened.append((path, piece == "{"))
            is_key = piece == "{"
        elif piece in "}]":
            if opened:
                opened.pop()
        elif piece == ",":
            is_key = bool(opened) and opened[-1][1]
        elif piece == ":":
            is_key = False
        elif is_key:
            key = piece.strip('"')
        elif len(opened) <= _DEPTH_SEEN:
            found.setdefault(_path(opened, key), piece.strip('"'))
        if len(opened) > _DEPTH_SEEN * 4:
            break
    return found


def _path(opened: list[tuple[str, bool]], key: str) -> str:
    if not opened:
        return ""
    parent, is_object = opened[-1]
    if not is_object:
        return f"{parent}[]"
    return f"{parent}.{key}" if parent else key


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a name occurs twice")
    return members


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")
