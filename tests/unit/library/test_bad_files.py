"""Files that cannot be read: a skip with a code, never an exception, never slow."""

from __future__ import annotations

import io
import os
import random
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from fenshen.core.db import Database
from fenshen.library import items

from .conftest import Take

GOOD = "A good post about kettles."


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.srt", "hello")
    return buffer.getvalue()


BAD: dict[str, tuple[str, bytes | Callable[[], bytes], str]] = {
    "nothing": ("a.md", b"", "empty"),
    "no gzip after all": ("a.txt", b"\x1f\x8b" + bytes(100), "archive"),
    "broken zip as subtitles": ("a.srt", lambda: zipped()[:-30], "archive_damaged"),
    "another packer's archive": ("a.7z", b"7z\xbc\xaf\x27\x1c" + bytes(100), "archive"),
    "noise as text": ("a.txt", lambda: random.Random(1).randbytes(50_000), "binary"),
    "noise as subtitles": ("a.vtt", lambda: random.Random(2).randbytes(50_000), "binary"),
    "prose as subtitles": ("a.srt", b"Just some words.", "not_subtitles"),
    "one 50 MB line": ("a.txt", lambda: b"x" * (50 << 20), "too_large"),
    "one 50 MB line of subtitles": ("a.srt", lambda: b"00:00:01,000 --> 00:00:02,000\n" + b"y" * (50 << 20), "too_large"),
    "one 10 MB line": ("a.md", lambda: b"word " * (2 << 20), "line_too_long"),
    "50 MB of nested JSON": ("result.json", lambda: b'{"type": "personal_chat", "messages": ' + b"[" * (50 << 20), "too_large"),
    "playlist as video": ("a.mp4", b"#EXTM3U\nfile:///etc/passwd\n", "playlist"),
    "concat script as video": ("a.mp4", b"ffconcat version 1.0\nfile /etc/passwd\n", "playlist"),
    "text as video": ("a.mp4", b"hello hello", "unknown_format"),
    "truncated video": ("a.mp4", b"\0\0\0\x18ftypisom\0\0\2\0isomiso2" + bytes(5000), "corrupt_media"),
    "noise under a video's name": ("a.mp4", lambda: random.Random(5).randbytes(50_000), "corrupt_media"),
    "noise as video": ("a.mkv", lambda: b"\x1a\x45\xdf\xa3" + random.Random(3).randbytes(50_000), "corrupt_media"),
    "noise as sound": ("a.mp3", lambda: b"ID3\x04\0\0\0\0\0\x0a" + random.Random(4).randbytes(50_000), "corrupt_media"),
    "a picture": ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(50), "unknown_format"),
    "a program": ("a.py", b"print('hello')", "unknown_format"),
    "a page of script": ("a.html", b"<html><script>alert(1)</script></html>", "no_text"),
    "only spaces": ("a.txt", b" \n\n \n", "no_text"),
    "alias bomb in front matter": ("a.md", b"---\na: &a [x,x]\nb: &b [*a,*a]\ntitle: *c\n---\nhi", "bad_front_matter"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_is_skipped_with_its_reason_and_the_good_one_is_taken(
    case: str, folder: Path, db: Database, take: Take
) -> None:
    """Its neighbour is not harmed, and nothing takes two seconds."""
    name, content, code = BAD[case]
    (folder / name).write_bytes(content() if callable(content) else content)
    (folder / "good.md").write_text(GOOD)
    started = time.monotonic()
    report = take()
    assert time.monotonic() - started < 2.0
    assert [(s.path, s.code) for s in report.skipped] == [(name, code)]
    assert report.skipped[0].reason
    assert [i.path for i in items.list_items(db, "mara")] == ["good.md"]


def test_a_link_out_of_the_folder_is_not_followed(
    folder: Path, tmp_path: Path, db: Database, take: Take
) -> None:
    """Neither a file nor a folder outside becomes part of a library."""
    secret = tmp_path / "secret.md"
    secret.write_text("root password")
    (folder / "link.md").symlink_to(secret)
    (folder / "up").symlink_to(tmp_path)
    (folder / "loop.md").symlink_to(folder / "loop.md")
    (folder / "gone.md").symlink_to(folder / "nowhere.md")
    codes = {s.path: s.code for s in take().skipped}
    assert codes == {
        "link.md": "outside_folder",
        "up": "folder_link",
        "loop.md": "unreadable",
        "gone.md": "unreadable",
    }
    assert items.list_items(db, "mara") == []


def test_pipes_and_missing_paths(folder: Path, take: Take) -> None:
    """A pipe would wait for ever, so it is never opened; a path that is not there is said to be missing."""
    os.mkfifo(folder / "pipe.txt")
    report = take(folder, folder / "absent")
    assert [s.code for s in report.skipped] == ["not_a_file", "not_found"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root can read every file")
def test_an_unreadable_file_says_so(folder: Path, take: Take) -> None:
    """No permission is a reason, not a crash."""
    (folder / "a.md").write_text(GOOD)
    (folder / "a.md").chmod(0)
    assert [s.code for s in take().skipped] == ["unreadable"]


@pytest.mark.parametrize(
    "name",
    [
        "-i.md",
        "-rf.md",
        "|cmd.md",
        "$(id).md",
        "line\nbreak.md",
        "rtl\u202edm.md",
        "%d.md",
        "é" * 120 + ".md",
        b"raw\xff.md",
    ],
)
def test_odd_names_are_taken_and_shown_safely(
    name: str | bytes, folder: Path, db: Database, take: Take
) -> None:
    """A name never becomes an option, a command, or a character that rearranges a page."""
    path = folder / os.fsdecode(name)
    path.write_text(GOOD)
    report = take()
    (item,) = items.list_items(db, "mara")
    assert (report.added, report.skipped) == (1, ())
    assert not any(c in item.path + item.title for c in "\n\u202e\udcff")


def test_a_hundred_copies_are_one_item(folder: Path, db: Database, take: Take) -> None:
    """Duplicates are recognised by content."""
    for n in range(100):
        (folder / f"{n}.md").write_text(GOOD)
    report = take()
    assert (report.added, report.unchanged) == (1, 99)
