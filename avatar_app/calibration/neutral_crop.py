"""The neutral picture reduced to the head, and put back where the head is on another day."""

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from avatar_app.face_mesh import RIGID
from avatar_app.geometry import box_around, fit_similarity
from avatar_app.imaging import resize
from avatar_app.types import Calibration, FaceObservation, Frame, RgbImage, TrackedFrame

MAX_SIDE = 512

_SIDE_IN_FACES = 2.0
_WIDE_FACE = 1.2
"""As networks frame a head: hair and the start of the shoulders."""


def cropped(neutral: TrackedFrame) -> tuple[RgbImage, FaceObservation]:
    """A square around the head, at most 512 pixels a side, and the face in its pixels; beyond the
    picture its edge goes on. Raises ValueError without a face."""
    face = neutral.face
    if face is None:
        raise ValueError("a neutral frame without a face")
    x, y = face.box.centre
    side = _SIDE_IN_FACES * max(face.box.height, _WIDE_FACE * face.box.width, 4.0)
    samples = round(side)
    left, top = round(x - side / 2), round(y - side / 2)
    matrix = np.array(((1.0, 0, -left), (0, 1.0, -top)))
    head = cv2.warpAffine(
        neutral.frame.image, matrix, (samples, samples), borderMode=cv2.BORDER_REPLICATE
    )
    scale = min(1.0, MAX_SIDE / samples)
    small = resize(np.asarray(head, np.uint8), (round(samples * scale), round(samples * scale)))
    return small, moved(face, scale, np.array((-left * scale, -top * scale, 0.0)))


def placed(calibration: Calibration, now: TrackedFrame) -> Calibration:
    """A kept calibration put where the driver's face is ``now``, as large as it is now, in a
    picture of the present size. Its pose stays: that was chosen to match the avatar's.

    Motion is measured against the neutral's place and size, and nobody sits twice in the same
    spot. Raises ValueError without a face."""
    face = calibration.neutral.face
    if face is None or now.face is None:
        raise ValueError("a face is needed to place a calibration")
    start = face.landmarks[RIGID].astype(np.float64)
    scale = fit_similarity(start, now.face.landmarks[RIGID]).scale
    shift = now.face.landmarks[RIGID].mean(0) - scale * start.mean(0)
    height, width = now.frame.image.shape[:2]
    matrix = np.array(((scale, 0, shift[0]), (0, scale, shift[1])))
    image = cv2.warpAffine(calibration.neutral.frame.image, matrix, (width, height))
    frame = Frame(np.asarray(image, np.uint8), now.frame.index, now.frame.captured_at)
    neutral = TrackedFrame(frame, moved(face, scale, shift))
    return replace(calibration, neutral=neutral, is_placed=True)


def moved(face: FaceObservation, scale: float, shift: NDArray[np.float64]) -> FaceObservation:
    """The face after its picture was scaled and then shifted by pixels, (3,)."""
    landmarks = (face.landmarks * scale + shift).astype(np.float32)
    return replace(face, landmarks=landmarks, box=box_around(landmarks), others=0)
