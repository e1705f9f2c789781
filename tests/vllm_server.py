"""A stand-in for a vLLM server: its routes, its error shapes, its memory that a restart empties.

Answers come from the fake engine. Written after vLLM's OpenAI entry points: `/v1/models`,
`/v1/load_lora_adapter`, `/v1/unload_lora_adapter`, `/v1/chat/completions`.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from fenshen.core.errors import BadInput
from fenshen.models.engines.vllm import VLLMEngine
from fenshen.models.fakes import FakeTextEngine
from fenshen.models.text import AdapterFile, TextDelta, TextRequest

MODEL = "Qwen/Qwen3-8B"


class VLLMServer:
    """One server.

    Args:
        rank_max: its `--max-lora-rank`.
        is_dynamic: started with `--enable-lora` and run-time updating.
        flat_errors: writes errors as vLLM did before it nested them.
        root: the folder it sees under `/`; adapters outside do not exist for it.
    """

    def __init__(
        self,
        *,
        rank_max: int = 16,
        is_dynamic: bool = True,
        flat_errors: bool = False,
        root: Path | None = None,
    ) -> None:
        self.rank_max, self.flat_errors, self.root = rank_max, flat_errors, root
        self.adapters: dict[str, str] = {}
        self.calls: list[str] = []
        self.bodies: list[dict[str, Any]] = []
        self._engine = FakeTextEngine()
        routes = [
            Route("/v1/chat/completions", self.chat, methods=["POST"]),
            Route("/v1/models", self.models),
        ]
        if is_dynamic:
            routes += [
                Route("/v1/load_lora_adapter", self.load, methods=["POST"]),
                Route("/v1/unload_lora_adapter", self.unload, methods=["POST"]),
            ]
        app = Starlette(routes=routes, exception_handlers={404: _not_found})
        self.transport = httpx.ASGITransport(app=app)

    def engine(self, mount: str | None = None, salt: str = "salt") -> VLLMEngine:
        """An engine of ours that talks to this server."""
        return VLLMEngine("http://vllm/v1", MODEL, salt, "key", mount=mount, transport=self.transport)

    def restart(self) -> None:
        """Everything loaded at run time is forgotten."""
        self.adapters.clear()

    async def load(self, request: Request) -> Response:
        body = await request.json()
        name, path = body["lora_name"], body["lora_path"]
        self.calls.append(f"load {name}")
        if name in self.adapters:
            return self.error(400, f"The lora adapter '{name}' has already been loaded.", "InvalidUserInput")
        here = Path(path) if self.root is None else self.root / path.lstrip("/")
        if not (here / "adapter_config.json").is_file():
            message = f"Loading lora {name} failed: No adapter found for {path}"
            return self.error(404, message, "NotFoundError")
        rank = json.loads((here / "adapter_config.json").read_text())["r"]
        if rank > self.rank_max:
            message = f"Call to add_lora method failed: LoRA rank {rank} is greater than max_lora_rank {self.rank_max}."
            return self.error(400, message, "BadRequestError")
        self.adapters[name] = path
        return PlainTextResponse(f"Success: LoRA adapter '{name}' added successfully.")

    async def unload(self, request: Request) -> Response:
        name = (await request.json())["lora_name"]
        self.calls.append(f"unload {name}")
        if self.adapters.pop(name, None) is None:
            return self.error(404, f"The lora adapter '{name}' cannot be found.", "NotFoundError")
        return PlainTextResponse(f"Success: LoRA adapter '{name}' removed successfully.")

    async def models(self, request: Request) -> Response:
        cards = [{"id": MODEL, "object": "model", "root": MODEL, "parent": None}]
        cards += [{"id": n, "object": "model", "root": p, "parent": MODEL} for n, p in self.adapters.items()]
        return JSONResponse({"object": "list", "data": cards})

    async def chat(self, request: Request) -> Response:
        body = await request.json()
        self.bodies.append(body)
        model = body["model"]
        if model != MODEL and model not in self.adapters:
            return self.error(404, f"The model `{model}` does not exist.", "NotFoundError")
        asked = TextRequest(
            body["messages"],
            adapter=None if model == MODEL else model,
            tokens_max=body["max_tokens"],
            temperature=body["temperature"],
            seed=body.get("seed"),
            stop=tuple(body.get("stop", ())),
        )
        await self._engine.set_adapters(
            [AdapterFile(name, Path(path)) for name, path in self.adapters.items()]
        )
        answer = self._engine.stream(asked)
        try:
            first = await anext(answer)
        except BadInput as error:
            return self.error(
                400, f"This model's maximum context length is exceeded: {error.message}", "BadRequestError"
            )
        return StreamingResponse(self.lines(first, answer), media_type="text/event-stream")

    async def lines(self, first: TextDelta, rest: AsyncIterator[TextDelta]) -> AsyncIterator[str]:
        yield _line(first)
        async for delta in rest:
            yield _line(delta)
            if delta.usage is not None:
                usage = vars(delta.usage)
                yield "data: " + json.dumps({"choices": [], "usage": dict(usage)}) + "\n\n"
        yield "data: [DONE]\n\n"

    def error(self, status: int, message: str, kind: str) -> JSONResponse:
        told = {"message": message, "type": kind, "param": None, "code": status}
        return JSONResponse({"object": "error", **told} if self.flat_errors else {"error": told}, status)


def _line(delta: TextDelta) -> str:
    choice = {"index": 0, "delta": {"content": delta.text}, "finish_reason": delta.finish_reason}
    return "data: " + json.dumps({"object": "chat.completion.chunk", "choices": [choice]}) + "\n\n"


async def _not_found(request: Request, error: Exception) -> Response:
    return JSONResponse({"detail": "Not Found"}, 404)


def write_peft(folder: Path, rank: int = 16) -> AdapterFile:
    """A folder that looks like a PEFT adapter from outside."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "adapter_config.json").write_text(json.dumps({"peft_type": "LORA", "r": rank}))
    return AdapterFile(folder.name, folder / "adapter.gguf")
