"""Pictures kept in memory: the window's mailbox, and every sink's twin in tests."""

import threading
from collections import deque

from avatar_app.outputs.base import StreamSpec, check_picture
from avatar_app.types import RenderedFrame


class MemorySink:
    """Keeps the newest ``keep`` frames; all of them with None. One thread sends, any may look.

    With ``keep`` 1 it is a mailbox: a slow reader sees the newest picture, never a backlog."""

    def __init__(self, keep: int | None = 1) -> None:
        self._lock = threading.Lock()
        self._frames: deque[RenderedFrame] = deque(maxlen=keep)
        self._sent = 0
        self._spec: StreamSpec | None = None

    @property
    def title(self) -> str:
        return "memory"

    @property
    def spec(self) -> StreamSpec | None:
        """What it was opened with; kept after ``close``."""
        return self._spec

    @property
    def sent(self) -> int:
        """Frames since ``open``."""
        with self._lock:
            return self._sent

    @property
    def latest(self) -> RenderedFrame | None:
        """The newest frame; the same object again while nothing new came."""
        with self._lock:
            return self._frames[-1] if self._frames else None

    @property
    def frames(self) -> tuple[RenderedFrame, ...]:
        """What is kept, oldest first; still there after ``close``."""
        with self._lock:
            return tuple(self._frames)

    def open(self, spec: StreamSpec) -> None:
        with self._lock:
            self._spec, self._sent = spec, 0
            self._frames.clear()

    def send(self, rendered: RenderedFrame) -> None:
        assert self._spec is not None, "send before open"
        check_picture(rendered.image, self._spec)
        with self._lock:
            self._frames.append(rendered)
            self._sent += 1

    def close(self) -> None:
        """Nothing to release: the frames stay readable."""
