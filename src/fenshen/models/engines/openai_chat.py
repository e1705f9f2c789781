"""The one client of the OpenAI chat protocol: a request out, pieces of the answer in.

    body → POST /chat/completions (stream) → server-sent events → TextDelta

Every text engine of ours is such a server. A connection stays open between requests and belongs to
the event loop that made it. Closing the stream closes the connection, which is how the server learns
to stop. Knows nothing about what is behind the URL.

Source: OpenAI API reference, "Create chat completion", streaming.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

import httpx

from fenshen.core.errors import AppError, BadInput, Busy, EngineMissing
from fenshen.models.text import TextDelta, TextRequest, Usage

#: The first token may wait behind other requests on a full engine; a silent engine is given up.
TIMEOUT = httpx.Timeout(300.0, connect=5.0)
_PREFIX = "data:"


def chat_body(request: TextRequest, model: str) -> dict[str, Any]:
    """The JSON body every OpenAI-compatible server understands.

    Raises:
        BadInput: `tokens_max` is below 1 or there are no messages.
    """
    if request.tokens_max < 1:
        raise BadInput(f"tokens_max is {request.tokens_max}; it must be 1 or more", code="bad_request")
    if not request.messages:
        raise BadInput("the request has no messages", code="bad_request")
    body: dict[str, Any] = {
        "model": model,
        "messages": list(request.messages),
        "max_tokens": request.tokens_max,
        "temperature": request.temperature,
        "top_p": request.top_p,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    if request.seed is not None:
        body["seed"] = request.seed
    if request.stop:
        body["stop"] = list(request.stop)
    return body


class ChatClient:
    """Streams answers from one server.

    Args:
        url: Address up to and including `/v1`.
        key: Bearer key, or `None`.
        transport: For tests that serve the other side in the same process.
    """

    def __init__(
        self, url: str, key: str | None = None, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self.url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._transport = transport
        self._client: httpx.AsyncClient | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def http(self) -> httpx.AsyncClient:
        """The connection pool of the running event loop."""
        loop = asyncio.get_running_loop()
        if self._client is None or self._loop is not loop:
            self._client = httpx.AsyncClient(
                headers=self._headers, timeout=TIMEOUT, transport=self._transport, trust_env=False
            )
            self._loop = loop
        return self._client

    async def stream(self, body: dict[str, Any]) -> AsyncGenerator[TextDelta, None]:
        """The answer piece by piece; the last piece has the finish reason and the usage.

        Raises:
            BadInput: the server refuses the request (too long, unknown field).
            EngineMissing: the server has no such model, or does not accept the key.
            Busy: it cannot be reached, is overloaded, or broke off.
        """
        try:
            async with self.http().stream("POST", f"{self.url}/chat/completions", json=body) as response:
                if response.status_code != httpx.codes.OK:
                    await response.aread()
                    raise error_for(response.status_code, _reason(response.text), self.url)
                async for delta in _deltas(response.aiter_lines(), self.url):
                    yield delta
        except httpx.HTTPError as error:
            raise Busy(
                f"the engine at {self.url} broke off ({type(error).__name__}); try again", code="engine_down"
            ) from error

    async def model_names(self) -> list[str]:
        """Names the server lists under `/models`."""
        try:
            response = await self.http().get(f"{self.url}/models")
        except httpx.HTTPError as error:
            raise Busy(
                f"the engine at {self.url} cannot be reached; try again", code="engine_down"
            ) from error
        if response.status_code != httpx.codes.OK:
            raise error_for(response.status_code, _reason(response.text), self.url)
        return [str(entry["id"]) for entry in response.json()["data"]]

    async def post(self, path: str, body: dict[str, Any]) -> tuple[int, str]:
        """Status and what the server says to a POST under `path`.

        Raises:
            Busy: it cannot be reached.
        """
        try:
            response = await self.http().post(f"{self.url}/{path}", json=body)
        except httpx.HTTPError as error:
            raise Busy(
                f"the engine at {self.url} cannot be reached; try again", code="engine_down"
            ) from error
        return response.status_code, _reason(response.text)

    def error(self, status: int, reason: str) -> AppError:
        """The error of ours for a status of this server."""
        return error_for(status, reason, self.url)

    async def close(self) -> None:
        """Close the connections of this event loop."""
        client, self._client = self._client, None
        if client is not None and self._loop is asyncio.get_running_loop():
            await client.aclose()


async def _deltas(lines: AsyncIterator[str], url: str) -> AsyncIterator[TextDelta]:
    finish: str | None = None
    usage: Usage | None = None
    async for line in lines:
        if not line.startswith(_PREFIX):
            if line.startswith("error:"):
                raise error_for(500, _reason(line[6:]), url)
            continue
        data = line[len(_PREFIX) :].strip()
        if data == "[DONE]":
            break
        event = json.loads(data)
        if "error" in event:
            raise error_for(int(event["error"].get("code") or 500), _reason(data), url)
        for choice in event["choices"][:1]:
            if text := choice["delta"].get("content"):
                yield TextDelta(text)
            finish = choice.get("finish_reason") or finish
        if counts := event.get("usage"):
            usage = Usage(counts["prompt_tokens"], counts["completion_tokens"])
    if finish is None:
        raise Busy(f"the engine at {url} ended without finishing its answer; try again", code="engine_down")
    yield TextDelta("", "length" if finish == "length" else "stop", usage)


def error_for(status: int, reason: str, url: str) -> AppError:
    """The error of ours for an HTTP status of an engine."""
    if status in (401, 403):
        return EngineMissing(
            f"{url} does not accept the key; set FENSHEN_BASE_KEY ({reason})", code="bad_key"
        )
    if status == 404:
        return EngineMissing(f"{url} has no such model: {reason}", code="model_missing")
    if 400 <= status < 500 and status not in (408, 409, 425, 429):
        code = "context_full" if "context" in reason.lower() else "bad_request"
        return BadInput(f"the engine refused the request: {reason}", code=code)
    return Busy(f"the engine at {url} is overloaded ({status}: {reason}); try again", code="engine_busy")


def _reason(text: str) -> str:
    try:
        told = json.loads(text)
        found = told.get("error", told)  # older vLLM writes the error itself, FastAPI a detail
        text = str(found.get("message") or found["detail"] if isinstance(found, dict) else found)
    except (ValueError, KeyError, TypeError, AttributeError):
        pass
    return text.strip()[:300] or "no reason given"
