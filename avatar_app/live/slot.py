"""A place for one value between two threads: the newest wins, and what was lost is counted."""

import threading
from typing import Generic, TypeVar

T = TypeVar("T")


class Slot(Generic[T]):
    """Any thread puts, one takes. Closing wakes the taker; what was left can still be taken."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._value: T | None = None
        self._closed = False
        self._dropped = 0

    @property
    def dropped(self) -> int:
        """How many values were replaced before anybody took them."""
        return self._dropped

    @property
    def finished(self) -> bool:
        """Closed, and nothing is left to take."""
        with self._changed:
            return self._closed and self._value is None

    def put(self, value: T) -> None:
        """Leave a value, over the one that still lies there. Ignored once closed."""
        with self._changed:
            if self._closed:
                return
            self._dropped += self._value is not None
            self._value = value
            self._changed.notify()

    def take(self, timeout: float | None = None) -> T | None:
        """The newest value, waiting up to ``timeout`` seconds for one; None when there is none
        in time or the slot is closed and empty."""
        with self._changed:
            self._changed.wait_for(lambda: self._value is not None or self._closed, timeout)
            value, self._value = self._value, None
            return value

    def close(self) -> None:
        """No more values. Idempotent."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
