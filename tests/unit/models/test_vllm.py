"""The vLLM protocol against a stand-in that speaks it: loading at run time, forgetting, and every refusal."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from fenshen.core.errors import BadInput, Busy, EngineMissing, UsageError
from fenshen.core.settings import Settings
from fenshen.models.engines.vllm import VLLMEngine, installation_salt, parse_server
from fenshen.models.registry import load
from fenshen.models.text import TextRequest
from vllm_server import MODEL, VLLMServer, write_peft

REQUEST = TextRequest([{"role": "user", "content": "Hi"}], adapter="ver_1", tokens_max=20, repeat_penalty=1.2)


async def text_of(engine: VLLMEngine, request: TextRequest = REQUEST) -> str:
    return "".join([delta.text async for delta in engine.stream(request)])


async def test_an_adapter_is_loaded_with_its_first_request_and_once(tmp_path: Path) -> None:
    """Registering asks the server nothing; three requests at once load one adapter, asked for as a model."""
    server = VLLMServer()
    engine = server.engine()
    await engine.set_adapters([write_peft(tmp_path / "ver_1"), write_peft(tmp_path / "ver_2")])
    assert server.calls == []
    await asyncio.gather(*(text_of(engine) for _ in range(3)))
    there = engine.name_there("ver_1")
    assert server.calls == [f"load {there}"] and server.adapters == {there: str(tmp_path / "ver_1")}
    assert {body["model"] for body in server.bodies} == {there}
    assert server.bodies[0]["repetition_penalty"] == 1.2
    assert server.bodies[0]["chat_template_kwargs"] == {"enable_thinking": False}
    await text_of(engine, replace(REQUEST, adapter=None))
    assert server.bodies[-1]["model"] == MODEL


async def test_a_server_that_was_restarted_gets_its_adapters_again(tmp_path: Path) -> None:
    """It says 404 for a model it had: loaded again, and the fan notices nothing."""
    server = VLLMServer()
    engine = server.engine()
    await engine.set_adapters([write_peft(tmp_path / "ver_1")])
    before = await text_of(engine)
    server.restart()
    assert await text_of(engine) == before
    assert [call.split()[0] for call in server.calls] == ["load", "load"]


async def test_another_process_that_loaded_it_first_is_no_error(tmp_path: Path) -> None:
    """Our command line and our server share one vLLM: "already loaded" is as good as loaded."""
    server = VLLMServer()
    for engine in (server.engine(), server.engine()):
        await engine.set_adapters([write_peft(tmp_path / "ver_1")])
        assert await text_of(engine)


async def test_what_is_no_longer_served_is_unloaded(tmp_path: Path) -> None:
    """Only what this engine loaded, and quietly where the server has forgotten it."""
    server = VLLMServer()
    engine = server.engine()
    one, two, three = (write_peft(tmp_path / f"ver_{n}") for n in (1, 2, 3))
    await engine.set_adapters([one, two, three])
    for name in ("ver_1", "ver_2"):
        await text_of(engine, replace(REQUEST, adapter=name))
    server.adapters.pop(engine.name_there("ver_2"))
    await engine.set_adapters([])
    assert server.adapters == {} and len([c for c in server.calls if c.startswith("unload")]) == 2
    with pytest.raises(BadInput, match="ver_1"):
        await text_of(engine)


@pytest.mark.parametrize("flat", [False, True])
@pytest.mark.parametrize(
    ("options", "rank", "code", "told"),
    [
        ({"rank_max": 8}, 32, "rank_too_high", "--max-lora-rank 32"),
        ({"is_dynamic": False}, 16, "no_runtime_adapters", "--enable-lora"),
        ({"root": Path("/nowhere")}, 16, "adapter_not_seen", "served_by"),
    ],
)
async def test_each_refusal_says_what_to_do_at_the_server(
    options: dict[str, object], rank: int, code: str, told: str, flat: bool, tmp_path: Path
) -> None:
    """Rank too high, not started for adapters, folder not mounted there; in both shapes vLLM writes errors."""
    engine = VLLMServer(flat_errors=flat, **options).engine()  # type: ignore[arg-type]
    await engine.set_adapters([write_peft(tmp_path / "ver_1", rank)])
    with pytest.raises(EngineMissing, match=told) as caught:
        await text_of(engine)
    assert caught.value.code == code


async def test_a_model_the_server_never_had_is_not_retried(tmp_path: Path) -> None:
    """The plain base under a wrong name: one request, one clear error."""
    server = VLLMServer()
    engine = VLLMEngine("http://vllm/v1", "no-such", "salt", transport=server.transport)
    with pytest.raises(EngineMissing, match="no-such"):
        await text_of(engine, replace(REQUEST, adapter=None))
    assert len(server.bodies) == 1


async def test_a_server_that_is_away_is_busy(tmp_path: Path) -> None:
    """Worth trying again."""
    engine = VLLMEngine("http://127.0.0.1:9/v1", MODEL, "salt")
    await engine.set_adapters([write_peft(tmp_path / "ver_1")])
    with pytest.raises(Busy, match="try again"):
        await text_of(engine)


async def test_the_folder_is_named_as_the_server_sees_it(tmp_path: Path) -> None:
    """Ours is `<home>/versions/ver_1`; the server has it mounted at `/mnt/twins`."""
    write_peft(tmp_path / "server/mnt/twins/ver_1")
    server = VLLMServer(root=tmp_path / "server")
    engine = server.engine(mount="/mnt/twins")
    await engine.set_adapters([write_peft(tmp_path / "versions/ver_1")])
    assert await text_of(engine)
    assert list(server.adapters.values()) == ["/mnt/twins/ver_1"]


async def test_a_folder_without_a_peft_adapter_is_refused(tmp_path: Path) -> None:
    """The GGUF alone is not enough for vLLM."""
    adapter = write_peft(tmp_path / "ver_1")
    (adapter.folder / "adapter_config.json").unlink()
    with pytest.raises(BadInput, match=r"adapter_config\.json"):
        await VLLMServer().engine().set_adapters([adapter])


def test_names_at_the_server_cannot_be_guessed(tmp_path: Path) -> None:
    """They depend on a secret that is written once, for the owner alone, and never on the version alone."""
    salts = [installation_salt(tmp_path) for _ in range(2)]
    assert salts[0] == salts[1] and len(salts[0]) > 40
    (secret,) = tmp_path.iterdir()
    assert secret.stat().st_mode & 0o077 == 0
    names = {VLLMServer().engine(salt=salt).name_there("ver_1") for salt in ("a", "b")}
    assert len(names) == 2 and not any("ver_1" in name for name in names)


@pytest.mark.parametrize(
    ("written", "parsed"),
    [
        ("http://gpu:8000/v1|q", ("http://gpu:8000/v1", "q", None)),
        ("http://gpu:8000/v1/|a/b|/mnt/x", ("http://gpu:8000/v1", "a/b", "/mnt/x")),
        ("http://gpu:8000/v1", UsageError),
        ("http://gpu:8000/v1|q|mnt", UsageError),
        ("gpu|q", UsageError),
    ],
)
def test_a_server_is_written_as_url_model_and_mount(
    written: str, parsed: tuple[str, str, str | None] | type[UsageError]
) -> None:
    """The mount is optional and absolute."""
    if isinstance(parsed, tuple):
        assert parse_server(written) == parsed
    else:
        with pytest.raises(parsed):
            parse_server(written)


def test_the_settings_say_what_serves_a_base_that_is_trained_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`qwen3-8b` is trained from a file and served by vLLM; without the setting its weights are asked for."""
    monkeypatch.setenv("FENSHEN_HOME", str(tmp_path))
    served = f'[served_by]\nother = "x:y"\nqwen3-8b = "vllm:http://gpu:8000/v1|{MODEL}"\n'
    (tmp_path / "fenshen.toml").write_text(served, encoding="utf-8")
    engine = load("text", Settings(), "qwen3-8b")
    assert isinstance(engine, VLLMEngine) and engine.capabilities.name == MODEL
    (tmp_path / "fenshen.toml").unlink()
    with pytest.raises(EngineMissing, match="qwen3-8b"):
        load("text", Settings(), "qwen3-8b")
