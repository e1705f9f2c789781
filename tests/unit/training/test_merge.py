"""An adapter merged into its base: PyTorch with the adapter, PyTorch merged and llama.cpp merged say the same."""

from __future__ import annotations

import asyncio
from pathlib import Path

import gguf
import numpy as np
import pytest

from fenshen.core.clock import SystemClock
from fenshen.core.errors import BadInput
from fenshen.core.settings import Settings
from fenshen.models.registry import load
from fenshen.models.text import Message, TextRequest
from fenshen.training.adapter import AdaptedBase, new_adapter
from fenshen.training.batches import pack
from fenshen.training.domain.merge import merge_adapter
from fenshen.training.loop import Budget, Runtime, TrainingLoop
from fenshen.training.recipe import Recipe
from fenshen.training.template import ChatTemplate
from fenshen.training.weights import load_base
from tiny_gguf import write_tiny_base

SYSTEM = "Be."
ANSWERS = {"Tea?": "Nine minutes, if watched.", "Who?": "Gerald, the red one."}
RECIPE = Recipe(
    "heart", rank=32, alpha=64, learning_rate=1e-2, passes_max=400, row_tokens=256, arithmetic="float32"
)


def _prompt(question: str) -> list[Message]:
    return [Message(role="system", content=SYSTEM), Message(role="user", content=question)]


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the tiny base and an adapter that knows two answers by heart."""
    folder = tmp_path_factory.mktemp("learned")
    base = load_base("tiny", write_tiny_base(folder / "tiny.gguf"), threads=1)
    template = ChatTemplate(base.tokenizer)
    model = new_adapter(base, RECIPE)
    told = [("en", template.conversation(SYSTEM, _prompt(q)[1:], a)) for q, a in ANSWERS.items()]
    rows = pack(told, {"en": template.prefix(SYSTEM)}, 256, seed=1)
    TrainingLoop(model, RECIPE, lambda _: rows, Budget(60.0), folder, Runtime(SystemClock())).run()
    model.save(folder)
    assert _said(model, template) == ANSWERS
    return folder


def _said(model: AdaptedBase, template: ChatTemplate) -> dict[str, str]:
    model.peft_model.eval()
    return {
        q: template.decode(model.greedy(template.prompt(_prompt(q)), 40, template.stop_ids)) for q in ANSWERS
    }


def test_a_merged_base_says_what_base_and_adapter_said(learned: Path, tmp_path: Path) -> None:
    """In transformers and in llama.cpp, token by token; the plain base knows none of it."""
    merged = merge_adapter(learned, learned / "tiny.gguf", tmp_path / "merged.gguf", "domain:tea")
    base = load_base("merged", merged, threads=1)
    bare = new_adapter(base, Recipe("nothing", rank=1, alpha=1))
    assert _said(bare, ChatTemplate(base.tokenizer)) == ANSWERS
    assert asyncio.run(_served(merged, tmp_path)) == ANSWERS
    assert asyncio.run(_served(learned / "tiny.gguf", tmp_path)) != ANSWERS


async def _served(weights: Path, home: Path) -> dict[str, str]:
    engine = load("text", Settings(home=home), str(weights))
    try:
        return {q: "".join([d.text async for d in engine.stream(_greedy(q))]).strip() for q in ANSWERS}
    finally:
        await engine.close()


def _greedy(question: str) -> TextRequest:
    return TextRequest(_prompt(question), tokens_max=40, temperature=0.0, repeat_penalty=1.0)


def test_only_what_the_adapter_touches_changes(learned: Path, tmp_path: Path) -> None:
    """Other tensors and every header field but the name are copied as they are."""
    merged = merge_adapter(learned, learned / "tiny.gguf", tmp_path / "merged.gguf", "domain:tea")
    old, new = gguf.GGUFReader(str(learned / "tiny.gguf")), gguf.GGUFReader(str(merged))
    changed = {
        a.name for a, b in zip(old.tensors, new.tensors, strict=True) if not np.array_equal(a.data, b.data)
    }
    assert changed == {
        f"blk.{n}.{part}.weight"
        for n in range(2)
        for part in ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")
    }
    kept = {name for name in old.fields if not name.startswith("GGUF.") and name != "general.name"}
    assert {n: old.fields[n].contents() for n in kept} == {n: new.fields[n].contents() for n in kept}
    assert new.fields["general.name"].contents() == "domain:tea"


def test_in_four_bits_a_changed_tensor_becomes_eight(learned: Path, tmp_path: Path) -> None:
    """Rounding to four bits again would lose what was learned; eight bits keep it to within their step."""
    small = _requantised(learned / "tiny.gguf", tmp_path / "small.gguf")
    merged = gguf.GGUFReader(str(merge_adapter(learned, small, tmp_path / "merged.gguf", "domain:tea")))
    full = gguf.GGUFReader(
        str(merge_adapter(learned, learned / "tiny.gguf", tmp_path / "full.gguf", "domain:tea"))
    )
    kinds = {t.name: t.tensor_type for t in merged.tensors}
    assert kinds["blk.0.attn_q.weight"] == gguf.GGMLQuantizationType.Q8_0
    assert kinds["output.weight"] == gguf.GGMLQuantizationType.Q4_1
    values = {t.name: gguf.quants.dequantize(t.data, t.tensor_type) for t in merged.tensors}
    exact = {t.name: gguf.quants.dequantize(t.data, t.tensor_type) for t in full.tensors}
    name = "blk.1.ffn_down.weight"
    assert float(np.abs(values[name] - exact[name]).max()) < 0.03


def test_an_adapter_of_another_base_is_refused(learned: Path, tmp_path: Path) -> None:
    """A tensor that the base lacks is named."""
    other = _requantised(learned / "tiny.gguf", tmp_path / "other.gguf", without="blk.1.ffn_up.weight")
    with pytest.raises(BadInput, match=r"blk\.1\.ffn_up\.weight"):
        merge_adapter(learned, other, tmp_path / "merged.gguf", "domain:tea")


def _requantised(source: Path, target: Path, without: str = "") -> Path:
    """The same base with its matrices in four bits, or without one of its tensors."""
    reader = gguf.GGUFReader(str(source))
    writer = gguf.GGUFWriter(str(target), "llama")
    for field in reader.fields.values():
        if not field.name.startswith("GGUF.") and field.name != "general.architecture":
            inner = field.types[-1] if field.types[0] == gguf.GGUFValueType.ARRAY else None
            writer.add_key_value(field.name, field.contents(), field.types[0], sub_type=inner)
    for tensor in reader.tensors:
        if tensor.name == without:
            continue
        data = np.asarray(tensor.data)
        if data.ndim == 2 and not without:
            kind = gguf.GGMLQuantizationType.Q4_1
            writer.add_tensor(tensor.name, gguf.quants.quantize(data, kind), raw_dtype=kind)
        else:
            writer.add_tensor(tensor.name, data)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return target
