"""A vLLM server as a base: adapters are loaded into it while it runs, and asked for as models.

    set_adapters: names only → first request of one: POST /load_lora_adapter → chat with model=<its name there>

In `fenshen.toml`, table `[served_by]`: `qwen3-8b = "vllm:http://gpu:8000/v1|Qwen/Qwen3-8B|/mnt/versions"`. The
server reads the adapter's PEFT folder itself, so it must see `<home>/versions`, under the path named last where that is not the
same. A server that was started again has forgotten its adapters: they are loaded again with the request that
finds out. Names there are made from a secret of this installation, so that nobody who shares the server can
ask for a twin by its version. Knows nothing about GGUF or twins.

Source: vLLM documentation, "LoRA Adapters", "Dynamically serving LoRA Adapters".
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import json
import os
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from pathlib import Path, PurePosixPath
from typing import Any

import httpx

from fenshen.core.errors import AppError, BadInput, EngineMissing, UsageError
from fenshen.core.ids import new_secret
from fenshen.core.settings import Settings
from fenshen.models.engines.openai_chat import ChatClient, chat_body
from fenshen.models.engines.openai_endpoint import parse_base
from fenshen.models.text import AdapterFile, TextCapabilities, TextDelta, TextRequest

PEFT_CONFIG = "adapter_config.json"


class VLLMEngine:
    """A text engine on a vLLM server.

    Args:
        url: Address up to and including `/v1`.
        model: Name of the plain base at that server.
        salt: Secret of this installation.
        key: Bearer key, or `None`.
        mount: Where the server sees the folder that holds the adapters' folders; `None`: where we see it.
        context_tokens: What the server's model can hold.
        transport: For tests.
    """

    def __init__(
        self,
        url: str,
        model: str,
        salt: str,
        key: str | None = None,
        *,
        mount: str | None = None,
        context_tokens: int = 8192,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._client = ChatClient(url, key, transport)
        self._model, self._salt, self._mount = model, salt, mount
        self._folders: dict[str, Path] = {}
        self._loaded: set[str] = set()
        self._loading: tuple[asyncio.AbstractEventLoop, asyncio.Lock] | None = None
        self.capabilities = TextCapabilities(model, context_tokens, adapters=True, languages=("en", "zh"))

    async def stream(self, request: TextRequest) -> AsyncGenerator[TextDelta, None]:
        """Generate; see `TextEngine.stream`."""
        for is_last in (False, True):
            started = False
            try:
                async with aclosing(self._answer(request)) as deltas:
                    async for delta in deltas:
                        started = True
                        yield delta
                return
            except EngineMissing as error:
                forgotten = request.adapter in self._loaded and error.code == "model_missing"
                if started or is_last or not forgotten:
                    raise
                self._loaded.clear()

    async def set_adapters(self, adapters: Sequence[AdapterFile]) -> None:
        """Answer with these adapters from now on; the server loads each with its first request.

        Raises:
            BadInput: two share a name, or a folder holds no PEFT adapter.
        """
        folders = {adapter.name: adapter.folder for adapter in adapters}
        if len(folders) != len(adapters):
            raise BadInput("adapter names are not distinct", code="bad_adapter")
        for folder in folders.values():
            if not (folder / PEFT_CONFIG).is_file():
                raise BadInput(f"{str(folder)!r} holds no {PEFT_CONFIG}: no PEFT adapter", code="bad_adapter")
        gone = [name for name in self._folders if name not in folders and name in self._loaded]
        self._folders = folders
        for name in gone:
            await self._unload(name)

    async def close(self) -> None:
        """Close the connections; the server keeps its adapters."""
        await self._client.close()

    def name_there(self, adapter: str) -> str:
        """What the server calls an adapter of ours."""
        digest = hmac.new(self._salt.encode(), adapter.encode(), hashlib.sha256).hexdigest()
        return f"fenshen-{digest[:32]}"

    async def _answer(self, request: TextRequest) -> AsyncGenerator[TextDelta, None]:
        if request.adapter is not None:
            if request.adapter not in self._folders:
                raise BadInput(f"adapter {request.adapter!r} is not loaded", code="unknown_adapter")
            await self._load(request.adapter)
        async with aclosing(self._client.stream(self._body(request))) as deltas:
            async for delta in deltas:
                yield delta

    def _body(self, request: TextRequest) -> dict[str, Any]:
        model = self._model if request.adapter is None else self.name_there(request.adapter)
        return {
            **chat_body(request, model),
            "repetition_penalty": request.repeat_penalty,
            "chat_template_kwargs": {"enable_thinking": False},
        }

    async def _load(self, adapter: str) -> None:
        async with self._lock():
            if adapter in self._loaded:
                return
            folder = self._folders[adapter]
            path = str(PurePosixPath(self._mount) / folder.name) if self._mount else str(folder.absolute())
            body = {"lora_name": self.name_there(adapter), "lora_path": path}
            status, reason = await self._client.post("load_lora_adapter", body)
            if status != httpx.codes.OK and "already been loaded" not in reason:
                raise _load_error(status, reason, self._client, folder, path)
            self._loaded.add(adapter)

    async def _unload(self, adapter: str) -> None:
        """Free the server's memory; one that has forgotten the adapter, or is away, has nothing to free."""
        self._loaded.discard(adapter)
        with contextlib.suppress(AppError):
            await self._client.post("unload_lora_adapter", {"lora_name": self.name_there(adapter)})

    def _lock(self) -> asyncio.Lock:
        loop = asyncio.get_running_loop()
        if self._loading is None or self._loading[0] is not loop:
            self._loading = (loop, asyncio.Lock())
        return self._loading[1]


def _load_error(status: int, reason: str, client: ChatClient, folder: Path, path: str) -> AppError:
    told = reason.lower()
    if "rank" in told and "greater" in told:
        rank = json.loads((folder / PEFT_CONFIG).read_text(encoding="utf-8")).get("r")
        return EngineMissing(
            f"the vLLM server at {client.url} takes no adapter of rank {rank}: start it with "
            f"--max-lora-rank {rank} ({reason})",
            code="rank_too_high",
        )
    if "no adapter found" in told:
        return EngineMissing(
            f"the vLLM server at {client.url} does not see {path!r}: mount {str(folder.parent)!r} there and name the "
            f"place it has there last in `[served_by]`",
            code="adapter_not_seen",
        )
    if status in (404, 405) or ("lora" in told and "enable" in told):
        return EngineMissing(
            f"the vLLM server at {client.url} loads no adapters while it runs: start it with --enable-lora and "
            f"VLLM_ALLOW_RUNTIME_LORA_UPDATING=True ({reason})",
            code="no_runtime_adapters",
        )
    return client.error(status, reason)


def parse_server(model: str) -> tuple[str, str, str | None]:
    """URL, model name and mount from `URL|model` or `URL|model|mount`.

    Raises:
        UsageError: URL or model is missing.
    """
    address, separator, mount = model, "", ""
    if model.count("|") > 1:
        address, separator, mount = model.rpartition("|")
    if separator and not mount.startswith("/"):
        raise UsageError(f"{mount!r} in {model!r} must be an absolute path at the server", code="bad_base")
    return *parse_base(address), mount or None


def installation_salt(home: Path) -> str:
    """The secret that adapter names are made from, written at the first use."""
    path = home / "adapter-names.secret"
    with contextlib.suppress(FileExistsError):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as made:
            made.write(new_secret("salt_"))
    return path.read_text(encoding="ascii")


def load(settings: Settings, model: str) -> VLLMEngine:
    """The server written as `URL|model` or `URL|model|mount`, with the key from the settings."""
    url, name, mount = parse_server(model)
    key = settings.base_key.get_secret_value() if settings.base_key else None
    return VLLMEngine(url, name, installation_salt(settings.home), key, mount=mount)
