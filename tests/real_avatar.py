"""A bundled avatar at small size, and faces that move like a person's."""

from functools import lru_cache

import numpy as np

from avatar_app.avatars.face_search import shift_and_scale
from avatar_app.avatars.portrait import load_avatar
from avatar_app.face_mesh import EYE_LEFT, EYE_RIGHT, LIPS_INNER
from avatar_app.imaging import resize
from avatar_app.tracking.mediapipe_tracker import MediaPipeTracker
from avatar_app.tracking.pose import observe
from avatar_app.types import Avatar, FaceObservation, Points

_SIDE = 192


@lru_cache
def small_avatar() -> Avatar:
    """The first bundled avatar, 192 pixels long, its face found by MediaPipe."""
    avatar = load_avatar("", lambda: MediaPipeTracker(static=True))
    height, width = avatar.image.shape[:2]
    scale = _SIDE / max(height, width)
    image = resize(avatar.image, (round(width * scale), round(height * scale)))
    return Avatar(avatar.name, image, shift_and_scale(avatar.face, 0, 0, scale))


def moving_face(index: int, size: tuple[int, int]) -> FaceObservation:
    """The avatar's own face as a driver's, in a frame of ``size``: it sways, talks and blinks."""
    points = _centred(small_avatar().face.landmarks)
    if index > 0:
        lower = [i for i in LIPS_INNER if points[i, 1] > points[LIPS_INNER[0], 1]]
        points[lower, 1] += 0.05 * (1 + np.sin(index / 2))
        if index % 9 in (4, 5):
            for eye in (EYE_LEFT, EYE_RIGHT):
                points[list(eye), 1] = points[list(eye), 1].mean()
        points = points @ _turned(0.25 * np.sin(index / 5)).T
    place = (size[0] / 2 + size[0] * 0.05 * np.sin(index / 7), size[1] / 2, 0)
    return observe((points * size[1] * 0.5 + place).astype(np.float32))


def _centred(landmarks: Points) -> np.ndarray:
    points = landmarks.astype(np.float64)
    return (points - points.mean(0)) / np.ptp(points[:, 1])


def _turned(angle: float) -> np.ndarray:
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])
