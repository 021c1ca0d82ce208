"""A lock between processes that the system lets go when its holder ends, however it ends."""

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

from avatar_app.errors import ModelError


@contextlib.contextmanager
def held_alone(path: Path) -> Iterator[None]:
    """Hold the lock file ``path`` for the block. Raises ModelError at once where another holds it.

    The file stays: to delete it would let two holders believe they are alone."""
    with path.open("ab") as file:
        try:
            _lock(file.fileno())
        except (BlockingIOError, PermissionError) as error:
            raise ModelError(
                f"Another command is changing the models in {path.parent}.",
                "Wait until it has ended.",
            ) from error
        try:
            yield
        finally:
            _unlock(file.fileno())


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

    def _unlock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
