"""The squares that the network sees: one around the portrait's face, one around the driver's.

The driver's square follows the head, so that the network always sees a face as it was trained on;
what the square does is taken out of the keypoints again by a scale and a shift, so it adds nothing
to the motion. It follows by points that expressions hardly move, never turns, and hardly stirs
while the head stays near its neutral place: a network's keypoints do not quite follow a shaken
picture, so the noise of the landmarks would come back as a tremble.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from avatar_app.face_mesh import RIGID
from avatar_app.geometry import box_around, fit_similarity
from avatar_app.types import Points, RgbImage

_SIDE_IN_FACES = 1.75
_WIDE_FACE = 1.2
_ABOVE = 0.04
_LEAST_SIDE = 8.0
_FINEST = 4

_LOOSE_SHIFT, _LOOSE_ZOOM = 0.12, float(np.log(1.1))
"""The square lags by so much of half its side, and by that zoom."""

_FREE = 0.55
"""That part of the way to a bound motion passes as it is."""
_HEAD, _LEAST_SHIFT, _MOST_SHIFT = 0.55, 0.15, 0.45
"""A head takes the first part of its square; what it leaves, and no more than the last part of
half the square, is its room to move."""
_MOST_ZOOM = float(np.log(1.45))

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Square:
    """An upright square in a picture: ``centre`` (2,) and ``side`` in pixels."""

    centre: Vector
    side: float

    def half(self, samples: int) -> float:
        """Pixels per unit of keypoints, where -1 and 1 are the centres of the outer of
        ``samples`` samples."""
        return self.side * (samples - 1) / (2 * samples)

    def followed(self, start: Points, now: Points) -> "Square":
        """Where the square is when the face of landmarks ``start`` moves to ``now``."""
        scale = fit_similarity(start[RIGID], now[RIGID]).scale
        offset = self.centre - _middle(start)
        return Square(_middle(now) + scale * offset, max(scale * self.side, _LEAST_SIDE))

    def loosely(self, home: "Square") -> "Square":
        """Almost at ``home`` while this square is near it, lagging behind it further away."""
        offset = (self.centre - home.centre) / (home.side / 2)
        far = float(np.linalg.norm(offset))
        zoom = float(np.log(self.side / home.side))
        part = _lagged(far, _LOOSE_SHIFT) / far if far > 0 else 0.0
        side = home.side * float(np.exp(_lagged(zoom, _LOOSE_ZOOM)))
        return Square(home.centre + home.side / 2 * part * offset, side)


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """Where the square of now lies in the neutral one: z of the one is ``scale`` · z + ``shift``
    (2,) of the other, in units of keypoints."""

    scale: float
    shift: Vector

    @classmethod
    def between(cls, neutral: Square, now: Square, samples: int) -> "Shot":
        half = neutral.half(samples)
        return cls(now.side / neutral.side, (now.centre - neutral.centre) / half)

    def limited(self, size: float) -> "Shot":
        """So much of it that the portrait's face, which moves ``size`` times as far, stays in its
        square; small motions pass as they are, larger ones ease towards a bound."""
        if size <= 0:
            return self
        zoom = _eased(size * float(np.log(self.scale)), _MOST_ZOOM)
        room = float(np.clip(1 - _HEAD * np.exp(zoom), _LEAST_SHIFT, _MOST_SHIFT))
        far = size * float(np.linalg.norm(self.shift))
        part = _eased(far, room) / far if far > 0 else 1.0
        return Shot(float(np.exp(zoom / size)), part * self.shift)


def framed(landmarks: Points) -> Square:
    """The square around a face (478, 3), framed as the published networks were trained: hair and
    the start of the shoulders inside, the face a little over half of it. Whole pixels."""
    box = box_around(landmarks)
    side = max(round(_SIDE_IN_FACES * max(box.height, _WIDE_FACE * box.width)), 8)
    x, y = box.centre
    left, top = round(x - (side - 1) / 2), round(y - _ABOVE * side - (side - 1) / 2)
    return Square(np.array((left, top), np.float64) + (side - 1) / 2, float(side))


def carried(landmarks: Points, squares: tuple[Square, Square], shot: Shot, samples: int) -> Points:
    """The landmarks (478, 3) seen in the square of now, the second, put where ``shot`` places
    that square against the neutral one, the first. All in pixels of the camera."""
    neutral, now = squares
    size = shot.scale * neutral.side / now.side
    place = neutral.centre + shot.shift * neutral.half(samples)
    moved = landmarks.astype(np.float64) * size
    moved[:, :2] += place - size * now.centre
    return moved.astype(np.float32)


def cut(image: RgbImage, square: Square, samples: int) -> RgbImage:
    """The square's content, (samples, samples, 3): exact to a fraction of a pixel, averaged over
    areas when it shrinks, the picture's edge going on beyond it."""
    fine = int(np.clip(np.ceil(square.side / samples), 1, _FINEST))
    count = fine * samples
    step = square.side / count
    corner = square.centre - step * (count - 1) / 2
    back = np.array(((step, 0, corner[0]), (0, step, corner[1])))
    large = cv2.warpAffine(
        image,
        back,
        (count, count),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    if fine > 1:
        large = cv2.resize(large, (samples, samples), interpolation=cv2.INTER_AREA)
    return np.asarray(large, np.uint8)


def _middle(landmarks: Points) -> Vector:
    middle: Vector = landmarks[RIGID, :2].astype(np.float64).mean(0)
    return middle


def _lagged(value: float, slack: float) -> float:
    """The value less up to ``slack``; next to nothing of a small one."""
    return float(value - slack * np.tanh(value / slack))


def _eased(value: float, most: float) -> float:
    """The value where it is small, beyond that rising ever slower towards ± ``most``."""
    free, size = _FREE * most, abs(value)
    if size <= free:
        return value
    eased = free + (most - free) * np.tanh((size - free) / (most - free))
    return float(np.copysign(eased, value))
