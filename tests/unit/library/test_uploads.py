"""Files that arrive in pieces: they go on where they broke off and never land outside their folder."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fenshen.core.errors import BadInput, Conflict
from fenshen.library.intake.uploads import Uploads


async def pieces(*data: bytes) -> AsyncIterator[bytes]:
    for one in data:
        yield one


async def test_an_upload_goes_on_where_it_broke_off(tmp_path: Path) -> None:
    """The file has its name only when it is whole."""
    uploads = Uploads(tmp_path)
    assert await uploads.take("talks/a.srt", 0, pieces(b"one ", b"two "), last=False) == 8
    assert (uploads.size("talks/a.srt"), (tmp_path / "talks" / "a.srt").exists()) == (8, False)
    with pytest.raises(Conflict) as caught:
        await uploads.take("talks/a.srt", 4, pieces(b"x"), last=True)
    assert (caught.value.code, caught.value.details["at"]) == ("bad_offset", 8)
    assert await uploads.take("talks/a.srt", 8, pieces(b"three"), last=True) == 13
    assert (tmp_path / "talks" / "a.srt").read_bytes() == b"one two three"
    assert uploads.root_of("talks/a.srt") == "talks"


@pytest.mark.parametrize(
    "path",
    [
        "../a",
        "/nowhere-at-all/x",
        "//nowhere-at-all/x",
        "a/../../b",
        "..\\..\\b",
        ".ssh/id",
        "a/.b",
        "",
        "/",
        "/".join("a" * 21),
    ],
)
async def test_a_path_that_leaves_its_folder_is_refused(tmp_path: Path, path: str) -> None:
    """Or that is hidden, or endless."""
    with pytest.raises(BadInput) as caught:
        await Uploads(tmp_path / "in").take(path, 0, pieces(b"x"), last=True)
    assert caught.value.code == "bad_path"
    assert list(tmp_path.rglob("*")) == []  # noqa: ASYNC240


@pytest.mark.parametrize("name", ["x" * 300 + ".srt", "a\nb.srt", 'we"ird?.srt', "字幕" * 90 + ".srt"])
async def test_an_odd_name_becomes_one_that_can_be_stored(tmp_path: Path, name: str) -> None:
    """Its ending stays, since that is what tells films from subtitles."""
    await Uploads(tmp_path).take(name, 0, pieces(b"x"), last=True)
    (stored,) = tmp_path.iterdir()  # noqa: ASYNC240
    assert stored.name.endswith(".srt") and len(stored.name.encode()) <= 200 and "\n" not in stored.name
