"""Parts of a run on disk."""

from __future__ import annotations

from pathlib import Path

from fenshen.training.evals.run import ResultCache


async def _made(value: int) -> int:
    return value


async def test_a_stored_part_is_not_made_again(tmp_path: Path) -> None:
    """The second run of the same version and set reads what the first one stored."""
    assert await ResultCache(tmp_path, "key").get("a", lambda: _made(1)) == 1
    assert await ResultCache(tmp_path, "key").get("a", lambda: _made(2)) == 1


async def test_another_set_or_a_torn_file_measures_anew(tmp_path: Path) -> None:
    """A part of other data, or one that a crash cut off, is not used."""
    await ResultCache(tmp_path, "key").get("a", lambda: _made(1))
    assert await ResultCache(tmp_path, "other").get("a", lambda: _made(2)) == 2
    (tmp_path / "a.json").write_text('{"key": "oth')
    assert await ResultCache(tmp_path, "other").get("a", lambda: _made(3)) == 3
