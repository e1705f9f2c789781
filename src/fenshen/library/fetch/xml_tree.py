"""A feed's bytes as a tree: decoded as browsers decode, read leniently, refused where it defines entities.

Knows nothing about feeds.

Source: WHATWG Encoding, which takes what calls itself ISO-8859-1 for windows-1252, as every reader of feeds does.
"""

from __future__ import annotations

import re

from fenshen.core.errors import BadInput
from fenshen.library.dropped import Dropped
from fenshen.library.encoding import decode_text
from fenshen.library.lenient_xml import parse_leniently
from fenshen.library.markup import XmlElement

_DECLARED = re.compile(rb"<\?xml[^>]{0,200}encoding=[\"']([A-Za-z0-9._:-]{1,40})")
#: Labels that may be declared → how they decode, in linear time.
_LABELS = {
    "cp1252": "iso-8859-1 iso8859-1 latin1 latin-1 l1 us-ascii ascii windows-1252 cp1252 iso-ir-100",
    "cp1254": "iso-8859-9 latin5 windows-1254",
    "cp874": "iso-8859-11 tis-620 windows-874",
    "gb18030": "gb2312 gbk gb18030 gb_2312-80 x-gbk",
    "big5hkscs": "big5 big5-hkscs x-x-big5",
    "cp932": "shift_jis shift-jis sjis x-sjis windows-31j",
    "euc_jp": "euc-jp x-euc-jp",
    "cp949": "euc-kr ks_c_5601-1987 ksc5601 windows-949",
    "koi8_r": "koi8-r koi",
    "koi8_u": "koi8-u",
    "mac_cyrillic": "x-mac-cyrillic",
    "cp866": "ibm866 cp866",
}
_CODECS = {label: codec for codec, labels in _LABELS.items() for label in labels.split()}
_SAME = re.compile(r"utf-?(?:8|16)|iso-?8859-(?:[2-8]|10|1[3-6])|windows-125[013-8]", re.IGNORECASE)


def parse_xml(data: bytes) -> tuple[XmlElement, tuple[Dropped, ...]]:
    """The root element, and what of it could not be read.

    Raises:
        BadInput: `bad_xml`.
    """
    try:
        return parse_leniently(decoded(data), flat=("item", "entry"), allows_doctype=True)
    except BadInput as error:
        if error.code == "unsafe_xml":
            raise BadInput("it defines entities, which nothing here needs", code="bad_xml") from error
        raise


def decoded(data: bytes) -> str:
    """The text of a feed in the encoding it declares; where that cannot be so, in the one it looks like."""
    found = _DECLARED.match(data.lstrip()[:400])
    label = found[1].decode().lower() if found else ""
    codec = _CODECS.get(label) or (label if _SAME.fullmatch(label) else None)
    if codec is None or data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        return decode_text(data).lstrip("\ufeff")
    if codec == "cp1252" and _is_utf8(data):
        return data.decode("utf-8")
    return data.decode(codec, "replace")


def _is_utf8(data: bytes) -> bool:
    try:
        return not data.decode("utf-8").isascii()
    except UnicodeDecodeError:
        return False
