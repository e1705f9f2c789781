"""A misbehaving web server, and a guard for which every name is public and leads to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fenshen.core.clock import SystemClock
from fenshen.library.fetch.guarded import Guard
from hostile_site import Names, Site, serving


@pytest.fixture
def site() -> Iterator[Site]:
    """A server on a free port of this machine."""
    with serving() as made:
        yield made


@pytest.fixture
def guard(site: Site) -> Guard:
    """A guard for which every name is public and every connection ends at `site`."""
    return Guard(SystemClock(), resolve=Names(), dial=site.dial)
