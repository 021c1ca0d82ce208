"""Out-of-focus rooms: soft planes of colour and disks of light, painted in linear light."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
Colour = tuple[float, float, float]


@dataclass(frozen=True)
class Room:
    """Wall colours left and right, panes (x, y, w, h, colour), lamps (x, y, radius, colour)."""

    left: Colour
    right: Colour
    panes: tuple[tuple[float, float, float, float, Colour], ...] = ()
    lamps: tuple[tuple[float, float, float, Colour], ...] = ()
    blur: float = 0.03


def paint(room: Room, width: int, height: int) -> FloatArray:
    """The room at a size, (H, W, 3) float32; coordinates of a room are fractions of the height."""
    aspect = width / height
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : aspect : width * 1j]
    mix = (x / aspect)[..., None]
    picture = (1 - mix) * np.array(room.left) + mix * np.array(room.right)
    picture = picture * (1.08 - 0.3 * y)[..., None]
    for px, py, w, h, colour in room.panes:
        inside = (np.abs(x - px) < w / 2) & (np.abs(y - py) < h / 2)
        picture[inside] = np.array(colour)
    picture = cv2.GaussianBlur(picture, (0, 0), room.blur * height)
    for px, py, radius, colour in room.lamps:
        distance = np.hypot(x - px, y - py) / radius
        disk = np.clip((1 - distance) / 0.10 + 0.5, 0, 1) * (
            0.75 + 0.25 * np.minimum(distance, 1) ** 4
        )
        picture = picture + disk[..., None] * np.array(colour)
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 0.004 * height), np.float32)
