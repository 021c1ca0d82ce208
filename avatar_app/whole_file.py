"""A file that is written whole or not at all."""

import contextlib
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
