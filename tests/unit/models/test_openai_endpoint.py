"""The OpenAI client against a stand-in server: what goes out, what comes back, what each failure becomes."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from fenshen.core.errors import AppError, BadInput, Busy, EngineMissing
from fenshen.models.engines.openai_endpoint import OpenAIEndpoint
from fenshen.models.text import AdapterFile, TextDelta, TextRequest

REQUEST = TextRequest(messages=[{"role": "user", "content": "Hi"}], tokens_max=5, seed=3, stop=("END",))


class StandIn:
    """A server that answers with given events, or with a status, and remembers what it was sent."""

    def __init__(self, *events: object, status: int = 200, reason: str = "") -> None:
        self.events, self.status, self.reason = events, status, reason
        self.bodies: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        app = Starlette(
            routes=[
                Route("/v1/chat/completions", self.chat, methods=["POST"]),
                Route("/v1/models", self.models),
            ]
        )
        self.engine = OpenAIEndpoint(
            "http://stand-in/v1", "big", "secret", transport=httpx.ASGITransport(app=app)
        )

    async def chat(self, request: Request) -> Response:
        self.bodies.append(await request.json())
        self.keys.append(request.headers.get("authorization"))
        if self.status != 200:
            return JSONResponse({"error": {"message": self.reason}}, self.status)
        return StreamingResponse(self.lines(), media_type="text/event-stream")

    async def lines(self) -> AsyncIterator[str]:
        for event in self.events:
            yield f"data: {event if isinstance(event, str) else json.dumps(event)}\n\n"

    async def models(self, request: Request) -> Response:
        return JSONResponse({"data": [{"id": "big"}, {"id": "juniper-v1"}]})


def piece(text: str | None, finish: str | None = None) -> dict[str, object]:
    return {"choices": [{"delta": {"content": text} if text else {}, "finish_reason": finish}]}


USAGE = {"choices": [], "usage": {"prompt_tokens": 4, "completion_tokens": 2}}
ANSWER = (piece(None), piece("Hel"), piece("lo"), piece(None, "stop"), USAGE, "[DONE]")


async def collect(engine: OpenAIEndpoint, request: TextRequest = REQUEST) -> list[TextDelta]:
    try:
        return [delta async for delta in engine.stream(request)]
    finally:
        await engine.close()


async def test_pieces_come_as_they_are_and_the_end_carries_the_usage() -> None:
    """Two pieces, then one ending with reason and usage; the key and the plain fields were sent."""
    server = StandIn(*ANSWER)
    *pieces, last = await collect(server.engine)
    assert [delta.text for delta in pieces] == ["Hel", "lo"]
    assert (last.finish_reason, last.usage and last.usage.completion_tokens) == ("stop", 2)
    body = server.bodies[0]
    assert (body["model"], body["max_tokens"], body["seed"], body["stop"]) == ("big", 5, 3, ["END"])
    assert server.keys == ["Bearer secret"] and "lora" not in body


async def test_an_adapter_is_a_model_name() -> None:
    """After the endpoint confirmed it serves the name, requests use it as the model; others are refused."""
    server = StandIn(*ANSWER)
    await server.engine.set_adapters([AdapterFile("juniper-v1", Path("unused"))])
    await collect(server.engine, replace(REQUEST, adapter="juniper-v1"))
    assert server.bodies[0]["model"] == "juniper-v1"
    with pytest.raises(BadInput, match="nobody"):
        await server.engine.set_adapters([AdapterFile("nobody", Path("unused"))])
    with pytest.raises(BadInput):
        await collect(server.engine, replace(REQUEST, adapter="nobody"))


@pytest.mark.parametrize(
    ("status", "reason", "error", "code"),
    [
        (400, "the request exceeds the available context size", BadInput, "context_full"),
        (422, "temperature is negative", BadInput, "bad_request"),
        (401, "no such key", EngineMissing, "bad_key"),
        (404, "no model big", EngineMissing, "model_missing"),
        (429, "slow down", Busy, "engine_busy"),
        (503, "loading", Busy, "engine_busy"),
    ],
)
async def test_each_status_becomes_an_error_of_ours(
    status: int, reason: str, error: type[AppError], code: str
) -> None:
    """The server's own words are in the message, and only overload is worth retrying."""
    with pytest.raises(error, match=reason) as caught:
        await collect(StandIn(status=status, reason=reason).engine)
    assert caught.value.code == code and caught.value.retryable is (error is Busy)


async def test_a_stream_that_breaks_off_is_busy() -> None:
    """No finish reason, or an error inside the stream: never taken for a whole answer."""
    for events in ((piece("Hel"),), (piece("Hel"), {"error": {"message": "gone", "code": 500}})):
        with pytest.raises(Busy):
            await collect(StandIn(*events).engine)


async def test_an_unreachable_endpoint_is_busy() -> None:
    """Nothing listens on the port."""
    with pytest.raises(Busy, match="try again"):
        await collect(OpenAIEndpoint("http://127.0.0.1:9/v1", "big"))
