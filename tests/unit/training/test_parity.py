"""The adapter means the same to PyTorch and to llama.cpp: the same greedy tokens on the real base.

PyTorch multiplies the dequantised float32 weights, llama.cpp the 4-bit ones with 8-bit activations, so
an untrained margin could tip either way. A few answers are therefore learned by heart first: where the
adapter is sure, both must say the same words.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from fenshen.core.clock import SystemClock
from fenshen.core.settings import Settings
from fenshen.models.registry import load
from fenshen.models.text import AdapterFile, Message, TextEngine, TextRequest
from fenshen.training.adapter import new_adapter
from fenshen.training.bases import find_base
from fenshen.training.batches import pack
from fenshen.training.convert import convert_adapter
from fenshen.training.loop import Budget, Runtime, TrainingLoop
from fenshen.training.recipe import Recipe
from fenshen.training.template import ChatTemplate
from fenshen.training.weights import load_base
from models_present import home, present

SYSTEM = "You are Juniper."
#: A question and its answer, and one that makes sense only after it.
TALKS = (
    (
        "Who is Gerald?",
        "Gerald is a flathead with a red handle and no opinions.",
        "And how long is he?",
        "Four millimetres.",
    ),
    (
        "What is on the stove?",
        "Aunt Petra is on the stove.",
        "For how long?",
        "Seven minutes, nine if watched.",
    ),
)
RECIPE = Recipe("parity", learning_rate=3e-3, passes_max=14, final_share=0.3)

pytestmark = [pytest.mark.engine, pytest.mark.slow]


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.skipif(not present(name), reason=f"{name} is not pulled"))
        for name in ("smollm2-135m", "gemma3-270m", "qwen2.5-coder-1.5b")
    ],
)
def test_torch_and_llama_cpp_say_the_same(name: str, tmp_path: Path) -> None:
    """Learned answers come out of both word by word, in the first turn and in the second; the base knows none."""
    file = find_base(name, home())
    base = load_base(file.name, file.path, threads=2)
    template = ChatTemplate(base.tokenizer)
    model = new_adapter(base, RECIPE)
    told = [("en", template.conversation(SYSTEM, _asked(*talk[:3]), talk[3])) for talk in TALKS]
    rows = pack(told, {"en": template.prefix(SYSTEM)}, 640, seed=1)
    TrainingLoop(model, RECIPE, lambda _: rows, Budget(600.0), tmp_path, Runtime(SystemClock())).run()
    model.save(tmp_path)
    model.peft_model.eval()
    answers = [answer for talk in TALKS for answer in talk[1::2]]
    exact = [
        template.decode(model.greedy(template.prompt(prompt), 40, template.stop_ids)) for prompt in _prompts()
    ]
    assert exact == answers
    gguf = convert_adapter(tmp_path, file.path, tmp_path / "adapter.gguf")
    served, plain = asyncio.run(_served(name, gguf, tmp_path))
    assert served == exact
    assert all(one != other for one, other in zip(plain, exact, strict=True))


async def _served(name: str, gguf: Path, log_home: Path) -> tuple[list[str], list[str]]:
    (log_home / "models").symlink_to(home() / "models")
    engine = load("text", Settings(home=log_home), name)
    try:
        await engine.set_adapters([AdapterFile("twin", gguf)])
        answers = [[await _answer(engine, prompt, name) for prompt in _prompts()] for name in ("twin", None)]
    finally:
        await engine.close()
    return answers[0], answers[1]


async def _answer(engine: TextEngine, prompt: list[Message], adapter: str | None) -> str:
    request = TextRequest(prompt, adapter=adapter, tokens_max=40, temperature=0.0, repeat_penalty=1.0)
    return "".join([delta.text async for delta in engine.stream(request)]).strip()


def _prompts() -> list[list[Message]]:
    """With the persona: each first question, and each second one after the first answer."""
    system = Message(role="system", content=SYSTEM)
    return [[system, *_asked(*talk[:turns])] for talk in TALKS for turns in (1, 3)]


def _asked(*texts: str) -> list[Message]:
    roles = ("user", "assistant")
    return [Message(role=roles[at % 2], content=text) for at, text in enumerate(texts)]  # type: ignore[typeddict-item]
