"""Work that only the window's thread can do and that takes longer than anybody should wait."""

from collections import deque
from collections.abc import Iterator

from PyQt6 import sip
from PyQt6.QtCore import QObject, QTimer

_END = object()


class InSteps(QObject):
    """Runs such work cut at its ``yield``: between two parts the event loop does what waits there.
    One piece of work begins when the one before it has ended; one whose ``owner`` has been deleted
    is given up."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._waiting: deque[tuple[QObject, Iterator[None]]] = deque()
        self._turn = QTimer(self)  # Of no interval: once in each turn of the event loop.
        self._turn.timeout.connect(self._step)

    def run(self, owner: QObject, work: Iterator[None]) -> None:
        """Begin with the next turn, or after what waits already."""
        self._waiting.append((owner, work))
        self._turn.start()

    def finish(self) -> None:
        """Do at once all that is left."""
        while self._waiting:
            self._step()

    def _step(self) -> None:
        owner, work = self._waiting.popleft()
        try:
            if not sip.isdeleted(owner) and next(work, _END) is not _END:
                self._waiting.appendleft((owner, work))
        finally:
            if not self._waiting:
                self._turn.stop()
