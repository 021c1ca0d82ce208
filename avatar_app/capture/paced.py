"""Real time for sources that have none: a clip, a test card or a folder played like a camera."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from avatar_app.capture.base import FrameSource, SourceInfo
from avatar_app.types import Frame

_TOO_LATE_S = 0.25


class Metronome:
    """Waits for moments on a time line that starts with the first wait.

    Whoever comes later than a quarter of a second (a pause, a machine that slept) shifts the time
    line instead of being hurried through what was missed."""

    def __init__(self) -> None:
        self._stopped = threading.Event()
        self._origin: float | None = None

    def wait_for(self, moment_s: float) -> bool:
        """Sleep until ``moment_s`` of the time line; False once interrupted."""
        now = time.perf_counter()
        if self._origin is None:
            self._origin = now - moment_s
        left = self._origin + moment_s - now
        if left < -_TOO_LATE_S:
            self._origin = now - moment_s
        return not self._stopped.wait(max(0.0, left))

    def interrupt(self) -> None:
        """Wake the waiter and let nobody wait again."""
        self._stopped.set()


class PacedSource:
    """Plays another source in real time, once or again and again.

    ``open_again`` opens the source at its beginning; its ``captured_at`` are positions in seconds.
    The frames given are numbered on through the repeats and stamped with the clock."""

    def __init__(self, open_again: Callable[[], FrameSource], *, loop: bool) -> None:
        self._open_again = open_again
        self._loop = loop
        self._metronome = Metronome()
        self._source = open_again()
        self._index = 0
        self._shift_s = 0.0
        self._last_s: float | None = None
        self._info = replace(
            self._source.info,
            is_live=True,
            frame_count=None if loop else self._source.info.frame_count,
        )

    @property
    def info(self) -> SourceInfo:
        return self._info

    def read(self) -> Frame | None:
        """The next frame, when its time has come."""
        frame = self._next()
        if frame is None:
            return None
        self._last_s = self._shift_s + frame.captured_at
        if not self._metronome.wait_for(self._last_s):
            return None
        stamped = Frame(frame.image, self._index, time.perf_counter())
        self._index += 1
        return stamped

    def interrupt(self) -> None:
        self._metronome.interrupt()
        self._source.interrupt()

    def close(self) -> None:
        self._source.close()

    def _next(self) -> Frame | None:
        frame = self._source.read()
        if frame is None and self._loop and self._last_s is not None:
            frame = self._rewind(self._last_s)
        return frame

    def _rewind(self, last_s: float) -> Frame | None:
        self._source.close()
        self._source = self._open_again()
        frame = self._source.read()
        if frame is not None:
            self._shift_s = last_s + float(1 / (self.info.fps or Fraction(30))) - frame.captured_at
        return frame
