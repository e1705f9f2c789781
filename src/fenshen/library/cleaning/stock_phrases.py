"""Sentences that every channel says: welcome back, like and subscribe, see you in the next one.

Talking *about* such phrases is the creator's own. What a creator alone repeats is found by `recurring`.
Pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from fenshen.library.cleaning.sentences import hinted, matches
from fenshen.library.language import reading_length

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
_HINTS = (
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
    found = {at for at in hinted(sentences, _HINTS) if _is_stock(sentences, at)}
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
