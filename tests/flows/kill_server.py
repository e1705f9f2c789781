"""The real server on a home, with a clock that runs several times as fast.

Started by `test_kill.py` as a process of its own, so that it can be killed. Every rule of the meter is
about durations, so a faster clock makes the same decisions sooner; it goes on where it was after a restart.
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvicorn

from fenshen.core.settings import Settings
from fenshen.web.app import create_api
from fenshen.wiring import App


class FastClock:
    """The machine's clocks, sped up from `origin` (seconds since 1970) on."""

    def __init__(self, origin: float, speed: float) -> None:
        self._origin = origin
        self._speed = speed

    def now(self) -> datetime:
        """Wall time."""
        passed = (time.time() - self._origin) * self._speed
        return datetime.fromtimestamp(self._origin, UTC) + timedelta(seconds=passed)

    def monotonic(self) -> float:
        """Seconds since the machine started, sped up."""
        return time.monotonic() * self._speed


if __name__ == "__main__":
    home, port, origin, speed = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4])
    app = App(Settings(home=home, engine="fake"), clock=FastClock(origin, speed))
    uvicorn.run(create_api(app), host="127.0.0.1", port=port, log_level="error", access_log=False)
