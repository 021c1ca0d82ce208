"""How well the driver's face matches the avatar's: the nearer they are when the neutral face is
taken, the better motion crosses over. Siarohin and others, "First order motion model", 2019, 3.4;
the measure of likeness is that of its published demonstration: landmarks centred, scaled by the
area of their hull, compared by least squares."""

from collections import deque
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from avatar_app.calibration.hints import Hint
from avatar_app.expression import eye_opening, mouth_opening
from avatar_app.face_mesh import RIGID, RIGID_CANONICAL
from avatar_app.geometry import fit_similarity
from avatar_app.types import FaceObservation, HeadPose, Points

GOOD_MATCH = 0.6
"""From here on a pose is held; 0.9 is as near as two people come (see ``_SHAPE``)."""

_MOST_YAW, _MOST_PITCH, _MOST_ROLL = 25.0, 15.0, 15.0
_MOST_OPEN = 0.12
_LIKENESS, _SHAPE = 0.025, 0.035
"""Two people in one pose differ by 0.019 to 0.052, median 0.033; 10 degrees apart by 0.047, 25 by
0.08 (26 clips against 17 portraits)."""
_TURN_DEGREES = 14.0
_MOUTH = 0.07
_LIDS = 0.35
_EYES_OPEN_PERCENTILE = 75
_EYES_SECONDS = 10.0
_ADVICE_DEGREES = 6.0
_GAUGE_SECONDS = 0.2

Flat = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Match:
    """``score`` in [0, 1]; ``advice`` is what would raise it most, None where it is good."""

    score: float
    advice: Hint | None


class PoseMatch:
    """Compares a driver's faces with the avatar's, in order of time. A pose that nobody holds in
    comfort (a portrait in profile, thrown back, with a wide open mouth) is asked for in part."""

    def __init__(self, avatar: FaceObservation) -> None:
        self.pose = _comfortable(avatar.pose)
        landmarks = _posed(avatar.landmarks, self.pose)
        self._shape = normalised(landmarks)
        self._rotation = _rotation(landmarks)
        self._mouth = min(mouth_opening(avatar.landmarks), _MOST_OPEN)
        self._eyes: deque[tuple[float, float]] = deque()

    def compare(self, face: FaceObservation, now: float) -> Match:
        """The match at ``now`` seconds. Eyes count as open when they are so for this driver: by
        the openings of the last ten seconds."""
        shape = max(0.0, _apart(normalised(face.landmarks), self._shape) - _LIKENESS)
        turn = _rotation(face.landmarks) @ self._rotation.T
        degrees = float(np.degrees(np.arccos(np.clip((np.trace(turn) - 1) / 2, -1, 1))))
        mouth = mouth_opening(face.landmarks) - self._mouth
        lids = min(0.0, eye_opening(face.landmarks) / self._usual_eyes(face, now) - 1)
        parts = (shape / _SHAPE, degrees / _TURN_DEGREES, mouth / _MOUTH, lids / _LIDS)
        score = float(np.exp(-0.5 * sum(part * part for part in parts)))
        return Match(score, None if score >= GOOD_MATCH else self._advice(face.pose, parts))

    def _usual_eyes(self, face: FaceObservation, now: float) -> float:
        while self._eyes and not 0 <= now - self._eyes[0][0] <= _EYES_SECONDS:
            self._eyes.popleft()
        self._eyes.append((now, eye_opening(face.landmarks)))
        usual = np.percentile([opening for _, opening in self._eyes], _EYES_OPEN_PERCENTILE)
        return max(float(usual), 1e-6)

    def _advice(self, pose: HeadPose, parts: tuple[float, ...]) -> Hint | None:
        _, turn, mouth, lids = parts
        if abs(mouth) > max(turn, -lids):
            return Hint.CLOSE_MOUTH if mouth > 0 else Hint.OPEN_MOUTH
        if -lids > turn:
            return Hint.OPEN_EYES
        return _turning(pose, self.pose)


class Gauge:
    """A score that rises and falls smoothly: four fifths of the way in a third of a second."""

    def __init__(self) -> None:
        self._value = 0.0
        self._time: float | None = None

    def follow(self, score: float, now: float) -> float:
        """The value to show at ``now`` seconds."""
        step = 0.0 if self._time is None else max(0.0, now - self._time)
        self._time = now
        self._value += (1 - float(np.exp(-step / _GAUGE_SECONDS))) * (score - self._value)
        return self._value


def ghost_place(avatar: FaceObservation, face: FaceObservation) -> Flat:
    """(2, 3), for cv2.warpAffine and QTransform alike: where the avatar's picture lies over the
    camera's so that both heads have one place and one size. It does not turn: that is the
    driver's part."""
    firm = avatar.landmarks[RIGID].astype(np.float64)
    scale = fit_similarity(firm, face.landmarks[RIGID]).scale
    shift = face.landmarks[RIGID, :2].mean(0) - scale * firm[:, :2].mean(0)
    return np.array(((scale, 0.0, shift[0]), (0.0, scale, shift[1])))


def normalised(landmarks: Points) -> Flat:
    """(478, 2): centred, their hull of area 1."""
    flat = landmarks[:, :2].astype(np.float64)
    flat -= flat.mean(0)
    area = cv2.contourArea(cv2.convexHull(flat.astype(np.float32)))
    shape: Flat = flat / np.sqrt(max(area, 1e-6))
    return shape


def _apart(a: Flat, b: Flat) -> float:
    return float(np.sqrt(((a - b) ** 2).sum(1).mean()))


def _rotation(landmarks: Points) -> Flat:
    return fit_similarity(RIGID_CANONICAL, landmarks[RIGID]).rotation


def _comfortable(pose: HeadPose) -> HeadPose:
    return HeadPose(
        float(np.clip(pose.yaw, -_MOST_YAW, _MOST_YAW)),
        float(np.clip(pose.pitch, -_MOST_PITCH, _MOST_PITCH)),
        float(np.clip(pose.roll, -_MOST_ROLL, _MOST_ROLL)),
    )


def _posed(landmarks: Points, pose: HeadPose) -> Points:
    """The face turned about its middle into that pose."""
    middle = landmarks[RIGID].mean(0)
    turn = _matrix(pose) @ _rotation(landmarks).T
    turned: Points = ((landmarks - middle) @ turn.T + middle).astype(np.float32)
    return turned


def _matrix(pose: HeadPose) -> Flat:
    """The rotation of a pose: the inverse of how tracking reads a pose off a rotation."""
    y, p, r = np.radians((pose.yaw, pose.pitch, pose.roll))
    about_y = np.array(((np.cos(y), 0, -np.sin(y)), (0, 1, 0), (np.sin(y), 0, np.cos(y))))
    about_x = np.array(((1, 0, 0), (0, np.cos(p), -np.sin(p)), (0, np.sin(p), np.cos(p))))
    about_z = np.array(((np.cos(r), -np.sin(r), 0), (np.sin(r), np.cos(r), 0), (0, 0, 1)))
    rotation: Flat = about_y @ about_x @ about_z
    return rotation


def _turning(pose: HeadPose, wanted: HeadPose) -> Hint | None:
    """How to turn towards the wanted pose. The picture's right is the driver's left."""
    ways = (
        (wanted.yaw - pose.yaw, Hint.TURN_LEFT, Hint.TURN_RIGHT),
        (wanted.pitch - pose.pitch, Hint.CHIN_DOWN, Hint.CHIN_UP),
        (wanted.roll - pose.roll, Hint.LEAN_LEFT, Hint.LEAN_RIGHT),
    )
    most, more, less = max(ways, key=lambda way: abs(way[0]))
    if abs(most) < _ADVICE_DEGREES:
        return None
    return more if most > 0 else less
