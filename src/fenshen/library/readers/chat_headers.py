"""Lines of a log that say who speaks now: a time and a name, in whatever order an app writes them.

    lines → `headers_in`: first by what may be a name; then every line built like those, whatever stands for the name

Knows nothing about what is said, nor about whether a text is a log at all.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from fenshen.library.dialogue.frames import HEAD_CHARS_MAX, SAID, undecorated
from fenshen.library.dialogue.names import UNNAMED, is_heading, is_name
from fenshen.library.dialogue.notations import action_of, label_of, without_marks
from fenshen.library.dialogue.stamps import Stamp, take_last_stamp, take_stamp
from fenshen.library.reading import LINE_CHARS_MAX

_SEPARATOR = re.compile(r"^[\s\-–—|·•>]*")
_FROM_TO = re.compile(
    r"^\s*+from\s++(\S.{0,79}?)(?:\s{1,8}to\s{1,8}(\S.{0,79}?))?(?:\s{0,8}\((?:direct message|privately)\))?\s{0,8}[:：]\s*+",
    re.IGNORECASE,
)
_TO = re.compile(
    r"^(.{1,60}?)\s+(?:to|→|->)\s+(?:everyone|all|host|.{1,40}\((?:direct message|privately)\))\s*[:：]\s*",
    re.IGNORECASE,
)
_IRC = re.compile(r"^<[@+~&%! ]?([^<>\s][^<>\n]{0,79})>\s?")
_PROMPT = re.compile(r"^([^\s<>:]{1,32})>\s+(?=\S)")
_TABBED = re.compile(r"^\s*([^\t\n]{1,80})\t+(.*)$")
_COLON = re.compile(r"^(.{1,80}?)\s?[:：](?=\s|$|[^\s\d/\\])\s*(.*)$")
_WRAPPED = re.compile(r"[\[(<【{](.{1,80})[\])>】}]")
_ACCOUNT = re.compile(r"\s{0,4}[(（<][^()（）<>\n]{3,60}[)）>]$")
#: What forums, mail and helpdesks put round the name.
_BY = re.compile(
    r"^(?:posted|post|sent|reply|comment|commented|written|answered|asked)\s(?:by|from)[: ]\s*", re.IGNORECASE
)
_DID = re.compile(
    rf"\s{{1,4}}(?:{SAID})(?:\s{{1,4}}(?:at|on|am|um|le|el|den|il|em|в|kl\.?))?$",
    re.IGNORECASE,
)
#: What stands behind a time alone on its line.
_CHANGED = re.compile(
    r"(?<!\s)\s*+(?:[(（·•|]\s*+)?(?:edited|modified|bearbeitet|editado|modifié|已编辑|編集済み|изменено|수정됨)\s*+(?:[)）]\s*+)?",
    re.IGNORECASE,
)
#: What helpdesks and forums put behind the time: `· via Web`, `· Owner`, `(Author)`.
_TAIL = re.compile(r"(?<!\s)\s{0,4}(?:[·•]\s{1,4}\S[^·•\n]{0,39}|[\[(（][^\[\]()（）\d\n]{1,24}[\])）])$")
#: What they put before the name where the time stands below: `Public reply — Jane Roe (agent)`.
_KIND = re.compile(r"^\S.{0,39}?(?:\s[—–-]\s|[:：]\s{0,2}|\s(?:by|from)\s)(?=\S)")


@dataclass(frozen=True)
class Header:
    """A line that says who speaks now.

    Attributes:
        said: the words behind, `None` where they stand below.
        kind: how it is built; one log has one kind.
        is_typed: built as only logs are, so that it needs no other sign.
    """

    name: str
    said: str | None
    stamp: Stamp
    kind: str = "after"
    is_typed: bool = False


#: The line of a name whose time stands below it.
PASSED = Header("", None, Stamp(False, False))


def headers_in(lines: Sequence[str]) -> list[Header | None]:
    """The header that each line is, if it is one; a name above a time is passed over.

    First by what may be a name. Then every line built like those is one, whatever stands where the name does, so that
    nobody's message is added to the one before it.
    """
    found = [next(_header(line, is_name), None) for line in lines]
    _by_times(lines, found, lambda at: _is_name_alone(_called(lines[at])))
    _head_first(lines, found)
    kinds = Counter(header.kind for header in found if header and header is not PASSED)
    least = 0.2 * max(kinds.values(), default=0)
    found = [None if header and kinds.get(header.kind, least) < least else header for header in found]
    frames = {_frame(line, header) for line, header in zip(lines, found, strict=True) if header}
    if not frames:
        return found
    for at, line in enumerate(lines):
        if found[at] is None:
            alike = (one for one in _header(line, _may_be_called) if _frame(line, one) in frames)
            found[at] = next(alike, None) or _nobodys(line, frames)
    shapes = {
        _shape(line)
        for line, header in zip(lines, found, strict=True)
        if header is None and stamp_alone(line)
    }
    shapes |= {_shape(lines[at]) for at, header in enumerate(found) if header and header.kind == "split"}
    if sum(1 for header in found if header and header.kind in ("split", "under")) > 1:
        _by_times(lines, found, lambda at: _may_be_called(without_marks(lines[at])), shapes)
        _head_first(lines, found, _may_be_called)
    return found


def _by_times(
    lines: Sequence[str],
    found: list[Header | None],
    is_called: Callable[[int], bool],
    shapes: Collection[str] | None = None,
) -> None:
    """Names alone on a line next to a time alone: above it, or, where times stand under the words, below it."""
    waiting: int | None = None
    timed: Stamp | None = None
    kinds = {header.kind for header in found if header}
    for at, line in enumerate(lines):
        if not line.strip():
            continue
        taken = stamp_alone(line) or stamp_alone(_TAIL.sub("", without_marks(line).rstrip()))
        is_alone = found[at] is None and not taken and is_called(at)
        if waiting is not None and (taken := taken or _handle_stamp(lines[waiting], line)):
            if shapes is None or ("split" in kinds and _shape(line) in shapes):
                name = _called(lines[waiting])
                found[waiting], found[at] = PASSED, Header(name, None, taken, "split")
        elif timed is not None and is_alone and (shapes is None or "under" in kinds):
            found[at], is_alone = Header(_bare(without_marks(line)), None, timed, "under"), False
        waiting, timed = (at if is_alone else None), (taken if found[at] is None else None)


def _shape(line: str) -> str:
    """A time with its figures and halves of the day left out."""
    return re.sub(r"[AaPp](?=\.?[Mm])", "a", re.sub(r"\d+", "9", line.rstrip()))


def _frame(line: str, header: Header) -> tuple[str, bool, bool, str]:
    """How a header is built: its kind, what its stamp says, and what stands between the name and the stamp."""
    text, between = without_marks(line).rstrip(), ""
    if header.kind == "behind" and (timed := take_last_stamp(text.strip().rstrip(":：").strip())):
        between = (re.match(r"[^\w]*", text.strip()[len(timed[0]) :]) or [""])[0]
    is_loose = header.kind == "behind" and between == " "
    return header.kind, header.stamp.is_bracketed, is_loose and header.stamp.has_date, between


def _nobodys(line: str, frames: Collection[tuple[str, bool, bool, str]]) -> Header | None:
    """A line with the stamp of a message and no name that can be told from the words."""
    kinds = {
        kind: is_bracketed
        for kind, is_bracketed, *_ in frames
        if kind in ("after", "above", "tab", "irc", "to")
    }
    taken = take_stamp(without_marks(line))
    if not kinds or taken is None or not taken[0].has_time or not taken[1].strip():
        return None
    return Header(UNNAMED, taken[1].strip(), taken[0]) if taken[0].is_bracketed in kinds.values() else None


def _may_be_called(text: str) -> bool:
    """Whether something short enough stands where a name does."""
    return 0 < len(text.strip()) <= HEAD_CHARS_MAX


def _head_first(
    lines: Sequence[str], found: list[Header | None], is_called: Callable[[str], bool] | None = None
) -> None:
    """Where times stand below what was said, the first name has none above it."""
    if any(header and header.kind == "under" for header in found):
        first = next(at for at, line in enumerate(lines) if line.strip())
        name = without_marks(lines[first]).strip()
        if found[first] is None and not stamp_alone(name) and (is_called or _is_name_alone)(name):
            found[first] = Header(_bare(name), None, Stamp(has_time=True, has_date=True), "under")


def _handle_stamp(name: str, line: str) -> Stamp | None:
    """The day alone below a handle (`@jane@example.org`), which says no time."""
    taken = take_stamp(without_marks(line).strip())
    is_handle = without_marks(name).strip().startswith(("@", "u/", "/u/"))
    return taken[0] if is_handle and taken and not taken[1].strip() else None


def _is_name_alone(name: str) -> bool:
    name = _bare(name)
    return len(name) < 60 and is_name(name) and not is_heading(name) and not re.search(r"\w{2}[.]$", name)


def _header(line: str, is_called: Callable[[str], bool]) -> Iterator[Header]:
    """The headers that a line may be, the likeliest first."""
    text = without_marks(line).rstrip()
    if not text.strip() or len(text) > LINE_CHARS_MAX:
        return
    taken = take_stamp(text)
    if taken and (taken[0].has_time or taken[0].is_bracketed):
        yield from _after_stamp(taken[0], taken[1], is_called)
    else:
        yield from _before_stamp(text, is_called)


def _after_stamp(stamp: Stamp, rest: str, is_called: Callable[[str], bool]) -> Iterator[Header]:
    if match := _FROM_TO.match(rest):
        yield Header(match[1].strip(), rest[match.end() :].strip() or None, stamp, kind="to", is_typed=True)
    if (match := _TABBED.match(rest)) and is_called(match[1]):
        yield Header(_bare(match[1]), match[2], stamp, "tab", is_typed=rest.startswith("\t"))
    body = _SEPARATOR.sub("", rest[:200]) + rest[200:]
    if match := _IRC.match(rest.strip()):
        yield Header(match[1], rest.strip()[match.end() :], stamp, "irc", is_typed=True)
    if match := _PROMPT.match(rest.strip()):
        yield Header(match[1], rest.strip()[match.end() :], stamp, "irc")
    if acted := action_of(rest):
        yield Header(acted[0], acted[1], stamp, "irc")
    if match := _TO.match(body):
        yield Header(match[1].strip(), body[match.end() :].strip() or None, stamp, "to", is_typed=True)
    if (match := _COLON.match(body)) and is_called(match[1]):
        yield Header(match[1].strip(), match[2], stamp)
    alone = _bare(body)
    if alone and is_called(alone) and not (alone.islower() and is_called is is_name):
        yield Header(alone, None, stamp, "above")


def _before_stamp(text: str, is_called: Callable[[str], bool]) -> Iterator[Header]:
    """`Jane Roe  2:05 PM`, `Jane (2:05 PM): words`, `Jane, [12.03.21 14:05]`, `Jane — Today at 14:05`."""
    head = text.strip().rstrip(":：").strip()
    if len(text) < 120 and (timed := take_last_stamp(head) or take_last_stamp(_TAIL.sub("", head))):
        sent = _FROM_TO.match(f"{timed[0].rstrip(' :：')}:")
        name = _bare(sent[1] if sent else timed[0])
        is_field = timed[0].rstrip().endswith((":", "：")) and sent is None
        if timed[1].has_time and is_called(name) and not is_field:
            is_typed = sent is not None or bool(_BY.match(timed[0]) or _DID.search(timed[0]))
            yield Header(name, None, timed[1], "behind", is_typed=is_typed)
    if within := _within(text, is_called):
        yield within
    label = label_of(text)
    if label is None or label.strength != "sure" or label.is_alone or not label.rest:
        return
    head = text[: len(text) - len(label.rest)]
    timed = take_last_stamp(head.rstrip(" :：").rstrip())
    if timed and timed[1].has_time:
        yield Header(label.name, label.rest, timed[1], "within")


def _within(text: str, is_called: Callable[[str], bool]) -> Header | None:
    """`[하나] [오후 2:05] words`, `Jane Roe [00:00:05] words`, `Jane: (0:05) words`."""
    for at in range(1, min(len(text), HEAD_CHARS_MAX + 2)):
        if text[at] not in "[(（【" or not (taken := take_stamp(text[at:])):
            continue
        name, said = _bare(text[:at]), taken[1].lstrip(" :：")
        if taken[0].has_time and taken[0].is_bracketed and said and is_called(name):
            return Header(name, said, taken[0], "within")
    return None


def _bare(name: str) -> str:
    """A name without what apps put round and behind it: brackets, an account's number or address."""
    text = _DID.sub("", _BY.sub("", name.strip().rstrip("»·|•").strip()))
    text = undecorated(text.rstrip(":：").strip()).rstrip(":：").strip()
    if (match := _WRAPPED.fullmatch(text)) and match[1].strip():
        text = match[1].strip()
    return _ACCOUNT.sub("", text).strip() or text


def _called(line: str) -> str:
    """The name in a line above a time, without what kind of message it heads."""
    name = _bare(without_marks(line))
    return _KIND.sub("", name, count=1)


def stamp_alone(line: str) -> Stamp | None:
    taken = take_stamp(without_marks(line).strip())
    is_alone = taken is not None and (not taken[1].strip() or _CHANGED.fullmatch(taken[1]))
    return taken[0] if taken and taken[0].has_time and is_alone else None
