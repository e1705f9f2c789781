"""What a fan and a twin said: list, read, delete."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query

from fenshen.twin.live_calls import live_call_in
from fenshen.twin.thumbs import thumbs_in
from fenshen.web.deps import AppDep, UserDep
from fenshen.web.schemas.conversations import ConversationDetail, ConversationOut, TurnOut

router = APIRouter(prefix="/api/conversations", tags=["conversations"])


@router.get("")
def list_conversations(
    user: UserDep,
    app: AppDep,
    twin: Annotated[str | None, Query(max_length=64)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> list[ConversationOut]:
    """This fan's conversations, newest first."""
    return [
        ConversationOut.of(conversation, twin=conversation.creator)
        for conversation in app.conversations.of_fan(user.id, twin, limit)
    ]


@router.get("/{conversation_id}")
def show_conversation(conversation_id: str, user: UserDep, app: AppDep) -> ConversationDetail:
    """One conversation with its turns."""
    conversation = app.conversations.get(conversation_id, user.id)
    thumbs = thumbs_in(app.db, user.id, conversation_id)
    turns = [
        TurnOut.of(turn, citations=app.viewing.citations(turn.citations), thumb=thumbs.get(turn.id))
        for turn in app.conversations.shown(conversation_id)
    ]
    return ConversationDetail.of(conversation, twin=conversation.creator, turns=turns)


@router.delete("/{conversation_id}", status_code=204)
async def delete_conversation(conversation_id: str, user: UserDep, app: AppDep) -> None:
    """Delete a conversation for good; a call that goes on in it ends first, charged to its last acknowledgement."""
    live = await asyncio.to_thread(live_call_in, app.db, user.id, conversation_id)
    if live is not None:
        await app.calls.end(live, user.id, 0, "deleted")
    await asyncio.to_thread(app.conversations.delete, conversation_id, user.id)
