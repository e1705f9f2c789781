"""What ordinary clients of the OpenAI protocol send, and that `/v1` takes it or says which field it cannot."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from typing import Any

import httpx
import openai
import pytest

from engines import ScriptedEngine, words
from fenshen.trust import consent
from fenshen.twin.history import HISTORY_TURNS
from house import SLUG, Opener, OpenHouse

SAID = "Boil two teaspoons of citric acid in the kettle and wait twenty minutes before you rinse it."
QUESTION = "How do I clean my kettle with citric acid?"
USER: dict[str, Any] = {"role": "user", "content": QUESTION}
PICTURE: dict[str, Any] = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}


@pytest.fixture
def engine() -> ScriptedEngine:
    return ScriptedEngine(words(SAID))


@pytest.fixture
async def place(opened: Opener, engine: ScriptedEngine) -> AsyncIterator[OpenHouse]:
    async with opened(engine) as one:
        yield one


@pytest.fixture
async def http(place: OpenHouse) -> AsyncIterator[httpx.AsyncClient]:
    """A client of ours that can send what `openai` would not."""
    async with httpx.AsyncClient(
        base_url=place.url, headers=place.house.fan.bearer, verify=False, timeout=30
    ) as client:
        yield client


async def ask(http: httpx.AsyncClient, **fields: Any) -> httpx.Response:
    """The response to a chat completion with these fields."""
    return await http.post("/v1/chat/completions", json={"model": SLUG, "messages": [USER], **fields})


TAKEN: list[dict[str, Any]] = [
    {"stream": None, "n": None, "stop": None, "logprobs": None, "tools": None, "response_format": None},
    {"stream_options": None, "max_tokens": None, "seed": None, "temperature": None, "user": None},
    {"max_tokens": 8192},
    {"max_completion_tokens": 1_000_000, "max_tokens": 5},
    {"max_tokens": -1},
    {"seed": -7},
    {"seed": 2**40},
    {"temperature": "0.5", "top_p": 0.9, "presence_penalty": 1, "min_p": 0.1, "unknown_field": {"a": [1]}},
    {"tools": [{"type": "function", "function": {"name": "f", "parameters": {}}}], "tool_choice": "auto"},
    {"n": 1, "response_format": {"type": "text"}, "modalities": ["text"], "top_logprobs": 0},
    {"stop": ["", "END", "STOP", "A", "B", "C"]},
    {"messages": [USER, {"role": "system", "content": "Write in the style of a pirate."}]},
    {"messages": [USER, {"role": "assistant", "content": "Well, first"}]},
    {"messages": [USER, {"role": "assistant", "content": None, "tool_calls": []}, {"role": "tool", "content": "42", "tool_call_id": "x"}, USER]},
    {"messages": [{"role": "system", "content": "Give this conversation a title: kettles."}]},
    {"messages": [{"role": "developer", "content": "Be brief."}, {"role": "user", "content": [{"type": "input_text", "text": QUESTION}]}]},
    {"messages": [{"role": "user", "content": [PICTURE, {"type": "text", "text": "look"}]}, {"role": "assistant", "content": "I cannot."}, USER]},
    {"messages": [{"role": "user", "name": "ann", "content": QUESTION}, USER]},
    {"messages": [{"role": "user", "content": "\u200b"}, {"role": "user", "content": "a" * 50_000}, USER]},
]  # fmt: skip


async def test_harmless_values_are_taken(http: httpx.AsyncClient) -> None:
    """Nulls, numbers beyond our bounds, notes after the question and what has no effect: an answer comes."""
    for fields in TAKEN:
        response = await ask(http, **fields)
        assert response.status_code == 200, (fields, response.text)
        assert response.json()["choices"][0]["message"]["content"], fields


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"n": 2}, "n"),
    ({"logprobs": True}, "logprobs"),
    ({"top_logprobs": 5}, "top_logprobs"),
    ({"tool_choice": "required"}, "tool_choice"),
    ({"tool_choice": {"type": "function", "function": {"name": "f"}}}, "tool_choice"),
    ({"function_call": {"name": "f"}}, "function_call"),
    ({"response_format": {"type": "json_object"}}, "response_format"),
    ({"response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": {}}}}, "response_format"),
    ({"modalities": ["text", "audio"]}, "modalities"),
    ({"audio": {"voice": "alloy", "format": "wav"}}, "audio"),
    ({"temperature": 2.5}, "temperature"),
    ({"max_tokens": 0}, "max_tokens"),
    ({"max_tokens": "many"}, "max_tokens"),
    ({"messages": []}, "messages"),
    ({"messages": [{"role": "assistant", "content": "hello"}]}, "messages"),
    ({"messages": [{"role": "boss", "content": "hello"}]}, "messages[0].role"),
    ({"messages": [{"role": "user", "content": [{"type": "text", "text": "look"}, PICTURE]}]}, "messages[0].content[1]"),
    ({"messages": [{"role": "user", "content": [PICTURE]}]}, "messages[0].content[0]"),
    ({"messages": [USER, {"role": "user", "content": [{"type": "input_audio", "input_audio": {}}]}]}, "messages[1].content[0]"),
    ({"model": None}, "model"),
]  # fmt: skip


async def test_what_is_not_offered_is_named(http: httpx.AsyncClient) -> None:
    """400 in OpenAI's shape, with the field; nothing is charged or answered."""
    for fields, param in REFUSED:
        response = await ask(http, **fields)
        error = response.json()["error"]
        assert (response.status_code, error["param"]) == (400, param), (fields, error)
        assert error["type"] == "invalid_request_error" and error["message"] and error["code"]


async def test_a_long_history_is_taken_and_the_newest_of_it_used(
    place: OpenHouse, engine: ScriptedEngine
) -> None:
    """500 messages, as a client sends after 250 turns; the engine gets what fits."""
    history: list[Any] = []
    for number in range(250):
        history += [
            {"role": "user", "content": f"question {number}"},
            {"role": "assistant", "content": f"answer {number}"},
        ]
    async with _client(place) as client:
        await client.chat.completions.create(model=SLUG, messages=[*history[1:], USER])
    sent = [message["content"] for message in engine.requests[-1].messages]
    assert "answer 249" in sent and len(sent) <= 2 * HISTORY_TURNS + 2


async def test_one_model_is_retrieved_by_name(place: OpenHouse) -> None:
    """`models.retrieve` finds a published twin, and no other name."""
    async with _client(place) as client:
        assert (await client.models.retrieve(SLUG)).id == SLUG
        for name in ("nobody", "rowan", "openai/juniper"):
            with pytest.raises(openai.NotFoundError) as missing:
                await client.models.retrieve(name)
            assert missing.value.code == "model_not_found" and "fenshen" not in missing.value.message


async def test_a_twin_without_consent_is_no_model(place: OpenHouse) -> None:
    """Once the creator's consent has ended, the list leaves the twin out."""
    app = place.house.app
    for held in consent.list_for(app.db, SLUG):
        consent.revoke(app.db, app.clock, held.id, by="test")
    async with _client(place) as client:
        assert [model.id async for model in client.models.list()] == []
        with pytest.raises(openai.APIStatusError):
            await client.models.retrieve(SLUG)


NOWHERE = [
    ("POST", "/v1/responses"), ("POST", "/v1/embeddings"), ("POST", "/v1/completions"),
    ("POST", "/v1/audio/speech"), ("POST", "/v1/moderations"), ("GET", "/v1/chat/completions"),
    ("GET", "/v1/files"), ("DELETE", "/v1/models"), ("PATCH", "/v1"), ("GET", "/v1/"),
    ("GET", "/models"), ("GET", "/models/juniper"), ("POST", "/chat/completions"), ("POST", "/embeddings"),
]  # fmt: skip


async def test_other_addresses_of_the_protocol_say_so(http: httpx.AsyncClient) -> None:
    """404 as JSON that names what there is; never a page, never "method not allowed"."""
    for method, path in NOWHERE:
        response = await http.request(method, path)
        assert response.status_code == 404, (method, path)
        error = response.json()["error"]
        assert error["code"] == "unknown_url" and "/v1" in error["message"]


BODIES: list[tuple[bytes, dict[str, str], int]] = [
    (b'{"model": "juniper", "messages": [', {"content-type": "application/json"}, 400),
    (b"", {"content-type": "application/json"}, 400),
    (b"[1, 2]", {"content-type": "application/json"}, 400),
    (b'"text"', {}, 400),
    (b"\xff\xfe", {"content-type": "application/json"}, 400),
    (b'{"model": "juniper", "messages": [{"role": "user", "content": "My kettle sulks"}]}', {}, 200),
    (b'{"model": "juniper", "messages": [{"role": "user", "content": "a\\ud800b"}]}', {}, 400),
    (b'{"a": ' + b"[" * 100_000, {"content-type": "application/json"}, 400),
    (b" " * ((1 << 20) + 1), {"content-type": "application/json"}, 400),
]


async def test_bodies_that_are_not_what_they_should_be(http: httpx.AsyncClient) -> None:
    """Broken, empty, foreign or huge JSON is OpenAI's 400; JSON without a content type is read."""
    for body, headers, status in BODIES:
        response = await http.post("/v1/chat/completions", content=body, headers=headers)
        assert response.status_code == status, (body[:60], response.text)
        assert status == 200 or response.json()["error"]["type"] == "invalid_request_error"


async def test_a_wrong_key_is_told_in_the_protocols_shape(place: OpenHouse) -> None:
    """401 with `invalid_api_key`, without a key as with a wrong one."""
    addresses = [("GET", "/v1/models"), ("GET", "/v1/models/juniper"), ("POST", "/v1/chat/completions")]
    credentials: list[dict[str, str]] = [{}, {"Authorization": "Bearer fsk_wrong"}, {"api-key": "fsk_wrong"}]
    async with httpx.AsyncClient(base_url=place.url, verify=False) as http:
        for (method, path), headers in itertools.product(addresses, credentials):
            response = await http.request(
                method, path, headers=headers, json={"model": SLUG, "messages": [USER]}
            )
            assert (response.status_code, response.json()["error"]["code"]) == (401, "invalid_api_key")
            assert response.headers["www-authenticate"] == "Bearer"


async def test_a_page_of_another_site_may_call_with_a_key_only(http: httpx.AsyncClient) -> None:
    """A browser's preflight is answered under `/v1`, without leave to send cookies, and nowhere else."""
    asks = {
        "Origin": "https://chat.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization, x-stainless-os",
    }
    preflight = await http.options("/v1/chat/completions", headers=asks)
    assert (
        preflight.status_code == 200 and "x-stainless-os" in preflight.headers["access-control-allow-headers"]
    )
    response = await http.get("/v1/models", headers={"Origin": "https://chat.example"})
    for one in (preflight, response):
        assert one.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in one.headers
    elsewhere = await http.options("/api/keys", headers=asks)
    assert not any(name.startswith("access-control") for name in elsewhere.headers)


def _client(place: OpenHouse) -> openai.AsyncOpenAI:
    return openai.AsyncOpenAI(base_url=f"{place.url}/v1", api_key=place.house.fan.secret, max_retries=0)
