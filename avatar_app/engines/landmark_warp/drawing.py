"""The few drawing steps the engine takes from OpenCV, with exact types."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from avatar_app.types import Mask

_SUBPIXEL_BITS = 4


def remap(
    picture: NDArray[Any], where: NDArray[np.float32], *, mirrored: bool = False
) -> NDArray[Any]:
    """(H, W[, C]) values of ``picture`` at positions (H, W, 2) in its pixels, bilinear. Beyond its
    border the last pixel goes on, or the picture ``mirrored``: hair stays hair."""
    border = cv2.BORDER_REFLECT_101 if mirrored else cv2.BORDER_REPLICATE
    # OpenCV takes both coordinates as one map; its type hints do not know.
    return cv2.remap(picture, where, None, cv2.INTER_LINEAR, borderMode=border)  # type: ignore[call-overload, no-any-return]


def polygon(outline: NDArray[Any], shape: tuple[int, int], *, grown: float = 0.0) -> Mask:
    """(H, W): 1 inside the outline (N, 2) and ``grown`` pixels around, antialiased."""
    mask = np.zeros(shape, np.uint8)
    points = np.round(outline * (1 << _SUBPIXEL_BITS)).astype(np.int32)
    cv2.fillPoly(mask, [points], (255,), cv2.LINE_AA, _SUBPIXEL_BITS)
    if grown >= 0.5:
        width = round(2 * grown)
        cv2.polylines(mask, [points], True, (255,), width, cv2.LINE_AA, _SUBPIXEL_BITS)
    return mask.astype(np.float32) / 255


def softened(mask: Mask, sigma: float) -> Mask:
    """The mask under a Gaussian of ``sigma`` pixels."""
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), sigma), np.float32)
