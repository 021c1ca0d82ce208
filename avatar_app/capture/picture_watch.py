"""Notices a camera that is open and yet shows nothing."""

from dataclasses import dataclass

import numpy as np

from avatar_app.types import Frame, RgbImage

_BLACK_LEVEL = 16
_PATIENCE_S = 2.0


@dataclass(frozen=True, slots=True)
class PictureWarning:
    """What is wrong with the camera's picture, and what to do."""

    message: str
    hint: str


BLACK = PictureWarning(
    "The camera's picture is black.",
    "Open its shutter or lens cap, or close the program that holds the camera.",
)
FLAT = PictureWarning(
    "The camera's picture is one even colour.",
    "Open its shutter, or switch the camera on in its own software.",
)
FROZEN = PictureWarning(
    "The camera's picture stands still.",
    "Unplug the camera and plug it in again, or close the program that holds it.",
)


class PictureWatch:
    """Looks at each frame of a camera; a warning after two seconds of the same fault.

    A real sensor is never without noise, so exactly equal pictures mean a frozen one. For cameras
    only: a still picture as a source is meant to stand still."""

    def __init__(self) -> None:
        self._fault: PictureWarning | None = None
        self._since = 0.0
        self._last: RgbImage | None = None

    def look(self, frame: Frame) -> PictureWarning | None:
        """The warning that holds now, or None."""
        sample = frame.image[::8, ::8]
        fault = self._judge(sample)
        # A copy: the view would keep the whole frame alive.
        self._last = sample.copy()
        if fault is not self._fault:
            self._fault, self._since = fault, frame.captured_at
        return fault if frame.captured_at - self._since >= _PATIENCE_S else None

    def _judge(self, sample: RgbImage) -> PictureWarning | None:
        if int(sample.max()) <= _BLACK_LEVEL:
            return BLACK
        if float(sample.std(axis=(0, 1)).max()) < 1.0:
            return FLAT
        if self._last is not None and np.array_equal(sample, self._last):
            return FROZEN
        return None
