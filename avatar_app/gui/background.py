"""Slow work beside the window: jobs run one after another in a thread, results come back here."""

import logging
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import TypeVar

from PyQt6.QtCore import QObject, pyqtSignal

from avatar_app.errors import AvatarError, details_of
from avatar_app.gui.turns import short_turns
from avatar_app.live.status import Problem

T = TypeVar("T")
_GONE = "has been deleted"
"""What PyQt says of an object whose Qt half is no more."""

_log = logging.getLogger(__name__)


class Background(QObject):
    """One lane of slow work, owned by the GUI thread.

    ``submit`` returns at once; ``done`` or ``failed`` is called later in the GUI thread, in the
    order of submission. After ``close`` nothing is called any more."""

    _returned = pyqtSignal(object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs: SimpleQueue[Callable[[], Callable[[], None]] | None] = SimpleQueue()
        self._closed = False
        self._returned.connect(self._on_returned)
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    def submit(
        self,
        job: Callable[[], T],
        done: Callable[[T], None] | None = None,
        failed: Callable[[Problem], None] | None = None,
        *,
        where: str = "window",
    ) -> None:
        """Run ``job`` after those already waiting. ``where`` names the part in its Problem."""

        def run() -> Callable[[], None]:
            try:
                result = job()
            except Exception as error:  # The border of the thread: every fault becomes a message.
                problem = problem_of(error, where)
                return lambda: failed(problem) if failed is not None else None
            return lambda: done(result) if done is not None else None

        if not self._closed:
            self._jobs.put(run)

    def close(self) -> None:
        """Let the job in hand end, skip what waits, deliver nothing more. Returns at once."""
        self._closed = True
        self._jobs.put(None)

    def join(self, timeout_s: float) -> bool:
        """Wait for the thread after ``close``; whether it is gone."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            if self._closed:
                continue
            with short_turns():
                answer = job()
            if not self._closed:
                self._returned.emit(answer)

    def _on_returned(self, answer: Callable[[], None]) -> None:
        if self._closed:
            return
        try:
            answer()
        except RuntimeError as error:
            # The widget that asked went while the job ran, as all do when the language changes.
            if _GONE not in str(error):
                raise
            _log.info("nobody was left for an answer: %s", error)


def problem_of(error: Exception, where: str) -> Problem:
    """An exception in the words of the message area; unexpected ones go to the log in full."""
    if isinstance(error, AvatarError):
        return Problem(where, error.message, error.hint, details_of(error))
    _log.error("unexpected error in %s", where, exc_info=error)
    return Problem(
        where,
        f"Something went wrong in the program: {type(error).__name__}: {error}",
        "Try once more; the log file has the details.",
        details_of(error),
    )
