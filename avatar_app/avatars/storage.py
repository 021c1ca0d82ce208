"""Files of the library: small ones read with a bound, all written whole or not at all."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from avatar_app.errors import LibraryError
from avatar_app.whole_file import written_whole

MAX_TEXT_BYTES = 100_000


@contextlib.contextmanager
def changing(what: str) -> Iterator[None]:
    """Turns a refusal of the disk into a LibraryError; ``what`` names the place."""
    try:
        yield
    except OSError as error:
        raise LibraryError(
            f"{what} cannot be changed: {error.strerror or error}.",
            "Free some room and see to it that the folder may be written to.",
        ) from error


@contextlib.contextmanager
def written(path: Path) -> Iterator[Path]:
    """A place to write to that takes the name ``path`` at the end of the block; folders are made.
    Raises LibraryError."""
    with changing(str(path)):
        path.parent.mkdir(parents=True, exist_ok=True)
        with written_whole(path) as part:
            yield part


def read_text(path: Path) -> str:
    """A small text file. Raises OSError for one that is missing, a link or too large, ValueError
    for one that is no text."""
    if path.is_symlink() or not path.is_file():
        raise FileNotFoundError(2, "No such file", str(path))
    with path.open("rb") as file:
        data = file.read(MAX_TEXT_BYTES + 1)
    if len(data) > MAX_TEXT_BYTES:
        raise OSError(27, "File too large", str(path))
    return data.decode("utf-8")
