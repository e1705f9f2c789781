"""Bad input as a creator meets it at the command line: a clear message, the right exit code, nothing lost,
nothing charged."""

from __future__ import annotations

import io
import os
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from commands import Command
from fenshen.billing.statements import fan_statement
from fenshen.billing.verify import verify
from fenshen.core import db as core_db
from fenshen.core.errors import Busy
from fenshen.library import items
from fenshen.training import versions
from house import PRICE, SLUG, WALLET, House, Opener
from tiny_base import write_header

HOLD_THE_DATABASE = """
import sqlite3, sys
books = sqlite3.connect(sys.argv[1], isolation_level=None)
books.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""
GOOD = "# Tea\n\nI warm the pot first, then one spoon for each cup and one for the pot.\n"
CHINESE = "大家好，今天我们来修一个水壶。\n先拔掉插头，然后等十分钟再打开它。"
GBK = f"1\n00:00:01,000 --> 00:00:09,000\n{CHINESE}\n".encode("gbk")


def _zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("kettle.srt", "1\n00:00:01,000 --> 00:00:02,000\nHello.\n")
    return buffer.getvalue()


UNUSABLE: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "corrupt video": ("film.mp4", lambda: b"\0\0\0\x18ftypisom\0\0\2\0isomiso2" + b"\xa5" * 9_000, "corrupt_media"),
    "0-byte file": ("nothing.srt", lambda: b"", "empty"),
    "zip named .srt, cut off": ("packed.srt", lambda: _zip()[:60], "archive_damaged"),
    "50 MB line": ("line.srt", lambda: b"00:00:01,000 --> 00:00:02,000\n" + b"y" * (50 << 20), "too_large"),
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files on their way into a library."""
    made = tmp_path / "files"
    made.mkdir()
    return made


@pytest.mark.parametrize("name", UNUSABLE)
def test_a_file_that_cannot_be_used_is_named_with_the_reason(
    fenshen: Command, house: House, folder: Path, name: str
) -> None:
    """Alone it is bad input; beside a good file it is left out and the good one is in."""
    file, content, code = UNUSABLE[name]
    (folder / file).write_bytes(content())
    before = items.list_items(house.app.db, SLUG)
    alone = fenshen("ingest", SLUG, str(folder))
    assert alone.code == 3 and "Traceback" not in alone.err
    assert f"skipped {file}: " in alone.err and f"({code})" in alone.err
    assert items.list_items(house.app.db, SLUG) == before
    (folder / "tea.md").write_text(GOOD)
    beside = fenshen("ingest", SLUG, str(folder), "--json")
    assert beside.code == 0 and f"({code})" in beside.err
    assert (beside.json["added"], [s["path"] for s in beside.json["skipped"]]) == (1, [file])
    assert len(items.list_items(house.app.db, SLUG)) == len(before) + 1


def test_a_whole_zip_named_srt_is_what_it_is(fenshen: Command, house: House, folder: Path) -> None:
    """Content decides, not the name: what is in it is taken like any file."""
    (folder / "packed.srt").write_bytes(_zip())
    assert fenshen("ingest", SLUG, str(folder), "--json").json["added"] == 1
    assert "packed.srt/kettle.srt" in {item.path for item in items.list_items(house.app.db, SLUG)}


def test_a_real_process_takes_what_is_good_from_a_folder_of_bad_files(house: House, folder: Path) -> None:
    """Everything at once through `python -m fenshen.cli`: the post and the GBK subtitles are in, in readable
    Chinese, the rest is named on stderr, and no book has moved."""
    for file, content, _ in UNUSABLE.values():
        (folder / file).write_bytes(content())
    (folder / "tea.md").write_text(GOOD)
    (folder / "shuihu.srt").write_bytes(GBK)
    done = subprocess.run(
        [sys.executable, "-m", "fenshen.cli", "ingest", SLUG, str(folder)],
        env={**os.environ, "FENSHEN_HOME": str(house.app.settings.home), "FENSHEN_ENGINE": "fake"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "2 added" in done.stdout and "Traceback" not in done.stderr
    for file, _, code in UNUSABLE.values():
        assert f"skipped {file}: " in done.stderr and f"({code})" in done.stderr
    found = {item.path: item for item in items.list_items(house.app.db, SLUG)}
    assert "tea.md" in found and found["shuihu.srt"].language == "zh"
    heard = "".join(p.text for p in items.passages(house.app.db, SLUG) if p.item_id == found["shuihu.srt"].id)
    assert "今天我们来修一个水壶" in heard and "然后等十分钟再打开它" in heard
    wallet = fan_statement(house.app.db, house.fan.id, "USD")
    assert (verify(house.app.db).ok, wallet.available, wallet.calls) == (True, WALLET, ())


def test_an_unknown_base_is_refused_with_the_known_ones(fenshen: Command, house: House) -> None:
    """No version is begun, and the published one stays."""
    before = versions.list_versions(house.app.db, SLUG)
    done = fenshen("train", SLUG, "--base", "nope")
    assert done.code == 3 and "Traceback" not in done.err
    assert "unknown_base" in done.err and "'nope'" in done.err and "smollm2-135m" in done.err
    assert versions.list_versions(house.app.db, SLUG) == before


@pytest.fixture
def locked(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Another process holds the database; calling it makes that process let go."""
    monkeypatch.setattr(core_db, "BUSY_TIMEOUT_MS", 100)
    house.app.db.close()
    path = house.app.settings.home / "fenshen.db"
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD_THE_DATABASE, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert other.stdout is not None and other.stdout.readline() == "held\n"

    def let_go() -> None:
        other.communicate()

    yield let_go
    let_go() if other.poll() is None else None


LOCKED_OUT = {
    "ingest": lambda folder: ["ingest", SLUG, str(folder)],
    "wallet credit": lambda _: ["wallet", "credit", "fan@example.com", "5.00", "--key", "once"],
    "consent grant": lambda _: ["consent", "grant", SLUG, "--scope", "chat", "--until", "2041-01-01"],
    "train": lambda folder: [
        "train",
        SLUG,
        "--fresh",
        "--base",
        str(write_header(folder / "tiny.gguf").path),
    ],
}


@pytest.mark.parametrize("name", LOCKED_OUT)
def test_a_database_locked_by_another_process_is_busy(
    fenshen: Command, house: House, folder: Path, locked: Callable[[], None], name: str
) -> None:
    """Exit code 6 and what to do; nothing was written, and afterwards the same command works."""
    (folder / "tea.md").write_text(GOOD)
    before = items.list_items(house.app.db, SLUG)
    done = fenshen(*LOCKED_OUT[name](folder))
    assert done.code == 6 and "locked by another process" in done.err and "Traceback" not in done.err
    locked()
    assert items.list_items(house.app.db, SLUG) == before
    fan = fenshen("ledger", "statement", "--fan", "fan@example.com", "--json").json
    assert (fan["available"], fenshen("ledger", "verify").code) == (10_000_000, 0)
    if name != "train":
        assert fenshen(*LOCKED_OUT[name](folder)).code == 0


async def test_a_heartbeat_that_meets_a_locked_database_is_charged_once_when_sent_again(
    opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page is told to try again; the seconds are neither lost nor counted twice."""
    monkeypatch.setattr(core_db, "BUSY_TIMEOUT_MS", 100)
    async with opened() as place:
        fan, house = await place.visit(place.house.fan), place.house
        call = await fan.open_call()
        house.clock.advance(5)
        other = sqlite3.connect(house.app.settings.home / "fenshen.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        beat = {"seq": call["sequence"], "acked": 5}
        problem = await fan.post(f"/api/calls/{call['id']}/heartbeat", 503, **beat)
        assert problem["code"] == "busy" and problem["retryable"]
        other.execute("ROLLBACK")
        other.close()
        assert (await fan.beat(call, 5))["acked_s"] == 5
        ended = await fan.post(f"/api/calls/{call['id']}/end", seq=1, acked=5)
        assert (ended["seconds_charged"], ended["charged_micros"]) == (5, 5 * PRICE // 60)


def test_a_full_disk_under_the_database_loses_nothing(house: House) -> None:
    """SQLite's own "database or disk is full" is `disk_full`, and the whole change is undone."""
    db = house.app.db
    before = items.list_items(db, SLUG)
    with pytest.raises(Busy, match="disk") as caught, db.write() as connection:
        connection.exec_driver_sql("DELETE FROM passages")
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        connection.exec_driver_sql("CREATE TABLE big AS SELECT zeroblob(50000000) AS b")
    assert caught.value.code == "disk_full"
    assert items.list_items(db, SLUG) == before and items.passages(db, SLUG)
