"""Bank cards, accounts and national identity numbers: shapes with a check digit, or a word that says what they are.

Knows nothing about telephone numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from fenshen.library.privacy import checksums
from fenshen.library.privacy.context import before, is_counted, is_in_link
from fenshen.library.privacy.finding import Finding, PersonalKind
from fenshen.library.privacy.fold import Folded

_EDGE = r"(?<![0-9A-Za-z_.#$])"
_END = r"(?![0-9A-Za-z_]|[.,-][0-9])"
_CARD = re.compile(_EDGE + r"[2-6](?:[ -]?[0-9]){12,18}" + _END)
_CARD_BRANDS = re.compile(
    r"4(?:[0-9]{12}|[0-9]{15}|[0-9]{18})|5[1-5][0-9]{14}|2[2-7][0-9]{14}|3[47][0-9]{13}|35[0-9]{14}|3[068][0-9]{12}"
    r"|6(?:011|5[0-9]{2})[0-9]{12}|62[0-9]{14,17}|60[0-9]{17}"
)
_BANKING = re.compile(
    r"(?i:card|visa|mastercard|amex|credit|debit|karte|carte|tarjeta|卡|银行|打到|转到|汇到)[^0-9\n]{0,20}$"
)
_IBAN = re.compile(r"[0-9](?<=[A-Za-z]{2}[0-9])[0-9](?:[ -]?[A-Za-z0-9]){11,30}")
_ITALIAN = re.compile(r"[0-9](?<=[A-Z]{6}[0-9])[0-9][A-EHLMPRST][0-9]{2}[A-Z][0-9]{3}[A-Z]\b")


@dataclass(frozen=True)
class IdShape:
    """One kind of national number.

    Attributes:
        pattern: how it is written.
        is_right: whether its check digits agree, where it has any.
        said: a pattern of words without which it is only a number; `None` if its shape and check digits say enough.
    """

    pattern: re.Pattern[str]
    is_right: Callable[[str], bool] = lambda compact: True
    said: str | None = None

    @cached_property
    def said_just_before(self) -> re.Pattern[str] | None:
        """What must stand right before it."""
        return re.compile(rf"(?:{self.said})[^0-9\n]{{0,24}}$", re.IGNORECASE) if self.said else None


_PROVINCE = r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12])"
_BIRTHDAY = r"(?:18|19|20)[0-9]{2} ?(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
ID_SHAPES = (
    IdShape(
        re.compile(rf"{_EDGE}{_PROVINCE}[0-9]{{4}} ?{_BIRTHDAY} ?[0-9]{{3}} ?[0-9Xx](?![0-9A-Za-z])"),
        checksums.is_chinese_id,
    ),
    IdShape(re.compile(rf"{_EDGE}[0-9]{{15}}(?:[0-9]{{2}}[0-9Xx])?(?![0-9A-Za-z])"), said="身份证|证件号?码?|身份證"),
    IdShape(re.compile(rf"{_EDGE}(?!000|666|9)[0-9]{{3}}-(?!00)[0-9]{{2}}-(?!0000)[0-9]{{4}}{_END}")),
    IdShape(re.compile(rf"{_EDGE}[0-9]{{3}} ?[0-9]{{2}} ?[0-9]{{4}}{_END}"), said=r"\bssn\b|social security|\bmy social\b"),
    IdShape(
        re.compile(
            r"(?<![0-9A-Za-z_])(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D]\b"
        )
    ),
    IdShape(re.compile(rf"{_EDGE}(?:[0-9]{{8}}|[XYZ][0-9]{{7}})-?[A-HJ-NP-TV-Z]\b"), checksums.is_spanish_id),
    IdShape(
        re.compile(rf"{_EDGE}[12] ?[0-9]{{2}} ?(?:0[1-9]|1[0-2]|[2-9][0-9]) ?[0-9]{{2}} ?[0-9]{{3}} ?[0-9]{{3}} ?[0-9]{{2}}{_END}"),
        checksums.is_french_id,
    ),
    IdShape(
        re.compile(rf"{_EDGE}[0-9]{{2}} ?[0-9]{{3}} ?[0-9]{{3}} ?[0-9]{{3}}{_END}"),
        checksums.is_german_tax_id,
        r"steuer-?(?:id|nummer|identifikationsnummer)|\bidnr\b|tax id",
    ),
    IdShape(re.compile(rf"{_EDGE}[0-9]{{9}}(?:[0-9]{{2}})?{_END}"), said=r"\bbsn\b|burgerservicenummer|\bpesel\b"),
    IdShape(
        re.compile(rf"{_EDGE}(?:19|20)?[0-9]{{6}}[-+][0-9]{{4}}{_END}"),
        lambda compact: checksums.passes_luhn(compact[-10:]),
        "personnummer|personal number",
    ),
    IdShape(
        re.compile(r"(?<![0-9A-Za-z_])[A-Z]{0,2}[0-9]{6,9}(?![0-9A-Za-z])"),
        said=r"passport(?: (?:no|number|nr))?|reisepass(?:nummer)?|护照号?码?|通行证号?码?|driving licen[cs]e(?: number)?|驾照号?码?",
    ),
)  # fmt: skip
_TOUCHING = re.compile(r"[0-9A-Za-z]")
_APART = re.compile(r"[ -]")


def find_cards(folded: Folded) -> Iterator[Finding]:
    """Every bank card number in a folded text; its value is the digits."""
    text = folded.text
    for match in folded.in_windows(_CARD):
        digits = _APART.sub("", match[0])
        if not _CARD_BRANDS.fullmatch(digits) or not checksums.passes_luhn(digits):
            continue
        is_said = _BANKING.search(before(text, match.start())) is not None
        if is_said or not (is_counted(text, match.start()) or is_in_link(text, match.start())):
            yield Finding("card", *match.span(), digits)


def find_ibans(folded: Folded) -> Iterator[Finding]:
    """Every bank account number in a folded text; its value is in upper case without spaces."""
    text = folded.text
    for match in _IBAN.finditer(text):
        start = match.start() - 2
        length = checksums.IBAN_LENGTHS.get(text[start : start + 2].upper())
        if length is None or _TOUCHING.match(text[max(0, start - 1) : start]):
            continue
        end = _end_of(text, start, length, match.end())
        if end and checksums.is_iban(value := _APART.sub("", text[start:end]).upper()):
            yield Finding("iban", start, end, value)


def find_ids(folded: Folded) -> Iterator[Finding]:
    """Every national identity, tax, passport or insurance number in a folded text; its value has no spaces."""
    kind: PersonalKind = "id"
    text = folded.text
    for match in _ITALIAN.finditer(text):
        start = match.start() - 6
        if not _TOUCHING.match(text[max(0, start - 1) : start]):
            yield Finding(kind, start, match.end(), text[start : match.end()])
    for shape in ID_SHAPES:
        for match in folded.in_windows(shape.pattern):
            if shape.said_just_before and not shape.said_just_before.search(before(text, match.start())):
                continue
            value = _APART.sub("", match[0]).replace("+", "").upper()
            if shape.is_right(value) and not is_in_link(text, match.start()):
                yield Finding(kind, *match.span(), value)


def _end_of(text: str, start: int, length: int, end_max: int) -> int | None:
    """Where `length` letters and digits from `start` on end."""
    seen = 0
    for place in range(start, end_max):
        seen += text[place].isalnum()
        if seen == length:
            return place + 1
    return None
