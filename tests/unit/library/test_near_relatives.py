"""Close relatives of what is read are refused with what they are and the one step that helps."""

from __future__ import annotations

import pytest

from fenshen.core.errors import BadInput
from fenshen.library.reading import Head
from fenshen.library.sniff import sniff

CASES = [
    ("film.scc", b"Scenarist_SCC V1.0\n\n00:00:01:00\t9420 9420", "SCC", "SRT"),
    ("film.stl", b"850STL25.0110" + b" " * 1011, "EBU STL", "SRT"),
    ("part.stl", b"solid kettle\nfacet normal 0 0 0\n", "3D printing", "words"),
    ("film.sub", b"\x00\x00\x01\xba\x44\x00\x04\x00", "VobSub", "pictures"),
    ("film.idx", b"# VobSub index file, v7 (do not modify this line!)\n", "VobSub", "pictures"),
    ("film.sup", b"PG\x00\x00\x00\x01\x00\x00\x00\x00\x16\x00\x13", "PGS", "pictures"),
    ("messages.csv", b"PK\x03\x04" + b"\0" * 26 + b"[Content_Types].xml" + b"x" * 99 + b"xl/workbook.xml", "Excel", "CSV"),
    ("messages.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "Excel", "CSV"),
    ("direct-messages.js", b'window.YTD.direct_messages.part0 = [ {"dmConversation": {}} ]', "archive", "whole archive"),
    ("shot.png", b"\x89PNG\r\n\x1a\n\0\0", "picture", "text"),
    ("cut.fcpxml", b"<?xml version='1.0'?><fcpxml/>", "editing project", "SRT"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "data", "what", "step"), CASES, ids=[case[0] for case in CASES])
def test_what_it_is_and_what_helps(name: str, data: bytes, what: str, step: str) -> None:
    """The reason names both."""
    with pytest.raises(BadInput) as caught:
        sniff(Head(data, name))
    assert what in caught.value.message and step in caught.value.message
