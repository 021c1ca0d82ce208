"""Ranges are how far a face goes from its neutral, each measured while it is asked for."""

import numpy as np
import pytest
from calibration_parts import FPS, head, neutral, swing, with_gaze, with_smile
from posed_faces import turned, with_eyes, with_mouth

from avatar_app.calibration.ranges import RangeMeter, Task
from avatar_app.expression import mouth_opening
from avatar_app.tracking.pose import observe
from avatar_app.types import Points, Ranges


def fed(task: Task, *faces: Points) -> RangeMeter:
    meter = RangeMeter(observe(neutral()))
    for i, points in enumerate(faces):
        meter.feed(task, observe(points), i / FPS)
    return meter


def test_a_mouth_opened_wide_and_closed_is_measured() -> None:
    meter = fed(Task.OPEN_MOUTH, *swing(with_mouth, 0.8))
    wide = mouth_opening(with_mouth(neutral(), 0.8)) - mouth_opening(neutral())
    assert meter.is_done(Task.OPEN_MOUTH)
    assert meter.ranges().mouth == pytest.approx(wide, rel=0.05)


def test_a_mouth_that_stays_open_is_enough() -> None:
    meter = fed(Task.OPEN_MOUTH, *[with_mouth(neutral(), 0.8)] * 30)
    assert meter.is_done(Task.OPEN_MOUTH)


def test_talking_is_no_mouth_opened_wide() -> None:
    meter = fed(Task.OPEN_MOUTH, *swing(with_mouth, 0.1), *swing(with_mouth, 0.12))
    assert not meter.is_done(Task.OPEN_MOUTH)
    assert meter.ranges() == Ranges()


def test_a_smile_is_measured_in_widths_of_the_mouth() -> None:
    meter = fed(Task.SMILE, *swing(with_smile, 0.3))
    assert meter.is_done(Task.SMILE)
    assert meter.ranges().smile == pytest.approx(0.3, abs=0.02)


def test_one_stray_frame_is_no_range() -> None:
    stray = [neutral()] * 10 + [with_smile(neutral(), 0.5)] + [neutral()] * 10
    assert not fed(Task.SMILE, *stray).is_done(Task.SMILE)


def test_two_blinks_give_what_is_left_of_the_shallower() -> None:
    deep = swing(lambda p, shut: with_eyes(p, 1 - shut), 0.9, 0.5)
    shallow = swing(lambda p, shut: with_eyes(p, 1 - shut), 0.6, 0.5)
    meter = fed(Task.BLINK, *deep)
    assert not meter.is_done(Task.BLINK)
    meter = fed(Task.BLINK, *deep, *shallow)
    left, right = meter.ranges().shut_eyes or (0, 0)
    assert left == pytest.approx(0.4, abs=0.03)
    assert right == pytest.approx(0.4, abs=0.03)


def test_eyes_that_stay_shut_are_no_blinks() -> None:
    assert not fed(Task.BLINK, *[with_eyes(neutral(), 0.1)] * 60).is_done(Task.BLINK)


def test_looking_to_both_sides_with_the_eyes_alone() -> None:
    left = swing(with_gaze, 0.15)
    assert not fed(Task.LOOK_AROUND, *left).is_done(Task.LOOK_AROUND)
    meter = fed(Task.LOOK_AROUND, *left, *swing(with_gaze, -0.15))
    assert meter.ranges().gaze == pytest.approx(0.15, abs=0.02)
    assert meter.ranges().turn is None


def test_looking_to_both_sides_with_the_head() -> None:
    meter = fed(Task.LOOK_AROUND, *swing(head, 30), *swing(head, -30))
    assert meter.is_done(Task.LOOK_AROUND)
    assert meter.ranges().turn == pytest.approx(30, abs=3)


@pytest.mark.parametrize("task", (Task.OPEN_MOUTH, Task.SMILE, Task.BLINK))
def test_a_head_that_turns_away_shows_no_range(task: Task) -> None:
    assert not fed(task, *swing(head, 45), *swing(head, -45)).is_done(task)


def test_ranges_do_not_depend_on_distance_place_and_tilt_of_the_head() -> None:
    near = fed(Task.SMILE, *swing(with_smile, 0.25)).ranges().smile
    moved = [turned(p, 5, 0, 8, scale=1.3, shift=(20, 9)) for p in swing(with_smile, 0.25)]
    far = fed(Task.SMILE, *moved).ranges().smile
    assert near is not None
    assert far == pytest.approx(near, abs=0.01)


def test_what_no_face_can_do_is_bounded() -> None:
    meter = fed(Task.OPEN_MOUTH, *swing(with_mouth, 9.0))
    assert meter.ranges().mouth == 1.0


def test_every_task_has_its_request() -> None:
    assert len({task.sentence for task in Task}) == len(Task)
    assert np.all([task.sentence.endswith(".") for task in Task])
