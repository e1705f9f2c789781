"""Whether a site lets machines read a page, as its robots.txt says.

Asked once per site and run. A site without the file allows everything; one whose file cannot be read now is
left alone. Only pages are asked about: feeds, recordings and captions are published for machines.

Source: RFC 9309.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from fenshen.core.errors import BadInput
from fenshen.library.fetch.guarded import AGENT, Guard
from fenshen.library.fetch.urls import Url
from fenshen.library.fetch.wire import Limits

LIMITS = Limits(bytes_max=512 << 10, seconds_max=15.0, stall_s=10.0)
RULES_MAX = 5_000

_LINE = re.compile(r"\s*(user-agent|allow|disallow)\s*:\s*([^#]*)", re.IGNORECASE)


@dataclass(frozen=True)
class Rule:
    """Paths that match `pattern` (`*` any characters, `$` the end) are allowed or not."""

    pattern: str
    allows: bool


class Robots:
    """The robots.txt of every site met in this run."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._rules: dict[str, tuple[Rule, ...]] = {}

    def check(self, url: Url) -> None:
        """Raise `BadInput` (`robots`, or why the file cannot be had) unless the page may be read."""
        if url.origin not in self._rules:
            self._rules[url.origin] = self._fetch(url)
        if not is_allowed(self._rules[url.origin], url.target):
            reason = f"{url.host} asks machines to leave this page alone (robots.txt); save it yourself and add the file"
            raise BadInput(reason, code="robots")

    def _fetch(self, url: Url) -> tuple[Rule, ...]:
        try:
            with self._guard.get(f"{url.origin}/robots.txt", LIMITS) as answer:
                return parse_robots(answer.read().decode("utf-8", "replace"))
        except BadInput as error:
            status = error.details.get("status")
            if isinstance(status, int) and 400 <= status < 500 and status != 429:
                return ()
            raise


def parse_robots(text: str, agent: str = AGENT) -> tuple[Rule, ...]:
    """The rules for `agent`: those of its own groups, else those for everyone."""
    groups: dict[bool, list[Rule]] = {True: [], False: []}
    named: list[str] = []
    in_rules = is_ours = False
    for line in text.splitlines()[: RULES_MAX * 4]:
        if not (found := _LINE.match(line)):
            continue
        key, value = found[1].lower(), found[2].strip()
        if key == "user-agent":
            named = [value.lower()] if in_rules else [*named, value.lower()]
            in_rules = False
            is_ours = is_ours or value.lower() == agent
            continue
        in_rules = True
        if value and len(groups[True]) + len(groups[False]) < RULES_MAX:
            rule = Rule(value, key == "allow")
            if agent in named:
                groups[True].append(rule)
            elif "*" in named:
                groups[False].append(rule)
    return tuple(groups[is_ours])


def is_allowed(rules: Sequence[Rule], target: str) -> bool:
    """Whether the longest rule that matches path and query allows it; `Allow` wins a tie."""
    matching = [(len(rule.pattern), rule.allows) for rule in rules if _matches(rule.pattern, target)]
    return max(matching, default=(0, True))[1]


def _matches(pattern: str, target: str) -> bool:
    """Glob match from the start, in linear time."""
    anchored = pattern.endswith("$")
    first, *rest = pattern.removesuffix("$").split("*")
    if not target.startswith(first):
        return False
    at = len(first)
    for piece in rest[:-1] if anchored and rest else rest:
        if (found := target.find(piece, at)) < 0:
            return False
        at = found + len(piece)
    if not anchored:
        return True
    return target.endswith(rest[-1]) and len(target) - len(rest[-1]) >= at if rest else at == len(target)
