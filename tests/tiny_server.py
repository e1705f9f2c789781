"""`fenshen serve` with a base that trains in seconds: run as a script, and again in each training process.

A training process starts from this very file, as every process that is spawned does, so the base is replaced
there too.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fenshen.core.settings import Settings
from fenshen.studio import evaluation, scheduling
from fenshen.training import train, weights
from fenshen.training.bases import BaseFile
from fenshen.training.evals import teacher_forcing
from fenshen.training.weights import Base, Placement
from fenshen.web.routes import training
from tiny_base import make_base, write_header

#: What the tiny base is taken for: one that is in the catalog, so that pages and checks know it.
NAME = "smollm2-135m"


def tiny_file(_name: str, home: Path) -> BaseFile:
    """The tiny base, whatever is asked for."""
    path = home / "tiny.gguf"
    if not path.is_file():
        write_header(path)
    return BaseFile(NAME, path, "0" * 64, None)


def tiny_base(name: str, path: Path, threads: int = 2, place: Placement | None = None) -> Base:
    """Its weights, the same every time and place."""
    return make_base(BaseFile(name, path, "0" * 64, None))


for module in (train, evaluation, scheduling, training):
    module.find_base = tiny_file  # type: ignore[attr-defined]
weights.load_base = tiny_base
teacher_forcing.load_base = tiny_base

if __name__ == "__main__":
    from fenshen.cli.serve import run_server

    run_server(Settings(), "127.0.0.1", int(sys.argv[1]))
