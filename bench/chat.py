"""`bench chat`: an answer through our API against the same prompt sent straight to the engine.

Both speak to their own llama.cpp child with the same base, adapter, prompt, temperature 0 and seed, in
turn, so the machine's mood hits both alike. Ours adds look-up, limits, labels, metering and HTTP. Because
the creator's limits clear whole sentences, "first" is the first whole generated sentence on both sides (a
quote that opens an answer is there before and does not count); the bare engine's first token is given too.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from fenshen.library.prompt import Source, build_messages
from fenshen.models.text import TextRequest
from fenshen.trust import accounts, keys
from fenshen.trust.sentences import take_sentences
from fenshen.twin.reply import AFTER_PREFIX_TOKENS_MAX
from fenshen.twin.serving import Serving
from fenshen.wiring import App

#: Pairs differ by some 15 ms from each other on a quiet machine, so fewer do not settle 25 ms.
QUESTIONS = 36
WARM_UP = 2
TOKENS_MAX = 96
SEED = 11
FALLBACK_QUESTION = "What should I do before I open anything?"


@dataclass(frozen=True)
class Timing:
    """One answer: milliseconds to the first token and the first whole sentence, and tokens a second."""

    first_token_ms: float
    first_sentence_ms: float
    tokens_per_s: float
    tokens: int


async def bench_chat(app: App, slug: str) -> dict[str, Any]:
    """Medians over three dozen questions, ours and bare in turn.

    Raises:
        NotFound: the twin is not published.
    """
    serving = app.published(slug)
    asked = (serving.persona.starters.get("en") or [FALLBACK_QUESTION]) * QUESTIONS
    secret = _funded_key(app)
    ours: list[Timing] = []
    bare: list[Timing] = []
    async with _server(app) as url, httpx.AsyncClient(base_url=url, timeout=120) as client:
        for number, question in enumerate(asked[: QUESTIONS + WARM_UP]):
            looked_up = await asyncio.to_thread(app.retriever.retrieve, slug, question)
            opening = looked_up.opening if serving.uses_extractive_prefix else ""
            sources = () if opening else looked_up.sources

            async def through_api(question: str = question, opening: str = opening) -> Timing:
                return await _ours(client, secret, slug, question, opening)

            async def straight(
                question: str = question, sources: Sequence[Source] = sources, opening: str = opening
            ) -> Timing:
                return await _bare(app, serving, question, sources, opening)

            # Whoever comes second finds a warm processor, so they take turns at that too.
            if number % 2:
                peer, own = await straight(), await through_api()
            else:
                own, peer = await through_api(), await straight()
            if number >= WARM_UP:
                ours.append(own)
                bare.append(peer)
    return _compare(ours, bare)


def _compare(ours: list[Timing], bare: list[Timing]) -> dict[str, Any]:
    def median(timings: list[Timing], pick: Callable[[Timing], float]) -> float:
        return round(statistics.median(pick(t) for t in timings), 2)

    speed, peer_speed = (median(side, lambda t: t.tokens_per_s) for side in (ours, bare))
    # Each question against itself: answers differ in length and speed by more than the sides do.
    ratios = [o.tokens_per_s / b.tokens_per_s for o, b in zip(ours, bare, strict=True)]
    added = [o.first_sentence_ms - b.first_sentence_ms for o, b in zip(ours, bare, strict=True)]
    return {
        "unit": "tokens/s while answering, median",
        "ours": speed,
        "peer": peer_speed,
        "ratio": round(statistics.median(ratios), 3),
        "ratio_quartiles": [round(q, 3) for q in statistics.quantiles(ratios)],
        "added_first_sentence_ms": round(statistics.median(added), 1),
        "added_first_sentence_ms_quartiles": [round(q, 1) for q in statistics.quantiles(added)],
        "first_sentence_ms": {
            "ours": median(ours, lambda t: t.first_sentence_ms),
            "peer": median(bare, lambda t: t.first_sentence_ms),
        },
        "bare_first_token_ms": median(bare, lambda t: t.first_token_ms),
        "n": len(ours),
        "tokens": {"ours": sum(t.tokens for t in ours), "peer": sum(t.tokens for t in bare)},
    }


def _funded_key(app: App) -> str:
    email = f"bench-{secrets.token_hex(6)}@example.invalid"
    user = accounts.sign_up(app.db, app.clock, app.ids, email, secrets.token_urlsafe(16))
    app.topups.top_up(user.id, "USD", 50_000_000, f"bench-{user.id}")
    return keys.create_key(app.db, app.clock, app.ids, user.id, "bench").secret


@asynccontextmanager
async def _server(app: App) -> AsyncIterator[str]:
    """Our server in its own process on the same home."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "fenshen.cli", "serve", "--port", str(port)]
    environment = {**os.environ, "FENSHEN_HOME": str(app.settings.home)}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)  # noqa: ASYNC220
    url = f"http://127.0.0.1:{port}"
    try:
        async with httpx.AsyncClient() as client:
            for _ in range(300):
                try:
                    if (await client.get(f"{url}/readyz")).is_success:
                        break
                except httpx.TransportError:
                    await asyncio.sleep(0.2)
        yield url
    finally:
        process.terminate()
        process.wait(20)


async def _ours(client: httpx.AsyncClient, secret: str, slug: str, question: str, opening: str) -> Timing:
    body = {
        "model": slug,
        "messages": [{"role": "user", "content": question}],
        "stream": True,
        "stream_options": {"include_usage": True},
        "max_tokens": TOKENS_MAX,
        "temperature": 0,
        "seed": SEED,
    }
    headers = {"Authorization": f"Bearer {secret}"}
    started = time.perf_counter()
    first_ms, tokens, ended, said = 0.0, 0, started, 0
    async with client.stream("POST", "/v1/chat/completions", json=body, headers=headers) as response:
        response.raise_for_status()
        async for line in response.aiter_lines():
            if not line.startswith("data: {"):
                continue
            chunk = json.loads(line[6:])
            if chunk.get("usage"):
                tokens = chunk["usage"]["completion_tokens"]
            elif text := chunk["choices"][0]["delta"].get("content"):
                ended = time.perf_counter()
                said += len(text)
                if said > len(opening) + 1:
                    first_ms = first_ms or (ended - started) * 1000
    return _timing(first_ms, first_ms, tokens, started, ended)


async def _bare(app: App, serving: Serving, question: str, sources: Sequence[Source], opening: str) -> Timing:
    engine = await app.bases.engine_for(serving.version)
    request = TextRequest(
        build_messages(serving.persona.system_prompt("en"), (), question, sources, "en", opening),
        adapter=serving.adapter,
        tokens_max=AFTER_PREFIX_TOKENS_MAX if opening else TOKENS_MAX,
        temperature=0,
        seed=SEED,
        repeat_penalty=app.answer_settings.repeat_penalty,
    )
    started = time.perf_counter()
    text, first_ms, sentence_ms, tokens, ended = "", 0.0, 0.0, 0, started
    async for delta in engine.stream(request):
        if delta.text:
            ended = time.perf_counter()
            first_ms = first_ms or (ended - started) * 1000
            text += delta.text
            if not sentence_ms and take_sentences(text)[0]:
                sentence_ms = (ended - started) * 1000
        tokens = delta.usage.completion_tokens if delta.usage else tokens
    return _timing(first_ms, sentence_ms or (ended - started) * 1000, tokens, started, ended)


def _timing(first_ms: float, sentence_ms: float, tokens: int, started: float, ended: float) -> Timing:
    return Timing(first_ms, sentence_ms, tokens / max(ended - started, 1e-6), tokens)
