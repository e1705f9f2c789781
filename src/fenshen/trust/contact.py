"""Contact details that must never leave: e-mail, phone, messenger names, street addresses, coordinates.

Knows nothing about whose they are: a made-up number rings at somebody's home too.
"""

from __future__ import annotations

import itertools
import re

from fenshen.core.unicode import normalized
from fenshen.trust.normalise import strip_disguise

_WORD_DIGITS = {
    "zero": "0", "oh": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6",
    "seven": "7", "eight": "8", "nine": "9", "nought": "0",
}  # fmt: skip
_HAN_DIGITS = str.maketrans("零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖", "001234567891123456789")
_DIGIT_RUN = re.compile(
    rf"\b(?:(?:double |triple )?(?:{'|'.join(_WORD_DIGITS)})[\s,.\-]+){{6,}}(?:double |triple )?(?:{'|'.join(_WORD_DIGITS)})\b"
)
_HAN_DIGIT_RUN = re.compile(
    r"[零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖][零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖\s\-、，]{6,}"
)
_SEPARATED_DIGITS = re.compile(r"(?<!\d)(?:\d[\s.\-_,、]{1,3}){6,}\d(?!\d)")
_NOT_PHONE = re.compile(
    r"\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}[/.]\d{1,2}[/.]\d{2,4}\b|\b\d{1,3}(?:,\d{3})+\b|\b\d+\.\d+\b(?!\.\d)"
    r"|\b97[89][- ]?\d[- \d]{9,13}\b|\b(?:19|20)\d\d\s?[-–to]+\s?(?:19|20)\d\d\b"
)
#: Only whether something is found counts, so a pattern begins and ends as late and early as it can, and
#: every repetition has an end: looking costs a fixed amount at each place of the text.
_OPEN, _CLOSE = r"\s{0,9}+(?:[(\[{]\s{0,9}+)?", r"\s{0,9}+(?:[)\]}]\s{0,9}+)?"
_EMAIL = re.compile(
    r"[\w.+%-]\s?@\s?[\w-]+\s?\.\s?[\w-]"
    rf"|[\w.+-]{{2}}{_OPEN}\bat\b{_CLOSE}[\w-]{{1,64}}{_OPEN}(?:\bdot\b|\.){_CLOSE}(?:com|org|net|co|io|cn|uk|me|edu|info|gov|mail)\b"
    r"|\b(?:gmail|outlook|hotmail|yahoo|qq|163|126|protonmail|icloud)\s*(?:dot|\.|点)\s*(?:com|cn|net)\b"
)
_PHONE = (
    re.compile(r"(?<![\da-z.])\+\s?\d{1,3}[\s.\-]?\(?\d[\d\s.\-()]{5,14}\d"),
    re.compile(r"(?<![\da-z.+])\(?0\d{2,5}\)?[\s.\-]\d{3,4}[\s.\-]?\d{3,5}(?!\d)"),
    re.compile(r"(?<![\da-z.])\(?[2-9]\d{2}\)?[\s.\-]\d{3}[\s.\-]\d{4}(?![\da-z])"),
    re.compile(r"(?<![\da-z.])(?:1[3-9]\d[\s.\-]?\d{4}[\s.\-]?\d{4}|0\d{9,10})(?![\da-z])"),
)
_CALL_WORDS = re.compile(
    r"\b(?:phone|call me|ring me|text me|mobile|cell|tel|telephone|my number|whatsapp|dial|wechat|weixin|telegram|signal|line id|qq)\b"
    r"|电话|手机|号码|微信|加我|威信|薇信|扣扣|联系方式"
)
_SOME_DIGITS = re.compile(r"(?<![\da-z.])\d(?:[\s.\-]?\d){5,14}(?![\da-z])")
_HANDLE = re.compile(
    r"\b(?:wechat|weixin|whatsapp|telegram|signal|snapchat|instagram|insta|discord|skype|kik|line|qq)(?: (?:id|name|handle|account|username|number))?"
    r"(?: is|:|：|=|,)+ ?@?[\w.\-]*(?:\d|@|[a-z]_|_[a-z])[\w.\-]*"
    r"|\b(?:add|message|find|dm|text|follow) me (?:on|at|via|over) (?:\w+ )?(?:wechat|weixin|whatsapp|telegram|signal|snapchat|skype|kik|qq|@[\w.]{3,})"
    r"|(?:微信号?|威信|薇信|vx|v信|qq号?|扣扣|抖音号|小红书号)(?:号码)?(?:就?是|:|：|为|，)*\s?[a-z0-9_\-]{5,}"
    r"|加(?:我|一下我)?的?(?:微信|qq|扣扣|vx|威信|薇信)"
    r"|(?<![\w@])@[a-z]\w{3,}(?:\.\w+)*\b"
)
_ADDRESS = re.compile(
    r"\b\d{1,5}[a-z]?,? (?:the (?=(?:street|avenue|close|crescent|terrace|drive|quay|wharf|gardens|court)\b)|(?!(?:the|at|to|of|by|in|on|from|for|and|an|is|are|was|stops?|miles?|minutes?|people|years?|steps?|feet|yards|past|along|off|near|times)\b)[a-z][a-z'’-]+ ){1,4}?(?:street|road|lane|avenue|drive|close|crescent|terrace|way|boulevard|court|gardens|quay|wharf|st|rd|ln|ave|blvd|dr)\b(?! (?:from|of|to|around|round))"
    r"|\b(?:gir ?0aa|[a-z]{1,2}\d[a-z\d]? \d[abd-hjlnp-uw-z]{2})\b"
    r"|\b(?:apartment|apt|flat|unit) \d{1,4}[a-z]?,? \d{1,5} [a-z]+"
    r"|\bmy (?:home )?address is (?!private|not|a secret|none|something|for)"
    r"|\bi live (?:at|on) (?:number )?\d+"
    r"|[\u4e00-\u9fff]{2,8}(?:路|街|巷|弄|胡同|大道)\s?[\d一二三四五六七八九十百]+\s?(?:号|弄)"
    r"|\d号(?:楼|院)?\s?\d{0,5}(?:单元|室|栋)|[\d一二三四五六七八九十](?:栋|幢|号楼)[\d一二三四五六七八九十]{1,6}(?:单元|室|号)"
    r"|我(?:家)?(?:住在?|的?地址是?|家住|家?就?在)[\u4e00-\u9fff]{2,8}(?:省|市|区|县|镇|小区|花园|公寓|大厦)[\u4e00-\u9fff\d]{2,}"
)
_COORDINATES = re.compile(r"-?\d{1,3}\.\d{4,}\s*[,，]\s*-?\d{1,3}\.\d{4,}")


def holds_contact(text: str) -> bool:
    """Whether `text` gives a way to reach or find somebody."""
    shown = normalized("NFKC", text)
    form = strip_disguise(text)
    if _EMAIL.search(form) or _COORDINATES.search(shown) or _ADDRESS.search(form) or _HANDLE.search(form):
        return True
    return holds_phone(form)


def holds_phone(form: str) -> bool:
    """Whether a text in lower case holds a telephone number, in digits or in words."""
    if any(not _counts_up(_in_digits(match[0])) for match in _DIGIT_RUN.finditer(form)):
        return True
    if any(
        sum(c not in " 、，-" for c in run) >= 7 and not _counts_up(run)
        for run in _HAN_DIGIT_RUN.findall(form)
    ):
        return True
    bare = _NOT_PHONE.sub(" . ", form)
    if any(not _counts_up(match[0]) for match in _SEPARATED_DIGITS.finditer(bare)):
        return True
    if any(pattern.search(bare) for pattern in _PHONE):
        return True
    return bool(_CALL_WORDS.search(bare) and _SOME_DIGITS.search(bare))


def _in_digits(words: str) -> str:
    return "".join(_WORD_DIGITS.get(word, "") for word in re.findall(r"[a-z]+", words))


def _counts_up(run: str) -> bool:
    """Whether the digits only count 1, 2, 3 … up or down, as people do aloud."""
    digits = [int(c) for c in run.translate(_HAN_DIGITS) if c.isdigit()]
    steps = {b - a for a, b in itertools.pairwise(digits)}
    return steps <= {1, -9} or steps <= {-1}
