"""How lines of a conversation are built, whatever stands where the name does: the frame tells, not the name.

    line → `heads_in` (frame, name as written, words) → `framed`: which frames of a document are its turns, and whose

A nickname may be a sentence, a number or a face. So once one name in a frame is known to speak, or names in it come
back, every line in that frame begins somebody's words. Knows nothing about names and documents.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from fenshen.library.dialogue.headings import HEADINGS
from fenshen.library.dialogue.names import is_heading, is_name, plain
from fenshen.library.dialogue.notations import without_marks
from fenshen.library.dialogue.stamps import take_last_stamp, take_stamp

#: What is longer is no name but somebody's sentence.
HEAD_CHARS_MAX = 80
SAID = (
    r"wrote|writes|says|said|asks|asked|answers|answered|replies|replied|comments|commented|posted|sent the following messages?"
    r"|schreibt|schrieb|sagt|sagte|fragte|antwortete|a écrit|écrit|a dit|dit|escribió|dijo|escreveu|disse|ha scritto|scrive|skrev|säger|schreef"
    r"|napisał(?:a)?|yazdı|написала?|пишет|сказала?|写道|寫道|说道|說道|说|說|さんは書きました|님이 작성"
)
#: Name first, in `name`; what follows it, in `rest`. The order is the order in which they are tried.
_FRAMES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("said", re.compile(r"^[*_]{0,3}(?:posted|post|asked|answered|written|comment(?:ed)?|reply|sent|edited)\s.{0,40}?\b(?:by|from)\s+(?P<name>[^\s:：·»|].{0,79}?)(?:[*_]{0,3}\s*[:：](?P<rest>.*)|\s*[»·|].*|)$", re.IGNORECASE)),
    ("said", re.compile(rf"^(?P<name>[^\s].{{0,79}}?)(?:\s(?:{SAID})\b|\s?(?:写道|寫道|说|說))(?:\s(?=.{{0,60}}\d)(?:[^:：]|\d:\d){{1,60}}[:：]?|[^\S\n]?.{{0,20}}[:：])(?P<rest>)$", re.IGNORECASE)),
    ("wrapped", re.compile(r"^(?P<open>[\[(（【{〔<])(?P<name>.{1,80}?)(?:[\])}>](?=\s|$|[:：])|[】〕）])\s*[:：]?\s*(?P<rest>.*)$")),
    ("spoken", re.compile(r"^(?P<name>[^「」『』\s][^「」『』\n]{0,39}?)\s?(?P<open>[「『])(?P<rest>.+?)[」』]?[。.]?$")),
    ("colon", re.compile(r"^(?P<name>[^\s:：].{0,79}?)\s{0,3}(?:[：︰﹕]|:(?=[\s\"“'*]|$|[^\s\d/\\)(\]DPpOo3*|]))[*_]{0,3}\s*(?P<rest>.*)$")),
    ("mark", re.compile(r"^(?P<name>[^\s].{0,79}?)(?P<open>\t+(?=\S)|(?:\s{0,3}(?:>{1,3}|»|→|->|=>|\||/{1,2}|\\|~|=|::|—|–)|\s-)(?=\s))\s*(?P<rest>\S.*)$")),
)  # fmt: skip
_LEAD = re.compile(r"^(?:[\s•·▪►▶]|\[[ xX✓✔]\]\s+|#{1,6}\s|[*+]\s|\d{1,4}[.)]\s)+")
#: Frames that prose has too, which must come back more often.
_WEAK = frozenset({"colon", "mark —", "mark –", "mark -", "mark =", "wrapped (", "wrapped （"})
_PRONOUNS = frozenset(
    [
        "i",
        "he",
        "she",
        "they",
        "we",
        "you",
        "it",
        "one",
        "who",
        "ich",
        "er",
        "sie",
        "wir",
        "il",
        "elle",
        "je",
        "nous",
        "él",
        "ella",
        "ello",
        "yo",
        "он",
        "она",
        "они",
        "я",
        "мы",
        "他",
        "她",
        "我",
        "他们",
        "我们",
    ]
)


@dataclass(frozen=True)
class Head:
    """What stands before the words of a line in one way of writing; `rest` is empty where they follow below."""

    frame: str
    name: str
    rest: str


def heads_in(line: str) -> Iterator[Head]:
    """Every way in which a line may begin somebody's words."""
    text = _LEAD.sub("", without_marks(line).strip())
    stamp = take_stamp(text)
    is_timed = stamp is not None and (stamp[0].has_time or stamp[0].is_bracketed)
    if stamp is not None and is_timed:
        text = stamp[1].lstrip(" \t-–—|·")
    elif (
        len(text) <= 2 * HEAD_CHARS_MAX
        and (last := take_last_stamp(text.rstrip(":：").strip("*_")))
        and last[1].has_time
        and last[0]
    ):
        yield Head("behind", last[0].strip(" *_"), "")
    beginning, behind = text[:400], text[400:]
    for kind, pattern in _FRAMES:
        if not (match := pattern.match(beginning)):
            continue
        name = undecorated(match["name"])
        opened = match.groupdict().get("open") or ""
        frame = f"{'timed ' if is_timed else ''}{kind}" + (f" {opened.strip() or 'tab'}" if opened else "")
        if kind == "colon":
            if (ending := name.rpartition(". ")[2].strip("* ")) != name and is_name(ending):
                name = ending
            timed = take_last_stamp(name)
            name = timed[0] if timed and timed[1].has_time else name
        if name and any(not c.isspace() for c in name):
            yield Head(frame, name, f"{match['rest'] or ''}{behind if match['rest'] else ''}".strip())


def undecorated(name: str) -> str:
    """A name without the marks of markup round it; what is left of a nickname of nothing else is all of it."""
    text = name.strip()
    text = re.sub(r"^#{1,6}\s+", "", text)
    for mark in ("***", "**", "__", "*", "_", "`"):
        if text.startswith(mark) and text.endswith(mark) and len(text) > 2 * len(mark):
            return text[len(mark) : -len(mark)].strip()
    return text.removesuffix("**").removesuffix("__").strip() or text


def key(name: str) -> str:
    """How two spellings of a name are compared: what makes a nickname odd may be all there is of it."""
    return plain(name)


def framed(
    lines: Sequence[str], speakers: Collection[str], owners: Collection[str] = (), *, is_talk: bool = False
) -> dict[int, Head]:
    """The lines that begin somebody's words, by the frame they stand in; none where no frame is one of turns.

    Args:
        speakers: names known to speak, and `owners`, names of the creator, as `plain` compares them.
        is_talk: the document is known to be a conversation, so that one known name opens its frame.
    """
    by_frame: dict[str, dict[int, Head]] = defaultdict(dict)
    for at, line in enumerate(lines):
        for head in heads_in(line) if line.strip() else ():
            by_frame[head.frame][at] = head
    filled = max(1, sum(1 for line in lines if line.strip()))
    live = [
        heads
        for frame, heads in by_frame.items()
        if _is_of_turns(frame, heads, filled, speakers, owners, is_talk)
    ]
    found: dict[int, Head] = {}
    for heads in live:
        for at, head in heads.items():
            if not (head.frame == "colon" and _is_lead(head.name)):
                found.setdefault(at, head)
    return found | {at: head for at, head in _alone(lines, owners).items() if at not in found}


def _is_lead(name: str) -> bool:
    """Whether it heads a remark: one of the words of lists and no more, since a nickname may begin with one."""
    words = re.sub(r"[\d#№.)(]+", " ", name.casefold()).split()
    return bool(words) and " ".join(words) in HEADINGS


def _is_of_turns(
    frame: str,
    heads: Mapping[int, Head],
    filled: int,
    speakers: Collection[str],
    owners: Collection[str],
    is_talk: bool,
) -> bool:
    names = Counter(key(head.name) for head in heads.values() if not _is_lead(head.name))
    known = sum(names[name] for name in names if name in speakers or name in owners)
    if is_talk and known:
        return frame == "colon" or known > 1 or known * 4 >= filled
    back = [name for name, times in names.items() if times > 1]
    own = any(name in owners for name in names)
    share = sum(names.values()) / filled
    if frame.endswith("said"):
        return len(names.keys() - _PRONOUNS) > 1 and share >= 0.15
    below = sum(1 for head in heads.values() if not head.rest) / filled
    if own and len(names) > 1 and share + below >= 0.8 and not frame.endswith("colon"):
        return True
    if own and len(names) > 1 and below >= 0.4:
        return True
    if frame.removeprefix("timed ") in _WEAK:
        return (len(back) > 1 or (bool(back) and own and len(names) > 1)) and share >= 0.5
    if frame.startswith("wrapped"):
        return (len(back) > 1 or (bool(back) and own)) and share >= 0.3
    return (len(back) > 1 or (own and len(names) > 1)) and share >= 0.3


def _alone(lines: Sequence[str], owners: Collection[str]) -> dict[int, Head]:
    """Names alone above what they say: short lines that come back, never one after the other, or the creator's name."""
    filled = [(at, without_marks(line).strip()) for at, line in enumerate(lines) if line.strip()]
    counts = Counter(text for _, text in filled)
    short = {text for text in counts if len(text) <= HEAD_CHARS_MAX and not re.search(r"[,;:：，；]$", text)}
    back = {text for text in short if counts[text] > 1}
    own = {text for _, text in filled[:-1] if text in short and plain(text) in owners}
    named = {text for text in short if is_name(text) and not is_heading(text)} if own else set()
    heads = back | own | named
    total = sum(counts[text] for text in heads)
    if (
        len(heads) < (1 if own and len(filled) < 6 else 2)
        or not (back or own)
        or total < max((1 if len(filled) < 6 else 2) if own else 3, 0.25 * len(filled))
    ):
        return {}
    following = zip(filled, [*filled[1:], (0, "")], strict=True)
    if any(one in heads and other in heads for (_, one), (_, other) in following):
        return {}
    if total > 0.5 * len(filled) + 1:
        return {}
    return {at: Head("alone", text, "") for at, text in filled if text in heads}
