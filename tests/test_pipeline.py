"""One frame's way, and what comes out when something on it fails."""

from dataclasses import replace

import numpy as np
import pytest
from live_parts import (
    SPEC,
    ScriptedTracker,
    SlideEngine,
    camera_frame,
    composer,
    drawn_face,
    portrait,
)

from avatar_app.errors import TrackerError
from avatar_app.face_mesh import LIPS_INNER
from avatar_app.pipeline import Pipeline
from avatar_app.types import (
    Calibration,
    FaceObservation,
    Outcome,
    RenderedFrame,
    RgbImage,
    TrackedFrame,
)

SHAPE = (SPEC.height, SPEC.width, 3)
REST = composer().compose(portrait().image, composer().backdrop(portrait().image))


class Culprit(SlideEngine):
    """Gives whatever ``result`` is instead of a picture; an exception is raised."""

    def __init__(self) -> None:
        super().__init__()
        self.result: object = None

    def render(self, prepared: object, tracked: TrackedFrame) -> RgbImage:
        if isinstance(self.result, Exception):
            raise self.result
        if self.result is None:
            return super().render(prepared, tracked)
        return tracked.frame.image if self.result == "camera" else self.result


def pipeline_with(
    tracker: ScriptedTracker, engine: SlideEngine | None = None, shade: int = 90
) -> Pipeline:
    pipeline = Pipeline(tracker, composer())
    engine = engine or SlideEngine()
    pipeline.use(engine, engine.prepare(portrait(shade), None))
    return pipeline


def run(pipeline: Pipeline, *indices: int) -> list[RenderedFrame]:
    return [pipeline.process(camera_frame(index)) for index in indices]


def outcomes(frames: list[RenderedFrame]) -> list[Outcome]:
    return [frame.outcome for frame in frames]


def test_the_first_face_is_the_neutral_one_and_later_ones_move_the_avatar() -> None:
    first, second = run(pipeline_with(ScriptedTracker()), 0, 1)
    assert first.outcome is second.outcome is Outcome.RENDERED
    assert np.array_equal(first.image, REST)
    assert not np.array_equal(second.image, first.image)
    assert (second.index, second.captured_at) == (1, 1 / 30)
    assert set(second.timings) == {"track", "render", "compose"}


def test_without_an_avatar_there_is_a_card() -> None:
    (card,) = run(Pipeline(ScriptedTracker(), composer()), 0)
    assert card.outcome is Outcome.PLACEHOLDER
    assert card.image.shape == SHAPE


def test_a_lost_face_is_held_then_fades_to_the_avatar_at_rest() -> None:
    faces = {0: drawn_face(40), 1: drawn_face(48)}
    frames = run(pipeline_with(ScriptedTracker(faces.get)), *range(32))
    assert outcomes(frames[2:14]) == [Outcome.HELD] * 12
    assert all(np.array_equal(frame.image, frames[1].image) for frame in frames[2:14])
    assert outcomes(frames[15:]) == [Outcome.NO_FACE] * 17
    distance = [np.abs(f.image.astype(int) - REST).sum() for f in frames]
    assert all(np.diff(distance[15:26]) < 0)
    assert distance[26:] == [0] * 6


@pytest.mark.parametrize("bad", [None, RuntimeError("graph died")], ids=["no face", "fault"])
def test_a_slow_engine_holds_its_picture_when_a_single_frame_is_bad(
    bad: Exception | None,
) -> None:
    """Two seconds lie between two frames, and the face has not gone for it."""
    tracker = ScriptedTracker(lambda i: drawn_face(40 + i) if i != 2 else bad)
    pipeline = pipeline_with(tracker)
    frames = [pipeline.process(camera_frame(i, at=2.0 * i)) for i in range(4)]
    assert np.array_equal(frames[2].image, frames[1].image)
    assert frames[2].outcome is (Outcome.HELD if bad is None else Outcome.FAILED)
    assert frames[3].outcome is Outcome.RENDERED


@pytest.mark.parametrize(
    "bad",
    [
        RuntimeError("graph died"),
        TrackerError("no", "yes"),
        replace(drawn_face(), landmarks=np.full((478, 3), np.nan, np.float32)),
        replace(drawn_face(), landmarks=np.zeros((468, 3), np.float32)),
        drawn_face(width=4000),
    ],
    ids=["raises", "tracker error", "nan", "468 points", "huge"],
)
def test_a_bad_tracker_costs_its_frames_only(bad: FaceObservation | Exception) -> None:
    pipeline = pipeline_with(ScriptedTracker(lambda i: bad if 1 <= i < 40 else drawn_face(40 + i)))
    before, held, *_, card = run(pipeline, *range(40))
    assert held.outcome is card.outcome is Outcome.FAILED
    assert np.array_equal(held.image, before.image)
    assert np.array_equal(card.image, composer().card("One moment", "The avatar will be back."))
    assert pipeline.fault is not None
    assert pipeline.fault.where == "tracker"
    assert run(pipeline, 40)[0].outcome is Outcome.RENDERED
    assert pipeline.fault is None


def test_a_mouth_as_large_as_the_face_is_refused() -> None:
    """The engine may show what is between the lips: it must not be half the picture."""
    face = drawn_face()
    wide = face.landmarks.copy()
    centre = wide.mean(0)
    wide[list(LIPS_INNER)] = centre + 5 * (wide[list(LIPS_INNER)] - wide[13])
    wide[list(LIPS_INNER), 1] += np.linspace(-15, 15, 20)
    pipeline = pipeline_with(ScriptedTracker(lambda _: replace(face, landmarks=wide)))
    assert run(pipeline, 0)[0].outcome is Outcome.FAILED


@pytest.mark.parametrize(
    "bad",
    [
        RuntimeError("kernel died"),
        np.full((40, 40, 3), np.nan, np.float32),
        np.zeros((40, 40, 3), np.float64),
        np.zeros((40, 40), np.uint8),
        np.zeros((60, 80, 3), np.uint8),
        "camera",
        "not a picture",
    ],
    ids=["raises", "nan", "float", "grey", "camera's size", "camera's picture", "no array"],
)
def test_a_bad_engine_costs_its_frames_only(bad: object) -> None:
    engine = Culprit()
    pipeline = pipeline_with(ScriptedTracker(), engine)
    (before,) = run(pipeline, 0)
    engine.result = bad
    held, *_, card = run(pipeline, *range(1, 40))
    assert held.outcome is card.outcome is Outcome.FAILED
    assert np.array_equal(held.image, before.image)
    assert card.image.shape == SHAPE
    assert pipeline.fault is not None
    assert pipeline.fault.where == "engine"
    engine.result = None
    assert run(pipeline, 40)[0].outcome is Outcome.RENDERED


@pytest.mark.parametrize("copied", [False, True])
def test_the_cameras_picture_of_the_avatars_size_is_refused_too(copied: bool) -> None:
    engine = Culprit()
    pipeline = pipeline_with(ScriptedTracker(), engine)
    frame = camera_frame(0, (40, 40))
    engine.result = frame.image.copy() if copied else "camera"
    assert pipeline.process(frame).outcome is Outcome.FAILED


def test_a_portrait_that_is_a_frame_of_the_clip_may_equal_it() -> None:
    frame = camera_frame(0, (40, 40))
    pipeline = Pipeline(ScriptedTracker(), composer())
    engine = SlideEngine()
    pipeline.use(engine, engine.prepare(replace(portrait(), image=frame.image), None))
    assert pipeline.process(frame).outcome is Outcome.RENDERED


def test_pass_through_shows_the_camera_in_a_red_frame_and_only_while_on() -> None:
    pipeline = pipeline_with(ScriptedTracker())
    pipeline.set_pass_through(True)
    (passed,) = run(pipeline, 0)
    assert passed.outcome is Outcome.PASS_THROUGH
    assert (passed.image[0] == passed.image[0, 0]).all()
    pipeline.set_pass_through(False)
    assert run(pipeline, 1)[0].outcome is Outcome.RENDERED


def test_another_avatar_keeps_the_neutral_face() -> None:
    pipeline = pipeline_with(ScriptedTracker())
    run(pipeline, 0)
    neutral = pipeline.calibration
    engine = SlideEngine()
    pipeline.use(engine, engine.prepare(portrait(30), None))
    moved, rest = run(pipeline, 1, 5)
    assert pipeline.calibration is neutral
    other = composer()
    image = portrait(30).image
    assert np.array_equal(rest.image, other.compose(image, other.backdrop(image)))
    assert not np.array_equal(moved.image, rest.image)


def test_an_avatar_that_cannot_be_used_leaves_the_old_one() -> None:
    pipeline = pipeline_with(ScriptedTracker())
    (before,) = run(pipeline, 0)
    engine = SlideEngine()
    broken = replace(engine.prepare(portrait(30), None), rest=np.zeros((4, 4), np.uint8))
    with pytest.raises(Exception, match="expected uint8"):
        pipeline.use(engine, broken)
    assert np.array_equal(run(pipeline, 5)[0].image, before.image)


def test_a_requested_neutral_waits_for_a_good_face() -> None:
    faces = {0: drawn_face(40), 1: drawn_face(50, mouth=0.1), 2: drawn_face(50, yaw=40)}
    pipeline = pipeline_with(ScriptedTracker(lambda i: faces.get(i, drawn_face(50))))
    run(pipeline, 0)
    pipeline.request_neutral()
    talking, turned, good = run(pipeline, 1, 2, 3)
    assert not np.array_equal(talking.image, REST)
    assert not np.array_equal(turned.image, REST)
    assert np.array_equal(good.image, REST)


def test_a_requested_neutral_takes_any_face_after_two_seconds() -> None:
    pipeline = pipeline_with(ScriptedTracker(lambda i: drawn_face(40 + (i > 0) * 5, yaw=40)))
    run(pipeline, 0)
    pipeline.request_neutral()
    frames = run(pipeline, 1, 31, 62)
    assert [np.array_equal(frame.image, REST) for frame in frames] == [False, False, True]


def test_a_poor_first_face_gives_way_to_the_first_good_one() -> None:
    faces = {0: drawn_face(40, yaw=40), 1: drawn_face(45, mouth=0.1)}
    pipeline = pipeline_with(ScriptedTracker(lambda i: faces.get(i, drawn_face(50 + i % 2))))
    run(pipeline, 0, 1, 2, 3)
    assert pipeline.calibration is not None
    assert pipeline.calibration.neutral.frame.index == 2


def test_a_given_calibration_is_kept() -> None:
    given = Calibration(TrackedFrame(camera_frame(9), drawn_face(41)))
    pipeline = Pipeline(ScriptedTracker(), composer(), calibration=given)
    engine = SlideEngine()
    pipeline.use(engine, engine.prepare(portrait(), None))
    moved, rest = run(pipeline, 0, 1)
    assert pipeline.calibration is given
    assert np.array_equal(rest.image, REST)
    assert not np.array_equal(moved.image, REST)


def test_equal_frames_give_equal_pictures() -> None:
    faces = [None if 5 < i < 30 else drawn_face(40 + i % 7) for i in range(40)]
    first = run(pipeline_with(ScriptedTracker(faces.__getitem__)), *range(40))
    again = run(pipeline_with(ScriptedTracker(faces.__getitem__)), *range(40))
    assert all(np.array_equal(a.image, b.image) for a, b in zip(first, again, strict=True))
