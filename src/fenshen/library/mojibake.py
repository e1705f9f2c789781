"""Text that was read in a wrong encoding and saved again, put right: `dÃ©jÃ ` → `déjà`. Pure.

UTF-8 read as a national encoding leaves pairs that no language writes; read back byte for byte they are UTF-8
again. A line is put right only as a whole, and only where that leaves nothing odd. Knows nothing about files.
"""

from __future__ import annotations

import re

#: Encoding that it was read in → how many characters must come out right before that is believed;
#: different ones in Chinese, where a single word may be both.
_READ_AS = {"cp1252": 2, "cp1251": 3, "cp1250": 2, "mac_roman": 2, "cp850": 2, "cp437": 2, "gb18030": 4}
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
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
