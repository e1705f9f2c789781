"""Accounts, sessions and API keys."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from fenshen.web.schemas import Body, Language, Shape


class Credentials(Body):
    email: str = Field(max_length=320)
    password: str = Field(max_length=1024)


class SignUp(Credentials):
    language: Language = "en"


class UserOut(Shape):
    id: str
    email: str
    role: Literal["fan", "creator", "operator"]
    creators: list[str]


class PasswordIn(Body):
    current: str = Field(max_length=1024)
    new: str = Field(max_length=1024)


class SessionOut(Shape):
    """A browser in which this user is logged in."""

    id: str
    created: datetime
    expires: datetime
    agent: str
    is_this: bool


class KeyIn(Body):
    name: str = Field(max_length=80)


class KeyOut(Shape):
    id: str
    name: str
    hint: str
    created: datetime
    expires: datetime | None
    revoked: datetime | None


class KeyCreated(KeyOut):
    secret: str
