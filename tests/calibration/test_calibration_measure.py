"""Place, pose, light and speed of a face are read off a frame."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from calibration_parts import BLACK, FPS, avatar, head, neutral, tracked
from posed_faces import bundled, in_camera, turned

from avatar_app.calibration.measure import FrameMeter, light_of
from avatar_app.imaging import resize
from avatar_app.tracking.mediapipe_tracker import MediaPipeTracker
from avatar_app.types import Frame, RgbImage, TrackedFrame


def portrait(image: RgbImage | None = None) -> TrackedFrame:
    """A bundled portrait as a camera's picture."""
    avatar = bundled("mira")
    return TrackedFrame(Frame(avatar.image if image is None else image, 0, 0.0), avatar.face)


def test_share_is_the_part_of_the_picture_that_the_face_takes() -> None:
    figures = FrameMeter().measure(tracked(neutral()))
    assert figures is not None
    assert figures.share == pytest.approx(0.6, abs=0.01)
    assert figures.offset < 0.1
    assert figures.outside == 0


def test_a_face_half_out_of_the_picture_is_outside_by_half() -> None:
    points = neutral()
    points = turned(points, shift=(320 - float(points[:, 0].min() + np.ptp(points[:, 0]) / 2), 0))
    figures = FrameMeter().measure(tracked(points))
    assert figures is not None
    assert figures.outside == pytest.approx(0.5, abs=0.02)
    assert figures.offset == pytest.approx(0.5, abs=0.01)


def test_turn_and_tilt_grow_with_the_head() -> None:
    turned_by = []
    for yaw, roll in ((0, 0), (15, 0), (30, 0), (0, 20)):
        figures = FrameMeter().measure(tracked(head(neutral(), yaw, 0, roll)))
        assert figures is not None
        turned_by.append((figures.turn, figures.tilt))
    turns, tilts = zip(*turned_by, strict=True)
    assert turns[0] < turns[1] < turns[2]
    assert tilts[3] == pytest.approx(20, abs=4)


def test_without_a_face_there_are_no_figures() -> None:
    assert FrameMeter().measure(tracked(None)) is None


def test_speed_is_that_of_the_last_half_second() -> None:
    meter = FrameMeter()
    still = [meter.measure(tracked(neutral(), i)) for i in range(20)]
    assert still[-1] is not None
    assert still[-1].speed == 0
    moving = [
        meter.measure(tracked(turned(neutral(), shift=(2 * i, 0)), 20 + i)) for i in range(20)
    ]
    eyes = float(np.linalg.norm(neutral()[33] - neutral()[263]))
    assert moving[-1] is not None
    assert moving[-1].speed == pytest.approx(2 * FPS / eyes, rel=0.05)
    calm = [meter.measure(tracked(turned(neutral(), shift=(38, 0)), 40 + i)) for i in range(20)]
    assert calm[-1] is not None
    assert calm[-1].speed == 0


def test_a_clip_that_starts_over_has_no_speed_from_before() -> None:
    meter = FrameMeter()
    meter.measure(tracked(neutral(), 100))
    figures = meter.measure(tracked(turned(neutral(), shift=(50, 0)), 0))
    assert figures is not None
    assert figures.speed == 0


def test_speed_does_not_depend_on_the_size_of_the_picture() -> None:
    speeds = []
    for scale in (1, 3):
        meter, size = FrameMeter(), (320 * scale, 240 * scale)
        image = np.zeros((size[1], size[0], 3), np.uint8)
        face = in_camera(avatar().landmarks, size)
        for i in range(16):
            figures = meter.measure(tracked(turned(face, shift=(scale * i, 0)), i, image))
        assert figures is not None
        speeds.append(figures.speed)
    assert speeds[0] == pytest.approx(speeds[1], rel=0.01)


def test_black_frames_of_a_recording_say_nothing_of_the_light() -> None:
    assert light_of(BLACK, avatar()) is None


def test_a_darker_face_measures_darker_and_a_white_one_as_burnt() -> None:
    image = bundled("mira").image
    usual = light_of(image, avatar())
    dark = light_of((image * 0.2).astype(np.uint8), avatar())
    burnt = light_of(np.clip(image.astype(int) * 3, 0, 255).astype(np.uint8), avatar())
    assert usual is not None
    assert dark is not None
    assert burnt is not None
    assert dark.face < 0.3 * usual.face
    assert usual.burnt < 0.01
    assert burnt.burnt > 0.3


def test_blur_takes_sharpness_whatever_the_size_of_the_picture() -> None:
    image = bundled("mira").image
    height = avatar().box.height
    figures = []
    for sigma in (0.01, 0.02, 0.04):
        light = light_of(cv2.GaussianBlur(image, (0, 0), sigma * height), avatar())
        assert light is not None
        figures.append(light.sharpness)
    assert figures == sorted(figures, reverse=True)
    usual = light_of(image, avatar())
    assert usual is not None
    assert usual.sharpness > 3 * figures[1]


def test_a_darker_picture_is_no_blurred_one() -> None:
    image = bundled("mira").image
    usual, dark = light_of(image, avatar()), light_of((image * 0.5).astype(np.uint8), avatar())
    assert usual is not None
    assert dark is not None
    assert dark.sharpness == pytest.approx(usual.sharpness, rel=0.2)


def test_the_row_of_figures_has_the_light_only_where_there_is_any() -> None:
    lit, black = FrameMeter().measure(portrait()), FrameMeter().measure(tracked(neutral()))
    assert lit is not None
    assert black is not None
    assert set(lit.as_row()) - set(black.as_row()) == {"face", "scene", "burnt", "sharpness"}


def test_a_second_person_in_the_picture_is_counted() -> None:
    side = 360
    image = np.full((side, 2 * side, 3), 150, np.uint8)
    image[:, :side] = resize(bundled("mira").image, (side, side))
    alone = image.copy()
    image[60:300, side + 60 : side + 300] = resize(bundled("samuel").image, (240, 240))
    for picture, count in ((alone, 0), (image, 1)):
        tracker = MediaPipeTracker()
        faces = [tracker.track(Frame(picture, i, i / FPS)) for i in range(3)]
        tracker.close()
        assert faces[-1] is not None
        assert faces[-1].others == count


def test_others_are_those_the_tracker_saw() -> None:
    frame = tracked(neutral())
    assert frame.face is not None
    figures = FrameMeter().measure(replace(frame, face=replace(frame.face, others=1)))
    assert figures is not None
    assert figures.others == 1
