"""A program that reads untrusted bytes, run with limits: memory, processor time, open files, no network.

The limits are set by a shell that becomes the program, so no Python runs between fork and exec; the
environment is empty. Where the system allows it the program is in a network namespace without any
interface. Knows nothing about ffmpeg.
"""

from __future__ import annotations

import os
import selectors
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from fenshen.core.errors import BadInput

MEMORY_MAX_BYTES = 1 << 30
CPU_SECONDS_MAX = 60
_CHUNK = 1 << 16
#: A shell sets the limits and becomes the program.
_LIMITS = (
    f"ulimit -v {MEMORY_MAX_BYTES >> 10} 2>/dev/null; ulimit -t {CPU_SECONDS_MAX}; ulimit -c 0; "
    'ulimit -f 0; ulimit -n 64; exec "$@"'
)


@dataclass(frozen=True)
class Ran:
    """What a program wrote to its two outputs; `cut` says that more came than was kept."""

    out: bytes
    report: bytes
    cut: bool


def confined(command: Sequence[str]) -> list[str]:
    """`command` so that it runs within the limits, without a network where that can be had."""
    return ["/bin/sh", "-c", _LIMITS, "sh", *_without_network(), *command]


def start(command: Sequence[str]) -> subprocess.Popen[bytes]:
    """The running program; its output is a pipe, what it reports is dropped."""
    return subprocess.Popen(
        confined(command),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PATH": os.defpath},
    )


def run(
    command: Sequence[str],
    *,
    bytes_max: int,
    timeout_s: float,
    monotonic: Callable[[], float] = time.monotonic,
) -> Ran:
    """What the program writes, at most `bytes_max` of each output; then it is ended.

    Raises:
        BadInput: `corrupt_media` when it is not done in time.
    """
    process = subprocess.Popen(
        confined(command),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={"PATH": os.defpath},
    )
    assert process.stdout
    assert process.stderr
    kept = {process.stdout.fileno(): bytearray(), process.stderr.fileno(): bytearray()}
    ends = monotonic() + timeout_s
    try:
        with selectors.DefaultSelector() as waiting:
            for handle in kept:
                waiting.register(handle, selectors.EVENT_READ)
            while waiting.get_map() and max(map(len, kept.values())) <= bytes_max:
                ready = waiting.select(max(0.0, ends - monotonic()))
                if not ready:
                    raise BadInput("it cannot be read in time", code="corrupt_media")
                for key, _ in ready:
                    data = os.read(key.fd, _CHUNK)
                    kept[key.fd] += data
                    if not data:
                        waiting.unregister(key.fd)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()
    out, report = (bytes(data) for data in kept.values())
    return Ran(out[:bytes_max], report[:bytes_max], max(len(out), len(report)) > bytes_max)


@cache
def _without_network() -> tuple[str, ...]:
    """The words before a command that take its network away; none where the system does not allow that."""
    program = shutil.which("unshare", path=os.defpath)
    if program is None:
        return ()
    for options in (("-n",), ("-r", "-n")):
        tried = subprocess.run(
            [program, *options, "true"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env={"PATH": os.defpath},
            check=False,
        )
        if tried.returncode == 0:
            return (program, *options, "--")
    return ()
