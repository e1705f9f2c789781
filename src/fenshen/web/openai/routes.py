"""`/v1`: models and chat completions, streamed or whole, for the unmodified `openai` client."""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine
from contextlib import aclosing
from typing import Any, TypeVar

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, StreamingResponse

from fenshen.core.errors import AppError
from fenshen.training.versions import all_published, numbers
from fenshen.trust.judging import judged
from fenshen.twin.reply import TEMPERATURE, TOKENS_MAX, Answer, Notice, Piece, Question
from fenshen.twin.serving import Serving
from fenshen.web.deps import AppDep, UserDep
from fenshen.web.errors import status_of
from fenshen.web.openai.metered import Metered
from fenshen.web.openai.shapes import ChatRequest, error_body, url_citations
from fenshen.wiring import App

T = TypeVar("T")
#: How often to look whether the client of an answer that is not streamed still waits for it.
LOOK_EVERY_S = 0.25
#: What nginx logs for a client that closed the connection; nobody reads it.
CLIENT_GONE = 499

router = APIRouter(prefix="/v1", tags=["openai"])


@router.get("/models")
def list_models(user: UserDep, app: AppDep) -> dict[str, Any]:
    """Every published twin, with the version that answers."""
    data = [
        {
            "id": version.creator,
            "object": "model",
            "created": int((version.published_at or version.created).timestamp()),
            "owned_by": version.creator,
            "version": numbers(app.db, version.creator)[version.id],
            "version_id": version.id,
        }
        for version in all_published(app.db)
    ]
    return {"object": "list", "data": data}


@router.post("/chat/completions", response_model=None)
async def chat(
    body: ChatRequest, request: Request, user: UserDep, app: AppDep
) -> JSONResponse | StreamingResponse:
    """Ask a twin; the seconds it takes are charged to the key's owner."""
    try:
        text, history = await judged(body.split)
        serving = await asyncio.to_thread(app.published, body.model)
        metered = await Metered.open(app, user.id, serving)
        question = Question(
            text,
            app.ids.new("cmpl"),
            history,
            seed=body.seed,
            tokens_max=min(body.tokens_max or TOKENS_MAX, 1024),
            temperature=TEMPERATURE if body.temperature is None else body.temperature,
            stop=body.stops,
            # Nothing is looked up for a wallet that does not pay.
            looked_up=app.replier.look_up(body.model, text, history),
        )
    except AppError as error:
        return _failure(error)
    completion = _Completion(app, serving, question, metered, _public_url(app, request))
    if body.stream:
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        lines = completion.lines(body.include_usage)
        return StreamingResponse(lines, media_type="text/event-stream", headers=headers)
    try:
        return JSONResponse(await _unless_gone(request, completion.whole()))
    except AppError as error:
        return _failure(error)
    except asyncio.CancelledError:
        if await request.is_disconnected():
            return JSONResponse(None, CLIENT_GONE)
        raise


async def _unless_gone(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """The result of `work`, which is cancelled when nobody waits for it any more."""
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
        self, app: App, serving: Serving, question: Question, metered: Metered, public_url: str
    ) -> None:
        self._app, self._serving, self._question = app, serving, question
        self._metered, self._public_url = metered, public_url
        self._created = math.floor(app.clock.now().timestamp())

    async def whole(self) -> dict[str, Any]:
        """The answer in one document."""
        async with self._metered as metered, aclosing(self._answer()) as events:
            async for event in events:
                await self._tell(metered, event)
            answer = event
            assert isinstance(answer, Answer)
            metered.deliver()
        message: dict[str, Any] = {"role": "assistant", "content": answer.sealed.text}
        message["annotations"] = url_citations(answer.sealed.text, answer.citations, self._public_url)
        choice = {"index": 0, "message": message, "finish_reason": answer.finish_reason, "logprobs": None}
        return {
            **self._envelope("chat.completion"),
            "choices": [choice],
            "usage": _usage(answer),
            "aigc": answer.sealed.label,
        }

    async def lines(self, include_usage: bool) -> AsyncIterator[str]:
        """The answer as SSE chunks; an error after the first byte becomes an error chunk."""
        try:
            async with self._metered as metered, aclosing(self._answer()) as events:
                yield self._chunk({"role": "assistant", "content": ""})
                async for event in events:
                    if isinstance(event, Piece):
                        yield self._chunk({"content": event.sealed.text}, aigc=event.sealed.label)
                    elif isinstance(event, Answer):
                        notes = url_citations(event.sealed.text, event.citations, self._public_url)
                        yield self._chunk({"annotations": notes}, finish_reason=event.finish_reason)
                        if include_usage:
                            yield _line(
                                {
                                    **self._envelope("chat.completion.chunk"),
                                    "choices": [],
                                    "usage": _usage(event),
                                }
                            )
                    await self._tell(metered, event)
                    metered.deliver()
        except AppError as error:
            yield _line(error_body(error.code, error.message, "server_error"))
        yield "data: [DONE]\n\n"

    @staticmethod
    async def _tell(metered: Metered, event: Piece | Notice | Answer) -> None:
        """The quote was there before the engine said anything, so the client still waits after it."""
        if isinstance(event, Notice):
            metered.waive()
        elif isinstance(event, Answer) or not event.is_quote:
            await metered.begin_answer()

    def _answer(self) -> AsyncGenerator[Piece | Notice | Answer, None]:
        return self._app.replier.answer(self._serving, self._question)

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


def _failure(error: AppError) -> JSONResponse:
    status = int(status_of(error))
    kind = "server_error" if status >= 500 else "invalid_request_error"
    return JSONResponse(error_body(error.code, error.message, kind), status)
