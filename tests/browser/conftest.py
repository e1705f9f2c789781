"""The browser tests' fixtures live in `browser_site`, which others may import."""

from browser_site import browser, site

__all__ = ["browser", "site"]
