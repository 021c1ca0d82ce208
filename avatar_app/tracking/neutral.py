"""How well a face serves as the neutral one that relative motion is measured against."""

import numpy as np

from avatar_app.face_mesh import (
    EYE_LEFT,
    EYE_OUTER_LEFT,
    EYE_OUTER_RIGHT,
    EYE_RIGHT,
    MOUTH_BOTTOM,
    MOUTH_TOP,
)
from avatar_app.types import FaceObservation, Points

GOOD = 1.0
"""A face that costs less is a good neutral face."""

_TURN_DEGREES = 15.0
_MOUTH_STEP = 0.06
_EYE_OPEN = 0.28
_UPPER_LID, _LOWER_LID = 4, 12


def neutral_cost(
    face: FaceObservation, like: FaceObservation | None = None, *, eye_open: float = _EYE_OPEN
) -> float:
    """0 for a frontal face with a closed mouth and open eyes, about 1 a fault: a turn of 15°, a
    mouth open by 6 % of the distance between the eyes, eyes half shut or torn open.

    With ``like``, the avatar's face, the aim lies half way to its pose and mouth: motion crosses
    best between faces that match, yet an open mouth as neutral could never close. ``eye_open`` is
    what counts as open for this driver (see ``eye_opening``)."""
    turn = np.array((face.pose.yaw, face.pose.pitch, face.pose.roll))
    mouth = mouth_opening(face.landmarks)
    if like is not None:
        turn -= np.array((like.pose.yaw, like.pose.pitch, like.pose.roll)) / 2
        mouth -= mouth_opening(like.landmarks) / 2
    eyes = eye_opening(face.landmarks) / max(eye_open, 1e-6) - 1
    lids = 2 * -eyes if eyes < 0 else eyes
    return float(np.linalg.norm(turn)) / _TURN_DEGREES + abs(mouth) / _MOUTH_STEP + lids


def mouth_opening(landmarks: Points) -> float:
    """The gap between the lips as a part of the distance between the outer eye corners."""
    eyes = _distance(landmarks, EYE_OUTER_LEFT, EYE_OUTER_RIGHT)
    return _distance(landmarks, MOUTH_TOP, MOUTH_BOTTOM) / max(eyes, 1e-6)


def eye_opening(landmarks: Points) -> float:
    """Height over width of the opening, the mean of both eyes; about 0.3 when open."""
    return sum(_one_eye(landmarks, eye) for eye in (EYE_LEFT, EYE_RIGHT)) / 2


def _one_eye(landmarks: Points, eye: tuple[int, ...]) -> float:
    gap = _distance(landmarks, eye[_UPPER_LID], eye[_LOWER_LID])
    return gap / max(_distance(landmarks, eye[0], eye[8]), 1e-6)


def _distance(landmarks: Points, a: int, b: int) -> float:
    return float(np.linalg.norm(landmarks[a] - landmarks[b]))
