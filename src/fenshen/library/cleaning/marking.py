"""Marks on a document's cues: advertisements, stock phrases, what recurs, and other people's words.

    cues → runs of one speaker → sentences → marks → cues cut where a mark begins or ends

Nothing is deleted. A cue that is cut in time gives its second half the second at which those characters would
be said at an even pace. Fast where there is nothing to mark, which is nearly everywhere. Pure; knows nothing
about passages or the database.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, groupby, pairwise

from fenshen.library.cleaning.recurring import recurring_spans
from fenshen.library.cleaning.sentences import Span, hinted, matches, units
from fenshen.library.cleaning.sketches import Hashes
from fenshen.library.document import Cue, Document, Mark
from fenshen.library.language import reading_length
from fenshen.library.passages import join_cues

_CHAPTER = re.compile(r"^[(\[【]?(?:\d{1,2}:)?\d{1,2}:\d{2}[)\]】]?\s*[-–—|:：]?\s*\S.{0,120}$")
#: Chapters begin where the recording does; in a diary the hours of a day stand in their place, and sentences behind.
_FIRST_CHAPTER, _STATEMENT = re.compile(r"^[(\[【]?0{1,2}:"), re.compile(r"[.。][\"'”’)]?$")
_LINK = r"(?:https?://|www\.)\S+"
_LABELLED = re.compile(rf"^[^:：\n]{{1,40}}[:：]\s*(?:{_LINK}|@\S+)$", re.IGNORECASE)
_LINK_OR_TAG = re.compile(rf"{_LINK}|[#＃][^\s#＃]+#?|(?<!\S)@\w\S*", re.IGNORECASE)
_CREDIT = re.compile(
    r"^(?:music|song|camera|edit(?:ed|or|ing)|film(?:ed|ing)|shot|produc(?:ed|er|tion)|photo(?:s|graphs?|graphy)|illustrations?|"
    r"thumbnail|sound|direct(?:ed|or)|script|animation|graphics|subtitles|captions|colou?r|voice.?over|outro|intro)\b"
    r"(?: \w+)?(?: by\b|\s*[:：])\s*\S.{0,80}(?<![.!?])$"
    r"|^(?:摄影|摄像|剪辑|音乐|配乐|字幕|后期|文案|封面|出镜|导演|策划|录音|制作|编辑|美术|监制)\s*[:：]\s*\S.{0,40}(?<![。！？])$",
    re.IGNORECASE,
)


def listing_lines(text: str) -> list[Span]:
    """Spans of lines of a written text that are such; a lone time at the start of a line is none."""
    lines = text.split("\n")
    starts = [0, *accumulate(len(line) + 1 for line in lines)]
    found: set[int] = set()
    for is_chapter, run in groupby(range(len(lines)), lambda at: bool(_CHAPTER.match(lines[at].strip()))):
        places = list(run) if is_chapter else []
        listed = [lines[at].strip() for at in places]
        stated = sum(bool(_STATEMENT.search(line)) for line in listed)
        if len(listed) > 1 and _FIRST_CHAPTER.match(listed[0]) and stated * 2 < len(listed):
            found |= set(places)
    found |= {at for at, line in enumerate(lines) if _is_furniture(line.strip())}
    return [(starts[at], starts[at] + len(lines[at])) for at in sorted(found)]


def _is_furniture(line: str) -> bool:
    if not line or len(line) > 400:
        return False
    if _LABELLED.match(line) or _CREDIT.match(line):
        return True
    found = _LINK_OR_TAG.findall(line)
    return bool(found) and sum(map(len, found)) >= 0.6 * len(line.replace(" ", ""))


#: A quotation of fewer words (characters in Chinese) is part of telling a story.
QUOTED_WORDS = 25
QUOTED_CHARACTERS = 45
#: How far before a quotation its author is named.
INTRODUCED_CHARS = 90

_LINE = re.compile(r"^\s*(?:>|RT @\w+)")
_SUNG = re.compile(r"[♪♫♬][^♪♫♬\n]{1,500}[♪♫♬]")
_FORWARDED = re.compile(
    r"^[-\s]{0,12}(?:begin forwarded message|forwarded message|original message|转发的?(?:邮件|消息)|原始邮件)[-:：\s]*$",
    re.IGNORECASE,
)
_QUOTATION = re.compile(
    r"“([^“”]{30,6000})”|「([^「」]{30,6000})」|(?<![^\s(])\"(?=\S)([^\"]{60,6000})(?<=\S)\""
)
_BY_OTHERS = re.compile(
    r"\b(?:wrote|writes|written by|put it|quot(?:e|es|ed|ing)|goes|reads?|in the words of|letter|report said)\b[^.!?]{0,60}[:,]?\s*$"
    r"|(?:写道|写过|回信说|来信说|留言说|曾经?写|引用|原话是?|歌词(?:是|写|里)?(?:唱)?|书里(?:说|写)|文章(?:说|里写))[^。！？]{0,12}[：:，,]?\s*$",
    re.IGNORECASE,
)
_BY_CREATOR = re.compile(
    r"\b(?:I|we|me)\b(?! (?:read|quote|got|found|received))[^.!?]{0,40}$|我(?:说|写|回|跟|告诉|对)[^。！？]{0,20}$"
)


def quoted(text: str) -> list[Span]:
    """Spans of `text` that are somebody else's words, in order of their kind."""
    if not may_quote(text):
        return []
    return [*_lines(text), *(match.span() for match in _SUNG.finditer(text)), *_quotations(text)]


def may_quote(text: str) -> bool:
    """Whether it is worth looking for quotations in `text`."""
    return any(sign in text for sign in '>♪♫♬「“"') or "RT @" in text or "orwarded" in text or "转发" in text


def _lines(text: str) -> list[Span]:
    """Lines that are quoted as a whole; everything below the head of a forwarded message."""
    spans: list[Span] = []
    start = 0
    for line in text.split("\n"):
        if _FORWARDED.match(line):
            return [*spans, (start, len(text))]
        if _LINE.match(line):
            spans.append((start, start + len(line)))
        start += len(line) + 1
    return spans


def _quotations(text: str) -> list[Span]:
    spans: list[Span] = []
    for match in _QUOTATION.finditer(text):
        body = next(group for group in match.groups() if group)
        before = text[max(0, match.start() - INTRODUCED_CHARS) : match.start()]
        if _is_long(body) and _BY_OTHERS.search(before) and not _BY_CREATOR.search(before):
            spans.append(match.span())
    return spans


def _is_long(body: str) -> bool:
    wide = sum(c > "\u2e80" for c in body)
    return wide >= QUOTED_CHARACTERS if 2 * wide > len(body) else len(body.split()) >= QUOTED_WORDS


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
_SPONSOR_HINTS = (
    "sponsor", "brought to you", "made possible", "supported by", "paid p", "making th", "supporting th",
    "my code", "our code", "the code", "use code", "enter code", "type code", "promo code", "discount code",
    "type in code", "apply code", "coupon code", "offer code",
    "赞助", "金主", "冠名", "恰饭", "广告时间", "特约", "支持", "优惠", "折扣码", "邀请码", "专属", "口令", "暗号", "链接",
)  # fmt: skip


def sponsored(sentences: Sequence[str]) -> set[int]:
    """Which of the sentences, in order, belong to an advertisement."""
    found: set[int] = set()
    for at in hinted(sentences, _SPONSOR_HINTS):
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


#: Longer sentences say something of their own.
WORDS_MAX = 30

_SHOW = r"(?:channel|show|podcast|stream|vlog|video|episode|newsletter|series)"
_STOCK = re.compile(
    rf"\bwelcome (?:back\b|to (?:\w+ ){{0,3}}{_SHOW}\b)"
    r"|\blike (?:and|,) (?:\w+ and )?(?:subscribe|share|comment)\b|\bsubscribe\b.{0,30}\b(?:if you|below|here|button|channel|for more|already)\b"
    r"|\b(?:forget|remember|sure|please|consider)\b.{0,20}\b(?:to )?(?:subscrib|like this|leave a like|hit |follow me|share this|rate )"
    r"|\b(?:hit|smash|click|ring|press|tap) (?:on )?(?:that|the) (?:\w+ )?(?:like|subscribe|bell|notification|thumbs)"
    r"|\b(?:give|leave) (?:it|this|me|us)\b.{0,24}\b(?:thumbs up|like|rating|review|stars)\b"
    r"|\b(?:i['’]?ll |i will |and |we['’]?ll )?see (?:you|ya)(?: all| guys)? (?:in|on|at|next|again|soon|tomorrow)\b.{0,24}(?:one|video|episode|time|week|\w+day|soon|tomorrow)\W*$"
    r"|\bthank(?:s| you)\b.{0,24}\bfor (?:watching|listening|tuning in|joining (?:me|us)|reading)\b"
    r"|\b(?:links?|timestamps|chapters)\b.{0,30}\bin the (?:description|show ?notes|bio|comments)\b"
    r"|\bleave (?:a|me a|your) (?:comments?|review|rating|question)\b|\bcomments? (?:down )?below\b|\blet me know in the comments\b"
    r"|\bfollow (?:me|us|the show) on\b|\b(?:join|support|find) (?:me|us|the \w+) on (?:patreon|instagram|discord)\b"
    rf"|\bback to the {_SHOW}\b"
    r"|欢迎.{0,8}(?:来到|回到|收看|收听|观看|关注).{0,10}(?:频道|节目|直播间|一期|视频)"
    r"|一键三连|求三连|求关注|点(?:个|一下)?(?:免费的?)?(?:赞|关注|订阅|小铃铛).{0,8}(?:投币|收藏|关注|转发|订阅|$|哦|吧|呗)"
    r"|(?:别忘|记得|不要忘|麻烦|喜欢的话|如果.{0,8}喜欢|新来的).{0,14}(?:点.{0,2}赞|关注|订阅|收藏|三连|转发)"
    r"|(?:下期|下次|下集|下周|明天|下个视频|下一期).{0,8}(?:再见|见|不见不散)\W*$|^.{0,4}(?:拜拜|再见)\W*$"
    r"|(?:感谢|谢谢).{0,6}(?:观看|收看|收听|陪伴|三连)"
    r"|评论区.{0,6}(?:留言|告诉我|聊聊|见)|(?:链接|地址|清单).{0,10}(?:简介|评论区|视频下方|置顶)",
    re.IGNORECASE,
)
#: Said alone they are nothing; beside a stock sentence at the end they belong to it.
_SIGN_OFF = re.compile(
    r"^(?:and )?(?:take care|good ?bye|bye|cheers|peace|until (?:then|next time)|stay safe)\b[\w ,!]{0,24}[.!]*$|^(?:拜拜|再见|回见)",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"^(?:(?:哈喽|嗨|嘿|hello|hi)[，,！! ]*)?(?:大家|各位|朋友们|小伙伴们)(?:早上|下午|晚上)?好(?:[呀啊])?(?:[，,！!](?:我是|我叫|这里是|又是|我们又).{0,14})?[。！!]?$|^(?:hi|hello|hey)\b.{0,16}\b(?:everyone|everybody|guys|folks|friends)\W*$",
    re.IGNORECASE,
)
_TALKS_ABOUT = re.compile(
    r"\b(?:says?|said|saying|tells?|told|asks|asked|hates?|tired|never|people who|why (?:do|does)|grandmother|nobody)\b"
    r"|都说|说得|有人|最烦|叫我|让我|让人|叫人|一说|他们说|讨厌|他说|她说|为什么",
    re.IGNORECASE,
)
#: One of these is in every stock phrase.
_STOCK_HINTS = (
    "subscri", "welcome", "smash", "notification", "thumbs up", "see you", "see ya", " for watching", " for listening",
    " tuning in", " for joining", " for reading", "in the description", "in the show", "in the bio", "in the comments",
    "a comment", "comments below", "comment below", "comments down", "comment down", "a review", "a rating",
    "your comment", "your review", "a question", "follow me", "follow us", "follow the", "on patreon", "on instagram",
    "on discord", "back to the", "a like", "like this", "hit ", "bell", "like and", "rate ", "share this", "stars",
    "三连", "关注", "订阅", "赞", "见", "欢迎", "感谢", "谢谢", "评论区", "链接", "地址", "清单",
    "拜拜", "小铃铛",
)  # fmt: skip


def stock(sentences: Sequence[str]) -> set[int]:
    """Which of the sentences, a whole item's in order, are stock phrases."""
    found = {at for at in hinted(sentences, _STOCK_HINTS) if _is_stock(sentences, at)}
    found |= {at for at in range(min(2, len(sentences))) if _GREETING.search(sentences[at])}
    last = len(sentences) - 1
    if last - 1 in found and _SIGN_OFF.search(sentences[last]):
        found.add(last)
    return found


def _is_stock(sentences: Sequence[str], at: int) -> bool:
    sentence = sentences[at]
    return (
        reading_length(sentence) <= WORDS_MAX
        and matches(_STOCK, sentences, at)
        and _TALKS_ABOUT.search(sentence) is None
    )


Marked = tuple[Span, Mark]


@dataclass(frozen=True)
class _Run:
    """Neighbouring cues of one speaker: their text as passages will have it, and where each begins in it."""

    cues: tuple[Cue, ...]
    text: str
    offsets: tuple[int, ...]


def mark_cues(document: Document, known: Hashes) -> Document:
    """`document` with marks on what is not the creator's own to learn; the same one if there is nothing.

    In chats only other people's words are marked: what friends say to each other is nobody's formula.

    Args:
        known: what recurs in the creator's items, from `known_runs`; empty for a first item.
    """
    runs = list(_runs(document))
    if document.kind == "chat":
        found = [_quoted(run) for run in runs]
    else:
        recurring = recurring_spans([run.text for run in runs], known)
        found = [
            [
                *_formulas(run, is_turn=document.turns),
                *_quoted(run),
                *_all(recurring.get(at, ()), "boilerplate"),
            ]
            for at, run in enumerate(runs)
        ]
    if not any(found):
        return document
    cues = (cue for run, spans in zip(runs, found, strict=True) for cue in _cut(run, spans))
    return replace(document, cues=tuple(cues))


def _runs(document: Document) -> Iterator[_Run]:
    """Neighbours that become passages together; a turn stays alone."""

    def alike(pair: tuple[int, Cue]) -> tuple[object, ...]:
        place, cue = pair
        return (place,) if document.turns else (cue.speaker, cue.marks)

    for _, group in groupby(enumerate(document.cues), key=alike):
        cues = [cue for _, cue in group]
        text, offsets = join_cues(cues)
        yield _Run(tuple(cues), text, tuple(offsets))


def _formulas(run: _Run, *, is_turn: bool) -> list[Marked]:
    """What is read out for pay, said on every channel, or stands around a text."""
    is_timed = run.cues[0].start_s is not None
    spans = units(run.text, run.offsets, is_timed=is_timed)
    sentences = [run.text[start:end] for start, end in spans]
    sold = sponsored(sentences)
    said = stock(sentences) - sold
    listed = [] if is_timed or is_turn else listing_lines(run.text)
    return [
        *_all((spans[at] for at in sorted(sold)), "sponsor"),
        *_all((spans[at] for at in sorted(said)), "boilerplate"),
        *_all(listed, "boilerplate"),
    ]


def _quoted(run: _Run) -> list[Marked]:
    return _all(quoted(run.text), "quoted")


def _all(spans: Iterable[Span], mark: Mark) -> list[Marked]:
    return [(span, mark) for span in spans]


def _cut(run: _Run, marked: Sequence[Marked]) -> Iterator[Cue]:
    """The run's cues, those on the border of a mark in pieces."""
    merged = {
        mark: _merged(run.text, [s for s, of in marked if of == mark]) for mark in {m for _, m in marked}
    }
    borders = sorted({at for spans in merged.values() for span in spans for at in span})
    for cue, start in zip(run.cues, run.offsets, strict=True):
        end = start + len(cue.text)
        inner = borders[bisect_right(borders, start) : bisect_left(borders, end)]
        for left, right in pairwise([start, *inner, end]):
            marks = {mark for mark, spans in merged.items() if _is_inside(left, spans)}
            text = cue.text[left - start : right - start].strip()
            if text or (left, right) == (start, end):
                yield _piece(cue, text, (left - start, right - start), cue.marks | marks)


def _merged(text: str, spans: Iterable[Span]) -> list[Span]:
    """Spans that overlap or have only spaces between them as one, rising."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and not text[merged[-1][1] : start].strip():
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _is_inside(place: int, spans: Sequence[Span]) -> bool:
    at = bisect_right(spans, place, key=lambda span: span[0]) - 1
    return at >= 0 and place < spans[at][1]


def _piece(cue: Cue, text: str, span: Span, marks: frozenset[Mark]) -> Cue:
    if span == (0, len(cue.text)):
        return replace(cue, marks=marks) if marks != cue.marks else cue
    start_s, end_s = (_second(cue, at) for at in span)
    return replace(cue, text=text, marks=marks, start_s=start_s, end_s=end_s)


def _second(cue: Cue, offset: int) -> float | None:
    """When the character at `offset` is said."""
    if cue.start_s is None or offset == 0:
        return cue.start_s
    if cue.end_s is None or offset == len(cue.text):
        return cue.end_s
    return round(cue.start_s + (cue.end_s - cue.start_s) * offset / len(cue.text), 3)
