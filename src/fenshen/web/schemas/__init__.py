"""The JSON shapes of `/api`, a file for each file of routes. Amounts are integer micros, times are RFC 3339 UTC."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator

from fenshen.core.note import Note

Texts = dict[str, str]
Language = Literal["en", "zh"]


class Body(BaseModel):
    """A request body: unknown fields are refused, so nobody slips in a role or a price."""

    model_config = ConfigDict(extra="forbid")


class Shape(BaseModel):
    """A response, read from the attributes of a domain object that have the names of its fields."""

    model_config = ConfigDict(from_attributes=True)

    @classmethod
    def of(cls, source: object, **more: Any) -> Self:
        """The shape of `source`; `more` are fields that it lacks or has under another name."""
        names = [name for name in cls.model_fields if name not in more and hasattr(source, name)]
        return cls.model_validate({**{name: getattr(source, name) for name in names}, **more})


class NoteOut(Shape):
    """A sentence as a code with what stands in it, and worded in English."""

    code: str
    values: dict[str, str | int | float]
    sentence: str

    @model_validator(mode="before")
    @classmethod
    def _from_note(cls, value: object) -> object:
        if isinstance(value, Note):
            return {"code": value.code, "values": dict(value.values), "sentence": str(value)}
        return value
