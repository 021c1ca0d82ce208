"""Figures of an expression, read off the landmarks: how far mouth and eyes are open, how wide the
lips are, where the eyes look. Lengths are in distances of the outer eye corners or in widths of an
eye, so that they do not depend on the place of the camera."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from avatar_app.face_mesh import (
    EYE_LEFT,
    EYE_OUTER_LEFT,
    EYE_OUTER_RIGHT,
    EYE_RIGHT,
    IRIS_LEFT,
    IRIS_RIGHT,
    LIP_CORNERS,
    MOUTH_BOTTOM,
    MOUTH_TOP,
)

_UPPER_LID, _LOWER_LID = 4, 12

Landmarks = NDArray[Any]
"""(478, 3)."""


def mouth_opening(landmarks: Landmarks) -> float:
    """The gap between the lips as a part of the distance between the outer eye corners."""
    return _distance(landmarks, MOUTH_TOP, MOUTH_BOTTOM) / eye_distance(landmarks)


def lip_width(landmarks: Landmarks) -> float:
    """The distance between the corners of the mouth, pixels."""
    return _distance(landmarks, *LIP_CORNERS)


def eye_distance(landmarks: Landmarks) -> float:
    """The distance between the outer eye corners, pixels, never 0."""
    return max(_distance(landmarks, EYE_OUTER_LEFT, EYE_OUTER_RIGHT), 1e-6)


def eye_opening(landmarks: Landmarks) -> float:
    """Height over width of the opening, the mean of both eyes; about 0.3 when open."""
    return sum(_one_eye(landmarks, eye) for eye in (EYE_LEFT, EYE_RIGHT)) / 2


def lid_gaps(landmarks: Landmarks, lids: tuple[tuple[int, ...], ...]) -> NDArray[np.float64]:
    """(7,): how far the pairs of lid points of one eye are apart in the picture, pixels."""
    apart = landmarks[list(lids[0]), :2] - landmarks[list(lids[1]), :2]
    gaps: NDArray[np.float64] = np.linalg.norm(apart, axis=1)
    return gaps


def gaze(landmarks: Landmarks) -> NDArray[np.float64]:
    """(2,): the irises' place against the middle of their eyes, right and down, in widths of an
    eye, the mean of both. For a head that faces the picture."""
    eyes = ((EYE_LEFT, IRIS_LEFT), (EYE_RIGHT, IRIS_RIGHT))
    both: NDArray[np.float64] = np.mean([_iris(landmarks, eye, iris[0]) for eye, iris in eyes], 0)
    return both


def _iris(landmarks: Landmarks, eye: tuple[int, ...], iris: int) -> Landmarks:
    corners = landmarks[[eye[0], eye[8]], :2]
    width = max(float(np.linalg.norm(corners[0] - corners[1])), 1e-6)
    place: Landmarks = (landmarks[iris, :2] - corners.mean(0)) / width
    return place


def _one_eye(landmarks: Landmarks, eye: tuple[int, ...]) -> float:
    gap = _distance(landmarks, eye[_UPPER_LID], eye[_LOWER_LID])
    return gap / max(_distance(landmarks, eye[0], eye[8]), 1e-6)


def _distance(landmarks: Landmarks, a: int, b: int) -> float:
    return float(np.linalg.norm(landmarks[a] - landmarks[b]))
