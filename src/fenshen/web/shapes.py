"""Domain objects → wire shapes. Pure translation, one function per shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fenshen.billing.calls import CallState
from fenshen.billing.payment_links import TopUp
from fenshen.core.errors import AppError
from fenshen.core.note import Note
from fenshen.library.persona import Persona
from fenshen.trust.accounts import User
from fenshen.trust.consent import Consent
from fenshen.trust.labels import chat_notice
from fenshen.twin.conversations import Conversation, Turn
from fenshen.twin.live import Event, LiveCall
from fenshen.twin.serving import Serving
from fenshen.twin.thumbs import Thumb
from fenshen.web.errors import problem
from fenshen.web.schemas import (
    CallOut,
    CitationOut,
    ConversationDetail,
    ConversationOut,
    NoteOut,
    TurnOut,
    TwinCard,
    TwinDetail,
    UserOut,
)
from fenshen.web.studio_schemas import ConsentOut
from fenshen.web.wallet_schemas import TopUpOut

#: How often a client should acknowledge, seconds.
HEARTBEAT_S = 5


def user_out(user: User, creators: list[str]) -> UserOut:
    """A user as they see themselves."""
    return UserOut(id=user.id, email=user.email, role=user.role, creators=creators)


def notices(persona: Persona) -> dict[str, str]:
    """The standing AI notice in every language."""
    return {"en": chat_notice(persona.name, "en"), "zh": chat_notice(persona.name_zh or persona.name, "zh")}


def twin_card(serving: Serving) -> TwinCard:
    """A twin on the discover page."""
    persona, version = serving.persona, serving.version
    assert version.published_at is not None
    return TwinCard(
        slug=serving.slug,
        name=persona.name,
        name_zh=persona.name_zh,
        tagline=persona.tagline,
        about=persona.about,
        languages=list(serving.languages),
        price_micros_per_minute=serving.price_micros_per_minute,
        currency=serving.currency,
        version_id=version.id,
        published_at=version.published_at,
    )


def twin_detail(serving: Serving, version: int) -> TwinDetail:
    """A twin on its own page."""
    persona = serving.persona
    return TwinDetail(
        **twin_card(serving).model_dump(),
        version=version,
        greeting=persona.greeting,
        starters={code: some for code, some in persona.starters.items() if code in serving.languages},
        notice=notices(persona),
    )


def call_out(state: CallState, conversation: Conversation, persona: Persona) -> CallOut:
    """A call as its fan sees it."""
    return CallOut(
        id=state.id,
        twin=state.subject,
        conversation_id=conversation.id,
        status=state.status,
        reason=state.reason or None,
        price_micros_per_minute=state.price_micros_per_minute,
        currency=state.currency,
        seconds_charged=state.seconds_charged,
        charged_micros=state.charged_micros,
        acked_s=state.acked_s,
        cost_micros=state.cost_micros,
        available_micros=state.available_micros,
        held_micros=state.held_micros,
        sequence=state.sequence,
        quota_s=state.quota_s,
        heartbeat_s=HEARTBEAT_S,
        started=state.started,
        ended=state.ended,
        notice=notices(persona),
    )


def live_call_out(call: LiveCall, persona: Persona) -> CallOut:
    """A live call as its fan sees it."""
    return call_out(call.state, call.conversation, persona)


def turn_out(turn: Turn, thumb: Thumb | None = None) -> TurnOut:
    """One utterance, with its fan's thumb."""
    return TurnOut(
        id=turn.id,
        role=turn.role,
        speaker=turn.speaker,
        text=turn.text,
        status=turn.status,
        citations=[CitationOut(**citation) for citation in turn.citations],
        label=turn.label,
        at=turn.at,
        parent_id=turn.parent_id,
        alternatives=turn.alternatives,
        thumb=thumb,
    )


def conversation_out(conversation: Conversation) -> ConversationOut:
    """A line in the list of conversations."""
    return ConversationOut(
        id=conversation.id,
        twin=conversation.creator,
        title=conversation.title,
        started=conversation.started,
        updated=conversation.updated,
        turns=conversation.turns,
    )


def conversation_detail(
    conversation: Conversation, thread: list[Turn], thumbs: Mapping[str, Thumb]
) -> ConversationDetail:
    """A whole conversation with its fan's thumbs."""
    return ConversationDetail(
        id=conversation.id,
        twin=conversation.creator,
        title=conversation.title,
        started=conversation.started,
        updated=conversation.updated,
        turns=[turn_out(turn, thumbs.get(turn.id)) for turn in thread],
    )


def event_data(event: Event, call: LiveCall, persona: Persona) -> Any:
    """The JSON of a call's event."""
    data = event.data
    if isinstance(data, CallState):
        return call_out(data, call.conversation, persona).model_dump(mode="json")
    if isinstance(data, Turn):
        return turn_out(data).model_dump(mode="json")
    return problem(data) if isinstance(data, AppError) else data


def topup_out(topup: TopUp) -> TopUpOut:
    """A top-up as its fan sees it."""
    return TopUpOut(
        id=topup.id,
        status=topup.status,
        amount_micros=topup.amount,
        currency=topup.currency,
        checkout_url=topup.url,
        at=topup.created,
    )


def consent_out(given: Consent, status: str) -> ConsentOut:
    """A consent on the studio's page."""
    return ConsentOut(
        id=given.id,
        person=given.person,
        scopes=list(given.scopes),
        starts=given.starts,
        until=given.until,
        status=status,
    )


def note_out(note: Note) -> NoteOut:
    """A sentence of the server's."""
    return NoteOut(code=note.code, values=dict(note.values), sentence=note)
