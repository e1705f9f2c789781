"""Formats that are not read although they are close to ones that are: what each is, and the one step that helps.

    first bytes or name → `Relative` → why it is refused

The one table of them. A format that a reader takes has no row here. Knows nothing about reading.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from fenshen.library.reading import Head

_NO_PICTURES = "words in pictures are not read; add them as text"
_TO_SRT = "save it as SRT in a subtitle editor (Subtitle Edit, Aegisub) and add that"
_TO_WORDS = (
    "its words are pictures; add the SRT or WebVTT of the film, or let a subtitle editor recognise them"
)


@dataclass(frozen=True)
class Relative:
    """A kind of file that is refused.

    Attributes:
        what: what it is, with its article.
        step: what to do instead, as a command.
        begins: how its bytes begin, where that tells.
        suffixes: names that tell, lower case with the dot.
        both: only bytes and name together tell.
    """

    what: str
    step: str
    begins: re.Pattern[bytes] | None = None
    suffixes: frozenset[str] = frozenset()
    both: bool = False

    def fits(self, head: Head) -> bool:
        """Whether the file is of this kind."""
        begins = self.begins is not None and self.begins.match(head.data) is not None
        named = head.suffix in self.suffixes
        return begins and named if self.both else begins or named

    @property
    def reason(self) -> str:
        """Why it is refused, and what helps."""
        return f"it is {self.what}, which is not read; {self.step}"


def _row(what: str, step: str, begins: bytes = b"", suffixes: str = "", *, both: bool = False) -> Relative:
    pattern = re.compile(rb"\A(?:" + begins + rb")", re.S) if begins else None
    return Relative(what, step, pattern, frozenset(suffixes.split()), both)


#: Sound or video by their first bytes, and still none: asked before those.
DISGUISED = (
    _row("picture subtitles (VobSub)", _TO_WORDS, rb"\x00\x00\x01\xba", ".sub", both=True),
    _row("a picture", _NO_PICTURES, rb".{4}ftyp(?:hei[cxms]|mif1|avif)"),
)

RELATIVES = (
    _row("picture subtitles (VobSub)", _TO_WORDS, rb"# VobSub index file", ".idx"),
    _row("picture subtitles (PGS)", _TO_WORDS, rb"PG.{8}[\x14-\x17\x80]", ".sup"),
    _row("broadcast captions (Scenarist SCC)", _TO_SRT, rb"\s*Scenarist_SCC", ".scc"),
    _row("a solid for 3D printing", "add words, sound or video", rb"solid\s", ".stl", both=True),
    _row("broadcast subtitles (EBU STL)", _TO_SRT, rb"\d{3}STL\d\d\.\d\d", ".stl"),
    _row("broadcast subtitles", _TO_SRT, suffixes=".pac .890 .cap .rac .onl .uyc .mcc"),
    _row(
        "a spreadsheet (Excel)",
        "open it and save the table as CSV",
        rb"PK\x03\x04.{0,60000}?xl/(?:workbook|worksheets|_rels|styles|theme)",
        ".xls .xlsx .xlsm .xlsb .ods .numbers",
    ),
    _row(
        "a spreadsheet (Excel)",
        "open it and save the table as CSV in UTF-8",
        rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        ".csv .tsv",
        both=True,
    ),
    _row(
        "one part of an X (Twitter) archive that says nothing alone",
        "add the whole archive, as the zip or folder that X gave you",
        rb"\s*window\.YTD\.",
    ),
    _row(
        "Substack's list of posts",
        "add the whole export, as the zip or folder that Substack gave you: the list says which pages are published",
        rb"(?:\xef\xbb\xbf)?\"?post_id\"?,[^\n]{0,300}is_published",
    ),
    _row(
        "a screenplay",
        "its lines are its characters'; if the creator's own texts stand in it, copy those into a text file",
        suffixes=".fountain .fdx .spmd .celtx",
    ),
    _row(
        "marked-up text",
        "save it as Markdown (`pandoc FILE -o FILE.md`) and add that",
        suffixes=".rst .adoc .asciidoc .textile .tex .wiki .mediawiki .typ",
    ),
    _row(
        "an editing project",
        "export the subtitles from it as SRT and add those",
        suffixes=".fcpxml .prproj .drp .aep .kdenlive .edl",
    ),
    _row(
        "a picture",
        _NO_PICTURES,
        rb"\x89PNG|\xff\xd8\xff|GIF8|RIFF.{4}WEBP|BM.{4}\x00{4}|II\*\x00|MM\x00\*",
        ".svg",
    ),
    _row("a database", "export what you want to add as text, CSV or JSON", rb"SQLite format 3"),
    _row("a program", "add words, sound or video", rb"\x7fELF|MZ.{58}", ".exe .dll .msi .apk .dmg"),
)


def relative_of(head: Head) -> Relative | None:
    """The kind of file that `head` begins, if it is one of those known and not read."""
    return next((relative for relative in RELATIVES if relative.fits(head)), None)
