"""A document with everybody's words under their own name, where it is a conversation.

    document → lines with their labels → `judge` → cues with speakers, labels out of the words

Every reader's documents pass here, before passages are cut and whoever is the creator is settled. In a conversation
nobody's words are the creator's without a name: lines that say none are spoken by `unnamed`. What a reader of chats or
a voice told apart has settled stays. Knows nothing about formats or the database.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from fenshen.library.dialogue.asking import asked_behind_dashes
from fenshen.library.dialogue.frames import framed
from fenshen.library.dialogue.judging import TALK, Judgement, is_doubtful, judge
from fenshen.library.dialogue.leads import without_leads
from fenshen.library.dialogue.names import UNNAMED, is_voice, plain, shown
from fenshen.library.dialogue.notations import Label, action_of, label_of, turn_mark
from fenshen.library.dialogue.quoting import by_somebody, parted
from fenshen.library.dialogue.stamps import take_stamp
from fenshen.library.document import Cue, Document
from fenshen.library.language import count_words
from fenshen.library.readers.captions import join_lines
from fenshen.library.readers.chat_lines import is_chat, read_chat_lines

_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’)\]]*$")
_SPAN = re.compile(r"\d{1,2}:\d{1,2}[\d:.,]*\s?(?:-->|,|-|–)\s?\d{1,2}:\d{1,2}[\d:.,]*")
#: In written dialogue somebody else begins to speak.
_LONG_DASH = re.compile(r"[–—―]{1,2}")
_GOES_ON = re.compile(r"[,;:，、；：]$")
_SOUND = re.compile(r"^(?:\[[^\[\]\n]{1,80}\]\s*)+")
#: One cue of two people makes a whole file a conversation where it is more than this share of it.
_SHARED_SHARE = 0.05
_TITLE_CHARS_MAX = 60


@dataclass(frozen=True)
class _Line:
    """One line of a cue, as it is judged."""

    cue: Cue
    text: str
    mark: str
    label: Label | None
    begins: bool
    #: Its label is known by how the line is built, whatever the name looks like.
    is_framed: bool = False


def told_apart(document: Document, owner_names: Sequence[str] = ()) -> Document:
    """`document` with a speaker for every line of a conversation; as it is where nobody else speaks in it.

    Args:
        owner_names: names of the creator, which are speakers' names wherever they head a line.
    """
    if document.turns or any(is_voice(cue.speaker) for cue in document.cues):
        return document
    owners = frozenset(map(plain, owner_names))
    timed = any(cue.start_s is not None for cue in document.cues)
    if not timed and any(cue.speaker is None for cue in document.cues):
        document = _logged(_asked(parted(document, owners)))
    if all(cue.speaker is not None and cue.start_s is None for cue in document.cues):
        return document
    lines = list(_lines(document, timed))
    verdict = judge([_said_by(line) for line in lines], _units(lines, timed), owner_names, timed=timed)
    if timed:
        verdict = _with_marks(verdict, lines)
        return replace(document, cues=tuple(_captions(list(_with_frames(lines, verdict, owners)), verdict)))
    lines = list(_with_frames(lines, verdict, owners))
    if any(line.is_framed for line in lines) or (verdict.extent == "none" and _is_dashed(lines)):
        verdict = replace(verdict, extent="whole")
    if verdict.extent == "none":
        return by_somebody(document, owners)
    cues = tuple(_written(lines, verdict))
    is_whole = verdict.extent == "whole"
    is_talk = is_whole and document.kind == "post"
    owner = UNNAMED if is_whole and is_doubtful(cues, owners) else document.owner
    return replace(
        document, cues=cues, turns=is_whole, kind="live" if is_talk else document.kind, owner=owner
    )


def _asked(document: Document) -> Document:
    """`document` with who asks and who answers, where only dashes tell."""
    said = [replace(cue, text=text) for cue in document.cues for text in cue.text.split("\n") if text.strip()]
    asked = asked_behind_dashes([cue.text.strip() for cue in said], document.title or "")
    if any(cue.speaker for cue in said) or not any(asked):
        return document
    return replace(
        document, cues=tuple(replace(cue, speaker=who) for cue, who in zip(said, asked, strict=True))
    )


def _logged(document: Document) -> Document:
    """`document` as the chat that it is where its lines are those of a log, in whatever format somebody keeps it."""
    text = "\n\n".join(cue.text for cue in document.cues)
    if any(cue.speaker or cue.marks for cue in document.cues) or not is_chat(text):
        return document
    return replace(document, cues=read_chat_lines(text).cues, turns=True, kind="live")


def _lines(document: Document, timed: bool) -> Iterator[_Line]:
    split = [(cue, number, text) for cue in document.cues for number, text in enumerate(cue.text.split("\n"))]
    texts = [text for *_, text in split]
    for (cue, number, _), text in zip(split, texts if timed else without_leads(texts), strict=True):
        mark, bare = turn_mark(text) if timed else ("", text)
        yield _Line(cue, bare, mark, label_of(text, timed=timed) if text.strip() else None, number == 0)


def _with_frames(lines: Sequence[_Line], verdict: Judgement, owners: frozenset[str]) -> Iterator[_Line]:
    """The lines, those that are built as lines of speakers are with their label, whatever stands for a name in it."""
    texts = ["" if line.cue.speaker else line.text for line in lines]
    heads = framed(texts, verdict.speakers, owners, is_talk=verdict.extent == "whole")
    for at, line in enumerate(lines):
        if at in heads and not _is_speakers(line.label, verdict):
            head = heads[at]
            label = Label(head.name, head.rest, "sure", is_alone=not head.rest)
            yield replace(line, label=label, is_framed=True)
        else:
            yield line


def _is_dashed(lines: Sequence[_Line]) -> bool:
    """Whether nearly all lines are what people say to each other behind long dashes."""
    filled = [line.text.strip() for line in lines if line.text.strip()]
    said = [text for text in filled if _LONG_DASH.match(text) and _SENTENCE_END.search(text)]
    return len(said) > 2 and len(said) >= 0.6 * len(filled) and any(map(TALK.search, said))


def _said_by(line: _Line) -> Label | None:
    """The label by which a line is judged: a voice that the reader found is as sure as any."""
    if line.cue.speaker is not None and line.cue.marks:
        return None
    if line.cue.speaker is not None:
        return Label(line.cue.speaker, line.text, "sure") if line.begins else None
    return line.label


def _units(lines: Sequence[_Line], timed: bool) -> int:
    return sum(
        1 for line in lines if line.text.strip() and (line.begins or not timed or line.label or line.mark)
    )


def _with_marks(verdict: Judgement, lines: Sequence[_Line]) -> Judgement:
    """The verdict on captions, in which dashes and `>>` tell speakers apart as well as names do.

    One `>>` alone is a recogniser's slip; one cue of two people among many leaves the others as they were.
    """
    turns = sum(line.mark == ">>" for line in lines)
    shared = len(_two_sided(lines))
    is_whole = turns > 1 or shared > 1 or shared > _SHARED_SHARE * sum(line.begins for line in lines)
    if is_whole and verdict.extent != "whole":
        return replace(verdict, extent="whole")
    return replace(verdict, extent="lines") if shared and verdict.extent == "none" else verdict


def _two_sided(lines: Sequence[_Line]) -> set[int]:
    """Cues in which two lines begin with a dash: two people at once, unless the second goes on with the sentence."""
    dashes: dict[int, list[str]] = {}
    for line in lines:
        if line.mark == "-":
            dashes.setdefault(id(line.cue), []).append(line.text.strip())
    return {
        cue
        for cue, texts in dashes.items()
        if any(not (_GOES_ON.search(first) or second[:1].islower()) for first, second in pairwise(texts))
    }


def _is_speakers(label: Label | None, verdict: Judgement) -> bool:
    return label is not None and plain(label.name) in verdict.speakers


def _speaks(line: _Line, verdict: Judgement) -> bool:
    return line.is_framed or _is_speakers(line.label, verdict)


def _captions(lines: Sequence[_Line], verdict: Judgement) -> Iterator[Cue]:
    """Cues of one speaker each. A label holds until its sentence ends, and behind `>>` until the next `>>`."""
    nobody = UNNAMED if verdict.extent == "whole" else None
    shared = _two_sided(lines)
    speaker, lasts = None, False
    groups: list[tuple[_Line, str | None, list[str]]] = []
    for at, line in enumerate(lines):
        if line.begins and not lasts and at and _ends_sentence(lines[at - 1]):
            speaker = None
        label = line.label if line.cue.speaker is None and _speaks(line, verdict) else None
        changed = (
            label is not None
            or (line.mark == ">>" and nobody is not None)
            or (line.mark == "-" and id(line.cue) in shared)
        )
        if label is not None:
            speaker, lasts = shown(label.name), label.is_turn
        elif changed:
            speaker, lasts = UNNAMED, line.mark == ">>"
        if line.begins or changed or not groups:
            groups.append((line, line.cue.speaker or speaker or nobody, []))
        groups[-1][2].append(label.rest if label else line.text)
    for line, speaker, parts in groups:
        said = [part for part in (_SOUND.sub("", part).strip() for part in parts) if count_words(part)]
        if said:
            yield replace(line.cue, text=join_lines(said), speaker=speaker)


def _ends_sentence(line: _Line) -> bool:
    return bool(_SENTENCE_END.search(line.text.strip()))


def _written(lines: Sequence[_Line], verdict: Judgement) -> Iterator[Cue]:
    """Turns of a written conversation: what follows a label without one continues it; titles are nobody's."""
    is_whole = verdict.extent == "whole"
    held: Cue | None = None
    for at, line in enumerate(lines):
        label, text, speaker = line.label, line.text.strip(), line.cue.speaker
        acts = None if speaker or label else _acting(line, verdict)
        if not text or (is_whole and _is_time_alone(text)):
            continue
        if speaker is None and _speaks(line, verdict) and label and (is_whole or label.rest):
            speaker, text, is_new = shown(label.name), label.rest.strip(), True
        elif acts:
            speaker, text, is_new = acts[0], acts[1], True
        elif speaker is not None:
            is_new = held is None or held.speaker != speaker or line.begins
        elif not is_whole:
            is_new = line.begins or held is None
            speaker = None if held is None or is_new else held.speaker
        else:
            is_other = bool(_LONG_DASH.match(text)) or _is_title(lines, at, verdict)
            is_new = held is None or held.marks != line.cue.marks or is_other
            speaker = UNNAMED if is_new or held is None else held.speaker
        if is_new or held is None:
            if held is not None and held.text:
                yield held
            held = replace(line.cue, text=text, speaker=speaker)
        else:
            held = replace(held, text=f"{held.text}\n{text}".strip())
    if held is not None and held.text:
        yield held


def _is_time_alone(text: str) -> bool:
    """A line of a transcript that is nothing but when it was said."""
    taken = take_stamp(text)
    return bool(_SPAN.fullmatch(text)) or (taken is not None and taken[0].has_time and not taken[1].strip())


def _acting(line: _Line, verdict: Judgement) -> tuple[str, str] | None:
    found = action_of(line.text)
    return (shown(found[0]), found[1]) if found and plain(found[0]) in verdict.speakers else None


def _is_title(lines: Sequence[_Line], at: int, verdict: Judgement) -> bool:
    """Whether a line without a label heads what follows rather than going on: short, open, and a label comes next."""
    text = lines[at].text.strip()
    following = next((line for line in lines[at + 1 :] if line.text.strip()), None)
    return (
        len(text) <= _TITLE_CHARS_MAX
        and not re.search(r"[.!?…。！？,，;；:：)）\"”]$", text)
        and following is not None
        and _speaks(following, verdict)
        and lines[at].begins
    )
