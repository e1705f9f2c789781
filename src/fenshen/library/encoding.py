"""Bytes to text: UTF-8, UTF-16 with or without a mark, and the national encodings of Asia and Europe.

    mark → UTF-16 by its zeros → valid UTF-8 → the encoding in which the characters are likeliest

Libraries that guess by byte statistics take French for Polish and short Korean for Chinese; here every
candidate is decoded and its characters are judged as some language's. Knows nothing about what the text
means.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Sequence

from fenshen.core.errors import BadInput
from fenshen.library.letters import alphabet_log_p, common_share, common_words, wide_log_p

_SAMPLE_BYTES = 1 << 16
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_ASCII_WORD = re.compile(r"(?<![^\W\d_])[a-z]+(?![^\W\d_])")
_MIXED = re.compile(r"[A-Za-z](?=[^\x00-\x7f\W\d_])|(?<=[^\x00-\x7f\W\d_])[A-Za-z]")
_PRINTED = bytes([9, 10, 13, *range(0x20, 0x7F), *range(0xA0, 0x100)])
_CONTROL_BYTES = bytes([*range(9), *range(14, 27), *range(28, 32), 0x7F])
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_JUDGED_BYTES = 1 << 14
#: Broken tools leave so many zeros and other control characters in a text; more, and it is none.
_STRAY_CONTROLS = 3
#: Below this many nats a byte, no language's text looks like it.
_LIKELY_MIN = -7.5
#: How much likelier an encoding must be than one before it, in nats.
_PREFERENCE = 0.7
#: How much a common word of a language, and a letter of another script inside a Latin word, tell.
_WORD_NATS, _MIXED_NATS = 0.7, 3.0
#: Encodings by preference, and the languages that are written in them.
_WIDE = {
    "gb18030": "zh-hans",
    "big5hkscs": "zh-hant",
    "cp932": "ja",
    "cp949": "ko",
    "euc_jp": "ja",
}
_NARROW = {
    "cp1252": "fr de es pt it nordic is nl",
    "cp1250": "pl cs sk hu ro hr de",
    "cp1251": "ru uk bg sr",
    "koi8_r": "ru",
    "cp1253": "el",
    "cp1254": "tr",
    "cp1255": "he",
    "cp1256": "ar",
    "cp874": "th",
}
_LATIN = frozenset({"cp1252", "cp1250", "cp1254", "cp850"})
#: What file names in old archives may be in as well.
_OF_NAMES = {"cp850": "fr de es pt it nordic", "cp866": "ru uk bg"}


def decode_text(data: bytes) -> str:
    """`data` as text.

    Raises:
        BadInput: it is binary (`binary`), or no known encoding fits (`encoding`).
    """
    encoding = detect_encoding(data)
    if not encoding.startswith("utf-16"):
        data = data.replace(b"\0", b"")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode(encoding, "replace")
        if text.count("\ufffd") > max(2, len(text) // 500):
            raise BadInput(f"the text is damaged: not valid {encoding}", code="encoding") from None
    if len(_CONTROL.findall(text[:_SAMPLE_BYTES])) > max(2, len(text[:_SAMPLE_BYTES]) // 100):
        raise BadInput("the file is not text", code="binary")
    return _CONTROL.sub("", text)


def detect_encoding(data: bytes, *, of_names: bool = False) -> str:
    """The Python name of the encoding of `data`, judged by its first 64 KiB.

    Args:
        of_names: it is names of files, which DOS encodings may be used for too.

    Raises:
        BadInput: as `decode_text`.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name
    sample = data[:_SAMPLE_BYTES]
    if wide := _unmarked_utf16(sample):
        return wide
    if b"\0" in sample and _controls(sample) > max(_STRAY_CONTROLS, len(sample) // 200):
        raise BadInput("the file is not text", code="binary")
    sample = sample.replace(b"\0", b"")
    if _is_utf8(sample):
        return "utf-8"
    return _likeliest(_telling(sample), _OF_NAMES if of_names else {})


def _controls(sample: bytes) -> int:
    return len(sample) - len(sample.translate(None, _CONTROL_BYTES))


def _is_utf8(sample: bytes) -> bool:
    """Whether it is UTF-8, a rare damaged place aside."""
    text = codecs.getincrementaldecoder("utf-8")("replace").decode(sample)
    broken = text.count("\ufffd")
    return broken == 0 or broken * 50 < len(_BEYOND_ASCII.findall(text))


def _telling(sample: bytes) -> bytes:
    """The lines with bytes beyond ASCII, as far as they are judged."""
    lines = [line for line in sample.splitlines(keepends=True) if not line.isascii()]
    joined = b"".join(lines)
    return joined[: joined.rfind(b"\n", 0, _JUDGED_BYTES) + 1 or _JUDGED_BYTES]


def _likeliest(sample: bytes, also: dict[str, str]) -> str:
    beyond = sum(byte > 0x7F for byte in sample)
    best, most = "", float("-inf")
    for encoding in (*_NARROW, *also, *_WIDE):
        likelihood = _likelihood(sample, encoding, {**_NARROW, **also}.get(encoding, "").split())
        if likelihood > most + (_PREFERENCE if best else 0):
            best, most = encoding, likelihood
    if most < _LIKELY_MIN * beyond:
        raise BadInput("the file is not text in any encoding known here; save it as UTF-8", code="encoding")
    return best


def _likelihood(sample: bytes, encoding: str, languages: Sequence[str]) -> float:
    """Log likelihood of the characters beyond ASCII, in the language that suits them best."""
    text = codecs.getincrementaldecoder(encoding)("replace").decode(sample)
    counts = Counter(_BEYOND_ASCII.findall(text))
    if not languages:
        return sum(wide_log_p(char, _WIDE[encoding]) * count for char, count in counts.items())
    words = Counter(_ASCII_WORD.findall(text.lower()))
    mixed = 0 if encoding in _LATIN else len(_MIXED.findall(text))
    best = max(
        sum(alphabet_log_p(char, language) * count for char, count in counts.items())
        + sum(words[word] for word in common_words(language)) * _WORD_NATS
        for language in languages
    )
    return best - mixed * _MIXED_NATS


def _unmarked_utf16(sample: bytes) -> str | None:
    """UTF-16 without a mark: beside its zeros stands what is printed, or what it says is common in Asia."""
    if b"\0" not in sample:
        return None
    for name, high, low in (
        ("utf-16-le", sample[1::2], sample[0::2]),
        ("utf-16-be", sample[0::2], sample[1::2]),
    ):
        text = _decodes(sample, name)
        if text is None:
            continue
        zeros = high.count(0)
        beside = bytes(other for other, byte in zip(low, high, strict=False) if byte == 0)
        is_printed = len(beside.translate(None, _PRINTED)) * 10 <= zeros
        is_narrow = zeros > 0.1 * len(high) and low.count(0) * 4 <= zeros
        if is_printed and (is_narrow or common_share(text) > 0.15):
            return name
    return None


def _decodes(sample: bytes, encoding: str) -> str | None:
    """The text, tolerating a character cut off at the end of the sample."""
    try:
        return codecs.getincrementaldecoder(encoding)().decode(sample, final=False)
    except UnicodeDecodeError:
        return None
