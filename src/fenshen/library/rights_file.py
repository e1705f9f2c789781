"""`rights.yaml`: what a folder says about the rights of the files in and below it.

    - match: "guests/*.srt"      anything but `match` is what `rights:` in front matter takes
      owner: Ada Ferreira
      uses: [cite]

Read from the folder that is being taken in down to the file's own; the last entry that fits decides. Knows
nothing about items or the database.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

import yaml

from fenshen.core.errors import BadInput
from fenshen.library.claims import Rights, parse_rights
from fenshen.library.files import RIGHTS_FILE, Found
from fenshen.library.matching import VALUE_CHARS_MAX, path_fits

BYTES_MAX = 64 << 10
ENTRIES_MAX = 500

Entry = tuple[str, Rights]


def folder_rights(path: Path, root: Path) -> Rights | None:
    """What the sidecars between `root` and the file at `path` say of it; `None` when they say nothing.

    Raises:
        BadInput: `bad_rights`, one of them cannot be understood. A broken one is refused, not ignored.
    """
    said: Rights | None = None
    for folder in _folders(path, root):
        for pattern, rights in read_sidecar(folder):
            if path_fits(pattern, path.relative_to(folder).as_posix()):
                said = rights
    return said


def rights_beside(found: Found) -> Rights | None:
    """What sidecars say of a find; those in an archive first, else those beside it, as of the archive.

    Raises:
        BadInput: `bad_rights`.
    """
    inside = found.path / found.path.name if found.path.is_dir() else found.path
    said = folder_rights(inside, found.root)
    return rights_beside(found.archive) if said is None and found.archive else said


def read_sidecar(folder: Path) -> tuple[Entry, ...]:
    """The entries of the folder's own `rights.yaml`, in order; none when there is no such file.

    Raises:
        BadInput: `bad_rights`.
    """
    file = folder / RIGHTS_FILE
    try:
        facts = os.lstat(file)
    except OSError:
        return ()
    return _read(file, facts.st_mtime_ns, facts.st_size, file.is_symlink())


@lru_cache(maxsize=256)
def _read(file: Path, _changed_ns: int, size: int, is_link: bool) -> tuple[Entry, ...]:
    if is_link or not file.is_file() or size > BYTES_MAX:
        raise _bad(file, f"it must be a plain file of at most {BYTES_MAX >> 10} KiB")
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        raise _bad(file, "it is not valid YAML") from error
    rows = content if isinstance(content, list) else [content] if content is not None else []
    if len(rows) > ENTRIES_MAX:
        raise _bad(file, f"it has more than {ENTRIES_MAX} entries")
    return tuple(_entry(file, row) for row in rows)


def _entry(file: Path, row: object) -> Entry:
    if not isinstance(row, dict):
        return "*", _parsed(file, row)
    pattern = row.get("match", "*")
    if not isinstance(pattern, str) or not 0 < len(pattern) <= VALUE_CHARS_MAX:
        raise _bad(file, f"`match` must be a pattern of at most {VALUE_CHARS_MAX} characters")
    fields = {key: value for key, value in row.items() if key != "match"}
    return pattern, _parsed(file, fields["rights"] if fields.keys() == {"rights"} else fields)


def _parsed(file: Path, value: object) -> Rights:
    try:
        return parse_rights(value)
    except BadInput as error:
        raise _bad(file, error.message) from error


def _bad(file: Path, why: str) -> BadInput:
    return BadInput(
        f"{file.parent.name}/{RIGHTS_FILE} cannot be understood: {why}; correct it first", code="bad_rights"
    )


def _folders(path: Path, root: Path) -> list[Path]:
    """From `root` to the file's own folder; only the latter when the file is not below `root`."""
    own = path.parent
    above = (
        [folder for folder in own.parents if folder.is_relative_to(root)] if own.is_relative_to(root) else []
    )
    return [*reversed(above), own]
