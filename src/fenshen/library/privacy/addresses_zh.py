"""Chinese addresses: a street or estate with a number, the places before it and the building behind it.

    anchor (…路18号, …小区5栋) → 省 市 区 before it → 幢 单元 室 after it

Chinese has no spaces, so how far an address goes back is decided by the words that come before one (在, 寄到, 地址:).
Knows nothing about maps.
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
_REST = rf"(?:[{_HAN}]{{1,6}}{_ESTATE})?{_INSIDE}{{0,5}}(?:[0-9]{{2,5}}(?![0-9元块年月日点:.]))?"
_STREET = re.compile(
    rf"(?:路|街|大道|巷|弄|胡同|村)[{_N}]{{1,6}}(?:弄[{_N}]{{1,5}}号|号院|号|弄)(?!线|选手|公交|车|机|台|文|球|作品){_REST}"
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
