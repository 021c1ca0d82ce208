"""Keeps the faces of a session or a clip, to be replayed without a tracker."""

import threading
from fractions import Fraction
from pathlib import Path

import numpy as np

from avatar_app.capture.performance import MAX_FRAMES, Performance, save_performance
from avatar_app.errors import MediaError
from avatar_app.types import LANDMARK_COUNT, Points, TrackedFrame

_NO_FACE = np.zeros((LANDMARK_COUNT, 3), np.float32)


class PerformanceRecorder:
    """Collects landmarks, never pictures. ``add`` and ``save`` may come from different threads.

    ``fps`` is the source's exact rate; without it the mean rate of the frames is stored. Memory is
    bounded: after ``max_frames`` (5.7 kB each) nothing more is taken and ``is_full`` says so."""

    def __init__(self, fps: Fraction | None = None, *, max_frames: int = MAX_FRAMES) -> None:
        self._fps = fps
        self._max_frames = min(max_frames, MAX_FRAMES)
        self._lock = threading.Lock()
        self._landmarks: list[Points] = []
        self._present: list[bool] = []
        self._times: list[float] = []
        self._size = (0, 0)

    @property
    def frames(self) -> int:
        """How many were taken."""
        return len(self._times)

    @property
    def is_full(self) -> bool:
        return self.frames >= self._max_frames

    def add(self, tracked: TrackedFrame) -> None:
        """Take one frame's face, or that there was none."""
        if self.is_full:
            return
        height, width = tracked.frame.image.shape[:2]
        with self._lock:
            if not self._times:
                self._size = (width, height)
            self._landmarks.append(_NO_FACE if tracked.face is None else tracked.face.landmarks)
            self._present.append(tracked.face is not None)
            self._times.append(tracked.frame.captured_at)

    def save(self, path: Path) -> None:
        """Write what was taken so far; recording may go on. Raises MediaError when there is
        nothing, MachineError when it cannot be written (an old file then survives)."""
        save_performance(path, self.performance())

    def performance(self) -> Performance:
        """What was taken so far. Raises MediaError when that is nothing."""
        with self._lock:
            landmarks, present = list(self._landmarks), list(self._present)
            times, size = np.array(self._times, np.float64), self._size
        if not len(times):
            raise MediaError("Nothing was recorded yet.", "Let the session run for a moment.")
        times -= times[0]
        return Performance(
            landmarks=np.stack(landmarks),
            present=np.array(present, np.bool_),
            times=times,
            size=size,
            fps=self._fps or _mean_rate(float(times[-1]), len(times)),
        )


def _mean_rate(span_s: float, count: int) -> Fraction:
    """To a thousandth; a single frame has no rate, thirty then is as good as any."""
    if span_s <= 0:
        return Fraction(30)
    return max(Fraction(1), Fraction(round(1000 * (count - 1) / span_s), 1000))
