"""Metered calls: open, talk, follow the events, acknowledge, end."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import StreamingResponse

from fenshen.billing.calls import CallState
from fenshen.core.errors import AppError
from fenshen.library.persona import Persona
from fenshen.trust.cleaning import clean_fan_text
from fenshen.trust.judging import judged
from fenshen.twin.call_keys import CallKeys
from fenshen.twin.conversations import Turn
from fenshen.twin.live import Event, LiveCall
from fenshen.twin.live_calls import live_call
from fenshen.web.deps import AppDep, Credential, UserDep
from fenshen.web.errors import problem
from fenshen.web.routes.twins import notices
from fenshen.web.schemas.calls import (
    CallEnd,
    CallOpen,
    CallOut,
    CallPause,
    Heartbeat,
    Received,
    TurnAccepted,
    TurnIn,
)
from fenshen.web.schemas.conversations import TurnOut
from fenshen.web.streams import Streams, heartbeat_stream, parse_event_id
from fenshen.wiring import App

router = APIRouter(prefix="/api/calls", tags=["calls"])

#: How often a client should acknowledge, seconds.
HEARTBEAT_S = 5


@router.post("", status_code=201, responses={200: {"model": CallOut, "description": "Joined"}})
async def open_call(
    body: CallOpen,
    response: Response,
    user: UserDep,
    app: AppDep,
    idempotency_key: Annotated[str | None, Header(max_length=255)] = None,
) -> CallOut:
    """Open a metered call and reserve its first quota; a call with this twin that is live is joined (200).

    One with another twin, or in another conversation than asked for, refuses it: `call_live`, with `call_id`.
    The same `Idempotency-Key` gives the same call.
    """

    async def open_() -> str:
        call, is_new = await app.calls.open(user.id, body.twin, body.conversation_id, body.language)
        response.status_code = 201 if is_new else 200
        return call.state.id

    if idempotency_key is None:
        call_id = await open_()
    else:
        asked = (body.twin, body.conversation_id or "", body.language)
        call_id = await CallKeys(app.db, app.clock).once(user.id, idempotency_key, asked, open_)
    return _out(app, await app.calls.find(call_id, user.id))


@router.get("")
async def list_live_calls(user: UserDep, app: AppDep) -> list[CallOut]:
    """The call that this fan has not ended, wherever it was opened: one at most."""
    call_id = await asyncio.to_thread(live_call, app.db, user.id)
    return [] if call_id is None else [_out(app, await app.calls.find(call_id, user.id))]


@router.get("/{call_id}")
async def show_call(call_id: str, user: UserDep, app: AppDep) -> CallOut:
    """The call as it stands now."""
    return _out(app, await app.calls.find(call_id, user.id))


@router.get("/{call_id}/events", response_class=StreamingResponse)
async def follow_call(
    call_id: str,
    request: Request,
    user: UserDep,
    app: AppDep,
    last_event_id: Annotated[str | None, Header()] = None,
) -> StreamingResponse:
    """The call's events as SSE; a connection that comes back goes on after `Last-Event-ID`."""
    call = await app.calls.find(call_id, user.id)
    streams: Streams = request.app.state.streams
    streams.check(user.id)

    persona = app.persona(call.state.subject)

    async def lines() -> AsyncIterator[str]:
        async for event in call.follow(parse_event_id(last_event_id)):
            data = json.dumps(_event_data(event, call, persona), ensure_ascii=False)
            yield f"id: {event.id}\nevent: {event.name}\ndata: {data}\n\n"

    still_holds = Credential(request, app, user).still_holds

    async def stream() -> AsyncIterator[str]:
        with streams.joined(user.id, call_id) as replaced:
            async for line in heartbeat_stream(lines(), still_holds, replaced):
                yield line

    return StreamingResponse(
        stream(),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


@router.post("/{call_id}/turns", status_code=202)
async def say(call_id: str, body: TurnIn, user: UserDep, app: AppDep) -> TurnAccepted:
    """Ask something; the answer comes as events."""
    text = await judged(clean_fan_text, body.text)
    turn_id, answer_id = await app.calls.ask(call_id, user.id, text, body.turn_id)
    return TurnAccepted(turn_id=turn_id, answer_id=answer_id)


@router.post("/{call_id}/turns/{turn_id}/stop", status_code=204)
async def stop(call_id: str, turn_id: str, user: UserDep, app: AppDep) -> None:
    """Stop the answer being given."""
    await app.calls.stop(call_id, user.id, turn_id)


@router.post("/{call_id}/turns/{turn_id}/retry", status_code=202)
async def retry(call_id: str, turn_id: str, user: UserDep, app: AppDep) -> TurnAccepted:
    """Answer a question again."""
    question_id, answer_id = await app.calls.retry(call_id, user.id, turn_id)
    return TurnAccepted(turn_id=question_id, answer_id=answer_id)


@router.post("/{call_id}/heartbeat")
async def heartbeat(call_id: str, body: Heartbeat, user: UserDep, app: AppDep) -> CallOut:
    """Acknowledge what was received; what is acknowledged is charged."""
    return _out(app, await app.calls.heartbeat(call_id, user.id, body.seq, body.milliseconds))


@router.post("/{call_id}/pause")
async def pause(call_id: str, user: UserDep, app: AppDep, body: CallPause | None = None) -> CallOut:
    """Stop the meter."""
    return _out(app, await app.calls.pause(call_id, user.id, leaving=body is not None and body.leaving))


@router.post("/{call_id}/resume")
async def resume(call_id: str, user: UserDep, app: AppDep, body: Received | None = None) -> CallOut:
    """Go on after a pause; what was received before it may be acknowledged."""
    return _out(app, await app.calls.resume(call_id, user.id, body.milliseconds if body else 0))


@router.post("/{call_id}/end")
async def end(call_id: str, user: UserDep, app: AppDep, body: CallEnd | None = None) -> CallOut:
    """End the call; a last acknowledgement may come with it."""
    return _out(app, await app.calls.end(call_id, user.id, body.milliseconds if body else 0))


def _out(app: App, call: LiveCall) -> CallOut:
    return _call_in(call.state, call, app.persona(call.state.subject))


def _call_in(state: CallState, call: LiveCall, persona: Persona) -> CallOut:
    """The call as its fan sees it in `state`."""
    return CallOut.of(
        state,
        twin=state.subject,
        conversation_id=call.conversation.id,
        reason=state.reason or None,
        heartbeat_s=HEARTBEAT_S,
        notice=notices(persona),
    )


def _event_data(event: Event, call: LiveCall, persona: Persona) -> Any:
    data = event.data
    if isinstance(data, CallState):
        return _call_in(data, call, persona).model_dump(mode="json")
    if isinstance(data, Turn):
        return TurnOut.of(data, thumb=None).model_dump(mode="json")
    return problem(data) if isinstance(data, AppError) else data
