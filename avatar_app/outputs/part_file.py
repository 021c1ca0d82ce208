"""A file that appears whole or not at all."""

import contextlib
import errno
import shutil
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Protocol

from avatar_app.errors import SinkError
from avatar_app.types import Outcome

_PART = ".part"


class Seal(Protocol):
    """Says in a finished file what made it (Content Credentials). It raises nothing: a file that
    cannot be signed stays as it is. Called by the thread that closes the sink, and takes its time:
    about a second for each 150 MB."""

    def sign(self, part: Path, path: Path, outcomes: Collection[Outcome]) -> None:
        """``part`` is whole and about to be called ``path``; it shows pictures of these
        ``outcomes``."""
        ...

    def settle(self, path: Path) -> None:
        """The file has its name; what it cannot carry itself may be laid beside it."""
        ...


_CARDS = {Outcome.PLACEHOLDER, Outcome.FAILED}
"""A picture that FAILED and is no card follows one that was rendered."""


class PartFile:
    """``path`` is written as ``part`` beside it and takes its name at the end, signed by ``seal``;
    until then an older file of that name is untouched. ``part`` may be a folder as well, which is
    never signed. With ``needs_avatar`` it begins with a picture of the avatar: cards before that
    are left out, and where nothing else came there is no file."""

    def __init__(self, path: Path, seal: Seal | None = None, *, needs_avatar: bool = False) -> None:
        self.path = path
        self._needs_avatar = needs_avatar
        self.part = path.with_name(path.name + _PART)
        self._seal = seal
        self._outcomes: set[Outcome] = set()
        self._has_left_out = False

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

    def takes(self, outcome: Outcome) -> bool:
        """Whether a picture of this outcome is to be written now."""
        is_early = self._needs_avatar and not self._outcomes and outcome in _CARDS
        self._has_left_out |= is_early
        return not is_early

    def note(self, outcome: Outcome) -> None:
        """A picture of this outcome was written."""
        self._outcomes.add(outcome)

    def require_avatar(self) -> None:
        """Raises SinkError where nothing came but cards, which were left out."""
        if self._has_left_out and not self._outcomes:
            raise SinkError(
                f"{self.path} was not written: no picture of the avatar came.",
                "Give it more seconds, and see that there is a face in the camera's picture.",
            )

    def commit(self) -> None:
        """Sign the finished part and give it its name. Raises OSError."""
        if self._seal is not None:
            self._seal.sign(self.part, self.path, frozenset(self._outcomes))
        self.part.replace(self.path)
        if self._seal is not None:
            self._seal.settle(self.path)

    def rescue(self) -> None:
        """Give the part its name as it is, unsigned. Raises OSError."""
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
