"""Conversations as tokens, exactly as the base's own chat template writes them at serving time.

    prefix (persona, shared) · prompt · answer + end of turn · prompt · answer + end of turn …

Answers are tokenised on their own, because that is where generation begins. Knows nothing about
packing or training.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fenshen.models.text import Message

#: What llama.cpp uses for a base that brings no template.
CHATML = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] "
    "+ '<|im_end|>\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)


@dataclass(frozen=True)
class Tokens:
    """A conversation after its prefix.

    Attributes:
        ids: token ids.
        answers: `(start, end)` of every answer within `ids`, end of turn included, in order.
    """

    ids: tuple[int, ...]
    answers: tuple[tuple[int, int], ...]


class ChatTemplate:
    """Writes conversations the way one base reads them.

    Args:
        tokenizer: the base's own, from transformers.
    """

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self.text = tokenizer.chat_template or CHATML
        self._bos = _beginning(tokenizer)
        probe = self._render([Message(role="user", content="q"), Message(role="assistant", content="@")])
        written_end = probe[probe.rindex("@") + 1 :].rstrip()
        is_token = len(self._encode(written_end)) == 1
        #: What ends an answer: the template's own mark where it is one token, which is how the engine
        #: stops; else the end of text.
        self.end_of_turn = written_end if is_token else str(tokenizer.eos_token)
        self._told_end = written_end if is_token else ""
        self._prefixes: dict[str, str] = {}

    def prefix(self, system: str) -> list[int]:
        """Tokens that every conversation under this system prompt begins with."""
        return self._bos + self._encode(self._prefix_text(system))

    def conversation(self, system: str, messages: Sequence[Message], answer: str) -> Tokens:
        """The conversation after `prefix(system)`; every assistant message and `answer` count as answers."""
        told: list[Message] = [Message(role="system", content=system)]
        ids: list[int] = []
        answers: list[tuple[int, int]] = []
        written = self._prefix_text(system)
        for message in [*messages, Message(role="assistant", content=answer)]:
            content = message["content"].strip()
            if message["role"] == "assistant":
                prompt = self._render(told, answering=True)
                ids += self._encode(prompt[len(written) :])
                start = len(ids)
                ids += self._encode(content + self.end_of_turn)
                answers.append((start, len(ids)))
                written = prompt + content + self._told_end
            told.append(Message(role=message["role"], content=content))
        return Tokens(tuple(ids), tuple(answers))

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

    def _prefix_text(self, system: str) -> str:
        if system not in self._prefixes:
            both = [
                self._render([Message(role="system", content=system), Message(role="user", content=content)])
                for content in ("a", "Z")
            ]
            same = next(at for at, (one, other) in enumerate(zip(*both, strict=False)) if one != other)
            self._prefixes[system] = both[0][:same]
        return self._prefixes[system]

    def _render(self, messages: Sequence[Message], *, answering: bool = False) -> str:
        text = self._tokenizer.apply_chat_template(
            list(messages), tokenize=False, add_generation_prompt=answering, chat_template=self.text
        )
        return str(text)

    def _encode(self, text: str) -> list[int]:
        return list(self._tokenizer(text, add_special_tokens=False).input_ids)


def _beginning(tokenizer: Any) -> list[int]:
    """The beginning-of-text token, where the base wants one and its template does not write it."""
    bos = tokenizer.bos_token
    adds = tokenizer("a").input_ids[:1] == [tokenizer.bos_token_id]
    writes = bos is not None and "bos_token" in (tokenizer.chat_template or "")
    return [tokenizer.bos_token_id] if adds and not writes else []
