"""What one frame says of the driver's place, pose and light: plain numbers, no judgement."""

from collections import deque
from dataclasses import asdict, dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from avatar_app.face_mesh import EYE_OUTER_LEFT, EYE_OUTER_RIGHT, OVAL, RIGID
from avatar_app.types import FaceObservation, Points, RgbImage, TrackedFrame

_SPEED_SECONDS = 0.5
_FACE_SIDE = 96
_SCENE_SIDE = 64
_WHITE = 250

Grey = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Light:
    """Brightness in [0, 1] as the camera codes it. ``face`` is the brighter part of the face (its
    75th percentile: skin, not brows or beard), ``scene`` the median of what is around the head,
    ``burnt`` the part of the face that is white. ``sharpness`` is the strength of fine detail
    against that of all detail, the face reduced to 96 pixels; a blurred face has little."""

    face: float
    scene: float
    burnt: float
    sharpness: float


@dataclass(frozen=True, slots=True)
class Measures:
    """``share`` is the face's height or width as a part of the picture's, whichever is more;
    ``offset`` how far its middle is from the picture's, as a part of the picture's sides, the
    larger of both; ``outside`` the part of its box beyond the picture. ``turn`` is yaw and pitch in
    one, ``tilt`` the roll, degrees. ``speed`` is the head's in eye distances a
    second over the last half second. ``light`` is None in the black frames of a recording."""

    share: float
    offset: float
    outside: float
    turn: float
    tilt: float
    speed: float
    others: int
    light: Light | None

    def as_row(self) -> dict[str, float]:
        """All figures by name, those of the light only where there is any."""
        row = asdict(self)
        light = row.pop("light") or {}
        return {**row, **light}


class FrameMeter:
    """Measures frame by frame; it remembers half a second, for the speed."""

    def __init__(self) -> None:
        self._past: deque[tuple[float, Points]] = deque()

    def measure(self, tracked: TrackedFrame) -> Measures | None:
        """The frame's figures; None without a face."""
        face, image = tracked.face, tracked.frame.image
        if face is None:
            self._past.clear()
            return None
        share, offset, outside = _place(face, image.shape[1], image.shape[0])
        return Measures(
            share=share,
            offset=offset,
            outside=outside,
            turn=float(np.hypot(face.pose.yaw, face.pose.pitch)),
            tilt=abs(face.pose.roll),
            speed=self._speed(face.landmarks, tracked.frame.captured_at),
            others=face.others,
            light=light_of(image, face),
        )

    def _speed(self, landmarks: Points, now: float) -> float:
        firm = landmarks[RIGID, :2]
        if self._past and not 0 < now - self._past[-1][0] < _SPEED_SECONDS:
            self._past.clear()
        self._past.append((now, firm))
        while now - self._past[0][0] > _SPEED_SECONDS:
            self._past.popleft()
        way = max(float(np.linalg.norm(past - firm, axis=1).mean()) for _, past in self._past)
        eyes = np.linalg.norm((landmarks[EYE_OUTER_LEFT] - landmarks[EYE_OUTER_RIGHT])[:2])
        return way / (max(float(eyes), 1.0) * _SPEED_SECONDS)


def _place(face: FaceObservation, width: int, height: int) -> tuple[float, float, float]:
    box = face.box
    share = max(box.width / width, box.height / height)
    x, y = box.centre
    offset = max(abs(x / width - 0.5), abs(y / height - 0.5))
    inside_x = min(box.x1, width) - max(box.x0, 0.0)
    inside_y = min(box.y1, height) - max(box.y0, 0.0)
    area = max(box.width * box.height, 1e-6)
    return share, offset, 1 - max(inside_x, 0.0) * max(inside_y, 0.0) / area


def light_of(image: RgbImage, face: FaceObservation) -> Light | None:
    """How the face is lit and how sharp it is; None where the picture is one plain black."""
    if not image[::16, ::16].any() and not image.any():
        return None
    skin, grey = _face_pixels(image, face.landmarks)
    if skin.size == 0:
        return None
    return Light(
        face=float(np.percentile(skin, 75)) / 255,
        scene=_scene(image, face) / 255,
        burnt=float((skin >= _WHITE).mean()),
        sharpness=_sharpness(grey),
    )


def _face_pixels(image: RgbImage, landmarks: Points) -> tuple[Grey, Grey]:
    """The pixels inside the face's outline, (N,), and the box around it, both grey and the face
    no taller than 96 pixels."""
    outline = landmarks[list(OVAL), :2]
    low = np.maximum(np.floor(outline.min(0)), 0).astype(int)
    high = np.minimum(np.ceil(outline.max(0)), image.shape[1::-1]).astype(int)
    if (high - low < 8).any():
        return np.empty(0, np.uint8), np.empty((0, 0), np.uint8)
    part = image[low[1] : high[1], low[0] : high[0]]
    scale = min(1.0, _FACE_SIDE / part.shape[0])
    size = max(8, round(part.shape[1] * scale)), max(8, round(part.shape[0] * scale))
    small = cv2.resize(part, size, interpolation=cv2.INTER_AREA)
    grey = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.uint8)
    mask = np.zeros(grey.shape, np.uint8)
    cv2.fillConvexPoly(mask, np.round((outline - low) * scale).astype(np.int32), (255,))
    return grey[mask > 0], grey


def _scene(image: RgbImage, face: FaceObservation) -> float:
    """The median brightness around the head, 0 to 255."""
    height, width = image.shape[:2]
    scale = _SCENE_SIDE / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    grey = cv2.cvtColor(cv2.resize(image, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
    x, y = face.box.centre
    half_x, half_y = 0.8 * face.box.width, 0.8 * face.box.height
    around = np.ones(grey.shape, np.bool_)
    left, top = max(0, int((x - half_x) * scale)), max(0, int((y - half_y) * scale))
    around[top:, left : max(0, int((x + half_x) * scale)) + 1] = False
    return float(np.median(grey[around])) if around.any() else float(np.median(grey))


def _sharpness(grey: Grey) -> float:
    """Variance of the Laplacian over the variance of the picture, so that contrast cancels."""
    values: NDArray[Any] = grey.astype(np.float32)
    spread = float(values.var())
    return float(cv2.Laplacian(values, cv2.CV_32F).var()) / max(spread, 1.0)
