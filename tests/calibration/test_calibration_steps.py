"""The calibration's steps, driven by faces that are posed frame by frame and by a recording."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from calibration_parts import (
    BLACK,
    Driver,
    avatar,
    head,
    neutral,
    performance,
    range_performance,
    swing,
    tracked,
    with_smile,
)
from posed_faces import turned, with_eyes, with_mouth

from avatar_app.calibration.hints import Hint
from avatar_app.calibration.hold import HOLD_SECONDS, steadied
from avatar_app.calibration.progress import Progress, Step
from avatar_app.calibration.ranges import Task
from avatar_app.calibration.steps import CalibrationRun
from avatar_app.capture.performance_source import PerformanceSource
from avatar_app.tracking.pose import observe
from avatar_app.tracking.replay import ReplayTracker
from avatar_app.types import Calibration, Frame, TrackedFrame


@pytest.fixture
def driver() -> Driver:
    return Driver(CalibrationRun(avatar()))


@pytest.fixture
def posing(driver: Driver) -> Driver:
    """One who has come to the neutral step, talking."""
    driver.until(with_mouth(neutral(), 0.4), Step.NEUTRAL)
    return driver


@pytest.fixture
def ranging(posing: Driver) -> Driver:
    """One whose neutral face is taken."""
    posing.until(neutral(), Step.RANGE)
    return posing


def test_the_whole_way(driver: Driver) -> None:
    driver.hold(neutral(), 0.7)
    assert driver.run.progress.step is Step.POSITION
    driver.until(neutral(), Step.NEUTRAL)
    assert not driver.run.progress.captured
    driver.until(neutral(), Step.RANGE)
    assert driver.run.progress.captured
    driver.play(range_performance())
    assert driver.run.progress.step is Step.REVIEW
    assert driver.run.progress.done == tuple(Task)
    assert driver.run.finish().step is Step.DONE
    found = driver.run.calibration
    assert found is not None
    assert found.quality > 0.9
    assert found.ranges is not None
    assert None not in (found.ranges.mouth, found.ranges.smile, found.ranges.shut_eyes)


def test_nothing_begins_without_a_picture(driver: Driver) -> None:
    answer = driver.hold(None, 2.0)
    assert (answer.step, answer.hint) == (Step.CAMERA, Hint.NO_PICTURE)
    grey = np.full_like(BLACK, 120)
    assert driver.hold(None, 1.0, grey).step is Step.POSITION


def test_a_poor_position_is_mended_before_the_pose_is_asked_for(driver: Driver) -> None:
    far = turned(neutral(), scale=0.3)
    answer = driver.hold(far, 3.0)
    assert (answer.step, answer.hint) == (Step.POSITION, Hint.TOO_FAR)
    assert answer.sentence == Hint.TOO_FAR.sentence
    assert not answer.late
    assert driver.hold(far, 9.0).late
    driver.until(neutral(), Step.NEUTRAL, 3.0)


def test_a_position_that_cannot_be_mended_may_be_taken_as_it_is(driver: Driver) -> None:
    driver.hold(turned(neutral(), scale=0.3), 3.0)
    assert driver.run.skip().step is Step.NEUTRAL


def test_the_countdown_runs_down_while_the_pose_is_held(posing: Driver) -> None:
    answers = [posing.play([neutral()]) for _ in range(40)]
    counted = [a.countdown for a in answers if a.countdown is not None]
    assert counted == sorted(counted, reverse=True)
    assert counted[0] > 0.9 * HOLD_SECONDS
    held = [a.held for a in answers if a.step is Step.NEUTRAL]
    assert held == sorted(held)


def test_a_blink_does_not_end_a_hold(posing: Driver) -> None:
    posing.hold(neutral(), 1.0)
    posing.hold(with_eyes(neutral(), 0.2), 0.15)
    assert posing.hold(neutral(), 0.6).step is Step.RANGE


def test_the_blink_is_not_what_is_captured(posing: Driver) -> None:
    posing.hold(neutral(), 1.0)
    posing.hold(with_eyes(neutral(), 0.2), 0.15)
    posing.until(neutral(), Step.RANGE)
    np.testing.assert_allclose(_landmarks(posing), neutral(), atol=0.05)


def test_talking_turning_and_moving_end_a_hold(posing: Driver) -> None:
    for spoilt in (with_mouth(neutral(), 0.5), head(neutral(), 30), None):
        posing.hold(neutral(), 1.0)
        assert posing.hold(spoilt, 0.7).countdown is None
    swaying = [turned(neutral(), shift=(25 * float(np.sin(i / 5)), 0)) for i in range(4 * 30)]
    answer = posing.play(swaying)
    assert (answer.step, answer.hint) == (Step.NEUTRAL, Hint.MOVING)


def test_who_is_on_the_way_to_the_pose_is_advised_and_not_told_to_stop(posing: Driver) -> None:
    turning = [head(neutral(), float(yaw)) for yaw in np.linspace(60, 25, 30)]
    answer = posing.play(turning)
    assert answer.hint is Hint.TURN_RIGHT


def test_the_neutral_is_the_middle_of_the_held_frames(posing: Driver) -> None:
    rng = np.random.default_rng(1)
    noisy = [neutral() + rng.normal(0, 0.4, (478, 3)).astype(np.float32) for _ in range(90)]
    posing.play(noisy)
    assert posing.run.progress.step is Step.RANGE
    error = float(np.abs(_landmarks(posing) - neutral()).mean())
    single = float(np.abs(noisy[0] - neutral()).mean())
    assert error < 0.35 * single


def test_the_steadied_face_stays_where_the_best_frame_has_it() -> None:
    moved = [turned(neutral(), float(yaw), shift=(float(yaw), 3)) for yaw in range(-3, 4)]
    best = observe(turned(neutral(), 2, shift=(1, 1)))
    face = steadied(best, moved)
    np.testing.assert_allclose(face.landmarks, best.landmarks, atol=0.01)
    assert face.box.centre == pytest.approx(best.box.centre, abs=0.01)


def test_a_pose_nobody_manages_is_taken_as_it_is_in_the_end(posing: Driver) -> None:
    turned_away = head(neutral(), 22)
    posing.hold(turned_away, 5.0)
    assert not posing.run.progress.late
    assert posing.hold(turned_away, 8.0).late
    assert posing.run.skip().step is Step.RANGE
    found = posing.run.calibration
    assert found is not None
    assert found.quality < 0.6


def test_without_any_face_there_is_nothing_to_take(driver: Driver) -> None:
    driver.hold(None, 1.0, np.full_like(BLACK, 120))
    driver.run.skip()
    driver.hold(None, 1.0, np.full_like(BLACK, 120))
    assert driver.run.skip().step is Step.NEUTRAL
    assert driver.run.calibration is None


def test_a_task_that_is_skipped_leaves_its_range_open(ranging: Driver) -> None:
    assert ranging.run.skip().task is Task.SMILE
    ranging.play(swing(with_smile, 0.3))
    assert ranging.run.progress.task is Task.BLINK
    ranging.run.skip()
    assert ranging.run.skip().step is Step.REVIEW
    found = ranging.run.calibration
    assert found is not None
    assert found.ranges is not None
    assert found.ranges.smile is not None
    assert found.ranges.mouth is None
    assert ranging.run.progress.done == (Task.SMILE,)


def test_without_any_range_there_are_none(ranging: Driver) -> None:
    for _ in Task:
        ranging.run.skip()
    found = ranging.run.calibration
    assert found is not None
    assert found.ranges is None


def test_retake_gives_up_the_neutral_and_the_ranges(ranging: Driver) -> None:
    ranging.play(range_performance())
    before = _landmarks(ranging)
    assert ranging.run.retake().step is Step.NEUTRAL
    assert not ranging.run.progress.captured
    assert ranging.run.calibration is None
    ranging.until(turned(neutral(), shift=(15, 0)), Step.RANGE)
    assert np.abs(_landmarks(ranging) - before)[:, 0].mean() > 10
    found = ranging.run.calibration
    assert found is not None
    assert found.ranges is None


def test_back_leads_to_the_step_before(ranging: Driver) -> None:
    ranging.play(range_performance())
    steps = [ranging.run.back().step for _ in range(5)]
    assert steps == [Step.RANGE, Step.NEUTRAL, Step.POSITION, Step.CAMERA, Step.CAMERA]


def test_back_from_the_review_keeps_the_neutral(ranging: Driver) -> None:
    before = _landmarks(ranging)
    ranging.play(range_performance())
    ranging.run.back()
    np.testing.assert_array_equal(_landmarks(ranging), before)
    assert ranging.run.progress.task is Task.OPEN_MOUTH
    ranging.play(range_performance())
    assert ranging.run.progress.step is Step.REVIEW


@pytest.mark.parametrize("previous", (None, Calibration(tracked(neutral()), quality=0.3)))
def test_cancel_restores_what_was_before(previous: Calibration | None) -> None:
    driver = Driver(CalibrationRun(avatar(), previous))
    assert driver.run.calibration is previous
    driver.until(neutral(), Step.RANGE)
    assert driver.run.calibration is not previous
    assert driver.run.cancel().step is Step.CANCELLED
    assert driver.run.calibration is previous
    assert driver.hold(neutral(), 3.0).step is Step.CANCELLED


def test_what_is_done_stays_done(ranging: Driver) -> None:
    ranging.play(range_performance())
    ranging.run.finish()
    for order in (ranging.run.cancel, ranging.run.back, ranging.run.retake, ranging.run.skip):
        assert order().step is Step.DONE
    assert ranging.hold(None, 1.0).step is Step.DONE


def test_a_pause_of_the_camera_neither_holds_nor_ends_a_wait(posing: Driver) -> None:
    posing.hold(neutral(), 0.5)
    posing.frames += 3000
    assert posing.hold(neutral(), 0.3).step is Step.NEUTRAL
    assert not posing.run.progress.late
    posing.until(neutral(), Step.RANGE, 2.0)


def test_two_faces_stop_the_range_and_the_hold(posing: Driver) -> None:
    for i in range(90):
        frame = tracked(neutral(), posing.frames + i)
        assert frame.face is not None
        answer = posing.run.feed(replace(frame, face=replace(frame.face, others=1)))
    assert (answer.step, answer.hint) == (Step.NEUTRAL, Hint.TWO_FACES)


def _landmarks(driver: Driver) -> np.ndarray:
    found = driver.run.calibration
    assert found is not None
    assert found.neutral.face is not None
    return found.neutral.face.landmarks


def _replayed() -> Iterator[TrackedFrame]:
    """The bundled clip's faces, three times over, at times that go on."""
    recorded = performance()
    tracker = ReplayTracker(recorded)
    for lap in range(3):
        source = PerformanceSource(recorded, "performance:")
        while (frame := source.read()) is not None:
            later = frame.captured_at + lap * (len(recorded) / 30)
            yield TrackedFrame(Frame(frame.image, frame.index, later), tracker.track(frame))


def _calibrated() -> tuple[Calibration, list[Progress]]:
    run, answers = CalibrationRun(avatar()), []
    for frame in _replayed():
        answers.append(run.feed(frame))
        if answers[-1].step is Step.REVIEW:
            break
    assert run.calibration is not None
    return run.calibration, answers


def test_the_bundled_performance_goes_through_all_steps_by_itself() -> None:
    found, answers = _calibrated()
    assert answers[-1].step is Step.REVIEW
    assert answers[-1].done == tuple(Task)
    assert found.quality > 0.8
    assert found.ranges is not None
    assert 0.1 < (found.ranges.mouth or 0) < 0.4
    assert 0.07 < (found.ranges.smile or 0) < 0.4


def test_hints_of_a_real_performance_do_not_flicker() -> None:
    _, answers = _calibrated()
    shown = [answer.hint for answer in answers]
    lengths, since = [], 0
    for i in range(1, len(shown)):
        if shown[i] is not shown[i - 1]:
            lengths.append(i - since)
            since = i
    assert np.median(lengths) > 6


def test_two_replays_give_the_same() -> None:
    (one, answers), (other, again) = _calibrated(), _calibrated()
    assert answers == again
    assert one.ranges == other.ranges
    assert one.neutral.face is not None
    assert other.neutral.face is not None
    np.testing.assert_array_equal(one.neutral.face.landmarks, other.neutral.face.landmarks)
