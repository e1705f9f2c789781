"""Runs intakes in the background of a server: one at a time, paused, cancelled and resumed as people ask.

    waiting → `Library.ingest` with a watch on each file → done

A server that is killed finds its intake `running` when it starts again and goes on: what is stored is not read
again. Knows nothing about HTTP.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from fenshen.core.clock import Clock
from fenshen.core.errors import AppError
from fenshen.library.fetch.urls import is_url
from fenshen.library.intake.intakes import Intake, Intakes
from fenshen.library.intake.uploads import Uploads
from fenshen.library.intake.watching import FileNews
from fenshen.studio.library import Library

_log = logging.getLogger(__name__)
#: How often news are written down, and how often it is looked for work and for a person's word.
TELL_EVERY_S = 1.0
LOOK_EVERY_S = 1.0


class _Interrupted(Exception):
    """A person paused or cancelled it, or the server is closing."""


class IntakeRunner:
    """The background thread that reads what creators bring.

    Args:
        folder: gives the upload folder of a creator.
    """

    def __init__(
        self, intakes: Intakes, library: Library, clock: Clock, folder: Callable[[str], Path]
    ) -> None:
        self._intakes, self._library, self._clock, self._folder = intakes, library, clock, folder
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._work, name="intake", daemon=True)

    def uploads(self, slug: str) -> Uploads:
        """The upload folder of a creator."""
        return Uploads(self._folder(slug))

    def start(self) -> None:
        """Begin to look for work."""
        self._thread.start()

    def close(self) -> None:
        """Stop; what is running goes on at the next start."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join()

    def run_next(self) -> bool:
        """Run the intake that waits longest to its end; whether there was one."""
        intake = self._intakes.next()
        if intake is None:
            return False
        self._intakes.update(intake.id, status="running", began=self._clock.now(), error=None)
        self._run(intake)
        return True

    def _work(self) -> None:
        while not self._closing.wait(LOOK_EVERY_S):
            try:
                while not self._closing.is_set() and self.run_next():
                    pass
            except Exception:
                _log.exception("looking for intakes failed")

    def _run(self, intake: Intake) -> None:
        log = _News(self._intakes, intake.id, self._clock)
        uploads = self.uploads(intake.creator)
        sources = [root if is_url(root) else uploads.place(root) for root in intake.roots]
        try:
            report = self._library.ingest(
                intake.creator, sources, log.progress, watch=log, allowed=lambda: self._check(intake)
            )
        except _Interrupted:
            log.write()
        except AppError as error:
            self._fail(intake, log, error.code, error.message)
        except Exception:
            _log.exception("an intake failed", extra={"intake": intake.id})
            self._fail(intake, log, "internal", "reading the files failed on our side; the log says why")
        else:
            log.write()
            counts = {
                **asdict(report),
                "skipped": len(report.skipped),
                "incomplete": len(report.incomplete),
            }
            self._intakes.update(intake.id, status="done", report=counts, note="")

    def _check(self, intake: Intake) -> None:
        """Raise when it must stop now."""
        status = self._intakes.get(intake.creator, intake.id).status
        if self._closing.is_set() or status != "running":
            raise _Interrupted

    def _fail(self, intake: Intake, log: _News, code: str, message: str) -> None:
        log.write()
        self._intakes.update(intake.id, status="failed", error={"code": code, "message": message})


class _News:
    """Collects what an ingest tells and writes it down now and then."""

    def __init__(self, intakes: Intakes, intake_id: str, clock: Clock) -> None:
        self._intakes, self._id, self._clock = intakes, intake_id, clock
        self._files: dict[str, FileNews] = {}
        self._state: dict[str, object] = {}
        self._written_s = 0.0

    def __call__(self, news: FileNews) -> None:
        self._files[news.path] = news
        self._write_if_due()

    def progress(self, done: float, total: float, note: str = "") -> None:
        """Take how far the whole is."""
        self._state = {"done": done, "total": total, "note": note}
        self._write_if_due()

    def write(self) -> None:
        """Write down everything told since."""
        self._written_s = self._clock.monotonic()
        self._intakes.note_files(self._id, list(self._files.values()))
        if self._state:
            self._intakes.update(self._id, **self._state)
        self._files, self._state = {}, {}

    def _write_if_due(self) -> None:
        if self._clock.monotonic() - self._written_s >= TELL_EVERY_S:
            self.write()
