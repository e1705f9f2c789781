"""Archives become folders, whatever they were made to do; and an ingest walks them like folders."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fenshen.core.db import Database
from fenshen.core.errors import BadInput
from fenshen.library import items
from fenshen.library.archives.entries import Limits, inner_path
from fenshen.library.archives.streams import archive_kind
from fenshen.library.archives.unpack import OpenedArchives, Unpacked
from fenshen.library.files import Found, find_files
from fenshen.library.skipped import Skipped

from .conftest import Take
from .make_documents import paragraph, write_docx, write_zip

SRT = b"1\n00:00:01,000 --> 00:00:04,000\nThe kettle is not broken, it is sulking.\n"
POST = b"A good post about kettles and their moods.\n"


def write_tar(entries: dict[str, bytes | str], format: int = tarfile.PAX_FORMAT) -> bytes:
    """A tar of files by name; a string is where a symbolic link leads."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=format) as archive:
        for name, content in entries.items():
            info = tarfile.TarInfo(name)
            if isinstance(content, str):
                info.type, info.linkname = tarfile.SYMTYPE, content
                archive.addfile(info)
            else:
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def zstandard(data: bytes) -> bytes:
    pyarrow = pytest.importorskip("pyarrow")
    packed: bytes = pyarrow.compress(data, codec="zstd", asbytes=True)
    return packed


def unpack(
    tmp_path: Path, name: str, data: bytes, limits: Limits | None = None
) -> tuple[dict[str, bytes], list[Skipped]]:
    """The files in an archive by inner path, and what was refused."""
    path = tmp_path / name
    path.write_bytes(data)
    with OpenedArchives(tmp_path / "scratch", limits or Limits()) as archives:
        found = archives.open(path, name, 0, None)
        assert isinstance(found, Unpacked)
        files = {
            file.relative_to(found.folder).as_posix(): file.read_bytes()
            for file in found.folder.rglob("*")
            if file.is_file()
        }
    assert list((tmp_path / "scratch").iterdir()) == []
    return files, found.skipped


def codes(skipped: list[Skipped]) -> dict[str, str]:
    return {one.path: one.code for one in skipped}


TWO = {"talks/a.srt": SRT, "b.md": POST}
TARRED = write_tar(dict(TWO))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.zip", write_zip(TWO)),
        ("a.srt", write_zip(TWO)),
        ("a.tar", TARRED),
        ("a.tar", write_tar(dict(TWO), tarfile.GNU_FORMAT)),
        ("a.tar", write_tar(dict(TWO), tarfile.USTAR_FORMAT)),
        ("a.tar.gz", gzip.compress(TARRED)),
        ("a.tbz2", bz2.compress(TARRED)),
        ("a.txz", lzma.compress(TARRED)),
        ("a.tar.zst", lambda: zstandard(TARRED)),
    ],
)
def test_the_same_files_come_out_of_every_kind_of_archive(
    name: str, data: bytes | Callable[[], bytes], tmp_path: Path
) -> None:
    """Told by content; the name of the archive does not matter."""
    assert unpack(tmp_path, name, data() if callable(data) else data) == (TWO, [])


@pytest.mark.parametrize(
    ("name", "pack", "inner"),
    [
        ("a.srt.gz", gzip.compress, "a.srt"),
        ("a.srt.bz2", bz2.compress, "a.srt"),
        ("a.srt.xz", lzma.compress, "a.srt"),
        ("a.srt", gzip.compress, "a.srt"),
        ("a.gz", lambda data: gzip.compress(data[:20]) + gzip.compress(data[20:]), "a"),
    ],
)
def test_a_single_packed_file_is_unpacked(
    name: str, pack: Callable[[bytes], bytes], inner: str, tmp_path: Path
) -> None:
    """Also one that was packed in several pieces."""
    assert unpack(tmp_path, name, pack(SRT)) == ({inner: SRT}, [])


@pytest.mark.parametrize("write", [write_zip, write_tar], ids=["zip", "tar"])
@pytest.mark.parametrize(
    "name",
    [
        "../../etc/cron.d/x",
        "/etc/cron.d/x",
        "a/../../x",
        "C:\\windows\\x",
        "..\\..\\x",
        "d/" * 40 + "x",
        "./..",
    ],
)
def test_a_name_that_leads_out_is_refused_and_its_neighbour_taken(
    name: str, write: Callable[[dict[str, bytes]], bytes], tmp_path: Path
) -> None:
    """Nothing is written outside the scratch folder, and the good file is there."""
    before = set(tmp_path.rglob("*"))
    files, skipped = unpack(tmp_path, "a.zip", write({name: b"bad", "good.md": POST}))
    assert files == {"good.md": POST}
    assert [one.code for one in skipped] == ["archive_unsafe_name"]
    assert {path.name for path in tmp_path.rglob("*")} - {path.name for path in before} <= {
        "a.zip",
        "scratch",
    }


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("line\nbreak.md", "line\nbreak.md"),
        ("rtl\u202edm.md", "rtl\u202edm.md"),
        ("é" * 150 + ".md", "é" * 98 + ".md"),
        ("x" * 300, "x" * 200),
        ("back\\slash.md", "back/slash.md"),
        ("./a//b.md", "a/b.md"),
    ],
)
@pytest.mark.parametrize("write", [write_zip, write_tar], ids=["zip", "tar"])
def test_odd_names_are_kept_or_shortened(
    name: str, stored: str, write: Callable[[dict[str, bytes]], bytes], tmp_path: Path
) -> None:
    """Too long for a file system is shortened before its ending, the rest stays as it is."""
    assert unpack(tmp_path, "a.zip", write({name: POST})) == ({stored: POST}, [])


@pytest.mark.parametrize("encoding", ["gbk", "big5", "shift_jis", "utf-8"])
def test_zip_names_that_do_not_say_their_encoding(encoding: str, tmp_path: Path) -> None:
    """As Windows writes them, in the code page of where it was bought."""
    names = ["课程/修一把伞的方法.md", "课程/各位早上好.md"] if encoding in ("gbk", "utf-8") else (
        ["課程/修一把傘的方法.md", "課程/各位早上好.md"] if encoding == "big5" else ["レッスン/傘をなおす方法です.md", "レッスン/おはようございます.md"]
    )  # fmt: skip
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for n in range(2):
            archive.writestr(f"@@@{n}", POST)
    data = buffer.getvalue()
    for n, name in enumerate(names):
        data = _renamed(data, f"@@@{n}".encode(), name.encode(encoding))
    files, skipped = unpack(tmp_path, "a.zip", data)
    assert (sorted(files), skipped) == (sorted(names), [])


def _renamed(data: bytes, old: bytes, new: bytes) -> bytes:
    """A stored zip with an entry's name replaced by bytes of another length."""
    out = io.BytesIO()
    source = zipfile.ZipFile(io.BytesIO(data))
    with zipfile.ZipFile(out, "w") as target:
        for info in source.infolist():
            name = new.decode("cp437") if info.filename.encode("cp437") == old else info.filename
            fresh = _Plain(name)
            target.writestr(fresh, source.read(info))
    return out.getvalue()


class _Plain(zipfile.ZipInfo):
    """An entry whose name is written as bytes of code page 437, never flagged as UTF-8."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.filename.encode("cp437"), self.flag_bits & ~0x800


def test_a_name_with_a_nul_is_refused(tmp_path: Path) -> None:
    """It would end early in one program and late in another."""
    data = write_zip({"a@b.md": POST, "good.md": POST}).replace(b"a@b.md", b"a\0b.md")
    files, skipped = unpack(tmp_path, "a.zip", data)
    assert (files, codes(skipped)) == ({"good.md": POST}, {"a.zip/a\\x00b.md": "archive_unsafe_name"})


def test_links_and_devices_are_refused(tmp_path: Path) -> None:
    """Symbolic and hard links, devices and pipes; in tar and, as Unix writes them, in zip."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, kind in (
            ("dev", tarfile.CHRTYPE),
            ("block", tarfile.BLKTYPE),
            ("pipe", tarfile.FIFOTYPE),
            ("hard", tarfile.LNKTYPE),
            ("soft", tarfile.SYMTYPE),
        ):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
        info = tarfile.TarInfo("soft/passwd")
        info.size = 3
        archive.addfile(info, io.BytesIO(b"bad"))
    files, skipped = unpack(tmp_path, "a.tar", buffer.getvalue())
    assert files == {"soft/passwd": b"bad"}
    assert codes(skipped) == {
        f"a.tar/{name}": "archive_link" for name in ("dev", "block", "pipe", "hard", "soft")
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        link = zipfile.ZipInfo("soft")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        packed.writestr(link, "/etc/passwd")
    assert unpack(tmp_path, "a.zip", out.getvalue()) == (
        {},
        [Skipped("a.zip/soft", "archive_link", "it is a link or device, not a file")],
    )


def test_of_two_entries_of_one_name_the_first_is_taken(tmp_path: Path) -> None:
    """A file cannot be a folder either."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed, pytest.warns(UserWarning, match="Duplicate"):
        for name, content in (
            ("a.md", POST),
            ("a.md", b"other"),
            ("./a.md", b"third"),
            ("a.md/b.md", b"below"),
        ):
            packed.writestr(name, content)
    files, skipped = unpack(tmp_path, "a.zip", out.getvalue())
    assert files == {"a.md": POST}
    assert [one.code for one in skipped] == ["archive_duplicate"] * 3


def test_encrypted_and_unknown_methods_are_refused_entry_by_entry(tmp_path: Path) -> None:
    """The rest is taken."""
    data = bytearray(write_zip({"locked.md": POST, "good.md": POST}))
    first = data.index(b"PK\x01\x02")
    struct.pack_into("<H", data, first + 8, 1)
    assert codes(unpack(tmp_path, "a.zip", bytes(data))[1]) == {"a.zip/locked.md": "archive_encrypted"}
    struct.pack_into("<H", data, first + 8, 0)
    struct.pack_into("<H", data, first + 10, 12)
    files, skipped = unpack(tmp_path, "b.zip", bytes(data))
    assert (files, codes(skipped)) == ({"good.md": POST}, {"b.zip/locked.md": "archive_method"})


def test_a_wrong_checksum_loses_only_its_entry(tmp_path: Path) -> None:
    """What was written of it is removed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("bad.md", b"A post that is going to be damaged.")
        packed.writestr("good.md", POST)
    data = out.getvalue().replace(b"going to be", b"gonna be...", 1)
    files, skipped = unpack(tmp_path, "a.zip", data)
    assert (files, codes(skipped)) == ({"good.md": POST}, {"a.zip/bad.md": "archive_damaged"})


def overlapping_zip(copies: int) -> bytes:
    """Entries whose directory records all point at one kernel of data."""
    kernel = write_zip({"a.md": b"0" * (1 << 20)})
    at = kernel.index(b"PK\x01\x02")
    end = kernel.index(b"PK\x05\x06")
    record = kernel[at:end]
    names = [record[:46] + f"{n:04d}"[:4].encode() + record[50:] for n in range(copies)]
    directory = b"".join(names)
    return (
        kernel[:at]
        + directory
        + struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, copies, copies, len(directory), at, 0)
    )


def test_entries_that_share_bytes_are_refused(tmp_path: Path) -> None:
    """A zip that grows by pointing many names at the same bytes gives none of them."""
    files, skipped = unpack(tmp_path, "a.zip", overlapping_zip(200))
    assert files == {}
    assert {one.code for one in skipped} == {"archive_overlap"}


def with_size(tar: bytes, size: bytes) -> bytes:
    """A tar whose first header states another size, its checksum right."""
    header = bytearray(tar[:512])
    header[124:136] = size
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header) + tar[512:]


SMALL = Limits(entries=20, ratio=10, floor_bytes=10_000, total_bytes=1 << 20)


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("zip bomb", write_zip({"a": b"0" * 1_000_000}), "archive_too_large"),
        ("gzip bomb", gzip.compress(b"0" * 1_000_000), "archive_too_large"),
        ("bzip2 bomb", bz2.compress(b"0" * 1_000_000), "archive_too_large"),
        ("xz bomb", lzma.compress(b"0" * 1_000_000), "archive_too_large"),
        ("zstandard bomb", lambda: zstandard(b"0" * 1_000_000), "archive_too_large"),
        ("tar bomb", gzip.compress(write_tar({"a": b"0" * 1_000_000})), "archive_too_large"),
        ("many files in a zip", write_zip({f"{n}": b"" for n in range(30)}), "archive_too_many_files"),
        ("many files in a tar", write_tar({f"{n}": b"" for n in range(30)}), "archive_too_many_files"),
        ("half a zip", write_zip(TWO)[:-30], "archive_damaged"),
        ("half a gzip", gzip.compress(bytes(range(256)) * 40)[:-40], "archive_damaged"),
        ("half a tar", write_tar({"a": b"0" * 5000})[:3000], "archive_damaged"),
        ("a file that says 8 GiB", with_size(write_tar({"a": b"1"}), b"77777777777\0"), "archive_damaged"),
        ("a size that is none", with_size(write_tar({"a": b"1"}), b"\xff" * 12), "archive_damaged"),
        ("a second header of noise", write_tar({"a": b"1"})[:1024] + b"noise" * 400, "archive_damaged"),
    ],
)  # fmt: skip
def test_what_goes_past_a_limit_ends_there(
    name: str, data: bytes | Callable[[], bytes], code: str, tmp_path: Path
) -> None:
    """Said once of the archive or the entry, and nothing half-written stays."""
    files, skipped = unpack(tmp_path, "a.bin", data() if callable(data) else data, SMALL)
    assert {one.code for one in skipped} == {code}
    assert all(len(content) <= 10_000 for content in files.values())


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60))
def test_a_name_becomes_a_path_below_its_folder_or_is_refused(name: str) -> None:
    """Whatever the name, it never leads up or to the root."""
    try:
        path = inner_path(name)
    except BadInput as error:
        assert error.code == "archive_unsafe_name"
    else:
        assert not path.is_absolute()
        assert ".." not in path.parts
        assert all(0 < len(part.encode()) <= 200 for part in path.parts)


@settings(max_examples=150, deadline=None)
@given(kind=st.sampled_from(["zip", "tar", "gz"]), at=st.floats(0, 1), byte=st.integers(0, 255))
def test_one_changed_byte_never_raises(
    kind: str, at: float, byte: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """An archive that is damaged anywhere is unpacked as far as it goes, or refused, or no archive any more."""
    data = bytearray({"zip": write_zip(TWO), "tar": TARRED, "gz": gzip.compress(TARRED)}[kind])
    data[int(at * (len(data) - 1))] = byte
    path = tmp_path_factory.mktemp("changed") / "a"
    path.write_bytes(data)
    with OpenedArchives(path.parent / "scratch") as archives:
        archives.open(path, "a", 0, None)


def test_documents_are_zips_but_not_archives(tmp_path: Path) -> None:
    """A Word document is read, not walked."""
    for name, data in (
        ("a.docx", write_docx(paragraph("x"))),
        ("b.xlsx", write_zip({"xl/workbook.xml": "x"})),
    ):
        (tmp_path / name).write_bytes(data)
        assert archive_kind(tmp_path / name) is None


def test_an_archive_in_a_library_is_walked_like_a_folder(folder: Path, db: Database, take: Take) -> None:
    """Its files are shown below its name; `private` folders hold; a nested archive is opened too."""
    inner = write_zip({"2024-03-16 The Clock.srt": SRT})
    (folder / "export.zip").write_bytes(
        write_zip({"posts/one.md": POST, "private/two.md": b"Another post, of no concern to you.", "more.zip": inner, "c.exe": b"MZ"})
    )  # fmt: skip
    report = take()
    stored = {item.path: (item.title, item.private) for item in items.list_items(db, "mara")}
    assert stored == {
        "export.zip/posts/one.md": ("one", False),
        "export.zip/private/two.md": ("two", True),
        "export.zip/more.zip/2024-03-16 The Clock.srt": ("The Clock", False),
    }
    assert codes(list(report.skipped)) == {"export.zip/c.exe": "unknown_format"}


def test_taken_in_again_a_changed_archive_replaces_what_changed(
    folder: Path, db: Database, take: Take
) -> None:
    """A file in it is remembered by the archive's place and its own, wherever it was unpacked."""
    path = folder / "export.zip"
    path.write_bytes(write_zip({"a.md": POST, "b.md": b"A second post, about saucers."}))
    assert take().added == 2
    assert take().unchanged == 2
    path.write_bytes(write_zip({"a.md": POST, "b.md": b"A second post, about saucers and screws."}))
    report = take()
    assert (report.unchanged, report.replaced, report.added) == (1, 1, 0)
    assert len(items.list_items(db, "mara")) == 2


def test_a_whole_export_in_an_archive_is_one_find(tmp_path: Path, samples: Path) -> None:
    """A Slack zip is read as Slack, not as loose JSON."""
    (slack,) = (samples / "chats" / "slack").glob("*.zip")
    with OpenedArchives(tmp_path) as archives:
        (found,) = find_files([slack], archives)
        assert isinstance(found, Found)
        assert found.path.is_dir()
        assert found.shown == slack.name
        assert found.origin == slack


def test_a_slack_export_in_a_zip_becomes_its_chats(samples: Path, db: Database, take: Take) -> None:
    """Ingested as it was downloaded."""
    report = take(samples / "chats" / "slack")
    assert report.skipped == ()
    assert {item.format for item in items.list_items(db, "mara")} == {"slack"}


def test_a_rights_file_in_an_archive_speaks_for_it(folder: Path, db: Database, take: Take) -> None:
    """What stands inside beats what stands beside; where nothing stands inside, what stands beside holds."""
    (folder / "rights.yaml").write_text("- match: '*'\n  owner: Ada Ferreira\n  uses: [cite]\n")
    (folder / "a.zip").write_bytes(
        write_zip({"rights.yaml": "- match: '*'\n  owner: Bo Lind\n  uses: [cite]\n", "a.md": POST})
    )
    (folder / "b.zip").write_bytes(write_zip({"b.md": b"A second post, about saucers."}))
    take()
    owners = {
        item.path: item.folder_rights.owner for item in items.list_items(db, "mara") if item.folder_rights
    }
    assert owners == {"a.zip/a.md": "Bo Lind", "b.zip/b.md": "Ada Ferreira"}


def test_what_a_killed_ingest_left_goes_with_the_next(tmp_path: Path) -> None:
    """A scratch folder in use is left alone."""
    left = tmp_path / "unpacked-left"
    left.mkdir()
    (left / "a.md").write_bytes(POST)
    with OpenedArchives(tmp_path):
        assert not left.exists()
        (kept,) = tmp_path.iterdir()
        with OpenedArchives(tmp_path):
            assert kept.exists()
    assert list(tmp_path.iterdir()) == []


def write_folders(count: int) -> bytes:
    """A tar of empty folders."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for number in range(count):
            info = tarfile.TarInfo(str(number))
            info.type = tarfile.DIRTYPE
            archive.addfile(info)
    return buffer.getvalue()


MANY = {
    "a.zip": write_zip({f"{n}": b"x" for n in range(30)}),
    "b.zip": write_zip({f"{n}/": b"" for n in range(30)}),
    "c.zip": write_zip({f"{n}/" + "/".join("abcdefghij") + "/t.md": POST for n in range(3)}),
    "d.tar": write_folders(30),
    "e.tar.gz": gzip.compress(write_tar({f"{n}": b"x" for n in range(30)})),
    "f.tar.xz": lzma.compress(write_tar({f"{n}": b"" for n in range(30)})),
}


@pytest.mark.parametrize("name", MANY)
def test_too_many_files_and_folders_are_refused_whole_with_the_number(tmp_path: Path, name: str) -> None:
    """Before anything of them is read, whether they are files, folders or folders that only names speak of."""
    files, skipped = unpack(tmp_path, name, MANY[name], Limits(entries=20))
    assert files == {}
    assert codes(skipped) == {name: "archive_too_many_files"}
    assert "20 files and folders" in skipped[0].reason


def test_empty_files_are_told_in_one_line(tmp_path: Path) -> None:
    """And the others are taken."""
    data = write_zip({**{f"{n}.txt": b"" for n in range(9)}, "b.md": POST})
    files, skipped = unpack(tmp_path, "a.zip", data)
    assert files == {"b.md": POST}
    assert [(one.path, one.code, one.reason) for one in skipped] == [
        ("a.zip", "empty", "9 of the files in it are empty")
    ]
