"""The llama.cpp child never outlives its parent, and the speech engine brings nothing under the GPL."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fenshen.models.catalog import CATALOG
from models_present import home, present

PARENT = """
import sys, time
from pathlib import Path
from fenshen.models.engines.llama_child import ChildPlan
from fenshen.models.engines.llama_process import start_llama
child = start_llama(ChildPlan(sys.argv[1], "key"), Path(sys.argv[2]))
print(child.pid, flush=True)
time.sleep(60)
"""


def is_alive(pid: int) -> bool:
    """Whether the process runs; a zombie waiting for its new parent does not."""
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rsplit(")", 1)[1].split()[0] != "Z"


@pytest.mark.engine
@pytest.mark.skipif(not present("smollm2-135m"), reason="smollm2-135m is not pulled")
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks at /proc")
def test_a_killed_parent_takes_the_child_along(tmp_path: Path) -> None:
    """kill -9 of the parent: the child is gone within seconds."""
    model = home() / "models/smollm2-135m" / CATALOG["smollm2-135m"].weights.name
    command = [sys.executable, "-c", PARENT, str(model), str(tmp_path / "llama.log")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert is_alive(pid)
        os.kill(parent.pid, signal.SIGKILL)
        parent.wait()
    deadline = time.monotonic() + 10
    while is_alive(pid):
        assert time.monotonic() < deadline, "the child lives on"
        time.sleep(0.1)


def test_the_speech_engine_imports_nothing_under_the_gpl() -> None:
    """Loading the engine's module pulls in no espeak and no phonemizer."""
    pytest.importorskip("pypinyin")
    code = (
        "import sys, fenshen.models.engines.kokoro;"
        "print([m for m in sys.modules if 'espeak' in m or 'phonemizer' in m or 'piper' in m])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
