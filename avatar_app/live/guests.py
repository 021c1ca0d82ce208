"""Sinks that come and go while a session runs."""

import threading
from collections.abc import Callable
from functools import partial

from avatar_app.outputs.base import FrameSink
from avatar_app.outputs.fanout import FanOut


class Guests:
    """Any thread invites and dismisses; the thread that delivers does it, in ``attend``, between
    two pictures. Who was invited is closed in any case, also where it never came to an ``open``."""

    def __init__(self, sinks: FanOut) -> None:
        self._sinks = sinks
        self._lock = threading.Lock()
        self._waiting: list[tuple[FrameSink, Callable[[], None]]] = []
        self._over = False

    def invite(self, sink: FrameSink) -> None:
        """Let it join at the next ``attend``; after ``close`` it is closed at once."""
        with self._lock:
            if not self._over:
                self._waiting.append((sink, partial(self._sinks.join, sink)))
                return
        sink.close()

    def dismiss(self, sink: FrameSink) -> None:
        """Let it leave at the next ``attend``."""
        with self._lock:
            self._waiting.append((sink, partial(self._sinks.leave, sink)))

    def attend(self) -> None:
        """Do what was asked for since, in that order."""
        for _, step in self._taken():
            step()

    def close(self) -> None:
        """Nobody comes any more."""
        self._over = True
        for sink, _ in self._taken():
            sink.close()

    def _taken(self) -> list[tuple[FrameSink, Callable[[], None]]]:
        with self._lock:
            taken, self._waiting = self._waiting, []
        return taken
