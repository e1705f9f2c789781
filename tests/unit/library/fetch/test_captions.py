"""Which captions stand for what a creator says: written before heard, never a translation."""

from __future__ import annotations

from typing import Any

import pytest

from fenshen.library.fetch.captions import Caption, choose_caption, code_of

VTT = [{"ext": "json3", "url": "u"}, {"ext": "vtt", "url": "u"}]
#: YouTube offers what it heard in every language; the one that is not a translation ends in `-orig`.
HEARD = dict.fromkeys(("en-orig", "en", "de", "fr", "zh-Hans", "zh-Hant", "de-en", "ab"), VTT)

CASES: dict[str, tuple[dict[str, Any], tuple[str, ...], Caption | None]] = {
    "written beats heard": (
        {"language": "en", "subtitles": {"en": VTT, "de": VTT}, "automatic_captions": HEARD},
        (),
        Caption("en", "en", False),
    ),
    "heard in the language spoken beats a translation by hand": (
        {"language": "en-US", "subtitles": {"de": VTT, "fr": VTT}, "automatic_captions": HEARD},
        ("de",),
        Caption("en-orig", "en", True),
    ),
    "the original tells the language": (
        {"subtitles": {"de": VTT}, "automatic_captions": HEARD},
        ("de",),
        Caption("en-orig", "en", True),
    ),
    "the creator's language where nobody says": (
        {"subtitles": {"de": VTT, "en-GB": VTT}},
        ("zh", "en"),
        Caption("en-GB", "en", False),
    ),
    "Chinese of either script": (
        {"language": "zh-CN", "subtitles": {"zh-Hans": VTT, "en": VTT}},
        (),
        Caption("zh-Hans", "zh", False),
    ),
    "Bilibili marks what it heard": (
        {"subtitles": {"danmaku": [{"ext": "xml"}], "ai-zh": [{"ext": "srt", "data": "x"}], "ai-en": VTT}},
        ("zh",),
        Caption("ai-zh", "zh", True),
    ),
    "a chat is no caption": ({"subtitles": {"live_chat": [{"ext": "json"}]}}, ("en",), None),
    "only formats that are read": ({"language": "en", "subtitles": {"en": [{"ext": "json3"}]}}, (), None),
    "translations of nobody knows what": (
        {"automatic_captions": {"en": VTT, "de": VTT, "fr": VTT}},
        (),
        None,
    ),
    "the only captions there are": ({"subtitles": {"en": VTT}}, (), Caption("en", "en", False)),
    "the only captions, in a language the creator does not speak": (
        {"subtitles": {"en": VTT}},
        ("zh",),
        None,
    ),
    "captions in another language than spoken": ({"language": "ja", "subtitles": {"en": VTT}}, ("en",), None),
    "none": ({"language": "en", "subtitles": None, "automatic_captions": {}}, ("en",), None),
}


@pytest.mark.parametrize("case", CASES)
def test_the_caption_that_is_taken(case: str) -> None:
    """The table says which, and when the sound is heard instead (`None`)."""
    info, languages, expected = CASES[case]
    assert choose_caption(info, languages) == expected


@pytest.mark.parametrize(
    ("key", "code"),
    [("en", "en"), ("zh-Hans", "zh"), ("a.en", "en"), ("ai-zh", "zh"), ("en-orig", "en"), ("pt_BR", "pt")],
)
def test_sites_name_languages_in_their_own_ways(key: str, code: str) -> None:
    """Each becomes an ISO 639-1 code."""
    assert code_of(key) == code
