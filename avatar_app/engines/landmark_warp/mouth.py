"""What is inside an open mouth: the driver's own mouth, colour-matched, or a painted one.

This is the only place where pixels of the camera reach the output, and only those between the
driver's lips, with a soft edge of about a fiftieth of the mouth's width.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from avatar_app.engines.landmark_warp.drawing import polygon, softened
from avatar_app.face_mesh import LIP_CORNERS, LIP_EDGES, LIPS_INNER, LIPS_OUTER
from avatar_app.types import Points, RgbImage

_OPEN_FROM, _OPEN_TO = 0.005, 0.03
"""Openings against the mouth's width between which the interior is faded in."""
_SHOWS_TEETH = 0.03
"""A portrait whose own mouth is open that far shows teeth already."""
_LARGEST = 0.35
"""A driver's mouth wider than this part of the frame is not believed."""
_GROWN = 0.015
"""The interior reaches that part of the mouth's width under the lips' edges."""
_FLATTEST = 2.0
"""Less contrast than this between the driver's lips is no picture of a mouth."""
_TINT = 0.1
_OF_LIGHT = 0.6
"""How much of a darker skin, as a power, is darker light: the rest is the skin's own, and teeth are
none the darker for it."""
_LUMA = np.array((0.299, 0.587, 0.114), np.float32)
_DARK = np.array((46, 22, 22), np.float32)
_TEETH = np.array((214, 204, 192), np.float32)
_TONGUE = np.array((150, 72, 74), np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class PortraitMouth:
    """The portrait's own mouth: mean colour (3,) of its lips and skin around, and its opening."""

    tone: NDArray[np.float32]
    opening: float

    @classmethod
    def of(cls, image: RgbImage, landmarks: Points) -> "PortraitMouth":
        return cls(_tone(image, landmarks), opening_of(landmarks))


def opening_of(landmarks: NDArray[Any]) -> float:
    """Mean distance of the inner lips against the mouth's width."""
    upper, lower = landmarks[list(LIP_EDGES[0]), :2], landmarks[list(LIP_EDGES[1]), :2]
    width = np.linalg.norm(landmarks[LIP_CORNERS[0], :2] - landmarks[LIP_CORNERS[1], :2])
    return float(np.linalg.norm(upper - lower, axis=1).mean() / max(float(width), 1e-6))


def fill_mouth(
    picture: RgbImage,
    target: NDArray[Any],
    own: PortraitMouth,
    camera: RgbImage | None,
    driver: Points,
) -> None:
    """Draw the interior between the target's lips into ``picture``, in place. ``camera`` None, or
    a picture without contrast between the driver's lips, paints it instead."""
    strength = _strength(opening_of(target), own.opening)
    if strength <= 0:
        return
    box = _box(target[list(LIPS_INNER), :2], picture)
    if box is None:
        return
    x0, y0, x1, y1 = box
    mask = _lips_mask(target[list(LIPS_INNER), :2], box)
    driven = None if camera is None else _from_driver(camera, driver, target, own, box)
    if driven is None:
        inside = _painted(target, box)
    else:
        inside, open_there = driven
        mask = np.minimum(mask, open_there)
    mask = mask[..., None] * strength
    part = picture[y0:y1, x0:x1]
    part[:] = (part + (inside - part) * mask + 0.5).astype(np.uint8)


def _strength(opening: float, own: float) -> float:
    """0 while the portrait's own mouth will do, 1 once the mouth is open wider than that."""
    beyond = opening - (1.15 if own > _SHOWS_TEETH else 1.0) * own - _OPEN_FROM
    return float(np.clip(beyond / (_OPEN_TO - _OPEN_FROM), 0, 1))


def _box(lips: NDArray[Any], picture: RgbImage) -> tuple[int, int, int, int] | None:
    low = np.floor(lips.min(0) - 2).astype(int)
    high = np.ceil(lips.max(0) + 3).astype(int)
    x0, y0 = np.maximum(low, 0)
    x1, y1 = np.minimum(high, (picture.shape[1], picture.shape[0]))
    return (int(x0), int(y0), int(x1), int(y1)) if x1 - x0 > 2 and y1 - y0 > 2 else None


def _lips_mask(lips: NDArray[Any], box: tuple[int, int, int, int]) -> NDArray[np.float32]:
    """1 between inner lips (20, 2), in the box."""
    x0, y0, x1, y1 = box
    outline = lips - (x0, y0)
    mask = polygon(outline, (y1 - y0, x1 - x0), grown=_GROWN * float(np.ptp(outline[:, 0])))
    return softened(mask, max(0.7, 0.01 * (x1 - x0)))


def _from_driver(
    camera: RgbImage,
    driver: Points,
    target: NDArray[Any],
    own: PortraitMouth,
    box: tuple[int, int, int, int],
) -> tuple[NDArray[np.float32], NDArray[np.float32]] | None:
    """The driver's mouth moved to the target's lips, and where the driver's own lips leave it
    open there; or None where it is of no use."""
    lips = driver[list(LIPS_INNER), :2]
    if np.ptp(lips[:, 0]) > _LARGEST * camera.shape[1]:
        return None
    x0, y0, x1, y1 = box
    move = _affine(lips, target[list(LIPS_INNER), :2] - (x0, y0))
    moved = cv2.warpAffine(
        camera, move, (x1 - x0, y1 - y0), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    if moved.std() < _FLATTEST:
        return None
    matched = _matched(np.asarray(moved, np.float32), _tone(camera, driver), own.tone)
    lips_moved = lips @ move[:, :2].T + move[:, 2] + (x0, y0)
    return matched, _lips_mask(lips_moved, box)


def _matched(
    mouth: NDArray[np.float32], driver: NDArray[np.float32], own: NDArray[np.float32]
) -> NDArray[np.float32]:
    """The driver's mouth in the portrait's light: its brightness and no more than its colour.
    Teeth take little of the skin's tint, or they would turn green on a pale portrait."""
    bright, own_bright = float(driver @ _LUMA), float(own @ _LUMA)
    gain = float(np.clip(own_bright / max(bright, 1.0), 0.5, 1.8))
    if gain < 1:
        gain **= _OF_LIGHT
    grey = (mouth @ _LUMA)[..., None]
    # Teeth may be brightened up to the portrait's skin, no further.
    gain = min(gain, max(1.0, 1.1 * own_bright / max(float(np.percentile(grey, 98)), 1.0)))
    tint = (own / max(own_bright, 1.0)) / np.maximum(driver / max(bright, 1.0), 0.1)
    richness = float(np.ptp(own)) * bright / max(float(np.ptp(driver)) * own_bright, 1.0)
    colour = min(richness, 1.0)
    matched = gain * (grey + colour * (mouth - grey)) * tint ** (_TINT * colour)
    return np.asarray(np.clip(matched, 0, 255), np.float32)


def _affine(source: NDArray[Any], target: NDArray[Any]) -> NDArray[np.float64]:
    """Least-squares affine (2, 3) from (N, 2) onto (N, 2), kept invertible."""
    basis = np.column_stack([source, np.ones(len(source))])
    ridge = np.diag((1e-3, 1e-3, 0.0)) * float(np.ptp(source[:, 0]) ** 2 + 1)
    shift = target.mean(0) - source.mean(0)
    start: NDArray[np.float64] = np.vstack([np.eye(2), shift])
    change = np.linalg.solve(basis.T @ basis + ridge, basis.T @ (target - basis @ start))
    move: NDArray[np.float64] = (start + change).T
    return move


def _tone(image: RgbImage, landmarks: Points) -> NDArray[np.float32]:
    """Mean colour (3,) of the lips and the skin next to them."""
    lips = landmarks[list(LIPS_OUTER), :2]
    centre = lips.mean(0)
    samples = np.concatenate([centre + (lips - centre) * k for k in (0.9, 1.15, 1.3)])
    at = np.round(samples).astype(int)
    x = np.clip(at[:, 0], 0, image.shape[1] - 1)
    y = np.clip(at[:, 1], 0, image.shape[0] - 1)
    return np.asarray(image[y, x].mean(0), np.float32)


def _painted(target: NDArray[Any], box: tuple[int, int, int, int]) -> NDArray[np.float32]:
    """A dark mouth with an upper row of teeth and a tongue, softly."""
    x0, y0, x1, y1 = box
    size = (y1 - y0, x1 - x0)
    offset = np.array((x0, y0))
    upper = target[[78, *LIP_EDGES[0], 308], :2] - offset
    lower = target[[78, *LIP_EDGES[1], 308], :2] - offset
    inside = np.broadcast_to(_DARK, (*size, 3)).copy()
    tongue = _band(lower, upper, 0.0, 0.38, size)
    inside += (_TONGUE - inside) * tongue[..., None] * 0.75
    teeth = _band(upper, lower, -0.1, 0.3, size)
    inside += (_TEETH - inside) * teeth[..., None] * 0.9
    return inside


def _band(
    near: NDArray[Any],
    far: NDArray[Any],
    start: float,
    end: float,
    size: tuple[int, int],
) -> NDArray[np.float32]:
    """A soft strip along one lip, between two parts of the way to the other."""
    edge, inner = near + (far - near) * start, near + (far - near) * end
    mask = polygon(np.concatenate([edge, inner[::-1]]), size)
    return softened(mask, max(0.7, 0.02 * size[1]))
