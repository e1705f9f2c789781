"""Rows of any table of messages, each as its fields by plain names: CSV, JSON, JSON lines or XML.

What is nested in a message (`envelope.dataMessage.message`, `<sms body="…">`) is a field of it. Beside the rows stand who made
the export (`exported_by`) and who is who (`participants: {"0": {"name": …}}`). Knows nothing about what a field means.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fenshen.core.errors import BadInput
from fenshen.library.lenient_xml import parse_leniently
from fenshen.library.markup import XmlElement, local_name
from fenshen.library.readers.chat import string
from fenshen.library.readers.json_text import parse_json

FIELD_CHARS_MAX = 1 << 20
_NESTED_MAX = 4
_OWNER_FIELDS = (
    "exportedby",
    "owner",
    "me",
    "myself",
    "self",
    "account",
    "accountid",
    "userid",
    "selfid",
    "myid",
)
_PEOPLE_FIELDS = frozenset(
    {
        "participants",
        "people",
        "users",
        "members",
        "speakers",
        "contacts",
        "channels",
        "parties",
        "recipients",
    }
)
_LABELS = ("name", "displayname", "fullname", "nickname", "username", "title")
_KEYS = ("id", "userid", "uid", "number", "phone", "address", "channel", "ch", "participantid", "speakerid")
#: How SMS Backup & Restore writes a letter beyond the first 65,536: as two halves, which are no XML.
_HALVES = re.compile(r"&#(5[56]\d{3});&#(5[67]\d{3});")


@dataclass(frozen=True)
class Rows:
    """The messages of an export.

    Attributes:
        rows: fields by plain name, or cells by number where a table names no columns.
        owner: who made the export, as a sender is named in it.
        names: what people are called, by what stands for them in the rows.
    """

    rows: list[Mapping[Any, Any]]
    owner: str = ""
    names: Mapping[str, str] = field(default_factory=dict)


def plain_name(name: str) -> str:
    """A field's name as names are compared."""
    return re.sub(r"[\s_\-.\"'\ufeff]+", "", name).lower()


def table_cells(text: str) -> list[list[str]]:
    """The rows of a table as they stand.

    Raises:
        BadInput: `bad_csv`.
    """
    csv.field_size_limit(FIELD_CHARS_MAX)
    first = text.lstrip("\ufeff \n").partition("\n")[0]
    delimiter = max(",;\t|", key=first.count)
    try:
        return [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if any(row)]
    except csv.Error as error:
        raise BadInput("its rows cannot be told apart; export it again as CSV", code="bad_csv") from error


def json_rows(text: str) -> Rows:
    """The longest list of objects in JSON or lines of it."""
    try:
        export = parse_json(text)
    except BadInput:
        export = [_object(line) for line in text.splitlines() if line.strip()]
    head = {plain_name(str(key)): value for key, value in export.items()} if isinstance(export, dict) else {}
    names = {
        key: name
        for at, value in head.items()
        if at in _PEOPLE_FIELDS
        for key, name in _people(value).items()
    }
    owner = next((found for at in _OWNER_FIELDS if (found := _owner(head.get(at)))), "")
    return Rows([flat(row) for row in _longest(export, 0)], owner, names)


def xml_rows(text: str) -> Rows:
    """The children of the root that come most often, or of the one below it.

    Raises:
        BadInput: `bad_xml` or `unsafe_xml`.
    """
    root, _ = parse_leniently(_HALVES.sub(_whole, text), flat=())
    return Rows(
        [flat(_fields(child)) for child in max([root, *root], key=_alike) if isinstance(child.tag, str)]
    )


def _alike(element: XmlElement) -> int:
    """How many children of one name it has."""
    return max(Counter(map(local_name, element)).values(), default=0)


def flat(row: Mapping[Any, Any]) -> dict[str, Any]:
    """The fields of a message with those nested in it; what stands further out wins."""
    found: dict[str, Any] = {}
    level: list[Mapping[Any, Any]] = [row]
    for _ in range(_NESTED_MAX):
        inner: list[Mapping[Any, Any]] = []
        for one in level:
            for key, value in one.items():
                if isinstance(value, Mapping):
                    inner.append(value)
                    if not any(isinstance(value.get(label), str) for label in (*_LABELS, "id", "login")):
                        continue
                found.setdefault(plain_name(str(key)), value)
        level = inner
    return found


def _fields(element: XmlElement) -> dict[str, Any]:
    found: dict[str, Any] = dict(element.attrib)
    for child in element.iter():
        if child is element or not isinstance(child.tag, str):
            continue
        if child.get("ct", "text/plain") == "text/plain":
            for key, value in child.attrib.items():
                found.setdefault(str(key), value)
        if child.text and child.text.strip():
            found.setdefault(local_name(child), child.text.strip())
    return found


def _whole(match: re.Match[str]) -> str:
    high, low = int(match[1]) - 0xD800, int(match[2]) - 0xDC00
    return chr(0x10000 + (high << 10) + low) if 0 <= high < 0x400 and 0 <= low < 0x400 else ""


def _people(value: Any) -> dict[str, str]:
    """What people are called, in `{id: {name}}`, `{id: name}` or `[{id, name}]`."""
    if isinstance(value, Mapping):
        return {str(key): name for key, one in value.items() if (name := _label(one))}
    found = {}
    for one in value if isinstance(value, list) else []:
        fields = {plain_name(str(key)): inner for key, inner in one.items()} if isinstance(one, dict) else {}
        key = next((str(fields[at]) for at in _KEYS if at in fields), "")
        if key and (name := _label(fields)):
            found[key] = name
    return found


def _label(value: Any) -> str:
    if not isinstance(value, Mapping):
        return string(value)
    fields = {plain_name(str(key)): inner for key, inner in value.items()}
    return next((name for at in _LABELS if (name := string(fields.get(at)))), "")


def _owner(value: Any) -> str:
    if isinstance(value, Mapping):
        return next((str(value[key]) for key in ("id", "name", "username") if value.get(key)), "")
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _object(line: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _longest(value: Any, depth: int) -> list[dict[str, Any]]:
    """The longest list of objects in a JSON value, a few levels deep, lists of people left out."""
    if isinstance(value, dict):
        inner = [
            one
            for key, one in value.items()
            if plain_name(str(key)) not in _PEOPLE_FIELDS - {"channels"} or depth
        ]
    else:
        inner = value if isinstance(value, list) else []
    here = [one for one in inner if isinstance(one, dict)] if isinstance(value, list) else []
    below = [_longest(one, depth + 1) for one in inner[:2000]] if depth < 3 else []
    return max([here, *below], key=len)
