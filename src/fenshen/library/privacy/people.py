"""Names of private people: those the caller knows from chats, and those a text introduces (`my sister Anna`, 我表妹小雨).

A name that a text introduces is found everywhere in that text. People are private unless the caller says that they are
public; nobody is recognised by fame. Knows nothing about who is who.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from fenshen.library.language import HAN
from fenshen.library.privacy.finding import Find, Finding
from fenshen.library.privacy.fold import Folded, fold

RELATION = (
    r"(?:sister|brother|mother|father|mum|mom|dad|aunt|auntie|uncle|cousin|niece|nephew|grandmother|grandfather|grandma|grandpa|gran"
    r"|wife|husband|girlfriend|boyfriend|partner|fiancée?|ex|daughter|son|kid|friend|neighbou?r|flatmate|roommate|colleague|boss"
    r"|assistant|student|teacher|doctor|therapist|landlord|landlady|stepmother|stepfather|sister-in-law|brother-in-law)"
)
_INTRODUCED = re.compile(
    rf"[Mm](?<!\w[Mm])y (?:[a-z]+ ){{0,2}}{RELATION},? (?:is called |was called |called |named |is named )?"
    r"(?P<name>[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ'-]{1,20}(?: [A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ'-]{2,20})?)(?![a-zà-öø-ÿ])"
)
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦"
    "傅方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
HAN_RELATION = (
    "(?:表妹|表姐|表哥|表弟|堂妹|堂姐|堂哥|堂弟|妹妹|姐姐|哥哥|弟弟|妹|姐|哥|弟|妈妈|爸爸|老婆|老公|妻子|丈夫|女儿|儿子|女朋友|男朋友|女友|男友"
    "|前任|闺蜜|室友|同学|同事|朋友|邻居|房东|老板|助理|学生|徒弟|学徒|舅舅|阿姨|侄女|侄子|外甥)"
)
_HAN_INTRODUCED = re.compile(
    rf"我(?:们)?(?:的|家)?{HAN_RELATION}(?:的?名字)?(?P<called>叫做?|名叫)?"
    rf"(?P<name>[小阿老](?!时|学|心|声|的|区|是|家|姨|说|组|板|师|公|婆|爸|妈)[{HAN}]|[{_SURNAMES}][{HAN}]{{1,2}})"
)
#: What follows a name rather than ending it.
_HAN_AFTER = frozenset(
    "说来去在是的就也都和跟要会有给把被很还又让问教帮想做昨今明没不了吗呢吧啊买送打发写从对一"
)
#: Capitalised words that follow a relation without being its name.
_NO_NAMES = frozenset({
    "I", "The", "A", "An", "And", "But", "He", "She", "They", "We", "You", "It", "This", "That", "My", "Your",
    "His", "Her", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "January",
    "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
    "English", "French", "German", "Chinese", "American", "British", "Christmas", "Easter", "God", "Mr", "Mrs",
    "Ms", "Dr", "So", "Then", "When", "If", "In", "On", "At", "Or", "As", "Is", "Was", "Yes", "No", "Not",
})  # fmt: skip
#: First names that are everyday words: known only together with a second name.
_WORDS_TOO = frozenset({
    "will", "may", "mark", "rose", "grace", "hope", "joy", "faith", "art", "bill", "rob", "pat", "sue", "jack",
    "june", "april", "august", "summer", "autumn", "dawn", "eve", "ivy", "lily", "daisy", "violet", "ruby", "amber",
    "pearl", "crystal", "sandy", "rocky", "rich", "chase", "grant", "miles", "max", "ray", "frank", "dean", "guy",
    "jay", "kit", "drew", "olive", "ginger", "pepper", "basil", "melody", "harmony", "harvest", "me", "admin",
    "user", "bot", "team", "studio", "shop", "support", "info",
})  # fmt: skip
#: What stands before a name that is part of a longer word, a handle or a link.
_JOINED = re.compile(rf"[^\W{HAN}]|[@#/]")
_DECORATION = re.compile(r"^\W+|(?<=\w)\W+$")
#: Names that are looked for at once; more would be a directory, not somebody's chats.
NAMES_MAX = 5000


def find_people(known: Sequence[str], public: Sequence[str] = ()) -> Find:
    """A finder of private people's names.

    Args:
        known: who takes part in the creator's chats, as the chats call them.
        public: names that are never masked: the creator's own, and public figures.
    """
    kept = frozenset(part.casefold() for name in public for part in (plain(name), *plain(name).split()))
    aliases = _aliases(known, kept)

    def find(folded: Folded) -> Iterator[Finding]:
        text = folded.text
        here = {
            **aliases,
            **{name: name.casefold() for name in _introduced(text) if name.casefold() not in kept},
        }
        if here:
            for match in _any_of(tuple(sorted(here, key=len, reverse=True))).finditer(text):
                if match[0][0] < "\u2e80" and _JOINED.match(text[max(0, match.start() - 1) : match.start()]):
                    continue
                yield Finding("name", *match.span(), here[match[0]])

    return find


def plain(name: str) -> str:
    """A name without the decoration people give it in a messenger (`Auntie Bea 🌻`)."""
    return " ".join(_DECORATION.sub("", part) for part in fold(name).split()).strip()


def _aliases(known: Iterable[str], kept: frozenset[str]) -> dict[str, str]:
    """Every spelling under which a person is looked for, with the one name it stands for."""
    full = [name for name in dict.fromkeys(plain(one) for one in known) if _is_name(name)][:NAMES_MAX]
    aliases = {name: name.casefold() for name in full if name.casefold() not in kept and not _is_word(name)}
    firsts: dict[str, list[str]] = {}
    for name in full:
        words = name.split()
        if len(words) > 1 and words[0][:1].isupper() and name.casefold() not in kept:
            firsts.setdefault(words[0], []).append(name.casefold())
    for first, owners in firsts.items():
        if len(first) > 2 and not _is_word(first) and first.casefold() not in kept:
            aliases.setdefault(first, owners[0] if len(set(owners)) == 1 else first.casefold())
    return aliases


def _is_name(name: str) -> bool:
    han = len(re.findall(f"[{HAN}]", name))
    return (
        (len(name) > 2 or han > 1)
        and len(name) <= 60
        and not any(c.isdigit() for c in name)
        and "@" not in name
    )


def _is_word(name: str) -> bool:
    return name.casefold() in _WORDS_TOO or (
        name.isascii() and name.islower() and " " not in name and "_" not in name
    )


def _introduced(text: str) -> Iterator[str]:
    for match in _INTRODUCED.finditer(text):
        words = match["name"].removesuffix("'s").split()
        if words[0] not in _NO_NAMES:
            yield " ".join(words[:1] if len(words) > 1 and words[1] in _NO_NAMES else words)
    for match in _HAN_INTRODUCED.finditer(text):
        name = match["name"]
        yield name[:2] if len(name) == 3 and name[2] in _HAN_AFTER else name


@lru_cache(maxsize=64)
def _any_of(names: tuple[str, ...]) -> re.Pattern[str]:
    """Latin names as whole words, Chinese ones anywhere."""
    latin = [re.escape(name) for name in names if name[0] < "\u2e80"]
    han = [re.escape(name) for name in names if name[0] >= "\u2e80"]
    parts = [rf"(?:{'|'.join(latin)})(?![^\W{HAN}])"] if latin else []
    return re.compile("|".join([*parts, *han]))
