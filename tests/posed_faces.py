"""A bundled portrait's own face, posed at will: turned, moved, with another mouth or other lids."""

from functools import lru_cache

import numpy as np

from avatar_app.avatars.face_search import shift_and_scale
from avatar_app.avatars.portrait import load_avatar
from avatar_app.face_mesh import (
    CHIN,
    EYE_LEFT,
    EYE_RIGHT,
    LIDS_LEFT,
    LIDS_RIGHT,
    LIP_CORNERS,
    LIP_EDGES,
    LIPS_OUTER,
    RIGID,
)
from avatar_app.imaging import resize
from avatar_app.tracking.mediapipe_tracker import MediaPipeTracker
from avatar_app.tracking.pose import observe
from avatar_app.types import Avatar, Calibration, Frame, Points, RgbImage, TrackedFrame

NAMES = ("mira", "samuel")
CAMERA = (320, 240)


@lru_cache
def bundled(name: str) -> Avatar:
    """A bundled avatar as it comes, its face found by MediaPipe."""
    return load_avatar(name, lambda: MediaPipeTracker(static=True))


@lru_cache
def sized(name: str, side: int) -> Avatar:
    """The same with a longer side of so many pixels."""
    avatar = bundled(name)
    height, width = avatar.image.shape[:2]
    scale = side / max(height, width)
    image = resize(avatar.image, (round(width * scale), round(height * scale)))
    return Avatar(name, image, shift_and_scale(avatar.face, 0, 0, scale))


def rotation(yaw: float = 0, pitch: float = 0, roll: float = 0) -> np.ndarray:
    """(3, 3), from degrees as HeadPose counts them."""
    y, p, r = np.radians((yaw, pitch, roll))
    about_y = [[np.cos(y), 0, -np.sin(y)], [0, 1, 0], [np.sin(y), 0, np.cos(y)]]
    about_x = [[1, 0, 0], [0, np.cos(p), -np.sin(p)], [0, np.sin(p), np.cos(p)]]
    about_z = [[np.cos(r), -np.sin(r), 0], [np.sin(r), np.cos(r), 0], [0, 0, 1]]
    return np.array(about_y) @ np.array(about_x) @ np.array(about_z)


def turned(
    points: Points,
    yaw: float = 0,
    pitch: float = 0,
    roll: float = 0,
    *,
    scale: float = 1,
    shift: tuple[float, float] = (0, 0),
) -> Points:
    """The face turned about its middle by degrees, then scaled there and shifted by pixels."""
    middle = points[RIGID].mean(0)
    moved = scale * (points - middle) @ rotation(yaw, pitch, roll).T + middle + (*shift, 0)
    return moved.astype(np.float32)


def with_mouth(points: Points, gap: float) -> Points:
    """The lower lip and the chin dropped so that the lips part by ``gap`` mouth widths."""
    opened = points.copy()
    width = np.linalg.norm(points[LIP_CORNERS[0]] - points[LIP_CORNERS[1]])
    upper, lower = list(LIP_EDGES[0]), list(LIP_EDGES[1])
    share = np.sin(np.linspace(0, np.pi, len(lower) + 2)[1:-1])
    opened[lower] = opened[upper] + share[:, None] * np.array((0, gap * width, 0))
    opened[list(LIPS_OUTER[11:])] += share[::-1, None] * np.array((0, gap * width, 0))
    opened[CHIN, 1] += gap * width
    return opened.astype(np.float32)


def with_eyes(points: Points, part: float) -> Points:
    """Both eyes open by ``part`` of what they are."""
    moved = points.copy()
    for upper, lower in (LIDS_LEFT, LIDS_RIGHT):
        moved[list(upper)] = points[list(lower)] + part * (
            points[list(upper)] - points[list(lower)]
        )
    return moved.astype(np.float32)


def lid_gaps(points: np.ndarray) -> np.ndarray:
    """(2, 7): how far the pairs of lid points of both eyes are apart."""
    pairs = (LIDS_LEFT, LIDS_RIGHT)
    return np.array([np.linalg.norm(points[list(u)] - points[list(d)], axis=1) for u, d in pairs])


def eye_widths(points: np.ndarray) -> np.ndarray:
    """(2, 1): from corner to corner."""
    eyes = (EYE_LEFT, EYE_RIGHT)
    return np.array([[np.linalg.norm(points[eye[0]] - points[eye[8]])] for eye in eyes])


def noise(seed: int, size: tuple[int, int] = CAMERA) -> RgbImage:
    """A camera's picture of (width, height) that nothing else looks like."""
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)


def in_camera(points: Points, size: tuple[int, int] = CAMERA) -> Points:
    """The face in the middle of a camera's picture, 60 % of its height."""
    flat = points.astype(np.float64) - points.mean(0)
    placed = flat * (0.6 * size[1] / np.ptp(flat[:, 1])) + (size[0] / 2, size[1] / 2, 0)
    return placed.astype(np.float32)


def tracked(points: Points, camera: RgbImage) -> TrackedFrame:
    return TrackedFrame(Frame(camera, 0, 0.0), observe(points))


def calibration(points: Points) -> Calibration:
    return Calibration(tracked(points, noise(0)))
