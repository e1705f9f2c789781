"""Which engines exist and how to load the one the settings ask for.

`ENGINES` is the built-in table; packages extend it through the entry point group `fenshen.engines`
(each entry names an `EngineSpec`). Loading is lazy: nothing here imports an engine before it is
wanted. Knows nothing about twins; `wiring` decides when to load.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, cast

from fenshen.core.errors import EngineMissing, NotFound, UsageError
from fenshen.core.settings import Settings
from fenshen.models.cards import Modality
from fenshen.models.catalog import CATALOG
from fenshen.models.embedding import EmbeddingEngine
from fenshen.models.hearing import HearingEngine
from fenshen.models.pull import installed
from fenshen.models.speaker import SpeakerEncoder
from fenshen.models.speech import SpeechEngine
from fenshen.models.text import TextEngine

ENTRY_POINTS = "fenshen.engines"


@dataclass(frozen=True)
class EngineSpec:
    """One engine.

    Attributes:
        loader: `module:function`; the function takes `(settings, model)` and gives the engine.
        extra: The extra of the package that installs what it imports; `None` for the base install.
        licence: Licence of the engine's own code.
        capabilities: What a caller may ask of it, as plain words.
    """

    name: str
    modality: Modality
    loader: str
    extra: str | None
    licence: str
    capabilities: tuple[str, ...] = ()


ENGINES: tuple[EngineSpec, ...] = (
    EngineSpec(
        "llama", "text", "fenshen.models.engines.llama:load", None, "MIT", ("adapters", "seed", "stream")
    ),
    EngineSpec(
        "openai-endpoint",
        "text",
        "fenshen.models.engines.openai_endpoint:load",
        None,
        "Apache-2.0",
        ("adapters", "seed", "stream"),
    ),
    EngineSpec(
        "vllm", "text", "fenshen.models.engines.vllm:load", None, "Apache-2.0", ("adapters", "seed", "stream")
    ),
    EngineSpec("e5", "embedding", "fenshen.models.engines.e5:load", None, "MIT", ("en", "zh")),
    EngineSpec(
        "whisper", "hearing", "fenshen.models.engines.whisper:load", None, "MIT", ("word_times", "detect")
    ),
    EngineSpec("kokoro", "speech", "fenshen.models.engines.kokoro:load", "voice", "Apache-2.0", ("en", "zh")),
    EngineSpec("ge2e", "speaker", "fenshen.models.engines.ge2e:load", None, "Apache-2.0"),
    EngineSpec("fake-text", "text", "fenshen.models.fakes:load_text", None, "Apache-2.0", ("adapters",)),
    EngineSpec("fake-embedding", "embedding", "fenshen.models.fakes:load_embedding", None, "Apache-2.0"),
    EngineSpec("fake-hearing", "hearing", "fenshen.models.fakes:load_hearing", None, "Apache-2.0"),
    EngineSpec("fake-speech", "speech", "fenshen.models.fakes:load_speech", None, "Apache-2.0"),
    EngineSpec("fake-speaker", "speaker", "fenshen.models.fakes:load_speaker", None, "Apache-2.0"),
)


def engines() -> dict[str, EngineSpec]:
    """The whole table by name: built in, then whatever installed packages add."""
    table = {spec.name: spec for spec in ENGINES}
    for entry in entry_points(group=ENTRY_POINTS):
        spec = entry.load()
        if isinstance(spec, EngineSpec):
            table.setdefault(spec.name, spec)
    return table


def load_engine(name: str, modality: Modality, settings: Settings, model: str) -> Any:
    """The engine called `name`, ready for `model`.

    Raises:
        NotFound: no such engine for this modality.
        EngineMissing: its extra or its weights are not installed.
    """
    spec = engines().get(name)
    if spec is None or spec.modality != modality:
        known = ", ".join(sorted(s.name for s in engines().values() if s.modality == modality))
        raise NotFound(f"no {modality} engine {name!r}; known: {known}", code="unknown_engine")
    module, _, function = spec.loader.partition(":")
    try:
        load = cast(Callable[[Settings, str], Any], getattr(importlib.import_module(module), function))
        return load(settings, model)
    except ImportError as error:
        extra = f"fenshen[{spec.extra}]" if spec.extra else "fenshen"
        raise EngineMissing(
            f"engine {name!r} needs {error.name or str(error)!r}; run `pip install '{extra}'`",
            code="extra_missing",
            engine=name,
        ) from error


def load_text(settings: Settings, base: str | None = None) -> TextEngine:
    """The text engine for `base` (default: the settings' base).

    A base is a catalog name, a path to a GGUF file, `URL|model` of an OpenAI-compatible endpoint, or
    `ENGINE:model` for another engine. The settings can name such a one to serve a base that is trained here.
    """
    wanted = base or settings.base
    wanted = served_by(settings.served_by).get(wanted, wanted)
    if settings.engine == "fake":
        return cast(TextEngine, load_engine("fake-text", "text", settings, wanted))
    name, model = _text_engine(wanted)
    return cast(TextEngine, load_engine(name, "text", settings, model))


def load_embedding(settings: Settings) -> EmbeddingEngine:
    """The embedding engine."""
    name = "fake-embedding" if settings.engine == "fake" else "e5"
    return cast(EmbeddingEngine, load_engine(name, "embedding", settings, "e5-small"))


def load_hearing(settings: Settings, language: str | None = None) -> HearingEngine:
    """The hearing engine for speech in `language` (ISO 639-1), or for any when it is `None`."""
    name = "fake-hearing" if settings.engine == "fake" else "whisper"
    model = hearing_model(language, settings.home / "models")
    return cast(HearingEngine, load_engine(name, "hearing", settings, model))


def hearing_for_any(settings: Settings) -> HearingEngine | None:
    """A recogniser that finds out the language by itself, else one for English, else `None`: sound is then skipped.

    A creator who writes English may well have spoken Mandarin: an English recogniser makes English words of it.
    """
    for language in (None, "en"):
        try:
            return load_hearing(settings, language)
        except EngineMissing:
            continue
    return None


def load_speech(settings: Settings) -> SpeechEngine:
    """The speech engine."""
    name = "fake-speech" if settings.engine == "fake" else "kokoro"
    return cast(SpeechEngine, load_engine(name, "speech", settings, "kokoro-82m"))


def load_speaker(settings: Settings) -> SpeakerEncoder:
    """The speaker encoder."""
    name = "fake-speaker" if settings.engine == "fake" else "ge2e"
    return cast(SpeakerEncoder, load_engine(name, "speaker", settings, "speaker-encoder"))


def speaker_if_installed(settings: Settings) -> SpeakerEncoder | None:
    """The speaker encoder, or `None` when it is not installed: voices are then not told apart."""
    try:
        return load_speaker(settings)
    except EngineMissing:
        return None


def hearing_model(language: str | None, home_models: Path) -> str:
    """Catalog name of the recogniser for `language`: the first installed one that can, else the one to install."""
    fitting = [
        card.name
        for card in CATALOG.values()
        if card.modality == "hearing" and (language == "en" or len(card.languages) > 1)
    ]
    return next((name for name in fitting if installed(name, home_models)), fitting[0])


def served_by(setting: str) -> dict[str, str]:
    """Bases and what serves them from `BASE=ENGINE:model, …`.

    Raises:
        UsageError: a part is no such pair.
    """
    pairs = [part.strip().partition("=") for part in setting.split(",") if part.strip()]
    for base, _, engine in pairs:
        if not base or not engine:
            raise UsageError(
                f"FENSHEN_SERVED_BY has {base + engine!r}; write BASE=ENGINE:model, such as "
                f"qwen3-8b=vllm:http://gpu:8000/v1|Qwen/Qwen3-8B",
                code="bad_served_by",
            )
    return {base.strip(): engine.strip() for base, _, engine in pairs}


def _text_engine(base: str) -> tuple[str, str]:
    prefix, separator, model = base.partition(":")
    if separator and prefix in engines():
        return prefix, model
    return ("openai-endpoint", base) if "://" in base else ("llama", base)
