"""`/v1`: models and chat completions, streamed or whole, for the unmodified `openai` client."""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import aclosing
from typing import Any, TypeVar

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, StreamingResponse
from starlette.routing import Route

from fenshen.core.errors import AppError, NotFound
from fenshen.training.versions import Version, all_published, numbers
from fenshen.trust.judging import judged
from fenshen.twin.metered import MeteredRequest
from fenshen.twin.reply import Answer, Notice, Piece, Question
from fenshen.twin.serving import Serving
from fenshen.web.deps import AppDep, Credential, UserDep
from fenshen.web.errors import error_response, status_of
from fenshen.web.openai.errors import error_document, is_under, unknown_address
from fenshen.web.openai.shapes import ChatRequest, url_citations
from fenshen.wiring import App

T = TypeVar("T")
#: How often to look whether the client of an answer that is not streamed still waits for it.
LOOK_EVERY_S = 0.25
#: What nginx logs for a client that closed the connection; there is no one left to read it.
CLIENT_GONE = 499

#: Clients in other languages than ours forget to say that they send JSON.
router = APIRouter(prefix="/v1", tags=["openai"], strict_content_type=False)
_HINT = "This server has GET /v1/models, GET /v1/models/{model} and POST /v1/chat/completions."


@router.get("/models")
def list_models(user: UserDep, app: AppDep) -> dict[str, Any]:
    """Every twin that can be talked to now, with the version that answers."""
    found = []
    for version in all_published(app.db):
        with contextlib.suppress(AppError):
            found.append(_model(app, app.published(version.creator).version))
    return {"object": "list", "data": found}


@router.get("/models/{model:path}")
def show_model(model: str, user: UserDep, app: AppDep) -> dict[str, Any]:
    """One twin that can be talked to now."""
    return _model(app, _serving(app, model).version)


def _model(app: App, version: Version) -> dict[str, Any]:
    return {
        "id": version.creator,
        "object": "model",
        "created": int((version.published_at or version.created).timestamp()),
        "owned_by": version.creator,
        "version": numbers(app.db, version.creator)[version.id],
        "version_id": version.id,
    }


def _serving(app: App, model: str) -> Serving:
    """The twin of that name.

    Raises:
        NotFound: `model_not_found`, there is none or it is not published: both look the same.
        Refused: its creator's consent does not hold.
    """
    try:
        return app.published(model)
    except NotFound:
        raise NotFound(
            f"The model {model[:64]!r} does not exist; GET /v1/models lists those that do", param="model"
        ) from None


@router.post("/chat/completions", response_model=None)
async def chat(
    body: ChatRequest, request: Request, user: UserDep, app: AppDep
) -> JSONResponse | StreamingResponse:
    """Ask a twin; the seconds it takes are charged to the key's owner."""
    try:
        body.check_offered()
        text, history = await judged(body.split)
        serving = await asyncio.to_thread(_serving, app, body.model)
        tokens_max = body.tokens_max  # refuses 0, before anything is reserved
        metered = await MeteredRequest.open(app.meter, app.clock, app.safety, user.id, serving)
        question = Question(
            text,
            app.ids.new("cmpl"),
            history,
            seed=body.engine_seed,
            tokens_max=tokens_max,
            temperature=body.temperature,
            stop=body.stops,
            # Nothing is looked up for a wallet that does not pay.
            looked_up=app.replier.look_up(body.model, text, history),
        )
    except AppError as error:
        return error_response(request.url.path, error)
    completion = _Completion(app, serving, question, metered, _public_url(app, request))
    if body.stream:
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        lines = completion.lines(body.include_usage, Credential(request, app, user).still_holds)
        return StreamingResponse(lines, media_type="text/event-stream", headers=headers)
    try:
        return JSONResponse(await _unless_gone(request, completion.whole()))
    except AppError as error:
        return error_response(request.url.path, error)
    except asyncio.CancelledError:
        if await request.is_disconnected():
            return JSONResponse(None, CLIENT_GONE)
        raise


async def _unless_gone(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """The result of `work`, which is cancelled when its client has gone."""
    task = asyncio.create_task(work)
    try:
        while not task.done():
            await asyncio.wait([task], timeout=LOOK_EVERY_S)
            if await request.is_disconnected():
                break
        else:
            return task.result()
    finally:
        if not task.done():
            task.cancel()
            await asyncio.wait([task])
    return task.result()


class _Completion:
    """One metered answer in the protocol's shapes."""

    def __init__(
        self, app: App, serving: Serving, question: Question, metered: MeteredRequest, public_url: str
    ) -> None:
        self._app, self._serving, self._question = app, serving, question
        self._metered, self._public_url = metered, public_url
        self._created = math.floor(app.clock.now().timestamp())

    async def whole(self) -> dict[str, Any]:
        """The answer in one document."""
        async with self._metered as metered:
            answer = await metered.whole(self._answer())
        message: dict[str, Any] = {"role": "assistant", "content": answer.sealed.content}
        message["annotations"] = url_citations(answer.sealed.content, answer.citations, self._public_url)
        choice = {"index": 0, "message": message, "finish_reason": answer.finish_reason, "logprobs": None}
        return {
            **self._envelope("chat.completion"),
            "choices": [choice],
            "usage": _usage(answer),
            "aigc": answer.sealed.label,
        }

    async def lines(
        self, include_usage: bool, still_allowed: Callable[[], Awaitable[bool]]
    ) -> AsyncIterator[str]:
        """The answer as SSE chunks; an error after the first byte becomes an error chunk.

        Args:
            still_allowed: asked before each chunk; a key that was revoked meanwhile ends the stream.
        """
        try:
            async with self._metered as metered, aclosing(metered.stream(self._answer())) as events:
                yield self._chunk({"role": "assistant", "content": ""})
                async for event in events:
                    if not await still_allowed():
                        return
                    if isinstance(event, Piece):
                        yield self._chunk({"content": event.sealed.content}, aigc=event.sealed.label)
                    elif isinstance(event, Answer):
                        notes = url_citations(event.sealed.content, event.citations, self._public_url)
                        yield self._chunk({"annotations": notes}, finish_reason=event.finish_reason)
                        if include_usage:
                            yield _line(
                                {
                                    **self._envelope("chat.completion.chunk"),
                                    "choices": [],
                                    "usage": _usage(event),
                                }
                            )
        except AppError as error:
            yield _line(error_document(error, int(status_of(error)))[0])
        yield "data: [DONE]\n\n"

    def _answer(self) -> AsyncGenerator[Piece | Notice | Answer, None]:
        return self._app.safety.answer(self._serving, self._question, self._metered.asker)

    def _envelope(self, kind: str) -> dict[str, Any]:
        return {
            "id": self._question.answer_id,
            "object": kind,
            "created": self._created,
            "model": self._serving.slug,
            "system_fingerprint": self._serving.version.id,
        }

    def _chunk(self, delta: dict[str, Any], *, finish_reason: str | None = None, **more: Any) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish_reason, "logprobs": None}
        return _line({**self._envelope("chat.completion.chunk"), "choices": [choice], **more})


def _usage(answer: Answer) -> dict[str, int]:
    prompt = answer.usage.prompt_tokens if answer.usage else 0
    written = answer.usage.completion_tokens if answer.usage else 0
    return {"prompt_tokens": prompt, "completion_tokens": written, "total_tokens": prompt + written}


def _line(body: dict[str, Any]) -> str:
    return f"data: {json.dumps(body, ensure_ascii=False)}\n\n"


def _public_url(app: App, request: Request) -> str:
    return (app.settings.public_url or str(request.base_url)).rstrip("/")


def not_offered(request: Request) -> JSONResponse:
    """The rest of the protocol, and the protocol where a client's base URL lacks `/v1`."""
    hint = _HINT if is_under(request.url.path) else "The base URL of this server ends in /v1."
    return unknown_address(request.method, request.url.path, hint)


_EVERY_METHOD = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
#: Addresses at which clients look for what is not there, whatever the method.
NOT_OFFERED = tuple(
    Route(path, not_offered, methods=_EVERY_METHOD)
    for path in (
        "/v1",
        "/v1/{rest:path}",
        "/models",
        "/models/{rest:path}",
        "/chat/completions",
        "/completions",
        "/embeddings",
        "/responses",
    )
)
