"""A recorded performance as a source of frames."""

import numpy as np

from avatar_app.capture.base import SourceInfo
from avatar_app.capture.performance import Performance
from avatar_app.translatable import translatable
from avatar_app.types import Frame


class PerformanceSource:
    """Frames of the recorded size and times, all of them the same black picture.

    The recording holds no camera pixels. A uniformly black frame says so: whoever would show a
    part of the camera's picture, such as the inside of the mouth, has to paint it instead. The
    face itself comes from a ReplayTracker of the same file."""

    def __init__(self, performance: Performance, word: str) -> None:
        self._performance = performance
        width, height = performance.size
        self._black = np.zeros((height, width, 3), np.uint8)
        self._black.flags.writeable = False
        self._next = 0
        self._interrupted = False
        self._info = SourceInfo(
            word=word,
            title=translatable("Recorded performance"),
            width=width,
            height=height,
            fps=performance.fps,
            is_live=False,
            frame_count=len(performance),
        )

    @property
    def info(self) -> SourceInfo:
        return self._info

    def read(self) -> Frame | None:
        """The next black frame, or None at the end."""
        if self._interrupted or self._next == len(self._performance):
            return None
        index = self._next
        self._next += 1
        return Frame(self._black, index, float(self._performance.times[index]))

    def interrupt(self) -> None:
        self._interrupted = True

    def close(self) -> None:
        """Nothing is held open."""
