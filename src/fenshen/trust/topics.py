"""Rules made from a creator's own topics: each example question becomes phrases to look for.

An example is a question a fan might ask. `asked` finds such a question; `answered` finds an answer to it:
the same words, the question turned into a statement ("are you single" → "im single"), or the word that
runs through the topic together with another of its words. Knows nothing about the shipped subjects.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from fenshen.trust.lexicon import common_words
from fenshen.trust.limits import Topic
from fenshen.trust.normalise import Forms, language_of, match_forms
from fenshen.trust.phrases import Phrase, Phrases

#: A word that stands in this many examples of a topic is one of its keys; the most frequent ones count.
KEY_FROM = 3
KEYS_MAX = 12

_STOP, _WEAK = common_words()
_SWAPS = {
    "are you": "im",
    "do you": "i",
    "did you": "i",
    "have you": "ive",
    "will you": "ill",
    "is your": "my",
}
_ZH_FILL = re.compile(
    r"怎么办|怎么样|怎么|什么|哪里|哪个|哪儿|多少|是不是|有没有|要不要|能不能|可不可以|吗|呢|吧|了|的|我|你|您|该|请|去|在|是|有|把|给|个"
)
_REFUSES = re.compile(
    r"\b(i|we|you|they|its?) (wont|dont|cant|never|shouldnt|would never|will never|mustnt|refuse|do not|am not|couldnt|wouldnt)\b"
    r"|\bim (not|no) (going|qualified|able|allowed|the|one|an|a|telling|here)|\b(ask|call|see|find|leave (it|that|this) to) (a|an|your|the) (qualified |local |proper )?\w+"
    r"|\b(never|dont|do not) (open|touch|try|repair|fix|take|attempt|buy)\b|不(教|聊|谈|说|修|碰|懂|会|能|要|敢|打开|讨论|建议)|别(碰|拆|打开|自己)|(找|问|交给)(专业|电工|医生|律师|有资格)"
)


@dataclass(frozen=True)
class TopicRules:
    """What a topic's question and answer look like."""

    topic: Topic
    asked: Phrases
    answered: Phrases

    def is_asked(self, forms: Forms) -> bool:
        """Whether a fan's words touch the topic."""
        return self.asked.match(forms)

    def is_answered(self, forms: Forms) -> bool:
        """Whether the twin's words go into the topic instead of declining it."""
        return self.answered.match(forms) and not _REFUSES.search(forms.plain)


def topic_rules(topic: Topic) -> TopicRules:
    """The rules of one topic."""
    return TopicRules(topic, *_rules_from(topic.examples))


@functools.lru_cache(maxsize=1024)
def _rules_from(examples: tuple[str, ...]) -> tuple[Phrases, Phrases]:
    """What asks about the examples and what answers them; kept, because every answer begins with it."""
    forms = [(language_of(text), match_forms(text).plain) for text in examples]
    english = [text for language, text in forms if language == "en" and text]
    chinese = [text for language, text in forms if language == "zh"]
    kept = [_content(text) for text in english]
    asked = [_asked(text, words) for text, words in zip(english, kept, strict=True)]
    answered = [
        phrase for text, words in zip(english, kept, strict=True) for phrase in _answered(text, words)
    ]
    return (
        Phrases(tuple(asked), tuple(map(_chinese, chinese))),
        Phrases((*answered, *_key_pairs(kept)), tuple(p for text in chinese if (p := _chinese_answer(text)))),
    )


def _content(text: str) -> list[str]:
    return [word for word in text.split() if word not in _STOP]


def _strong(words: Iterable[str]) -> list[str]:
    return [word for word in words if word not in _WEAK]


def _stem(word: str) -> str:
    """The part of a phrase that is this word in its usual endings."""
    root = re.sub(r"(?<=\w{3})(?:ing|ed|es|s|e)$", "", word)
    return f"{root}*" if len(root) >= 3 else root


def _exactly(text: str, unless: tuple[str, ...] = ()) -> Phrase:
    return Phrase(tuple(text.split()), unless=unless)


def _asked(text: str, words: list[str]) -> Phrase:
    if len(words) >= 2 and _strong(words):
        return Phrase(tuple(map(_stem, words)), gap=3)
    return _exactly(text)


def _answered(text: str, words: list[str]) -> list[Phrase]:
    phrases = []
    if len(words) >= 2 and _strong(words):
        phrases.append(Phrase(tuple(map(_stem, words)), gap=4))
    for question, statement in _SWAPS.items():
        if text.startswith(question + " ") and words:
            rest = text[len(question) + 1 :].replace(" your ", " my ")
            phrases += [_exactly(f"{statement} {how}{rest}") for how in ("", "not ", "still ", "very ")]
    what = re.search(r"what(?:s| is) your (.+)", text)
    if what:
        phrases.append(_exactly(f"my {what[1]} is", unless=("private", "not", "my own")))
    return phrases


def _key_pairs(examples: list[list[str]]) -> list[Phrase]:
    """The word that stands in at least three examples, together with any other word of the topic."""
    counts = Counter(word for words in examples for word in set(words) if word not in _WEAK)
    phrases = []
    for key, count in counts.most_common(KEYS_MAX):
        if count < KEY_FROM:
            break
        others = {_stem(word) for words in examples if key in words for word in words if word != key}
        others |= {_stem(word) for words in examples for word in _strong(words) if word != key}
        if others:
            either = "|".join(sorted(others))
            phrases += [Phrase((_stem(key), either), gap=8), Phrase((either, _stem(key)), gap=8)]
    return phrases


def _chinese(text: str) -> Phrase:
    parts = [part for part in _ZH_FILL.split(text) if part]
    if sum(map(len, parts)) < 2:
        return Phrase((text.rstrip("吗呢吧了么"),))
    return Phrase(tuple(parts), gap=4)


def _chinese_answer(text: str) -> Phrase | None:
    parts = [part for part in _ZH_FILL.split(text) if part]
    if sum(map(len, parts)) < 3:
        return None
    return Phrase(tuple(parts), gap=6)
