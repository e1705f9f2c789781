"""Conversations as the families of bases write them: the tokens learned are those that serving reads."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chat_families import FAMILIES, Family
from fenshen.core.errors import BadInput
from fenshen.models.text import Message
from fenshen.training.template import CHATML, ChatTemplate, Tokens
from fenshen.training.template_sandbox import Refusal, TemplateRenderer

SYSTEM = "You are Juniper. You mend kettles."
TOLD: list[Message] = [
    {"role": "user", "content": "Is it live?"},
    {"role": "assistant", "content": "It is."},
    {"role": "user", "content": "Who is Gerald?"},
]
ANSWER = "A screwdriver."


@pytest.fixture(scope="module")
def templates() -> dict[str, ChatTemplate]:
    """Every family's template with its own tokenizer."""
    return {name: ChatTemplate(family.tokenizer()) for name, family in FAMILIES.items()}


@pytest.fixture(params=FAMILIES)
def family(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def served(family: Family, messages: list[Message], *, answering: bool = True) -> list[int]:
    """What an engine reads: the text as transformers renders it, tokenised whole, with one beginning of text."""
    tokenizer = family.tokenizer()
    if not family.takes_system and messages[0]["role"] == "system":
        first = {**messages[1], "content": f"{messages[0]['content']}\n{messages[1]['content']}"}
        messages = [first, *messages[2:]]  # type: ignore[list-item]
    text = tokenizer.apply_chat_template(
        messages, tokenize=False, add_generation_prompt=answering, enable_thinking=False
    )
    ids: list[int] = tokenizer(text, add_special_tokens=False).input_ids
    bos = tokenizer.bos_token_id
    return [bos, *ids] if family.adds_bos and ids[0] != bos else ids


def whole(template: ChatTemplate, tokens: Tokens, upto: int | None = None) -> list[int]:
    return [*template.prefix(SYSTEM), *tokens.ids[:upto]]


def test_every_answer_is_learned_where_serving_will_ask_for_it(
    family: str, templates: dict[str, ChatTemplate]
) -> None:
    """Before each answer stand exactly the tokens of the serving prompt; the answer ends with the family's end."""
    template = templates[family]
    told = template.conversations(SYSTEM, TOLD, ANSWER)
    assert len(told) == (1 if FAMILIES[family].in_one else 2)
    system: Message = {"role": "system", "content": SYSTEM}
    prompts = {"It is.": [system, *TOLD[:1]], ANSWER: [system, *TOLD]}
    learned = [(tokens, start, end) for tokens in told for start, end in tokens.answers]
    assert len(learned) == 2
    for (tokens, start, end), (answer, messages) in zip(learned, prompts.items(), strict=True):
        assert (
            whole(template, tokens, start) == served(FAMILIES[family], messages) == template.prompt(messages)
        )
        said = FAMILIES[family].tokenizer().decode(tokens.ids[start:end])
        assert said.strip() == answer + FAMILIES[family].end
        assert tokens.ids[end - 1] in template.stop_ids


@pytest.mark.parametrize("family", [name for name, family in FAMILIES.items() if family.in_one])
def test_what_is_told_is_read_back_the_same_as_history(
    family: str, templates: dict[str, ChatTemplate]
) -> None:
    """After another question the engine reads again what was learned, so its prefix cache holds."""
    template = templates[family]
    tokens = template.conversation(SYSTEM, TOLD, ANSWER)
    more: list[Message] = [
        {"role": "system", "content": SYSTEM},
        *TOLD,
        {"role": "assistant", "content": ANSWER},
        {"role": "user", "content": "And then?"},
    ]
    told = whole(template, tokens)
    assert template.prompt(more)[: len(told)] == told


def test_the_persona_is_in_the_prefix_where_the_family_puts_it_first(
    family: str, templates: dict[str, ChatTemplate]
) -> None:
    """Shared by every conversation and every length of it; Mistral v3 puts it before the last question instead."""
    prefix = FAMILIES[family].tokenizer().decode(templates[family].prefix(SYSTEM))
    assert (SYSTEM in prefix) == (family != "mistral-v3")
    prompt = templates[family].prompt([{"role": "system", "content": SYSTEM}, *TOLD])
    assert FAMILIES[family].tokenizer().decode(prompt).count(SYSTEM) == 1


def test_the_text_begins_once(family: str, templates: dict[str, ChatTemplate]) -> None:
    """Whether tokenizer or template writes it, and where both do."""
    bos = FAMILIES[family].tokenizer().bos_token_id
    prompt = templates[family].prompt(TOLD[:1])
    assert prompt.count(bos) == (0 if bos is None else 1)


def test_thinking_is_switched_off(templates: dict[str, ChatTemplate]) -> None:
    """Qwen 3 and GLM 4.5 are given an empty thought, so that the answer begins at once."""
    for family, end in (("qwen3", "<think>\n\n</think>\n\n"), ("glm4.5", "<think></think>")):
        prompt = FAMILIES[family].tokenizer().decode(templates[family].prompt(TOLD))
        assert prompt.endswith(end)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=st.text(max_size=30).filter(str.strip), answer=st.text(min_size=1, max_size=30))
@pytest.mark.parametrize("name", ["llama3", "qwen3", "gemma2", "mistral-v3"])
def test_whatever_is_said_the_answer_decodes_to_it(
    name: str, question: str, answer: str, templates: dict[str, ChatTemplate]
) -> None:
    """Any script, marks that look like the template's own, blanks: the learned tokens say the answer."""
    (tokens,) = templates[name].conversations(SYSTEM, [{"role": "user", "content": question}], answer)
    ((start, end),) = tokens.answers
    said = FAMILIES[name].tokenizer().decode(tokens.ids[start:end])
    assert said.strip() == (answer.strip() + FAMILIES[name].end).strip()


HOSTILE = {
    "endless": "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "attribute": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "file": "{% include '/etc/passwd' %}",
    "huge": "{{ 'a' * 9999999999 }}",
    "doubling": "{% set ns = namespace(x='aaaaaaaa') %}{% for i in range(60) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}{{ ns.x }}",
    "long": "{% for i in range(90000) %}{{ 'a' * 100 }}{% endfor %}",
    "padded": "{{ '%999999999999d' | format(1) }}",
    "recursive": "{% macro f(n) %}{{ f(n) }}{% endmacro %}{{ f(1) }}",
    "broken": "{% for m in messages %}",
    "absent": "{{ nothing.at.all }}",
    "changing": "{{ messages.clear() }}",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_template_is_refused(name: str) -> None:
    """Loops without end, ways out of the sandbox, files, texts of gigabytes: a clear error, in bounded time."""
    with pytest.raises(BadInput) as caught:
        TemplateRenderer(HOSTILE[name], {}, patience_s=4.0).render(TOLD)
    assert caught.value.code == "bad_template"


def test_the_way_out_of_the_sandbox_leads_nowhere() -> None:
    """What a function of ours refers to is undefined for a template, and is written as nothing."""
    assert TemplateRenderer("[{{ raise_exception.__globals__ }}]", {}).render(TOLD) == "[]"


def test_a_template_that_turns_hostile_later_is_stopped() -> None:
    """It behaves for a short conversation; the long one is stopped too, and the process with it."""
    renderer = TemplateRenderer(
        "{% if messages | length > 2 %}" + HOSTILE["endless"] + "{% endif %}ok", {}, 2.0
    )
    assert renderer.render(TOLD[:1]) == "ok"
    for _ in range(2):
        with pytest.raises(BadInput):
            renderer.render(TOLD)


def test_a_refusal_is_told_apart_from_a_fault() -> None:
    """What the template says no to itself is no error of the file."""
    with pytest.raises(Refusal, match="no system"):
        TemplateRenderer("{{ raise_exception('no system') }}", {}).render(TOLD)


def test_a_base_without_a_template_gets_the_engines(templates: dict[str, ChatTemplate]) -> None:
    """ChatML, as llama.cpp writes it where a file brings none; its marks are plain text there."""
    tokenizer: Any = FAMILIES["gemma2"].tokenizer()
    tokenizer.chat_template = None
    template = ChatTemplate(tokenizer)
    assert template.text == CHATML and template.end_of_turn == "<eos>"
    assert tokenizer.decode(template.prompt(TOLD)).endswith("<|im_start|>assistant\n")
