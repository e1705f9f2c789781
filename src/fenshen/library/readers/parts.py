"""Documents that are zips of XML parts (DOCX, PPTX, EPUB): one part at a time, within limits.

Knows nothing about what the parts say.
"""

from __future__ import annotations

import io
import posixpath
from dataclasses import dataclass
from datetime import date
from urllib.parse import unquote
from zipfile import ZipFile, ZipInfo

from fenshen.core.errors import BadInput
from fenshen.library.archives.entries import Budget
from fenshen.library.archives.zips import open_zip, read_entry
from fenshen.library.markup import XmlElement, attribute, descendants, parse_xml
from fenshen.library.names import parse_date
from fenshen.library.reading import Head

#: A document with its pictures; of the pictures nothing is unpacked.
FILE_BYTES_MAX = 128 << 20
_PARTS_MAX = 50_000
_PART_BYTES_MAX = 32 << 20
_TEXT_BYTES_MAX = 128 << 20
_ENCRYPTED = 0x1


@dataclass
class Parts:
    """An open document; `budget` bounds what all its parts together may unpack to."""

    archive: ZipFile
    by_name: dict[str, ZipInfo]
    budget: Budget

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

    def targets(self, name: str) -> dict[str, str]:
        """Relationship id → name of the part it points to, of the part `name`; none where it has no list."""
        folder, base = posixpath.split(name)
        listed = posixpath.join(folder, "_rels", f"{base}.rels")
        if listed not in self.by_name:
            return {}
        return {
            attribute(link, "Id") or "": resolve(name, attribute(link, "Target") or "")
            for link in descendants(self.xml(listed), "Relationship")
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
    if "docProps/core.xml" not in parts.by_name:
        return None, None, None
    root = parts.xml("docProps/core.xml")

    def said(name: str) -> str:
        return next(((found.text or "").strip() for found in descendants(root, name)), "")

    language = said("language").lower()[:2]
    return said("title") or None, parse_date(said("created")), language if language.isalpha() else None


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
