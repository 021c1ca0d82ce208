"""A file that appears whole or not at all."""

import contextlib
import errno
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from avatar_app.errors import SinkError

_PART = ".part"


class PartFile:
    """``path`` is written as ``part`` beside it and takes its name at the end; until then an
    older file of that name is untouched. ``part`` may be a folder as well."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.part = path.with_name(path.name + _PART)

    def begin(self) -> None:
        """Make sure there is a place to write to. Raises SinkError."""
        if not self.path.parent.is_dir():
            raise SinkError(f"There is no folder {self.path.parent}.", "Create it first.")
        if self.part.is_dir():
            raise SinkError(f"The folder {self.part} is in the way.", "Move it elsewhere.")

    @contextlib.contextmanager
    def guard(self, abort: Callable[[], None]) -> Iterator[None]:
        """Whatever fails inside is aborted, leaves no part behind and becomes a SinkError."""
        import av

        try:
            yield
        except (OSError, ValueError, av.FFmpegError, SinkError) as error:
            abort()
            self.discard()
            if isinstance(error, SinkError):
                raise
            raise cannot_write(self.path, error) from error

    def commit(self) -> None:
        """Give the finished part its name. Raises OSError."""
        self.part.replace(self.path)

    def discard(self) -> None:
        """Remove the part, if there is one."""
        if self.part.is_dir():
            shutil.rmtree(self.part, ignore_errors=True)
        else:
            self.part.unlink(missing_ok=True)


def cannot_write(path: Path, error: Exception) -> SinkError:
    """The sentence for a file that could not be written."""
    number = getattr(error, "errno", None)
    if number in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return SinkError(f"{path} cannot be written: the disk is full.", "Free some room.")
    if number in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return SinkError(f"{path} may not be written here.", "Choose another folder.")
    if number == errno.EISDIR:
        return SinkError(f"{path} is a folder.", "Choose another name.")
    return SinkError(f"{path} cannot be written: {error}.", "Choose another place or format.")
