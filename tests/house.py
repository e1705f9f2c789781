"""A whole installation for tests: a published twin, people with wallets, and real HTTP on a free port.

It is furnished once per run and copied for each test, so a test begins with a database, an index and a
few seconds of library in a tenth of a second. The server runs in the test's own event loop: the test
holds the clock and the engine in its hands while real requests come and go.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from fenshen.core.clock import Clock, VirtualClock
from fenshen.core.ids import RandomIds
from fenshen.core.settings import Settings
from fenshen.library.persona import read_persona, store_persona
from fenshen.models.text import TextEngine
from fenshen.training import versions
from fenshen.training.dataset import read_dataset
from fenshen.training.preference import comparisons
from fenshen.training.preference.comparisons import Comparison
from fenshen.training.snapshot import write_snapshot
from fenshen.training.versions import Version
from fenshen.trust import accounts, consent, creators, keys, limits
from fenshen.trust.accounts import Role
from fenshen.web.app import create_api
from fenshen.web.connections import DeadlineProtocol
from fenshen.wiring import App

EXAMPLE = Path(__file__).parents[1] / "examples" / "juniper"
SLUG = "juniper"
#: A minute costs one dollar: 250,000 micros per quota of 15 s.
PRICE = 1_000_000
#: Not a small base: it answers in its own words from the first one on.
BASE = "test-base"
WALLET = 10_000_000
PASSWORD = "correct horse battery"
#: How long a test waits for something that must come; never an expectation of speed.
PATIENCE_S = 30.0

FILES = {
    "kettle.srt": """1
00:00:00,000 --> 00:00:06,000
A kettle that clicks off early is not broken, it is sulking about limescale.

2
00:01:23,000 --> 00:01:30,000
Boil two teaspoons of citric acid in the kettle and wait twenty minutes before you rinse it.
""",
    "one-for-one.md": """# The One-For-One rule

For every gadget that enters the boat one repaired gadget leaves it. I started the rule in 2024.
""",
    "private/secret.md": """---
private: true
---
# Diary

The canary sleeps under the blue teapot.
""",
}


@dataclass(frozen=True)
class Person:
    """Someone with an account and an API key."""

    id: str
    email: str
    secret: str

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}"}


@dataclass
class House:
    """One installation: the application and the people who use it."""

    app: App
    people: dict[str, Person]

    @property
    def clock(self) -> VirtualClock:
        assert isinstance(self.app.clock, VirtualClock)
        return self.app.clock

    def __getattr__(self, name: str) -> Person:
        try:
            return self.people[name]
        except KeyError:
            raise AttributeError(name) from None


def furnish(home: Path) -> None:
    """Write a home with a published twin `juniper`, and people with ten dollars each."""
    app = App(Settings(home=home, engine="fake"), clock=VirtualClock())
    people = {
        "fan": _person(app, "fan@example.com"),
        "other": _person(app, "other@example.com"),
        "poor": _person(app, "poor@example.com", units=0),
        "creator": _person(app, "juniper@example.com", "creator"),
        "rival": _person(app, "rowan@example.com", "creator"),
        "operator": _person(app, "operator@example.com", "operator"),
    }
    creators.add_creator(app.db, app.clock, SLUG, "Juniper Shen", people["creator"].id)
    creators.add_creator(app.db, app.clock, "rowan", "Rowan Pike", people["rival"].id)
    store_persona(app.db, app.clock, SLUG, read_persona(EXAMPLE / "persona.yaml"))
    limits.store(app.db, app.clock, SLUG, limits.load(EXAMPLE / "limits.yaml"))
    until = datetime(2040, 1, 1, tzinfo=UTC)
    consent.grant(app.db, app.clock, app.ids, SLUG, ["train", "chat"], until, by="test")
    library = home / "files"
    for name, text in FILES.items():
        (library / name).parent.mkdir(parents=True, exist_ok=True)
        (library / name).write_text(text)
    app.library.claim_all(SLUG, by="test")
    app.library.ingest(SLUG, [library])
    publish(app)
    (home / "people.json").write_text(json.dumps({n: asdict(p) for n, p in people.items()}))
    asyncio.run(app.close())


def _person(app: App, email: str, role: Role = "fan", units: int = WALLET) -> Person:
    user = accounts.sign_up(app.db, app.clock, app.ids, email, PASSWORD, role=role)
    if units:
        app.topups.top_up(user.id, "USD", units, f"first-{email}")
    return Person(user.id, email, keys.create_key(app.db, app.clock, app.ids, user.id, "tests").secret)


def publish(app: App, price: int = PRICE, base: str = BASE) -> Version:
    """A new version of the twin, in front of fans."""
    version = new_version(app, base)
    return app.releases.publish(version, price, "USD", by="test")


def new_version(app: App, base: str = BASE) -> Version:
    """A version that passed its gate and is not published."""
    # Counted, not random: versions of one moment of the test's clock stay in order.
    identifier = f"ver_test_{len(versions.list_versions(app.db, SLUG)):04}"
    version = Version(
        id=identifier,
        creator=SLUG,
        base=base,
        recipe="test",
        recipe_sha256="0" * 64,
        data_sha256="0" * 64,
        consent_id=None,
        adapter_dir=f"versions/{identifier}",
        created=app.clock.now(),
        status="evaluated",
        metrics={},
        gate={"passed": True, "reasons": []},
    )
    versions.add(app.db, version)
    return version


def ask_for_a_comparison(app: App, question: str = "Is my kettle broken?", **more: Any) -> Comparison:
    """A comparison of a version with the plain base, waiting for the creator's choice."""
    values: dict[str, Any] = {
        "id": app.ids.new("cmp"),
        "creator": SLUG,
        "by": "test",
        "asked": app.clock.now(),
        "source": "own",
        "question": question,
        "language": "en",
        "left_version": new_version(app).id,
        "right_version": None,
        "left_text": "It is sulking about limescale.",
        "right_text": "I am unable to assess your appliance.",
        "labels": ({}, {}),
    }
    made = Comparison(**(values | more))
    comparisons.add(app.db, made)
    return made


def trained_example(app: App) -> str:
    """The first example of a new version that was trained on the library; its id."""
    version = new_version(app)
    folder = app.settings.home / version.adapter_dir
    folder.mkdir(parents=True, exist_ok=True)
    data = read_dataset(app.db, SLUG, None)
    write_snapshot(folder, data.train)
    return data.train[0].digest


def move_in(
    furnished: Path,
    home: Path,
    *,
    clock: Clock | None = None,
    text_engine: Callable[[str], TextEngine] | None = None,
) -> House:
    """A copy of a furnished home with its own application."""
    shutil.copytree(furnished, home)
    app = App(
        Settings(home=home, engine="fake"),
        clock=clock or VirtualClock(),
        ids=RandomIds(),
        text_engine=text_engine,
    )
    stored = json.loads((home / "people.json").read_text())
    return House(app, {name: Person(**person) for name, person in stored.items()})


class _QuietServer(uvicorn.Server):
    """A server that leaves the test runner's signals alone."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def serve(app: App) -> AsyncIterator[str]:
    """Serve `app` on a free port of this machine; its address."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(
            create_api(app),
            log_level="error",
            lifespan="on",
            http=DeadlineProtocol,
            ws="none",
            timeout_graceful_shutdown=1,
        )
        server = _QuietServer(config)
        running = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started:
            if running.done():
                running.result()
            await asyncio.sleep(0.005)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            await running


@dataclass(frozen=True)
class Heard:
    """One event as it came over the wire."""

    id: int
    name: str
    data: Any


class Visitor:
    """A person's own connection to the server: requests that must succeed, and events that must come."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    async def post(self, path: str, status: int = 200, **json_body: Any) -> Any:
        """The decoded answer to a POST that must have this status."""
        response = await self.http.post(path, json=json_body or None)
        assert response.status_code == status, response.text
        return response.json() if response.content else None

    async def get(self, path: str, status: int = 200) -> Any:
        """The decoded answer to a GET that must have this status."""
        response = await self.http.get(path)
        assert response.status_code == status, response.text
        return response.json()

    async def open_call(self, **more: Any) -> dict[str, Any]:
        """A new open call with the twin."""
        call: dict[str, Any] = await self.post("/api/calls", 201, twin=SLUG, **more)
        return call

    async def say(self, call: dict[str, Any], text: str, **more: Any) -> dict[str, str]:
        """Ask something; the ids of the question and of the answer to come."""
        ids: dict[str, str] = await self.post(f"/api/calls/{call['id']}/turns", 202, text=text, **more)
        return ids

    async def beat(self, call: dict[str, Any], acked: int, seq: int | None = None) -> dict[str, Any]:
        """Acknowledge `acked` seconds; the call afterwards."""
        path = f"/api/calls/{call['id']}/heartbeat"
        state: dict[str, Any] = await self.post(
            path, seq=call["sequence"] if seq is None else seq, acked=acked
        )
        return state

    async def ask(self, call: dict[str, Any], text: str) -> dict[str, Any]:
        """Ask, and wait for the finished answer."""
        async with self.listen(call) as ear:
            ids = await self.say(call, text)
            event = await ear.until("turn", lambda turn: turn["id"] == ids["answer_id"])
        answer: dict[str, Any] = event.data
        return answer

    @contextlib.asynccontextmanager
    async def listen(self, call: dict[str, Any], last_id: str | None = None) -> AsyncIterator[Ear]:
        """Follow the events of a call."""
        headers = {} if last_id is None else {"Last-Event-ID": last_id}
        async with self.http.stream("GET", f"/api/calls/{call['id']}/events", headers=headers) as response:
            assert response.status_code == 200, await response.aread()
            assert response.headers["content-type"].startswith("text/event-stream")
            yield Ear(response.aiter_lines())


class Ear:
    """Events of one connection, in order, all of them kept in `heard`."""

    def __init__(self, lines: AsyncIterator[str]) -> None:
        self._lines = lines
        self.heard: list[Heard] = []

    async def next(self) -> Heard | None:
        """The next event; None when the server closed the stream."""
        async with asyncio.timeout(PATIENCE_S):
            fields: dict[str, str] = {}
            async for line in self._lines:
                if line and not line.startswith(":"):
                    name, _, value = line.partition(": ")
                    fields[name] = value
                elif not line and fields:
                    event = Heard(int(fields["id"]), fields["event"], json.loads(fields["data"]))
                    self.heard.append(event)
                    return event
        return None

    async def until(self, name: str, fits: Callable[[Any], bool] = lambda _data: True) -> Heard:
        """The next event of this name that fits."""
        while (event := await self.next()) is not None:
            if event.name == name and fits(event.data):
                return event
        raise AssertionError(f"the stream ended without {name!r}; heard {[e.name for e in self.heard]}")

    async def rest(self) -> list[Heard]:
        """Everything until the server closes the stream."""
        while await self.next() is not None:
            pass
        return self.heard

    def text(self, answer_id: str) -> str:
        """What was streamed of one answer."""
        deltas = [e.data for e in self.heard if e.name == "delta"]
        return "".join(d["text"] for d in deltas if d["answer_id"] == answer_id)


class OpenHouse:
    """A house whose server is up."""

    def __init__(self, house: House, url: str, stack: contextlib.AsyncExitStack) -> None:
        self.house = house
        self.url = url
        self._stack = stack

    async def visit(self, person: Person) -> Visitor:
        """This person's own connection, closed with the house."""
        http = httpx.AsyncClient(base_url=self.url, headers=person.bearer, timeout=PATIENCE_S, verify=False)
        return Visitor(await self._stack.enter_async_context(http))


@contextlib.asynccontextmanager
async def open_house(house: House) -> AsyncIterator[OpenHouse]:
    """Open the server of a house, and close everything at the end."""
    async with contextlib.AsyncExitStack() as stack:
        url = await stack.enter_async_context(serve(house.app))
        yield OpenHouse(house, url, stack)


Opener = Callable[..., contextlib.AbstractAsyncContextManager[OpenHouse]]
