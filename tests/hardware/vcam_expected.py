"""What may leave a run that is driven by a known performance, rendered here without any camera."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import cv2
import numpy as np
from live_parts import ScriptedTracker
from real_avatar import moving_face

from avatar_app.build import as_shown, avatar_opener, engine_opener
from avatar_app.compose import Composer
from avatar_app.config import AppConfig
from avatar_app.live.words import EVERY_CARD
from avatar_app.pipeline import Pipeline
from avatar_app.tracking.recorder import PerformanceRecorder
from avatar_app.types import Calibration, Frame, RgbImage, TrackedFrame

POSES = (0, 3, 8, 22)
"""Numbers of ``moving_face``: at rest, then turned and speaking in different ways."""
TOLERANCE = 2.0
"""Mean difference of two pictures, in grey levels, that a camera's format and a browser may make:
0.9 to 1.0 was measured, between two poses 2.0 and more, between a card and the avatar over 60."""

_CAMERA = (160, 120)
_FPS = 4
_FRAMES_A_POSE = 4
_BLACK: RgbImage = np.zeros((_CAMERA[1], _CAMERA[0], 3), np.uint8)


def record_poses(path: Path) -> None:
    """A performance that holds each pose for a second, one after the other."""
    recorder = PerformanceRecorder()
    for number in range(len(POSES) * _FRAMES_A_POSE):
        face = moving_face(POSES[number // _FRAMES_A_POSE], _CAMERA)
        recorder.add(TrackedFrame(Frame(_BLACK, number, number / _FPS), face))
    recorder.save(path)


class Expected:
    """The cards, and each pose measured against each: the first one seen is the neutral face."""

    def __init__(self, config: AppConfig) -> None:
        out = config.output
        composer = Composer(out.width, out.height, fit=out.fit, mirror=False, badge=out.badge)
        self._known = [("black", np.zeros((out.height, out.width, 3), np.uint8))]
        self._known += [("card", _carried(composer.card(*words))) for words in EVERY_CARD]
        poses = _poses(config, composer)
        self._known += [(name, _carried(picture)) for name, picture in poses]
        self._names: dict[bytes, str] = {}

    def name_of(self, picture: RgbImage) -> str:
        """Which of them the picture is: "card", "at rest", "pose 3" …, "black" as a browser shows
        a camera that has ended, "unknown" where it is none."""
        looks = picture.tobytes()
        if looks not in self._names:
            far, name = min((distance(picture, known), name) for name, known in self._known)
            self._names[looks] = name if far < TOLERANCE else "unknown"
        return self._names[looks]


def distance(picture: RgbImage, other: RgbImage) -> float:
    """The mean difference in grey levels; endless for pictures of two sizes."""
    if picture.shape != other.shape:
        return float("inf")
    return cv2.norm(picture, other, cv2.NORM_L1) / picture.size


def _poses(config: AppConfig, composer: Composer) -> Iterator[tuple[str, RgbImage]]:
    tracker = ScriptedTracker(lambda index: moving_face(POSES[index], _CAMERA))
    pipeline = Pipeline(tracker, composer)
    with closing(engine_opener(config)()) as engine:
        avatar = as_shown(avatar_opener(config.avatar)(), config.output)
        pipeline.use(engine, engine.prepare(avatar, None))
        for neutral in POSES:
            frame = Frame(_BLACK, 0, 0.0)
            pipeline.calibrate(Calibration(TrackedFrame(frame, moving_face(neutral, _CAMERA))))
            for index, pose in enumerate(POSES):
                name = "at rest" if pose == neutral else f"pose {pose}"
                yield name, pipeline.process(Frame(_BLACK, index, 0.0)).image


def _carried(picture: RgbImage) -> RgbImage:
    """As a virtual camera carries it: colours at half the size."""
    planes = cv2.cvtColor(picture, cv2.COLOR_RGB2YUV_I420)
    return np.asarray(cv2.cvtColor(planes, cv2.COLOR_YUV2RGB_I420), np.uint8)
