"""Documents that are zips of XML parts (DOCX, PPTX, EPUB, ODT): one part at a time, within limits.

A part that is damaged costs what is in it and no more, unless it is the one that all others hang on. Knows nothing about what the parts say.
"""

from __future__ import annotations

import io
import posixpath
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import unquote
from zipfile import ZipFile, ZipInfo

from fenshen.core.errors import BadInput
from fenshen.library.archives.entries import Budget
from fenshen.library.archives.zips import open_zip, read_entry
from fenshen.library.dropped import Dropped
from fenshen.library.markup import XmlElement, attribute, descendants, parse_xml
from fenshen.library.names import parse_date
from fenshen.library.reading import Head
from fenshen.library.stated_titles import stated_title

#: A document with its pictures; of the pictures nothing is unpacked.
FILE_BYTES_MAX = 128 << 20
_PARTS_MAX = 50_000
_PART_BYTES_MAX = 32 << 20
_TEXT_BYTES_MAX = 128 << 20
_ENCRYPTED = 0x1
#: Codes of what is wrong with one part and says nothing of the others.
DAMAGE = frozenset(
    {"archive_damaged", "bad_xml", "unsafe_xml", "encoding", "binary", "too_complex", "bad_document"}
)
#: When the templates of python-docx and python-pptx were made, which documents made from them keep.
_OF_TEMPLATES = ("2013-12-23T23:15:00", "2013-01-27T09:14:16")
#: Dates before this are those of clocks that were never set: 1601, 1900, 1970, 1980.
_YEAR_MIN = 1985


@dataclass
class Parts:
    """An open document.

    Attributes:
        budget: bounds what all its parts together may unpack to.
        dropped: parts that were left out so far because they are damaged.
    """

    archive: ZipFile
    by_name: dict[str, ZipInfo]
    budget: Budget
    dropped: list[Dropped] = field(default_factory=list)

    def read(self, name: str) -> bytes:
        """The bytes of a part.

        Raises:
            BadInput: `bad_document` if there is no such part, `too_large`, `encrypted`, `archive_damaged`.
        """
        info = self.by_name.get(name)
        if info is None:
            raise BadInput(
                f"it lacks its part {name!r}; save it again from what made it", code="bad_document"
            )
        if info.flag_bits & _ENCRYPTED:
            raise BadInput("it is encrypted; save it without a password", code="encrypted")
        if info.file_size > _PART_BYTES_MAX:
            raise BadInput("a part of it is too large to read; split it", code="too_large")
        data = bytearray()
        try:
            for chunk in read_entry(self.archive, info, self.budget):
                data += chunk
                if len(data) > _PART_BYTES_MAX:
                    raise BadInput("a part of it is too large to read; split it", code="too_large")
        except BadInput as error:
            code = "too_large" if error.code == "archive_too_large" else error.code
            raise BadInput(error.message, code=code) from error
        return bytes(data)

    def xml(self, name: str) -> XmlElement:
        """The root of a part; errors as `read`, `unsafe_xml` and `bad_xml`."""
        return parse_xml(self.read(name))

    def xml_if_whole(self, name: str) -> XmlElement | None:
        """The root of a part that can be done without; `None` where it is not there or damaged, which is noted.

        Raises:
            BadInput: `too_large`, `encrypted`.
        """
        if name not in self.by_name:
            return None
        try:
            return self.xml(name)
        except BadInput as error:
            self.leave_out(name, error)
            return None

    def leave_out(self, name: str, error: BadInput) -> None:
        """Note that a part is damaged.

        Raises:
            BadInput: `error` itself, where it is not about damage.
        """
        if error.code not in DAMAGE:
            raise error
        self.dropped.append(Dropped("bad_part", 1, posixpath.basename(name)))

    def targets(self, name: str) -> dict[str, str]:
        """Relationship id → name of the part it points to, of the part `name`; none where it has no list."""
        folder, base = posixpath.split(name)
        listed = posixpath.join(folder, "_rels", f"{base}.rels")
        links = self.xml_if_whole(listed)
        if links is None:
            return {}
        return {
            attribute(link, "Id") or "": resolve(name, attribute(link, "Target") or "")
            for link in descendants(links, "Relationship")
            if attribute(link, "TargetMode") != "External"
        }


def open_parts(data: bytes) -> Parts:
    """The zip document in `data`.

    Raises:
        BadInput: `archive_damaged`, `archive_too_many_files`.
    """
    archive = open_zip(io.BytesIO(data), _PARTS_MAX)
    return Parts(
        archive, {info.filename: info for info in archive.infolist()}, Budget(_PARTS_MAX, _TEXT_BYTES_MAX)
    )


def resolve(name: str, target: str) -> str:
    """The part that `target` names where it stands in the part `name`."""
    target = unquote(target.partition("#")[0])
    if target.startswith("/"):
        return target.lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), target)).lstrip("/")


def core_properties(parts: Parts) -> tuple[str | None, date | None, str | None]:
    """Title, day of creation and language that an Office document states, `None` where it does not."""
    root = parts.xml_if_whole("docProps/core.xml")
    if root is None:
        return None, None, None

    def said(name: str) -> str:
        return next(((found.text or "").strip() for found in descendants(root, name)), "")

    language = said("language").lower()[:2]
    day = _day(said("created")) or _day(said("modified"))
    return stated_title(said("title")), day, language if language.isalpha() else None


def _day(stamp: str) -> date | None:
    """The day of a time stamp, unless a program's template or an unset clock put it there."""
    day = parse_date(stamp)
    is_unset = day is None or day.year < _YEAR_MIN or stamp.startswith(_OF_TEMPLATES)
    return None if is_unset else day


def holds_part(head: Head, folder: bytes, suffix: str) -> bool:
    """Whether a file is a zip document with parts in `folder` (or of that name, where its list is not telling)."""
    if not head.data.startswith(b"PK\x03\x04"):
        return False
    first = head.data[30 : 30 + int.from_bytes(head.data[26:28], "little")]
    is_office = first.startswith((b"[Content_Types].xml", b"_rels/", b"docProps/", folder))
    at = head.data.find(folder)
    while is_office and at >= 0:
        if head.data[at - 30 : at - 26] == b"PK\x03\x04":
            return True
        at = head.data.find(folder, at + 1)
    return head.suffix == suffix
