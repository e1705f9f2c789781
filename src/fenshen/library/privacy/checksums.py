"""Check digits of cards, accounts and national numbers. Pure; knows nothing about where they stand in a text."""

from __future__ import annotations

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
