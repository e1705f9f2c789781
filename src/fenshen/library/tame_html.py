"""A page rewritten so that any parser is done with it in linear time. Pure; builds no tree.

Only tags with a name, a few attributes each and text come out; comments, scripts, styles, pictures and
forms do not. A parser after this sees what was understood here, so nothing can be hidden between two
readings of the same bytes. Needed because libxml2 compares each attribute of a tag with all before it:
a tag with 100,000 of them takes it more than a minute.
Source: https://html.spec.whatwg.org/multipage/parsing.html#tokenization
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_NAME = re.compile(r"/?[A-Za-z][A-Za-z0-9:-]{0,30}")
_ATTRIBUTE = re.compile(r"[\s/]*([^\s/>][^\s/>=]*)(\s*=\s*)?")
_UNQUOTED = re.compile(r"[^\s>]*")
#: Read by who finds the article, its title, day, language and address.
_KEPT = frozenset(
    {
        "class",
        "id",
        "role",
        "lang",
        "xml:lang",
        "href",
        "rel",
        "name",
        "property",
        "itemprop",
        "content",
        "datetime",
        "type",
        "epub:type",
        "hidden",
    }
)
_VALUE_CHARS_MAX = 2_000
#: Their content is no text of the page.
_DROPPED = frozenset(
    {
        "script",
        "style",
        "svg",
        "math",
        "template",
        "noscript",
        "iframe",
        "object",
        "select",
        "textarea",
        "xmp",
        "noembed",
        "noframes",
    }
)
_ESCAPES = str.maketrans({"<": "&lt;", ">": "&gt;", '"': "&quot;"})


@dataclass(frozen=True)
class TamePage:
    """A rewritten page and how many tags are left in it."""

    text: str
    tags: int


def tame_html(page: str, tags_max: int) -> TamePage:
    """`page` as tags with only the attributes that are read, and text; ends early after `tags_max` tags."""
    page = page.replace("\0", "")
    lower = page.lower()
    if len(lower) != len(page):
        lower = "".join(c.lower() if c.isascii() else c for c in page)
    kept: list[str] = []
    at = tags = 0
    while (start := page.find("<", at)) >= 0 and tags <= tags_max:
        kept.append(page[at:start].replace(">", "&gt;"))
        if page.startswith(("<!", "<?"), start):
            at = _after_declaration(page, start)
            continue
        name = _NAME.match(page, start + 1)
        if name is None:
            kept.append("&lt;")
            at = start + 1
            continue
        attributes, at = _attributes(page, name.end())
        tag = name[0].lower()
        if tag in _DROPPED:
            at = _after(lower, f"</{tag}", at)
            at = _after(page, ">", at) if at < len(page) else at
        elif tag.lstrip("/") not in _DROPPED:
            kept.append(f"<{tag}{attributes}>" if tag[0] != "/" else f"<{tag}>")
            tags += 1
        if tag == "title":
            end = lower.find("</title", at)
            kept.append(page[at : end if end >= 0 else len(page)].translate(_ESCAPES))
            at = end if end >= 0 else len(page)
    kept.append(page[at:].replace(">", "&gt;"))
    return TamePage("".join(kept), tags)


def _after(page: str, mark: str, at: int) -> int:
    """The place after the next `mark`, or the end."""
    found = page.find(mark, at)
    return len(page) if found < 0 else found + len(mark)


def _after_declaration(page: str, at: int) -> int:
    """The place after a comment, document type or instruction, definitions in it included."""
    if page.startswith("<!--", at):
        return _after(page, "-->", at)
    end = _after(page, ">", at)
    return _after(page, "]>", at) if "[" in page[at:end] and page[at : at + 9].lower() == "<!doctype" else end


def _attributes(page: str, at: int) -> tuple[str, int]:
    """The attributes worth keeping, written out, and the place after the tag."""
    kept: dict[str, str] = {}
    while found := _ATTRIBUTE.match(page, at):
        at, value = found.end(), ""
        if found[2]:
            quote = page[at : at + 1]
            if quote in ('"', "'"):
                end = page.find(quote, at + 1)
                end = len(page) if end < 0 else end
                value, at = page[at + 1 : min(end, at + 1 + _VALUE_CHARS_MAX)], end + 1
            else:
                unquoted = _UNQUOTED.match(page, at)
                assert unquoted is not None
                value, at = unquoted[0][:_VALUE_CHARS_MAX], unquoted.end()
        name = found[1].lower()
        if name in _KEPT:
            kept.setdefault(name, value)
    end = page.find(">", at)
    written = "".join(f' {name}="{value.translate(_ESCAPES)}"' for name, value in kept.items())
    return written, len(page) if end < 0 else end + 1
