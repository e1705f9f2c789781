"""The AI label inside files of sound: written by one program, read back by another.

    format   where the label is                          written by    read by
    wav      a RIFF chunk `AIGC`                         this module   wavinfo
    mp3      ID3v2, a user-defined text frame `AIGC`     ffmpeg        tinytag
    flac     a Vorbis comment `AIGC`                     ffmpeg        tinytag
    ogg      a Vorbis comment `AIGC` (Vorbis or Opus)    ffmpeg        tinytag

The sound itself is copied, never coded again. Earlier labels and all other tags are removed, so a file carries exactly
one label. Knows nothing about what a label says.

Source: GB 45438-2025, annex E (metadata of files); RFC 9639 (FLAC), RFC 7845 (Ogg Opus), id3.org (ID3v2).
"""

from __future__ import annotations

import io
import struct
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal

import imageio_ffmpeg
from tinytag import TinyTag, TinyTagException
from wavinfo.riff_parser import ChunkDescriptor, ListChunkDescriptor, WavInfoEOFError, parse_chunk

from fenshen.core.errors import BadInput, EngineMissing

SoundFormat = Literal["wav", "mp3", "flac", "ogg"]
KEY: Final = "AIGC"
_CHUNK = KEY.encode()
_TIMEOUT_S = 60.0


def write_sound_label(data: bytes, format: SoundFormat, label: str) -> bytes:
    """The file with this one label.

    Raises:
        BadInput: `bad_sound`, the data is not of that format.
        EngineMissing: there is no ffmpeg for this machine.
    """
    return _write_wav(data, label) if format == "wav" else _write_with_ffmpeg(data, format, label)


def read_sound_label(data: bytes, format: SoundFormat) -> list[str]:
    """Every label in the file; empty where there is none, or where the file cannot be read."""
    if format == "wav":
        return _read_wav(data)
    try:
        tag = TinyTag.get(filename=f"sound.{format}", file_obj=io.BytesIO(data))
    except TinyTagException:
        return []
    return [value for name, values in tag.other.items() if name.upper() == KEY for value in values]


def _write_wav(data: bytes, label: str) -> bytes:
    chunks = [(name, body) for name, body in _wav_chunks(data) if name != _CHUNK]
    body = b"".join(_chunk(*one) for one in (*chunks, (_CHUNK, label.encode())))
    return _chunk(b"RIFF", b"WAVE" + body)


def _wav_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and content of every chunk."""
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise BadInput("the sound is no WAV file", code="bad_sound")
    at = 12
    while at + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, at)
        if at + 8 + size > len(data) and name == b"data":
            size = len(data) - at - 8  # written to a pipe, whose writer could not come back to say how much
        if at + 8 + size > len(data):
            raise BadInput("the WAV file is cut off", code="bad_sound")
        yield name, data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack("<4sI", name, len(body)) + body + b"\0" * (len(body) % 2)


def _read_wav(data: bytes) -> list[str]:
    stream = io.BytesIO(data)
    try:
        found = parse_chunk(stream)
    except (WavInfoEOFError, AssertionError):
        return []
    chunks = found.children if isinstance(found, ListChunkDescriptor) else []
    labels = [one for one in chunks if isinstance(one, ChunkDescriptor) and one.ident == _CHUNK]
    return [one.read_data(stream).decode("utf-8", "replace") for one in labels]


def _write_with_ffmpeg(data: bytes, format: SoundFormat, label: str) -> bytes:
    try:
        program = imageio_ffmpeg.get_ffmpeg_exe()
    except RuntimeError as error:
        raise EngineMissing("no ffmpeg for this machine; install ffmpeg to hand out sound") from error
    with tempfile.TemporaryDirectory(prefix="fenshen-label-") as folder:
        source, target = Path(folder) / "source", Path(folder) / "target"
        source.write_bytes(data)
        command = [program, "-nostdin", "-loglevel", "error", "-protocol_whitelist", "file", "-f", format]
        command += ["-i", f"file:{source}", "-map", "0:a:0", "-c", "copy"]
        command += ["-map_metadata", "-1", "-map_metadata:s", "-1", "-fflags", "+bitexact"]
        command += ["-metadata", f"{KEY}={label}", "-f", format, f"file:{target}"]
        ran = subprocess.run(command, capture_output=True, timeout=_TIMEOUT_S)
        if ran.returncode or not target.is_file():
            raise BadInput(f"the sound is no {format} file", code="bad_sound")
        return target.read_bytes()
