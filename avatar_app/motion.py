"""Motion: smoothing of landmarks over time and transfer from a driver's face to an avatar's."""

import numpy as np

from avatar_app.face_mesh import EYE_OUTER_LEFT, EYE_OUTER_RIGHT
from avatar_app.types import Points

_FASTEST_CUTOFF_HZ = 12.0
_SLOWEST_CUTOFF_HZ = 0.8
_DERIVATIVE_CUTOFF_HZ = 4.0
_SPEED_GAIN = 60.0
_LONGEST_GAP = 0.5


class LandmarkSmoother:
    """One-Euro filter over (N, 3) landmarks. Casiez, Roussel, Vogel, "1€ Filter", CHI 2012.

    ``strength`` in [0, 1] lowers the cutoff of a still face; a moving point raises its own, so
    that quick motion is not late. Speed is measured in eye distances a second, so that a far face
    is filtered like a near one."""

    def __init__(self, strength: float) -> None:
        self._cutoff = _FASTEST_CUTOFF_HZ * (_SLOWEST_CUTOFF_HZ / _FASTEST_CUTOFF_HZ) ** strength
        self._points: Points | None = None
        self._speed: Points | None = None
        self._time = 0.0

    def reset(self) -> None:
        """Forget the past: the next landmarks pass unchanged."""
        self._points = self._speed = None

    def smooth(self, landmarks: Points, time: float) -> Points:
        """The filtered landmarks at ``time`` seconds."""
        step = time - self._time
        self._time = time
        if self._points is None or self._speed is None or not 0 < step < _LONGEST_GAP:
            self._points, self._speed = landmarks, np.zeros_like(landmarks)
            return landmarks
        size = float(np.linalg.norm(landmarks[EYE_OUTER_LEFT] - landmarks[EYE_OUTER_RIGHT]))
        raw = (landmarks - self._points) / (step * max(size, 1.0))
        self._speed = self._speed + _alpha(_DERIVATIVE_CUTOFF_HZ, step) * (raw - self._speed)
        pace = np.linalg.norm(self._speed, axis=1, keepdims=True)
        alpha = _alpha(self._cutoff + _SPEED_GAIN * pace, step)
        self._points = (self._points + alpha * (landmarks - self._points)).astype(np.float32)
        return self._points


def _alpha(cutoff_hz: float | Points, step: float) -> Points:
    rate = 2 * np.pi * np.asarray(cutoff_hz) * step
    alpha: Points = (rate / (rate + 1)).astype(np.float32)
    return alpha
