"""What every source of frames promises."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from avatar_app.types import Frame


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """A source as it really opened (the negotiated mode, not the one asked for).

    ``word`` opens the same thing again, by name where the device has one. ``fps`` is None where
    the source does not know; ``frame_count`` where it has no end or nobody counted (a container's
    own count may be off by a few). ``asked_fps`` is the rate that was asked of a camera, None of
    anything else. A live source drops what nobody took; any other gives every
    frame in order. ``detail`` is for people: how the device delivers."""

    word: str
    title: str
    width: int
    height: int
    fps: Fraction | None
    is_live: bool
    frame_count: int | None = None
    has_sound: bool = False
    detail: str = ""
    asked_fps: Fraction | None = None


class FrameSource(Protocol):
    """Frames from a device or a file, one at a time.

    One thread reads and closes. ``read`` may block; ``interrupt``, from any thread, makes a
    blocked ``read`` and every later one return None soon. ``read`` also returns None at the end
    of a file. A device that dies raises SourceLostError, a damaged file MediaError."""

    @property
    def info(self) -> SourceInfo: ...

    def read(self) -> Frame | None: ...

    def interrupt(self) -> None: ...

    def close(self) -> None: ...
