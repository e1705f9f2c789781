"""The registry: what the settings ask for is what is loaded, and what is missing is named."""

from __future__ import annotations

import json
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from fenshen.core.errors import EngineMissing, NotFound, UsageError
from fenshen.core.settings import Settings
from fenshen.models import fakes, registry
from fenshen.models.engines.openai_endpoint import OpenAIEndpoint
from fenshen.models.made import CARD, WEIGHTS, MadeBase, made_folder
from fenshen.models.own import remember_own
from fenshen.models.registry import EngineSpec


def settings(home: Path, **values: object) -> Settings:
    return Settings(home=home, **values)  # type: ignore[arg-type]


def test_the_fake_setting_gives_fakes_everywhere(tmp_path: Path) -> None:
    """Every modality loads without weights."""
    fake = settings(tmp_path, engine="fake")
    assert isinstance(registry.load("text", fake), fakes.FakeTextEngine)
    assert isinstance(registry.load("embedding", fake), fakes.FakeEmbeddingEngine)
    assert isinstance(registry.load("hearing", fake, "whisper-base"), fakes.FakeHearingEngine)
    assert isinstance(registry.load("speech", fake), fakes.FakeSpeechEngine)


def test_missing_weights_name_the_command(tmp_path: Path) -> None:
    """An empty home cannot serve anything, and says how to change that."""
    with pytest.raises(EngineMissing, match="models pull smollm2-135m"):
        registry.load("text", settings(tmp_path))
    with pytest.raises(EngineMissing, match=r"models pull whisper-tiny\.en"):
        registry.load("hearing", settings(tmp_path), registry.hearing_model("en", settings(tmp_path)))
    with pytest.raises(EngineMissing, match="models pull whisper-base"):
        registry.load("hearing", settings(tmp_path))
    with pytest.raises(EngineMissing, match="models pull kokoro-82m"):
        registry.load("speech", settings(tmp_path))


def test_a_base_can_be_an_endpoint(tmp_path: Path) -> None:
    """`URL|model` is an endpoint; a URL without a model is a usage error."""
    engine = registry.load("text", settings(tmp_path, base="https://host.example/v1|big"))
    assert isinstance(engine, OpenAIEndpoint) and engine.capabilities.name == "big"
    with pytest.raises(UsageError):
        registry.load("text", settings(tmp_path, base="https://host.example/v1"))


def test_the_settings_choose_an_engine_for_each_modality(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`[engines]` in `fenshen.toml`: `ENGINE:model`, or another model of the default engine."""
    (tmp_path / "fenshen.toml").write_text(
        '[engines]\nspeech = "fake-speech:any"\nhearing = "whisper-tiny.en"\n', encoding="utf-8"
    )
    monkeypatch.setenv("FENSHEN_HOME", str(tmp_path))
    chosen = Settings()
    assert isinstance(registry.load("speech", chosen), fakes.FakeSpeechEngine)
    assert registry.hearing_model(None, chosen) == "whisper-tiny.en"
    with pytest.raises(EngineMissing, match=r"models pull whisper-tiny\.en"):
        registry.load("hearing", chosen)
    with pytest.raises(NotFound, match="known: "):
        registry.load_engine("nowhere", "speech", chosen, "any")


@pytest.mark.parametrize("modality", ["text", "smell"])
def test_an_engine_for_no_modality_is_a_mistake(tmp_path: Path, modality: str) -> None:
    """Whatever is loaded, the mistake is named; what answers is the base's business."""
    with pytest.raises(UsageError, match=modality):
        registry.load("speech", settings(tmp_path, engine="fake", engines={modality: "fake-speech:any"}))


def test_unknown_bases_and_files_are_named(tmp_path: Path) -> None:
    """A name outside the catalog and a GGUF path that does not exist."""
    with pytest.raises(NotFound):
        registry.load("text", settings(tmp_path, base="gpt-9"))
    with pytest.raises(EngineMissing, match=r"mine\.gguf"):
        registry.load("text", settings(tmp_path, base="/nowhere/mine.gguf"))


def test_an_installed_package_adds_an_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry point's spec joins the table and is chosen with `ENGINE:model`."""
    entry = EntryPoint("mine", "unit_mine:SPEC", registry.ENTRY_POINTS)
    spec = EngineSpec("mine", "text", "fenshen.models.fakes:load_text", None, "MIT")
    monkeypatch.setattr(EntryPoint, "load", lambda self: spec)
    monkeypatch.setattr(registry, "entry_points", lambda group: [entry])
    assert isinstance(registry.load("text", settings(tmp_path, base="mine:any")), fakes.FakeTextEngine)


def test_a_missing_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An import that fails inside a loader names the extra to install."""
    spec = EngineSpec("far", "speech", "fenshen_far_away:load", "voice", "MIT")
    monkeypatch.setattr(registry, "engines", lambda: {"far": spec})
    with pytest.raises(EngineMissing, match=r"pip install 'fenshen\[voice\]'") as caught:
        registry.load_engine("far", "speech", settings(tmp_path), "x")
    assert caught.value.code == "extra_missing"


def test_bases_that_are_in_no_catalog_are_served(tmp_path: Path) -> None:
    """A file anywhere by its path, by its name once versions stand on it, and a domain base made here."""
    path = tmp_path / "mine.gguf"
    path.write_bytes(b"GGUF")
    remember_own("mine", path, "0" * 64, tmp_path)
    made = MadeBase("domain:mending", "0" * 64, "smollm2-135m", ("en",), 2048, ("post1",))
    folder = made_folder(made.name, tmp_path)
    folder.mkdir(parents=True)
    (folder / WEIGHTS).write_bytes(b"GGUF")
    (folder / CARD).write_text(json.dumps(made.as_json()))
    engines = [
        registry.load("text", settings(tmp_path), base) for base in (str(path), "mine", "domain:mending")
    ]
    assert [engine.capabilities.name for engine in engines] == ["mine", "mine", "domain:mending"]
    assert engines[2].capabilities.context_tokens == 2048
    (tmp_path / "bases.json").write_text("{", encoding="utf-8")
    with pytest.raises(EngineMissing, match="is damaged"):
        registry.load("text", settings(tmp_path), "mine")
