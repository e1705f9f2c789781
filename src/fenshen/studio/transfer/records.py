"""Rows as lines of JSON and back, each validated against its own dataclass. Knows nothing about what a row means."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar

import sqlalchemy as sa
from pydantic import TypeAdapter

from fenshen.core.errors import BadInput

Row = TypeVar("Row")

LINE_BYTES_MAX = 8 << 20
#: An escaped NUL: no text of ours has one, and PostgreSQL cannot store it.
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


def as_lines(rows: Iterable[Any]) -> Iterator[bytes]:
    """Dataclasses, one a line."""
    for row in rows:
        yield _adapter(type(row)).dump_json(row) + b"\n"


def as_json(row: Any) -> Any:
    """A dataclass as JSON types."""
    return _adapter(type(row)).dump_python(row, mode="json")


def read_json(path: Path, code: str) -> Any:
    """The JSON value in a small file, in which every number is finite and every text can be stored.

    Raises:
        BadInput: `code`.
    """
    data = path.read_bytes()
    try:
        value = json.loads(data)
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{path.name} is no JSON; the file is damaged or forged", code=code) from error
    _check_nul(data, path.name, code)
    return value


def read_rows(
    path: Path, kind: type[Row], code: str, extra: Literal["ignore", "forbid"] = "ignore"
) -> Iterator[Row]:
    """The rows in a file of lines, in order.

    Args:
        extra: what becomes of fields that `kind` does not have.

    Raises:
        BadInput: `code`, with the number of the line.
    """
    with path.open("rb") as file:
        number = 0
        while line := file.readline(LINE_BYTES_MAX):
            number += 1
            yield read_row(line, kind, code, f"line {number} of {path.name}", extra)


def read_row(
    data: bytes, kind: type[Row], code: str, where: str, extra: Literal["ignore", "forbid"] = "ignore"
) -> Row:
    """The row in `data`; see `read_rows`.

    Raises:
        BadInput: `code`.
    """
    try:
        row: Row = _adapter(kind).validate_json(data, strict=True, extra=extra)
    except (ValueError, OverflowError) as error:
        raise BadInput(f"{where} is no {kind.__name__.lower()} as fenshen writes it", code=code) from error
    _check_nul(data, where, code)
    return row


def check_columns(table: sa.Table, row: Any, code: str) -> None:
    """Raise if a text of `row` is longer than its column, which PostgreSQL would not take.

    Raises:
        BadInput: `code`.
    """
    for column in table.c:
        value = getattr(row, column.name, None)
        longest = getattr(column.type, "length", None)
        if longest is not None and isinstance(value, str) and len(value) > longest:
            raise BadInput(f"a {table.name[:-1]} has a {column.name} that is too long", code=code)


def _check_nul(data: bytes, where: str, code: str) -> None:
    if _NUL.search(data):
        raise BadInput(f"{where} holds a NUL, which no text has", code=code)


def _adapter(kind: Any) -> TypeAdapter[Any]:
    return _cached_adapter(kind)


@cache
def _cached_adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
