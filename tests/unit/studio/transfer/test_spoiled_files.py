"""Good files spoiled at random, a thousand ways: always a clean refusal, never a trace."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fenshen.core.errors import AppError, BadInput
from fenshen.core.progress import silent
from fenshen.studio.transfer import names
from fenshen.studio.transfer.adapter import read_config
from fenshen.studio.transfer.checking import check_examples, check_twin, manifest_of, unpack_members
from fenshen.studio.transfer.checking_library import check_library
from fenshen.studio.transfer.container import Content, opened_zip, zip_bytes, zip_stream
from fenshen.studio.transfer.exact_json import exact_json, read_exact
from fenshen.studio.transfer.tensors import check_finite, read_tensors
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


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder of one example's own (hypothesis runs many in one test)."""
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


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
            facts = check_twin(inside, manifest)
            check_examples(inside)
            if manifest.has_library:
                check_library(inside, manifest, {one.id for one in facts.consents})
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
        return exact_json(told) + (b"\n" + rest if name.endswith("l") else b"")

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
        tensors = read_tensors(file)
        check_finite(file, tensors)
    except BadInput as refused:
        assert refused.code in ("bad_tensors", "bad_weights")
    else:
        assert sum(tensor.end - tensor.start for tensor in tensors.values()) == len(data)


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
def test_what_is_written_exactly_is_read_back(value: Any) -> None:
    """Unless it holds a NUL or half a character, which is refused."""
    data = exact_json(value)
    told = json.dumps(value, ensure_ascii=False)
    if "\\u0000" in told.replace("\\\\", "") or any("\ud800" <= c <= "\udfff" for c in told):
        with pytest.raises(BadInput):
            read_exact(data, "x", "bad")
    else:
        assert read_exact(data, "x", "bad") == json.loads(data)


SPELLINGS = [
    b'{"a":1,"a":1}',
    b'{"a": 1}',
    b'{"b":1,"a":1}',
    b"[NaN]",
    b"[1e999]",
    b"1.0e0",
    b"",
    b"\xff",
    b"[" * 99_999,
]


@pytest.mark.parametrize("data", SPELLINGS, ids=range(len(SPELLINGS)))
def test_another_spelling_of_the_same_is_refused(data: bytes) -> None:
    """Two readers can never see two things in one file."""
    with pytest.raises(BadInput):
        read_exact(data, "x", "bad")


def test_a_fingerprint_covers_the_days() -> None:
    """A key that lives longer is another signer."""
    one = Signer("0" * 64, NOW, datetime(2030, 1, 1, tzinfo=UTC))
    other = Signer("0" * 64, NOW, datetime(2031, 1, 1, tzinfo=UTC))
    assert one.fingerprint != other.fingerprint
