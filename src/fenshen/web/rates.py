"""How often somebody may ask: a bucket of tokens each, that fills again with time.

In memory and per process: what it protects is this process. Knows nothing about what is asked.
"""

from __future__ import annotations

import ipaddress
import math
import threading
from collections import OrderedDict
from collections.abc import Callable

from fenshen.core.errors import Busy

#: Buckets remembered; the one unused for longest is forgotten first, which only gives its owner a full one.
BUCKETS_MAX = 10_000


class Rates:
    """One rate for everybody, kept by key.

    Args:
        now_s: A clock that only goes forward.
        per_minute: How many are allowed in the long run.
        burst: How many at once after a pause.
    """

    def __init__(self, now_s: Callable[[], float], per_minute: float, burst: int) -> None:
        self._now_s = now_s
        self._per_s = per_minute / 60
        self._burst = burst
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def claim(self, key: str, what: str) -> None:
        """Take one token of `key`.

        Raises:
            Busy: `too_many_requests`, with `retry_after_s`.
        """
        with self._lock:
            now = self._now_s()
            tokens, at = self._buckets.pop(key, (float(self._burst), now))
            tokens = min(float(self._burst), tokens + (now - at) * self._per_s)
            self._buckets[key] = (tokens - 1 if tokens >= 1 else tokens, now)
            if len(self._buckets) > BUCKETS_MAX:
                self._buckets.popitem(last=False)
        if tokens < 1:
            wait_s = math.ceil((1 - tokens) / self._per_s)
            raise Busy(
                f"too many {what}; try again in {wait_s} s", code="too_many_requests", retry_after_s=wait_s
            )


def network_of(address: str) -> str:
    """What counts as one address: an IPv6 household has a whole /64 of them."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv6Address):
        if known.ipv4_mapped is not None:
            return str(known.ipv4_mapped)
        return str(ipaddress.ip_network((known, 64), strict=False))
    return address
