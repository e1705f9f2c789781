"""Sound out of an untrusted file, by ffmpeg in a confined child process.

The demuxer is forced to the one the file's first bytes call for, only the protocols `file` and `pipe`
exist, pictures and subtitles are never decoded, and memory, processor time and silence are bounded.
Knows nothing about speech.
"""

from __future__ import annotations

import os
import re
import select
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg
import numpy as np
from numpy.typing import NDArray

from fenshen.core.errors import BadInput, EngineMissing
from fenshen.models.hearing import HEARING_RATE

DURATION_MAX_S = 12 * 3600.0
PROBE_TIMEOUT_S = 20.0
STALL_TIMEOUT_S = 60.0
CPU_SECONDS_MAX = 1800
MEMORY_MAX_KIB = 4 << 20

_READ_BYTES = HEARING_RATE * 4 * 10
_DURATION = re.compile(rb"Duration: (\d+):(\d\d):(\d\d)\.(\d+)")
_PICTURE = re.compile(rb"Stream #0:[^\n]*Video:(?![^\n]*attached pic)")
_SOUND = re.compile(rb"Stream #0:[^\n]*Audio:")
#: A shell sets the limits and becomes ffmpeg: no Python runs between fork and exec.
_CONFINED = f'ulimit -v {MEMORY_MAX_KIB} 2>/dev/null; ulimit -t {CPU_SECONDS_MAX}; ulimit -c 0; ulimit -n 64; exec "$@"'


@dataclass(frozen=True)
class MediaFacts:
    """What a sound or video file says it holds; `duration_s` is `None` when it does not say."""

    duration_s: float | None
    has_picture: bool
    has_sound: bool


def probe(path: Path, demuxer: str) -> MediaFacts:
    """What the file claims, without decoding it.

    Raises:
        BadInput: `corrupt_media` when its header cannot be read within 20 seconds.
        EngineMissing: there is no ffmpeg for this machine.
    """
    try:
        done = subprocess.run(
            _command(path, demuxer),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PROBE_TIMEOUT_S,
            env={"PATH": os.defpath},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise BadInput("its header cannot be read in time", code="corrupt_media") from error
    report = done.stderr
    if b"Input #0" not in report:
        raise BadInput("the sound or video is damaged: its header cannot be read", code="corrupt_media")
    duration = None
    if match := _DURATION.search(report):
        hours, minutes, seconds = (int(part) for part in match.groups()[:3])
        duration = hours * 3600 + minutes * 60 + seconds + float(b"0." + match[4])
    return MediaFacts(duration, bool(_PICTURE.search(report)), bool(_SOUND.search(report)))


def decode_sound(path: Path, demuxer: str) -> Iterator[NDArray[np.float32]]:
    """The first sound track as mono float32 at 16 kHz, in pieces of up to ten seconds.

    At most 12 hours are decoded. Bad samples (NaN, infinite) become silence.

    Raises:
        BadInput: `corrupt_media` when nothing can be decoded or decoding stalls for a minute.
        EngineMissing: there is no ffmpeg for this machine.
    """
    output = [
        "-map",
        "0:a:0",
        "-vn",
        "-sn",
        "-dn",
        "-ac",
        "1",
        "-ar",
        str(HEARING_RATE),
        "-t",
        str(DURATION_MAX_S),
    ]
    command = _command(path, demuxer, *output, "-f", "f32le", "pipe:1", quiet=True)
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PATH": os.defpath},
    )
    decoded = False
    try:
        for block in _blocks(process):
            decoded = True
            samples = np.frombuffer(block, dtype="<f4")
            finite = np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0)
            yield np.clip(finite, -1.0, 1.0).astype(np.float32)
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
    if not decoded:
        raise BadInput("the sound is damaged: nothing in it can be decoded", code="corrupt_media")


def _command(path: Path, demuxer: str, *output: str, quiet: bool = False) -> list[str]:
    try:
        program = imageio_ffmpeg.get_ffmpeg_exe()
    except RuntimeError as error:
        raise EngineMissing("no ffmpeg for this machine; install ffmpeg to read sound and video") from error
    options = ["-nostdin", "-hide_banner", "-loglevel", "quiet" if quiet else "info", "-threads", "1"]
    source = [
        "-protocol_whitelist",
        "file,pipe",
        "-probesize",
        "10M",
        "-f",
        demuxer,
        "-i",
        f"file:{path.absolute()}",
    ]
    return ["/bin/sh", "-c", _CONFINED, "sh", program, *options, *source, *output]


def _blocks(process: subprocess.Popen[bytes]) -> Iterator[bytes]:
    """Whole float32 samples from the child's output; a child that stalls is given up."""
    assert process.stdout is not None
    handle = process.stdout.fileno()
    held = b""
    while True:
        ready, _, _ = select.select([handle], [], [], STALL_TIMEOUT_S)
        if not ready:
            raise BadInput("decoding its sound stalled", code="corrupt_media")
        data = os.read(handle, _READ_BYTES)
        if not data:
            break
        held += data
        if len(held) >= _READ_BYTES:
            whole = len(held) // 4 * 4
            yield held[:whole]
            held = held[whole:]
    if whole := len(held) // 4 * 4:
        yield held[:whole]
