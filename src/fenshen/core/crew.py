"""Who does the work that settings ask for. Knows nothing about what the work is."""

from __future__ import annotations

from fenshen.core.settings import Settings
from fenshen.core.workers import InThisProcess, Processes, Workers


def workers_for(settings: Settings) -> Workers:
    """Who reads files: a Ray cluster, processes of this machine, or this process for one or for fakes."""
    if settings.ray_address:
        from fenshen.core.cluster import Cluster

        return Cluster(settings.ray_address)
    count = settings.workers or (1 if settings.engine == "fake" else settings.threads)
    return InThisProcess() if count == 1 else Processes(count)
