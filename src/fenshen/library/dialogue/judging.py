"""Which labels of a document are speakers, and whether the document is a conversation. Pure.

A label is a speaker's when it comes back, when labels head most lines, or when it says so by itself (`[SPEAKER_00]:`,
`Q:` with `A:`, a name of the creator's). `TIP:`, `STEP ONE:` and the lead-ins of a list are nobody's. Knows nothing
about where the lines come from.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from fenshen.library.dialogue.frames import framed, heads_in
from fenshen.library.dialogue.leads import without_leads
from fenshen.library.dialogue.names import UNNAMED, is_diarised, is_heading, is_personlike, plain, role_of
from fenshen.library.dialogue.notations import Label, label_of
from fenshen.library.dialogue.quoting import quotation_starts
from fenshen.library.document import Cue

#: How far a document is a talk: not at all, in a few lines of somebody's text, or as a whole.
Extent = Literal["none", "lines", "whole"]
#: In a whole conversation at least this share of the lines has a label; fewer are quoted in somebody's text.
_WHOLE_SHARE = 0.1
_WHOLE_LINES = 6
#: Labels that head this share of the lines need not come back.
_MOST, _NEARLY_ALL = 0.6, 0.9
#: Where labels head this share of the lines, one that comes once is a speaker like the others.
_ANSWERED = 0.3
#: Among the lines of one who speaks at least this share holds a word of talk; of so many lines of a list, less than that.
_TALKING, _FIELDS, _SILENT = 0.33, 8, 0.1
#: Words of people who talk to each other.
TALK = re.compile(
    r"[?？¿؟]|\b(?:i|i'm|i've|you|your|we|yes|no|yeah|okay|ok|hi|hello|hey|thanks|thank|sorry|well|oh|please|je|tu|vous|oui|non|ich|du|sie|ja|nein"
    r"|yo|usted|sí|eu|você|sim|io|sì)\b|[我你您咱吗呢吧啊嗯哦]|はい|いいえ|です|ます|네|아니|أنا|أنت|نعم|я|ты|вы|да\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Judgement:
    """What the labels of a document are.

    Attributes:
        speakers: names that are speakers, as `plain` compares them.
    """

    extent: Extent
    speakers: frozenset[str] = frozenset()


def judge(
    labels: Sequence[Label | None], lines: int, known: Collection[str] = (), *, timed: bool = False
) -> Judgement:
    """Who speaks in a document of so many `lines`, each with its label if it has one.

    Args:
        known: names of the creator, which are speakers wherever they head a line.
        timed: the lines are captions: what one person says is a few lines among hundreds.
    """
    found = [label for label in labels if label is not None and not is_heading(label.name)]
    owners = {plain(name) for name in known}
    by_name: dict[str, list[Label]] = defaultdict(list)
    for label in found:
        by_name[plain(label.name)].append(label)
    certain = {name for name, theirs in by_name.items() if _is_certain(theirs, by_name, owners)}
    speakers = certain | _recurring(by_name, lines, certain) | _loose(by_name, lines)
    speakers = speakers | _answering(by_name, lines, timed) if speakers else _heading_most(by_name, lines)
    said = sum(len(by_name[name]) for name in speakers)
    if not speakers:
        rare = {name for name, theirs in by_name.items() if _is_rare_speaker(theirs, timed)}
        return Judgement("lines", frozenset(rare)) if rare else Judgement("none")
    called = _called_like_headings(labels, speakers) if said >= 2 else set()
    if said + sum(plain(label.name) in called for label in labels if label) >= _NEARLY_ALL * lines:
        speakers = speakers | called
    is_whole = said >= 2 and (said >= _WHOLE_SHARE * lines or said >= _WHOLE_LINES)
    return Judgement("whole" if is_whole or said * 2 >= lines else "lines", frozenset(speakers))


def _called_like_headings(labels: Sequence[Label | None], speakers: Collection[str]) -> set[str]:
    """Names such as Max, June and May, which head lists too: in a talk of nearly nothing but labels they speak."""
    heads = Counter(
        plain(label.name)
        for label in labels
        if label and label.strength != "loose" and label.name[:1].isupper() and is_heading(label.name)
    )
    return {name for name, times in heads.items() if times > 1 and name.isalpha()} - set(speakers)


def _is_certain(theirs: Sequence[Label], all_names: dict[str, list[Label]], owners: Collection[str]) -> bool:
    """Whether a name is a speaker whatever the rest of the document is."""
    name = theirs[0].name
    if is_diarised(name) and any(label.strength != "loose" for label in theirs):
        return True
    firm = [label for label in theirs if not (label.strength == "loose" and label.is_alone)]
    if plain(name) in owners and firm and any(label.strength != "loose" for label in firm):
        return True
    if role_of(name) is not None and any(label.strength != "loose" for label in firm):
        roles = sum(1 for other in all_names.values() if role_of(other[0].name))
        return roles > 1 or len(firm) > 1
    sure = [label for label in theirs if label.strength == "sure"]
    return bool(sure) and (
        len(sure) > 1 or (is_personlike(name) and bool(sure[0].rest)) or any(label.is_turn for label in sure)
    )


def _recurring(by_name: dict[str, list[Label]], lines: int, certain: Collection[str]) -> set[str]:
    """Names that come back before a colon. One alone must do so often, or look like a person."""
    back = {
        name
        for name, theirs in by_name.items()
        if sum(one.strength != "loose" for one in theirs) > 1 and _may_be_called_so(theirs)
    }
    if _are_fields([label for name in back for label in by_name[name]]):
        return set()
    if not back or (len(back) == 1 and not certain and not _is_one_voice(by_name[next(iter(back))], lines)):
        return set()
    return back


def _may_be_called_so(theirs: Sequence[Label]) -> bool:
    """Whether a name in small letters, as fields of lists are too, stands before words of people who talk."""
    name = theirs[0].name
    if not name.isascii() or not name[:1].islower() or is_personlike(name):
        return True
    return _talk_share(theirs) >= _TALKING


def _are_fields(theirs: Sequence[Label]) -> bool:
    """Whether many lines under names of plain letters hold next to nothing that people say: a list, not a talk."""
    is_plain = sum(label.name.isascii() and not is_personlike(label.name) for label in theirs) * 2 > len(
        theirs
    )
    return is_plain and len(theirs) >= _FIELDS and _talk_share(theirs) < _SILENT


def _talk_share(theirs: Sequence[Label]) -> float:
    """The share of lines in which people talk to each other."""
    return sum(bool(TALK.search(label.rest)) for label in theirs) / max(1, len(theirs))


def _is_one_voice(theirs: Sequence[Label], lines: int) -> bool:
    is_often = len(theirs) > 3 and _talk_share(theirs) >= _TALKING
    return len(theirs) >= 0.5 * lines or is_personlike(theirs[0].name) or is_often


def _loose(by_name: dict[str, list[Label]], lines: int) -> set[str]:
    """Names behind which stands a dash, a full stop or nothing: two or more that each come back, often."""
    back = {name for name, theirs in by_name.items() if len(theirs) > 1 and not theirs[0].name.isdigit()}
    said = [label for name in back for label in by_name[name]]
    alone = [label for label in said if label.is_alone]
    needed = 0.2 if len(alone) * 2 > len(said) else 0.4
    if len(back) > 1 and len(said) >= max(4, needed * lines):
        return back
    firm = {name: theirs for name, theirs in by_name.items() if not theirs[0].is_alone}
    heading = sum(map(len, firm.values()))
    return set(firm) if back & firm.keys() and len(firm) > 1 and heading >= max(3, _MOST * lines) else set()


def _answering(by_name: dict[str, list[Label]], lines: int, timed: bool) -> set[str]:
    """Names that come once among those that are speakers: all of them where most lines have one, else the likely."""
    firm = {
        name
        for name, theirs in by_name.items()
        if any(one.strength != "loose" for one in theirs) and _may_be_called_so(theirs)
    }
    if sum(len(by_name[name]) for name in firm) >= _ANSWERED * lines:
        return firm
    return {name for name in firm if _is_rare_speaker(by_name[name], timed)}


def _heading_most(by_name: dict[str, list[Label]], lines: int) -> set[str]:
    """Names that head most lines without coming back, where they talk: ask, answer, say I and you."""
    once = {
        name: theirs[0]
        for name, theirs in by_name.items()
        if theirs[0].strength != "loose" and theirs[0].rest
    }
    if len(once) < 2 or len(once) < _MOST * lines:
        return set()
    said = list(once.values())
    persons = sum(is_personlike(label.name) for label in said)
    talk = sum(bool(TALK.search(label.rest)) for label in said)
    asks = any(re.search(r"[?？؟]\W{0,12}$", label.rest) for label in said)
    if (
        (persons * 2 > len(said) and (talk or len(said) == 2))
        or asks
        or (talk == len(said) and len(said) == 2)
    ):
        return set(once)
    return set()


def _is_rare_speaker(theirs: Sequence[Label], timed: bool) -> bool:
    """A label that comes once: two names are somebody, and so are capitals in captions that are no abbreviation."""
    label = theirs[0]
    if label.strength == "loose":
        return False
    words = label.name.split()
    spoken = timed and label.name.isupper() and len(words) < 3 and all(len(word) > 3 for word in words)
    return bool(label.rest) and (spoken or (len(words) == 2 and is_personlike(label.name)))


def is_doubtful(cues: Sequence[Cue], owners: Collection[str]) -> bool:
    """Whether a list of the creator's, headed by words and once by their name, may have been taken for a talk.

    The others then say next to nothing that people say to each other, or nobody else has a name. A person must tell.
    """
    own = [cue for cue in cues if cue.speaker and plain(cue.speaker) in owners and not cue.marks]
    others = [cue for cue in cues if cue not in own and cue.speaker != UNNAMED]
    names = {cue.speaker for cue in others if cue.speaker}
    if not own or any(is_personlike(name) or role_of(name) or is_diarised(name) for name in names):
        return False
    if not names:
        rest = sum(len(cue.text) for cue in cues if cue.speaker == UNNAMED)
        return rest > sum(len(cue.text) for cue in own)
    talking = sum(bool(TALK.search(cue.text)) for cue in others)
    return len(names) > 1 and len(own) * 2 < len(others) and talking < _TALKING * len(others)


def speech_starts(lines: Sequence[str]) -> frozenset[int]:
    """Which lines begin somebody's words, so that a reader of prose does not join them to the line before.

    Whoever is the creator is not known yet, so lines built alike count where they are many, and so do quotations.
    """
    lines = without_leads(lines)
    labels = [label_of(line) if line.strip() else None for line in lines]
    verdict = judge(labels, sum(1 for line in lines if line.strip()))
    starts = {
        at for at, label in enumerate(labels) if label is not None and plain(label.name) in verdict.speakers
    }
    heads = framed(lines, verdict.speakers, is_talk=verdict.extent == "whole")
    starts |= {at + 1 for at, head in heads.items() if not head.rest}
    return frozenset(starts | heads.keys() | quotation_starts(lines) | _built_alike(lines))


def _built_alike(lines: Sequence[str]) -> set[int]:
    """Lines of one frame, where they are at least half of all: perhaps a talk in which no name comes back."""
    heads = {at: {head.frame for head in heads_in(line)} for at, line in enumerate(lines) if line.strip()}
    counts = Counter(frame for frames in heads.values() for frame in frames)
    often = {frame for frame, times in counts.items() if times > 1 and times * 2 >= len(heads)}
    return {at for at, frames in heads.items() if frames & often}
