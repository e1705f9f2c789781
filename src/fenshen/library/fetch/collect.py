"""URLs to files in a folder, each with what is known of it, by what lies behind the URL.

    URL → a video site? `videos`
        → fetched → a feed? its entries: recordings with their subtitles, or posts
                  → a page? kept as HTML (a site's front page stands for its feed)
                  → sound, video or a document: kept

What cannot be had is skipped with a code and never stops the rest. Knows nothing about the database.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from fenshen.core.clock import Clock
from fenshen.core.errors import BadInput, EngineMissing
from fenshen.core.progress import Progress, silent
from fenshen.library.fetch import entries
from fenshen.library.fetch.download import MEDIA, Saved, Told, Wish, save
from fenshen.library.fetch.feeds import Entry, Feed, parse_feed
from fenshen.library.fetch.guarded import Answer, Guard
from fenshen.library.fetch.pages import front_page_feed, is_feed, is_page
from fenshen.library.fetch.record import Fetched
from fenshen.library.fetch.robots import Robots
from fenshen.library.fetch.urls import Url, join_url, parse_url, shown
from fenshen.library.fetch.videos import VideoSite
from fenshen.library.fetch.wanted import Wanted
from fenshen.library.files import Skipped
from fenshen.library.reading import Head
from fenshen.library.sniff import sniff
from fenshen.library.stated import Stated

#: Documents of one paged feed that are followed.
FEED_PAGES_MAX = 200


@dataclass
class Collector:
    """Fetches for one run; remembers each site's robots.txt.

    Attributes:
        guard: the way out to the network.
        videos: how channels and videos of the known sites are fetched.
    """

    guard: Guard
    clock: Clock
    videos: VideoSite
    wanted: Wanted = field(default_factory=Wanted)

    def __post_init__(self) -> None:
        self._robots = Robots(self.guard)

    def collect(self, text: str, into: Path, progress: Progress = silent) -> Iterator[Fetched | Skipped]:
        """Everything behind one URL, as files below `into`. Raises nothing that has to do with the URL.

        Args:
            into: a folder of the creator's own; each site gets one below it.
            progress: in entries of a feed or channel, parts of one included.
        """
        try:
            url = parse_url(text)
            folder = into / url.host.removeprefix("www.").replace(":", "-")
            folder.mkdir(parents=True, exist_ok=True)
            if self.videos.covers(url):
                yield from self.videos.collect(url, folder, self.wanted, progress)
            else:
                yield from self._one(url, folder, progress)
        except (BadInput, EngineMissing) as error:
            yield Skipped(shown(text), error.code, error.message)
        except OSError as error:
            yield Skipped(shown(text), "unwritable", f"it cannot be stored: {error.strerror or error}")

    def _one(self, url: Url, folder: Path, progress: Progress) -> Iterator[Fetched | Skipped]:
        refusal = self._robots_refusal(url)

        def look(head: Head, answer: Answer) -> None:
            """A feed or a file is for machines whatever robots.txt says; a page is not."""
            if is_feed(head.data):
                return
            if is_page(head.data, answer.media_type):
                if refusal:
                    raise refusal
                return
            refuse_unreadable(head)

        wish = Wish(str(url), Stated(url=str(url)), replace(MEDIA), is_packable=True)
        saved = save(self.guard, wish, folder, self.clock, _share(progress, 0, 1, str(url)), look)
        with saved.path.open("rb") as file:
            head = file.read(1 << 16)
        if is_feed(head):
            yield from self._feed(url, parse_feed(_whole(saved.path)), folder, progress)
        elif saved.path.suffix == ".html" and (feed_url := front_page_feed(url, head)):
            saved.path.unlink(missing_ok=True)
            yield from self._one(feed_url, folder, progress)
        else:
            yield Fetched(saved.path, saved.record.stated, saved.is_new)

    def _robots_refusal(self, url: Url) -> BadInput | None:
        try:
            self._robots.check(url)
        except BadInput as error:
            if error.code != "robots":
                raise
            return error
        return None

    def _feed(self, url: Url, feed: Feed, folder: Path, progress: Progress) -> Iterator[Fetched | Skipped]:
        chosen = self.wanted.choose(self._all_entries(url, feed))
        for position, entry in enumerate(chosen):
            note = entry.title or entry.url
            try:
                yield from self._entry(
                    url, feed, entry, folder, _share(progress, position, len(chosen), note)
                )
            except BadInput as error:
                yield Skipped(shown(entry.url or note), error.code, error.message)

    def _all_entries(self, url: Url, feed: Feed) -> list[Entry]:
        """The entries of the feed and of its older pages."""
        found, seen = list(feed.entries), {str(url)}
        while feed.next_url and len(seen) < FEED_PAGES_MAX and not self.wanted.is_enough(found):
            url = join_url(url, feed.next_url)
            if str(url) in seen:
                break
            seen.add(str(url))
            with self.guard.get(url, entries.PAGE) as answer:
                feed = parse_feed(answer.read())
            found += feed.entries
        return found

    def _entry(
        self, base: Url, feed: Feed, entry: Entry, folder: Path, told: Told
    ) -> Iterator[Fetched | Skipped]:
        if entry.media:
            saved = entries.save_recording(self.guard, self.clock, base, feed, entry, folder, told)
        elif entries.is_whole(entry):
            saved = entries.save_content(self.clock, base, entry, folder)
        else:
            page = join_url(base, entry.url)
            self._robots.check(page)
            saved = self._save_page(page, entry, folder, told)
        yield Fetched(saved.path, saved.record.stated, saved.is_new)

    def _save_page(self, page: Url, entry: Entry, folder: Path, told: Told) -> Saved:
        stated = Stated(entry.title, entry.published, str(page))
        wish = Wish(str(page), stated, entries.PAGE, revision=entry.updated, is_packable=True)
        return save(self.guard, wish, folder, self.clock, told, entries.look_at_page)


def refuse_unreadable(head: Head) -> None:
    """Raise what `sniff` raises for a file nothing here reads, before all of it is fetched; archives may pass."""
    try:
        sniff(head)
    except BadInput as error:
        if error.code != "archive":
            raise


def _whole(path: Path) -> bytes:
    if path.stat().st_size > entries.PAGE.bytes_max:
        raise BadInput("it is a feed of more than 16 MiB", code="too_large")
    return path.read_bytes()


def _share(progress: Progress, position: int, count: int, note: str) -> Told:
    """Bytes of one of `count` files as progress over all of them."""

    def told(had: int, expected: int) -> None:
        progress(position + (had / expected if expected else 0.0), count, note)

    return told
