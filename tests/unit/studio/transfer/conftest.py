"""Two machines: one that a twin leaves, and an empty one where it arrives."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from fenshen.core.clock import VirtualClock
from fenshen.core.errors import AppError
from fenshen.core.ids import SeededIds
from fenshen.core.settings import Settings
from fenshen.studio.transfer.packages import ImportResult
from fenshen.trust.creators import list_creators
from fenshen.trust.signing import SigningKey
from fenshen.wiring import App
from house import SLUG, House, move_in
from twin_files import forged, have_base, trained, write_base


@dataclass
class Machine:
    """An installation at which twins arrive."""

    app: App

    def take_in(self, file: Path, **more: str | None) -> ImportResult:
        """Import a file; errors go to the test."""
        return asyncio.run(self.app.packages.take_in(file, by="test", **more))

    def refuses(self, file: Path, **more: str | None) -> AppError:
        """Import a file that must be refused and leave nothing behind."""
        before = self.seen()
        with pytest.raises(AppError) as refused:
            self.take_in(file, **more)
        assert self.seen() == before
        return refused.value

    def seen(self) -> list[str]:
        """Every file of a version, every stored original, every creator."""
        home = self.app.settings.home
        kept = [
            p for name in ("versions", "blobs", "imports") for p in (home / name).rglob("*") if p.is_file()
        ]
        return sorted([*map(str, kept), *(one.slug for one in list_creators(self.app.db))])


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which nothing was ever done but making the tables."""
    home = tmp_path_factory.mktemp("empty") / "home"
    app = App(Settings(home=home, engine="fake"), clock=VirtualClock())
    app.db.close()
    return home


@pytest.fixture
def machine(empty_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    """A machine with the base and nothing else."""
    have_base(monkeypatch, tmp_path)
    home = tmp_path / "elsewhere"
    shutil.copytree(empty_home, home)
    app = App(Settings(home=home, engine="fake"), clock=VirtualClock(), ids=SeededIds(1))
    yield Machine(app)
    asyncio.run(app.close())


@dataclass(frozen=True)
class Sent:
    """A good file, and the key that signed it."""

    file: Path
    key: SigningKey

    @property
    def fingerprint(self) -> str:
        return self.key.signer.fingerprint


async def send(house: House, file: Path, **options: object) -> Sent:
    """Export from a house into a file."""
    async with house.app.packages.packed(SLUG, by="test", **options) as package:  # type: ignore[arg-type]
        data = b"".join(package.stream())
    assert len(data) == package.size_bytes
    await asyncio.to_thread(file.write_bytes, data)
    return Sent(file, house.app.packages.key)


@pytest.fixture(scope="session")
def sent(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Sent:
    """A twin with its library, exported once."""
    folder = tmp_path_factory.mktemp("sent")
    house = move_in(furnished, folder / "home")
    version = trained(house, write_base(folder / "tiny.gguf"))
    made = asyncio.run(send(house, folder / "juniper.fenshen", version_id=version.id, library=True))
    asyncio.run(house.app.close())
    return made


@pytest.fixture
def forge(sent: Sent, tmp_path: Path) -> Callable[..., Path]:
    """Writes a changed file that is signed with the key that the test trusts."""

    def write(*changes: object, **more: object) -> Path:
        file = tmp_path / "forged.fenshen"
        file.write_bytes(forged(sent.file, sent.key, *changes, **more))  # type: ignore[arg-type]
        return file

    return write
