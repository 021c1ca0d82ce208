"""When each picture of a file is shown."""

from collections.abc import Callable
from fractions import Fraction
from math import lcm

_FINEST = 1_000_000
_USUAL = 90_000
_SNAP_SECONDS = 0.0006


def time_base_for(fps: Fraction) -> Fraction:
    """A unit in which n / fps is a whole number, where one of a sane size exists."""
    unit = lcm(fps.numerator, _USUAL)
    return Fraction(1, unit if unit <= _FINEST else _USUAL)


class Timeline:
    """Time stamps in units of ``time_base``, strictly rising, at least ``step`` apart.

    Without a clock a picture stands at its own place in the clip, and exactly on n / fps where
    it is within half a millisecond (containers round). With a clock, for live use, a picture
    takes the beat of ``fps`` that is current when it is stamped: beats that the sender skipped
    stay empty, so the file keeps real time."""

    def __init__(
        self,
        fps: Fraction,
        time_base: Fraction,
        *,
        clock: Callable[[], float] | None = None,
        step: int = 1,
    ) -> None:
        self._fps = fps
        self._time_base = time_base
        self._clock = clock
        self._step = step
        self._origin: float | None = None
        self._beat = -1
        self._last: int | None = None

    @property
    def time_base(self) -> Fraction:
        return self._time_base

    def begin(self, origin: float) -> None:
        """Which place in the clip becomes time 0; the first picture's unless told."""
        self._origin = origin

    def stamp(self, captured_at: float) -> int:
        """The time stamp of the next picture, which was taken at ``captured_at`` seconds."""
        now = captured_at if self._clock is None else self._clock()
        if self._origin is None:
            self._origin = now
        at = self._snapped(now - self._origin) if self._clock is None else self._next_beat(now)
        stamp = round(at / self._time_base)
        if self._last is not None:
            stamp = max(stamp, self._last + self._step)
        self._last = stamp
        return stamp

    def _snapped(self, seconds: float) -> Fraction:
        exact = round(seconds * self._fps) / self._fps
        return exact if abs(float(exact) - seconds) < _SNAP_SECONDS else Fraction(seconds)

    def _next_beat(self, now: float) -> Fraction:
        assert self._origin is not None
        self._beat = max(self._beat + 1, round((now - self._origin) * self._fps))
        return self._beat / self._fps
