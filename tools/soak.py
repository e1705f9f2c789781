"""Many fans and some attackers on a real server for some minutes: does it go on answering, and do the books agree?

    python tools/soak.py --fans 40 --minutes 15

A furnished home is made in a temporary folder and served by `fenshen serve` with the fake engine. Fans open
calls, follow the events, ask (a third of it hostile text), acknowledge, drop streams and hang up; they use
`/v1` and search too. Attackers send half requests, drips, deep and full bodies, and too many searches. All the
while `/healthz` is asked ten times a second. At the end the server is stopped and `fenshen ledger verify` is run.
Prints one JSON document; the exit status is 1 when the books do not agree, an answer was a 5xx of ours
(503 means busy and is allowed) or `/healthz` failed.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

HOSTILE = (
    "!" * 8000, "?" * 7999, "。" * 8000, "?!" * 4000, "s e n d " * 1000, "s_e_n_d_" * 1000, "真" * 8000, "a" * 8000,
    "no " * 2600, "send gift card " * 500, "[" * 8000, "](" * 4000, "<a " * 2600, "<!--" * 2000, "\u0301a" * 4000,
    "1." * 4000, "one two three " * 500, "a.b@" * 2000, "((((" * 2000, "\n" * 100 + "x" + "\n" * 7000 + "x", "ﷺ" * 8000,
)  # fmt: skip
PLAIN = (
    "Is my kettle broken?",
    "水壶不响了怎么办？",
    "What did you learn about toasters?",
    "Tell me about the boat.",
)
PROBE_EVERY_S = 0.1


class Tally:
    """What happened."""

    def __init__(self) -> None:
        self.answers: Counter[str] = Counter()
        self.failures: Counter[str] = Counter()
        self.probes_ms: list[float] = []
        self.lost_probes = 0

    async def ask(self, http: httpx.AsyncClient, what: str, method: str, path: str, **more: Any) -> Any:
        """The decoded answer; its status is counted under `what`."""
        try:
            response = await http.request(method, path, **more)
        except httpx.HTTPError as error:
            self.failures[f"{what} {type(error).__name__}"] += 1
            return {}
        self.answers[f"{what} {response.status_code}"] += 1
        with contextlib.suppress(ValueError):
            return response.json()
        return {}

    def report(self) -> dict[str, Any]:
        """Figures for people."""
        times = sorted(self.probes_ms) or [0.0]
        return {
            "healthz_ms": {
                name: round(times[min(len(times) - 1, int(len(times) * part))], 1)
                for name, part in (("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p99.9", 0.999), ("max", 1.0))
            },
            "healthz_asked": len(self.probes_ms) + self.lost_probes,
            "healthz_lost": self.lost_probes,
            "answers": dict(sorted(self.answers.items())),
            "broken_off": dict(sorted(self.failures.items())),
        }


async def probe(url: str, seconds: float) -> None:
    """Ask `/healthz` ten times a second, each time on its own, so that a slow one hides no other; print all times.

    In a process of its own: the clients here are busy themselves.
    """
    times: list[float | None] = []

    async def once(http: httpx.AsyncClient) -> None:
        begun = time.perf_counter()
        try:
            (await http.get("/healthz")).raise_for_status()
            times.append((time.perf_counter() - begun) * 1000)
        except httpx.HTTPError:
            times.append(None)

    ends = time.monotonic() + seconds
    async with httpx.AsyncClient(base_url=url, timeout=30) as http, asyncio.TaskGroup() as group:
        while time.monotonic() < ends:
            group.create_task(once(http))
            await asyncio.sleep(PROBE_EVERY_S)
    print(json.dumps(times))


async def fan(url: str, bearer: dict[str, str], tally: Tally, ends: float, seed: int) -> None:
    """Calls one after another, now and then `/v1` and a search."""
    chance = random.Random(seed)
    async with httpx.AsyncClient(base_url=url, headers=bearer, timeout=60) as http:
        while time.monotonic() < ends:
            roll = chance.random()
            if roll < 0.15:
                await complete(http, tally, chance)
            elif roll < 0.3:
                query = chance.choice((*PLAIN, "x" * 400, "!?" * 200))
                await tally.ask(http, "search", "GET", "/api/twins/juniper/search", params={"q": query})
            else:
                await call(http, tally, chance, ends)
            await asyncio.sleep(chance.random())


async def call(http: httpx.AsyncClient, tally: Tally, chance: random.Random, ends: float) -> None:
    """One call with a few questions."""
    opened = await tally.ask(http, "open", "POST", "/api/calls", json={"twin": "juniper"})
    if "id" not in opened:
        await asyncio.sleep(chance.uniform(1, 5))  # a person reads what the page says
        return
    path = f"/api/calls/{opened['id']}"
    following = asyncio.create_task(follow(http, path, chance))
    begun = time.monotonic()
    for _ in range(chance.randint(1, 4)):
        text = chance.choice(HOSTILE if chance.random() < 0.33 else PLAIN)
        await tally.ask(http, "ask", "POST", f"{path}/turns", json={"text": text})
        for _ in range(chance.randint(1, 3)):
            await asyncio.sleep(chance.uniform(0.2, 1.5))
            beat = {"seq": 1, "acked": int(time.monotonic() - begun)}
            await tally.ask(http, "heartbeat", "POST", f"{path}/heartbeat", json=beat)
        if time.monotonic() > ends:
            break
    if chance.random() < 0.8:  # the others leave without a word
        await tally.ask(http, "end", "POST", f"{path}/end")
    following.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await following


async def follow(http: httpx.AsyncClient, path: str, chance: random.Random) -> None:
    """The events of a call; a third of the streams is dropped and opened again."""
    with contextlib.suppress(httpx.HTTPError):
        for _ in range(chance.choice((1, 1, 6))):
            async with http.stream("GET", f"{path}/events") as stream:
                async for _line in stream.aiter_lines():
                    if chance.random() < 0.02:
                        break


async def complete(http: httpx.AsyncClient, tally: Tally, chance: random.Random) -> None:
    """A completion, whole, streamed or broken off."""
    text = chance.choice((*PLAIN, *HOSTILE))
    history = [{"role": "user", "content": "word " * 1500}] * chance.choice((0, 2, 60))
    body = {"model": "juniper", "messages": [*history, {"role": "user", "content": text}]}
    if chance.random() < 0.5:
        await tally.ask(http, "completion", "POST", "/v1/chat/completions", json=body)
        return
    with contextlib.suppress(httpx.HTTPError):
        async with http.stream("POST", "/v1/chat/completions", json={**body, "stream": True}) as stream:
            tally.answers[f"stream {stream.status_code}"] += 1
            async for _line in stream.aiter_lines():
                if chance.random() < 0.2:
                    break


async def attack(url: str, port: int, bearer: dict[str, str], tally: Tally, ends: float, seed: int) -> None:
    """Bodies that never end, drip, are deep or full, and searches without pause."""
    chance = random.Random(seed)
    full = (
        b"[" * (1 << 20), b'{"text":' * 100_000, b"[" + b"1," * 500_000 + b"1]", b"x" * (2 << 20),
        b'{"model":"juniper","messages":[{"role":"user","content":[' + b"1," * 500_000 + b"1]}]}",
        b'{"model":"juniper","messages":[{"role":"user","content":"' + b"! " * 500_000 + b'"}]}',
    )  # fmt: skip
    headers = {"Content-Type": "application/json", **bearer}
    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=60) as http:
        while time.monotonic() < ends:
            kind = chance.choice(("half", "drip", "full", "searches"))
            if kind == "full":
                path = chance.choice(("/v1/chat/completions", "/api/calls", "/api/auth/log-in"))
                await tally.ask(http, "full body", "POST", path, content=chance.choice(full))
            elif kind == "searches":
                async with httpx.AsyncClient(base_url=url, timeout=60) as visitor:
                    for number in range(20):
                        await tally.ask(
                            visitor, "visitor search", "GET", f"/api/twins/juniper/search?q=kettle{number}"
                        )
            else:
                await half(port, tally, kind, ends)
            await asyncio.sleep(chance.random())


async def half(port: int, tally: Tally, kind: str, ends: float) -> None:
    """Twenty half requests at once, until the server closes them."""

    async def one(number: int) -> None:
        begun = time.monotonic()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        head = b"POST /api/auth/log-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        writer.write(head[: 20 + number] if number % 2 else head + b'Content-Length: 500\r\n\r\n{"email":')
        closed = False
        while not closed and time.monotonic() < ends:
            try:
                async with asyncio.timeout(1):
                    closed = await reader.read(4096) == b""
            except TimeoutError:
                if kind == "drip":
                    writer.write(b" ")
            except ConnectionError:
                closed = True
        if closed:
            when = "within" if time.monotonic() - begun < 15 else "after"
            tally.answers[f"{kind} closed {when} 15 s"] += 1
        writer.close()

    await asyncio.gather(*map(one, range(20)), return_exceptions=True)


def furnished(home: Path, fans: int) -> list[dict[str, str]]:
    """A home with a published twin and fans who have money; what each sends as authorization."""
    from fenshen.core.settings import Settings
    from fenshen.trust import accounts, keys
    from fenshen.wiring import App
    from house import PASSWORD, furnish

    furnish(home)
    app = App(Settings(home=home, engine="fake"))
    bearers = []
    for number in range(fans):
        user = accounts.sign_up(app.db, app.clock, app.ids, f"fan{number}@example.com", PASSWORD)
        app.topups.top_up(user.id, "USD", 500_000_000, f"soak-{number}")
        secret = keys.create_key(app.db, app.clock, app.ids, user.id, "soak").secret
        bearers.append({"Authorization": f"Bearer {secret}"})
    app.db.close()
    return bearers


async def soak(url: str, port: int, bearers: list[dict[str, str]], minutes: float) -> Tally:
    """Everybody at once."""
    tally = Tally()
    ends = time.monotonic() + minutes * 60
    probing = await asyncio.create_subprocess_exec(
        sys.executable, __file__, "--probe", url, "--minutes", str(minutes), stdout=subprocess.PIPE
    )
    await asyncio.gather(
        *(fan(url, bearer, tally, ends, seed) for seed, bearer in enumerate(bearers)),
        *(attack(url, port, bearers[0], tally, ends, 1000 + seed) for seed in range(4)),
    )
    times = json.loads((await probing.communicate())[0])
    tally.probes_ms = [took for took in times if took is not None]
    tally.lost_probes = len(times) - len(tally.probes_ms)
    return tally


def main() -> int:
    """Serve, soak, stop, verify, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--fans", type=int, default=40)
    parser.add_argument("--minutes", type=float, default=3.0)
    parser.add_argument("--probe", metavar="URL", help="only ask /healthz there, and print the times")
    given = parser.parse_args()
    if given.probe:
        asyncio.run(probe(given.probe, given.minutes * 60))
        return 0
    with tempfile.TemporaryDirectory(prefix="fenshen-soak-") as folder, socket.socket() as free:
        home = Path(folder) / "home"
        bearers = furnished(home, given.fans)
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        environment = {**os.environ, "FENSHEN_HOME": str(home), "FENSHEN_ENGINE": "fake"}
        run = [sys.executable, "-m", "fenshen.cli"]
        log = (Path(folder) / "server.log").open("w+")
        server = subprocess.Popen(
            [*run, "serve", "--port", str(port)], env=environment, stderr=log, stdout=log
        )
        try:
            url = f"http://127.0.0.1:{port}"
            _await_ready(url, server)
            tally = asyncio.run(soak(url, port, bearers, given.minutes))
            alive = server.poll() is None
        finally:
            server.send_signal(signal.SIGTERM)
            begun = time.monotonic()
            try:
                server.wait(60)
            except subprocess.TimeoutExpired:
                server.kill()
        verify = subprocess.run([*run, "ledger", "verify"], env=environment, capture_output=True, text=True)
        log.seek(0)
        errors = sum('"level": "ERROR"' in line or "Traceback" in line for line in log)
    report = {
        **tally.report(),
        "alive_at_the_end": alive,
        "stopped_in_s": round(time.monotonic() - begun, 1),
        "errors_in_log": errors,
        "ledger": (verify.stdout + verify.stderr).strip(),
    }
    print(json.dumps(report, indent=2, ensure_ascii=False))
    ours = [name for name in tally.answers if name.rsplit(" ", 1)[-1] in ("500", "502", "504")]
    return int(bool(verify.returncode or ours or tally.lost_probes or not alive))


def _await_ready(url: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(f"{url}/healthz").status_code == 200:
                return
        if server.poll() is not None:
            break
        time.sleep(0.1)
    raise SystemExit("the server did not start")


if __name__ == "__main__":
    sys.exit(main())
