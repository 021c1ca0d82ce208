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


class Pace:
    """The renderer writes, any thread reads.

    ``patience`` is for how many seconds the last picture may be shown: three times what a picture
    takes, within bounds, so that a slow engine that works steadily is no fault and a hung one is.
    ``is_slow`` is whether the engine makes so few pictures that one sees it; an engine that stands
    at the border does not change it with every picture."""

    def __init__(self) -> None:
        self._seconds: deque[float] = deque(maxlen=_REMEMBERED)
        self.patience = LONGEST_PATIENCE
        self.is_slow = False

    def restart(self) -> None:
        """Another engine: its first picture may take long."""
        self._seconds.clear()
        self.patience = LONGEST_PATIENCE
        self.is_slow = False

    def add(self, seconds: float) -> None:
        """A picture took so long."""
        self._seconds.append(seconds)
        median = statistics.median(self._seconds)
        self.patience = min(max(SHORTEST_PATIENCE, _FRAMES_OF_PATIENCE * median), LONGEST_PATIENCE)
        if len(self._seconds) >= _JUDGED_AFTER:
            border = _QUICK_ABOVE_FPS if self.is_slow else _SLOW_BELOW_FPS
            self.is_slow = median * border > 1
