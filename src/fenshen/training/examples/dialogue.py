"""One item as a dialogue: others ask, the creator answers; where there is no question, a prompt asks.

    passages → turns (others' lines joined, the creator's cut to an answer's length) → examples

Everyone but the creator is the user. Where the creator continues unasked, the question that the words
answer, the item's title or "go on" asks. A chain starts anew when it grows long, and where something
was left out in between. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from fenshen.core.ids import digest_text
from fenshen.library.items import Item
from fenshen.library.language import reading_length
from fenshen.library.passages import Passage
from fenshen.library.privacy.readable import readable
from fenshen.library.seen import GAP
from fenshen.library.sentences import sentence_spans
from fenshen.models.text import Message
from fenshen.training.examples import wording
from fenshen.training.examples.example import (
    CHARS_PER_HAN,
    Example,
    ExampleKind,
    example_of,
    reading_chars,
    text_chars,
)

#: Messages kept before an answer, and the reading length a chain may reach.
TURNS_MAX = 12
CHAIN_CHARS_MAX = 1800
#: Lines of the creator are joined to an answer up to this length; the rest is the next answer.
ANSWER_CHARS_MAX = 800
#: Of what others say before an answer, the end is kept.
OTHERS_CHARS_MAX = 700
#: Shorter passages answer no question of their own.
WORDS_TO_ASK_MIN = 15
#: One in so many passages stays a continuation whatever it answers: a twin must also be able to continue.
GOES_ON_EVERY = 4

_NONE: Mapping[str, str] = {}


@dataclass(frozen=True)
class _Turn:
    """What one side says in one go.

    Attributes:
        passage: the first one of it; its text is the whole turn's.
        after: ordinal of the passage that would come next.
        begins: something between this turn and the one before was left out.
    """

    passage: Passage
    after: int
    begins: bool

    @property
    def is_creator(self) -> bool:
        return self.passage.is_creator


def dialogue_examples(
    item: Item, passages: Sequence[Passage], asked: Mapping[str, str] = _NONE
) -> list[Example]:
    """The examples of one item.

    Args:
        passages: of the item, in order; where one is missing, what follows begins a new conversation.
        asked: questions by the digest of the answer.
    """
    return list(_told(item, _turns(passages), asked))


def may_be_asked(example: Example) -> bool:
    """Whether it is worth finding the question that a passage of a monologue answers."""
    if example.kind not in ("topic", "continue") or reading_length(example.answer) < WORDS_TO_ASK_MIN:
        return False
    return int(digest_text("goes on", example.answer)[:8], 16) % GOES_ON_EVERY != 0


def _told(item: Item, turns: Sequence[_Turn], asked: Mapping[str, str]) -> Iterator[Example]:
    history: list[Message] = []
    for number, turn in enumerate(turns):
        if turn.begins:
            history = []
        if turn.passage.text == GAP:
            history = []  # another installation kept these words private
            continue
        if not turn.is_creator:
            history.append(Message(role="user", content=turn.passage.text))
            continue
        if not history and item.kind == "chat":
            continue
        kind: ExampleKind = "dialogue"
        if not history or history[-1]["role"] == "assistant":
            kind, prompt = _prompt(item, turn.passage, bool(history), number, asked)
            history.append(Message(role="user", content=prompt))
        yield example_of(history, turn.passage, kind)
        history.append(Message(role="assistant", content=turn.passage.text))
        if len(history) >= TURNS_MAX or reading_chars(history) > CHAIN_CHARS_MAX:
            history = []


def _prompt(
    item: Item, passage: Passage, goes_on: bool, number: int, asked: Mapping[str, str]
) -> tuple[ExampleKind, str]:
    question = asked.get(digest_text(readable(passage.text)))
    if question is not None:
        return "asked", question
    table = wording.CONTINUE_PROMPTS if goes_on else wording.TOPIC_PROMPTS
    prompt = wording.pick(table, passage.language, number + len(item.title))
    return ("continue" if goes_on else "topic"), prompt.format(title=item.title)


def _turns(passages: Sequence[Passage]) -> list[_Turn]:
    """What each side says in one go. A monologue keeps its passages."""
    is_talk = any(not passage.is_creator for passage in passages)
    turns: list[_Turn] = []
    for passage in passages:
        last = turns[-1] if turns else None
        begins = last is not None and passage.ordinal != last.after
        joined = None if last is None or begins or not is_talk else _joined(last.passage, passage)
        if joined is not None:
            turns[-1] = replace(turns[-1], passage=joined, after=passage.ordinal + 1)
        else:
            turns.append(_Turn(passage, passage.ordinal + 1, begins))
    return [turn if turn.is_creator else _shortened(turn) for turn in turns]


def _joined(before: Passage, passage: Passage) -> Passage | None:
    """Two neighbouring passages of one side as one turn, or `None` where they are two."""
    if before.is_creator != passage.is_creator:
        return None
    text = f"{before.text}\n{passage.text}"
    if before.is_creator and text_chars(text) > ANSWER_CHARS_MAX:
        return None
    return replace(before, text=text)


def _shortened(turn: _Turn) -> _Turn:
    """Others' words, of a long speech only the last sentences: they are what is answered."""
    text = turn.passage.text
    if text_chars(text) <= OTHERS_CHARS_MAX:
        return turn
    starts = [start for start, _ in sentence_spans(text)]
    fitting = [start for start in starts if text_chars(text[start:]) <= OTHERS_CHARS_MAX]
    kept = text[fitting[0] :] if fitting else readable(text)[-OTHERS_CHARS_MAX // CHARS_PER_HAN :]
    return replace(turn, passage=replace(turn.passage, text=kept.strip()))
