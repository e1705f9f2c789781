"""A base as a PyTorch model with its own tokenizer: from a GGUF file, or a folder of safetensors. Imports PyTorch.

Nothing in a folder is executed: no code of the repository, no pickled weights.
"""

from __future__ import annotations

import contextlib
import importlib.util
import io
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import safetensors
import torch
import transformers

from fenshen.core.errors import BadInput, EngineMissing
from fenshen.models.catalog import CATALOG
from fenshen.training.bases import BaseFile
from fenshen.training.gguf_reader import read_once
from fenshen.training.recipe import Recipe

transformers.utils.logging.set_verbosity_error()
transformers.utils.logging.disable_progress_bar()


#: Settings by which a base changes its logits, each with the value that leaves them alone.
_LOGITS = {
    "final_logit_softcapping": None,
    "attn_logit_softcapping": None,
    "logit_scale": 1.0,
    "logits_scaling": 1.0,
    "lm_head_multiplier": 1.0,
}


@dataclass
class Base:
    """A base in memory: weights without gradients, and its tokenizer."""

    name: str
    path: Path
    model: Any
    tokenizer: Any

    @property
    def parameters(self) -> int:
        """How many weights it has."""
        return int(sum(weight.numel() for weight in self.model.parameters()))


@dataclass(frozen=True)
class Placement:
    """Where a base is put, and in what form."""

    device: str = "cpu"
    dtype: torch.dtype = torch.float32
    four_bit: bool = False


def placement(recipe: Recipe) -> Placement:
    """What `recipe` asks for on this machine.

    Raises:
        EngineMissing: no GPU that PyTorch can use, or no bitsandbytes.
    """
    has_gpu = torch.cuda.is_available()
    device = {"auto": "cuda" if has_gpu else "cpu"}.get(recipe.device, recipe.device)
    if device == "cuda" and not has_gpu:
        raise EngineMissing(
            f"recipe {recipe.name!r} needs a CUDA GPU, and this PyTorch ({torch.__version__}) finds none; "
            f"install a PyTorch with CUDA, or choose another recipe (`fenshen recipes`)",
            code="gpu_missing",
        )
    if recipe.four_bit and importlib.util.find_spec("bitsandbytes") is None:
        raise EngineMissing(
            f"recipe {recipe.name!r} holds the base in 4 bits, which needs 'bitsandbytes'; "
            f"run `pip install 'fenshen[gpu]'`",
            code="extra_missing",
        )
    return Placement(device, getattr(torch, recipe.dtype), recipe.four_bit)


def load_base(name: str, path: Path, threads: int = 2, place: Placement = Placement()) -> Base:
    """The base at `path`, a GGUF file (dequantised) or a folder of safetensors.

    Raises:
        BadInput: transformers cannot read this architecture or file, 4 bits were asked of a GGUF, or as
            `base_not_trained`.
    """
    torch.set_num_threads(threads)
    try:
        # Its progress bars go nowhere.
        with read_once(), warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
            warnings.simplefilter("ignore")
            read = _read_folder if path.is_dir() else _read_gguf
            tokenizer, model = read(path, place)
    except (ValueError, KeyError, OSError, AttributeError, safetensors.SafetensorError) as error:
        raise BadInput(
            f"cannot load the base {name!r} from {str(path)!r}: {error}", code="bad_base"
        ) from error
    _refuse_scaled_logits(name, model.config)
    model.requires_grad_(False)
    if card := CATALOG.get(name):
        tokenizer.chat_template = tokenizer.chat_template or card.chat_template
    return Base(name, path, model, tokenizer)


def load_file(file: BaseFile, threads: int = 2, place: Placement = Placement()) -> Base:
    """As `load_base`, of what training reads of `file`."""
    return load_base(file.name, file.source, threads, place)


def _refuse_scaled_logits(name: str, config: Any) -> None:
    """Bases that cap or scale their logits are not trained: the loss here is of plain ones.

    Raises:
        BadInput: `base_not_trained`.
    """
    changed = [
        setting for setting, plain in _LOGITS.items() if getattr(config, setting, None) not in (None, plain)
    ]
    if changed:
        raise BadInput(
            f"the base {name!r} changes its logits before they are compared ({', '.join(changed)}), as Gemma 2, "
            "Cohere and Granite do; the loss here would teach it something else. Choose another base, such as "
            "Gemma 3, Qwen or Llama",
            code="base_not_trained",
        )


def _read_gguf(path: Path, place: Placement) -> tuple[Any, Any]:
    if place.four_bit:
        raise ValueError("a GGUF file cannot be held in 4 bits again; give a folder of safetensors")
    tokenizer = transformers.AutoTokenizer.from_pretrained(str(path.parent), gguf_file=path.name)
    model = transformers.AutoModelForCausalLM.from_pretrained(
        str(path.parent), gguf_file=path.name, dtype=place.dtype
    )
    return tokenizer, model.to(place.device)


def _read_folder(folder: Path, place: Placement) -> tuple[Any, Any]:
    common = {"trust_remote_code": False, "local_files_only": True}
    tokenizer = transformers.AutoTokenizer.from_pretrained(str(folder), **common)
    how: dict[str, Any] = {"dtype": place.dtype, "use_safetensors": True}
    if place.four_bit:
        how["device_map"] = {"": place.device}
        how["quantization_config"] = transformers.BitsAndBytesConfig(
            load_in_4bit=True,
            bnb_4bit_quant_type="nf4",
            bnb_4bit_compute_dtype=place.dtype,
            bnb_4bit_use_double_quant=True,
        )
    model = transformers.AutoModelForCausalLM.from_pretrained(str(folder), **common, **how)
    return tokenizer, model if place.four_bit else model.to(place.device)
