"""PyTorch and llama.cpp are the same model with the same adapter: on tiny bases that need no weights.

With random weights two tokens can be nearly as likely, and llama.cpp keeps keys in 16 bits: its choice must
be PyTorch's best, or as good as the best within a hundredth of a nat.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from fenshen.core.settings import Settings
from fenshen.models.engines.llama import LlamaEngine
from fenshen.models.registry import load
from fenshen.models.text import AdapterFile, Message
from fenshen.training import block_attention
from fenshen.training.adapter import AdaptedBase, new_adapter
from fenshen.training.batches import Row, pack
from fenshen.training.convert import convert_adapter
from fenshen.training.recipe import Recipe
from fenshen.training.template import ChatTemplate
from fenshen.training.weights import Base
from tiny_whole import KINDS, WINDOW, make

SYSTEM = "You are Juniper, who mends kettles and says so in long and winding sentences."
TALK: list[Message] = [
    {"role": "system", "content": SYSTEM},
    {"role": "user", "content": "Is it live?"},
    {"role": "assistant", "content": "It is, and it bites."},
    {"role": "user", "content": "Who is Gerald, and why does he hold the screwdriver like that?"},
]
NEAR = 0.01
TOKENS = 24


@pytest.fixture(params=KINDS)
def tiny(request: pytest.FixtureRequest, tmp_path: Path) -> Base:
    return make(KINDS[request.param], tmp_path / "tiny.gguf")


def adapted(base: Base) -> AdaptedBase:
    """An adapter that changes every projection a good deal."""
    model = new_adapter(base, Recipe("test", rank=4, alpha=8))
    torch.manual_seed(5)
    with torch.no_grad():
        for name, weight in model.weights().items():
            if "lora_B" in name:
                weight.normal_(0, 0.1)
    model.peft_model.eval()
    return model


def plain_logits(model: AdaptedBase, ids: list[int]) -> torch.Tensor:
    """What transformers itself says, without anything of ours."""
    inner = model.peft_model.get_base_model()
    inner.config._attn_implementation = "eager"
    try:
        with torch.no_grad():
            logits: torch.Tensor = model.peft_model(input_ids=torch.tensor([ids])).logits[0]
    finally:
        inner.config._attn_implementation = block_attention.NAME
    return logits


@pytest.mark.parametrize("turns", [2, 4])
async def test_llama_cpp_chooses_the_tokens_that_pytorch_would(
    tiny: Base, turns: int, tmp_path: Path
) -> None:
    """With persona, in the first turn and in the second, with the adapter and without."""
    model, template = adapted(tiny), ChatTemplate(tiny.tokenizer)
    model.save(tmp_path)
    adapter = AdapterFile("twin", convert_adapter(tmp_path, tiny.path, tmp_path / "adapter.gguf"))
    engine = load("text", Settings(home=tmp_path), str(tiny.path))
    assert isinstance(engine, LlamaEngine)
    prompt = template.prompt(TALK[:turns])
    try:
        await engine.set_adapters([adapter])
        for scale in (1.0, 0.0):
            read, said = await _said(engine, TALK[:turns], prompt, scale)
            assert read == len(prompt)
            with model.without_adapter() if scale == 0.0 else torch.no_grad():
                logits = plain_logits(model, [*prompt, *said[:-1]])[len(prompt) - 1 :].log_softmax(-1)
            chosen = logits.gather(1, torch.tensor(said)[:, None])[:, 0]
            assert len(said) == TOKENS and float((logits.amax(-1) - chosen).max()) < NEAR
    finally:
        await engine.close()


async def _said(
    engine: LlamaEngine, messages: list[Message], prompt: list[int], scale: float
) -> tuple[int, list[int]]:
    """How many tokens the engine makes of `messages`, and the ids of its greedy answer to `prompt`."""
    child = engine.children[-1]
    asked: dict[str, Any] = {"temperature": 0.0, "ignore_eos": True, "lora": [{"id": 0, "scale": scale}]}
    http = child.client.http()
    chat = await http.post(
        f"{child.address}/v1/chat/completions", json=asked | {"messages": messages, "max_tokens": 1}
    )
    body = asked | {"prompt": prompt, "n_predict": TOKENS, "return_tokens": True}
    answer = await http.post(f"{child.address}/completion", json=body)
    return chat.json()["usage"]["prompt_tokens"], answer.json()["tokens"]


def test_a_packed_row_says_what_plain_transformers_says(tiny: Base) -> None:
    """Norms, sliding window, shared prefix: the losses of every answer equal those of separate sequences."""
    model, template = adapted(tiny), ChatTemplate(tiny.tokenizer)
    prefix = template.prefix(SYSTEM)
    talks = [
        template.conversation(SYSTEM, TALK[1:4], "He lost a bet with a kettle, " * 4),
        template.conversation(SYSTEM, TALK[1:2], "It is."),
    ]
    (row,) = pack([("en", talk) for talk in talks], {"en": prefix}, 4096, seed=1)
    assert max(row.lengths) > WINDOW
    expected: list[float] = []
    for ids, answers in _separate(row):
        logits = plain_logits(model, ids).log_softmax(-1)
        expected += [-float(logits[at - 1, ids[at]]) for at in answers]
    assert model.token_nats(row) == pytest.approx(expected, abs=2e-4)


def _separate(row: Row) -> list[tuple[list[int], list[int]]]:
    """Each conversation of a row after its own copy of the prefix, with where its answers lie."""
    first, found, at = row.lengths[0], [], row.lengths[0]
    for length in row.lengths[1:]:
        ids = [*row.ids[:first], *row.ids[at : at + length]]
        found.append((ids, [first + a - at for a in row.answers if at <= a < at + length]))
        at += length
    return found
