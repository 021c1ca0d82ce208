"""What every face tracker promises."""

from typing import Protocol

from avatar_app.types import FaceObservation, Frame


class FaceTracker(Protocol):
    """Finds the face in a frame. Belongs to the thread that first calls ``track``, which also
    closes it. No face is None, never an error; a broken tracker raises TrackerError."""

    def track(self, frame: Frame) -> FaceObservation | None: ...

    def close(self) -> None: ...
