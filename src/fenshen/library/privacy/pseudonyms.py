"""What stands in a text instead of personal data: `[phone-kadimoru]`, the same for the same value everywhere.

The word is a keyed digest of the value in syllables, so workers agree on it without asking each other, it survives
re-ingest, and nobody without the creator's key can try numbers until one fits. Labels are English or Chinese, by the text
around them; the word stays. Knows nothing about where values are found or stored.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass

from fenshen.library.privacy.finding import PersonalKind

LABELS: dict[PersonalKind, tuple[str, str]] = {
    "key": ("key", "密钥"),
    "iban": ("account", "账号"),
    "id": ("id", "证件号"),
    "card": ("card", "卡号"),
    "email": ("email", "邮箱"),
    "phone": ("phone", "电话"),
    "ip": ("ip", "IP地址"),
    "address": ("address", "地址"),
    "plate": ("plate", "车牌"),
    "password": ("password", "密码"),
    "name": ("name", "人名"),
}
_CONSONANTS = "bdfghjklmnprstvz"
_VOWELS = "aeiou"
#: Four syllables: one in 41 million values of a kind meets another's word.
SYLLABLES = 4

#: Any stand-in, whatever it stands for.
STAND_IN = re.compile(
    rf"\[(?:{'|'.join(dict.fromkeys(label for pair in LABELS.values() for label in pair))})-"
    rf"(?P<word>(?:[{_CONSONANTS}][{_VOWELS}]){{{SYLLABLES}}})\]"
)


@dataclass(frozen=True)
class Pseudonyms:
    """The stand-ins of one creator; travels to worker processes.

    Attributes:
        key: secret of this creator.
        kept: digests of values that the creator wants left as they are.
    """

    key: str
    kept: frozenset[str] = frozenset()

    def digest(self, kind: PersonalKind, value: str) -> str:
        """Hex HMAC-SHA-256 of a value under the creator's key: which value it is, without saying it."""
        return hmac.new(self.key.encode(), f"{kind}\0{value}".encode(), hashlib.sha256).hexdigest()


def word_for(digest: str) -> str:
    """The word by which a digest is told in text."""
    number, word = int(digest, 16), ""
    for _ in range(SYLLABLES):
        number, consonant = divmod(number, len(_CONSONANTS))
        number, vowel = divmod(number, len(_VOWELS))
        word += _CONSONANTS[consonant] + _VOWELS[vowel]
    return word


def stand_in(kind: PersonalKind, digest: str, *, chinese: bool) -> str:
    """What a text shows instead of a value."""
    return f"[{LABELS[kind][chinese]}-{word_for(digest)}]"


def shortened(text: str, chars: int) -> str:
    """The beginning of `text`, at most `chars` long, never ending within a stand-in."""
    at = text.rfind("[", 0, chars)
    whole = STAND_IN.match(text, at) if at >= 0 else None
    return text[:at] if whole is not None and whole.end() > chars else text[:chars]


def stand_ins(kind: PersonalKind, digest: str) -> re.Pattern[str]:
    """Finds a value's stand-in, in either language."""
    return re.compile(rf"\[(?:{'|'.join(LABELS[kind])})-{word_for(digest)}\]")
