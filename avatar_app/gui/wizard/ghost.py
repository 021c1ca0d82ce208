"""The avatar's head as a ghost, to lay over the camera's picture. Knows nothing of Qt."""

import numpy as np
from numpy.typing import NDArray

from avatar_app.types import Avatar

_HEAD_WIDE, _HEAD_TALL = 1.05, 1.0
_FEATHER = 0.35


def ghost_of(avatar: Avatar) -> NDArray[np.uint8]:
    """(H, W, 4) RGBA, the colours multiplied by the last: the avatar's picture, fading out towards
    shoulders and background. Takes up to a tenth of a second."""
    height, width = avatar.image.shape[:2]
    box = avatar.face.box
    x, y = box.centre
    across = (np.arange(width, dtype=np.float32) - x) / (_HEAD_WIDE * box.width)
    down = np.arange(height, dtype=np.float32)[:, None] - (y - 0.1 * box.height)
    away = np.sqrt(across**2 + (down / (_HEAD_TALL * box.height)) ** 2)
    alpha = np.clip((1 - away) / _FEATHER, 0, 1)
    pixels = np.empty((height, width, 4), np.uint8)
    pixels[..., :3], pixels[..., 3] = avatar.image * alpha[..., None] + 0.5, 255 * alpha + 0.5
    return pixels
