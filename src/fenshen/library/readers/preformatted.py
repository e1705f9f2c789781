"""Text set as typed (`<pre>`): prose becomes paragraphs, computer code stays what it is. Pure.

E-texts, standards and poems are set so; code is told by its marks and by lacking a language's frequent words.
"""

from __future__ import annotations

import re

from lxml import etree

from fenshen.library.language import count_words
from fenshen.library.markup import XmlElement, local_name
from fenshen.library.plausible import share_of_frequent_words
from fenshen.library.readers.plain import paragraphs_of

_CODE_MARKS = re.compile(r"[{}<>=$\\|;#@*_\[\]()&^~`/]")
_CODE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:code|highlight\w*|lang\w*|source\w*|prettyprint|brush|syntax\w*|terminal|console)(?:$|[\s:_-])",
    re.I,
)
_WORDS_MIN, _MARKS_MAX, _FREQUENT_MIN = 12, 0.03, 0.18


def set_prose_free(root: XmlElement) -> None:
    """Turn each `<pre>` below `root` that holds prose into paragraphs, in place."""
    for element in list(root.iter("pre")):
        text = "".join(element.itertext())
        if not _is_prose(element, text):
            continue
        element.tag = "div"
        for child in list(element):
            element.remove(child)
        element.text = None
        for paragraph in paragraphs_of(text):
            etree.SubElement(element, "p").text = paragraph


def _is_prose(element: XmlElement, text: str) -> bool:
    around = (element, element.getparent(), *element)
    named = any(_CODE_CLASS.search(one.get("class", "")) for one in around if one is not None)
    is_code = named or any(local_name(child) in ("code", "samp", "kbd") for child in element.iter())
    words = count_words(text)
    if is_code or words < _WORDS_MIN:
        return False
    marks = len(_CODE_MARKS.findall(text)) / max(1, len(text))
    return marks <= _MARKS_MAX and share_of_frequent_words(text) >= _FREQUENT_MIN
