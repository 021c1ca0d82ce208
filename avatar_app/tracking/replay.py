"""A recorded performance in the place of a tracker."""

from pathlib import Path

import numpy as np

from avatar_app.capture.performance import Performance, load_performance
from avatar_app.reflection import mirrored_points
from avatar_app.tracking.pose import observe
from avatar_app.types import FaceObservation, Frame


class ReplayTracker:
    """Gives the observation recorded for a frame's number, whatever the frame shows.

    Numbers past the end start over, so that a looped source stays in step. Landmarks are scaled
    where the frame has another size than the recorded one, and turned round with ``mirror``.
    Raises MediaError for a bad file."""

    def __init__(self, recording: Path | Performance, *, mirror: bool = False) -> None:
        self._mirror = mirror
        loaded = load_performance(recording) if isinstance(recording, Path) else recording
        self._performance = loaded

    def track(self, frame: Frame) -> FaceObservation | None:
        """The recorded face, or None where there was none."""
        recorded = self._performance
        index = frame.index % len(recorded)
        if not recorded.present[index]:
            return None
        height, width = frame.image.shape[:2]
        x, y = width / recorded.size[0], height / recorded.size[1]
        landmarks = recorded.landmarks[index] * np.array((x, y, x), np.float32)
        return observe(mirrored_points(landmarks, width) if self._mirror else landmarks)

    def close(self) -> None:
        """Nothing is held open."""
