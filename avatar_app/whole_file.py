"""A file that is written whole or not at all."""

import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Gives a place beside ``path`` to write to; at the end of the block that takes its name.

    When the block or the disk fails, nothing is left of it and an older file is untouched. Two
    threads that write the same file do not mix: the last to end wins."""
    part = path.with_name(f"{path.name}.{threading.get_native_id()}.part")
    try:
        yield part
        part.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise


def write_private(path: Path, content: bytes) -> None:
    """A new file in place of an older one, readable by nobody else from its first byte on and safe
    on the disk at the end. Raises OSError."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
