"""A file's size and hashes, read once."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

CHUNK = 1 << 20

Progress = Callable[[int, int | None], None]
"""Called with the bytes done and their total, where it is known."""


@dataclass(frozen=True, slots=True)
class Digest:
    """What a file's bytes are. ``md5`` only recognises files that were published with it."""

    size: int
    sha256: str
    md5: str


class Digester:
    """Takes bytes in pieces, gives their Digest."""

    def __init__(self) -> None:
        self._size = 0
        self._sha256 = hashlib.sha256()
        self._md5 = hashlib.md5(usedforsecurity=False)

    def update(self, data: bytes) -> None:
        """Take the next piece."""
        self._size += len(data)
        self._sha256.update(data)
        self._md5.update(data)

    def digest(self) -> Digest:
        """Of all that was taken so far."""
        return Digest(self._size, self._sha256.hexdigest(), self._md5.hexdigest())


def digest_of(path: Path, progress: Progress | None = None) -> Digest:
    """Read the whole file. Raises OSError."""
    digester = Digester()
    done, total = 0, path.stat().st_size
    with path.open("rb") as file:
        while data := file.read(CHUNK):
            digester.update(data)
            done += len(data)
            if progress:
                progress(done, total)
    return digester.digest()
