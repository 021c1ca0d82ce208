"""From landmarks to an observation: box and head pose."""

import numpy as np

from avatar_app.errors import TrackerError
from avatar_app.face_mesh import RIGID, RIGID_CANONICAL
from avatar_app.geometry import box_around, fit_similarity
from avatar_app.types import LANDMARK_COUNT, FaceObservation, HeadPose, Points


def observe(landmarks: Points, score: float = 1.0) -> FaceObservation:
    """Add box and pose to (478, 3) landmarks. Raises TrackerError for another shape or for
    numbers that are not finite."""
    if landmarks.shape != (LANDMARK_COUNT, 3) or not np.isfinite(landmarks).all():
        raise TrackerError(
            f"The tracker gave landmarks of shape {landmarks.shape}, or some that are not finite; "
            f"expected ({LANDMARK_COUNT}, 3).",
            "Restart the session.",
        )
    points = np.ascontiguousarray(landmarks, np.float32)
    return FaceObservation(points, box_around(points), head_pose(points), score)


def head_pose(landmarks: Points) -> HeadPose:
    """Pose by Procrustes on the points that expressions hardly move. The mesh's own z makes this
    steadier than a perspective solver, which turns with the place in the picture."""
    r = fit_similarity(RIGID_CANONICAL, landmarks[RIGID]).rotation
    yaw = np.degrees(np.arctan2(-r[0, 2], r[2, 2]))
    pitch = np.degrees(np.arcsin(np.clip(-r[1, 2], -1.0, 1.0)))
    roll = np.degrees(np.arctan2(r[1, 0], r[1, 1]))
    return HeadPose(float(yaw), float(pitch), float(roll))
