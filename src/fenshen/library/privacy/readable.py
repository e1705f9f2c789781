"""Text with stand-ins as people read it: `[name-sifelono] rang` becomes "A friend rang". Pure.

    stored text → edits (stand-in, with the word it would repeat) → text, times and spans moved along

Stored text keeps its stand-ins: review and undo need them. Everything that anybody but the creator reads, the model
and its prompts among them, goes through here. The label says the language; the word says only whether two are one
person. Knows nothing about values, items or the database.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from fenshen.library.passages import Passage
from fenshen.library.privacy.finding import PersonalKind
from fenshen.library.privacy.people import HAN_RELATION, RELATION
from fenshen.library.privacy.pseudonyms import LABELS, STAND_IN

#: What stands for a value that is no name, by kind: English, Chinese.
WORDS: dict[PersonalKind, tuple[str, str]] = {
    "key": ("a secret key", "密钥"),
    "iban": ("an account number", "账号"),
    "id": ("an ID number", "证件号"),
    "card": ("a card number", "卡号"),
    "email": ("an e-mail address", "邮箱地址"),
    "phone": ("a phone number", "电话号码"),
    "ip": ("an IP address", "IP地址"),
    "address": ("an address", "地址"),
    "plate": ("a number plate", "车牌号"),
    "password": ("a password", "密码"),
    "name": ("a friend", "朋友"),
}
_KINDS: dict[str, PersonalKind] = {label: kind for kind, pair in LABELS.items() for label in pair}
_CHINESE_LABELS = frozenset(chinese for _, chinese in LABELS.values())

#: What a name only says again: "my sister [name]" is "my sister".
_TOLD = re.compile(rf"(?:\b{RELATION}|\b[Aa]untie|\b[Aa]unt|\b[Uu]ncle)(,? )$")
_HONORIFIC = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Captain|Sir|Madam)\.? $")
_CALLED = re.compile(r"\b(?:called|named|names? (?:is|was|are)|names?['’]s) $", re.IGNORECASE)
_OWNED = re.compile(
    r"\b(?:an?|the|my|your|his|her|its|our|their|this|that|dear(?:est)?|old|poor|little|young|good|lovely|another|some|no) $",
    re.IGNORECASE,
)
_GREETED = re.compile(
    r"\b(?:hi|hello|hey|(?:good )?(?:morning|afternoon|evening|night)|goodnight|thanks|thank you|cheers|sorry|bye|goodbye"
    r"|welcome|congratulations|happy birthday|well done)[,!]? $",
    re.IGNORECASE,
)
_BEGINS = re.compile(r"(?:^|[.!?…\n])[\"'“”‘’)\s]{0,12}$")
_ADDRESSED = re.compile(r"[,!?:]")
_ENDS = re.compile(r"\s*(?:[,.!?…\n]|$)")
_HAN_TOLD = re.compile(f"{HAN_RELATION}$")
_HAN_CALLED = re.compile("(?:叫做?|名叫|名字是)$")

Span = tuple[int, int]
Times = tuple[tuple[int, float], ...]
_Edit = tuple[int, int, str]


@dataclass(frozen=True)
class _Place:
    """A stand-in in its text."""

    match: re.Match[str]
    is_new_person: bool

    @property
    def before(self) -> str:
        return self.match.string[max(0, self.match.start() - 40) : self.match.start()]

    @property
    def after(self) -> str:
        return self.match.string[self.match.end() : self.match.end() + 4]


def readable(text: str) -> str:
    """`text` without stand-ins."""
    return _applied(text, _edits(text)) if "[" in text else text


def readable_passage(passage: Passage) -> Passage:
    """`passage` without stand-ins, its times at their new offsets; it never says what it was before an edit."""
    edits = _edits(passage.text) if "[" in passage.text else []
    if not edits:
        return passage if passage.original is None else replace(passage, original=None)
    times = tuple((_moved(offset, edits), second) for offset, second in passage.times)
    return replace(passage, text=_applied(passage.text, edits), times=times, original=None)


def readable_spans(text: str, spans: Sequence[Span]) -> tuple[Span, ...]:
    """Stretches of `text`, where they lie in `readable(text)`."""
    edits = _edits(text)
    return tuple((_moved(start, edits), _moved(end, edits)) for start, end in spans)


def _edits(text: str) -> list[_Edit]:
    """What is replaced by what, in order, none touching another."""
    edits: list[_Edit] = []
    first_person, line_start = "", -1
    name_end = -1
    for match in STAND_IN.finditer(text):
        label = match[0][1:].partition("-")[0]
        kind, is_chinese = _KINDS[label], label in _CHINESE_LABELS
        if (line := text.rfind("\n", 0, match.start())) > line_start:
            # Turns are joined by line breaks; each reads as it would alone.
            first_person, line_start = "", line
        if kind != "name":
            edits.append((*match.span(), _value(kind, match, is_chinese)))
            continue
        if name_end >= 0 and not text[name_end : match.start()].strip(" "):
            # A first and a family name are one person.
            edits[-1] = (edits[-1][0], match.end(), edits[-1][2])
        else:
            place = _Place(match, is_new_person=bool(first_person) and match["word"] != first_person)
            edits.append(_named_zh(place) if is_chinese else _named(place))
        first_person = first_person or match["word"]
        name_end = match.end()
    return edits


def _value(kind: PersonalKind, match: re.Match[str], is_chinese: bool) -> str:
    text, word = match.string, WORDS[kind][is_chinese]
    around = text[match.start() - 1 : match.start()] + text[match.end() : match.end() + 1]
    if around in ("()", "（）", "[]", "【】"):
        return word
    return f"（{word}）" if is_chinese else f"({word})"


def _named(place: _Place) -> _Edit:
    """A person in English: what reads well depends on the words before."""
    match, before = place.match, place.before
    start, end = match.span()
    told = _TOLD.search(before)
    if told is not None and (told[1] == " " or re.match(r"[,.;!?]|$", place.after)):
        return start - len(before) + told.start(1), end, ""
    if _CALLED.search(before):
        return start, end, "so-and-so"
    if (honorific := _HONORIFIC.search(before)) is not None:
        start -= len(honorific[0])
        before = before[: honorific.start()]
    if _OWNED.search(before):
        return start, end, "friend"
    begins = _BEGINS.search(before) is not None
    addressed = (begins and _ADDRESSED.match(place.after)) or (
        before.endswith(", ") and _ENDS.match(place.after)
    )
    if addressed or _GREETED.search(before):
        word = "my friend"
    else:
        word = "another friend" if place.is_new_person else "a friend"
    return start, end, word[0].upper() + word[1:] if begins else word


def _named_zh(place: _Place) -> _Edit:
    match, before = place.match, place.before.rstrip()
    if _HAN_TOLD.search(before):
        return *match.span(), ""
    if _HAN_CALLED.search(before):
        return *match.span(), "某某"
    return *match.span(), "另一位朋友" if place.is_new_person else "朋友"


def _applied(text: str, edits: Sequence[_Edit]) -> str:
    parts: list[str] = []
    done = 0
    for start, end, shown in edits:
        parts += [text[done:start], shown]
        done = end
    return "".join([*parts, text[done:]])


def _moved(offset: int, edits: Sequence[_Edit]) -> int:
    """Where `offset` is afterwards; one inside a replaced stretch moves to its beginning."""
    grown = 0
    for start, end, shown in edits:
        if offset <= start:
            break
        if offset < end:
            return start + grown
        grown += len(shown) - (end - start)
    return offset + grown
