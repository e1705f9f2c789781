"""A child that imports a twin and kills itself at a named moment: `HOME BASE FILE FINGERPRINT MOMENT`."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fenshen.core.blobs import hash_file
from fenshen.core.settings import Settings
from fenshen.studio.transfer import importer
from fenshen.training.bases import BaseFile
from fenshen.wiring import App

#: The moment after this function of `importer` has returned.
AFTER = {
    "unpacking": "unpack_members",
    "checked": "check_fit",
    "staged": "_stage",
    "moved": "place_version",
    "originals": "take_originals",
    "stored": "store_twin",
}


def _die_after(function: Callable[..., Any]) -> Callable[..., Any]:
    def last(*arguments: Any, **more: Any) -> Any:
        function(*arguments, **more)
        os.kill(os.getpid(), signal.SIGKILL)

    return last


def main(home: Path, base: Path, file: Path, fingerprint: str, moment: str) -> None:
    """Import, dying on the way if there is such a moment; print how many golden answers are the same."""
    importer.find_base = lambda name, _home: BaseFile(name, base, hash_file(base), None)
    if moment in AFTER:
        setattr(importer, AFTER[moment], _die_after(getattr(importer, AFTER[moment])))
    app = App(Settings(home=home, engine="fake"))
    done = asyncio.run(app.packages.take_in(file, trust=fingerprint, by="test"))
    assert done.verified is not None
    print(json.dumps({"same": done.verified.same, "asked": done.verified.asked}))
    asyncio.run(app.close())


if __name__ == "__main__":
    main(*(Path(one) for one in sys.argv[1:4]), *sys.argv[4:])  # type: ignore[arg-type]
