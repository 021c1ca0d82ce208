"""Left and right turned round."""

from dataclasses import replace

import numpy as np
from live_parts import camera_frame, drawn_face
from real_avatar import small_avatar

from avatar_app.avatars.face_search import find_face
from avatar_app.engines.landmark_warp.face_flow import mesh_triangles
from avatar_app.face_mesh import EYE_LEFT, EYE_RIGHT, IRIS_LEFT, IRIS_RIGHT, MIRRORED
from avatar_app.reflection import (
    mirrored_avatar,
    mirrored_calibration,
    mirrored_face,
    mirrored_image,
)
from avatar_app.tracking.mediapipe_tracker import MediaPipeTracker
from avatar_app.types import Calibration, Ranges, TrackedFrame


def test_the_mesh_is_its_own_mirror_image() -> None:
    assert np.array_equal(MIRRORED[MIRRORED], np.arange(478))
    assert tuple(MIRRORED[list(EYE_LEFT)]) == EYE_RIGHT
    assert set(MIRRORED[list(IRIS_LEFT)]) == set(IRIS_RIGHT)
    triangles = {tuple(sorted(t)) for t in mesh_triangles().tolist() if max(t) < 468}
    assert {tuple(sorted(MIRRORED[list(t)])) for t in triangles} == triangles


def test_a_mirrored_face_is_what_the_tracker_finds_in_the_mirrored_picture() -> None:
    avatar = small_avatar()
    turned = mirrored_avatar(avatar)
    tracker = MediaPipeTracker(static=True, max_faces=4)
    found = find_face(mirrored_image(avatar.image), tracker)
    tracker.close()
    assert found is not None
    apart = np.linalg.norm(found[1].landmarks[:, :2] - turned.face.landmarks[:, :2], axis=1)
    assert apart.max() < 0.04 * avatar.face.box.height
    assert abs(found[1].pose.yaw - turned.face.pose.yaw) < 4


def test_twice_is_as_before() -> None:
    face = drawn_face(25, yaw=20)
    again = mirrored_face(mirrored_face(face, 80), 80)
    assert np.allclose(again.landmarks, face.landmarks, atol=1e-3)
    assert again.box.x0 == face.box.x0
    assert again.pose.yaw == face.pose.yaw != mirrored_face(face, 80).pose.yaw


def test_the_box_stays_around_the_landmarks() -> None:
    turned = mirrored_face(drawn_face(25, yaw=20), 80)
    assert np.isclose(turned.box.x0, turned.landmarks[:, 0].min(), atol=1e-3)
    assert np.isclose(turned.box.x1, turned.landmarks[:, 0].max(), atol=1e-3)


def test_a_calibration_is_turned_with_its_picture_and_ranges() -> None:
    frame = camera_frame(3)
    ranges = Ranges(mouth=0.4, shut_eyes=(0.1, 0.2))
    neutral = TrackedFrame(frame, drawn_face(25))
    turned = mirrored_calibration(Calibration(neutral, quality=0.7, ranges=ranges))
    assert turned.neutral.face is not None
    assert np.array_equal(turned.neutral.frame.image, frame.image[:, ::-1])
    assert np.isclose(turned.neutral.face.box.centre[0], 79 - 25, atol=1)
    assert turned.ranges == replace(ranges, shut_eyes=(0.2, 0.1))
    assert turned.quality == 0.7
