"""Puts models into the home: fetch from the first source that works, check the digest, rename last.

Files land in `<home>/models/<name>/<file>`; a `SHA256SUMS` beside them records what was put there.
Nothing half-fetched or wrong is ever visible under its final name. Knows nothing about running models.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from fenshen.core.blobs import hash_file
from fenshen.core.errors import EngineMissing
from fenshen.core.progress import Progress, silent
from fenshen.models.cards import ModelCard, WeightFile
from fenshen.models.catalog import CATALOG, card
from fenshen.models.fetch import SourceFailed, Workshop, installed_path
from fenshen.models.sources import InstalledFile, describe

SUMS = "SHA256SUMS"


@dataclass(frozen=True)
class FileCheck:
    """What `verify` found for one file; `recorded` means only the digest of the first pull vouches for it."""

    model: str
    file: str
    state: Literal["ok", "recorded", "changed"]
    path: Path


def pull(name: str, home_models: Path, progress: Progress = silent) -> Path:
    """Fetch a model unless it is there already; the folder with its files.

    Args:
        name: Catalog name.
        home_models: `<home>/models`.
        progress: Told bytes done of bytes in all.

    Raises:
        NotFound: the catalog has no such model.
        EngineMissing: no source gave a file with the right digest; the message lists why.
    """
    model = card(name)
    folder = home_models / name
    missing = [file for file in model.files if _place(model, file, home_models) is None]
    if missing:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=home_models, prefix=".pull-") as temporary:
            workshop = Workshop(Path(temporary))
            with _reporting(workshop, sum(file.size_bytes for file in missing), name, progress):
                for file in missing:
                    _pull_file(model, file, folder, workshop)
    progress(model.size_bytes, model.size_bytes, name)
    found = installed(name, home_models)
    if found is None:
        raise EngineMissing(f"model {name!r} is still incomplete in {folder}; run `fenshen models verify`")
    return found


def installed(name: str, home_models: Path) -> Path | None:
    """The folder with every file of the model, or `None` if any is missing. Looks at sizes, not digests.

    Raises:
        NotFound: the catalog has no such model.
    """
    model = card(name)
    places = [_place(model, file, home_models) for file in model.files]
    return places[0].parent if places[0] and all(places) else None


def require(name: str, home_models: Path) -> Path:
    """The folder with every file of the model.

    Raises:
        EngineMissing: it is not installed; the message names the command that fetches it.
    """
    found = installed(name, home_models)
    if found is None:
        raise EngineMissing(
            f"model {name!r} is not installed in {home_models}; run `fenshen models pull {name}`",
            code="model_missing",
            model=name,
        )
    return found


def verify(home_models: Path, names: Iterable[str] | None = None) -> list[FileCheck]:
    """Hash every installed file and compare with the catalog, or with the first pull where that is all there is."""
    checks = []
    for name in names or CATALOG:
        model = card(name)
        for file in model.files:
            path = _place(model, file, home_models, any_size=True)
            if path is not None:
                checks.append(FileCheck(name, file.name, _state(file, path), path))
    return checks


def _state(file: WeightFile, path: Path) -> Literal["ok", "recorded", "changed"]:
    expected = file.sha256 or _read_sums(path.parent).get(file.name)
    if hash_file(path) != expected:
        return "changed"
    return "ok" if file.sha256 else "recorded"


def _place(model: ModelCard, file: WeightFile, home_models: Path, *, any_size: bool = False) -> Path | None:
    path = home_models / model.name / file.name
    if path.is_file() and (any_size or file.sha256 is None or path.stat().st_size == file.size_bytes):
        return path
    for source in file.sources:
        if isinstance(source, InstalledFile):
            try:
                return installed_path(source)
            except SourceFailed:
                continue
    return None


def _pull_file(model: ModelCard, file: WeightFile, folder: Path, workshop: Workshop) -> None:
    failures = []
    aside = workshop.folder / f"{file.name}.fetched"
    for source in file.sources:
        try:
            workshop.fetch(source, aside)
        except SourceFailed as error:
            failures.append(f"{describe(source)}: {error}")
            continue
        digest = hash_file(aside)
        expected = file.sha256 or _read_sums(folder).get(file.name)
        if expected in (None, digest):
            aside.replace(folder / file.name)
            _write_sums(folder, file.name, digest)
            return
        failures.append(f"{describe(source)}: its digest is {digest}, expected {expected}")
    aside.unlink(missing_ok=True)
    raise EngineMissing(
        f"no source gave {file.name!r} of model {model.name!r}: " + "; ".join(failures),
        code="model_unavailable",
        model=model.name,
    )


def _read_sums(folder: Path) -> dict[str, str]:
    path = folder / SUMS
    if not path.is_file():
        return {}
    pairs = (line.split(maxsplit=1) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
    return {name: digest for digest, name in pairs}


def _write_sums(folder: Path, name: str, digest: str) -> None:
    sums = {**_read_sums(folder), name: digest}
    aside = folder / f".{SUMS}"
    aside.write_text("".join(f"{sums[key]}  {key}\n" for key in sorted(sums)), encoding="utf-8")
    aside.replace(folder / SUMS)


@contextmanager
def _reporting(workshop: Workshop, total: int, name: str, progress: Progress) -> Iterator[None]:
    """Report the bytes that have arrived twice a second while the block runs."""
    over = threading.Event()

    def watch() -> None:
        furthest = 0
        while not over.wait(0.5):
            furthest = max(furthest, min(workshop.bytes_so_far(), total))
            progress(furthest, total, name)

    watcher = threading.Thread(target=watch, name=f"pull-{name}", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()
