"""Generating answers with an engine under the decoding settings that all conditions share, and measure 6: what
a minute of talk costs on this machine.
"""

from __future__ import annotations

import asyncio
import math
import os
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fenshen.models.text import Message, TextEngine, TextRequest
from fenshen.training.evals.intervals import mean_interval, ratio_interval

IN_FLIGHT = 4


@dataclass(frozen=True)
class Decoding:
    """How answers are drawn: the same at every condition, and as fans get them."""

    temperature: float = 0.4
    top_p: float = 0.9
    repeat_penalty: float = 1.15
    seed: int = 7

    def request(self, messages: Sequence[Message], adapter: str | None, tokens_max: int) -> TextRequest:
        """A request with these settings."""
        return TextRequest(
            messages,
            adapter,
            tokens_max,
            temperature=self.temperature,
            top_p=self.top_p,
            seed=self.seed,
            repeat_penalty=self.repeat_penalty,
        )


@dataclass(frozen=True)
class GeneratedAnswer:
    """One answer: how many tokens, how long until the first and until the last, seconds."""

    text: str
    tokens: int
    first_s: float
    seconds: float


async def generate(engine: TextEngine, request: TextRequest) -> GeneratedAnswer:
    """One answer in full.

    Raises:
        AppError: as the engine's `stream`.
    """
    started = time.perf_counter()
    pieces: list[str] = []
    tokens, first_s = 0, 0.0
    stream: Any = engine.stream(request)
    async with aclosing(stream) as deltas:
        async for delta in deltas:
            first_s = first_s or time.perf_counter() - started
            pieces.append(delta.text)
            tokens = delta.usage.completion_tokens if delta.usage else tokens
    return GeneratedAnswer(
        "".join(pieces).strip(), tokens or len(pieces), first_s, time.perf_counter() - started
    )


async def generate_all(
    engine: TextEngine, requests: Sequence[TextRequest], on_done: Callable[[], None]
) -> list[str]:
    """Answers in the order of `requests`, a few at a time; `on_done` is called after each.

    Raises:
        AppError: as the engine's `stream`; the other requests are stopped.
    """
    free = asyncio.Semaphore(IN_FLIGHT)

    async def one(request: TextRequest) -> str:
        async with free:
            answer = await generate(engine, request)
        on_done()
        return answer.text

    tasks = [asyncio.create_task(one(request)) for request in requests]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()


#: A minute of easy talk, about 150 words.
TOKENS_PER_MINUTE = 200


async def measure_cost(engine: TextEngine, requests: Sequence[TextRequest], seed: int) -> dict[str, Any]:
    """Speed of single answers, one after the other; the first one only warms the prefix cache.

    Returns:
        Tokens a second, milliseconds to the first token and processor seconds for a minute of talk, each
        also under `intervals`; without /proc there are no processor seconds.
    """
    await generate(engine, requests[0])
    answers: list[GeneratedAnswer] = []
    used_s: list[float] = []
    for request in requests[1:]:
        before_s = cpu_seconds()
        answers.append(await generate(engine, request))
        after_s = cpu_seconds()
        used_s += [] if before_s is None or after_s is None else [after_s - before_s]
    tokens = [answer.tokens for answer in answers]
    spoken = [count / TOKENS_PER_MINUTE for count in tokens]
    figures = {
        "tokens_per_s": ratio_interval(tokens, [answer.seconds for answer in answers], seed),
        "first_token_ms": mean_interval([1000 * answer.first_s for answer in answers], seed),
        "cpu_s_per_minute": ratio_interval(used_s, spoken, seed) if len(used_s) == len(spoken) else None,
    }
    return {
        **{name: None if f is None else round(f.value, 2) for name, f in figures.items()},
        "n": len(answers),
        "intervals": {name: f.as_json() for name, f in figures.items() if f is not None},
    }


def price_floor_micros(cost: Mapping[str, Any], cpu_hour_price_micros: int) -> int | None:
    """What a minute of talk costs this machine, micros: the upper end of the measured processor time times
    the price of a processor hour; `None` where it was not measured."""
    spent = (cost.get("intervals") or {}).get("cpu_s_per_minute") or {}
    seconds = spent.get("high", cost.get("cpu_s_per_minute"))
    return None if seconds is None else math.ceil(seconds * cpu_hour_price_micros / 3600)


def cpu_seconds(proc: Path = Path("/proc")) -> float | None:
    """Processor time of this process and its living children, seconds; `None` where /proc is missing."""
    try:
        stats = [path.read_text().rpartition(")")[2].split() for path in proc.glob("[0-9]*/stat")]
        own = (proc / "self" / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    me = str(os.getpid())
    mine = [own, *(fields for fields in stats if fields[1] == me)]
    return sum(int(fields[11]) + int(fields[12]) for fields in mine) / os.sysconf("SC_CLK_TCK")
