"""Bytes to text: UTF-8, UTF-16 with or without a mark, GB18030, Big5 and Western single-byte encodings.

Knows nothing about what the text means.
"""

from __future__ import annotations

import codecs
import re
from itertools import chain

from charset_normalizer import from_bytes

from fenshen.core.errors import BadInput

_SAMPLE_BYTES = 1 << 16
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
#: The commonest characters of running Chinese, simplified and traditional: about a third of any real text.
_COMMON_HAN = frozenset(
    "的一是不了在人有我他这这個个上们们來来到时時大地为為子中你说說生国國年着就那和要她出也得里裡后後自以会會"
    "家可下而过過天去能对對小多然于於心学學么之都好看起发發当當没沒成只如事把还還用第样樣道想作种種开開美总總从從"
)


def decode_text(data: bytes) -> str:
    """`data` as text.

    Raises:
        BadInput: it is binary (`binary`), or no known encoding fits (`encoding`).
    """
    encoding = detect_encoding(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode(encoding, "replace")
        if text.count("\ufffd") > max(2, len(text) // 500):
            raise BadInput(f"the text is damaged: not valid {encoding}", code="encoding") from None
    if len(_CONTROL.findall(text[:_SAMPLE_BYTES])) > max(2, len(text[:_SAMPLE_BYTES]) // 100):
        raise BadInput("the file is not text", code="binary")
    return text


def detect_encoding(data: bytes) -> str:
    """The Python name of the encoding of `data`, judged by its first 64 KiB.

    Raises:
        BadInput: as `decode_text`.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name
    sample = data[:_SAMPLE_BYTES]
    if wide := _unmarked_utf16(sample):
        return wide
    if b"\0" in sample:
        raise BadInput("the file is not text", code="binary")
    if _decodes(sample, "utf-8") is not None:
        return "utf-8"
    scored = ((_chinese_score(sample, name), name) for name in ("gb18030", "big5hkscs"))
    score, name = max(scored)
    if score > 0.08:
        return name
    best = from_bytes(sample, cp_isolation=["cp1252", "cp1250", "cp1251", "shift_jis", "euc_kr"]).best()
    if best is None:
        raise BadInput("the file is not text in any encoding known here; save it as UTF-8", code="encoding")
    return best.encoding


def _unmarked_utf16(sample: bytes) -> str | None:
    """UTF-16 without a mark: every second byte of its line breaks, digits and spaces is zero."""
    pairs = len(sample) // 2
    if pairs < 2:
        return None
    for name, high, low in (
        ("utf-16-le", sample[1::2], sample[0::2]),
        ("utf-16-be", sample[0::2], sample[1::2]),
    ):
        if high.count(0) > 0.1 * pairs and low.count(0) == 0 and _decodes(sample, name) is not None:
            return name
    return None


def _decodes(sample: bytes, encoding: str) -> str | None:
    """The text, tolerating a character cut off at the end of the sample."""
    try:
        return codecs.getincrementaldecoder(encoding)().decode(sample, final=False)
    except UnicodeDecodeError:
        return None


def _chinese_score(sample: bytes, encoding: str) -> float:
    """Share of very common characters among the Chinese ones; 0 when `sample` does not decode."""
    text = _decodes(sample, encoding)
    if text is None:
        return 0.0
    wide = [c for c in text if c > "\u2e80"]
    if not wide or len(wide) * 20 < len([c for c in chain(text) if c > "\x7f"]):
        return 0.0
    return sum(c in _COMMON_HAN for c in wide) / len(wide)
