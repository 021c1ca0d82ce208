"""Left and right turned round: of faces, frames, portraits and calibrations."""

from dataclasses import replace

import cv2
import numpy as np

from avatar_app.face_mesh import MIRRORED
from avatar_app.types import (
    Avatar,
    Box,
    Calibration,
    FaceObservation,
    Frame,
    HeadPose,
    Points,
    Ranges,
    RgbImage,
    TrackedFrame,
)


def mirrored_image(image: RgbImage) -> RgbImage:
    """A new picture, C-contiguous."""
    return np.asarray(cv2.flip(image, 1), np.uint8)


def mirrored_frame(frame: Frame) -> Frame:
    """The same moment seen in a mirror."""
    return replace(frame, image=mirrored_image(frame.image))


def mirrored_points(landmarks: Points, width: int) -> Points:
    """(478, 3) landmarks as a tracker finds them in the mirrored picture of that width: the left
    eye is still the one on the left."""
    turned = np.array(landmarks[MIRRORED], np.float32)
    turned[:, 0] = width - 1 - turned[:, 0]
    return turned


def mirrored_face(face: FaceObservation, width: int) -> FaceObservation:
    """The face in the mirrored picture of that width."""
    box, pose = face.box, face.pose
    return replace(
        face,
        landmarks=mirrored_points(face.landmarks, width),
        box=Box(width - 1 - box.x1, box.y0, width - 1 - box.x0, box.y1),
        pose=HeadPose(-pose.yaw, pose.pitch, -pose.roll),
    )


def mirrored_avatar(avatar: Avatar) -> Avatar:
    """The portrait turned round, and its face with it."""
    face = mirrored_face(avatar.face, avatar.image.shape[1])
    return replace(avatar, image=mirrored_image(avatar.image), face=face)


def mirrored_calibration(calibration: Calibration) -> Calibration:
    """The same neutral face for a mirrored input."""
    frame, face = calibration.neutral.frame, calibration.neutral.face
    turned = mirrored_face(face, frame.image.shape[1]) if face is not None else None
    neutral = TrackedFrame(mirrored_frame(frame), turned)
    return replace(calibration, neutral=neutral, ranges=_turned(calibration.ranges))


def _turned(ranges: Ranges | None) -> Ranges | None:
    if ranges is None or ranges.shut_eyes is None:
        return ranges
    left, right = ranges.shut_eyes
    return replace(ranges, shut_eyes=(right, left))
