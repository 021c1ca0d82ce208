"""Motion: smoothing of landmarks over time and transfer from a driver's face to an avatar's."""

from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from avatar_app.expression import lid_gaps, lip_width
from avatar_app.face_mesh import (
    CHIN,
    CREASE_LEFT,
    CREASE_RIGHT,
    EYE_LEFT,
    EYE_OUTER_LEFT,
    EYE_OUTER_RIGHT,
    EYE_RIGHT,
    FOREHEAD,
    LIDS_LEFT,
    LIDS_RIGHT,
    LIP_EDGES,
    LIPS_OUTER,
    RIGID,
    RIGID_CANONICAL,
)
from avatar_app.gains import Gains
from avatar_app.geometry import Similarity, fit_similarity
from avatar_app.types import Points, Ranges

Face: TypeAlias = NDArray[np.float64]
"""(478, 3) landmarks."""

_FASTEST_CUTOFF_HZ = 8.0
_SLOWEST_CUTOFF_HZ = 0.5
_DERIVATIVE_CUTOFF_HZ = 4.0
_SPEED_GAIN = 25.0
_LONGEST_GAP = 0.5

_MOST_SCALING = 2.0
_LARGEST_TURN = np.radians(60)
_FRONTAL_DEGREES = 18.0
_LEAST_EASE = 0.35
_CLOSING, _LEAST_CLOSING = 0.75, 0.25
"""Above the first part of its neutral opening an eye's opening is believed as it is; from there it
closes to where it counts as shut, over the second part at least."""
_UPPER_LASHES, _LOWER_LASHES, _LEAST_LASHES = 0.28, 0.2, 1.0
_ALONG, _SOON_ALONG = 0.7, 3.0
"""The part of a shutting lid's way that the skin above it goes along, so much sooner than it is
shut; the rest of that skin unfolds."""
_CORNERS = 0.07
"""What a shut eye shows of its surroundings: lids from so many openings outside their edges, no
less near the corners than of that part of the mean opening; corners from so many widths of the
eye."""
_HIGHEST_EYE, _LEAST_WIDENING = 0.5, 1.2


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


@dataclass(frozen=True, slots=True, eq=False)
class HeadMotion:
    """Where the avatar's face goes in one frame.

    ``landmarks`` (478, 3): the avatar's target landmarks in pixels of its portrait. ``rigid``: the
    head's own motion from the portrait's place to the target's; the expression is what remains.
    ``source`` (478, 3): the portrait's points that are shown there; its own landmarks, but for the
    lids of an eye that shuts, which bring their lashes along."""

    landmarks: Face
    rigid: Similarity
    source: Face


class MotionTransfer:
    """Carries a driver's motion against a neutral face over to an avatar's face.

    The avatar keeps its own shape. A similarity fitted on points that expressions hardly move
    gives the head's motion; what is left, seen in the neutral's frame, is the expression. Both are
    rotated and scaled from the neutral to the avatar. In absolute mode the avatar takes the
    driver's own turn of the head and the shape of the driver's lids and lips; place and size stay
    relative to the neutral. The driver's ``ranges``, where they were measured, make small motions
    larger; absolute motion is a shape and leaves them aside."""

    def __init__(
        self,
        neutral: Points,
        avatar: Points,
        *,
        strength: float = 1.0,
        absolute: bool = False,
        ranges: Ranges | None = None,
    ) -> None:
        self._neutral = neutral.astype(np.float64)
        self._avatar = avatar.astype(np.float64)
        self._strength = strength
        self._absolute = absolute
        self._gains = Gains.of(None if absolute else ranges)
        self._to_avatar = fit_similarity(self._neutral[RIGID], self._avatar[RIGID])
        self._centre = self._avatar[RIGID].mean(0)
        self._ease = _ease_of_turned(self._avatar)
        reference = self._avatar if absolute else self._neutral
        scale = 1.0 if absolute else self._to_avatar.scale
        self._gain = _mouth_gain(self._avatar, reference, scale)[:, None]
        if absolute:
            self._gain = _near_features(self._avatar)[:, None]

    def move(self, current: Points) -> HeadMotion:
        """The avatar's motion for the driver's landmarks (478, 3) of now."""
        now = current.astype(np.float64)
        head = fit_similarity(self._neutral[RIGID], now[RIGID])
        if self._absolute:
            fit = fit_similarity(self._avatar[RIGID], now[RIGID])
            turn, face, base = fit.rotation, fit.undo(now), self._avatar
            change = face - base
        else:
            r = self._to_avatar.rotation
            turn, face, base = r @ head.rotation @ r.T, head.undo(now), self._neutral
            change = self._to_avatar.scale * (face - base) @ r.T
            change = self._gains.amplify(change, base, face, self._avatar)
        rigid = self._rigid(head, turn)
        moved, source = self._expression(change, face, base)
        return HeadMotion(rigid.apply(moved), rigid, source)

    def _rigid(self, head: Similarity, turn: NDArray[np.float64]) -> Similarity:
        start = self._neutral[RIGID].mean(0)
        shift = self._to_avatar.scale * (
            self._to_avatar.rotation @ (head.apply(start[None])[0] - start)
        )
        shift[2] = 0.0
        size = float(np.clip(head.scale, 1 / _MOST_SCALING, _MOST_SCALING)) ** self._strength
        turn = _part_of_rotation(turn, self._strength * self._ease)
        moved = self._centre + shift * self._strength
        return Similarity(size, turn, moved - size * turn @ self._centre)

    def _expression(self, change: Face, face: Face, base: Face) -> tuple[Face, Face]:
        """The avatar's face with the driver's expression, still in the portrait's pose, and the
        portrait's points that it shows."""
        scale = 1.0 if self._absolute else self._to_avatar.scale
        result: Face = self._avatar + change * self._gain * self._strength
        source = self._avatar.copy()
        eyes = ((EYE_LEFT, LIDS_LEFT, CREASE_LEFT), (EYE_RIGHT, LIDS_RIGHT, CREASE_RIGHT))
        for (eye, lids, crease), shut_at in zip(eyes, self._gains.shut, strict=True):
            wanted = _opening(face, base, lids, scale, self._avatar, shut_at)
            widest = _widest(self._avatar, lids)
            opening = np.clip(1 + (wanted - 1) * self._strength, 0, widest)
            _set_lids(result, self._avatar, lids, crease, opening)
            _bring_lashes(source, eye, lids, opening)
        _keep_lips_apart(result)
        return result, source


def _opening(
    face: Face,
    base: Face,
    lids: tuple[tuple[int, ...], ...],
    scale: float,
    own: Face,
    shut_at: float,
) -> NDArray[np.float64]:
    """How far each pair of lid points is open against the avatar's ``own``, (7,); 0 is shut.

    A closing eye closes in proportion, so that every eye shuts; one that opens wider than its
    neutral opens by the same way, which holds for a neutral with half-closed lids as well."""
    gap, full = lid_gaps(face, lids), lid_gaps(base, lids)
    width = np.linalg.norm(own[list(lids[0])] - own[list(lids[1])], axis=1)
    whole = gap.sum() / max(full.sum(), 1e-6)
    each = np.where(full > 0.4 * full.max(), gap / np.maximum(full, 1e-6), whole)
    start = max(_CLOSING, shut_at + _LEAST_CLOSING)
    closing = np.maximum(each - shut_at, 0) * (start / (start - shut_at))
    shut = np.where(each < start, closing, each)
    wider = 1 + scale * (gap - full) / np.maximum(width, 1e-6)
    opening: NDArray[np.float64] = np.where(each < 1, shut, wider)
    return opening


def _widest(avatar: Face, lids: tuple[tuple[int, ...], ...]) -> float:
    """How many times its own opening an eye may open: to half as high as wide, at least a
    little."""
    upper, lower = avatar[list(lids[0])], avatar[list(lids[1])]
    highest = float(np.linalg.norm(upper - lower, axis=1).max())
    width = float(np.linalg.norm(upper[0] - upper[-1]))
    return max(_HIGHEST_EYE * width / max(highest, 1e-6), _LEAST_WIDENING)


def _set_lids(
    result: Face,
    avatar: Face,
    lids: tuple[tuple[int, ...], ...],
    crease: tuple[int, ...],
    opening: NDArray[np.float64],
) -> None:
    """Open the avatar's eye to a part of its own opening; the upper lid does the way. One that
    shuts brings the skin above it along, which else would be stretched with its lashes."""
    upper, lower = list(lids[0]), list(lids[1])
    placed = result[lower] + (avatar[upper] - avatar[lower]) * opening[:, None]
    moved = placed - result[upper]
    result[upper] = placed
    above = list(crease)
    result[above] += 0.5 * moved
    along = placed + avatar[above] - avatar[upper]
    shut = np.clip(_SOON_ALONG * (1 - opening), 0, 1)[:, None]
    result[above] += _ALONG * shut * (along - result[above])


def _bring_lashes(
    source: Face,
    eye: tuple[int, ...],
    lids: tuple[tuple[int, ...], ...],
    opening: NDArray[np.float64],
) -> None:
    """Show a shutting eye's lids from a little outside their edges: no white of the eye is left
    where the landmarks lie inside it."""
    upper, lower = list(lids[0]), list(lids[1])
    gap = source[upper] - source[lower]
    size = np.linalg.norm(gap, axis=1, keepdims=True)
    gap *= np.maximum(_LEAST_LASHES * size.mean() / np.maximum(size, 1e-6), 1)
    shut = np.clip(1 - opening, 0, 1)[:, None]
    corners = [eye[0], eye[8]]
    along = source[corners[1]] - source[corners[0]]
    source[upper] += _UPPER_LASHES * shut * gap
    source[lower] -= _LOWER_LASHES * shut * gap
    source[corners] += _CORNERS * shut[[0, -1]] * np.stack([-along, along])


def _keep_lips_apart(face: Face) -> None:
    """Lips may touch but not pass through one another."""
    upper, lower = list(LIP_EDGES[0]), list(LIP_EDGES[1])
    down = face[CHIN] - face[FOREHEAD]
    down /= max(float(np.linalg.norm(down)), 1e-6)
    overlap = np.minimum((face[lower] - face[upper]) @ down, 0.0)[:, None] / 2
    face[upper] += overlap * down
    face[lower] -= overlap * down


def _mouth_gain(avatar: Face, neutral: Face, scale: float) -> NDArray[np.float64]:
    """(478,): a wide mouth moves more than a small one; 1 away from the lips."""
    own, driver = lip_width(avatar), scale * lip_width(neutral)
    gain = float(np.clip(own / max(driver, 1e-6), 0.6, 1.6))
    lips = avatar[list(LIPS_OUTER)].mean(0)
    near = np.exp(-(((avatar - lips) ** 2).sum(1)) / max(own, 1e-6) ** 2)
    weights: NDArray[np.float64] = 1 + (gain - 1) * near
    return weights


def _near_features(avatar: Face) -> NDArray[np.float64]:
    """(478,): 1 on lids and lips, falling to 0 where only the driver's own shape would cross."""
    reach = 0.5 * lip_width(avatar)
    features = avatar[[*LIPS_OUTER, *EYE_LEFT, *EYE_RIGHT]]
    distance = np.linalg.norm(avatar[:, None, :2] - features[None, :, :2], axis=2).min(1)
    weights: NDArray[np.float64] = np.exp(-((distance / max(reach, 1e-6)) ** 2))
    return weights


def _ease_of_turned(avatar: Face) -> float:
    """1 for a frontal portrait; less for one whose head is turned, whose far side nobody saw."""
    rotation = fit_similarity(RIGID_CANONICAL, avatar[RIGID]).rotation
    turned = np.degrees(np.arccos(np.clip(rotation[2, 2], -1, 1)))
    return float(np.clip(1 - (turned - _FRONTAL_DEGREES) / 30, _LEAST_EASE, 1))


def _part_of_rotation(rotation: NDArray[np.float64], part: float) -> NDArray[np.float64]:
    """The same axis, ``part`` of the angle, and never more than a portrait can bear."""
    turn = np.asarray(cv2.Rodrigues(rotation)[0], np.float64)
    angle = float(np.linalg.norm(turn))
    if angle < 1e-9:
        return rotation
    wanted = min(angle * part, _LARGEST_TURN)
    return np.asarray(cv2.Rodrigues(turn * (wanted / angle))[0], np.float64)
