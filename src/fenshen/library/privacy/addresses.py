"""Street addresses of English and other European kinds. Each is anchored at its house number, because numbers are few.

    house number → street before or after it → flat, town, postcode

Knows nothing about maps: an address is what is written like one. Chinese ones are in `addresses_zh`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from fenshen.library.privacy.finding import Finding
from fenshen.library.privacy.fold import Folded

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_N = "0-9零〇一二三四五六七八九十百"
_ESTATE = "(?:小区|公寓|大厦|花园|家园|新村|花苑|苑|广场|宿舍|大院)"
_INSIDE = rf"(?:[{_N}A-Za-z]{{1,5}}(?:号楼|号院|号|弄|幢|栋|座|单元|楼|层|室|房))"
_REST_ZH = rf"(?:[{_HAN}]{{1,6}}{_ESTATE})?{_INSIDE}{{0,5}}(?:[0-9]{{2,5}}(?![0-9元块年月日点:.]))?"
_STREET = re.compile(
    rf"(?:路|街|大道|巷|弄|胡同|村)[{_N}]{{1,6}}(?:弄[{_N}]{{1,5}}号|号院|号|弄)(?!线|选手|公交|车|机|台|文|球|作品){_REST_ZH}"
)
_BUILDING = re.compile(
    rf"{_ESTATE}[{_N}A-Za-z]{{1,4}}(?:号楼|幢|栋|座)(?:[{_N}A-Za-z]{{1,3}}单元)?(?:[{_N}]{{2,5}}(?:室|号|房)?)?"
)
_PLACES = re.compile(rf"[{_HAN}0-9]{{0,32}}$")
#: What stands before an address and is no part of one; 解放路 keeps its 放.
_LEAD = re.compile(r"在|到|是|住|寄|给|址|往|送|去|从|发|(?<!解)放|[我你他她您咱](?:们|家)?|老家|家住")
#: Characters a place must have before its street's number.
PLACE_CHARS_MIN = 1


def find_chinese_addresses(folded: Folded) -> Iterator[Finding]:
    """Every Chinese street address in a folded text; its value is its characters without spaces."""
    text = folded.text
    for pattern in (_STREET, _BUILDING):
        for match in pattern.finditer(text):
            start = _begin(text, match.start())
            if match.start() - start >= PLACE_CHARS_MIN:
                found = text[start : match.end()]
                yield Finding("address", start, match.end(), "".join(found.split()))


def _begin(text: str, anchor: int) -> int:
    """Where the places before the street at `anchor` begin."""
    places = _PLACES.search(text[max(0, anchor - 32) : anchor])
    run = places[0] if places else ""
    ends = [match.end() for match in _LEAD.finditer(run)]
    return anchor - len(run) + (ends[-1] if ends else 0)


_UPPER = "A-ZÀ-ÖØ-ÞŠŽŁ"
_CAP = rf"[{_UPPER}][^\W\d_]{{0,40}}(?:['.-][^\W\d_]{{1,40}}){{0,4}}\.?"
_SUFFIX = (
    r"(?:Street|St|Road|Rd|Lane|Ln|Avenue|Ave|Court|Ct|Row|Drive|Dr|Way|Place|Pl|Square|Sq|Terrace|Close|Crescent|Cres"
    r"|Boulevard|Blvd|Hill|Gardens|Grove|Mews|Parade|Walk|Wharf|Quay|Yard|Circle|Highway|Hwy|Parkway|Pkwy|Trail)"
)
#: What follows "St" when it means Saint: "101 The St Louis Harbor Boat" lists a boat, not a street.
_SAINT = (
    r"(?! (?:Louis|Paul|Bernard|John|Mary|Peter|Patrick|Andrew|George|James|Helen|Alban|Ives|Petersburg|Moritz|Lucia|Kitts|Nicholas"
    r"|Martin|Ann|Francis|Joseph|Jude|Mark|Luke|Thomas|Michael|David|Leonard|Tropez|Malo|Pancras|Lawrence|Vincent|Catharine|Catherine)[a-z']*\b)"
)
_FLAT = r"(?:(?i:apt|apartment|flat|unit|suite|ste|floor)\.? ?#?|#)[0-9A-Za-z]{1,5}\b"
_POSTCODE = r"(?:[A-Z]{2},? [0-9]{5}(?:-[0-9]{4})?|[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][A-Z]{2})\b"
_PLACE = rf"[{_UPPER}][^\W\d_]{{0,40}}(?:['-][^\W\d_]{{1,40}}){{0,4}}"
_TOWN = rf"{_PLACE}(?: {_PLACE}){{0,2}}"
_GAP = r"(?:,? |,?\n)"
_REST = (
    rf"(?:{_GAP}{_FLAT})?"
    rf"(?:{_GAP}(?:{_TOWN}{_GAP}){{0,2}}{_POSTCODE}|(?:,[ \n]{_TOWN}){{1,2}}(?=\s*(?:[.,;!?)\n]|$)))?"
)
_HOUSE_NUMBER = re.compile(r"[0-9](?<![0-9A-Za-z.,#$£€:-][0-9])")
_ENGLISH = re.compile(
    rf"[0-9]{{1,5}}[A-Za-z]?(?:[-/][0-9]{{1,4}})?,? (?!(?:The|An?|Of) [A-Z][a-z]{{0,2}}\.? )(?:(?:{_CAP}|[0-9]{{1,3}}(?:st|nd|rd|th)) ){{1,4}}"
    rf"(?:St\b{_SAINT}|(?!St\b){_SUFFIX}\b)\.?(?! [{_UPPER}][a-z]+ [a-z]){_REST}"
)
_FLAT_BEFORE = re.compile(rf"{_FLAT},? $")
_SPOKEN = re.compile(
    r"[0-9]{1,5}[a-z]? (?:[a-z]{2,20} ){1,3}"
    r"(?:street|road|lane|avenue|drive|court|close|crescent|terrace|boulevard|gardens|square)\b"
)
_LIVING = re.compile(
    r"(?i:\b(?:live|lives|living|lived|address|moved|deliver|delivered|ship|post|send|sent|mail|parcels?|come|house)\b)[^.\n]{0,28}$"
)
_FRENCH = re.compile(
    r"[0-9]{1,4}(?: ?bis| ?ter)?,? (?:rue|avenue|boulevard|place|chemin|allée|impasse|quai|route|cours)"
    rf" (?:(?:de|du|des|la|le|les|d'|l') ?){{0,3}}{_CAP}(?: {_CAP}){{0,2}}(?:,? [0-9]{{5}} {_PLACE})?"
)
_HOUSE = re.compile(
    rf"[0-9]{{1,4}}(?: ?[a-zA-Z])?\b(?![.:][0-9])"
    rf"(?P<town>,[ \n](?:[A-Z]{{1,2}}-)?[0-9]{{4,5}}(?: [A-Z]{{2}})? {_PLACE}(?: {_PLACE})?)?"
)
_CAPITAL_LAST = re.compile(rf"[{_UPPER}][^\W_]{{0,23}}(?:[.'-][^\W_]{{0,23}}){{0,23}},?$")
_STREET_WORD = re.compile(
    rf"(?:(?<![^\W_])[{_UPPER}][^\W\d_-]{{0,40}}(?:-[^\W\d_]{{1,40}}){{0,4}}(?:straße|strasse|str\.|gasse|allee|platz|weg|damm|ufer|vägen|gatan|straat|laan"
    rf"|plein|vej|veien)|(?<![^\W_])(?:{_CAP} )?(?:Straße|Gasse|Allee|Platz|Weg|Damm|Ufer))$"
)
_STREET_OF = re.compile(
    rf"(?<![^\W_])(?:Calle|Avenida|Plaza|Paseo|Carrer|Via|Viale|Piazza|Rua|Corso)(?: (?:{_CAP}|de|del|la|las|los|el|da|do|di|dei|della))"
    r"{1,4}$"
)
_ANY_STREET = re.compile(
    rf"(?<![^\W_]){_CAP}(?: (?:{_CAP}|am|an|der|den|dem|de|del|la|di|van|zum|im)){{0,3}}$"
)
#: What `_ANY_STREET` must not begin with: words that open a sentence.
_OPENING = re.compile(
    r"^(?:In|Im|Bei|Komm|Kommt|An|Nach|Die|Der|Das|Und|To|At|The|Till|Skicka|Op|Bij|A|En|Está)\s+(?=\S)"
)
_BOX = re.compile(r"P\.? ?O\.? Box [0-9]{1,6}")
#: Addresses everybody knows are nobody's secret.
LANDMARKS = ("10 downing street", "221b baker street", "1600 pennsylvania ave")
_YEAR = re.compile(r"(?i:\b(?:in|since|until|from|by|of|early|late|around|summer|winter|spring|autumn))$")
_APART = re.compile(r"[\s,.]+")
#: How far before a house number a street may begin, in characters.
STREET_CHARS = 60


def find_addresses(folded: Folded) -> Iterator[Finding]:
    """Every street address in a folded text; its value is in lower case without punctuation."""
    text = folded.text
    for number in _HOUSE_NUMBER.finditer(text):
        span = _street_after(text, number.start()) or _street_before(text, number.start())
        if span:
            yield _address(text, *span)
    yield from (_address(text, *match.span()) for match in _BOX.finditer(text))


def _street_after(text: str, house: int) -> tuple[int, int] | None:
    """The address that begins with the house number at `house`: `14 Saltmarsh Lane`, `12 rue des Potiers`."""
    head = text[max(0, house - STREET_CHARS) : house]
    if match := _ENGLISH.match(text, house):
        if _is_year(match[0], head) or match[0].lower().startswith(LANDMARKS):
            return None
        flat = _FLAT_BEFORE.search(head)
        return house - (len(flat[0]) if flat else 0), match.end()
    if match := _SPOKEN.match(text, house):
        return match.span() if _LIVING.search(head) else None
    match = _FRENCH.match(text, house)
    return match.span() if match else None


def _street_before(text: str, house: int) -> tuple[int, int] | None:
    """The address whose street ends before the house number at `house`: `Lindenhof 7, 81999 Oberkirchbach`."""
    head = text[max(0, house - STREET_CHARS) : house]
    before = head[head.rfind("\n") + 1 :].rstrip(" ")
    if (
        not head.endswith(" ")
        or not _CAPITAL_LAST.search(before[-24:])
        or not (match := _HOUSE.match(text, house))
    ):
        return None
    street = _STREET_OF.search(before.rstrip(","))
    if street is None and not before.endswith(","):
        street = _STREET_WORD.search(before) or (_ANY_STREET.search(before) if match["town"] else None)
    if street is None:
        return None
    opening = _OPENING.match(street[0])
    return house - len(head[head.rfind("\n") + 1 :]) + street.start() + (
        opening.end() if opening else 0
    ), match.end()


def _is_year(found: str, head: str) -> bool:
    return (
        found[:2] in ("19", "20")
        and found[2:4].isdigit()
        and found[4] == " "
        and bool(_YEAR.search(head.rstrip()))
    )


def _address(text: str, start: int, end: int) -> Finding:
    end = start + len(text[start:end].rstrip(" ,\n"))
    return Finding("address", start, end, _APART.sub(" ", text[start:end]).strip().lower())
