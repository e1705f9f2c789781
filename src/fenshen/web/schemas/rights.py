"""Rights over a library: rules, and how much may be used for what."""

from __future__ import annotations

from pydantic import Field

from fenshen.library.claims import WORLD, Use
from fenshen.web.schemas import Body, Shape
from fenshen.web.schemas.library import ItemsIn


class RuleIn(Body):
    """`match` is `all`, `folder:PATTERN`, `format:NAME`, `kind:KIND`, `url:PREFIX` or `tag:WORD`."""

    match: str = Field(min_length=1, max_length=500)
    uses: list[str] = Field(max_length=10)
    owner: str = Field("", max_length=200)
    licence: str = Field("", max_length=200)
    territory: str = Field(WORLD, max_length=200)
    consent_id: str | None = Field(None, max_length=64)


class RuleOut(Shape):
    ordinal: int
    match: str
    uses: list[Use]
    owner: str
    licence: str
    territory: str
    consent_id: str | None


class RightsOut(Shape):
    """`usable` counts items by use; `unspoken` those that nobody has said anything about."""

    rules: list[RuleOut]
    items: int
    usable: dict[Use, int]
    unspoken: int
    flagged: int


class ConfirmIn(ItemsIn):
    """Items that look like somebody else's work, and that the creator may use."""
