"""Hears what an adapter of keys for every program tells."""

import threading

from avatar_app.gui.global_keys.base import Event


class Ears:
    """A Listener for whatever thread."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._came = threading.Condition()

    def __call__(self, event: Event) -> None:
        with self._came:
            self.events.append(event)
            self._came.notify()

    def wait(self, count: int) -> list[Event]:
        """The events, once there are so many."""
        with self._came:
            assert self._came.wait_for(lambda: len(self.events) >= count, 10), self.events
            return list(self.events)
