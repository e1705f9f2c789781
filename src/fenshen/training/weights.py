"""A base's GGUF file as a PyTorch model with its own tokenizer. Imports PyTorch.

Knows nothing about creators, examples or adapters.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import transformers

from fenshen.core.errors import BadInput
from fenshen.models.catalog import CATALOG
from fenshen.training.gguf_reading import read_once

transformers.utils.logging.set_verbosity_error()
transformers.utils.logging.disable_progress_bar()


@dataclass
class Base:
    """A base in memory: float32 weights without gradients, and its tokenizer."""

    name: str
    path: Path
    model: Any
    tokenizer: Any

    @property
    def parameters(self) -> int:
        """How many weights it has."""
        return int(sum(weight.numel() for weight in self.model.parameters()))


def load_base(name: str, path: Path, threads: int = 2) -> Base:
    """The base in the GGUF file at `path`, dequantised to float32.

    Raises:
        BadInput: transformers cannot read this architecture or file.
    """
    torch.set_num_threads(threads)
    try:
        # Its progress bars go nowhere.
        with read_once(), warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
            warnings.simplefilter("ignore")
            tokenizer = transformers.AutoTokenizer.from_pretrained(str(path.parent), gguf_file=path.name)
            model = transformers.AutoModelForCausalLM.from_pretrained(
                str(path.parent), gguf_file=path.name, dtype=torch.float32
            )
    except (ValueError, KeyError, OSError) as error:
        raise BadInput(
            f"cannot load the base {name!r} from {str(path)!r}: {error}", code="bad_base"
        ) from error
    model.requires_grad_(False)
    if card := CATALOG.get(name):
        tokenizer.chat_template = tokenizer.chat_template or card.chat_template
    return Base(name, path, model, tokenizer)
