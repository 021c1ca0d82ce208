"""When the next picture leaves: a steady beat that leans towards the source's own.

A free-running clock would keep each picture waiting for up to a whole interval, and a camera that
is a little slower or faster than it promised would slip against it. So each beat has a window: a
new picture leaves as soon as it comes within the window, the last one is repeated when the window
closes. The windows overlap: rendering takes now 15, now 40 ms, and a picture that is late by so
much must not keep the next one waiting or be thrown away for it. While every beat brings one new
picture and none is lost, the source runs at the stream's rate, and the beat moves by at most one
part in sixty per interval until the pictures arrive in the middle of the window.
"""

import math
from fractions import Fraction

_EARLIEST = -1.0
_LATEST = 0.5
_MIDDLE = (_EARLIEST + _LATEST) / 2
_GAIN = 0.1
_LARGEST_SHIFT = 1 / 60
_STEADY_BEATS = 30


class Cadence:
    """Plain arithmetic over a clock that the caller reads. All times in seconds."""

    def __init__(self, fps: Fraction, start: float) -> None:
        self._interval = float(1 / fps)
        self._due = start
        self._steady = 0
        self._skipped = 0

    @property
    def opens_at(self) -> float:
        """From here on a new picture may leave."""
        return self._due + _EARLIEST * self._interval

    @property
    def closes_at(self) -> float:
        """By now the last picture is repeated."""
        return self._due + _LATEST * self._interval

    @property
    def skipped(self) -> int:
        """Beats lost because the thread came late by whole intervals."""
        return self._skipped

    def sent(self, at: float, *, fresh: bool, lost: bool) -> None:
        """A picture left at ``at``: a new one or a repeat; ``lost``, whether pictures were
        dropped since the one before."""
        off = at - self._due - _MIDDLE * self._interval
        self._steady = self._steady + 1 if fresh and not lost else 0
        self._due += self._interval
        if self._steady >= _STEADY_BEATS:
            most = _LARGEST_SHIFT * self._interval
            self._due += min(max(_GAIN * off, -most), most)
        behind = math.ceil((at - self.closes_at) / self._interval)
        if behind > 0:
            self._due += behind * self._interval
            self._skipped += behind
