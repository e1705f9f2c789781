"""Chat templates rendered where they can do no harm: `python -m fenshen.training.rendering`.

    template + special tokens → a child with little memory → messages out, text back → too slow or too long: killed

A template is a program that came with the weights. Jinja's sandbox keeps it from attributes and files but not
from loops without end or texts of a terabyte, so it runs in a process of its own that may be killed. The
environment is the one that chat templates are written for (transformers, llama.cpp), with thinking switched
off.

Source: Hugging Face, "Chat templates" (trim_blocks, lstrip_blocks, loop controls, `raise_exception`,
`strftime_now`); llama.cpp `common/chat.cpp` (a system message that a template does not take is put before the
first user message, with a line break).
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
import weakref
from collections.abc import Mapping, Sequence
from typing import IO, Any

from fenshen.core.clock import SystemClock
from fenshen.core.errors import BadInput
from fenshen.models.text import Message

#: The longest wait for one text; a real template takes less than a millisecond.
PATIENCE_S = 10.0
MEMORY_BYTES = 512 * 1024 * 1024
TEXT_CHARS_MAX = 4_000_000


class Refusal(Exception):
    """The template itself says no to these messages (`raise_exception`)."""


class TemplateRenderer:
    """Writes messages the way one template does.

    Args:
        template: Jinja source.
        specials: texts the template may name, such as `bos_token`.
        patience_s: how long one text may take.
    """

    def __init__(self, template: str, specials: Mapping[str, str], patience_s: float = PATIENCE_S) -> None:
        self._patience_s = patience_s
        self._child = subprocess.Popen(
            [sys.executable, "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._end = weakref.finalize(self, _end, self._child)
        self._answers: queue.Queue[bytes] = queue.Queue()
        if self._child.stdout is None:
            raise RuntimeError("the child was started without a pipe")
        threading.Thread(target=_listen, args=(self._child.stdout, self._answers), daemon=True).start()
        self._ask({"template": template, "specials": dict(specials)})

    def render(self, messages: Sequence[Message], *, answering: bool = False) -> str:
        """The text of `messages`, with the beginning of an answer where one is wanted.

        Raises:
            Refusal: the template does not take these messages.
            BadInput: `bad_template`, it is broken, too slow, too large or does what it may not.
        """
        return self._ask({"messages": list(messages), "answering": answering})

    def _ask(self, question: Mapping[str, Any]) -> str:
        try:
            if self._child.stdin is None:
                raise RuntimeError("the child was started without a pipe")
            self._child.stdin.write(json.dumps(question).encode() + b"\n")
            self._child.stdin.flush()
            line = self._answers.get(timeout=self._patience_s)
        except (OSError, ValueError, queue.Empty):
            line = b""
        if not line.endswith(b"\n"):
            self._end()
            raise _bad(f"it did not finish within {self._patience_s:g} s, or took too much memory")
        answer = json.loads(line)
        if "refused" in answer:
            raise Refusal(str(answer["refused"]))
        if "error" in answer:
            raise _bad(str(answer["error"]))
        return str(answer["text"])


def _bad(reason: str) -> BadInput:
    return BadInput(
        f"the base's chat template cannot be used: {reason}. Use the file of another publisher",
        code="bad_template",
    )


def _end(child: subprocess.Popen[bytes]) -> None:
    child.kill()
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
    child.wait()


def _listen(answers: IO[bytes], heard: queue.Queue[bytes]) -> None:
    with contextlib.suppress(OSError, ValueError):
        while line := answers.readline(8 * TEXT_CHARS_MAX):
            heard.put(line)
    heard.put(b"")


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limit; the time still bounds what it can do
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def _compiled(template: str) -> Any:
    import jinja2
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    def refuse(reason: str) -> None:
        raise Refusal(reason)

    def as_json(value: Any, **options: Any) -> str:
        return json.dumps(value, **{"ensure_ascii": False, **options})

    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"]
    )
    environment.filters["tojson"] = as_json
    environment.globals["raise_exception"] = refuse
    environment.globals["strftime_now"] = lambda form: SystemClock().now().astimezone().strftime(form)
    try:
        return environment.from_string(template)
    except jinja2.TemplateError as error:
        raise ValueError(f"{type(error).__name__}: {error}") from error


def main() -> None:
    """Answer one line with one line until standard input ends."""
    _limit_memory()
    compiled, specials = None, {}
    for line in sys.stdin:
        question = json.loads(line)
        try:
            if compiled is None:
                specials, compiled = question["specials"], _compiled(question["template"])
                answer = {"text": ""}
            else:
                answer = {"text": _text(compiled, specials, question)}
        except Refusal as refusal:
            answer = {"refused": str(refusal)[:300]}
        except MemoryError:
            os._exit(1)
        except Exception as error:  # whatever a template can do wrong, the parent must hear of it
            answer = {"error": f"{type(error).__name__}: {error}"[:300]}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _text(compiled: Any, specials: Mapping[str, str], question: Mapping[str, Any]) -> str:
    text: str = compiled.render(
        messages=question["messages"],
        add_generation_prompt=question["answering"],
        enable_thinking=False,
        **specials,
    )
    if len(text) > TEXT_CHARS_MAX:
        raise ValueError(f"it wrote {len(text):,} characters")
    return text


if __name__ == "__main__":
    main()
