"""Questions that are answered from what stands in the prompt: right before them, or far away.

Half of the far ones have the answer in one of many notes, half in what the creator said many turns ago.
Pure. Knows nothing about search.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fenshen.library.passages import Passage
from fenshen.library.prompt import Source, ask
from fenshen.models.text import Message
from fenshen.training import wording
from fenshen.training.examples.example import Example, example_of, text_chars
from fenshen.training.grounding import Grounded, Place, grounded_questions, source_of

#: One passage in so many becomes a question with notes, and one a question whose answer is far away.
SOURCED_EVERY = 6
LONG_EVERY = 18
#: Notes beside the one that holds the answer.
OTHERS_MAX = 9
#: A long example is one from this many notes or passages told before.
LONG_MIN = 3


def sourced_examples(passages: Sequence[Passage], titles: Mapping[str, str]) -> list[Example]:
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
        history = _told_before(passages, one, titles, context_chars) if number % 2 else None
        example = history or _among_many(passages, one, titles, context_chars, number)
        if example is not None:
            found.append(example)
    return found


def _sourced(found: Grounded, titles: Mapping[str, str]) -> Example:
    sources = [source_of(found.passage, titles)]
    if found.other is not None:
        sources.insert(found.number % 2, source_of(found.other, titles))
    asked = ask(_question(found), sources, found.passage.language)
    return example_of((asked,), found.passage, "sources", found.answer)


def _among_many(
    passages: Sequence[Passage],
    found: Grounded,
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


def _told_before(
    passages: Sequence[Passage], found: Grounded, titles: Mapping[str, str], context_chars: int
) -> Example | None:
    """The passage and what was said after it as earlier turns, then the question about its beginning."""
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


def _question(found: Grounded) -> str:
    table = wording.SOURCE_PROMPTS
    return wording.pick(table, found.passage.language, len(found.answer)).format(topic=found.topic)
