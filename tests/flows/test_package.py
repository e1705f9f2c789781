"""A twin moves: exported from a house that is served, imported into an empty home, saying the same as before."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from commands import Command, command_line
from fenshen.core.clock import VirtualClock
from fenshen.core.settings import Settings
from fenshen.studio.transfer import names
from fenshen.studio.transfer.adapter import read_base
from fenshen.studio.transfer.golden import Golden, answer_questions
from fenshen.studio.transfer.packages import ImportResult
from fenshen.training import versions
from fenshen.training.bases import find_base
from fenshen.training.convert import convert_adapter
from fenshen.trust.creators import list_creators
from fenshen.wiring import App
from house import SLUG, House, Opener
from models_present import home as models_home
from models_present import present
from twin_files import have_base, taken_apart, trained

CHILD = Path(__file__).with_name("kill_import.py")


@pytest.fixture
def away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """`fenshen …` on another machine, whose home is empty."""
    app = App(Settings(home=tmp_path / "away", engine="fake"))
    return command_line(House(app, {}), monkeypatch, capsys)


async def test_a_creator_takes_their_twin_away_and_an_operator_brings_it_in(
    opened: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over HTTP, with its length said beforehand; elsewhere it is uploaded in pieces and checked."""
    base = have_base(monkeypatch, tmp_path)
    async with opened() as place:
        version = trained(place.house, base)
        url = f"/api/studio/{SLUG}/package?library=true&version={version.id}"
        creator = await place.visit(place.house.creator)
        response = await creator.http.get(url)
        assert response.status_code == 200, response.text
        data = response.content
        assert int(response.headers["content-length"]) == len(data)
        assert response.headers["content-disposition"] == 'attachment; filename="juniper.fenshen"'
        fingerprint = (await creator.get(f"/api/studio/{SLUG}/signer"))["fingerprint"]
        rival = await place.visit(place.house.rival)
        assert (await rival.http.get(url)).status_code == 404
        operator = await place.visit(place.house.operator)
        for offset in range(0, len(data), 30_000):
            piece = data[offset : offset + 30_000]
            last = offset + 30_000 >= len(data)
            sent = await operator.http.put(
                "/api/admin/imports/juniper.fenshen",
                params={"offset": offset, "last": last},
                content=piece,
            )
            assert sent.status_code == 200, sent.text
        assert (await operator.get("/api/admin/imports/juniper.fenshen"))["received"] == len(data)
        told = await operator.post("/api/admin/imports/juniper.fenshen", slug=SLUG)
        assert told["is_new"] is False and told["fingerprint"] == fingerprint
        assert told["golden"] == {"asked": 8, "same": 8}
        assert not list((place.house.app.settings.home / "exports").iterdir())


def test_by_command_from_one_machine_to_an_empty_one(
    fenshen: Command,
    house: House,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Exit codes for each step: written, not overwritten, unknown signer, taken in, there already."""
    trained(house, have_base(monkeypatch, tmp_path))
    file = tmp_path / "juniper.fenshen"
    export = ("export", SLUG, str(file), "--version", "ver_trained_0000", "--with-library", "--json")
    written = fenshen(*export)
    assert written.code == 0, written.err
    assert written.json["bytes"] == file.stat().st_size and written.json["golden"] == 8
    assert (done := fenshen(*export)).code == 3 and "file_exists" in done.err
    away = command_line(House(App(Settings(home=tmp_path / "away", engine="fake")), {}), monkeypatch, capsys)
    fingerprint = written.json["fingerprint"]
    assert (done := away("import", str(file))).code == 4 and fingerprint in done.err
    there = away("import", str(file), "--trust", fingerprint, "--json")
    assert there.code == 0, there.err
    assert there.json["golden"] == {"asked": 8, "same": 8} and there.json["items"] == 3
    again = away("import", str(file))
    assert again.code == 0 and "was here already" in again.out
    found = away("versions", SLUG, "--json").json
    assert [(one["status"], one["origin"]) for one in found] == [("trained", "import")]
    assert (done := away("publish", SLUG)).code == 4 and "gate_failed" in done.err
    assert away("publish", SLUG, "--force", "it passed where it comes from").code == 0
    answer = away("ask", SLUG, "Is my kettle broken?", "--json")
    assert answer.code == 0 and "(adapter 1)" in answer.json["answer"]


def test_a_file_that_is_none_ends_with_exit_code_three(away: Command, tmp_path: Path) -> None:
    """No trace, and the code that scripts look for."""
    file = tmp_path / "evil.fenshen"
    file.write_bytes(b"\x80\x04cos\nsystem\n")
    done = away("import", str(file))
    assert done.code == 3 and "(not_a_twin_file)" in done.err and "Traceback" not in done.err


MOMENTS = ["checked", "moved", "stored"]


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_at_any_moment_leaves_no_half_twin(
    fenshen: Command, house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """Either nothing is recorded or everything is; the same import afterwards makes it whole."""
    base = have_base(monkeypatch, tmp_path)
    trained(house, base)
    file, home = tmp_path / "juniper.fenshen", tmp_path / "away"
    written = fenshen("export", SLUG, str(file), "--version", "ver_trained_0000", "--with-library", "--json")
    arguments = [str(home), str(base.path), str(file), written.json["fingerprint"]]
    killed = subprocess.run([sys.executable, CHILD, *arguments, moment], capture_output=True, text=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    app = App(Settings(home=home, engine="fake"))
    recorded = versions.list_versions(app.db, SLUG)
    assert len(recorded) == len(list_creators(app.db)) == (1 if moment == "stored" else 0)
    done = subprocess.run([sys.executable, CHILD, *arguments, "never"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"same": 8, "asked": 8}
    (version,) = versions.list_versions(app.db, SLUG)
    assert (home / version.adapter_dir / "adapter.gguf").is_file()
    assert list((home / "imports").iterdir()) == []
    assert len(list((home / "versions").glob("ver_*"))) == 1
    app.db.close()


@pytest.mark.engine
@pytest.mark.slow
@pytest.mark.skipif(not present("smollm2-135m"), reason="smollm2-135m is not installed")
def test_llama_cpp_says_the_same_on_the_other_machine(house: House, tmp_path: Path) -> None:
    """The adapter really speaks: its answers are not the plain base's, and they are the same after the move."""
    base = find_base("smollm2-135m", models_home())
    room = {
        place: sides for place, sides in read_base(base.path).room.items() if place[1] in ("q_proj", "v_proj")
    }
    version = trained(house, base, room=room)
    folder = house.app.settings.home / version.adapter_dir
    convert_adapter(folder, base.path, folder / "adapter.gguf")
    homes = [house.app.settings.home, tmp_path / "away"]
    for home in homes:
        home.mkdir(exist_ok=True)
        (home / "models").symlink_to(models_home() / "models")
    here, there = (App(Settings(home=home), clock=VirtualClock()) for home in homes)
    file = tmp_path / "juniper.fenshen"

    async def export() -> tuple[str, list[str]]:
        async with here.packages.packed(SLUG, "ver_trained_0000", golden=4, by="test") as package:
            data = b"".join(package.stream())
        await asyncio.to_thread(file.write_bytes, data)
        engine = await here.bases.engine_for(package.version)
        plain = await answer_questions(engine, None, here.persona(SLUG), _questions(file))
        await here.close()
        return package.fingerprint, [one.answer for one in plain]

    fingerprint, plain = asyncio.run(export())
    assert [one.answer for one in _questions(file)] != plain

    async def bring() -> ImportResult:
        done = await there.packages.take_in(file, trust=fingerprint, by="test")
        await there.close()
        return done

    done = asyncio.run(bring())
    assert done.verified is not None, done.why_not
    assert (done.verified.same, done.verified.asked) == (4, 4)


def _questions(file: Path) -> list[Golden]:
    lines = taken_apart(file)[1][names.GOLDEN].decode().splitlines()
    return [Golden(**json.loads(line)) for line in lines]
