"""How long the engine takes for a picture, and what follows from that."""

import statistics
from collections import deque

SHORTEST_PATIENCE = 1.0
LONGEST_PATIENCE = 5.0
_FRAMES_OF_PATIENCE = 3
_REMEMBERED = 7
_JUDGED_AFTER = 3
_SLOW_BELOW_FPS = 8.0
_QUICK_ABOVE_FPS = 11.0
_WORTH_TELLING = 1.5


class Pace:
    """The renderer writes, any thread reads.

    ``patience`` is for how many seconds the last picture may be shown: three times what a picture
    takes, within bounds, so that a slow engine that works steadily is no fault and a hung one is.
    ``slow_fps`` is what a slow engine makes, None for one quick enough; it changes only when the
    rate has, by half."""

    def __init__(self) -> None:
        self._seconds: deque[float] = deque(maxlen=_REMEMBERED)
        self.patience = LONGEST_PATIENCE
        self.slow_fps: float | None = None

    def restart(self) -> None:
        """Another engine: its first picture may take long."""
        self._seconds.clear()
        self.patience = LONGEST_PATIENCE
        self.slow_fps = None

    def add(self, seconds: float) -> None:
        """A picture took so long."""
        self._seconds.append(seconds)
        median = statistics.median(self._seconds)
        self.patience = min(max(SHORTEST_PATIENCE, _FRAMES_OF_PATIENCE * median), LONGEST_PATIENCE)
        if len(self._seconds) >= _JUDGED_AFTER:
            self._judge(1 / max(median, 1e-6))

    def _judge(self, fps: float) -> None:
        said = self.slow_fps
        if said is None:
            self.slow_fps = fps if fps < _SLOW_BELOW_FPS else None
        elif fps > _QUICK_ABOVE_FPS:
            self.slow_fps = None
        elif not said / _WORTH_TELLING < fps < said * _WORTH_TELLING:
            self.slow_fps = fps
