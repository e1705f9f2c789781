"""Rules made from a creator's own topics: each example question becomes patterns.

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

from fenshen.trust.lexicon import Rules, common_words, compile_rules
from fenshen.trust.limits import Topic
from fenshen.trust.normalise import Forms, language_of, match_forms

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
    asked: Rules
    answered: Rules

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
def _rules_from(examples: tuple[str, ...]) -> tuple[Rules, Rules]:
    """What asks about the examples and what answers them; kept, because every answer begins with it."""
    english = [match_forms(text).plain for text in examples if language_of(text) == "en"]
    chinese = [match_forms(text).plain for text in examples if language_of(text) == "zh"]
    kept = [_content(text) for text in english]
    asked = [_asked(text, words) for text, words in zip(english, kept, strict=True)]
    answered = [
        pattern for text, words in zip(english, kept, strict=True) for pattern in _answered(text, words)
    ]
    answered += _key_pairs(kept)
    return (
        compile_rules(asked, [_chinese(text) for text in chinese]),
        compile_rules(answered, [p for text in chinese if (p := _chinese_answer(text))]),
    )


def _content(text: str) -> list[str]:
    return [word for word in text.split() if word not in _STOP]


def _strong(words: Iterable[str]) -> list[str]:
    return [word for word in words if word not in _WEAK]


def _stem(word: str) -> str:
    """A pattern for the word in its usual endings."""
    root = re.sub(r"(?<=\w{3})(?:ing|ed|es|s|e)$", "", word)
    return rf"{re.escape(root)}\w{{0,4}}" if len(root) >= 3 else re.escape(word)


def _asked(text: str, words: list[str]) -> str:
    if len(words) >= 2 and _strong(words):
        return r"(?: \S+){0,3} ".join(_stem(word) for word in words)
    return re.escape(text).replace("\\ ", " ")


def _answered(text: str, words: list[str]) -> list[str]:
    patterns = []
    if len(words) >= 2 and _strong(words):
        patterns.append(r"(?: \S+){0,4} ".join(_stem(word) for word in words))
    for question, statement in _SWAPS.items():
        if text.startswith(question + " ") and words:
            rest = text[len(question) + 1 :].replace(" your ", " my ")
            patterns.append(rf"{statement} (?:not |still |very )?{re.escape(rest)}".replace("\\ ", " "))
    what = re.search(r"what(?:s| is) your (.+)", text)
    if what:
        patterns.append(rf"my {re.escape(what[1])} is(?! (?:private|not|my own))".replace("\\ ", " "))
    return patterns


def _key_pairs(examples: list[list[str]]) -> list[str]:
    """The word that stands in at least three examples, together with any other word of the topic."""
    counts = Counter(word for words in examples for word in set(words))
    patterns = []
    for key, count in counts.items():
        if count < 3 or key in _WEAK:
            continue
        others = {_stem(word) for words in examples if key in words for word in words if word != key}
        others |= {_stem(word) for words in examples for word in _strong(words) if word != key}
        either = "|".join(sorted(others))
        patterns.append(rf"{_stem(key)}(?: \S+){{0,8}} (?:{either})")
        patterns.append(rf"(?:{either})(?: \S+){{0,8}} {_stem(key)}")
    return patterns


def _chinese(text: str) -> str:
    parts = [part for part in _ZH_FILL.split(text) if part]
    if sum(map(len, parts)) < 2:
        return re.escape(text.rstrip("吗呢吧了么"))
    return r"\w{0,4}".join(re.escape(part) for part in parts)


def _chinese_answer(text: str) -> str | None:
    parts = [part for part in _ZH_FILL.split(text) if part]
    if sum(map(len, parts)) < 3:
        return None
    return r"\w{0,6}".join(re.escape(part) for part in parts)
