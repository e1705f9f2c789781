"""Before a training starts: its data, minutes and memory, and what would fit instead if it does not.

Reads the library and the base's header; loads no weights and needs no PyTorch. The throughput of finished
trainings is cached in the home and improves the estimate of the next one.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from fenshen.core.errors import BadInput
from fenshen.core.files import write_atomic
from fenshen.core.installation import Installation
from fenshen.training.bases import BaseFile, find_base
from fenshen.training.dataset import Dataset, Inputs
from fenshen.training.examples import Example, chains
from fenshen.training.job import JobSpec
from fenshen.training.recipe import Recipe, recipes
from fenshen.training.resources import Machine, estimate_memory, uses_gpu
from fenshen.training.shape import KNOWN_SHAPES, BaseShape, read_shape
from fenshen.training.training_data import read_training_data, recipe_of

#: Characters that make a token, in Latin script, and in Chinese with its punctuation where the base writes it.
_LATIN_CHARS, _WIDE_CHARS = 4.2, 1.3
_ROW_TOKENS_MIN = 256


@dataclass(frozen=True)
class PreflightReport:
    """One training as it would be.

    Attributes:
        parameters: of the base; `None`, as all that follows from it, where its file does not contain it.
        tokens: read in one pass, about.
        minutes: of the loop: the time given, or less where the passes are known to end first.
        passes: how often each example is seen in that time, about.
        tokens_per_s: of the last training like this one here; `None`, as `passes`, before the first.
        memory_bytes, memory_free_bytes: needed and there, on the device that is used.
        instead: what would fit, when this does not.
    """

    creator: str
    base: str
    base_bytes: int
    parameters: int | None
    recipe: str
    device: str
    examples: dict[str, int]
    tokens: int
    minutes: float
    passes: float | None
    tokens_per_s: float | None
    memory_bytes: int | None
    memory_free_bytes: int
    fits: bool
    why: str
    instead: tuple[str, ...]

    def require(self) -> None:
        """Nothing if it fits.

        Raises:
            BadInput: `does_not_fit`, with what would.
        """
        if not self.fits:
            options = "; ".join(self.instead) or "nothing that is known; use a machine with more memory"
            raise BadInput(f"{self.why}. What fits here: {options}", code="does_not_fit")


def preflight_training(
    on: Installation, job: JobSpec, machine: Machine, inputs: Inputs = Inputs()
) -> PreflightReport:
    """What `job` would take on `machine`.

    Raises:
        BadInput: unknown base or recipe.
        EngineMissing: the base's weights are not pulled.
        AppError: as `read_material`.
    """
    recipe, file = recipe_of(job), find_base(job.base, on.home)
    data = read_training_data(on, job, file, recipe, inputs).data
    return preflight(data, file, recipe, job, machine, on.home)


def preflight(
    data: Dataset, file: BaseFile, recipe: Recipe, job: JobSpec, machine: Machine, home: Path
) -> PreflightReport:
    """The plan for a dataset that is read already."""
    shape = read_shape(file.source)
    tokens = _count_tokens(data, recipe)
    speed = cached_throughput(home, machine.label, file.name, recipe)
    given_s = job.minutes * 60.0
    spent_s = min(given_s, recipe.passes_max * tokens / speed) if speed else given_s
    on_gpu = uses_gpu(recipe, machine)
    free = _free_bytes(machine, on_gpu)
    needed = estimate_memory(shape, recipe, on_gpu).total if shape else None
    why = _obstacle(file.name, recipe, machine, needed)
    return PreflightReport(
        creator=job.creator,
        base=file.name,
        base_bytes=file.size_bytes,
        parameters=shape.parameters if shape else None,
        recipe=recipe.name,
        device=_device(machine, on_gpu),
        examples=dict(Counter(example.kind for example in data.train)),
        tokens=tokens,
        minutes=round(spent_s / 60.0, 1),
        passes=round(speed * spent_s / tokens, 2) if speed else None,
        tokens_per_s=round(speed, 1) if speed else None,
        memory_bytes=needed,
        memory_free_bytes=free,
        fits=why is None,
        why=why or _reason(recipe, needed, free),
        instead=() if why is None else tuple(what_fits(file.name, shape, recipe, machine)),
    )


def what_fits(base: str, shape: BaseShape | None, recipe: Recipe, machine: Machine) -> Iterator[str]:
    """What could be trained on `machine` instead, nearest first; at most one suggestion of each sort."""
    if shape is not None:
        for other in sorted(recipes().values(), key=lambda r: r.rank * r.row_tokens, reverse=True):
            if other != recipe and _obstacle(base, other, machine, _needed(shape, other, machine)) is None:
                yield f"`--recipe {other.name}` with {base!r}"
                break
        shorter = replace(recipe, row_tokens=recipe.row_tokens // 2)
        while shorter.row_tokens >= _ROW_TOKENS_MIN:
            if _obstacle(base, shorter, machine, _needed(shape, shorter, machine)) is None:
                yield f"{recipe.name} with row_tokens = {shorter.row_tokens}, in a recipe file of your own"
                break
            shorter = replace(shorter, row_tokens=shorter.row_tokens // 2)
    for name, known in sorted(KNOWN_SHAPES.items(), key=lambda pair: pair[1].parameters, reverse=True):
        for other in (recipe, *recipes().values()):
            if name != base and _obstacle(name, other, machine, _needed(known, other, machine)) is None:
                yield f"`--base {name} --recipe {other.name}`"
                return


def _needed(shape: BaseShape, recipe: Recipe, machine: Machine) -> int:
    return estimate_memory(shape, recipe, uses_gpu(recipe, machine)).total


def _obstacle(base: str, recipe: Recipe, machine: Machine, needed: int | None) -> str | None:
    """Why it cannot be trained here; `None` if it can."""
    on_gpu = uses_gpu(recipe, machine)
    if on_gpu and not machine.gpus:
        return f"recipe {recipe.name!r} needs a CUDA GPU, and this machine has none"
    free = _free_bytes(machine, on_gpu)
    if needed is not None and needed > free:
        return (
            f"training {base!r} with recipe {recipe.name!r} takes about {_gb(needed)} of "
            f"{'GPU memory' if on_gpu else 'memory'}, and {_gb(free)} are free"
        )
    return None


def _reason(recipe: Recipe, needed: int | None, free: int) -> str:
    if needed is None:
        return "the base's file does not contain its shape, so whether it fits is not known"
    return f"{recipe.about or recipe.name}; about {_gb(needed)} of the {_gb(free)} that are free"


def _count_tokens(data: Dataset, recipe: Recipe) -> int:
    """About how many tokens one pass reads."""
    read = sum(_tokens_of(chain[-1]) for chain in chains(data.train))
    languages = {e.language for e in data.train}
    prefix = max(_tokens(data.system(code)) for code in languages)
    room = max(recipe.row_tokens - prefix, recipe.row_tokens // 2)
    return max(1, round(read * (room + prefix) / room))


def _tokens_of(example: Example) -> float:
    return sum(_tokens(message["content"]) for message in example.messages) + _tokens(example.answer)


def _tokens(text: str) -> float:
    wide = sum(1 for character in text if character >= "\u2e80")
    return wide / _WIDE_CHARS + (len(text) - wide) / _LATIN_CHARS


def _free_bytes(machine: Machine, on_gpu: bool) -> int:
    if on_gpu:
        return max((gpu.free_bytes for gpu in machine.gpus), default=0)
    return machine.memory_free_bytes


def _device(machine: Machine, on_gpu: bool) -> str:
    if not on_gpu:
        return f"{machine.cores} cores"
    return machine.gpus[0].name if machine.gpus else "no GPU"


def _gb(count: int) -> str:
    return f"{count / 1e9:.1f} GB"


FILE = "throughput.json"
_ENTRIES_MAX = 200


def cached_throughput(home: Path, machine: str, base: str, recipe: Recipe) -> float | None:
    """Tokens a second of the last training of this base by this recipe on this machine."""
    speed = _read(home).get(_key(machine, base, recipe))
    return speed if isinstance(speed, (int, float)) and speed > 0 else None


def cache_throughput(home: Path, machine: str, base: str, recipe: Recipe, tokens_per_s: float) -> None:
    """Keep what was measured; the oldest is forgotten when there are many."""
    kept = _read(home)
    kept.pop(_key(machine, base, recipe), None)
    kept[_key(machine, base, recipe)] = round(tokens_per_s, 2)
    write_atomic(home / FILE, json.dumps(dict(list(kept.items())[-_ENTRIES_MAX:]), indent=1) + "\n")


def _key(machine: str, base: str, recipe: Recipe) -> str:
    return f"{machine}|{base}|{recipe.sha256}"


def _read(home: Path) -> dict[str, float]:
    """What is kept; a file that cannot be read is as good as none, since it only improves an estimate."""
    try:
        content = json.loads((home / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}
