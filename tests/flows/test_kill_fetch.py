"""`kill -9` in the middle of a download: the next `fenshen ingest` asks for the rest and takes it in."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
import wave
from pathlib import Path

import numpy as np

from fenshen.library.items import list_items
from hostile_site import Handler, serving
from house import SLUG, House

#: Long enough to be killed in, and for the test's slow server a second or two.
TALK_S = 60
PIECE_BYTES = 1 << 16


def recording() -> bytes:
    """A minute of a tone that comes and goes, as WAV."""
    at = np.arange(TALK_S * 16_000) / 16_000
    tone = np.sin(2 * np.pi * 220 * at) * (np.sin(2 * np.pi * 0.5 * at) > 0) * 9000
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(tone.astype("<i2").tobytes())
    return out.getvalue()


def test_a_killed_download_goes_on(house: House) -> None:
    """No byte that arrived is asked for twice, and one item comes of it, heard and with its address."""
    whole = recording()
    home = house.app.settings.home

    def slow(handler: Handler) -> None:
        start = int(handler.headers.get("Range", "bytes=0-")[6:-1])
        status, rest = (206, whole[start:]) if start else (200, whole)
        handler.send_response_only(status)
        for name, value in {"Content-Length": len(rest), "ETag": '"talk"', "Connection": "close"}.items():
            handler.send_header(name, str(value))
        if start:
            handler.send_header("Content-Range", f"bytes {start}-{len(whole) - 1}/{len(whole)}")
        handler.end_headers()
        for at in range(0, len(rest), PIECE_BYTES):
            handler.wfile.write(rest[at : at + PIECE_BYTES])
            time.sleep(0 if start else 0.2)

    with serving() as site:
        site.routes["/talk.wav"] = slow
        url = f"http://127.0.0.1:{site.port}/talk.wav"
        environment = os.environ | {
            "FENSHEN_HOME": str(home),
            "FENSHEN_ENGINE": "fake",
            "FENSHEN_FETCH_ALLOW": f"127.0.0.1:{site.port}",
        }
        command = [sys.executable, "-m", "fenshen.cli", "ingest", SLUG, url, "--json"]
        first = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        arrived = wait_for_part(home / "fetched" / SLUG / "127.0.0.1", 4 * PIECE_BYTES)
        first.send_signal(signal.SIGKILL)
        first.wait()
        assert not any(one.url == url for one in list_items(house.app.db, SLUG))
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
        ranges = [headers["range"] for place, headers in site.seen if "range" in headers]
    assert len(ranges) == 1
    assert arrived <= int(ranges[0][6:-1]) < len(whole)
    (item,) = [one for one in list_items(house.app.db, SLUG) if one.url == url]
    assert (item.kind, round(item.duration_s or 0)) == ("audio", TALK_S)
    (kept,) = (home / "fetched" / SLUG / "127.0.0.1").glob("talk-*.wav")
    assert kept.read_bytes() == whole


def wait_for_part(folder: Path, size: int) -> int:
    """Bytes of the unfinished file once it has at least `size`."""
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        sizes = [
            path.stat().st_size for path in folder.glob(".*.part") if not path.name.endswith("json.part")
        ]
        if sizes and max(sizes) >= size:
            return max(sizes)
        time.sleep(0.02)
    raise AssertionError("nothing arrived")
