"""What a camera really gives, against what was asked of it."""

from collections.abc import Callable
from fractions import Fraction

from avatar_app.live.stats import Rate

_SETTLED_S = 3.0
_LOW_PART = 0.6
_ENOUGH_PART = 0.75
_WORTH_TELLING = 1.5


class CameraRate:
    """The grabber writes, any thread reads.

    ``low_fps`` is what a camera gives that gives clearly less than was asked, None for any other;
    it changes only when the rate has, by half. ``on_change`` is called when it did."""

    def __init__(self, on_change: Callable[[], None]) -> None:
        self._on_change = on_change
        self._asked: float | None = None
        self._rate = Rate()
        self._first: float | None = None
        self.low_fps: float | None = None

    def restart(self, asked: Fraction | None = None) -> None:
        """Another source, or the same opened anew: cameras begin slowly. ``asked`` is None for one
        of which no rate was asked."""
        self._asked = None if asked is None else float(asked)
        self._rate, self._first = Rate(), None
        self._tell(None)

    def add(self, at: float) -> None:
        """A picture came at that moment (perf_counter seconds)."""
        if self._asked is None:
            return
        if self._first is None:
            self._first = at
        self._rate.add(at)
        if at - self._first >= _SETTLED_S:
            self._tell(self._judged(self._rate.per_second(at), self._asked))

    def _judged(self, fps: float, asked: float) -> float | None:
        said = self.low_fps
        if said is None:
            return fps if fps < _LOW_PART * asked else None
        if fps > _ENOUGH_PART * asked:
            return None
        return said if said / _WORTH_TELLING < fps < said * _WORTH_TELLING else fps

    def _tell(self, low_fps: float | None) -> None:
        if low_fps != self.low_fps:
            self.low_fps = low_fps
            self._on_change()
