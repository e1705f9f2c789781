"""Keys of services, tokens, private keys, and passwords that somebody tells. Knows nothing about what they open."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator

from fenshen.library.privacy.finding import Finding
from fenshen.library.privacy.fold import Folded

#: How keys of known services begin; looked for literally, so that a text without any costs nothing.
KEY_BEGINNINGS = (
    "AKIA", "ASIA", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "sk-", "sk_live_", "sk_test_",
    "rk_live_", "rk_test_", "whsec_", "xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xapp-", "AIza", "ya29.", "hf_",
    "npm_", "pypi-", "SG.", "eyJ", "LTAI", "AKID", "dop_v1_", "fsk_",
)  # fmt: skip
_KNOWN = re.compile(
    r"(?:(?:AKIA|ASIA)[A-Z0-9]{16}|gh[pousr]_[A-Za-z0-9]{30,251}|github_pat_[A-Za-z0-9_]{30,255}"
    r"|glpat-[A-Za-z0-9_-]{20,64}|sk-(?:[a-z]{2,12}-)?[A-Za-z0-9_-]{20,250}|(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,128}"
    r"|whsec_[A-Za-z0-9+/=]{24,64}|(?:xox[abprs]|xapp)-[A-Za-z0-9-]{10,250}|AIza[A-Za-z0-9_-]{35}|ya29\.[A-Za-z0-9_-]{20,250}"
    r"|hf_[A-Za-z0-9]{30,64}|npm_[A-Za-z0-9]{36}|pypi-[A-Za-z0-9_-]{40,250}|SG\.[A-Za-z0-9_-]{16,64}\.[A-Za-z0-9_-]{16,64}"
    r"|LTAI[A-Za-z0-9]{12,24}|AKID[A-Za-z0-9]{32}|dop_v1_[a-f0-9]{64}|fsk_[A-Za-z0-9_-]{40,50}"
    r"|eyJ[A-Za-z0-9_-]{8,2000}\.[A-Za-z0-9_-]{8,8000}(?:\.[A-Za-z0-9_-]{8,2000})?)"
)
_BLOCK_BEGIN = re.compile(r"-----BEGIN (?:[A-Z]{2,10} ){0,2}PRIVATE KEY(?: BLOCK)?-----")
_BLOCK_END = re.compile(r"-----END [A-Z ]{0,40}-----")
#: Longest private key block that is believed, in characters.
BLOCK_CHARS_MAX = 16_000
_KEY_WORDS = ("key", "token", "secret", "密钥", "秘钥", "令牌")
_QUALIFIED = re.compile(r"(?:api|access|secret|private|auth)[ _-]?$")
_KEY_AFTER = re.compile(
    r"""["']?(?: is| are|是|为)?\s{0,3}[:=]?\s{0,3}["'`]?(?P<key>[A-Za-z0-9_/+.=-]{16,512})"""
)
_REST_OF_TOKEN = re.compile(r"[A-Za-z0-9_-]*")
_BOT_TOKEN = re.compile(r"(?<![0-9A-Za-z:])[0-9]{8,10}:[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])")
_PASSWORD_WORDS = (
    "password", "pass word", "passcode", "pass code", "passphrase", "passwd", "passwort", "kennwort", "mot de passe", "contraseña",
    "pwd", "pin", "verification code", "密码", "密碼", "口令", "验证码", "提取码",
)  # fmt: skip
_WORD_AFTER = re.compile(
    r"""["']?(?: code| number| for [a-z -]{1,20}?)?(?P<said> is now| is| was|'s| ist| lautet| est| es|就?是|为|改成|换成|:|=| =| :)"""
    r"""\s{0,2}["'`]?(?P<word>[^\s"'`,;)\]\u2e80-\uffff]{3,64})"""
)
_BARE_HAN = re.compile(r"(?P<word>[A-Za-z0-9!@#$%^&*_.+-]{4,64})")
_TRAILING = ",.;:!?"
#: Bits a character of a random key carries at least; words of a language stay below three.
KEY_BITS_MIN = 3.0


def find_keys(folded: Folded) -> Iterator[Finding]:
    """Every key, token or private key in a folded text."""
    yield from _find_known(folded.text)
    yield from (Finding("key", *match.span(), match[0]) for match in folded.in_windows(_BOT_TOKEN))
    yield from _find_blocks(folded.text)
    for end in folded.word_ends(_KEY_WORDS, whole=False):
        if folded.low.startswith("key", end - 3) and not _QUALIFIED.search(
            folded.low[max(0, end - 12) : end - 3]
        ):
            continue
        match = _KEY_AFTER.match(folded.text, end)
        if match and _looks_random(key := match["key"].rstrip(_TRAILING)):
            yield Finding("key", match.start("key"), match.start("key") + len(key), key)


def _find_known(text: str) -> Iterator[Finding]:
    for beginning in KEY_BEGINNINGS:
        place = text.find(beginning)
        while place >= 0:
            end = place + len(beginning)
            if not text[max(0, place - 1) : place].isalnum():
                match = _KNOWN.match(text, place)
                if match and _has_digit(match[0]):
                    yield Finding("key", *match.span(), match[0])
                rest = _REST_OF_TOKEN.match(text, end)
                end = max(match.end() if match else 0, rest.end() if rest else end)
            place = text.find(beginning, end)


def _find_blocks(text: str) -> Iterator[Finding]:
    done = 0
    while (begin := text.find("-----BEGIN ", done)) >= 0:
        opened = _BLOCK_BEGIN.match(text, begin)
        closed_at = text.find("-----END ", begin)
        if closed_at < 0:
            return
        closed = _BLOCK_END.match(text, closed_at)
        if opened and closed and closed.end() - begin <= BLOCK_CHARS_MAX:
            yield Finding("key", begin, closed.end(), text[begin : closed.end()])
        done = closed_at + 1 if opened else begin + 1


def find_passwords(folded: Folded) -> Iterator[Finding]:
    """Every password, PIN or code in a folded text that is told after a word for it."""
    text = folded.text
    for end in folded.word_ends(_PASSWORD_WORDS):
        match = _WORD_AFTER.match(text, end)
        is_quoted = match is not None and text[match.start("word") - 1] in "\"'`"
        if match is None and text[end - 1] > "\u3000":
            match = _BARE_HAN.match(text, end)
        if match is None:
            continue
        word = match["word"].rstrip(_TRAILING)
        if is_quoted or _looks_like_password(word):
            yield Finding("password", match.start("word"), match.start("word") + len(word), word)


def _looks_like_password(word: str) -> bool:
    """Whether it has a digit or a mark inside, as no word of a language has."""
    return len(word) >= 3 and word.isascii() and (_has_digit(word) or any(c in "!@#$%^&*_+=" for c in word))


def _has_digit(text: str) -> bool:
    return any("0" <= c <= "9" for c in text)


def _looks_random(text: str) -> bool:
    """Whether letters and digits are mixed as chance would mix them."""
    if len(text) < 16 or not _has_digit(text) or not any(c.isalpha() for c in text):
        return False
    counts = Counter(text)
    bits = -sum(n / len(text) * math.log2(n / len(text)) for n in counts.values())
    return bits >= KEY_BITS_MIN
