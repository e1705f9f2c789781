"""Conversations as tokens, exactly as the base's own chat template writes them at serving time.

    prefix (persona, shared) · prompt · answer + end of turn · prompt · answer + end of turn …

Answers are tokenised on their own, because that is where generation begins. Families differ: some take no
system message, put it before the last question, write a space before an answer, or write an answer otherwise
once it is history (thinking switched off). Whatever a template does, the tokens here are those of its texts;
where a chain cannot be written in one go, each of its answers is written on its own.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fenshen.core.errors import BadInput
from fenshen.models.text import Message
from fenshen.training.changing_facts import Span
from fenshen.training.template_sandbox import Refusal, TemplateRenderer

#: What llama.cpp uses for a base that brings no template.
CHATML = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] "
    "+ '<|im_end|>\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
_MARK = "@@"


@dataclass(frozen=True)
class Tokens:
    """A conversation after its prefix.

    Attributes:
        ids: token ids.
        answers: `(start, end)` of every answer within `ids`, end of turn included, in order.
        unlearned: places within answers that are read and not learned.
    """

    ids: tuple[int, ...]
    answers: tuple[tuple[int, int], ...]
    unlearned: frozenset[int] = frozenset()

    @property
    def learned(self) -> list[int]:
        """Places of the tokens that are learned."""
        spans = (range(start, end) for start, end in self.answers)
        return [at for span in spans for at in span if at not in self.unlearned]


class ChatTemplate:
    """Writes conversations the way one base reads them.

    Args:
        tokenizer: the base's own, from transformers.

    Raises:
        BadInput: `bad_template`, the template is broken or does what it may not.
    """

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self.text = tokenizer.chat_template or CHATML
        specials = {name: getattr(tokenizer, name) for name in ("bos_token", "eos_token", "unk_token")}
        self._renderer = TemplateRenderer(
            self.text, {n: str(t) for n, t in specials.items() if t is not None}
        )
        self._takes_system = self._shows_system()
        example = [_user("q"), _assistant(_MARK)]
        probe = self._render(example)
        asked = self._render(example[:1], answering=True)
        #: Written between the beginning of an answer and the answer, as some do with a space.
        self._lead = probe[len(asked) : probe.rindex(_MARK)] if probe.startswith(asked) else ""
        written_end = probe[probe.rindex(_MARK) + len(_MARK) :].rstrip()
        is_token = len(self._encode(written_end)) == 1
        #: What ends an answer: the template's own mark where it is one token, which is how the engine
        #: stops; else the end of text.
        self.end_of_turn = written_end if is_token else str(tokenizer.eos_token)
        self._marks_end = is_token
        self._bos = self._beginning(probe)
        self._prefixes: dict[str, list[int]] = {}

    def prefix(self, system: str) -> list[int]:
        """Tokens that every conversation under this system prompt begins with, however many turns it has."""
        if system not in self._prefixes:
            turns = [[_user(c), _assistant(c), _user(c)] for c in ("a", "Z")]
            chats = [[_system(system), *turn] for turn in (*turns, *(turn[:1] for turn in turns))]
            self._prefixes[system] = _common([self.prompt(messages) for messages in chats])
        return self._prefixes[system]

    def conversation(self, system: str, messages: Sequence[Message], answer: str) -> Tokens:
        """The conversation after `prefix(system)`; `answer` is the last of its answers.

        Every assistant message counts as an answer where the template writes it the same as history. The first
        message is not blank: no passage and no question is, and some templates write the persona without its
        line break then.
        """
        return self._in_one(system, messages, answer) or self._alone(system, messages, answer)

    def conversations(self, system: str, messages: Sequence[Message], answer: str) -> list[Tokens]:
        """The same so that every assistant message and `answer` is learned once: one, or one for each answer."""
        whole = self._in_one(system, messages, answer)
        if whole is not None:
            return [whole]
        turns = [*messages, _assistant(answer)]
        ends = [at for at, message in enumerate(turns) if message["role"] == "assistant"]
        return [self._alone(system, turns[:at], turns[at]["content"]) for at in ends]

    def leave_out(self, tokens: Tokens, answers: Sequence[tuple[str, Sequence[Span]]]) -> Tokens:
        """`tokens` that are only read where their answers say so.

        Args:
            answers: each answer of `tokens` with the characters of it that are not learned.
        """
        only_read: set[int] = set()
        for (start, end), (text, spans) in zip(tokens.answers, answers, strict=True):
            if spans:
                only_read |= {start + at for at in self._covered(tokens.ids[start:end], text, spans)}
        return replace(tokens, unlearned=frozenset(only_read))

    def prompt(self, messages: Sequence[Message]) -> list[int]:
        """Tokens of `messages` up to where the next answer begins."""
        return self._bos + self._encode(self._render(messages, answering=True))

    @property
    def stop_ids(self) -> frozenset[int]:
        """Tokens that end an answer."""
        ends = {self._tokenizer.eos_token_id, self._encode(self.end_of_turn)[0]}
        return frozenset(token for token in ends if token is not None)

    def decode(self, ids: Sequence[int]) -> str:
        """The text of `ids` without special tokens."""
        return str(self._tokenizer.decode(list(ids), skip_special_tokens=True)).strip()

    @property
    def beginning(self) -> list[int]:
        """What every text begins with, if this base wants that."""
        return list(self._bos)

    def plain(self, text: str) -> list[int]:
        """Tokens of `text` outside any conversation."""
        return self._encode(text)

    def count(self, text: str) -> int:
        """How many tokens `text` has."""
        return len(self._encode(text))

    def _in_one(self, system: str, messages: Sequence[Message], answer: str) -> Tokens | None:
        """Every answer in one row, or `None` where a later prompt does not begin with what was written."""
        turns: list[Message] = [_system(system)]
        spans: list[tuple[int, int]] = []
        written = ""
        for message in [*messages, _assistant(answer)]:
            content = message["content"].strip()
            if message["role"] == "assistant":
                prompt = self._render(turns, answering=True)
                if not prompt.startswith(written) or (spans and not self._marks_end):
                    return None
                written = prompt + self._lead + content + self.end_of_turn
                spans.append((len(prompt), len(written)))
            turns.append(Message(role=message["role"], content=content))
        return self._tokens(system, written, spans)

    def _alone(self, system: str, messages: Sequence[Message], answer: str) -> Tokens:
        """The last answer after everything before it as history."""
        history = [Message(role=m["role"], content=m["content"].strip()) for m in messages]
        prompt = self._render([_system(system), *history], answering=True)
        written_answer = self._lead + answer.strip() + self.end_of_turn
        if whole := self._tokens(
            system, prompt + written_answer, [(len(prompt), len(prompt + written_answer))]
        ):
            return whole
        before = (self._bos + self._encode(prompt))[len(self.prefix(system)) :]
        ids = before + self._encode(written_answer)
        return Tokens(tuple(ids), ((len(before), len(ids)),))

    def _tokens(self, system: str, text: str, spans: Sequence[tuple[int, int]]) -> Tokens | None:
        """`text` after the prefix with its answers, or `None` where an answer does not begin with a token."""
        encoded = self._tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
        ids, offsets = self._bos + list(encoded.input_ids), encoded.offset_mapping
        starts, prefix = [start for start, _ in offsets], self.prefix(system)
        shift = len(self._bos) - len(prefix)
        answers = []
        for start, end in spans:
            first, last = bisect_left(starts, start), bisect_left(starts, end)
            if first == 0 or offsets[first - 1][1] > start:
                return None
            answers.append((first + shift, last + shift))
        if ids[: len(prefix)] != prefix:
            raise BadInput(
                "the base's chat template begins a conversation otherwise when it is longer",
                code="bad_template",
            )
        return Tokens(tuple(ids[len(prefix) :]), tuple(answers))

    def _shows_system(self) -> bool:
        """Whether the template takes a system message and writes it."""
        try:
            return _MARK in self._renderer.render([_system(_MARK), _user("q")])
        except Refusal:
            return False

    def _render(self, messages: Sequence[Message], *, answering: bool = False) -> str:
        if messages[0]["role"] == "system" and not self._takes_system:
            messages = _folded(messages)
        try:
            return self._renderer.render(messages, answering=answering)
        except Refusal as refusal:
            raise BadInput(f"the base's chat template refuses: {refusal}", code="bad_template") from refusal

    def _covered(self, ids: Sequence[int], text: str, spans: Sequence[Span]) -> Iterable[int]:
        """Which tokens of an answer write any character of `spans`: all, where they cannot be distinguished."""
        content = text.strip()
        written_answer = self._lead + content + self.end_of_turn
        written = self._tokenizer(written_answer, add_special_tokens=False, return_offsets_mapping=True)
        if list(written.input_ids) != list(ids):
            return range(len(ids))
        shift = len(text) - len(text.lstrip()) - len(self._lead)
        return [
            at
            for at, (start, end) in enumerate(written.offset_mapping)
            if start < len(self._lead) + len(content)
            and any(start + shift < after and end + shift > before for before, after in spans)
        ]

    def _encode(self, text: str) -> list[int]:
        return list(self._tokenizer(text, add_special_tokens=False).input_ids)

    def _beginning(self, probe: str) -> list[int]:
        """The beginning-of-text token, where the base wants one and its template does not write it."""
        bos = self._tokenizer.bos_token
        adds = self._tokenizer("a").input_ids[:1] == [self._tokenizer.bos_token_id]
        return [self._tokenizer.bos_token_id] if adds and bos and not probe.startswith(bos) else []


def _folded(messages: Sequence[Message]) -> list[Message]:
    """A system message put before the first message after it, as llama.cpp does it."""
    system, *rest = messages
    if not rest:
        return []
    first = Message(role=rest[0]["role"], content=f"{system['content']}\n{rest[0]['content']}")
    return [first, *rest[1:]]


def _common(rows: Sequence[list[int]]) -> list[int]:
    """What all of `rows` begin with."""
    same = 0
    while all(same < len(row) and row[same] == rows[0][same] for row in rows):
        same += 1
    return rows[0][:same]


def _system(content: str) -> Message:
    return Message(role="system", content=content)


def _user(content: str) -> Message:
    return Message(role="user", content=content)


def _assistant(content: str) -> Message:
    return Message(role="assistant", content=content)
