"""A driver who does as asked: a bundled portrait's face in a camera's picture, frame by frame."""

from collections.abc import Callable, Iterable
from functools import lru_cache

import numpy as np
from posed_faces import CAMERA, bundled, in_camera, turned, with_eyes, with_mouth

from avatar_app.calibration.progress import Progress
from avatar_app.calibration.steps import CalibrationRun
from avatar_app.capture.performance import Performance
from avatar_app.capture.video_file import VideoFileSource
from avatar_app.face_mesh import (
    EYE_LEFT,
    EYE_RIGHT,
    IRIS_LEFT,
    IRIS_RIGHT,
    LIPS_INNER,
    LIPS_OUTER,
)
from avatar_app.paths import bundled_clip
from avatar_app.tracking.mediapipe_tracker import MediaPipeTracker
from avatar_app.tracking.pose import observe
from avatar_app.tracking.recorder import PerformanceRecorder
from avatar_app.types import FaceObservation, Frame, Points, RgbImage, TrackedFrame

FPS = 30
LIPS = [*LIPS_OUTER, *LIPS_INNER]
BLACK: RgbImage = np.zeros((CAMERA[1], CAMERA[0], 3), np.uint8)

Pose = Callable[[Points], Points]


def neutral() -> Points:
    """The driver at rest, in the middle of the camera's picture."""
    return in_camera(bundled("mira").face.landmarks)


def avatar() -> FaceObservation:
    return bundled("mira").face


def with_smile(points: Points, wider: float) -> Points:
    """The mouth wider by that part of its width."""
    smiling = points.copy()
    middle = points[LIPS, 0].mean()
    smiling[LIPS, 0] = middle + (1 + wider) * (points[LIPS, 0] - middle)
    return smiling


def with_gaze(points: Points, aside: float) -> Points:
    """Both irises moved to the picture's right by widths of an eye."""
    looking = points.copy()
    for eye, iris in ((EYE_LEFT, IRIS_LEFT), (EYE_RIGHT, IRIS_RIGHT)):
        width = np.linalg.norm(points[eye[0]] - points[eye[8]])
        looking[list(iris), 0] += aside * width
    return looking


def tracked(points: Points | None, index: int = 0, image: RgbImage = BLACK) -> TrackedFrame:
    frame = Frame(image, index, index / FPS)
    return TrackedFrame(frame, None if points is None else observe(points))


class Driver:
    """Plays faces into a run, 30 a second, and keeps what it answers."""

    def __init__(self, run: CalibrationRun) -> None:
        self.run = run
        self.frames = 0
        self.answers: list[Progress] = []

    def play(self, faces: Iterable[Points | None], image: RgbImage = BLACK) -> Progress:
        for points in faces:
            self.answers.append(self.run.feed(tracked(points, self.frames, image)))
            self.frames += 1
        return self.answers[-1]

    def hold(self, points: Points | None, seconds: float, image: RgbImage = BLACK) -> Progress:
        return self.play([points] * round(seconds * FPS), image)

    def until(self, points: Points, step: str, most: float = 20.0) -> Progress:
        """Hold a face until the run has come to ``step``."""
        for _ in range(round(most * FPS)):
            if self.play([points]).step == step:
                return self.answers[-1]
        raise AssertionError(f"never came to {step}: {self.answers[-1]}")


def swing(
    pose: Callable[[Points, float], Points], way: float, seconds: float = 1.0
) -> list[Points]:
    """From rest to the pose and back."""
    ways = way * np.sin(np.linspace(0, np.pi, round(seconds * FPS)))
    return [pose(neutral(), float(amount)) for amount in ways]


def range_performance() -> list[Points]:
    """All that the range step asks for, one after the other."""
    blink = swing(lambda points, shut: with_eyes(points, 1 - shut), 0.8, 0.5)
    left = swing(with_gaze, 0.15)
    right = swing(with_gaze, -0.15)
    return [
        *swing(with_mouth, 0.8),
        *swing(with_smile, 0.3),
        *blink,
        *[neutral()] * 10,
        *blink,
        *left,
        *right,
    ]


def head(points: Points, yaw: float = 0, pitch: float = 0, roll: float = 0) -> Points:
    return turned(points, yaw, pitch, roll)


@lru_cache
def performance() -> Performance:
    """The bundled clip as the tracker sees it live."""
    source, recorder = VideoFileSource(bundled_clip()), PerformanceRecorder()
    tracker = MediaPipeTracker(smoothing=0.2)
    while (frame := source.read()) is not None:
        recorder.add(TrackedFrame(frame, tracker.track(frame)))
    source.close()
    tracker.close()
    return recorder.performance()
