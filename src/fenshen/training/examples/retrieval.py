"""Retrieval-grounded examples: questions answered from passages in the prompt, right before them or far away.

For some passages the most distinctive word becomes the question's topic and the sentences around it the
answer. Half of the far ones have the answer in one of many notes, half in turns long ago. Pure.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from fenshen.library.language import count_han
from fenshen.library.passages import Passage
from fenshen.library.privacy.pseudonyms import shortened
from fenshen.library.privacy.readable import readable
from fenshen.library.prompt import Source, ask
from fenshen.library.sentences import sentence_spans
from fenshen.models.text import Message
from fenshen.training.examples import wording
from fenshen.training.examples.example import Example, example_of, text_chars
from fenshen.trust.lexicon import common_words

ANSWER_CHARS_MAX = 220
#: Shorter answers say too little to be looked up (a Chinese character says as much as two Latin ones).
ANSWER_CHARS_MIN = 40
SOURCE_CHARS_MAX = 420
_DETERMINER = r"(?:the|an?|my|your|his|her|its|our|their|this|that|these|those|every|one|two)"
_AFTER = (
    r"(?:[,.;:!?]|$|\s+(?:is|are|was|were|has|had|and|or|but|of|in|on|at|to|for|with|from|by|that|which|who|will|"
    r"would|can|could|goes|does|did|when|where|if|so|as|than|then|because|until|while|into|out|up|down)\b)"
)
#: A noun, recognised by the determiner before it and by what follows: "the green tin,", "a music box that".
_NOUN = re.compile(rf"\b{_DETERMINER} ((?:[a-z]+ )?([a-z]{{4,}}))(?={_AFTER})", re.IGNORECASE)
#: Adjectives that say nothing about a thing out of its sentence.
_EMPTY = frozenset(
    {"own", "only", "same", "whole", "next", "first", "last", "second", "very", "little", "entire"}
)
#: Characters that no name of a thing has: a pair with one of them is cut out of a sentence, not a word.
_HAN_FUNCTION = frozenset(
    "我你您他她它们的了是在不也就都很有和与着过吗呢吧这那一二两三四五六七八九十个说把被给让到去来上下里么什怎为以又再还会要可没只从对能得地自己已却而且但因所如等人时候年月日天啊呀哦嗯多少些几"
)


@dataclass(frozen=True)
class Place:
    """Which passages are asked about: the one at `first`, and every so many after it."""

    every: int
    first: int = 0


@dataclass(frozen=True)
class GroundedQuestion:
    """A topic and the creator's sentences about it.

    Attributes:
        topic: as one asks about it.
        word: the word that identifies the topic.
        passage: holds them, at `index` of all passages.
        other: an unrelated passage of the same language, where there is one.
        number: counts the places that were looked at.
    """

    passage: Passage
    topic: str
    word: str
    answer: str
    other: Passage | None
    index: int
    number: int


def grounded_questions(passages: Sequence[Passage], place: Place) -> list[GroundedQuestion]:
    """One question for every passage at a place that has a telling word; the order of `passages` is kept."""
    counts = Counter(word for p in passages for word in set(_words(p.text)))
    found: list[GroundedQuestion] = []
    for number, index in enumerate(range(place.first, len(passages), place.every)):
        passage = passages[index]
        spot = _most_telling(passage.text, counts, len(passages))
        if spot is None:
            continue
        other = passages[(index + len(passages) // 2) % len(passages)]
        unrelated = other.item_id != passage.item_id and other.language == passage.language
        found.append(GroundedQuestion(passage, *spot, other if unrelated else None, index, number))
    return found


def source_of(passage: Passage, titles: Mapping[str, str]) -> Source:
    """The beginning of a passage as a note."""
    return Source(titles.get(passage.item_id, ""), readable(passage.text)[:SOURCE_CHARS_MAX])


def _words(text: str) -> list[str]:
    """Words of four letters and more; of Chinese every pair, for nothing says where words end."""
    lower = text.lower()
    return [*re.findall(r"[a-z]{4,}", lower), *(lower[at : at + 2] for at in _pairs(lower))]


def _pairs(text: str) -> list[int]:
    """Where two characters stand that may name a thing."""
    return [
        at
        for at in range(len(text) - 1)
        if _is_han(text[at]) and _is_han(text[at + 1]) and not _HAN_FUNCTION & {text[at], text[at + 1]}
    ]


def _is_han(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff"


def _things(sentence: str) -> Iterator[tuple[str, str]]:
    """Things a sentence names, as one asks about them, each with the word that identifies it."""
    stop, weak = common_words()
    for match in _NOUN.finditer(sentence):
        word = match[2].lower()
        if word not in stop and word not in weak:
            first = match[1].split()[0].lower()
            yield f"the {word if first in _EMPTY | stop | weak else match[1].lower()}", word
    for at in _pairs(sentence):
        yield sentence[at : at + 2], sentence[at : at + 2]


def _most_telling(text: str, counts: Counter[str], total: int) -> tuple[str, str, str] | None:
    """The rarest thing that is also named elsewhere, its word, and the sentence that names it with the next."""
    text = shortened(text, SOURCE_CHARS_MAX)
    spans = [(a, b) for a, b in sentence_spans(text) if b - a <= ANSWER_CHARS_MAX]
    best: tuple[float, str, str, str] | None = None
    for index, (start, end) in enumerate(spans):
        if index + 1 < len(spans) and spans[index + 1][1] - start <= ANSWER_CHARS_MAX:
            end = spans[index + 1][1]
        answer = text[start:end].strip()
        if len(answer) + count_han(answer) < ANSWER_CHARS_MIN:
            continue
        for topic, word in _things(text[start : spans[index][1]]):
            often = counts[word]
            weight = math.log((1 + total) / max(1, often)) + 0.15 * min(len(topic), 12)
            if often >= 2 and (best is None or weight > best[0]):
                best = (weight, topic, word, answer)
    return None if best is None else best[1:]


#: One passage in so many becomes a question with notes, and one a question whose answer is far away.
SOURCED_EVERY = 6
LONG_EVERY = 18
#: Notes beside the one that holds the answer.
OTHERS_MAX = 9
#: A long example is one from this many notes or earlier passages.
LONG_MIN = 3


def retrieval_examples(passages: Sequence[Passage], titles: Mapping[str, str]) -> list[Example]:
    """Questions with the passages that a search would find.

    Args:
        passages: the creator's own, in the order of the library.
        titles: by item id.
    """
    return [_sourced(found, titles) for found in grounded_questions(passages, Place(SOURCED_EVERY))]


def long_examples(
    passages: Sequence[Passage], titles: Mapping[str, str], context_chars: int
) -> list[Example]:
    """Questions whose answer is far away.

    Args:
        context_chars: what a prompt may hold, in Latin characters (a Chinese one counts as three).
    """
    found: list[Example] = []
    place = Place(LONG_EVERY, first=SOURCED_EVERY // 2)
    for number, one in enumerate(grounded_questions(passages, place)):
        history = _in_history(passages, one, titles, context_chars) if number % 2 else None
        example = history or _among_many(passages, one, titles, context_chars, number)
        if example is not None:
            found.append(example)
    return found


def _sourced(found: GroundedQuestion, titles: Mapping[str, str]) -> Example:
    sources = [source_of(found.passage, titles)]
    if found.other is not None:
        sources.insert(found.number % 2, source_of(found.other, titles))
    asked = ask(_question(found), sources, found.passage.language)
    return example_of((asked,), found.passage, "sources", found.answer)


def _among_many(
    passages: Sequence[Passage],
    found: GroundedQuestion,
    titles: Mapping[str, str],
    context_chars: int,
    number: int,
) -> Example | None:
    """As many notes as the context holds, evenly from the library; the right one is never in the same place."""
    right = source_of(found.passage, titles)
    room = context_chars - text_chars(right.text)
    others: list[Source] = []
    step = max(1, len(passages) // (OTHERS_MAX + 1))
    for at in range(found.index + step, found.index + len(passages), step):
        other = passages[at % len(passages)]
        if other.item_id == found.passage.item_id or other.language != found.passage.language:
            continue
        note = source_of(other, titles)
        room -= text_chars(note.text)
        if room < 0 or len(others) == OTHERS_MAX:
            break
        if found.word not in note.text.lower():
            others.append(note)
    if len(others) + 1 < LONG_MIN:
        return None
    place = number % (len(others) + 1)
    asked = ask(_question(found), [*others[:place], right, *others[place:]], found.passage.language)
    return example_of((asked,), found.passage, "long", found.answer)


def _in_history(
    passages: Sequence[Passage], found: GroundedQuestion, titles: Mapping[str, str], context_chars: int
) -> Example | None:
    """The passage and its successors as earlier turns, then the question about its beginning."""
    language = found.passage.language
    history: list[Message] = []
    room = context_chars
    for ahead, passage in enumerate(passages[found.index :]):
        room -= text_chars(passage.text)
        goes_on = (
            passage.item_id == found.passage.item_id and passage.ordinal == found.passage.ordinal + ahead
        )
        if not goes_on or passage.language != language or room < 0:
            break
        table = wording.CONTINUE_PROMPTS if history else wording.TOPIC_PROMPTS
        prompt = wording.pick(table, language, len(history)).format(title=titles.get(passage.item_id, ""))
        history += [Message(role="user", content=prompt), Message(role="assistant", content=passage.text)]
    if len(history) < 2 * LONG_MIN:
        return None
    asked = Message(role="user", content=_question(found))
    return example_of((*history, asked), found.passage, "long", found.answer)


def _question(found: GroundedQuestion) -> str:
    table = wording.SOURCE_PROMPTS
    return wording.pick(table, found.passage.language, len(found.answer)).format(topic=found.topic)
