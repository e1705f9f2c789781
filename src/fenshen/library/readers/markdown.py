"""Markdown as blogs and notebooks write it, down to the words; front matter is read by `front_matter`.

Lines that begin somebody's words (`**Name:**`) are paragraphs of their own, so that `dialogue` can tell who speaks. A
callout (`> [!note]`) is the author's own, other block quotes are not; of a table the cells are kept, of links and
highlights the words, of shortcodes, embeds and footnote marks nothing. Knows nothing about HTML rendering.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from fenshen.core.errors import BadInput
from fenshen.library.dialogue.asking import asked_in
from fenshen.library.dialogue.columns import spoken_rows
from fenshen.library.dialogue.judging import speech_starts
from fenshen.library.dialogue.leads import without_leads
from fenshen.library.dialogue.notations import label_of
from fenshen.library.dialogue.stamps import take_stamp
from fenshen.library.document import Cue, Document
from fenshen.library.readers.front_matter import begins_with_front_matter, split_front_matter
from fenshen.library.reading import LINE_CHARS_MAX, PLAIN_NAMES, Head, Opened, ReaderSpec

SUFFIXES = frozenset({".md", ".markdown", ".mdx", ".mdown", ".mkd", ".mkdn", ".qmd", ".rmd", ".org"})
_FENCE = re.compile(r"^(```|~~~).*?^\1[^\n]*$", re.S | re.M)
#: Comments of HTML and of Obsidian, shortcodes of Hugo, Jekyll and Hexo, and org's own lines.
_COMMENTS = (("<!--", "-->"), ("%%", "%%"))
_SHORTCODE = re.compile(r"\{\{[<%].{0,200}?[%>]\}\}|\{%.{0,200}?%\}|\{\{[^{}\n]{0,200}\}\}", re.S)
_MACHINE = re.compile(
    r"^\s*(?:#\+\w+.*|:[A-Z_]+:.*|:::.*|\[[^\]\n]{1,100}\]:\s+(?:https?:|[/.#]|<).*|={3,}|\^\w+)$"
)
_BLOCK = re.compile(
    r"^(?:#{1,6}\s+|>\s?|[-*+]\s+(?:\[[ xX/\-]\]\s+)?|\d{1,3}[.)]\s+|\[\^[^\]\n]{1,60}\]:\s+)+"
)
_CALLOUT = re.compile(r"^>\s*\[!(?!quote|cite)[\w\-]{1,30}\][+\-]?\s*", re.IGNORECASE)
_QUOTED = re.compile(r"^>\s*\[!\w{1,30}\][+\-]?\s*", re.IGNORECASE)
_ROW = re.compile(r"^\|.*\|$")
_HEADING = re.compile(r"^#{1,6}\s++(.*[^\s#])[\s#]*+$")
_HEADING_MARK = re.compile(r"^(#{1,6})\s")
_EMPHASISED = re.compile(r"(\*{1,3}|_{1,3})(?=\S)(?:(?!\1).)+\1\W?", re.S)
#: `<nick> words`, which is no element of HTML.
_NICK = re.compile(
    r"^<(?!/?(?:a|b|i|u|s|p|em|strong|span|div|br|hr|small|su[bp]|kbd|code|pre|center|details|summary|font|h\d|li|[uo]l|table|t[rdh]|img|mark|del|ins|q|cite|abbr|section|article|figure|nav|aside|header|footer|main|script|style|video|audio|iframe|ruby|r[tp])\b)"
    r"([^<>/=!\n]{1,60})>[ \t]+(?=\S)",
    re.M | re.IGNORECASE,
)
_ORG_HEADING = re.compile(r"^\*{1,6}[ \t]+", re.M)
_RULE = re.compile(r"^\s*(?:[-*_]\s*){3,}$|^\s*(?:\|\s*)?:?-{3,}")
#: Where a link goes; it may hold one pair of brackets, as addresses of Wikipedia do.
_TARGET = r"\((?:[^()\n]|\([^()\n]*\))*+\)"
_INLINE = (
    (re.compile(r"!\[\[[^\[\]\n]{1,300}\]\]"), ""),
    (re.compile(r"\[\[(?:[^\[\]|\n]{1,300}\|)?([^\[\]|#\n]{1,300})(?:#[^\[\]\n]{0,200})?\]\]"), r"\1"),
    (re.compile(r"\[\^[^\[\]\n]{1,60}\]"), ""),
    (re.compile(r"~~(?=\S)([^~\n]+)~~"), r"\1"),
    (re.compile(r"==(?=\S)([^=\n]+)=="), r"\1"),
    (re.compile(r"\{[:#.][^{}\n]{0,100}\}|(?<=\s)\^[\w\-]{2,30}$"), ""),
    (re.compile(rf"!\[[^\[\]\n]{{0,500}}\]{_TARGET}"), ""),
    (re.compile(rf"\[([^\[\]\n]{{1,500}})\]{_TARGET}"), r"\1"),
    (re.compile(r"\[([^\[\]\n]{1,500})\]\[[^\[\]\n]{0,100}\]"), r"\1"),
    (re.compile(r"<(https?://[^>\s]+)>"), r"\1"),
    (re.compile(r"</?[A-Za-z][^<>\n]{0,200}>"), ""),
    (re.compile(r"\*\*(?=\S)((?:[^*\n]|\*(?!\*))+)(?<=\S)\*\*"), r"\1"),
    (re.compile(r"__(?=\S)((?:[^_\n]|_(?!_))+)(?<=\S)__"), r"\1"),
    (re.compile(r"(?<![\w*])[*_](?=\S)([^*_\n]+?)(?<=\S)[*_](?![\w*])"), r"\1"),
    (re.compile(r"`([^`\n]+)`"), r"\1"),
    (re.compile(r"\\([\\`*_{}\[\]()#+\-.!>])"), r"\1"),
)


def read_markdown(text: str) -> Document:
    """The document of a decoded Markdown file.

    Raises:
        BadInput: `bad_front_matter` if it is no YAML mapping, `bad_rights`, `no_text` if nothing is left to read.
    """
    front, body = split_front_matter(text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n"))
    blocks = _paragraphs(body)
    is_spoken = 0 in speech_starts([_BLOCK.sub("", block) for block in blocks])
    heading = _HEADING.match(blocks[0]) if blocks and not is_spoken else None
    title = front.title or (_inline(heading[1]) if heading else None)
    cues = _cues(blocks[1:] if heading and not front.title else blocks, title or "")
    if not cues:
        raise BadInput("it holds no text", code="no_text")
    return front.onto(Document("post", tuple(cues), title=title, title_stated=title is not None))


def _paragraphs(body: str) -> list[str]:
    """Blocks of raw Markdown, a heading, list item or row each its own; code, comments and rules dropped."""
    text = _FENCE.sub("", body)
    for begin, end in _COMMENTS:
        text = _without(text, begin, end)
    text = _SHORTCODE.sub("", text)
    blocks: list[str] = []
    open_block = in_callout = False
    lines = _NICK.sub(r"\1: ", text).split("\n")
    uncounted = without_leads(lines)
    spoken = speech_starts([_BLOCK.sub("", line.strip()) for line in uncounted])
    lines = [uncounted[at] if at in spoken else line for at, line in enumerate(lines)]
    for at, line in enumerate(lines):
        stripped = line.strip()
        in_callout = stripped.startswith(">") and (in_callout or bool(_CALLOUT.match(stripped)))
        stripped = (
            _CALLOUT.sub("", stripped).removeprefix(">").strip()
            if in_callout
            else _QUOTED.sub("> ", stripped)
        )
        if _RULE.match(line) and blocks and _ROW.match(blocks[-1]):
            blocks[-1] = _headed(blocks[-1])
        if not stripped or stripped == ">" or _RULE.match(line) or _MACHINE.match(stripped):
            open_block = False
        elif open_block and not _BLOCK.match(stripped) and not _ROW.match(stripped) and at not in spoken:
            blocks[-1] += f"\n{stripped}"
        else:
            blocks.append(_unlike_a_tag(stripped) if at in spoken else stripped)
            open_block = not _HEADING.match(stripped) and not _ROW.match(stripped)
            open_block = open_block and not (at in spoken and _is_name_alone(stripped))
    return blocks


def _without(text: str, begin: str, end: str) -> str:
    """`text` without what stands between these marks; one that is never closed stays."""
    kept, at = [], 0
    while (start := text.find(begin, at)) >= 0 and (stop := text.find(end, start + len(begin))) >= 0:
        kept.append(text[at:start])
        at = stop + len(end)
    return "".join(kept) + text[at:]


def _unlike_a_tag(line: str) -> str:
    """`<nick> words` as `[nick]: words`, which is no tag of HTML, and so a name with a tab behind it."""
    label = label_of(line) if line.startswith("<") or "\t" in line else None
    return f"[{label.name}]: {label.rest}" if label else line


def _is_name_alone(line: str) -> bool:
    label = label_of(_BLOCK.sub("", line))
    return label is not None and label.is_alone


def _cues(blocks: list[str], title: str) -> list[Cue]:
    blocks = list(_tables_spoken(blocks))
    asked = asked_in([(_inline(_BLOCK.sub("", block)), _stands_out(block)) for block in blocks], title)
    found = [
        Cue(
            _inline(_cells(_BLOCK.sub("", block))),
            speaker=speaker,
            marks=frozenset({"quoted"} if block.startswith(">") else ()),
        )
        for block, speaker in zip(blocks, asked, strict=True)
    ]
    return [cue for cue in found if cue.text]


def _tables_spoken(blocks: list[str]) -> Iterator[str]:
    """The blocks, the rows of a table in which people speak as `name: words`, without its head."""
    kept: list[str] = []
    for is_row, run in groupby(blocks, lambda block: bool(_ROW.match(block))):
        rows = list(run)
        spoken = (
            spoken_rows([_split(row) for row in rows], kept[-1].split(", ") if kept else ())
            if is_row
            else None
        )
        if spoken and kept and len(kept[-1].split(", ")) == len(_split(rows[0])):
            kept.pop()
        kept += spoken or rows
    return iter(kept)


def _split(row: str) -> list[str]:
    return [cell.replace("\0", "|").strip() for cell in row.strip("|").replace("\\|", "\0").split("|")]


def _stands_out(block: str) -> str:
    """How the whole of a block is set, if it is set apart: the level of a heading, bold or italic."""
    match = _HEADING_MARK.match(block) or _EMPHASISED.fullmatch(block)
    return match[1] if match else ""


def _headed(row: str) -> str:
    """The head of a table, whose cells say nothing of each other."""
    return ", ".join(cell.strip() for cell in row.strip("|").split("|") if cell.strip())


def _cells(block: str) -> str:
    """The cells of a table's row, the first of two or what stands behind a time as who or what the rest is about."""
    if not _ROW.match(block):
        return block
    cells = [cell for cell in _split(block) if cell]
    if len(cells) > 2 and take_stamp(cells[0]):
        return f"{cells[0]} {cells[1]}: {', '.join(cells[2:])}"
    return ": ".join(cells) if len(cells) == 2 else ", ".join(cells)


def _inline(text: str) -> str:
    """Text without inline markup, on one line."""
    for pattern, replacement in _INLINE:
        text = pattern.sub(replacement, text)
    return " ".join(text.split())


def _recognises(head: Head) -> bool:
    named = head.suffix in SUFFIXES
    text = head.text.replace("\r\n", "\n")
    return bool(text) and (named or (head.suffix in PLAIN_NAMES and begins_with_front_matter(text)))


def _read(opened: Opened) -> list[Document]:
    is_org = opened.name.lower().endswith(".org")
    return [read_markdown(_ORG_HEADING.sub("# ", opened.text) if is_org else opened.text)]


SPEC = ReaderSpec("markdown", _recognises, _read, line_chars_max=LINE_CHARS_MAX)
