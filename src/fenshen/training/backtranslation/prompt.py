"""What the teacher is asked, and which of its replies may be used. Pure.

A reply is a stranger's text: it becomes a fan's question only if it is one question to the creator and not
about them, in the language of the passage, short, not copied from the answer, and nothing that the creator's
limits would decline.
"""

from __future__ import annotations

import re
from typing import Literal

from fenshen.library.language import count_han, count_words, detect_language
from fenshen.models.text import Message
from fenshen.trust.guard import Guard

#: Changes with the wording below; questions of another wording are asked again.
PROMPT = 3
ANSWER_CHARS_MAX = 2400
REPLY_TOKENS_MAX = 160
QUESTION_CHARS_MAX = 160
QUESTION_HAN_MAX = 60
WORDS_MIN, HAN_MIN = 3, 4
NAME_CHARS_MIN = 2
#: A question may share so many words (Chinese characters) in a row with its answer, and no more.
RUN_WORDS_MAX, RUN_HAN_MAX = 5, 8
#: The same with the examples a teacher is shown.
SHOWN_WORDS_MAX, SHOWN_HAN_MAX = 3, 5

Why = Literal[
    "",
    "empty",
    "not_one_question",
    "length",
    "language",
    "about_the_text",
    "about_the_creator",
    "copied",
    "limits",
    "markup",
]

_TASK = {
    "en": (
        "You prepare an interview with {name}. You are given something {name} said. Write the one question that "
        "somebody in the audience could have asked {name} so that exactly this is the answer. Talk to {name}: say "
        "“you”, never “{name}” or “they”. Plain words, at most twenty, one sentence, ending with a question mark. "
        "Do not quote the text and do not mention that there is one. Reply with the question only."
    ),
    "zh": (
        "你在准备一次对{name}的访谈。下面是{name}说过的一段话。请写出观众可能当面问{name}的那一个问题，使这段话正好是"
        "回答。直接对{name}说，用“你”，不要用名字或“他”“她”。用平常的话，一句，不超过三十个字，以问号结尾。"
        "不要照抄原文，也不要提到有这段文字。只回复问题本身。"
    ),
}
#: Two passages with their questions: small teachers copy the manner, and large ones are not harmed by it.
_SHOWN = {
    "en": (
        (
            "I never lock the shed. Nobody has ever stolen a thing from it but my time, and I would have wasted "
            "that anyway.",
            "Don't you worry about leaving your shed open?",
        ),
        (
            "My mother baked on Thursdays, and to this day I cannot pass a Thursday without getting hungry at four.",
            "Is there anything from your childhood that still follows you around?",
        ),
    ),
    "zh": (
        (
            "我的棚子从来不上锁。除了我的时间，谁也没从里面偷走过什么，而时间反正我也是要浪费的。",
            "你的棚子一直敞着，不担心吗？",
        ),
        (
            "母亲总在星期四烤面包，直到今天，一到星期四下午四点我就会饿。",
            "小时候有什么习惯一直跟着你？",
        ),
    ),
}
_SAID = {"en": "What {name} said:\n\n{text}\n\nThe question:", "zh": "{name}说：\n\n{text}\n\n问题："}

_THOUGHT = re.compile(r"<think>.*?(?:</think>|$)", re.DOTALL)
_LABEL = re.compile(
    r"^(?:\*\*)?(?:(?:the )?question|q|问题|问|提问)(?:\*\*)?\s*[:：]\s*(?:\*\*)?", re.IGNORECASE
)
_WRAPPING = "\"'“”‘’「」『』*_` \t"
_MARKS = re.compile(r"[?？]")
_ENDS = re.compile(r"[.!;](?=\s)|[。！；]")
_MARKUP = re.compile(
    r"[<>{}\[\]|#`\\]|https?:|www\.|[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\ufffd]"
)
_ABOUT_TEXT = re.compile(
    r"\b(?:the|this|that) (?:passage|text|excerpt|paragraph|quote|speaker|author|narrator|statement|transcript)\b"
    r"|\baccording to\b|\bdescribed? (?:above|here)\b|\bas an ai\b"
    r"|(?:这段|上述|以上|文中|原文|本文|该段)|作者|说话(?:人|者)|讲述者|文章(?:中|里)|根据(?:文|上|这|以)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_HAN = re.compile(r"[\u3400-\u9fff]")


def question_messages(answer: str, language: str, name: str) -> list[Message]:
    """What the teacher reads, in the language of the answer."""
    code = language if language in _TASK else "en"
    messages = [Message(role="system", content=_TASK[code].format(name=name))]
    for said, asked in _SHOWN[code]:
        messages.append(Message(role="user", content=_SAID[code].format(name=name, text=said)))
        messages.append(Message(role="assistant", content=asked))
    text = answer[:ANSWER_CHARS_MAX]
    return [*messages, Message(role="user", content=_SAID[code].format(name=name, text=text))]


def check_reply(reply: str, answer: str, language: str, guard: Guard, name: str = "") -> tuple[str, Why]:
    """The question in a teacher's reply, or `""` and why there is none that may be used.

    Args:
        name: the creator's: a fan asks them, and does not ask others about them.
    """
    text = _LABEL.sub("", _THOUGHT.sub("", reply).strip().strip(_WRAPPING)).strip().strip(_WRAPPING)
    if not text:
        return "", "empty"
    why = _fault(text, answer, language, guard, name)
    return ("", why) if why else (text, "")


def same_question(text: str) -> str:
    """What two questions that are the same to a reader have in common."""
    return re.sub(r"[\W_]+", "", text).casefold()


def _fault(text: str, answer: str, language: str, guard: Guard, name: str) -> Why:
    if _MARKUP.search(text):
        return "markup"
    if "\n" in text or len(_MARKS.findall(text)) != 1 or text[-1] not in "?？" or _ENDS.search(text):
        return "not_one_question"
    if not _is_short(text):
        return "length"
    if detect_language(text, language) != language or (language != "zh" and _HAN.search(text)):
        return "language"
    if _ABOUT_TEXT.search(text):
        return "about_the_text"
    if _is_about(name, text):
        return "about_the_creator"
    if _shares_a_run(text, answer, RUN_WORDS_MAX, RUN_HAN_MAX) or _is_of_the_shown(text):
        return "copied"
    asked = guard.check_fan_message(text, language=language).kind
    return "limits" if asked is not None or not guard.check_sentence(text, language=language).allowed else ""


def _is_about(name: str, text: str) -> bool:
    """Whether `text` names the creator otherwise than to call them: a first and a last word of it may."""
    parts = [part for part in (name.casefold(), *_words(name)) if len(part) >= NAME_CHARS_MIN]
    if not parts:
        return False
    called = "|".join(re.escape(part) for part in parts)
    folded = text.casefold().replace("’", "'")
    inner = re.sub(rf"^(?:(?:{called})[\s,，:：]*){{1,4}}[,，:：]|[,，]\s*(?:{called})\s*[?？]$", "", folded)
    edges = ("", "") if count_han(name) else (r"\b", r"\b")
    return re.search(rf"{edges[0]}(?:{called}){edges[1]}", inner) is not None


def _is_short(text: str) -> bool:
    han = count_han(text)
    if han >= HAN_MIN:
        return han <= QUESTION_HAN_MAX and len(text) <= QUESTION_CHARS_MAX
    return count_words(text) >= WORDS_MIN and len(text) <= QUESTION_CHARS_MAX


def _is_of_the_shown(text: str) -> bool:
    """Whether it asks about a passage that was shown as an example, as small teachers do."""
    shown = [pair for pairs in _SHOWN.values() for pair in pairs]
    return any(
        same_question(text) == same_question(asked)
        or _shares_a_run(text, said, SHOWN_WORDS_MAX, SHOWN_HAN_MAX)
        for said, asked in shown
    )


def _shares_a_run(text: str, answer: str, words_max: int, han_max: int) -> bool:
    """Whether more words or Chinese characters in a row than allowed stand in both."""
    for units, longest in ((_words, words_max + 1), (_HAN.findall, han_max + 1)):
        asked, said = units(text), units(answer)
        runs = {tuple(said[at : at + longest]) for at in range(len(said) - longest + 1)}
        if any(tuple(asked[at : at + longest]) in runs for at in range(len(asked) - longest + 1)):
            return True
    return False


def _words(text: str) -> list[str]:
    return [word.casefold().replace("’", "'") for word in _WORD.findall(_HAN.sub(" ", text))]
