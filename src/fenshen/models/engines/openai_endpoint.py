"""Any OpenAI-compatible endpoint as a base: `FENSHEN_BASE="https://host/v1|model"`.

An adapter is asked for the way vLLM serves it: as a model of its own name, which the operator of the
endpoint has loaded. Knows nothing about whose server it is.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from urllib.parse import urlsplit

import httpx

from fenshen.core.errors import BadInput, UsageError
from fenshen.core.settings import Settings
from fenshen.models.engines.openai_chat import ChatClient, chat_body
from fenshen.models.text import AdapterFile, TextCapabilities, TextDelta, TextRequest


def parse_base(base: str) -> tuple[str, str]:
    """URL and model name from `URL|model`.

    Raises:
        UsageError: either part is missing, or the URL is not http(s).
    """
    url, _, model = base.partition("|")
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc or not model:
        raise UsageError(f"base {base!r} must look like https://host/v1|model-name", code="bad_base")
    return url.rstrip("/"), model


class OpenAIEndpoint:
    """A text engine on somebody's server.

    Args:
        url: Address up to and including `/v1`.
        model: Name of the plain base at that server.
        key: Bearer key, or `None`.
        context_tokens: What the server's model can hold.
        transport: For tests.
    """

    def __init__(
        self,
        url: str,
        model: str,
        key: str | None = None,
        *,
        context_tokens: int = 8192,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._client = ChatClient(url, key, transport)
        self._model = model
        self._adapters: frozenset[str] = frozenset()
        self.capabilities = TextCapabilities(model, context_tokens, adapters=True, languages=("en", "zh"))

    async def stream(self, request: TextRequest) -> AsyncGenerator[TextDelta, None]:
        """Generate; see `TextEngine.stream`."""
        if request.adapter is not None and request.adapter not in self._adapters:
            raise BadInput(f"adapter {request.adapter!r} is not loaded", code="unknown_adapter")
        body = chat_body(request, request.adapter or self._model)
        async with aclosing(self._client.stream(body)) as deltas:
            async for delta in deltas:
                yield delta

    async def set_adapters(self, adapters: Sequence[AdapterFile]) -> None:
        """Ask for these adapters by name from now on.

        Raises:
            BadInput: the endpoint does not list one of them.
        """
        wanted = frozenset(adapter.name for adapter in adapters)
        if wanted:
            absent = wanted.difference(await self._client.model_names())
            if absent:
                raise BadInput(
                    f"{self._client.url} does not serve {sorted(absent)}; load them there first, "
                    "with vLLM: --enable-lora --lora-modules NAME=FOLDER",
                    code="unknown_adapter",
                )
        self._adapters = wanted

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()


def load(settings: Settings, model: str) -> OpenAIEndpoint:
    """The endpoint written as `URL|model`, with the key from the settings."""
    url, name = parse_base(model)
    key = settings.base_key.get_secret_value() if settings.base_key else None
    return OpenAIEndpoint(url, name, key)
