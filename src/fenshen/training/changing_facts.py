"""Facts that change: prices, dates, "this week", opening hours, counts of followers, addresses, masked data.

    text → places that state such a fact → the whole sentences that hold them

Style belongs in the adapter, facts in retrieval: what was true when it was said may be wrong when it is
asked. Such sentences stay in what is read and are left out of what is learned. A bare year, "now" as the next
step of a repair or a pound of butter do not change, and are learned. Pure; rules, not understanding.
"""

from __future__ import annotations

import re

from fenshen.library.privacy.pseudonyms import STAND_IN
from fenshen.library.sentences import sentence_spans
from fenshen.trust.contact import holds_contact

Span = tuple[int, int]

_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?"
)
_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_HOUR = r"(?:\d{1,2}|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|noon|midnight)\b"
_TEN = r"(?:two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|forty|fifty|sixty|eighty|ninety|hundred|thousand|million)"
#: Months and streets are told from "may" and "way" by their capital letters.
_ENGLISH_NAMES = re.compile(
    rf"\b{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?\b(?!\d)"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}(?!\w)"
    r"|\b\d{1,5}[a-z]? (?:[A-Z][\w'’]{1,20} ){1,3}"
    r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Drive|Square|Quay|Terrace|Way|Place|Close|Crescent|Boulevard)\b"
)
_ENGLISH = re.compile(
    # prices
    r"[$£€¥₹] ?\d"
    rf"|\b(?:\d[\d,.]{{0,12}} ?|{_TEN} )(?:dollars?|bucks|quid|euros?|pence|yuan|usd|eur|gbp|rmb)\b"
    r"|(?<!weighs )(?<!weighed )(?<!weigh )(?<!lift )(?<!lost )\b\d[\d,.]{0,12} ?(?:cents\b|p\b(?! ?m\b)|pounds?\b(?! of| heav| light| in weight| per square))"
    r"(?![^.!?\n]{0,40}\b(?:weigh|heavier|lighter))"
    r"|\b(?:price[sd]?|fares?|fees?|rent|salary|subscription)\b[^.!?\n]{0,50}\d"
    # dates and hours
    r"|\b(?:19|20)\d\d-\d\d-\d\d\b|\b\d{1,2}[/.]\d{1,2}[/.](?:19|20)?\d\d\b"
    rf"|\b(?:opens?|closes?|closed|doors|starts?|open) (?:at|from|until|till) {_HOUR}"
    rf"|\b(?:{_DAY}s?|week) (?:evenings? |mornings? |of the month )?(?:at|from) {_HOUR}"
    rf"|\b(?:next|this|last|coming) {_DAY}\b"
    # when it was said
    r"|(?<!the )\b(?:next|this|last) (?:week(?:end)?|month|year|season|spring|summer|autumn|winter)\b"
    r"|(?<!here )(?<!of )(?<!not )\bto-?day\b(?!['’]s (?:world|young|child|standard|people|date))"
    r"|\b(?:tonight|tomorrow|yesterday)\b(?!['’]s|, and tomorrow)"
    r"|\b(?:currently|right now|as of now|at present)\b"
    r"|\bat the moment\b(?! (?:of|when|that|he|she|i|we|they|you|it|the)\b)"
    r"|\bi(?:['’]m| am) (?:\d\d|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty)(?:[ -]\w{3,5})?) years old\b"
    # counts of people who follow
    r"|\b(?:\d[\d,.]{0,12} ?(?:k|m|thousand|million)?|(?:hundred|thousand|million)) "
    r"(?:followers|subscribers|patrons|downloads|views|people follow)\b"
    r"|\b(?:\d[\d,.]{2,12}|\d[\d.]{0,5} ?(?:k|m|thousand|million)) (?:fans|members|listeners|likes|readers)\b"
    # what is for sale
    r"|\b(?:in|out of) stock\b|\bsold out\b|\b(?:discount|promo|coupon) codes?\b",
    re.IGNORECASE,
)
_NUMBER = r"[\d一二两三四五六七八九十百千万亿]"
_CHINESE = re.compile(
    # prices
    rf"[¥￥] ?\d|{_NUMBER}[\d,.十百千万]{{0,10}}(?:多|来)? ?(?:块钱|美元|美金|欧元|英镑|港币|日元|人民币|元钱|元(?=[，。！？；、\s）一起]|$))"
    r"|(?:\d|[十百千万])[\d,.一二三四五六七八九十百千]{0,10}块(?=[，。！？；]|$)"
    rf"|(?:价格|售价|票价|房租|租金|门票|会员费|学费|单价|原价|现价|工资)[^，。！？\n]{{0,12}}{_NUMBER}"
    # dates and hours
    rf"|(?:\d{{1,2}}|[一二三四五六七八九十]{{1,2}})月(?:\d{{1,2}}|[一二三四五六七八九十廿]{{1,3}})(?:[日号]|(?=[，。（\s]|$))"
    r"|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}"
    r"|(?:周|星期|礼拜)[一二三四五六日天](?:早上|上午|中午|下午|傍晚|晚上|晚)?(?:\d{1,2}|[一二两三四五六七八九十]{1,3})点"
    r"|(?:营业|开门|关门|开放|开播|直播)(?:时间)?[^，。！？\n]{0,6}(?:\d{1,2}|[一二两三四五六七八九十]{1,3})[点:：]"
    # when it was said
    r"|今天|明天(?!会更好)|昨天|今晚|明晚|昨晚|今早|后天(?=[，。上下早晚去开有])"
    r"|(?<!当)今年|明年|去年|前年(?=[，。的我夏冬春秋])"
    r"|(?:这|本|下|上)个?(?:周|星期|礼拜|月|季度|学期)(?![刊圆色光])"
    r"|目前|当前|眼下|截至|截止到"
    r"|现在(?:我们?|他|她|它|店里|这里|船上)?(?:在(?!于)|住|卖|每|已经(?!记|忘|想|不|知|早)|一共|共有|只有|正在|涨|降|改成|营业|开放"
    r"|有(?!人|时|些|点)|的(?:价|票|粉丝|人数|地址|电话|工作|房租|版本))"
    # counts of people who follow
    r"|(?:\d{2,12}+[\d,.]{0,12}+|\d[\d.]{0,12} ?[百千万亿wk]|[一二两三四五六七八九十几]{0,3}[百千万亿]{1,4})(?:多|余)?(?:个|位|名|次)?"
    r"(?:粉丝|订阅|关注|播放|会员|观看|点赞|下载|听众|观众)"
    rf"|(?:粉丝|订阅|播放|会员)(?:数|量)?(?:已经|刚刚?|快)?(?:有|过|破|到|达到?|超过|涨到|突破)了?{_NUMBER}"
    # where
    rf"|[\u4e00-\u9fff]{{2,6}}(?:路|街|巷|弄|大道|胡同) ?{_NUMBER}{{1,5}} ?[号弄]"
    # what is for sale
    r"|有货|缺货|售罄|断货|打\d折|打[一二三四五六七八九]折|优惠码|折扣码|预售"
)


_ALL = (_ENGLISH_NAMES, _ENGLISH, _CHINESE, STAND_IN)
#: Looking closer takes a thousand times as long, and hardly any text needs it.
_MAY_BE_CONTACT = re.compile(r"\d[\d ().-]{5,}\d|@|[零〇一二三四五六七八九幺]{7}")


def changing_spans(text: str) -> tuple[Span, ...]:
    """`(start, end)` of the sentences of `text` that state something that changes; neighbours are one."""
    rules = (_ENGLISH_NAMES, _ENGLISH, STAND_IN) if text.isascii() else _ALL
    places = [match.start() for rule in rules for match in rule.finditer(text)]
    contact = _MAY_BE_CONTACT.search(text) is not None and holds_contact(text)
    if not places and not contact:
        return ()
    found: list[Span] = []
    for start, end in sentence_spans(text):
        if not any(start <= at < end for at in places) and not (contact and holds_contact(text[start:end])):
            continue
        if found and not text[found[-1][1] : start].strip():
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return tuple(found)
