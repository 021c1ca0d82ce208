"""What is beside a portrait, or behind the person in it."""

import cv2
import numpy as np

from avatar_app.config import Background
from avatar_app.placing import cover
from avatar_app.scene import Scene
from avatar_app.types import RgbaImage, RgbImage

_SIDE = 96
_BESIDE_LIGHT = 0.6
_BESIDE_BLUR = _SIDE / 16
_BEHIND_BLUR = _SIDE / 32


def ground_behind(
    rest: RgbImage, cut: RgbaImage | None, scene: Scene, size: tuple[int, ...]
) -> RgbImage:
    """(height, width, 3) for a picture of ``size`` (width, height). ``rest`` is the portrait,
    ``cut`` the person in it, which the blurred background leaves out."""
    width, height = size
    out = np.zeros((height, width, 3), np.uint8)
    if scene.background is Background.ORIGINAL:
        return beside(rest, out)
    if scene.background is Background.BLURRED and cut is not None:
        return _blurred(rest, cut, out)
    if scene.background is Background.PICTURE and scene.picture is not None:
        cover(scene.picture, out)
    elif scene.background is not Background.TRANSPARENT:
        out[:] = scene.colour
    return out


def beside(rest: RgbImage, out: RgbImage) -> RgbImage:
    """The portrait itself, enlarged to cover the picture, strongly blurred and a little darker."""
    small = _small(rest, out)
    small = np.asarray(cv2.GaussianBlur(small, (0, 0), _BESIDE_BLUR), np.uint8)
    return _enlarged(np.asarray(cv2.convertScaleAbs(small, alpha=_BESIDE_LIGHT), np.uint8), out)


def _blurred(rest: RgbImage, cut: RgbaImage, out: RgbImage) -> RgbImage:
    """The portrait's background, blurred without the person: what is hidden takes the colours
    around it."""
    colours = _small(rest, out).astype(np.float32)
    clear = 1 - _small(np.dstack([cut[..., 3]] * 3), out).astype(np.float32) / 255
    clear = clear**4  # Soft edges hold some of the person's colours.
    total, weight = np.zeros_like(colours), np.full_like(colours, 1e-6)
    for reach, share in ((1, 1.0), (4, 1e-2), (12, 1e-4)):
        blur = reach * _BEHIND_BLUR
        total += share * np.asarray(cv2.GaussianBlur(colours * clear, (0, 0), blur))
        weight += share * np.asarray(cv2.GaussianBlur(clear, (0, 0), blur))
    return _enlarged((total / weight).clip(0, 255).astype(np.uint8), out)


def _small(picture: RgbImage, out: RgbImage) -> RgbImage:
    """What covers ``out``, at a size where blurring costs nothing."""
    height, width = out.shape[:2]
    shrink = _SIDE / max(width, height)
    small = np.empty((max(1, round(height * shrink)), max(1, round(width * shrink)), 3), np.uint8)
    cover(picture, small)
    return small


def _enlarged(small: RgbImage, out: RgbImage) -> RgbImage:
    large = cv2.resize(small, out.shape[1::-1], interpolation=cv2.INTER_CUBIC)
    return np.ascontiguousarray(large, np.uint8)
