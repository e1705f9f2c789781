"""Shared by every test: one furnished installation per run, and a fresh copy of it per test."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from commands import Command, command_line
from fenshen.core.clock import Clock
from fenshen.models.text import TextEngine
from house import House, Opener, OpenHouse, furnish, move_in, open_house


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a published twin and people; copy it, never write to it."""
    home = tmp_path_factory.mktemp("furnished") / "home"
    with pytest.MonkeyPatch.context() as patch:
        for name in ("FENSHEN_HOME", "FENSHEN_DATABASE_URL", "FENSHEN_BASE"):
            patch.delenv(name, raising=False)
        furnish(home)
    return home


@pytest.fixture
def house(furnished: Path, tmp_path: Path) -> Iterator[House]:
    """An installation of this test's own, not served."""
    made = move_in(furnished, tmp_path / "home")
    yield made
    if "db" in vars(made.app):
        made.app.db.close()


@pytest.fixture
def fenshen(house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs `fenshen …` on the house, in this process."""
    return command_line(house, monkeypatch, capsys)


@pytest.fixture
def opened(furnished: Path, tmp_path: Path) -> Opener:
    """Opens an installation with its server up: `async with opened(engine=...) as place`."""

    def open_one(
        engine: TextEngine | None = None, clock: Clock | None = None
    ) -> contextlib.AbstractAsyncContextManager[OpenHouse]:
        made = move_in(
            furnished, tmp_path / "home", clock=clock, text_engine=(lambda _base: engine) if engine else None
        )
        return open_house(made)

    return open_one
