"""A crop that is judged anew while it is dragged, in a worker, the newest only."""

from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, pyqtSignal

from avatar_app.gui.background import Background
from avatar_app.types import Box

if TYPE_CHECKING:
    from avatar_app.avatars.inspection import Inspection


class CropJudge(QObject):
    """``judged`` brings the Candidate of the newest crop, ``failed`` a Problem."""

    judged = pyqtSignal(object)
    failed = pyqtSignal(object)

    def __init__(self, lane: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lane = lane
        self._wanted: tuple[Inspection, int, Box] | None = None
        self._busy = False

    @property
    def is_busy(self) -> bool:
        """Whether a judgement is still to come."""
        return self._busy

    def judge(self, inspection: "Inspection", number: int, crop: Box) -> None:
        """Judge face ``number`` in this crop, as soon as the one in hand is done."""
        self._wanted = inspection, number, crop
        if not self._busy:
            self._next()

    def _next(self) -> None:
        if self._wanted is None:
            return
        (inspection, number, crop), self._wanted = self._wanted, None
        self._busy = True
        self._lane.submit(
            lambda: inspection.with_crop(number, crop), self._on_judged, self._on_failed
        )

    def _on_judged(self, candidate: object) -> None:
        self._busy = False
        self.judged.emit(candidate)
        self._next()

    def _on_failed(self, problem: object) -> None:
        self._busy = False
        self.failed.emit(problem)
        self._next()
