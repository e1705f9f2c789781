"""URLs to files in a folder, each with what is known of it, by what lies behind the URL.

    URL → a video site? `videos`
        → fetched → a feed? its entries: recordings with their subtitles, or posts
                  → a page? kept as HTML (a site's front page stands for its feed)
                  → sound, video or a document: kept

What cannot be had is skipped with a code and never stops the rest. Knows nothing about the database.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from filelock import FileLock, Timeout

from fenshen.core.clock import Clock
from fenshen.core.errors import BadInput, EngineMissing
from fenshen.core.progress import Progress, silent
from fenshen.library.dropped import Incomplete
from fenshen.library.fetch import entries
from fenshen.library.fetch.download import MEDIA, Saved, Told, Wish, save
from fenshen.library.fetch.feeds import Entry, Feed
from fenshen.library.fetch.guarded import Answer, Guard, parse_allowed
from fenshen.library.fetch.json_feed import is_any_feed, parse_any_feed
from fenshen.library.fetch.pages import front_page_feed, is_page
from fenshen.library.fetch.record import Fetched
from fenshen.library.fetch.robots import Robots
from fenshen.library.fetch.urls import Url, join_url, parse_url, shown
from fenshen.library.fetch.videos import VideoSite
from fenshen.library.fetch.wanted import Wanted
from fenshen.library.files import Skipped
from fenshen.library.reading import HEAD_BYTES, Head
from fenshen.library.sniff import sniff
from fenshen.library.stated import Stated

#: Documents of one paged feed that are followed, and bytes in all of them.
FEED_PAGES_MAX = 200
FEED_BYTES_MAX = 64 << 20


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
            with FileLock(folder / ".lock", blocking=False):
                if self.videos.covers(url):
                    yield from self.videos.collect(url, folder, self.wanted, progress)
                else:
                    yield from self._one(url, folder, progress)
        except Timeout:
            yield Skipped(
                shown(text), "busy", "another ingest is fetching from this site; run it again later"
            )
        except (BadInput, EngineMissing) as error:
            yield Skipped(shown(text), error.code, error.message)
        except OSError as error:
            yield Skipped(shown(text), "unwritable", f"it cannot be stored: {error.strerror or error}")

    def _one(
        self, url: Url, folder: Path, progress: Progress, *, may_stand_for_feed: bool = True
    ) -> Iterator[Fetched | Skipped]:
        refusal = self._robots_refusal(url)

        def look(head: Head, answer: Answer) -> int:
            """A feed or a file is for machines whatever robots.txt says; a page is not."""
            if is_any_feed(head.data):
                return entries.PAGE.bytes_max
            if not is_page(head.data, answer.media_type):
                refuse_unreadable(head)
                return MEDIA.bytes_max
            if refusal:
                raise refusal
            return entries.PAGE.bytes_max

        wish = Wish(str(url), Stated(url=str(url)), is_packable=True)
        saved = save(self.guard, wish, folder, self.clock, _share(progress, 0, 1, str(url)), look)
        with saved.path.open("rb") as file:
            head = file.read(HEAD_BYTES)
        is_html = saved.path.suffix == ".html"
        feed_url = front_page_feed(url, head) if is_html and may_stand_for_feed else None
        if feed_url:
            yield from self._one(feed_url, folder, progress, may_stand_for_feed=False)
        elif is_any_feed(head):
            yield from self._feed(url, parse_any_feed(saved.path.read_bytes()), folder, progress)
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
        if feed.dropped:
            yield Skipped(shown(str(url)), "bad_xml", Incomplete(str(url), feed.dropped).reason)
        chosen = self.wanted.choose(self._all_entries(url, feed))
        here = [entries.kept(url, entry, folder) for entry in chosen]
        position, missing = 0, here.count(None)  # what is here takes no time and would mislead the time left
        for entry, saved in zip(chosen, here, strict=True):
            note = entry.title or entry.url
            try:
                if saved is None:
                    told = _share(progress, position, missing, note)
                    position += 1
                    told(0, 1)
                    saved = self._save(url, feed, entry, folder, told)
                yield Fetched(saved.path, saved.record.stated, saved.is_new)
            except BadInput as error:
                yield Skipped(shown(entry.url or note), error.code, error.message)

    def _all_entries(self, url: Url, feed: Feed) -> list[Entry]:
        """The entries of the feed and of its older pages."""
        found, seen, read = list(feed.entries), {str(url)}, 0
        while feed.next_url and len(seen) < FEED_PAGES_MAX and not self.wanted.is_enough(found):
            url = join_url(url, feed.next_url)
            if str(url) in seen:
                break
            seen.add(str(url))
            with self.guard.get(url, entries.PAGE) as answer:
                data = answer.read()
            feed, read = parse_any_feed(data), read + len(data)
            found += feed.entries
            if read > FEED_BYTES_MAX:
                break
        return found

    def _save(self, base: Url, feed: Feed, entry: Entry, folder: Path, told: Told) -> Saved:
        """One entry that is not here, or not as it is now."""
        if entry.media:
            return entries.save_recording(self.guard, self.clock, base, feed, entry, folder, told)
        if entries.is_whole(entry):
            return entries.save_content(self.clock, base, entry, folder)
        self._robots.check(join_url(base, entry.url))
        wish = entries.wish_for(base, entry)
        return save(self.guard, wish, folder, self.clock, told, entries.look_at_page)


def refuse_unreadable(head: Head) -> None:
    """Raise what `sniff` raises for a file nothing here reads, before all of it is fetched; archives may pass."""
    try:
        sniff(head)
    except BadInput as error:
        if error.code != "archive":
            raise


def _share(progress: Progress, position: int, count: int, note: str) -> Told:
    """Bytes of one of `count` files as progress over all of them."""

    def told(had: int, expected: int) -> None:
        progress(position + (had / expected if expected else 0.0), count, note)

    return told


def collector(clock: Clock, allowed: str, wanted: Wanted) -> Collector:
    """What fetches URLs; only an operator's word (`allowed`) opens a way to anything but the public internet."""
    guard = Guard(clock, allowed=parse_allowed(allowed))
    return Collector(guard, clock, VideoSite(guard, clock), wanted)
