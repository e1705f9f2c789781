"""Signs of somebody else's work: what raises them and, as important, what does not."""

from __future__ import annotations

import pytest

from fenshen.library.flags import third_party_flags

RAISED = {
    "Hallelujah (Cover)": "cover",
    "Blackbird - acoustic cover": "cover",
    "《乌篷》翻唱": "cover",
    "Rain on Tin feat. Ada Ferreira": "featuring",
    "Rain on Tin (ft. Ada)": "featuring",
    "Reacting to the worst kettle ad ever": "reaction",
    "My reaction video: toasters": "reaction",
    "Night Ferry [Official Music Video]": "official",
    "夜航 官方MV": "official",
    "Night Ferry (Lyrics)": "lyrics",
    "Night Ferry (DJ Ohm Remix)": "remix",
}
QUIET = [
    "How to cover an umbrella",
    "The chemical reaction inside a battery",
    "The feat of mending a mantel clock",
    "Ten ft. of cable",
    "My official opinion on toasters",
    "Covering the deck before the rain",
    "外婆的雨伞",
]


@pytest.mark.parametrize("title", RAISED)
def test_a_title_that_names_anothers_work_is_flagged(title: str) -> None:
    """In both languages, with the words that were found in the reason."""
    (flag,) = third_party_flags([title])
    assert flag.code == RAISED[title] and "title says" in flag.reason


@pytest.mark.parametrize("title", QUIET)
def test_an_ordinary_title_is_not(title: str) -> None:
    """A creator must not confirm half of their library."""
    assert third_party_flags([title]) == ()


@pytest.mark.parametrize(
    ("sung", "said", "flagged"),
    [(30, 0, True), (10, 20, True), (2, 200, False), (3, 0, False), (0, 50, False)],
)
def test_mostly_music_is_flagged_and_a_jingle_is_not(sung: int, said: int, flagged: bool) -> None:
    """From 30 % of the lines, at least four of them."""
    lines = [
        *["♪ down by the ferry ♪", "[Music]"] * (sung // 2),
        *["[Music playing]"] * (sung % 2),
        *["I mend kettles."] * said,
    ]
    assert [f.code for f in third_party_flags(["Ferry"], lines)] == (["music"] if flagged else [])


@pytest.mark.parametrize(
    ("description", "flagged"),
    [
        ("Licence: CC BY-NC-ND", True),
        ("© Ferry Records. All rights reserved.", True),
        ("© 2024 Mara Quill. All rights reserved.", False),
        ("本视频未经授权禁止转载", True),
        ("CC BY 4.0, take what you like", False),
    ],
)
def test_a_licence_that_reserves_rights_to_another_is_flagged(description: str, flagged: bool) -> None:
    """The creator's own notice is no sign."""
    found = third_party_flags(["Ferry"], description=description, own_names=("Mara Quill", "Mara"))
    assert [f.code for f in found] == (["licence"] if flagged else [])


def test_another_artist_in_the_tags_is_flagged() -> None:
    """The creator's own name there is not."""
    assert [f.code for f in third_party_flags(["a"], tags=["artist: Ada F."], own_names=["Mara"])] == [
        "owner"
    ]
    assert third_party_flags(["a"], tags=["artist: Mara Quill", "kettle"], own_names=["Mara Quill"]) == ()


def test_hostile_text_is_read_quickly() -> None:
    """Brackets and spaces without end end the search, not the machine."""
    assert third_party_flags(
        ["(" * 100_000, "(cover" * 50_000], ["[" * 100_000] * 50, description="cc by" + "-nc" * 50_000
    )
