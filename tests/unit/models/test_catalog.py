"""The catalog: every card can be fetched, and says the truth about what is known."""

from __future__ import annotations

import re

import pytest

from fenshen.core.errors import NotFound
from fenshen.models.catalog import CATALOG, card
from fenshen.models.sources import HubFile, describe


@pytest.mark.parametrize("name", sorted(CATALOG))
def test_a_card_is_complete(name: str) -> None:
    """Files with sources, plain file names, a licence, and digests that look like digests."""
    model = card(name)
    assert model.files and model.licence and model.languages and model.needs and model.size_bytes > 0
    for file in model.files:
        assert re.fullmatch(r"[\w.-]+", file.name) and file.sources
        assert file.sha256 is None or re.fullmatch(r"[0-9a-f]{64}", file.sha256)
        assert all(describe(source) for source in file.sources)


def test_only_hub_bases_are_trusted_on_first_use() -> None:
    """A missing digest is admitted only where the hub is the one source."""
    unknown = {name for name, model in CATALOG.items() if any(file.sha256 is None for file in model.files)}
    sizes = ("0.6b", "1.7b", "4b", "8b", "14b")
    assert unknown == {f"qwen3-{size}{files}" for size in sizes for files in ("", "-weights")}
    for name in unknown:
        assert all(isinstance(s, HubFile) for file in CATALOG[name].files for s in file.sources)


def test_an_unknown_model_names_the_known_ones() -> None:
    """The message helps with a typing mistake."""
    with pytest.raises(NotFound, match="smollm2-135m"):
        card("smolm2")
