"""One running llama.cpp child as its parent sees it: started, counted, stopped.

    start (blocks about a second) → requests enter and leave → retire → stopped when the last one left

Knows nothing about the protocol spoken with the child.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import subprocess
import sys
import threading
from pathlib import Path

from fenshen.core.errors import EngineMissing
from fenshen.models.engines.llama_child import ChildPlan
from fenshen.models.engines.openai_chat import ChatClient

START_TIMEOUT_S = 120.0
#: How often a waiting thread looks before it sleeps. An adapter adds a thousand small operations to a token,
#: and sleeping between them, as suits training, answers four fans at 29 tokens a second instead of 107.
SPIN_COUNT = "20000"
LOG_BYTES_MAX = 10_000_000

#: Between a connection that breaks and the end of the process that broke it, seconds.
DYING_S = 0.5


class LlamaProcess:
    """A child that is serving. Made by `start_llama`."""

    def __init__(self, process: subprocess.Popen[bytes], plan: ChildPlan, address: str) -> None:
        self.plan = plan
        self.address = address
        self.client = ChatClient(f"{address}/v1", plan.key)
        self._process = process
        self._requests = 0
        self._retired = False
        self._lock = threading.Lock()

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether the child is alive."""
        return self._process.poll() is None

    def enter(self) -> None:
        """A request begins."""
        with self._lock:
            self._requests += 1

    def leave(self) -> None:
        """A request ended; the last one of a retired child stops it."""
        with self._lock:
            self._requests -= 1
            over = self._retired and self._requests == 0
        if over:
            self.stop()

    def retire(self) -> None:
        """Stop as soon as no request is running."""
        with self._lock:
            self._retired = True
            over = self._requests == 0
        if over:
            self.stop()

    def wait_if_dying(self) -> None:
        """Give a child whose connection broke a moment to be gone, so that the next request starts another
        instead of meeting the same corpse."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(DYING_S)

    def stop(self) -> None:
        """End the child now; it holds nothing worth saving."""
        stop_process(self._process)


def stop_process(process: subprocess.Popen[bytes]) -> None:
    """Kill a child, collect it and close its pipes."""
    process.kill()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
    process.wait()


def start_llama(plan: ChildPlan, log: Path) -> LlamaProcess:
    """A child that is ready for requests. Blocks until it is.

    Args:
        plan: What to serve.
        log: File its output is appended to; started anew beyond 10 MB.

    Raises:
        EngineMissing: it ended or stayed silent instead of serving.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    is_full = log.exists() and log.stat().st_size > LOG_BYTES_MAX
    with log.open("wb" if is_full else "ab") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "fenshen.models.engines.llama_child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env={"GOMP_SPINCOUNT": SPIN_COUNT, **os.environ, "PYTHONUNBUFFERED": "1"},
        )
    try:
        if process.stdin is None:
            raise RuntimeError("the child was started without a pipe")
        process.stdin.write(plan.to_json().encode() + b"\n")
        process.stdin.flush()
        return LlamaProcess(process, plan, _read_address(process, plan, log))
    except BaseException:
        stop_process(process)
        raise


def _read_address(process: subprocess.Popen[bytes], plan: ChildPlan, log: Path) -> str:
    if process.stdout is None:
        raise RuntimeError("the child was started without a pipe")
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        line = process.stdout.readline() if selector.select(START_TIMEOUT_S) else b""
    if not line:
        raise EngineMissing(
            f"llama.cpp could not serve {plan.model!r} with {len(plan.adapters)} adapters: {_last_error(log)}; "
            f"see {log}",
            code="engine_failed",
        )
    return str(json.loads(line)["address"])


def _last_error(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-60:]
    telling = [line for line in lines if "error" in line.lower() or line.startswith("E ")]
    return (telling or lines or ["no output"])[-1].strip()[:200]
