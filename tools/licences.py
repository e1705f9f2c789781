"""Fails when an installed distribution that the package imports is under a licence we may not use.

Reads what is really installed. GPL and AGPL are refused; LGPL is allowed for libraries that are only
imported. Distributions needed by development tools alone are listed, not judged.
"""

from __future__ import annotations

import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from packaging.requirements import Requirement

FORBIDDEN = re.compile(r"(?<![L])A?GPL|GNU (Affero )?General Public", re.IGNORECASE)
LESSER = re.compile(r"LGPL|Lesser", re.IGNORECASE)
RUNTIME_EXTRAS = ("train", "voice", "fetch")


def licence_of(found: Distribution) -> str:
    """The licence expression, or classifiers, or the first line of the licence field."""
    meta = found.metadata
    classifiers = [
        c.rsplit("::", 1)[-1].strip() for c in meta.get_all("Classifier", []) if c.startswith("License")
    ]
    text = meta.get("License-Expression") or "; ".join(classifiers) or meta.get("License") or ""
    return text.strip().splitlines()[0] if text.strip() else "not stated"


def needed(root: str) -> dict[str, str]:
    """Every distribution that `root` pulls in at run time, with its licence."""
    found: dict[str, str] = {}
    queue: list[tuple[str, tuple[str, ...]]] = [(root, RUNTIME_EXTRAS)]
    while queue:
        name, extras = queue.pop()
        try:
            dist = distribution(name)
        except PackageNotFoundError:
            continue
        key = dist.metadata["Name"].lower()
        if key in found and not extras:
            continue
        found[key] = licence_of(dist)
        for line in dist.requires or []:
            requirement = Requirement(line)
            contexts = [{"extra": extra} for extra in extras] or [{"extra": ""}]
            if requirement.marker is None or any(requirement.marker.evaluate(c) for c in contexts):
                if requirement.name.lower() not in found:
                    queue.append((requirement.name, tuple(requirement.extras)))
    return found


def main() -> int:
    """Print the count, or the offenders."""
    licences = needed("fenshen")
    bad = {n: text for n, text in licences.items() if FORBIDDEN.search(text) and not LESSER.search(text)}
    for name, text in sorted(bad.items()):
        print(f"{name}: {text}", file=sys.stderr)
    print(f"licences: {len(licences)} distributions at run time, {len(bad)} refused")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
