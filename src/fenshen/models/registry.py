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
from typing import Any, Literal, cast, overload

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
        loader = cast(Callable[[Settings, str], Any], getattr(importlib.import_module(module), function))
        return loader(settings, model)
    except ImportError as error:
        extra = f"fenshen[{spec.extra}]" if spec.extra else "fenshen"
        raise EngineMissing(
            f"engine {name!r} needs {error.name or str(error)!r}; run `pip install '{extra}'`",
            code="extra_missing",
            engine=name,
        ) from error


#: Engine and model of each modality unless the settings say otherwise; a base names the model of `text`.
DEFAULT_ENGINES: dict[str, str] = {
    "text": "llama",
    "embedding": "e5:e5-small",
    "hearing": "whisper:whisper-base",
    "speech": "kokoro:kokoro-82m",
    "speaker": "ge2e:speaker-encoder",
}


@overload
def load(modality: Literal["text"], settings: Settings, model: str | None = None) -> TextEngine: ...
@overload
def load(modality: Literal["embedding"], settings: Settings, model: str | None = None) -> EmbeddingEngine: ...
@overload
def load(modality: Literal["hearing"], settings: Settings, model: str | None = None) -> HearingEngine: ...
@overload
def load(modality: Literal["speech"], settings: Settings, model: str | None = None) -> SpeechEngine: ...
@overload
def load(modality: Literal["speaker"], settings: Settings, model: str | None = None) -> SpeakerEncoder: ...
def load(modality: Modality, settings: Settings, model: str | None = None) -> Any:
    """The engine for a modality.

    Args:
        model: A catalog name, a path to a GGUF file, `URL|model` of an OpenAI-compatible endpoint, or
            `ENGINE:model` for another engine than the default. By default what the settings name: their base
            for text, else their `[engines]`, else `DEFAULT_ENGINES`. A base may be served by another engine
            than the one it is trained for: the settings' `[served_by]`.

    Raises:
        NotFound, EngineMissing: as `load_engine`.
        UsageError: `bad_engines`, the settings name an engine for something that is no modality.
    """
    choosable = [name for name in DEFAULT_ENGINES if name != "text"]
    if unknown := sorted(set(settings.engines) - set(choosable)):
        raise UsageError(
            f"[engines] has {unknown[0]!r}; name one of {', '.join(choosable)} (FENSHEN_BASE says what answers)",
            code="bad_engines",
        )
    if modality == "text":
        wanted = model or settings.base
        wanted = settings.served_by.get(wanted, wanted)
    else:
        wanted = model or settings.engines.get(modality) or DEFAULT_ENGINES[modality]
    if settings.engine == "fake":
        return load_engine(f"fake-{modality}", modality, settings, wanted)
    name, wanted = _engine_and_model(modality, wanted)
    return load_engine(name, modality, settings, wanted)


def hearing_for_any(settings: Settings) -> HearingEngine | None:
    """A recogniser that finds out the language by itself, else one for English, else `None`: sound is then skipped.

    A creator who writes English may well have spoken Mandarin: an English recogniser makes English words of it.
    """
    for language in (None, "en"):
        try:
            return load("hearing", settings, hearing_model(language, settings))
        except EngineMissing:
            continue
    return None


def speaker_if_installed(settings: Settings) -> SpeakerEncoder | None:
    """The speaker encoder, or `None` when it is not installed: voices are then not told apart."""
    try:
        return load("speaker", settings)
    except EngineMissing:
        return None


def hearing_model(language: str | None, settings: Settings) -> str:
    """What recognises `language`: what the settings name, else the first installed model that can, else the one
    to install."""
    if chosen := settings.engines.get("hearing"):
        return chosen
    fitting = [
        card.name
        for card in CATALOG.values()
        if card.modality == "hearing" and (language == "en" or len(card.languages) > 1)
    ]
    home = settings.home / "models"
    return next((name for name in fitting if installed(name, home)), fitting[0])


def _engine_and_model(modality: Modality, wanted: str) -> tuple[str, str]:
    prefix, separator, model = wanted.partition(":")
    if separator and prefix in engines():
        return prefix, model
    if modality == "text" and "://" in wanted:
        return "openai-endpoint", wanted
    return DEFAULT_ENGINES[modality].partition(":")[0], wanted
