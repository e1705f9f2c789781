"""Bytes to text: Unicode with or without a mark, the escape codes of mail, and the national encodings.

    mark → ISO-2022, HZ, UTF-7 by their escapes → UTF-32 and UTF-16 by their zeros → valid UTF-8, read wrongly
    and saved again or not → the encoding in which the letters are likeliest → refused

What no encoding makes words of a language, and what two encodings do, is refused with the step that helps
rather than guessed. Knows nothing about what the text means.
"""

from __future__ import annotations

import codecs
import re

from fenshen.core.errors import BadInput
from fenshen.library.letters import common_share
from fenshen.library.likely_encoding import likeliest
from fenshen.library.plausible import Likeness, likeness

#: Encoding that it was read in → how many characters must come out right before that is believed;
#: different ones in Chinese, where a single word may be both.
_READ_AS = {"cp1252": 2, "cp1251": 3, "cp1250": 2, "mac_roman": 2, "cp850": 2, "cp437": 2, "gb18030": 4}
_TIMES_MAX = 3


def read_rightly(text: str) -> str:
    """`text` with the lines put right that were read wrongly before."""
    for _ in range(_TIMES_MAX):
        encoding = None if text.isascii() else _wrong_encoding(text)
        if encoding is None:
            break
        text = "\n".join(_line(line, encoding) for line in text.split("\n"))
    return text


def _wrong_encoding(text: str) -> str | None:
    """The encoding it was read in, if most of what is beyond ASCII is UTF-8 in it."""
    lines = [line for line in text[: 1 << 16].split("\n") if not line.isascii()]
    for encoding, enough in _READ_AS.items():
        right = [_decoded(line, encoding) for line in lines]
        found = [char for line in right if line is not None for char in _BEYOND_ASCII.findall(line)]
        is_telling = len(found) >= enough and (encoding != "gb18030" or len(set(found)) >= enough)
        if is_telling and sum(line is not None for line in right) * 2 > len(lines):
            return encoding
    return None


def _line(line: str, encoding: str) -> str:
    if line.isascii():
        return line
    right = _decoded(line, encoding)
    return line if right is None else right


def _decoded(line: str, encoding: str) -> str | None:
    """The line read as UTF-8 from the bytes it has in `encoding`; `None` where it is none."""
    raw = bytearray()
    for char in line:
        try:
            raw += char.encode(encoding)
        except UnicodeEncodeError:
            if not "\x80" <= char <= "\x9f":  # bytes that the encoding leaves open pass as controls
                return None
            raw.append(ord(char))
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return None


_SAMPLE_BYTES = 1 << 16
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: Encodings in ASCII bytes: what each begins other letters with.
_ESCAPED = (
    (re.compile(rb"\x1b\$\)C"), "iso2022_kr"),
    (re.compile(rb"\x1b(?:\$[@B]|\$\(D|\([JI])"), "iso2022_jp_2"),
    (re.compile(rb"~\{(?:[\x21-\x77][\x21-\x7e])+~\}"), "hz"),
)
_UTF7 = re.compile(rb"\+[A-Za-z0-9+/]{3,}")
_ADDRESS = re.compile(rb"[\w.]\+\w+@|://\S*\+")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
#: Chinese, Japanese and Korean without a line break: all letters theirs, and this many of the commonest.
_ASIAN = re.compile("[\u3000-\u30ff\u3400-\u9fff\uac00-\ud7a3\uff01-\uff5e]+")
#: Frames inside words, and Hebrew whose last letters stand first: an encoding of another alphabet, another order.
_BOXED = re.compile(r"[^\W\d_][\u2500-\u259f][^\W\d_]")
_VISUAL, _FINAL = re.compile(r"(?<!\w)[םןץףך]\w"), re.compile(r"\w[םןץףך](?!\w)")
_COMMON_MIN = 0.25
_PRINTED = bytes([9, 10, 13, *range(0x20, 0x7F), *range(0xA0, 0x100)])
_CONTROL_BYTES = bytes([*range(9), *range(14, 27), *range(28, 32), 0x7F])
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
#: Broken tools leave so many zeros and other control characters in a text; more, and it is none.
_STRAY_CONTROLS = 3
#: Below this many nats a byte no language's text looks like it; a text that another encoding reads nearly as
#: well is not guessed at.
_LIKELY_MIN, _LEAD_MIN = -8.0, 4.0
_SAVE_AS = "open it in the program that made it and save it as UTF-8"


def decode_text(data: bytes) -> str:
    """`data` as text.

    Raises:
        BadInput: it is binary (`binary`), or no known encoding fits (`encoding`).
    """
    encoding = detect_encoding(data)
    if not encoding.startswith(("utf-16", "utf-32")):
        data = data.replace(b"\0", b"")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode(encoding, "replace")
        if text.count("\ufffd") > max(4, len(_BEYOND_ASCII.findall(text)) // 50):
            raise BadInput(
                f"the text is damaged: not valid {encoding}; {_SAVE_AS}", code="encoding"
            ) from None
    if len(_CONTROL.findall(text[:_SAMPLE_BYTES])) > max(2, len(text[:_SAMPLE_BYTES]) // 100):
        raise BadInput("the file is not text", code="binary")
    text = _CONTROL.sub("", text)
    return read_rightly(text) if encoding.startswith("utf") else text


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
    if escaped := _escaped(sample):
        return escaped
    if wide := _unmarked_utf32(sample):
        return wide
    if wide := _unmarked_utf16(sample):
        return wide
    if b"\0" in sample and _controls(sample) > max(_STRAY_CONTROLS, len(sample) // 200):
        raise BadInput("the file is not text", code="binary")
    sample = sample.replace(b"\0", b"")
    if _is_utf8(sample):
        return "utf-8"
    return _guessed(sample, of_names)


def _controls(sample: bytes) -> int:
    return len(sample) - len(sample.translate(None, _CONTROL_BYTES))


def _is_utf8(sample: bytes) -> bool:
    """Whether it is UTF-8, rare damaged places aside: no other encoding has its sequences again and again."""
    text = codecs.getincrementaldecoder("utf-8")("replace").decode(sample)
    broken = text.count("\ufffd")
    return broken == 0 or broken * 8 < len(_BEYOND_ASCII.findall(text)) - broken


def _guessed(sample: bytes, of_names: bool) -> str:
    guess = likeliest(sample, of_names=of_names)
    text = codecs.getincrementaldecoder(guess.encoding)("replace").decode(sample)
    broken = text.count("\ufffd") * 200 > len(_BEYOND_ASCII.findall(text))
    broken = broken or _CONTROL.search(text) is not None or _BOXED.search(text) is not None
    if guess.per_byte < _LIKELY_MIN or guess.is_odd or broken or likeness(text) is Likeness.RUBBISH:
        raise BadInput(f"the file is not text in any encoding known here; {_SAVE_AS}", code="encoding")
    if len(_VISUAL.findall(text)) > len(_FINAL.findall(text)):
        raise BadInput(f"its Hebrew is stored backwards, as old systems did; {_SAVE_AS}", code="encoding")
    if guess.lead < _LEAD_MIN and not of_names:
        raise BadInput(f"two encodings fit its few letters beyond ASCII as well; {_SAVE_AS}", code="encoding")
    return guess.encoding


def _escaped(sample: bytes) -> str | None:
    """An encoding that writes every letter in ASCII bytes, if the sample is in one and says something in it."""
    if not sample.isascii():
        return None
    for escape, name in _ESCAPED:
        if escape.search(sample) and (text := _decodes(sample, name)) and not text.isascii():
            return name
    runs = _UTF7.findall(sample)
    if not runs or _ADDRESS.search(sample):
        return None
    text = _decodes(sample, "utf-7")
    if text is None or sum(not char.isascii() for char in text) < len(runs):
        return None
    letters = [char for char in text if not char.isascii()]
    return "utf-7" if len({_block(char) for char in letters}) <= 4 + len(letters) // 20 else None


def _block(char: str) -> int:
    """Letters of one script lie in a few of these."""
    return ord(char) >> 8 if ord(char) < 0x2E80 else 0x3000


def _unmarked_utf32(sample: bytes) -> str | None:
    """UTF-32 without a mark: every fourth byte is zero, and the one beside it nearly always."""
    whole = len(sample) // 4 * 4
    if whole < 8 or len(sample) % 4:
        return None
    for name, top, plane in (("utf-32-le", 3, 2), ("utf-32-be", 0, 1)):
        zeros = sample[top:whole:4].count(0) == whole // 4
        if zeros and sample[plane:whole:4].count(0) * 2 > whole // 4 and _decodes(sample, name) is not None:
            return name
    return None


def _unmarked_utf16(sample: bytes) -> str | None:
    """UTF-16 without a mark: beside its zeros stands what is printed, or what it says is common in Asia."""
    found: dict[str, float] = {}
    for name, high, low in (
        ("utf-16-le", sample[1::2], sample[0::2]),
        ("utf-16-be", sample[0::2], sample[1::2]),
    ):
        text = _decodes(sample, name)
        if text is None:
            continue
        common = common_share(text)
        if b"\0" not in sample:
            if len(sample) % 2 == 0 and _ASIAN.fullmatch(text) and common >= _COMMON_MIN:
                found[name] = common
            continue
        zeros = high.count(0)
        beside = bytes(other for other, byte in zip(low, high, strict=False) if byte == 0)
        is_printed = len(beside.translate(None, _PRINTED)) * 10 <= zeros
        is_narrow = zeros > 0.1 * len(high) and low.count(0) * 4 <= zeros
        if is_printed and (is_narrow or common > 0.15 or likeness(text) is Likeness.WORDS):
            found[name] = common + zeros / max(1, len(high))
    return max(found, key=lambda name: found[name], default=None)


def _decodes(sample: bytes, encoding: str) -> str | None:
    """The text, tolerating a character cut off at the end of the sample."""
    try:
        return codecs.getincrementaldecoder(encoding)().decode(sample, final=False)
    except UnicodeDecodeError:
        return None
