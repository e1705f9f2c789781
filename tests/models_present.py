"""Where tests find real weights, and how to put them there once.

`python tests/models_present.py` (or `fenshen models pull` with the same home) fetches them; tests never
download. The home is `$FENSHEN_TEST_MODELS`, else the first of `<repository>/var` and
`~/.cache/fenshen-test-models` that has models.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from fenshen.models.pull import installed, pull

NEEDED = (
    "smollm2-135m",
    "whisper-tiny.en",
    "whisper-base",
    "kokoro-82m",
    "kokoro-voices",
    "english-lexicon",
    "e5-small",
    "speaker-encoder",
)


def home() -> Path:
    """The home whose `models` folder tests use."""
    if configured := os.environ.get("FENSHEN_TEST_MODELS"):
        return Path(configured)
    places = (Path(__file__).parents[1] / "var", Path.home() / ".cache/fenshen-test-models")
    return next((place for place in places if (place / "models").is_dir()), places[0])


def present(*names: str) -> bool:
    """Whether every one of these models is installed there."""
    return all(installed(name, home() / "models") for name in names)


if __name__ == "__main__":
    wanted = tuple(sys.argv[1:]) or NEEDED
    print(*(pull(name, home() / "models") for name in wanted), sep="\n")
