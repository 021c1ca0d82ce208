"""Ctrl-C as a wish that work looks at, so that files and devices are closed in order."""

import signal
import threading
from types import FrameType, TracebackType
from typing import Any

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupt:
    """While entered, the first Ctrl-C (or SIGTERM) only sets ``requested``; a second one raises
    KeyboardInterrupt as usual. Belongs to the main thread."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._before: list[Any] = []

    def __enter__(self) -> "Interrupt":
        self._before = [signal.signal(number, self._on_signal) for number in _SIGNALS]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for number, handler in zip(_SIGNALS, self._before, strict=True):
            signal.signal(number, handler)

    def requested(self) -> bool:
        """Whether the user wants to stop."""
        return self._event.is_set()

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        if self._event.is_set():
            raise KeyboardInterrupt
        self._event.set()
