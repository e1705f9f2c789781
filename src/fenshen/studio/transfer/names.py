"""What may be in a twin file: a closed list of names, each with the most bytes it may have.

    manifest.json                 what is in the file, for whom and by whom, signed
    persona.json  limits.json     who the twin is and what it may not say
    consents.json                 who allowed what, until when
    golden.jsonl                  questions, and what the twin answered where it comes from
    adapter/…                     the adapter in PEFT's format, what it was made of, its examples, its ladder
    library/…                     optionally: items, passages, rights, and what is played, by digest

All of it is JSON, safetensors or sound and pictures. Nothing else has a name here, so nothing that could
run has a place: no pickle, no code, no tokenizer, no template, no GGUF.
"""

from __future__ import annotations

import re

from fenshen.core.errors import BadInput

MANIFEST = "manifest.json"
PERSONA, LIMITS, CONSENTS, GOLDEN = "persona.json", "limits.json", "consents.json", "golden.jsonl"
CONFIG, WEIGHTS = "adapter/adapter_config.json", "adapter/adapter_model.safetensors"
META, EXAMPLES, LADDER = "adapter/meta.json", "adapter/examples.jsonl", "adapter/ladder.json"
ITEMS, PASSAGES = "library/items.jsonl", "library/passages.jsonl"
RULES, DECISIONS, SETTINGS = "library/rules.jsonl", "library/decisions.jsonl", "library/settings.json"
APART = "library/kept_apart.jsonl"
ORIGINALS = "library/originals/"

_MIB, _GIB = 1 << 20, 1 << 30
BYTES_MAX = {
    MANIFEST: 16 * _MIB,
    PERSONA: _MIB,
    LIMITS: _MIB,
    CONSENTS: _MIB,
    GOLDEN: _MIB,
    CONFIG: _MIB // 16,
    WEIGHTS: 8 * _GIB,
    META: 8 * _MIB,
    EXAMPLES: 4 * _GIB,
    LADDER: 16 * _MIB,
    ITEMS: 4 * _GIB,
    PASSAGES: 16 * _GIB,
    RULES: _MIB,
    DECISIONS: _GIB,
    SETTINGS: _MIB // 16,
    APART: _GIB,
}
ORIGINAL_BYTES_MAX = 256 * _GIB
#: Every twin file has these.
ALWAYS = (PERSONA, LIMITS, CONSENTS, CONFIG, WEIGHTS, META, EXAMPLES)
LIBRARY = (ITEMS, PASSAGES, RULES, DECISIONS, SETTINGS, APART)
_ORIGINAL = re.compile(rf"{ORIGINALS}[0-9a-f]{{64}}", re.ASCII)


def bytes_max(name: str) -> int:
    """The most bytes that the member called `name` may have.

    Raises:
        BadInput: `package_member`, nothing of that name belongs into a twin file.
    """
    if _ORIGINAL.fullmatch(name):
        return ORIGINAL_BYTES_MAX
    if name not in BYTES_MAX:
        raise BadInput(
            f"{name[:80]!r} does not belong into a twin file, which holds JSON, safetensors and sound only",
            code="package_member",
        )
    return BYTES_MAX[name]
