"""Which sentences are read out for pay: from the one that names the sponsor to the last that sells.

An advertisement begins where somebody is thanked, named or introduced as paying for *this* video, or where a
code is offered; it goes on while its brand is named or something is offered. Stories about sponsors, products
that were bought and jokes about advertisements are the creator's own. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from fenshen.library.cleaning.sentences import hinted, matches

#: Sentences an advertisement lasts at most, and how many in a row may sell nothing in between.
SENTENCES_MAX = 14
SILENT_MAX = 2

_THIS = r"(?:this|today['’]?s|this (?:week|month)['’]?s)"
_WORK = r"(?:video|episode|podcast|stream|show|part|portion|segment|section|newsletter|post|chapter)"
_OPENS = re.compile(
    rf"\b{_THIS} {_WORK}(?: of the {_WORK})?(?: is|['’]s| was)?(?: \w+)? (?:sponsored|brought to you|made possible|supported) by\b"
    rf"|\b(?:word|message|break|note)\b[\w ,]{{0,20}} from (?:our|my|the|{_THIS})(?: {_WORK}['’]?s)? sponsors?\b"
    rf"|\b(?:{_THIS}|this {_WORK}['’]s) (?:{_WORK} )?sponsor\b|\bsponsor of (?:this|today['’]?s) {_WORK}\b"
    rf"|\bthank(?:s|ful)?\b[^.!?]{{1,60}}\bfor (?:kindly )?(?:sponsoring|(?:making|supporting) (?:this|today['’]?s) {_WORK})"
    r"|\bpaid (?:promotion|partnership)\b"
    r"|\b(?:use|enter|type(?: in)?|apply) (?:(?:my|our|the|promo|discount|coupon|offer) )*code\b.{0,60}?\b(?:off|checkout|free|save|discount)\b"
    r"|本[期集条次](?:视频|节目|内容)?(?:是)?由.{1,20}(?:赞助|冠名|支持|特约)"
    r"|(?:本期|这期|这一期|今天|本次|本集)(?:的)?(?:视频|节目)?.{0,8}(?:赞助商|金主|恰饭时间|广告时间)"
    r"|感谢.{0,14}(?:赞助|金主|对本[期集次频节]|对这期|支持本[期集次频节])"
    r"|(?:优惠|折扣|邀请|专属)(?:码|口令|链接)|输入(?:口令|暗号|代码)"
    r"|点(?:击|开)?.{0,14}链接.{0,24}(?:买|购|领|下单|下载|优惠|立减|注册|折)",
    re.IGNORECASE,
)
_DENIES = re.compile(
    r"\bnot (?:even |actually )?sponsored|\b(?:isn|wasn)['’]?t sponsored|\b(?:nobody|no ?one|never|without)\b[^.]{0,40}\b(?:sponsor|paid)"
    r"|\b(?:want(?:ed|s)?|offer(?:ed|s)?|ask(?:ed|s)?|years ago|used to|once)\b[^.]{0,50}\bsponsor"
    r"|没(?:有)?(?:人|品牌|任何).{0,6}(?:赞助|给钱|付钱)|不是(?:广告|恰饭)|想(?:要)?赞助|没.{0,3}赞助",
    re.IGNORECASE,
)
_SELLS = re.compile(
    r"\bcodes?\b|\b(?:per ?cent|%) (?:off|discount)|\d% off|\bcheckout\b|\bdiscount|\bcoupon|\bfree (?:trial|for|shipping|deliver|month|week|sample)"
    r"|\blinks?\b.{0,20}\b(?:description|below|notes|bio)\b|\b(?:my|the) link\b|\bsign up\b|\bhead (?:over )?to\b"
    r"|[\w-](?: slash |\.)(?:com|example|net|org|io|co|app|shop)\b|\blimited time\b|\bmoney.back\b|\bfirst (?:\w+ )?(?:month|order|box|boxes|delivery|deliveries)\b"
    r"|\bsponsor(?:s|ing|ed)?\b|\bsupporting (?:the|this|my) (?:channel|show|video)"
    r"|[一二三四五六七八九\d.]折|立减|优惠|下单|链接|口令|领取|首单|免费(?:试|领|体验|送)|满.{1,5}减|注册|官网|旗舰店|赞助|支持我的频道",
    re.IGNORECASE,
)
_RETURNS = re.compile(
    r"^(?:now|ok(?:ay)?|anyway|al(?:l ?)?right|right|so|well)\b[ ,.]+(?:let['’]?s|let us|where|back|on with|the)\b"
    r"|\bback to (?:the|our|today['’]?s|it)\b|^anyway\b|^let us talk\b|^(?:好了?|那么|行了?|好啦)[，,。]|^(?:说回|回到|言归正传|接着说|接下来说)",
    re.IGNORECASE,
)
_BRAND = re.compile(
    r"(?:\bby|\bthank(?:s to|ing)?|\bthank you,? to|\bsponsor,|\bsponsor is) (?:my friends at |our friends at )?([A-Z][\w&'’-]+)"
    r"|\b(?:sponsored|brought to you|supported|made possible) by (\w+)"
    r"|(?:由|赞助商(?:是|，)?|金主(?:爸爸)?(?:是)?|感谢)([\u4e00-\u9fff]{2,6}?)(?:赞助|冠名|对|的|支持|特约|。|，|$)",
)
_SUBJECT = re.compile(r"([A-Z][\w&'’-]+)|([\u4e00-\u9fff]{2,5}?)(?:是|把|的|有)")
#: One of these is in every opening: looked for first, because nearly no text has any.
_HINTS = (
    "sponsor", "brought to you", "made possible", "supported by", "paid p", "making th", "supporting th",
    "my code", "our code", "the code", "use code", "enter code", "type code", "promo code", "discount code",
    "type in code", "apply code", "coupon code", "offer code",
    "赞助", "金主", "冠名", "恰饭", "广告时间", "特约", "支持", "优惠", "折扣码", "邀请码", "专属", "口令", "暗号", "链接",
)  # fmt: skip


def sponsored(sentences: Sequence[str]) -> set[int]:
    """Which of the sentences, in order, belong to an advertisement."""
    found: set[int] = set()
    for at in hinted(sentences, _HINTS):
        if at not in found and matches(_OPENS, sentences, at) and not _DENIES.search(sentences[at]):
            found.update(range(at, _end(sentences, at) + 1))
    return found


def _end(sentences: Sequence[str], first: int) -> int:
    """The last sentence of the advertisement that begins at `first`."""
    brand = _brand(sentences, first)
    last = first
    for at in range(first + 1, min(len(sentences), first + SENTENCES_MAX)):
        sentence = sentences[at]
        if _RETURNS.search(sentence) or at - last > SILENT_MAX + 1:
            break
        if _SELLS.search(sentence) or (brand and brand in sentence.casefold()):
            last = at
    return last


def _brand(sentences: Sequence[str], first: int) -> str:
    """The name that is advertised, in lower case: after the thanks, or what the next sentence begins with."""
    match = _BRAND.search(sentences[first])
    if match is None and first + 1 < len(sentences):
        match = _SUBJECT.match(sentences[first + 1])
    name = next((group for group in match.groups() if group), "") if match else ""
    return re.sub(r"['’]s$", "", name).casefold()
