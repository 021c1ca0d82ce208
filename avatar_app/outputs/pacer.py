"""The steady beat of the delivering thread."""

import math
import threading
import time
from collections.abc import Callable
from fractions import Fraction


class Pacer:
    """Ticks at a rational rate without drift: tick n is due at n / fps after the first one.

    A thread that comes late by whole ticks is not given them in a burst: they are skipped and
    counted in ``late``. One thread waits; any may interrupt."""

    def __init__(self, fps: Fraction, *, clock: Callable[[], float] = time.perf_counter) -> None:
        self._fps = fps
        self._clock = clock
        self._stopped = threading.Event()
        self._start: float | None = None
        self._next = 0
        self._late = 0

    @property
    def late(self) -> int:
        """Ticks skipped so far."""
        return self._late

    def wait(self) -> int | None:
        """Sleep until the next tick is due and return its number; the first, 0, is due at
        once. None after ``interrupt``."""
        if self._start is None:
            self._start = self._clock()
        self._skip_missed(self._start)
        due = self._start + float(self._next / self._fps)
        while (left := due - self._clock()) > 0 and not self._stopped.wait(left):
            pass
        if self._stopped.is_set():
            return None
        self._next += 1
        return self._next - 1

    def interrupt(self) -> None:
        """End the current and every later ``wait`` at once."""
        self._stopped.set()

    def _skip_missed(self, start: float) -> None:
        current = math.floor((self._clock() - start) * self._fps)
        if current > self._next:
            self._late += current - self._next
            self._next = current
