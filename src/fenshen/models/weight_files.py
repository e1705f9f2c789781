"""Whether the files of a base are whole, told without loading them: the commonest broken downloads are named.

Git LFS leaves a text of three lines where a large file belongs until it is told to fetch it; a download that broke
off leaves a file shorter than its own header says; a set of shards lacks one. Knows nothing about engines.
Source: https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md ; https://github.com/huggingface/safetensors#format
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from fenshen.core.errors import BadInput

_POINTER = b"version https://git-lfs.github.com/spec/"
_POINTER_BYTES_MAX = 1024
_GGUF = b"GGUF"
_HEADER_BYTES_MAX = 100 << 20
_INDEX = "model.safetensors.index.json"


def check_weights(path: Path) -> None:
    """Look at a GGUF file, or at every file of a folder of safetensors with its tokenizer and configuration.

    Raises:
        BadInput: `bad_base`, a file is a Git LFS pointer, is cut off, is empty or is missing; the message says which,
            and what fetches it.
    """
    for file in [path] if path.is_file() else sorted(found for found in path.iterdir() if found.is_file()):
        _check_file(file)
    for name in _shards(path):
        if not (path / name).is_file():
            raise BadInput(
                f"the base in {str(path)!r} lacks its part {name!r}; download it again", code="bad_base"
            )


def is_lfs_pointer(file: Path) -> bool:
    """Whether Git LFS has left its note there in place of the file."""
    if file.stat().st_size > _POINTER_BYTES_MAX:
        return False
    return file.read_bytes().lstrip().startswith(_POINTER)


def _check_file(file: Path) -> None:
    if is_lfs_pointer(file):
        raise BadInput(
            f"{file.name!r} in {str(file.parent)!r} is a Git LFS pointer of {file.stat().st_size} bytes, not the file itself;"
            " run `git lfs install` and `git lfs pull` in that folder, or download it again",
            code="bad_base",
        )
    if file.suffix == ".gguf":
        with file.open("rb") as opened:
            is_whole = opened.read(4) == _GGUF
    else:
        is_whole = file.suffix != ".safetensors" or file.stat().st_size >= _stated_bytes(file) > 0
    if not is_whole:
        reason = f"{file.name!r} in {str(file.parent)!r} is cut off or no {file.suffix[1:]} file; download it again"
        raise BadInput(reason, code="bad_base")


def _stated_bytes(file: Path) -> int:
    """How long the header of a safetensors file says that it is; 0 where there is no such header."""
    with file.open("rb") as opened:
        length = int.from_bytes(opened.read(8), "little")
        if not 2 <= length <= _HEADER_BYTES_MAX:
            return 0
        try:
            header = json.loads(opened.read(length))
            ends = [entry["data_offsets"][1] for name, entry in header.items() if name != "__metadata__"]
        except (ValueError, KeyError, TypeError, AttributeError, IndexError):
            return 0
    return 8 + length + max(ends, default=0)


def _shards(folder: Path) -> Iterator[str]:
    """Files that the index of a folder names."""
    index = folder / _INDEX
    if folder.is_dir() and index.is_file():
        try:
            yield from sorted({str(name) for name in json.loads(index.read_bytes())["weight_map"].values()})
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadInput(f"{str(index)!r} is damaged; download it again", code="bad_base") from error
