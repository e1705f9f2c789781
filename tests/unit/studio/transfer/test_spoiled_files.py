"""Good files spoiled at random, a thousand ways: always a clean refusal, never a trace."""

from __future__ import annotations

import json
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fenshen.core.errors import AppError, BadInput
from fenshen.core.progress import silent
from fenshen.studio.transfer import names
from fenshen.studio.transfer.adapter import read_config, read_matrices
from fenshen.studio.transfer.checks import (
    check_examples,
    check_library,
    check_twin,
    manifest_of,
    unpack_members,
)
from fenshen.studio.transfer.container import Content, opened_zip, zip_bytes, zip_stream
from fenshen.studio.transfer.manifest import canonical_json
from fenshen.studio.transfer.records import read_json
from fenshen.trust.signing import Signer
from twin_files import forged, safetensors, taken_apart

from .conftest import Sent

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
MEMBERS = sorted(name for name in names.BYTES_MAX if name != names.MANIFEST)

edits = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 12), st.binary(max_size=12)), min_size=1, max_size=4
)  # where (share of the length), how many bytes go, what comes instead
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def spoiled(data: bytes, changes: list[tuple[float, int, bytes]]) -> bytes:
    """The data with a few stretches replaced."""
    for share, gone, instead in changes:
        at = int(share * len(data))
        data = data[:at] + instead + data[at + gone :]
    return data


def check_whole(file: Path, outside: Path) -> None:
    """Everything that importing checks before it looks at the machine; nothing may appear outside its folder."""
    inside = outside / "inside"
    shutil.rmtree(inside, ignore_errors=True)
    inside.mkdir()
    before = sorted(outside.iterdir())
    try:
        with opened_zip(file) as archive:
            manifest = manifest_of(archive, NOW)
            unpack_members(archive, manifest, list(manifest.members), inside, silent)
            twin = check_twin(inside, manifest)
            check_examples(inside)
            if manifest.has_library:
                check_library(twin)
    finally:
        assert sorted(outside.iterdir()) == before


@settings(max_examples=80, deadline=None)
@given(changes=edits)
def test_bytes_of_the_file(sent: Sent, tmp_path_factory: pytest.TempPathFactory, changes: Any) -> None:
    """Somewhere in the file; what is still accepted is the very same file."""
    folder = tmp_path_factory.getbasetemp() / "bytes"
    folder.mkdir(exist_ok=True)
    good = sent.file.read_bytes()
    file = folder / "twin.fenshen"
    file.write_bytes(bad := spoiled(good, changes))
    try:
        check_whole(file, folder)
    except BadInput as refused:
        assert refused.code != "bad_input"
    else:
        assert _content(bad) == _content(good)


def _content(data: bytes) -> Any:
    with tempfile.NamedTemporaryFile() as file:
        Path(file.name).write_bytes(data)
        return taken_apart(Path(file.name))


@settings(max_examples=120, deadline=None)
@given(name=st.sampled_from(MEMBERS), changes=edits)
def test_bytes_of_a_member_under_a_good_signature(
    sent: Sent, tmp_path_factory: pytest.TempPathFactory, name: str, changes: Any
) -> None:
    """Signed by somebody who is trusted: the member's own check must find it, or it does no harm."""
    folder = tmp_path_factory.getbasetemp() / "members"
    folder.mkdir(exist_ok=True)
    file = folder / "twin.fenshen"
    file.write_bytes(forged(sent.file, sent.key, {name: lambda data: spoiled(data, changes)}))
    try:
        check_whole(file, folder)
    except AppError as refused:
        assert isinstance(refused, BadInput) and refused.code != "bad_input"


@settings(max_examples=120, deadline=None)
@given(name=st.sampled_from(MEMBERS), value=json_values, key=st.integers(0, 30))
def test_another_value_in_a_member_under_a_good_signature(
    sent: Sent, tmp_path_factory: pytest.TempPathFactory, name: str, value: Any, key: int
) -> None:
    """Well-formed JSON of the wrong kind: at the top, or in one field of an object or of the first row."""
    folder = tmp_path_factory.getbasetemp() / "values"
    folder.mkdir(exist_ok=True)

    def changed(data: bytes) -> bytes:
        if name == names.WEIGHTS:
            return safetensors(value)
        first, _, rest = data.partition(b"\n")
        try:
            told = json.loads(first)
        except ValueError:
            told = None
        if isinstance(told, dict) and told and key % 3:
            told[sorted(told)[key % len(told)]] = value
        else:
            told = value
        return canonical_json(told) + (b"\n" + rest if name.endswith("l") else b"")

    file = folder / "twin.fenshen"
    file.write_bytes(forged(sent.file, sent.key, {name: changed}))
    try:
        check_whole(file, folder)
    except AppError as refused:
        assert isinstance(refused, BadInput) and refused.code != "bad_input"


@settings(max_examples=120, deadline=None)
@given(value=json_values)
def test_any_adapter_config(value: Any) -> None:
    """Only a plain LoRA becomes a shape."""
    try:
        assert read_config(value).rank >= 1
    except BadInput as refused:
        assert refused.code == "adapter_config"


@settings(max_examples=120, deadline=None)
@given(
    header=st.dictionaries(
        st.text(max_size=6),
        st.fixed_dictionaries(
            {
                "dtype": st.sampled_from(["F32", "F16", "I8", 1, None]),
                "shape": st.lists(st.integers(-1, 1 << 70), max_size=3),
                "data_offsets": st.lists(st.integers(-1, 64) | st.just(1 << 63), max_size=3),
            }
        ),
        max_size=3,
    )
    | json_values,
    data=st.binary(max_size=64),
    length=st.none() | st.integers(0, (1 << 64) - 1),
)
def test_any_safetensors_header(
    tmp_path_factory: pytest.TempPathFactory, header: Any, data: bytes, length: int | None
) -> None:
    """What is accepted covers the file exactly, once."""
    file = tmp_path_factory.getbasetemp() / "any.safetensors"
    file.write_bytes(safetensors(header, data, length))
    try:
        matrices = read_matrices(file)
    except BadInput as refused:
        assert refused.code in ("bad_tensors", "bad_weights")
    else:
        width = {"F32": 4, "F16": 2}
        sides = {
            name: width[header[name]["dtype"]] * rows * columns for name, (rows, columns) in matrices.items()
        }
        assert sum(sides.values()) == len(data)


@settings(max_examples=100, deadline=None)
@given(sizes=st.lists(st.integers(0, 3000), max_size=8))
def test_the_length_is_known_before_the_first_byte(sizes: list[int]) -> None:
    """A download can say how long it will be."""
    contents = [
        Content(f"{names.ORIGINALS}{at:064x}", size, lambda size=size: iter([bytes(size)]))
        for at, size in enumerate(sizes)
    ]
    assert sum(map(len, zip_stream(contents))) == zip_bytes(contents)


@pytest.mark.parametrize("over", [0, 1])
def test_the_length_is_right_beyond_four_gigabytes(over: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where zip changes to 64 bits; the border is moved so that nobody writes four gigabytes."""
    import zipfile

    from fenshen.studio.transfer import container

    monkeypatch.setattr(container, "_LARGE_BYTES", 500)
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 1000)
    contents = [
        Content(f"{names.ORIGINALS}{at:064x}", size, lambda size=size: iter([bytes(size)]))
        for at, size in enumerate((400, 501, 1000 + over, 10))
    ]
    assert sum(map(len, zip_stream(contents))) == zip_bytes(contents)


@settings(max_examples=200, deadline=None)
@given(value=json_values)
def test_json_of_a_member_is_read_back(tmp_path_factory: pytest.TempPathFactory, value: Any) -> None:
    """Unless it holds a NUL or half a character, which no database or page takes."""
    file = tmp_path_factory.getbasetemp() / "member.json"
    file.write_bytes(canonical_json(value))
    text = json.dumps(value, ensure_ascii=False)
    if "\\u0000" in text.replace("\\\\", "") or any("\ud800" <= c <= "\udfff" for c in text):
        with pytest.raises(BadInput):
            read_json(file, "bad")
    else:
        assert read_json(file, "bad") == value


NO_VALUES = [b"[NaN]", b"[1e999]", b"", b"\xff", b"[" * 99_999]


@pytest.mark.parametrize("data", NO_VALUES, ids=range(len(NO_VALUES)))
def test_json_without_a_value_that_can_be_stored_is_refused(tmp_path: Path, data: bytes) -> None:
    """Numbers that JSON does not have, other bytes than text, and nesting without end."""
    file = tmp_path / "member.json"
    file.write_bytes(data)
    with pytest.raises(BadInput):
        read_json(file, "bad")


def test_a_fingerprint_covers_the_days() -> None:
    """A key that lives longer is another signer."""
    one = Signer("0" * 64, NOW, datetime(2030, 1, 1, tzinfo=UTC))
    other = Signer("0" * 64, NOW, datetime(2031, 1, 1, tzinfo=UTC))
    assert one.fingerprint != other.fingerprint
