"""What worker processes are given to do in tests: importable there by name."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from fenshen.core.errors import BadInput
from fenshen.core.workers import Tell


def square(task: int, tell: Tell) -> int:
    tell(task / 2)
    return task * task


def slow_square(task: int, tell: Tell) -> int:
    time.sleep(0.2)
    return task * task


def refuse(task: int, tell: Tell) -> int:
    raise BadInput(f"not {task}", code="no")


@dataclass(frozen=True)
class KillsOnce:
    """Dies at task 3 the first time, and at task 5 every time; hangs at task 7."""

    folder: Path

    def __call__(self, task: int, tell: Tell) -> int:
        mark = self.folder / str(task)
        if task == 5 or (task == 3 and not mark.exists()):
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        if task == 7:
            time.sleep(60)
        return os.getpid()
