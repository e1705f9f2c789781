"""Rights as people write them: in front matter, in `rights.yaml`, on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from fenshen.core.errors import BadInput
from fenshen.library.claims import ALL_MINE, Rights, make_rights, parse_rights, restored, stored
from fenshen.library.licences import read_licence
from fenshen.library.readers.markdown import read_markdown
from fenshen.library.rights_file import folder_rights

WRITTEN: dict[str, Rights] = {
    "mine": ALL_MINE,
    "我的": ALL_MINE,
    "true": ALL_MINE,
    "none": Rights(),
    "false": Rights(),
    "[cite, train, cite]": Rights(("train", "cite")),
    "{uses: cite, owner: Ada, licence: CC-BY-4.0, territory: [tw, CN], consent: cns_1}": Rights(
        ("cite",), "Ada", "CC-BY-4.0", "CN,TW", "cns_1"
    ),
    "{uses: 'train, sing', owner: me}": Rights(("train", "sing"), "mine"),
    "{owner: Ada}": Rights((), "Ada"),
}


@pytest.mark.parametrize("text", WRITTEN)
def test_rights_are_read_as_written(text: str) -> None:
    """Words, lists and mappings; what grants nothing says nothing."""
    assert parse_rights(yaml.safe_load(text)) == WRITTEN[text]


@pytest.mark.parametrize(
    "value",
    [
        "all of it",
        7,
        ["dance"],
        {"uses": ["cite"], "until": 1},
        {"uses": {}},
        {"uses": "cite", "territory": "Mars"},
        {"owner": {}},
    ],
)
def test_what_cannot_be_understood_is_refused(value: Any) -> None:
    """It may say no, so it is never taken for yes."""
    with pytest.raises(BadInput) as refused:
        parse_rights(value)
    assert refused.value.code == "bad_rights"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda v: st.lists(v) | st.dictionaries(st.text(), v),
    )
)
def test_no_yaml_breaks_the_parser(value: Any) -> None:
    """Anything YAML can hold is rights or `bad_rights`."""
    try:
        assert restored(stored(parse_rights(value))) == parse_rights(value)
    except BadInput as error:
        assert error.code == "bad_rights"


@pytest.mark.parametrize(
    ("words", "name", "said"),
    [
        ("CC BY-NC 4.0", "CC-BY-NC-4.0", "nc"),
        ("cc-by-nc-nd-3.0", "CC-BY-NC-ND-3.0", "nc nd"),
        ("Licensed under CC BY-SA", "CC-BY-SA-4.0", ""),
        ("CC0-1.0", "CC0-1.0", ""),
        ("© 2024 Ada. All Rights Reserved.", "© 2024 Ada. All Rights Reserved.", "reserved"),
        ("for non-commercial use", "for non-commercial use", "nc"),
        ("转载请注明出处，禁止商用", "转载请注明出处，禁止商用", "nc"),
        ("版权所有，未经授权不得转载", "版权所有，未经授权不得转载", "reserved"),
        ("MIT", "MIT", ""),
    ],
)
def test_licences_are_recognised_in_words(words: str, name: str, said: str) -> None:
    """Creative Commons in any spelling, and plain refusals in both languages."""
    licence = read_licence(words)
    found = {"nc": licence.non_commercial, "nd": licence.no_derivatives, "reserved": licence.reserved}
    assert (licence.name, " ".join(key for key, holds in found.items() if holds)) == (name, said)


def test_front_matter_says_what_a_post_is_for() -> None:
    """`rights:` reaches the document; a post without it says nothing; a broken one is refused."""
    assert read_markdown("---\nrights: mine\n---\nHello there.").rights == ALL_MINE
    assert read_markdown("---\ntitle: x\n---\nHello there.").rights is None
    with pytest.raises(BadInput, match="nothing known"):
        read_markdown("---\nrights: whatever\n---\nHello there.")


def test_the_nearest_and_last_word_of_a_folder_decides(tmp_path: Path) -> None:
    """A `rights.yaml` speaks for what lies below it; deeper and later entries outdo it; above the root none does."""
    guests = tmp_path / "given" / "guests" / "2024"
    guests.mkdir(parents=True)
    (tmp_path / "rights.yaml").write_text("rights: {uses: [sing]}")
    (tmp_path / "given" / "rights.yaml").write_text(
        "- {match: '*', rights: mine}\n- {match: guests, uses: [cite]}\n- {match: '*.SRT', uses: [train]}\n"
    )
    (guests / "rights.yaml").write_text("- match: ada.md\n  owner: Ada\n  uses: [cite, train]\n")
    asked = {"a.md": tmp_path / "given", "b.srt": tmp_path / "given", "bo.md": guests, "ada.md": guests}
    said = {name: folder_rights(folder / name, tmp_path / "given") for name, folder in asked.items()}
    assert said["a.md"] == ALL_MINE
    assert said["b.srt"] == Rights(("train",))
    assert said["bo.md"] == Rights(("cite",))
    assert said["ada.md"] == make_rights(["train", "cite"], "Ada")
    assert folder_rights(tmp_path / "elsewhere.md", tmp_path / "given") == Rights(("sing",))


@pytest.mark.parametrize(
    "content", ["- {match: [], rights: mine}", "{uses: [", "a: &a [*a]", "- " * 30_000, "x" * 70_000]
)
def test_a_broken_rights_file_is_refused(tmp_path: Path, content: str) -> None:
    """With the folder's name in the message, so that it can be found."""
    (tmp_path / "rights.yaml").write_text(content)
    with pytest.raises(BadInput, match=tmp_path.name) as refused:
        folder_rights(tmp_path / "a.md", tmp_path)
    assert refused.value.code == "bad_rights"


def test_a_rights_file_that_is_a_link_is_refused(tmp_path: Path) -> None:
    """Nothing outside the folder is read."""
    (tmp_path / "elsewhere").write_text("rights: mine")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "rights.yaml").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(BadInput, match="plain file"):
        folder_rights(folder / "a.md", folder)
