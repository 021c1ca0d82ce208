"""How well a face serves as the neutral one that relative motion is measured against."""

import numpy as np

from avatar_app.expression import eye_opening, mouth_opening
from avatar_app.types import FaceObservation

GOOD = 1.0
"""A face that costs less is a good neutral face."""

_TURN_DEGREES = 15.0
_MOUTH_STEP = 0.06
_EYE_OPEN = 0.28
_EYE_FAULT = _EYE_OPEN / 2
_MOUTH_FAULT = 0.1


def neutral_cost(
    face: FaceObservation, like: FaceObservation | None = None, *, eye_open: float = _EYE_OPEN
) -> float:
    """0 for a frontal face with a closed mouth and open eyes, about 1 a fault: a turn of 15°, a
    mouth open by 6 % of the distance between the eyes, eyes half shut or torn open.

    With ``like``, the avatar's face, the aim lies half way to its pose and mouth: motion crosses
    best between faces that match, yet an open mouth as neutral could never close. ``eye_open`` is
    what counts as open for this driver (see ``eye_opening``)."""
    turn = np.array((face.pose.yaw, face.pose.pitch, face.pose.roll))
    mouth = mouth_opening(face.landmarks)
    if like is not None:
        turn -= np.array((like.pose.yaw, like.pose.pitch, like.pose.roll)) / 2
        mouth -= mouth_opening(like.landmarks) / 2
    eyes = eye_opening(face.landmarks) / max(eye_open, 1e-6) - 1
    lids = 2 * -eyes if eyes < 0 else eyes
    return float(np.linalg.norm(turn)) / _TURN_DEGREES + abs(mouth) / _MOUTH_STEP + lids


def neutral_fault(face: FaceObservation) -> str:
    """What is plainly wrong with a face that is taken as the neutral one, as a sentence; empty for
    one that will do. Motion is measured against it: what is open there never closes."""
    if mouth_opening(face.landmarks) > _MOUTH_FAULT:
        return "The mouth is open in the neutral frame, so the avatar's will not close well."
    if eye_opening(face.landmarks) < _EYE_FAULT:
        return "The eyes are shut in the neutral frame, so the avatar's will stand too wide open."
    return ""
