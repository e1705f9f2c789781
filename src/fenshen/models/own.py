"""Bases of one's own: GGUF files anywhere on this machine, known by their file's name once trained on.

    <home>/bases.json: {name: {"path": …, "sha256": …, "bytes": …}}

Knows nothing about the catalog or about training.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from fenshen.core.errors import Conflict, EngineMissing

RECORD = "bases.json"


@dataclass(frozen=True)
class OwnBase:
    """A file that versions stand on.

    Attributes:
        path: absolute.
        sha256: of the file when it was trained on.
        bytes: its size then.
    """

    path: str
    sha256: str
    bytes: int

    @property
    def file(self) -> Path:
        """The file, as it was.

        Raises:
            EngineMissing: `model_missing`, it is gone or another one is in its place.
        """
        file = Path(self.path)
        if not file.is_file() or file.stat().st_size != self.bytes:
            raise EngineMissing(
                f"the base {self.path!r} is gone or is another file than versions here were trained on "
                f"(sha256 {self.sha256[:12]}…, {self.bytes} bytes); put that one back",
                code="model_missing",
            )
        return file


def own_base(name: str, home: Path) -> OwnBase | None:
    """The base of one's own that is called `name`, `None` where there is none."""
    return _read(home).get(name)


def remember_own(name: str, path: Path, sha256: str, home: Path) -> None:
    """From now on `name` is the file at `path`.

    Raises:
        Conflict: `base_name_taken`, versions here stand on another file of that name.
    """
    known = _read(home)
    before = known.get(name)
    if before is not None and before.sha256 != sha256:
        raise Conflict(
            f"versions here stand on another base called {name!r} ({before.path}); rename {path.name!r}",
            code="base_name_taken",
        )
    known[name] = OwnBase(str(path.resolve()), sha256, path.stat().st_size)
    record = home / RECORD
    aside = record.with_suffix(".part")
    told = {name: asdict(base) for name, base in known.items()}
    aside.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
    aside.replace(record)


def _read(home: Path) -> dict[str, OwnBase]:
    try:
        stored = json.loads((home / RECORD).read_text(encoding="utf-8"))
        return {str(name): OwnBase(**base) for name, base in stored.items()}
    except FileNotFoundError:
        return {}
    except (ValueError, TypeError, AttributeError) as error:
        raise EngineMissing(
            f"{str(home / RECORD)!r} is damaged ({error}); remove it and name bases by their paths once more",
            code="model_missing",
        ) from error
