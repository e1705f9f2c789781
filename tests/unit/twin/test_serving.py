"""What a published twin says of itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from house import SLUG, House


@pytest.mark.parametrize(
    ("base", "languages"),
    [("test-base", ("en", "zh")), ("smollm2-135m", ("en",)), ("gemma3-270m", ("en", "zh"))],
)
def test_it_answers_in_languages_that_its_base_writes(
    house: House, base: str, languages: tuple[str, ...]
) -> None:
    """Of the persona's; a base that nobody knows is taken at the persona's word."""
    serving = replace(house.app.published(SLUG), plain_base=base)
    assert serving.languages == languages
