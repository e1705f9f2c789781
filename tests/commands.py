"""`fenshen …` run in the test's own process, with everything a shell would see of it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from fenshen.cli import main
from house import House


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Command = Callable[..., Done]


def command_line(
    house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """Runs `fenshen …` on the furnished house."""
    monkeypatch.setenv("FENSHEN_HOME", str(house.app.settings.home))
    monkeypatch.setenv("FENSHEN_ENGINE", "fake")
    monkeypatch.setattr(main, "set_up_logging", lambda level: None)

    def run(*arguments: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["fenshen", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main.run()
        output = capsys.readouterr()
        return Done(int(ended.value.code or 0), output.out, output.err)

    return run
