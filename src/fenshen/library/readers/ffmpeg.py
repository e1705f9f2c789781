"""ffmpeg as a confined child: sound as samples, tracks as bytes, what a file says it holds.

The demuxer is forced to the one the file's first bytes call for, so a playlist, a concat script or an
image pattern is never opened; only the protocols `file` and `pipe` exist; pictures are never decoded.
Knows nothing about speech or captions.
"""

from __future__ import annotations

import os
import select
import subprocess
from collections.abc import Iterator
from pathlib import Path

import imageio_ffmpeg
import numpy as np
from numpy.typing import NDArray

from fenshen.core.errors import BadInput, EngineMissing
from fenshen.library.readers import confined
from fenshen.library.readers.media_facts import MediaFacts, read_facts
from fenshen.models.hearing import HEARING_RATE

#: What `sniff` may ask for. Playlists and descriptions of other files (hls, concat, dash, sdp, image2) are not here.
DEMUXERS = frozenset(
    {"mov", "matroska", "wav", "avi", "flac", "ogg", "aiff", "flv", "asf", "mpeg", "mpegts", "mp3", "aac"}
)
DURATION_MAX_S = 12 * 3600.0
#: One child decodes at most this much. Measured: 3 h of AAC take 15 s of processor time, an hour of MP3 8 s, so
#: two hours stay well below the minute a child may use.
CHILD_S = 2 * 3600.0
PROBE_TIMEOUT_S = 20.0
#: Reading a whole film for one of its tracks.
TRACK_TIMEOUT_S = 300.0
STALL_TIMEOUT_S = 60.0
REPORT_BYTES_MAX = 1 << 20
_STREAMS_MAX = 256
_ALLOCATION_BYTES_MAX = 256 << 20
_READ_BYTES = HEARING_RATE * 4 * 10


def probe(path: Path, demuxer: str) -> MediaFacts:
    """What the file claims, without decoding it.

    Raises:
        BadInput: `corrupt_media` when its header cannot be read within 20 seconds or holds no track.
        EngineMissing: there is no ffmpeg for this machine.
    """
    command = _command(path, demuxer, "-f", "ffmetadata", "pipe:1")
    ran = confined.run(command, bytes_max=REPORT_BYTES_MAX, timeout_s=PROBE_TIMEOUT_S)
    if b"Input #0" not in ran.report:
        raise BadInput("the sound or video is damaged: its header cannot be read", code="corrupt_media")
    facts = read_facts(ran.report, ran.out)
    if not facts.tracks:
        raise BadInput(
            "the sound or video is damaged: it holds no track that can be read", code="corrupt_media"
        )
    return facts


def read_track(path: Path, demuxer: str, output: tuple[str, ...], bytes_max: int) -> bytes:
    """One track of the file as `output` (ffmpeg's own options) asks for it; empty when there is nothing.

    Raises:
        BadInput: `corrupt_media` when it takes too long, `too_large` when it is more than `bytes_max`.
        EngineMissing: there is no ffmpeg for this machine.
    """
    command = _command(path, demuxer, *output, "pipe:1", quiet=True)
    ran = confined.run(command, bytes_max=bytes_max, timeout_s=TRACK_TIMEOUT_S)
    if ran.cut:
        raise BadInput(f"a track of it is larger than {bytes_max >> 20} MiB", code="too_large")
    return ran.out


def decode_sound(
    path: Path, demuxer: str, start_s: float = 0.0, length_s: float = DURATION_MAX_S
) -> Iterator[NDArray[np.float32]]:
    """The first sound track as mono float32 at 16 kHz, in pieces of up to ten seconds.

    At most 12 hours are decoded, two by each child. Bad samples (NaN, infinite) become silence.

    Raises:
        BadInput: `corrupt_media` when nothing can be decoded or decoding stalls for a minute.
        EngineMissing: there is no ffmpeg for this machine.
    """
    end_s = start_s + min(length_s, DURATION_MAX_S)
    first = start_s
    while start_s < end_s:
        part_s = min(CHILD_S, end_s - start_s)
        decoded = 0
        for block in _decode(path, demuxer, start_s, part_s):
            decoded += len(block)
            yield block
        if not decoded and start_s == first:
            raise BadInput("the sound is damaged: nothing in it can be decoded", code="corrupt_media")
        if decoded < part_s * HEARING_RATE / 2:
            return  # the file ended long before
        start_s += part_s


def _decode(path: Path, demuxer: str, start_s: float, length_s: float) -> Iterator[NDArray[np.float32]]:
    output = ("-map", "0:a:0", "-vn", "-sn", "-dn", "-ac", "1", "-ar", str(HEARING_RATE))
    # Gaps in the recording become silence, so the number of samples is the second that a player shows.
    length = ("-af", "aresample=async=1:first_pts=0", "-t", f"{length_s:.3f}")
    command = _command(path, demuxer, *output, *length, "-f", "f32le", "pipe:1", quiet=True, start_s=start_s)
    process = confined.start(command)
    try:
        for block in _blocks(process):
            samples = np.frombuffer(block, dtype="<f4")
            finite = np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0)
            yield np.clip(finite, -1.0, 1.0).astype(np.float32)
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _command(path: Path, demuxer: str, *output: str, quiet: bool = False, start_s: float = 0.0) -> list[str]:
    if demuxer not in DEMUXERS:
        raise BadInput(f"{demuxer!r} is not a kind of sound or video that is read", code="unknown_format")
    try:
        program = imageio_ffmpeg.get_ffmpeg_exe()
    except RuntimeError as error:
        raise EngineMissing("no ffmpeg for this machine; install ffmpeg to read sound and video") from error
    options = ["-nostdin", "-hide_banner", "-loglevel", "quiet" if quiet else "info"]
    limits = ["-max_alloc", str(_ALLOCATION_BYTES_MAX), "-threads", "1"]
    source = ["-protocol_whitelist", "file,pipe", "-probesize", "10M", "-analyzeduration", "5M"]
    source += ["-max_streams", str(_STREAMS_MAX), "-f", demuxer]
    if start_s:
        source += ["-ss", f"{start_s:.3f}"]
    return [program, *options, *limits, *source, "-i", f"file:{path.absolute()}", *output]


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
