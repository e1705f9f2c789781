"""Moving whole twins."""

from __future__ import annotations

from pydantic import Field

from fenshen.web.schemas import Body, Shape


class SignerOut(Shape):
    """How this installation is known to others."""

    fingerprint: str


class BringIn(Body):
    """How to take a twin in: under which name, whose it is from now on, and whose signature is trusted."""

    slug: str | None = Field(None, max_length=64)
    owner: str | None = Field(None, max_length=254)
    trust: str | None = Field(None, max_length=80)


class GoldenOut(Shape):
    """How many golden questions were asked, and how many answers are the same word by word."""

    asked: int
    same: int


class ArrivedOut(Shape):
    """A twin that is here now; `golden_skipped` says why no questions were asked."""

    slug: str
    version_id: str
    is_new: bool
    items: int
    passages: int
    fingerprint: str
    golden: GoldenOut | None
    golden_skipped: str | None
