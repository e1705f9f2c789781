"""Files kept under the SHA-256 of their content: written aside, renamed last, never changed.

Knows nothing about what a file means.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from fenshen.core.errors import NotFound

CHUNK_BYTES = 1 << 20


def hash_file(path: Path) -> str:
    """Hex SHA-256 of a file, read in chunks."""
    hasher = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            hasher.update(chunk)
    return hasher.hexdigest()


class Blobs:
    """A content-addressed folder.

    Args:
        folder: Where blobs live; made on first use.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, digest: str) -> Path:
        """Where the blob with this digest is.

        Raises:
            NotFound: it is not stored, or `digest` is not a SHA-256.
        """
        path = self._place(digest)
        if not path.is_file():
            raise NotFound(f"no stored file {digest!r}")
        return path

    def has(self, digest: str) -> bool:
        """Whether the blob is stored."""
        return self._place(digest).is_file()

    def put_file(self, source: Path, digest: str | None = None) -> str:
        """Store a copy of `source`; its digest."""
        digest = digest or hash_file(source)
        if self.has(digest):
            return digest
        with source.open("rb") as file:
            return self.put_bytes(iter(lambda: file.read(CHUNK_BYTES), b""))

    def take_file(self, source: Path, digest: str) -> None:
        """Move a file on the same disk in, whose digest the caller has checked."""
        target = self._place(digest)
        target.parent.mkdir(parents=True, exist_ok=True)
        source.replace(target)

    def put_bytes(self, chunks: Iterable[bytes]) -> str:
        """Store a stream of bytes; its digest."""
        self.folder.mkdir(parents=True, exist_ok=True)
        hasher = hashlib.sha256()
        handle, name = tempfile.mkstemp(dir=self.folder, prefix=".part-")
        try:
            with os.fdopen(handle, "wb") as file:
                for chunk in chunks:
                    hasher.update(chunk)
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            target = self._place(hasher.hexdigest())
            target.parent.mkdir(parents=True, exist_ok=True)
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        return hasher.hexdigest()

    def remove(self, digest: str) -> None:
        """Forget a blob; nothing happens if it is absent."""
        self._place(digest).unlink(missing_ok=True)

    def _place(self, digest: str) -> Path:
        if len(digest) != 64 or not all(c in "0123456789abcdef" for c in digest):
            raise NotFound(f"{digest!r} is not a file digest")
        return self.folder / digest[:2] / digest
