"""Bank cards, accounts, national identity numbers and number plates: a check digit, or a word that says what they are.

Knows nothing about telephone numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from fenshen.library.privacy.finding import Finding, PersonalKind, before, is_counted, is_in_link
from fenshen.library.privacy.fold import Folded

#: Length of an IBAN by country. Source: SWIFT IBAN registry.
IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18,
    "EE": 20, "ES": 24, "FI": 18, "FR": 27, "GB": 22, "GI": 23, "GR": 27, "HR": 21, "HU": 28, "IE": 22,
    "IL": 23, "IS": 26, "IT": 27, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27, "MT": 31, "NL": 18,
    "NO": 15, "PL": 28, "PT": 25, "RO": 24, "RS": 22, "SA": 24, "SE": 24, "SI": 19, "SK": 24, "SM": 27,
    "TR": 26, "UA": 29,
}  # fmt: skip
_DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
_CHINESE_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def passes_luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of ISO/IEC 7812-1."""
    doubled = (int(c) * (1 + place % 2) for place, c in enumerate(reversed(digits)))
    return sum(n - 9 if n > 9 else n for n in doubled) % 10 == 0


def is_iban(compact: str) -> bool:
    """Whether `compact` (upper case, no spaces) has its country's length and the remainder of ISO 13616."""
    if IBAN_LENGTHS.get(compact[:2]) != len(compact):
        return False
    return int("".join(str(int(c, 36)) for c in compact[4:] + compact[:4])) % 97 == 1


def is_chinese_id(compact: str) -> bool:
    """Whether 18 characters end in the check character of GB 11643."""
    total = sum(int(c) * weight for c, weight in zip(compact[:17], _CHINESE_WEIGHTS, strict=True))
    return "10X98765432"[total % 11] == compact[17]


def is_spanish_id(compact: str) -> bool:
    """Whether the letter of a Spanish DNI or NIE is right."""
    digits = compact[:-1].translate(str.maketrans("XYZ", "012"))
    return _DNI_LETTERS[int(digits) % 23] == compact[-1]


def is_french_id(digits: str) -> bool:
    """Whether the last two of 15 digits are the key of a French NIR."""
    return 97 - int(digits[:13]) % 97 == int(digits[13:])


def is_german_tax_id(digits: str) -> bool:
    """Whether the last of 11 digits is the check digit (ISO 7064, MOD 11,10)."""
    product = 10
    for c in digits[:10]:
        product = ((int(c) + product) % 10 or 10) * 2 % 11
    return (11 - product) % 10 == int(digits[10])


_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_CHINESE = re.compile(
    rf"[{_PROVINCES}][A-HJ-NP-Z][ ·.-]?(?=[A-HJ-NP-Z]{{0,3}}[0-9])"
    r"(?:[DF][A-HJ-NP-Z0-9][0-9]{4}|[0-9]{5}[DF]|[A-HJ-NP-Z0-9]{5}|[A-HJ-NP-Z0-9]{4}[学警港澳挂])(?![0-9A-Za-z])"
)
#: Words (in lower case) after which a plate is told.
_WORDS = (
    "number plate", "numberplate", "number-plate", "license plate", "licence plate", "plate number", "registration", "reg",
    "kennzeichen", "nummernschild", "immatriculation", "matrícula", "车牌", "牌照",
)  # fmt: skip
_AFTER = re.compile(
    r"[^0-9\n]{0,24}?(?<![0-9A-Za-z])(?P<plate>(?=[A-ZÄÖÜ -]{0,8}[0-9])(?=[0-9 -]{0,8}[A-ZÄÖÜ])"
    r"[0-9A-ZÄÖÜ]{1,4}(?:[ ·-]?[0-9A-ZÄÖÜ]{1,4}){1,2})(?![0-9A-Za-z])"
)
_PLATE_GAP = re.compile(r"[ ·.-]")
#: Letters and digits of the shortest and longest plates that are believed on a word alone.
PLATE_CHARS = range(5, 9)


def find_plates(folded: Folded) -> Iterator[Finding]:
    """Every licence plate in a folded text; its value has no spaces or dots."""
    text = folded.text
    for match in _CHINESE.finditer(text):
        yield Finding("plate", *match.span(), _PLATE_GAP.sub("", match[0]))
    for end in folded.word_ends(_WORDS):
        told = _AFTER.match(text, end)
        if told and len(value := _PLATE_GAP.sub("", told["plate"])) in PLATE_CHARS:
            yield Finding("plate", *told.span("plate"), value)


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
        is_chinese_id,
    ),
    IdShape(re.compile(rf"{_EDGE}[0-9]{{15}}(?:[0-9]{{2}}[0-9Xx])?(?![0-9A-Za-z])"), said="身份证|证件号?码?|身份證"),
    IdShape(re.compile(rf"{_EDGE}(?!000|666|9)[0-9]{{3}}-(?!00)[0-9]{{2}}-(?!0000)[0-9]{{4}}{_END}")),
    IdShape(re.compile(rf"{_EDGE}[0-9]{{3}} ?[0-9]{{2}} ?[0-9]{{4}}{_END}"), said=r"\bssn\b|social security|\bmy social\b"),
    IdShape(
        re.compile(
            r"(?<![0-9A-Za-z_])(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D]\b"
        )
    ),
    IdShape(re.compile(rf"{_EDGE}(?:[0-9]{{8}}|[XYZ][0-9]{{7}})-?[A-HJ-NP-TV-Z]\b"), is_spanish_id),
    IdShape(
        re.compile(rf"{_EDGE}[12] ?[0-9]{{2}} ?(?:0[1-9]|1[0-2]|[2-9][0-9]) ?[0-9]{{2}} ?[0-9]{{3}} ?[0-9]{{3}} ?[0-9]{{2}}{_END}"),
        is_french_id,
    ),
    IdShape(
        re.compile(rf"{_EDGE}[0-9]{{2}} ?[0-9]{{3}} ?[0-9]{{3}} ?[0-9]{{3}}{_END}"),
        is_german_tax_id,
        r"steuer-?(?:id|nummer|identifikationsnummer)|\bidnr\b|tax id",
    ),
    IdShape(re.compile(rf"{_EDGE}[0-9]{{9}}(?:[0-9]{{2}})?{_END}"), said=r"\bbsn\b|burgerservicenummer|\bpesel\b"),
    IdShape(
        re.compile(rf"{_EDGE}(?:19|20)?[0-9]{{6}}[-+][0-9]{{4}}{_END}"),
        lambda compact: passes_luhn(compact[-10:]),
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
        if not _CARD_BRANDS.fullmatch(digits) or not passes_luhn(digits):
            continue
        is_said = _BANKING.search(before(text, match.start())) is not None
        if is_said or not (is_counted(text, match.start()) or is_in_link(text, match.start())):
            yield Finding("card", *match.span(), digits)


def find_ibans(folded: Folded) -> Iterator[Finding]:
    """Every bank account number in a folded text; its value is in upper case without spaces."""
    text = folded.text
    for match in _IBAN.finditer(text):
        start = match.start() - 2
        length = IBAN_LENGTHS.get(text[start : start + 2].upper())
        if length is None or _TOUCHING.match(text[max(0, start - 1) : start]):
            continue
        end = _end_of(text, start, length, match.end())
        if end and is_iban(value := _APART.sub("", text[start:end]).upper()):
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
