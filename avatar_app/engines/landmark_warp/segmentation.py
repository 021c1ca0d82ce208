"""Where the person is in a portrait: MediaPipe's bundled selfie segmentation, edges refined."""

import contextlib

import cv2
import numpy as np

from avatar_app.errors import EngineError
from avatar_app.mediapipe_library import import_mediapipe, threadless
from avatar_app.types import FaceObservation, Mask, RgbImage

_SIDE = 4.0
"""The network sees a square of that many face heights around the face."""


def person_mask(image: RgbImage, face: FaceObservation) -> Mask | None:
    """(H, W) in [0, 1], or None where the network finds nobody."""
    x0, y0, side = _window(image, face)
    crop = image[y0 : y0 + side, x0 : x0 + side]
    mask, close = _segment(image, crop)
    mask[y0 : y0 + side, x0 : x0 + side] = close
    mask = _refined(mask, image, face.box.width)
    return _connected(mask, face)


def _window(image: RgbImage, face: FaceObservation) -> tuple[int, int, int]:
    height, width = image.shape[:2]
    side = int(min(max(_SIDE * face.box.height, 64), max(height, width)))
    x, y = face.box.centre
    x0 = int(np.clip(x - side / 2, 0, max(width - side, 0)))
    y0 = int(np.clip(y - side * 0.4, 0, max(height - side, 0)))
    return x0, y0, side


def _segment(*images: RgbImage) -> list[Mask]:
    try:
        import_mediapipe()
        from mediapipe.python.solutions.selfie_segmentation import SelfieSegmentation

        with contextlib.closing(threadless(SelfieSegmentation)(model_selection=0)) as network:
            return [
                np.array(network.process(np.ascontiguousarray(image)).segmentation_mask, np.float32)
                for image in images
            ]
    except (ImportError, RuntimeError, ValueError, OSError) as error:
        raise EngineError(
            f"The portrait cannot be segmented: {error}.", "Install the program again."
        ) from error


def _refined(mask: Mask, image: RgbImage, face_width: float) -> Mask:
    """Edges that follow the picture's own. He, Sun, Tang, "Guided image filtering", 2010."""
    radius = max(2, round(0.04 * face_width))
    guide = image.astype(np.float32) / 255
    fine = cv2.ximgproc.guidedFilter(guide, mask, radius, 1e-4)
    return np.clip(fine, 0, 1).astype(np.float32)


def _connected(mask: Mask, face: FaceObservation) -> Mask | None:
    """Only the piece that holds the face: other people stay background."""
    count, labels = cv2.connectedComponents((mask > 0.2).astype(np.uint8))
    if count < 2:
        return None
    height, width = mask.shape
    x, y = face.box.centre
    label = labels[int(np.clip(y, 0, height - 1)), int(np.clip(x, 0, width - 1))]
    return mask * (labels == label) if label else None
