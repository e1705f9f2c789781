"""What a reader of one format is given and what it says of itself. Knows nothing about any format.

    first bytes → `ReaderSpec.recognises(Head)` → whole file → `ReaderSpec.read(Opened)` → documents

`formats` holds the table of readers; packages add theirs through the entry point group
`fenshen.readers` (each entry names a `ReaderSpec` or a `FolderSpec`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from fenshen.core.errors import BadInput
from fenshen.library.document import Document
from fenshen.library.encoding import decode_text

HEAD_BYTES = 1 << 16
TEXT_BYTES_MAX = 16 << 20
LINE_CHARS_MAX = 100_000
#: Names under which text without a format of its own is prose.
PLAIN_NAMES = frozenset({".txt", ".text", ""})


@dataclass(frozen=True)
class Head:
    """The beginning of a file, to tell what it is.

    Attributes:
        data: its first 64 KiB.
        name: its name, which only settles what the content cannot say about itself.
    """

    data: bytes
    name: str

    @cached_property
    def text(self) -> str:
        """`data` decoded, line breaks as `\\n`, without byte-order marks; empty when it is not text."""
        try:
            return _with_plain_breaks(decode_text(self.whole_characters))
        except BadInput:
            return ""

    @property
    def suffix(self) -> str:
        """What follows the last dot of the name, lower case with the dot, or `""`."""
        return f".{self.name.rpartition('.')[2].lower()}" if "." in self.name.strip(".") else ""

    @property
    def whole_characters(self) -> bytes:
        """`data` cut at its last line break, so that no character is split by the limit."""
        cut = self.data.rfind(b"\n") if len(self.data) >= HEAD_BYTES else -1
        marked = self.data.startswith((b"\xff\xfe", b"\xfe\xff"))
        return self.data[: cut + 1] if cut > 0 and not marked else self.data


@dataclass(frozen=True)
class Opened:
    """A file that is being read.

    Attributes:
        name: the file's name.
        data: its bytes, at most the reader's `bytes_max`.
        language: ISO 639-1 code that its name states, if any.
    """

    name: str
    data: bytes
    language: str | None = None

    @cached_property
    def text(self) -> str:
        """`data` decoded, line breaks as `\\n`, without byte-order marks (joined files have them in the middle).

        Raises:
            BadInput: `binary` or `encoding`.
        """
        return _with_plain_breaks(decode_text(self.data))


def _with_plain_breaks(text: str) -> str:
    return text.replace("\ufeff", "").replace("\r\n", "\n").replace("\r", "\n")


@dataclass(frozen=True)
class ReaderSpec:
    """A reader of one format of text or document.

    Attributes:
        name: what the format is called in reports (`srt`, `whatsapp`, `pdf`), 24 characters at most.
        recognises: whether a file that begins so is of this format. Cheap, never raises.
        read: its documents; raises `BadInput` with a stable code for what cannot be read.
        bytes_max: larger files are refused as `too_large`.
        line_chars_max: files with a longer line are refused as `line_too_long`; `None` for formats
            without lines.
        is_timed: it holds what is said when, so it stands for a film or recording of the same name.
    """

    name: str
    recognises: Callable[[Head], bool]
    read: Callable[[Opened], list[Document]]
    bytes_max: int = TEXT_BYTES_MAX
    line_chars_max: int | None = None
    is_timed: bool = False


@dataclass(frozen=True)
class FolderSpec:
    """A reader of an export that is a whole folder (or an archive of one), such as a Slack export.

    Attributes:
        recognises: whether the folder is such an export, by the names in it. Cheap, never raises.
        read: its documents, `part` set to tell them apart; the files in the folder are not read otherwise.
    """

    name: str
    recognises: Callable[[Path], bool]
    read: Callable[[Path], list[Document]]
