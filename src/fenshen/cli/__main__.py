"""`python -m fenshen.cli`: the same as the `fenshen` command."""

from fenshen.cli.main import run

run()
