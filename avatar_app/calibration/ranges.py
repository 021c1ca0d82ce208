"""How far the driver's face goes: one task after the other, each measured against the neutral."""

from collections import deque
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from avatar_app.expression import eye_distance, gaze, lid_gaps, lip_width, mouth_opening
from avatar_app.face_mesh import LIDS_LEFT, LIDS_RIGHT, RIGID
from avatar_app.geometry import fit_similarity
from avatar_app.translatable import translatable
from avatar_app.types import FaceObservation, Ranges


class Task(StrEnum):
    """What the driver is asked to do, in this order."""

    OPEN_MOUTH = "open_mouth"
    SMILE = "smile"
    BLINK = "blink"
    LOOK_AROUND = "look_around"

    @property
    def sentence(self) -> str:
        """The request, in words."""
        return _SENTENCES[self]


_SENTENCES = {
    Task.OPEN_MOUTH: translatable("Open your mouth wide, then close it."),
    Task.SMILE: translatable("Smile as broadly as you can, then relax."),
    Task.BLINK: translatable("Blink slowly, twice."),
    Task.LOOK_AROUND: translatable("Look to the left and to the right."),
}

_WIDE_MOUTH, _BROAD_SMILE = 0.12, 0.07
"""The least that counts, less than half of what is usual: talking opens the mouth by 0.1 to 0.3
eye distances, a smile widens it by 0.2 to 0.4 (26 clips)."""
_BACK, _NEAR_PEAK, _HELD_SECONDS = 0.6, 0.85, 0.7
_SHUTS, _OPENS = 0.55, 0.8
"""Most blinks leave less than half of the opening in the landmarks; a squint leaves more."""
_BLINKS = 2
_GAZE_SIDE, _TURN_SIDE = 0.06, 10.0
_MOST_TURNED = 20.0
_MEDIAN_OF = 3
_BOUNDS = {"mouth": 1.0, "smile": 1.0, "gaze": 0.5, "turn": 60.0}


class _Way:
    """A figure that should go far and come back, or stay there."""

    def __init__(self, least: float) -> None:
        self._least = least
        self._recent: deque[float] = deque(maxlen=_MEDIAN_OF)
        self._held_since: float | None = None
        self.peak = 0.0
        self.is_done = False

    def feed(self, value: float, now: float) -> None:
        """The median of three frames counts, so that one stray frame is no peak."""
        self._recent.append(value)
        calm = float(np.median(self._recent))
        self.peak = max(self.peak, calm)
        if self.peak < self._least:
            return
        if calm < _NEAR_PEAK * self.peak:
            self._held_since = None
        elif self._held_since is None:
            self._held_since = now
        held = self._held_since is not None and now - self._held_since >= _HELD_SECONDS
        self.is_done = self.is_done or held or calm < _BACK * self.peak


class _Blinks:
    """What is left of both eyes' openings in each blink."""

    def __init__(self) -> None:
        self._lowest: NDArray[np.float64] | None = None
        self.depths: list[NDArray[np.float64]] = []

    def feed(self, openings: NDArray[np.float64]) -> None:
        """``openings`` (2,): left and right as parts of the neutral's."""
        if self._lowest is not None:
            self._lowest = np.minimum(self._lowest, openings)
        elif openings.mean() < _SHUTS:
            self._lowest = openings
        if self._lowest is not None and openings.mean() > _OPENS:
            self.depths.append(self._lowest)
            self._lowest = None


class _Sides:
    """A figure that should go to both sides."""

    def __init__(self, least: float) -> None:
        self._least = least
        self._recent: deque[float] = deque(maxlen=_MEDIAN_OF)
        self._low = self._high = 0.0

    def feed(self, value: float) -> None:
        self._recent.append(value)
        calm = float(np.median(self._recent))
        self._low, self._high = min(self._low, calm), max(self._high, calm)

    @property
    def is_done(self) -> bool:
        return min(-self._low, self._high) >= self._least

    @property
    def half(self) -> float:
        return (self._high - self._low) / 2


class RangeMeter:
    """Watches the tasks; each counts from the moment it is the ``task``."""

    def __init__(self, neutral: FaceObservation) -> None:
        self._neutral = neutral
        self._base = neutral.landmarks.astype(np.float64)
        self._ways = {Task.OPEN_MOUTH: _Way(_WIDE_MOUTH), Task.SMILE: _Way(_BROAD_SMILE)}
        self._blinks = _Blinks()
        self._gaze, self._turn = _Sides(_GAZE_SIDE), _Sides(_TURN_SIDE)

    def feed(self, task: Task, face: FaceObservation, now: float) -> bool:
        """Measure one face at ``now`` seconds; whether the task is done."""
        head = fit_similarity(self._base[RIGID], face.landmarks[RIGID])
        still = head.undo(face.landmarks)
        turned = face.pose.yaw - self._neutral.pose.yaw
        if task is Task.LOOK_AROUND:
            self._turn.feed(turned)
            self._gaze.feed(float(gaze(still)[0] - gaze(self._base)[0]))
        elif abs(turned) < _MOST_TURNED:
            self._feed_expression(task, still, now)
        return self.is_done(task)

    def is_done(self, task: Task) -> bool:
        """Whether enough of it was seen."""
        if task is Task.BLINK:
            return len(self._blinks.depths) >= _BLINKS
        if task is Task.LOOK_AROUND:
            return self._gaze.is_done or self._turn.is_done
        return self._ways[task].is_done

    def ranges(self) -> Ranges:
        """What was measured of the tasks that are done."""
        mouth, smile = self._ways[Task.OPEN_MOUTH], self._ways[Task.SMILE]
        return Ranges(
            mouth=_bounded("mouth", mouth.peak) if mouth.is_done else None,
            smile=_bounded("smile", smile.peak) if smile.is_done else None,
            shut_eyes=self._shut_eyes() if self.is_done(Task.BLINK) else None,
            gaze=_bounded("gaze", self._gaze.half) if self._gaze.is_done else None,
            turn=_bounded("turn", self._turn.half) if self._turn.is_done else None,
        )

    def _feed_expression(self, task: Task, still: NDArray[np.float64], now: float) -> None:
        base, size = self._base, eye_distance(self._base)
        if task is Task.OPEN_MOUTH:
            way = mouth_opening(still) * eye_distance(still) / size - mouth_opening(base)
            self._ways[task].feed(way, now)
        elif task is Task.SMILE:
            self._ways[task].feed(lip_width(still) / max(lip_width(base), 1e-6) - 1, now)
        else:
            self._blinks.feed(_openings(still, base))

    def _shut_eyes(self) -> tuple[float, float]:
        """Those of the shallowest blink: a camera seldom catches the moment an eye is shut."""
        left, right = np.clip(np.max(self._blinks.depths, axis=0), 0.0, 1.0)
        return float(left), float(right)


def _openings(face: NDArray[np.float64], base: NDArray[np.float64]) -> NDArray[np.float64]:
    """(2,): how far both eyes are open, as parts of the neutral opening."""
    both = (LIDS_LEFT, LIDS_RIGHT)
    return np.array([lid_gaps(face, e).sum() / max(lid_gaps(base, e).sum(), 1e-6) for e in both])


def _bounded(name: str, value: float) -> float:
    return min(value, _BOUNDS[name])
