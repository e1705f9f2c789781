"""One question to one answer: look it up, ask the base with the twin's adapter, guard, label, cite.

    question → crisis? → retrieve → messages → engine → sentence gate → seal → pieces … → cited answer

What leaves here is sealed text, sentence by sentence, after the creator's limits have cleared it. An
answer that runs into its length limit ends with its last whole sentence. A sentence that the limits hold back, though
the fan did not ask about its topic, is left out with all after it; if there was nothing before it, the base is asked
once more, greedily and with the instruction to avoid the topic, and if that fails too a neutral line is given.
Judging words takes processor time, so it is done in a thread and leaves the event loop to the other calls.
Knows nothing about calls, storage or transports.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Literal

from fenshen.library.language import detect_language
from fenshen.library.privacy.readable import readable
from fenshen.library.prompt import build_messages
from fenshen.models.text import Message, TextRequest, Usage
from fenshen.trust.drift import Speaker, Window
from fenshen.trust.gate import SentenceGate
from fenshen.trust.guard import FanCheck, Guard, neutral_line
from fenshen.trust.judging import judged
from fenshen.trust.labels import Sealed, seal_text
from fenshen.twin.citations import Citation, cite
from fenshen.twin.eager_stream import eager_stream
from fenshen.twin.refusals import Intervention
from fenshen.twin.retrieve import Retrieved, Retriever
from fenshen.twin.serving import Bases, Serving

#: What a small base adds to the creator's own sentences.
AFTER_PREFIX_TOKENS_MAX = 64
PRODUCER = "fenshen"

AnswerStatus = Literal["complete", "refused"]
_AVOIDING = {"en": "(Answer without anything about: {topic}.)", "zh": "（回答时不要涉及：{topic}。）"}


@dataclass(frozen=True)
class Piece:
    """Cleared words to append to what is shown."""

    sealed: Sealed[str]


@dataclass(frozen=True)
class Notice:
    """Something to tell the fan beside the answer. `crisis` and `minor` stop the meter; `stop` ends the call."""

    kind: Literal["crisis", "minor", "stop"]
    text: str


@dataclass(frozen=True)
class Answer:
    """The finished answer; replaces the pieces."""

    sealed: Sealed[str]
    citations: tuple[Citation, ...]
    status: AnswerStatus
    usage: Usage | None = None
    finish_reason: Literal["stop", "length"] = "stop"
    intervention: Intervention | None = None


@dataclass(frozen=True)
class AnswerSettings:
    """How answers are drawn, where a question does not say otherwise; an operator sets each as `FENSHEN_ANSWER_…`."""

    tokens_max: int = 160
    temperature: float = 0.4
    repeat_penalty: float = 1.15


@dataclass(frozen=True)
class Question:
    """What to answer.

    Attributes:
        answer_id: Names the content in its label.
        tokens_max, temperature: Where they differ from the installation's settings.
        looked_up: The look-up, where the caller has begun it already; otherwise it is done here.
        whole_library: The creator asks, so what fans may not know of yet counts too.
        window: What the guard looks back on; the history when not given.
        today: For ages that are said as a year of birth.
    """

    text: str
    answer_id: str
    history: Sequence[Message] = ()
    seed: int | None = None
    tokens_max: int | None = None
    temperature: float | None = None
    stop: tuple[str, ...] = ()
    looked_up: Awaitable[Retrieved] | None = None
    whole_library: bool = False
    window: Window | None = None
    today: date | None = None


class Replier:
    """Answers as any published twin."""

    def __init__(self, bases: Bases, retriever: Retriever, settings: AnswerSettings) -> None:
        self._bases = bases
        self._retriever = retriever
        self._settings = settings

    async def answer(
        self, serving: Serving, question: Question
    ) -> AsyncGenerator[Piece | Notice | Answer, None]:
        """Pieces as they are cleared, notices, and last the whole answer.

        Closing the iterator stops the engine.

        Raises:
            AppError: as the engine's `stream`.
        """
        gate, concern = await judged(_judge, serving, question)
        if concern.kind is not None:
            for event in self._without_engine(concern, question):
                yield event
            return
        looking = question.looked_up or self.look_up(
            serving.slug, question.text, question.history, whole_library=question.whole_library
        )
        retrieved = await looking
        opening = retrieved.opening if serving.uses_extractive_prefix else ""
        async for event in self._generate(serving, question, retrieved, opening, gate):
            if not (isinstance(event, Answer) and gate.dropped and not event.sealed.content):
                yield event
                continue
            again, fresh = replace(question, temperature=0.0), gate.anew()
            async for second in self._generate(serving, again, retrieved, "", fresh, gate.topic):
                yield second

    def look_up(
        self, slug: str, text: str, history: Sequence[Message], *, whole_library: bool = False
    ) -> asyncio.Future[Retrieved]:
        """Begin looking a question up, beside whatever else must be done before it is answered."""
        retrieve = partial(self._retriever.retrieve, slug, text, history, whole_library=whole_library)
        looking = asyncio.ensure_future(asyncio.to_thread(retrieve))
        # The failure of a look-up that was not needed after all is not reported as forgotten.
        looking.add_done_callback(lambda done: done.cancelled() or done.exception())
        return looking

    def _without_engine(self, concern: FanCheck, question: Question) -> Iterator[Piece | Notice | Answer]:
        """The answer to a message that never reaches the model."""
        if concern.kind in ("crisis", "minor", "stop"):
            yield Notice(concern.kind, concern.reply)
        sealed = self._seal(concern.reply, question)
        yield Piece(sealed)
        status: AnswerStatus = "complete" if concern.kind in ("identity", "care") else "refused"
        held = {
            "topic": Intervention("question", concern.topic or "", "replied"),
            "stop": Intervention("drift", "drift", "ended"),
        }
        yield Answer(sealed, (), status, intervention=held.get(concern.kind or ""))

    async def _generate(
        self,
        serving: Serving,
        question: Question,
        retrieved: Retrieved,
        opening: str,
        gate: SentenceGate,
        avoided: str | None = None,
    ) -> AsyncGenerator[Piece | Notice | Answer, None]:
        """One try at an answer; `avoided` is the topic that spoilt the first one."""
        engine = await self._bases.engine_for(serving.version)
        shown = ""
        has_text = not opening
        messages = _messages(serving, question, retrieved, opening, gate.language, avoided)
        request = self._request(serving, question, messages, has_prefix=bool(opening))
        usage: Usage | None = None
        finish_reason: Literal["stop", "length"] = "stop"
        async with eager_stream(engine.stream(request)) as deltas:
            for cleared in await _fed(gate, f"{opening} " if opening else ""):
                shown += cleared
                yield Piece(self._seal(cleared, question))
            if not gate.ended:
                async for delta in deltas:
                    usage = delta.usage or usage
                    finish_reason = delta.finish_reason or finish_reason
                    text = delta.text if has_text else delta.text.lstrip()
                    has_text = has_text or bool(text)
                    for cleared in await _fed(gate, text):
                        shown += cleared
                        yield Piece(self._seal(cleared, question))
                    if gate.ended:
                        break
            is_cut = finish_reason == "length" and shown
            for cleared in () if is_cut else await judged(gate.flush):
                shown += cleared
                yield Piece(self._seal(cleared, question))
        if gate.dropped and not shown.strip() and avoided is not None:
            shown = neutral_line(gate.language)
            yield Piece(self._seal(shown, question))
            held = Intervention("sentence", gate.topic, "neutral")
            yield Answer(self._seal(shown, question), (), "refused", usage, finish_reason, held)
            return
        whole = self._seal(shown.strip(), question)
        if gate.verdict is not None and gate.verdict.stops_call:
            yield Notice("stop", gate.verdict.reply)
        if gate.ended and not gate.dropped:
            yield Answer(whole, (), "refused", usage, finish_reason, _intervention(gate))
            return
        citations = await judged(cite, question.text, whole.content, retrieved.found, serving.persona.names)
        intervention = Intervention("sentence", avoided, "retried") if avoided else None
        if gate.dropped:
            intervention = Intervention("sentence", gate.topic, "dropped")
        yield Answer(whole, tuple(citations), "complete", usage, finish_reason, intervention)

    def _request(
        self, serving: Serving, question: Question, messages: Sequence[Message], *, has_prefix: bool
    ) -> TextRequest:
        tokens_max = question.tokens_max or self._settings.tokens_max
        temperature = question.temperature
        return TextRequest(
            messages=messages,
            adapter=serving.adapter,
            tokens_max=min(tokens_max, AFTER_PREFIX_TOKENS_MAX) if has_prefix else tokens_max,
            temperature=self._settings.temperature if temperature is None else temperature,
            seed=question.seed,
            stop=question.stop,
            repeat_penalty=self._settings.repeat_penalty,
        )

    def _seal(self, text: str, question: Question) -> Sealed[str]:
        # A version that learned before stand-ins were rendered may still say one.
        return seal_text(readable(text), PRODUCER, question.answer_id)


def _judge(serving: Serving, question: Question) -> tuple[SentenceGate, FanCheck]:
    """The gate for the answer to a question, and what the question asks for before there is one."""
    language = detect_language(question.text)
    guard = Guard(serving.limits, serving.persona.names)
    window = question.window or window_of(question.history)
    concern = guard.check_fan_message(question.text, window, language=language, today=question.today)
    return SentenceGate(guard, window.add("fan", question.text), language=language), concern


async def _fed(gate: SentenceGate, text: str) -> list[str]:
    """What `text` clears; a thread is asked only when a sentence is there to be judged."""
    return await judged(gate.feed, text) if gate.completes(text) else gate.feed(text)


def window_of(history: Sequence[Message], *, fan_only: bool = False) -> Window:
    """The turns before, in which the guard watches for drift.

    Args:
        fan_only: Leave out the twin's turns, for a history that comes from a client.
    """
    window = Window()
    for message in history:
        speaker: Speaker = "fan" if message["role"] == "user" else "twin"
        if speaker == "fan" or not fan_only:
            window = window.add(speaker, message["content"])
    return window


def _intervention(gate: SentenceGate) -> Intervention:
    if gate.verdict is not None and gate.verdict.topic == "drift":
        return Intervention("drift", "drift", "ended" if gate.verdict.stops_call else "replied")
    return Intervention("question", gate.topic, "replied")


def _messages(
    serving: Serving,
    question: Question,
    retrieved: Retrieved,
    opening: str,
    language: str,
    avoided: str | None = None,
) -> list[Message]:
    asked = question.text
    if avoided is not None:
        asked = (
            f"{asked}\n\n{_AVOIDING.get(language, _AVOIDING['en']).format(topic=avoided.replace('_', ' '))}"
        )
    return build_messages(
        serving.persona.system_prompt(language),
        question.history,
        asked,
        () if opening else retrieved.sources,
        language,
        opening,
    )
