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
from fenshen.core.progress import silent
from fenshen.core.settings import Settings
from fenshen.models.registry import load_text
from fenshen.models.text import AdapterFile, Message, TextRequest
from fenshen.training.adapter import new_adapter
from fenshen.training.bases import find_base
from fenshen.training.batches import pack
from fenshen.training.convert import convert_adapter
from fenshen.training.loop import Budget, TrainingLoop
from fenshen.training.recipe import Recipe
from fenshen.training.template import ChatTemplate
from fenshen.training.weights import load_base
from models_present import home, present

SYSTEM = "You are Juniper."
ANSWERS = {
    "Who is Gerald?": "Gerald is a four-millimetre flathead with a red handle and no opinions.",
    "What is on the stove?": "Aunt Petra is on the stove, and she takes seven minutes, nine if watched.",
    "Where do screws go?": "Screws go in the saucer, the pale one, in the order they came out.",
}
RECIPE = Recipe("parity", learning_rate=3e-3, passes_max=12, final_share=0.3)

pytestmark = [
    pytest.mark.engine,
    pytest.mark.slow,
    pytest.mark.skipif(not present("smollm2-135m"), reason="smollm2-135m is not pulled"),
]


def test_torch_and_llama_cpp_say_the_same(tmp_path: Path) -> None:
    """Three learned answers come out of both word by word, and the plain base knows none of them."""
    file = find_base("smollm2-135m", home())
    base = load_base(file.name, file.path, threads=1)
    template = ChatTemplate(base.tokenizer)
    model = new_adapter(base, RECIPE)
    told = [("en", template.conversation(SYSTEM, [_asked(q)], answer)) for q, answer in ANSWERS.items()]
    rows = pack(told, {"en": template.prefix(SYSTEM)}, 640, seed=1)
    TrainingLoop(model, RECIPE, lambda _: rows, Budget(600.0), tmp_path, SystemClock(), silent).run()
    model.save(tmp_path)
    model.peft_model.eval()
    exact = [
        template.decode(model.greedy(template.prompt(_prompt(question)), 40, template.stop_ids))
        for question in ANSWERS
    ]
    assert exact == list(ANSWERS.values())
    gguf = convert_adapter(tmp_path, file.path, tmp_path / "adapter.gguf")
    served, plain = asyncio.run(_served(gguf, tmp_path))
    assert served == exact
    assert not set(plain) & set(exact)


async def _served(gguf: Path, log_home: Path) -> tuple[list[str], list[str]]:
    (log_home / "models").symlink_to(home() / "models")
    engine = load_text(Settings(home=log_home), "smollm2-135m")
    try:
        await engine.set_adapters([AdapterFile("twin", gguf)])
        answers = [[await _answer(engine, question, name) for question in ANSWERS] for name in ("twin", None)]
    finally:
        await engine.close()
    return answers[0], answers[1]


async def _answer(engine: object, question: str, adapter: str | None) -> str:
    request = TextRequest(
        _prompt(question), adapter=adapter, tokens_max=40, temperature=0.0, repeat_penalty=1.0
    )
    return "".join([delta.text async for delta in engine.stream(request)]).strip()  # type: ignore[attr-defined]


def _asked(question: str) -> Message:
    return Message(role="user", content=question)


def _prompt(question: str) -> list[Message]:
    return [Message(role="system", content=SYSTEM), _asked(question)]
