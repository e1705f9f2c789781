"""Which bases can be retrained here, and the paths of their weights.

A base is a GGUF file, which llama.cpp serves and PyTorch reads dequantised, or a folder of safetensors as a
hub keeps it. Where the catalog has both, training takes the folder if it is pulled.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fenshen.core.blobs import hash_file
from fenshen.core.errors import BadInput
from fenshen.core.ids import digest_text
from fenshen.models.catalog import CATALOG
from fenshen.models.made import is_made, made_base
from fenshen.models.own import own_base, remember_own
from fenshen.models.pull import SUMS, installed, require
from fenshen.models.weight_files import check_weights


@dataclass(frozen=True)
class BaseFile:
    """A base's weights, their digest and the languages it writes (`None`: not known, take all).

    Attributes:
        path: what it is served from: a GGUF file, or a folder.
        folder: the folder of safetensors it is trained from, `None` for `path` itself.
    """

    name: str
    path: Path
    sha256: str
    languages: tuple[str, ...] | None
    folder: Path | None = None

    @property
    def source(self) -> Path:
        """What training reads."""
        return self.folder or self.path

    @property
    def size_bytes(self) -> int:
        """Of the weights that training reads."""
        if self.source.is_dir():
            return sum(file.stat().st_size for file in self.source.glob("*.safetensors"))
        return self.source.stat().st_size


def find_base(name: str, home: Path) -> BaseFile:
    """The base called `name`, the one made here as `domain:NAME`, or the GGUF file or folder of safetensors at that path.

    Raises:
        BadInput: `unknown_base`; the message lists the known ones. `bad_base`: a folder without safetensors, or a file
            that is a Git LFS pointer or cut off.
            `base_name_taken`: a file called like a base of the catalog.
        EngineMissing: its weights are not pulled yet, not made, or a file of one's own is gone.
    """
    if is_made(name):
        made, weights = made_base(name, home)
        return BaseFile(name, weights, made.sha256, made.languages)
    if name.endswith(".gguf") and Path(name).is_file():
        check_weights(Path(name))
        return _own(Path(name))
    if (Path(name) / "config.json").is_file():
        folder = Path(name).resolve()
        check_weights(folder)
        return BaseFile(folder.name, folder, _folder_sha256(folder), None)
    if own := own_base(name, home):
        return BaseFile(name, own.file, own.sha256, None)
    card = CATALOG.get(name)
    if card is None or card.modality != "text":
        known = ", ".join(c.name for c in CATALOG.values() if c.modality == "text")
        raise BadInput(f"no base {name!r} to train; known: {known}", code="unknown_base")
    path = require(name, home / "models")
    path = path if path.is_file() else path / card.weights.name
    return BaseFile(name, path, card.weights.sha256 or hash_file(path), card.languages, _folder(name, home))


def _own(path: Path) -> BaseFile:
    if path.stem in CATALOG:
        raise BadInput(
            f"{path.stem!r} is a base of the catalog; give {path.name!r} another name", code="base_name_taken"
        )
    return BaseFile(path.stem, path, hash_file(path), None)


def remember_base(file: BaseFile, home: Path) -> None:
    """Remember the path of a base of one's own, so that its name alone finds it again.

    Raises:
        Conflict: `base_name_taken`, versions here stand on another file of that name.
    """
    if file.path.suffix == ".gguf" and not is_made(file.name) and file.name not in CATALOG:
        remember_own(file.name, file.path, file.sha256, home)


def weights_card(name: str) -> str:
    """Catalog name of the safetensors of the base `name`."""
    return f"{name}-weights"


def _folder(name: str, home: Path) -> Path | None:
    if weights_card(name) not in CATALOG:
        return None
    return installed(weights_card(name), home / "models")


def _folder_sha256(folder: Path) -> str:
    """Digest of every weight file; taken from `SHA256SUMS` where that names it."""
    files = sorted(folder.glob("*.safetensors"))
    if not files:
        raise BadInput(
            f"the folder {str(folder)!r} holds no .safetensors file; pickled weights are not loaded, "
            f"because loading them runs code. Convert them to safetensors",
            code="bad_base",
        )
    sums = folder / SUMS
    lines = sums.read_text(encoding="utf-8").splitlines() if sums.is_file() else []
    pairs = (line.split(maxsplit=1) for line in lines)
    known = {pair[1]: pair[0] for pair in pairs if len(pair) == 2}
    return digest_text("".join(f"{known.get(f.name) or hash_file(f)}  {f.name}\n" for f in files))
