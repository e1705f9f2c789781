"""Rows as lines of JSON and back, each checked against its own dataclass: types, literals, no unknown field.

Knows nothing about what a row means.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from pydantic import ConfigDict, TypeAdapter, ValidationError

from fenshen.core.errors import BadInput
from fenshen.studio.transfer.exact_json import NUL

Row = TypeVar("Row")

LINE_BYTES_MAX = 8 << 20


def as_lines(rows: Iterable[Any]) -> Iterator[bytes]:
    """Dataclasses, one a line."""
    for row in rows:
        yield _adapter(type(row)).dump_json(row) + b"\n"


def as_json(row: Any) -> Any:
    """A dataclass as JSON types."""
    return _adapter(type(row)).dump_python(row, mode="json")


def read_rows(path: Path, kind: type[Row], code: str) -> Iterator[Row]:
    """The rows in a file of lines, one after another.

    Raises:
        BadInput: `code`, with the number of the line.
    """
    with path.open("rb") as file:
        number = 0
        while line := file.readline(LINE_BYTES_MAX):
            number += 1
            yield read_row(line, kind, code, f"line {number} of {path.name}")


def read_row(data: bytes, kind: type[Row], code: str, where: str) -> Row:
    """The row in `data`.

    Raises:
        BadInput: `code`.
    """
    try:
        row = _strict(kind).validate_json(data)
    except (ValidationError, ValueError, RecursionError, OverflowError) as error:
        raise BadInput(f"{where} is no {kind.__name__.lower()} as fenshen writes it", code=code) from error
    if NUL.search(data):
        raise BadInput(f"{where} holds a NUL, which no text has", code=code)
    return kind(**{field.name: getattr(row, field.name) for field in fields(row)})


def check_columns(table: sa.Table, row: Any, code: str) -> None:
    """Raise if a text of `row` is longer than its column, which one of the two databases would not take.

    Raises:
        BadInput: `code`.
    """
    for column in table.c:
        value = getattr(row, column.name, None)
        longest = getattr(column.type, "length", None)
        if longest is not None and isinstance(value, str) and len(value) > longest:
            raise BadInput(f"a {table.name[:-1]} has a {column.name} that is too long", code=code)


def _adapter(kind: Any) -> TypeAdapter[Any]:
    return _made(kind, False)


def _strict(kind: Any) -> TypeAdapter[Any]:
    return _made(kind, True)


@cache
def _made(kind: Any, is_strict: bool) -> TypeAdapter[Any]:
    if not is_strict:
        return TypeAdapter(kind)
    config: dict[str, Any] = {
        "__pydantic_config__": ConfigDict(extra="forbid", strict=True, allow_inf_nan=False),
        "__module__": kind.__module__,
    }
    return TypeAdapter(dataclass(frozen=True)(type(kind.__name__, (kind,), config)))
