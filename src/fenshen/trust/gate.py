"""The streaming gate: text arrives in pieces, sentences leave only when the guard has cleared them.

Knows nothing about models or transport.
"""

from __future__ import annotations

from fenshen.trust.cleaning import plain_text
from fenshen.trust.drift import Window
from fenshen.trust.guard import Guard, Verdict
from fenshen.trust.normalise import language_of
from fenshen.trust.sentences import take_sentences

#: How much of the answer before it a sentence is judged together with; the guard reads the end of it.
BEFORE_CHARS = 400


class SentenceGate:
    """Holds back one answer sentence by sentence.

    Feed it what the model writes and send on what it returns; when `ended` is true, stop the model. If the fan asked
    about what was blocked, the last thing returned is the reply that stands in for it; otherwise nothing stands in
    (`dropped`): a topic's reply to somebody who did not ask about it reads as an accusation.

    Args:
        guard: The creator's limits.
        window: The turns before, ending with the fan's message.
        language: Of replies; that of the fan's message when not given.
    """

    def __init__(self, guard: Guard, window: Window, *, language: str | None = None) -> None:
        self.guard = guard
        self.window = window
        self.language = language or language_of(window.last("fan"))
        self.verdict: Verdict | None = None
        self.text = ""
        self._rest = ""

    def anew(self) -> SentenceGate:
        """A gate for another try at the same answer."""
        return SentenceGate(self.guard, self.window, language=self.language)

    @property
    def ended(self) -> bool:
        """Whether a sentence was blocked; nothing more will leave."""
        return self.verdict is not None and not self.verdict.allowed

    def completes(self, delta: str) -> bool:
        """Whether this piece of text ends a sentence, so that `feed` will take time to judge it."""
        return bool(take_sentences(self._rest + delta)[0])

    @property
    def dropped(self) -> bool:
        """Whether a sentence was left out because it had nothing to do with the question."""
        return self.verdict is not None and not self.verdict.allowed and not self.verdict.answers_fan

    @property
    def topic(self) -> str:
        """What was blocked."""
        return (self.verdict.topic if self.verdict is not None else None) or "limits"

    def feed(self, delta: str) -> list[str]:
        """Sentences cleared by this piece of text, in order; joining them gives the answer."""
        if self.ended:
            return []
        sentences, self._rest = take_sentences(self._rest + delta)
        return self._clear(sentences)

    def flush(self) -> list[str]:
        """What is left when the model has finished."""
        if self.ended:
            return []
        sentences, self._rest = take_sentences(self._rest, final=True)
        return self._clear(sentences)

    def _clear(self, sentences: list[str]) -> list[str]:
        cleared: list[str] = []
        for sentence in sentences:
            shown = plain_text(sentence)
            if shown.strip():
                cleared += self._judge(shown)
            if self.ended:
                self._rest = ""
                break
        return cleared

    def _judge(self, sentence: str) -> list[str]:
        before = self.text[-BEFORE_CHARS:]
        self.verdict = self.guard.check_sentence(sentence, self.window, language=self.language, before=before)
        if not self.verdict.allowed:
            return self._append(self._gap() + self.verdict.reply) if self.verdict.answers_fan else []
        cleared = self._append(sentence)
        if self.verdict.caution and self.verdict.topic:
            self.window = self.window.caution(self.verdict.topic)
            cleared += self._append(f"{self._gap()}{self.verdict.caution} ")
        return cleared

    def _append(self, text: str) -> list[str]:
        self.text += text
        return [text] if text else []

    def _gap(self) -> str:
        """A space, unless the text so far ends with one or is Chinese."""
        needs = self.text and not self.text[-1].isspace() and self.text[-1] < "\u2e80"
        return " " if needs else ""
