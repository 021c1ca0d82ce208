"""MediaPipe FaceMesh behind the FaceTracker protocol.

The legacy FaceMesh solution carries its models in the wheel, so nothing is downloaded. One thread
owns an instance: MediaPipe dies when two share one. It writes to descriptor 2 whatever it is told,
so that is silenced around the constructor and the first frames.
"""

import contextlib
import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from avatar_app.errors import TrackerError
from avatar_app.mediapipe_library import import_mediapipe, threadless
from avatar_app.motion import LandmarkSmoother
from avatar_app.tracking.pose import observe
from avatar_app.types import Box, FaceObservation, Frame, Points, RgbImage

_QUIET_FRAMES = 3
_LOOK_AROUND_EVERY = 15
_STDERR = threading.Lock()
"""The descriptor is the whole process's: of two trackers that open at once (camera and portrait)
one would take the other's nowhere for the real thing and leave it there."""
_LARGER = 1.3
"""Another face must be this much wider than the followed one, so that two people do not flicker."""


class MediaPipeTracker:
    """Follows the largest face. ``smoothing`` in [0, 1] is the strength of the One-Euro filter;
    ``static`` finds faces anew in each picture (portraits), among up to ``max_faces``."""

    def __init__(self, *, smoothing: float = 0.0, static: bool = False, max_faces: int = 1) -> None:
        self._static = static
        self._max_faces = max_faces
        self._smoother = LandmarkSmoother(smoothing) if smoothing > 0 and not static else None
        self._mesh: Any = None
        self._detector: Any = None
        self._thread: int | None = None
        self._seen = 0
        self._others = 0
        self._last: FaceObservation | None = None

    def track(self, frame: Frame) -> FaceObservation | None:
        """The largest face of the frame, or None."""
        self._open()
        quiet = _silenced_stderr() if self._seen < _QUIET_FRAMES else contextlib.nullcontext()
        with quiet:
            landmarks = self._find(frame.image)
        self._seen += 1
        if landmarks is None:
            self._last = None
            if self._smoother:
                self._smoother.reset()
            return None
        if self._smoother:
            landmarks = self._smoother.smooth(landmarks, frame.captured_at)
        self._last = replace(observe(landmarks), others=self._others)
        return self._last

    def close(self) -> None:
        """Free the graphs; the tracker opens again on the next frame."""
        for part in (self._mesh, self._detector):
            if part is not None:
                part.close()
        self._mesh = self._detector = self._thread = self._last = None

    def _open(self) -> None:
        if self._mesh is None:
            self._mesh, self._detector = _open_graphs(self._static, self._max_faces)
            self._thread = threading.get_ident()
            self._seen = 0
        elif self._thread != threading.get_ident():
            raise TrackerError(
                "The face tracker was used from a second thread.", "Give each thread its own."
            )

    def _find(self, image: RgbImage) -> Points | None:
        if self._static:
            return self._largest(image)
        if self._last is None or self._seen % _LOOK_AROUND_EVERY == 0:
            others = self._smaller_faces(image)
            self._others = max(0, len(others) - 1)
            if others and self._must_change(others):
                self._mesh.reset()
                return self._largest(_painted_over(image, others[1:]))
        return self._largest(image)

    def _largest(self, image: RgbImage) -> Points | None:
        faces = self._process(self._mesh, image).multi_face_landmarks
        if not faces:
            return None
        found = [_to_pixels(face.landmark, image) for face in faces]
        return max(found, key=lambda points: float(np.ptp(points[:, 0])))

    def _smaller_faces(self, image: RgbImage) -> list[Box]:
        """All faces, the widest first, when there are at least two."""
        detections = self._process(self._detector, image).detections or []
        boxes = [_detection_box(d.location_data.relative_bounding_box, image) for d in detections]
        boxes.sort(key=lambda box: -box.width)
        return boxes if len(boxes) > 1 else []

    def _must_change(self, boxes: list[Box]) -> bool:
        if self._last is None:
            return True
        x, y = self._last.box.centre
        followed = [b for b in boxes if b.x0 <= x <= b.x1 and b.y0 <= y <= b.y1]
        return not followed or boxes[0].width > _LARGER * followed[0].width

    def _process(self, graph: Any, image: RgbImage) -> Any:
        try:
            return graph.process(np.ascontiguousarray(image))
        except (RuntimeError, ValueError, IndexError) as error:
            raise TrackerError(
                f"The face tracker failed: {str(error).splitlines()[0]}.", "Restart the session."
            ) from error


def _open_graphs(static: bool, max_faces: int) -> tuple[Any, Any]:
    with _silenced_stderr():
        try:
            import_mediapipe()
            from mediapipe.python.solutions.face_detection import FaceDetection
            from mediapipe.python.solutions.face_mesh import FaceMesh

            mesh = threadless(FaceMesh)(
                static_image_mode=static, max_num_faces=max_faces, refine_landmarks=True
            )
            if static:
                return mesh, None
            return mesh, threadless(FaceDetection)(min_detection_confidence=0.6)
        except (ImportError, RuntimeError, OSError) as error:
            raise TrackerError(
                f"MediaPipe cannot start: {error}.", "Install the program again."
            ) from error


def _to_pixels(landmarks: Any, image: RgbImage) -> Points:
    height, width = image.shape[:2]
    points = np.array([(p.x, p.y, p.z) for p in landmarks], np.float32)
    return points * np.array((width, height, width), np.float32)


def _detection_box(box: Any, image: RgbImage) -> Box:
    height, width = image.shape[:2]
    return Box(
        box.xmin * width,
        box.ymin * height,
        (box.xmin + box.width) * width,
        (box.ymin + box.height) * height,
    )


def _painted_over(image: RgbImage, boxes: list[Box]) -> RgbImage:
    """A copy in which the given faces are hidden, so that the graph locks on the one left."""
    hidden = image.copy()
    for box in boxes:
        margin = box.height * 0.3
        y0, y1 = max(0, int(box.y0 - margin)), max(0, int(box.y1 + margin))
        x0, x1 = max(0, int(box.x0)), max(0, int(box.x1))
        hidden[y0:y1, x0:x1] = 128
    return hidden


@contextlib.contextmanager
def _silenced_stderr() -> Iterator[None]:
    """Send descriptor 2 to nowhere: MediaPipe's C++ side knows no other way to be quiet."""
    with _STDERR:
        kept = os.dup(2)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nowhere, 2)
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
            os.close(nowhere)
