"""The shape of the code: imports go down only, edges start without the heavy engines."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "fenshen"
FORBIDDEN_NAMES = {"utils", "helpers", "manager", "base", "common", "misc"}
#: Loaded only by who trains, hears, speaks or generates: seconds of start-up and hundreds of megabytes.
HEAVY = ("torch", "transformers", "peft", "faster_whisper", "ctranslate2", "onnxruntime", "xllamacpp", "dbos")

FILES = sorted(SOURCE.rglob("*.py"))


def test_imports_go_down_only() -> None:
    """The layers of `pyproject.toml` hold."""
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_module_says_what_it_is() -> None:
    """A docstring opens every module that holds code, and no name is one that could hold anything."""
    for path in FILES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert not tree.body or ast.get_docstring(tree), path
        assert path.stem not in FORBIDDEN_NAMES, path


@pytest.mark.parametrize("module", ["fenshen.web.app", "fenshen.cli.main", "fenshen.wiring"])
def test_an_edge_starts_without_the_heavy_engines(module: str) -> None:
    """Importing the server or the command line loads no engine and no training library."""
    code = f"import sys, {module}; print(*[n for n in {HEAVY!r} if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []


@pytest.mark.parametrize("layer", ["core", "billing", "trust", "library"])
def test_time_and_chance_come_from_one_place(layer: str) -> None:
    """Nothing below the engines asks the machine for the time, a random number or an id by itself."""
    allowed = {"core/clock.py", "core/ids.py", "core/progress.py", "core/log.py"}
    asked = {"time.time", "time.monotonic", "datetime.now", "datetime.utcnow", "random.random", "uuid.uuid4"}
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in (SOURCE / layer).rglob("*.py")
        if path.relative_to(SOURCE).as_posix() not in allowed
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in asked
    ]
    assert wrong == []


def test_tests_mirror_the_packages() -> None:
    """Unit tests lie under the name of the package they are about."""
    packages = {path.name for path in SOURCE.iterdir() if path.is_dir()} | {"bench"}
    assert {path.name for path in (ROOT / "tests" / "unit").iterdir() if path.is_dir()} <= packages
