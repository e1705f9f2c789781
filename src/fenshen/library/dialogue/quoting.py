"""Words of others inside a text: quoted letters and posts, sayings with a name behind them, letters and verses signed.

    document → `parted`: cues in which somebody else is quoted or signs, the rest as it was

    -----Original Message----- · Jane wrote: <NL> > … · [quote="Jane"]…[/quote] · "…" — Jane · "…" (Jane) · … <NL> — Jane
    Dear Jane, … Your Otto <NL> Dear Otto, … Your Jane

Knows nothing about labels at the head of lines.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from fenshen.library.dialogue.names import UNNAMED, is_heading, is_name, is_personlike, plain
from fenshen.library.document import Cue, Document

_ORIGINAL = re.compile(
    r"^(?:[-_]{2,}\s?(?:original message|forwarded message|ursprüngliche nachricht|message d'origine|mensaje original|messaggio originale"
    r"|original(?:nachricht|meddelande)|原始邮件|原始郵件|转发邮件|元のメッセージ|исходное сообщение).{0,20}|begin forwarded message:?)$",
    re.IGNORECASE,
)
_FROM = re.compile(
    r"^(?:from|von|de|da|van|från|fra|от|发件人|寄件者|差出人)\s?[:：]\s*(.{1,80})$", re.IGNORECASE
)
_LETTER_FIELD = re.compile(
    r"^(?:sent|to|cc|date|subject|gesendet|an|datum|betreff|envoyé|à|objet|enviado|para|asunto|收件人|主题|发送时间|日期)\s?[:：]",
    re.IGNORECASE,
)
_ON_WROTE = re.compile(
    r"^(?:.{0,120}\d.{0,60}\s(?:wrote|schrieb|a écrit|escribió|ha scritto|skrev|schreef|escreveu|написал[а]?)\b.{0,80}:|.{0,80}(?:写道|寫道)[:：])$",
    re.IGNORECASE,
)
_BBCODE = re.compile(r"\[(/?)quote(?:=[\"']?([^\]\"';,]{0,80})[^\]]{0,80})?\]", re.IGNORECASE)
_DASHED = re.compile(r"^\s*(?:—|–|―|--|-)\s?(\S.{0,59})$")
_SAYING = re.compile(
    r"^[\"“„«「『‘](?P<words>.{2,2000}?)[\"”“»」』’][.,]?\s*(?:(?:—|–|―|--|-|~)\s*(?P<dash>\S.{0,79})|[(（](?P<paren>.{1,79})[)）][.]?)$",
    re.DOTALL,
)
#: Between two of these somebody tells on, as in a story; and nobody is called by more words.
_QUOTE_MARK, _SIGNED_WORDS_MAX = re.compile(r"[\"“”„«»「」]"), 8
_QUOTED_WHOLE = re.compile(r"^[\"“„«「].{2,2000}[\"”“»」]$", re.DOTALL)
_DEAR = re.compile(
    r"^(?:my |mein[e]? |ma |mon )?(?:dear(?:est)?|hi|hello|liebe[rs]?|sehr geehrte[r]?|chère?|cher|querid[oa]|car[oa]|kära|дорог(?:ой|ая)|милая|милый|亲爱的|親愛的|尊敬的)"
    r".{0,60}[,，!！:：]$",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"^(?:your(?:s)?|with love|love|best|sincerely|regards|kind regards|dein[e]?|ihr[e]?|viele grüße|liebe grüße|ton|ta|tu|din|твоя|твой|你的)\b[,]?\s*(?:truly|faithfully|sincerely|ever|old|loving)?[,]?\s*(.{0,60})$",
    re.IGNORECASE,
)
#: Somebody else made it: a line of its own at the top.
_BYLINE = re.compile(
    r"^(?:(?:(?:written |guest post |text |words |story )?by|von|par|por|av|door)\s|作者[:：]|文[/／:：])\s*(.{2,60})$",
    re.IGNORECASE,
)


def quotation_starts(lines: Sequence[str]) -> set[int]:
    """Lines at which a quotation begins or ends, or a name is signed."""
    found: set[int] = set()
    for at, line in enumerate(lines):
        text = line.strip()
        is_quoted = text.startswith(">")
        if at and is_quoted != lines[at - 1].strip().startswith(">") and text:
            found.add(at)
        if _ORIGINAL.match(text) or (at and _ORIGINAL.match(lines[at - 1].strip())):
            found.add(at)
        if _SAYING.match(text[:2100]) or _DEAR.match(text) or _may_sign(text):
            found.update((at, at + 1))
    return found


def byline(text: str) -> str | None:
    """The person in a line that says who wrote what follows."""
    match = _BYLINE.match(text.strip())
    name = match[1].strip(" *_.") if match else ""
    return name if is_name(name) and is_personlike(name) else None


def parted(document: Document, owners: Collection[str]) -> Document:
    """`document` with what is quoted in it as others' words, and as a conversation where several people sign it."""
    cues = list(_sayings(list(_marked(document.cues)), owners))
    return _of_letters(replace(document, cues=tuple(cues)), owners)


def _marked(cues: Sequence[Cue]) -> Iterator[Cue]:
    """Quotations of mail and of forums, which say where they begin."""
    behind: str | None = None
    depth: list[str] = []
    for at, cue in enumerate(cues):
        text = cue.text.strip()
        if cue.speaker is None and _ORIGINAL.match(text):
            behind = next(
                (m[1] for c in cues[at + 1 : at + 8] if (m := _FROM.match(c.text.strip()))), UNNAMED
            )
            behind = re.sub(r"(?<!\s)\s*[<(\[].*$", "", behind).strip() or UNNAMED
        elif behind is not None:
            if not _FROM.match(text) and not _LETTER_FIELD.match(text):
                yield replace(cue, speaker=behind, marks=cue.marks | {"quoted"})
        elif cue.speaker is None and (depth or _BBCODE.search(text)):
            yield from _forum(cue, depth)
        elif cue.speaker is None and text.startswith(">") and not text.startswith(">>"):
            bare = re.sub(r"(?:^|(?<=\s))>\s?", "", text).strip()
            if bare:
                yield replace(cue, text=bare, marks=cue.marks | {"quoted"})
        elif not (_ON_WROTE.match(text) and at + 1 < len(cues) and cues[at + 1].text.startswith(">")):
            yield cue


def _forum(cue: Cue, depth: list[str]) -> Iterator[Cue]:
    parts = _BBCODE.split(cue.text)
    for number in range(0, len(parts), 3):
        if text := parts[number].strip():
            yield (
                replace(cue, text=text, speaker=depth[-1], marks=cue.marks | {"quoted"})
                if depth
                else replace(cue, text=text)
            )
        if number + 1 < len(parts):
            if parts[number + 1] != "/":
                depth.append((parts[number + 2] or "").strip() or UNNAMED)
            elif depth:
                depth.pop()


def saying(text: str) -> tuple[str, str] | None:
    """The words in quotation marks and the name behind them, where a text is nothing else."""
    match = _SAYING.match(text.strip()[:2200])
    if match is None or _QUOTE_MARK.search(match["words"]):
        return None
    name = (match["dash"] or match["paren"]).strip(" .")
    return (match["words"].strip(), name) if len(name.split()) <= _SIGNED_WORDS_MAX else None


def _sayings(cues: list[Cue], owners: Collection[str]) -> Iterator[Cue]:
    """`"…" — Jane`: a talk where most lines are such and names come back, others' words otherwise."""
    found = {at: said for at, cue in enumerate(cues) if cue.speaker is None and (said := saying(cue.text))}
    names = [plain(name) for _, name in found.values()]
    is_talk = len(found) > 1 and len(found) >= 0.6 * len(cues) and len(set(names)) < len(names)
    at = 0
    while at < len(cues):
        cue = cues[at]
        below = _signed(cues[at + 1].text) if at + 1 < len(cues) else None
        if at in found:
            words, name = found[at]
            is_other = not is_talk and plain(name) not in owners
            yield replace(
                cue, text=words, speaker=name, marks=cue.marks | ({"quoted"} if is_other else set())
            )
        elif (
            below and cue.speaker is None and (_QUOTED_WHOLE.match(cue.text.strip()) or "quoted" in cue.marks)
        ):
            is_other = plain(below) not in owners
            yield replace(cue, speaker=below, marks=cue.marks | ({"quoted"} if is_other else set()))
            at += 1
        else:
            yield cue
        at += 1


def _signed(text: str) -> str | None:
    """The name with which a line signs what stands above it."""
    match = _DASHED.match(text.strip())
    name = match[1].strip(" .") if match else ""
    return name if is_name(name) and name[:1].isupper() and not is_heading(name) else None


def _may_sign(text: str) -> str | None:
    """What stands behind a long dash alone on a line, short enough for any nickname."""
    match = (
        _DASHED.match(text.strip())
        if not text.strip().startswith("-") or text.strip().startswith("--")
        else None
    )
    return match[1].strip() if match and len(match[1]) <= 50 else None


def _of_letters(document: Document, owners: Collection[str]) -> Document:
    """A text that two or more people sign in turn as what each of them wrote."""
    cues = document.cues
    signed = {at: name for at, cue in enumerate(cues) if cue.speaker is None and (name := _signed(cue.text))}
    anyhow = {
        at: name for at, cue in enumerate(cues) if cue.speaker is None and (name := _may_sign(cue.text))
    }
    known = {plain(name) for name in anyhow.values()} & set(owners)
    if known and len(anyhow) > 1 and 0 not in anyhow and len(anyhow) * 2 <= len(cues):
        signed = anyhow
    if len(set(map(plain, signed.values()))) < 2:
        signed = _closings(cues)
    if len(set(map(plain, signed.values()))) < 2 or any(cue.speaker for cue in cues):
        return document
    said: list[Cue] = []
    for at, cue in enumerate(cues):
        name = next((signed[end] for end in sorted(signed) if end >= at), UNNAMED)
        if at not in signed:
            said.append(replace(cue, speaker=name))
    return replace(document, cues=tuple(said))


def _closings(cues: Sequence[Cue]) -> dict[int, str]:
    """Where each of several letters ends, and who signs it."""
    starts = [at for at, cue in enumerate(cues) if _DEAR.match(cue.text.strip())]
    found: dict[int, str] = {}
    for start, stop in zip(starts, [*starts, len(cues)][1:], strict=True):
        for at in range(stop - 1, max(start, stop - 4), -1):
            text = cues[at].text.strip()
            match = _CLOSING.match(text)
            name = match[1].strip(" ,.") if match else text
            if (
                len(text) <= 40
                and is_name(name)
                and (match or len(text.split()) <= 3)
                and not re.search(r"\d", text)
            ):
                found[at] = name
                break
    return found if len(starts) > 1 and len(found) == len(starts) else {}


def by_somebody(document: Document, owners: Collection[str]) -> Document:
    """A text of one writer as that writer's, where it says that it is somebody else than the creator."""
    lines = [cue.text for cue in document.cues[:2]]
    name = next((found for text in lines if (found := byline(text))), None)
    if not owners or name is None or not is_personlike(name) or plain(name) in owners:
        return document
    cues = tuple(replace(cue, speaker=cue.speaker or name) for cue in document.cues)
    return replace(document, cues=cues)
