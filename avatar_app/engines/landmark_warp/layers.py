"""A portrait split once: the person, and the background filled in behind.

The portrait is I = person + (1 − alpha) · background with a premultiplied person. The background
is the portrait's own away from the person and filled in behind; alpha is the segmentation's, raised
where the difference to the background asks for more. So a portrait at rest is reproduced, whatever
the segmentation thought, and fine hair that it missed moves with the head.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from avatar_app.engines.landmark_warp.drawing import polygon
from avatar_app.engines.landmark_warp.segmentation import person_mask
from avatar_app.face_mesh import OVAL
from avatar_app.types import FaceObservation, Mask, RgbaImage, RgbImage

_MARGIN = 0.015
"""The background is filled in that many face widths around the person."""
_LEAST_FACE = 0.8
"""The part of the face that a segmentation has to call a person to be trusted."""
_MOST_PICTURE = 0.97
_SEAM = 0.35


@dataclass(frozen=True, slots=True, eq=False)
class Layers:
    """``person`` (H, W, 4) uint8: the person, premultiplied, and alpha. ``background`` (H, W, 3)
    uint8, or None where the portrait is one smooth sheet."""

    person: NDArray[np.uint8]
    background: RgbImage | None


def split(image: RgbImage, face: FaceObservation) -> Layers:
    """Layers of a portrait. Paintings and drawings that the segmentation does not understand, and
    pictures without any background, stay one sheet."""
    mask = person_mask(image, face)
    if mask is None or not _plausible(mask, face):
        opaque = np.full(image.shape[:2], 255, np.uint8)
        return Layers(np.dstack([image, opaque]), None)
    hidden = _grown(mask > 0.1, _MARGIN * face.box.width)
    background = _filled(image, hidden)
    alpha = np.maximum(np.clip((mask - 0.1) / 0.8, 0, 1), _needed(image, background))
    person = image - (1 - alpha[..., None]) * background.astype(np.float32)
    layer = np.dstack([person, alpha * 255])
    return Layers((layer + 0.5).clip(0, 255).astype(np.uint8), background)


def trimmed(person: RgbaImage) -> RgbaImage:
    """The person for another background: where little of them shows it is the old background's
    light that does, a pale seam before a dark ground."""
    alpha = np.arange(256, dtype=np.float32) / 255
    kept = np.clip((alpha - _SEAM) / (1 - _SEAM), 0, 1)
    part = cv2.LUT(person[..., 3], kept / np.maximum(alpha, 1e-6))
    colours = cv2.multiply(person[..., :3], cv2.merge([part] * 3), dtype=cv2.CV_8U)
    return np.dstack([colours, cv2.LUT(person[..., 3], (255 * kept + 0.5).astype(np.uint8))])


def _plausible(mask: Mask, face: FaceObservation) -> bool:
    hull = polygon(face.landmarks[list(OVAL), :2], (mask.shape[0], mask.shape[1]))
    inside = mask[hull > 0]
    return bool(
        inside.size
        and (inside > 0.5).mean() >= _LEAST_FACE
        and (mask > 0.5).mean() <= _MOST_PICTURE
    )


def _grown(mask: NDArray[np.bool_], reach: float) -> NDArray[np.bool_]:
    distance = cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, 3)
    grown: NDArray[np.bool_] = distance <= max(reach, 2.0)
    return grown


def _needed(image: RgbImage, background: RgbImage) -> Mask:
    """The least alpha with which the person's colour is a colour at all."""
    front, back = image.astype(np.float32), background.astype(np.float32)
    room = np.where(front < back, back, 255 - back)
    needed = np.abs(front - back) / np.maximum(room, 1)
    return np.asarray(needed.max(axis=2).clip(0, 1), np.float32)


def _filled(image: RgbImage, hidden: NDArray[np.bool_]) -> RgbImage:
    """The picture with the hidden part filled from around it: push-pull over a pyramid.
    Gortler and others, "The Lumigraph", 1996, section 4.2."""
    known = (~hidden).astype(np.float32)
    filled = _push_pull(image.astype(np.float32), known)
    result: RgbImage = np.where(hidden[..., None], filled + 0.5, image).clip(0, 255)
    return np.ascontiguousarray(result.astype(np.uint8))


def _push_pull(image: NDArray[np.float32], known: Mask) -> NDArray[np.float32]:
    height, width = known.shape
    if min(height, width) <= 2 or known.min() > 0:
        total = max(float(known.sum()), 1e-6)
        mean = (image * known[..., None]).sum((0, 1)) / total
        return np.where(known[..., None] > 0, image, mean).astype(np.float32)
    size = ((width + 1) // 2, (height + 1) // 2)
    area = cv2.INTER_AREA
    weight = np.asarray(cv2.resize(known, size, interpolation=area), np.float32)
    colour = cv2.resize(image * known[..., None], size, interpolation=area)
    coarse = _push_pull(
        np.asarray(colour / np.maximum(weight, 1e-6)[..., None], np.float32),
        np.minimum(weight * 2, 1),
    )
    fine = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)
    return (image * known[..., None] + fine * (1 - known[..., None])).astype(np.float32)
