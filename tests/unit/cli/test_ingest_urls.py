"""`fenshen ingest SLUG URL…` from the outside: items with their address, reasons, and nothing done twice."""

from __future__ import annotations

import pytest

from commands import Command
from fenshen.library.items import list_items
from hostile_site import serving
from house import SLUG, House

POST = "# The mantel clock\n\n" + "It had stood still for forty years before I opened it. " * 20


def test_urls_are_read_like_files(fenshen: Command, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A post behind a URL becomes an item that keeps the URL; again, it is unchanged and was not sent again."""
    with serving() as site:
        monkeypatch.setenv("FENSHEN_FETCH_ALLOW", f"127.0.0.1:{site.port}")
        site.page("/clock.md", POST, ETag='"1"')
        url = f"http://127.0.0.1:{site.port}/clock.md"
        first = fenshen(
            "ingest", SLUG, url, f"{url}.gone", "http://10.0.0.1/", "file:///etc/passwd", "--json"
        )
        assert first.code == 0, first.err
        assert (first.json["added"], first.json["unchanged"]) == (1, 0)
        assert [(one["path"], one["code"]) for one in first.json["skipped"]] == [
            (f"{url}.gone", "not_found"),
            ("http://10.0.0.1/", "refused_address"),
            ("file:///etc/passwd", "refused_scheme"),
        ]
        site.routes["/clock.md"] = lambda handler: handler.answer(304)
        second = fenshen("ingest", SLUG, url, "--json")
        assert (second.json["added"], second.json["unchanged"]) == (0, 1)
        assert site.seen[-1][1]["if-none-match"] == '"1"'
    (item,) = [one for one in list_items(house.app.db, SLUG) if one.url]
    assert (item.title, item.url) == ("The mantel clock", url)


def test_without_the_operators_setting_nothing_inside_is_reached(fenshen: Command) -> None:
    """The same address is refused, and an ingest of nothing else ends with 3."""
    with serving() as site:
        site.page("/clock.md", POST)
        for address in (f"127.0.0.1:{site.port}", "127.0.0.1", "localhost"):
            done = fenshen("ingest", SLUG, f"http://{address}/clock.md")
            assert done.code == 3
            assert "refused_" in done.err
        assert site.seen == []


@pytest.mark.parametrize("options", [["--newest", "0"], ["--since", "yesterday"], []])
def test_wrong_options_are_a_usage_error(fenshen: Command, options: list[str]) -> None:
    """A number below one, a day that is none, and no source at all."""
    sources = ["https://mara.example/feed"] if options else []
    assert fenshen("ingest", SLUG, *sources, *options).code == 2


def test_a_setting_that_is_wrong_is_named(fenshen: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """The operator reads which setting and what it wants."""
    monkeypatch.setenv("FENSHEN_FETCH_ALLOW", "everything")
    done = fenshen("ingest", SLUG, "https://mara.example/feed")
    assert done.code == 3
    assert "FENSHEN_FETCH_ALLOW" in done.err
