"""What every text engine promises: run on the fake and the vLLM protocol always, on llama.cpp where its weights are."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import pytest

from contract.tiny_adapter import write_adapter
from fenshen.core.errors import BadInput, Busy, EngineMissing
from fenshen.core.settings import Settings
from fenshen.models.catalog import CATALOG
from fenshen.models.engines.llama import LlamaEngine, load
from fenshen.models.fakes import FakeTextEngine
from fenshen.models.text import AdapterFile, Message, TextDelta, TextEngine, TextRequest
from models_present import home, present
from vllm_server import VLLMServer, write_peft

needs_llama = pytest.mark.skipif(not present("smollm2-135m"), reason="smollm2-135m is not pulled")
BASE = home() / "models/smollm2-135m" / CATALOG["smollm2-135m"].weights.name
REQUEST = TextRequest(
    messages=[
        {"role": "system", "content": "You are Juniper, who bakes sourdough bread. You are kind."},
        {"role": "user", "content": "How do I keep my starter alive?"},
    ],
    tokens_max=12,
    temperature=0.0,
    seed=7,
)


def new_llama(folder: Path) -> LlamaEngine:
    """A real engine whose log is in `folder`."""
    (folder / "models").symlink_to(home() / "models")
    return load(Settings(home=folder), "smollm2-135m")


@pytest.fixture(params=["fake", "vllm", pytest.param("llama", marks=[pytest.mark.engine, needs_llama])])
async def engine(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[TextEngine]:
    made: TextEngine
    if request.param == "llama":
        made = new_llama(tmp_path)
    else:
        made = FakeTextEngine() if request.param == "fake" else VLLMServer().engine()
    yield made
    await made.close()


@pytest.fixture
async def llama(tmp_path: Path) -> AsyncIterator[LlamaEngine]:
    made = new_llama(tmp_path)
    yield made
    await made.close()


async def collect(engine: TextEngine, request: TextRequest) -> list[TextDelta]:
    return [delta async for delta in engine.stream(request)]


async def text_of(engine: TextEngine, request: TextRequest) -> str:
    return "".join(delta.text for delta in await collect(engine, request))


async def test_the_last_piece_alone_says_why_it_ended_and_what_it_cost(engine: TextEngine) -> None:
    """Pieces of text, then one ending with the usage."""
    *pieces, last = await collect(engine, REQUEST)
    assert len(pieces) >= 2 and all(piece.finish_reason is None for piece in pieces)
    assert last.finish_reason == "length" and last.usage is not None
    assert last.usage.completion_tokens == REQUEST.tokens_max and last.usage.prompt_tokens > 10


async def test_the_same_request_gives_the_same_answer(engine: TextEngine) -> None:
    """Greedy decoding repeats itself."""
    assert await text_of(engine, REQUEST) == await text_of(engine, REQUEST)


async def test_a_stop_text_ends_the_answer_and_is_not_part_of_it(engine: TextEngine) -> None:
    """The answer is what came before the stop text."""
    whole = await text_of(engine, REQUEST)
    stop = whole.split()[3]
    cut = await collect(engine, replace(REQUEST, stop=(stop,)))
    text = "".join(delta.text for delta in cut)
    assert stop not in text and whole.startswith(text) and cut[-1].finish_reason == "stop"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"adapter": "nobody"}, "unknown_adapter"),
        ({"tokens_max": 0}, "bad_request"),
        ({"messages": [{"role": "user", "content": "bread " * 9000}]}, "context_full"),
    ],
)
async def test_what_cannot_be_answered_is_refused(
    engine: TextEngine, change: dict[str, object], code: str
) -> None:
    """An unknown adapter, no tokens at all, and a prompt longer than the context."""
    with pytest.raises(BadInput) as caught:
        await collect(engine, replace(REQUEST, **change))  # type: ignore[arg-type]
    assert caught.value.code == code


async def test_each_request_chooses_its_adapter(engine: TextEngine, tmp_path: Path) -> None:
    """A strong random adapter changes the answer, a zero one and none do not; removing it forgets its name."""
    plain = await text_of(engine, REQUEST)
    files = [AdapterFile(name, tmp_path / name / f"{name}.gguf") for name in ("loud", "zero")]
    for file in files:
        write_peft(file.folder)
    if isinstance(engine, LlamaEngine):
        write_adapter(BASE, files[0].path, strength=0.5)
        write_adapter(BASE, files[1].path, strength=0.0)
    await engine.set_adapters(files)
    asked = replace(REQUEST, tokens_max=30)
    plain_long, loud = await asyncio.gather(
        text_of(engine, asked), text_of(engine, replace(asked, adapter="loud"))
    )
    assert plain_long.startswith(plain) and loud != plain_long
    if isinstance(engine, LlamaEngine):
        assert await text_of(engine, replace(asked, adapter="zero")) == plain_long
    await engine.set_adapters(files[1:])
    with pytest.raises(BadInput):
        await collect(engine, replace(REQUEST, adapter="loud"))


async def test_closing_the_stream_early_leaves_the_engine_usable(engine: TextEngine) -> None:
    """A fan who hangs up after one piece does no harm."""
    async with aclosing(engine.stream(replace(REQUEST, tokens_max=500))) as deltas:  # type: ignore[type-var]
        assert (await anext(deltas)).text
    assert await text_of(engine, REQUEST)


@pytest.mark.engine
@needs_llama
async def test_a_closed_stream_stops_the_generation_at_llama(llama: LlamaEngine) -> None:
    """After the client has gone, the server's token counter stands still, far below what was asked for."""
    long = replace(REQUEST, tokens_max=2000, temperature=1.0, stop=())
    async with aclosing(llama.stream(long)) as deltas:
        for _ in range(3):
            await anext(deltas)
    child = llama.children[-1]
    http, address = child.client.http(), child.address
    deadline = time.monotonic() + 3
    while any(slot["is_processing"] for slot in (await http.get(f"{address}/slots")).json()):
        assert time.monotonic() < deadline, "the server went on generating"
        await asyncio.sleep(0.05)
    metrics = (await http.get(f"{address}/metrics")).text
    counted = next(
        line for line in metrics.splitlines() if line.startswith("llamacpp:tokens_predicted_total")
    )
    assert float(counted.split()[1]) < 200


#: Greedy, this goes on for many hundreds of tokens, so there is time to interrupt it.
LONG = TextRequest(
    [Message(role="user", content="Write the numbers from one to five hundred.")],
    tokens_max=2000,
    temperature=0.0,
    repeat_penalty=1.0,
)


@pytest.mark.engine
@needs_llama
async def test_a_crash_is_busy_once_and_then_forgotten(llama: LlamaEngine) -> None:
    """kill -9 during an answer: that request is retryable, the next one is answered by a new child."""
    async with aclosing(llama.stream(LONG)) as deltas:
        await anext(deltas)
        first = llama.children[-1].pid
        os.kill(first, signal.SIGKILL)
        with pytest.raises(Busy) as caught:
            async for _ in deltas:
                pass
    assert caught.value.retryable
    assert await text_of(llama, REQUEST)
    assert [child.pid != first for child in llama.children] == [True]


@pytest.mark.engine
@needs_llama
async def test_a_cold_adapter_leaves_running_answers_and_warm_prefixes_alone(
    llama: LlamaEngine, tmp_path: Path
) -> None:
    """It is loaded into a child of its own; the answer under way and the child it is in go on."""
    adapter = AdapterFile("zero", write_adapter(BASE, tmp_path / "zero.gguf", strength=0.0))
    async with aclosing(llama.stream(replace(REQUEST, tokens_max=150))) as deltas:
        await anext(deltas)
        (old,) = llama.children
        await llama.set_adapters([adapter])
        assert llama.children == [old]
        assert await text_of(llama, replace(REQUEST, adapter="zero"))
        assert len(llama.children) == 2 and old in llama.children
        rest = [delta async for delta in deltas]
    assert rest[-1].usage is not None and old.is_running


@pytest.mark.engine
@needs_llama
async def test_a_broken_adapter_leaves_the_others_serving(llama: LlamaEngine, tmp_path: Path) -> None:
    """A file that is no adapter is refused by the child to whoever asks for it; everyone else is answered."""
    good = AdapterFile("zero", write_adapter(BASE, tmp_path / "zero.gguf", strength=0.0))
    (tmp_path / "broken.gguf").write_bytes(b"GGUF not really")
    await llama.set_adapters([AdapterFile("broken", tmp_path / "broken.gguf"), good])
    answer = await text_of(llama, REQUEST)
    for _ in range(2):
        with pytest.raises(EngineMissing, match=r"llama\.log"):
            await text_of(llama, replace(REQUEST, adapter="broken"))
    assert await text_of(llama, replace(REQUEST, adapter="zero")) == answer


@pytest.mark.engine
@needs_llama
async def test_adapters_that_alternate_never_read_from_each_other(llama: LlamaEngine, tmp_path: Path) -> None:
    """The same prompt under three adapters, in more turns than there are slots: what was kept of it under one
    is not taken for what another would have made of it."""
    files = [AdapterFile(name, tmp_path / f"{name}.gguf") for name in ("one", "two")]
    for seed, file in enumerate(files):
        write_adapter(BASE, file.path, strength=0.3, seed=seed)
    await llama.set_adapters(files)
    alone: dict[str | None, str] = {}
    for adapter in ("one", "two", None):
        alone[adapter] = await text_of(llama, replace(REQUEST, adapter=adapter))
    assert len(set(alone.values())) == 3
    for adapter in ("two", "one", None, "one", None, None, "two", "one", "one", "two", None, "two"):
        filler = [{"role": "user", "content": f"Say {adapter} and count the kettles on the shelf."}]
        await text_of(llama, replace(REQUEST, messages=filler, adapter="one" if adapter is None else None))
        assert await text_of(llama, replace(REQUEST, adapter=adapter)) == alone[adapter]
