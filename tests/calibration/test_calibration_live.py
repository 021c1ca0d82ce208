"""A kept calibration serves live from where the driver sits today; a new neutral is kept."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from calibration_parts import neutral, tracked
from live_parts import ScriptedTracker, composer, drawn_face, portrait, until
from posed_faces import noise, turned

from avatar_app.calibration.kept_file import CalibrationKey
from avatar_app.calibration.neutral_crop import cropped, placed
from avatar_app.calibration.store import CalibrationStore
from avatar_app.config import MotionConfig
from avatar_app.engines.landmark_warp import LandmarkWarp
from avatar_app.live.session import LiveSession
from avatar_app.outputs.base import StreamSpec
from avatar_app.outputs.memory import MemorySink
from avatar_app.pipeline import Pipeline
from avatar_app.tracking.pose import observe
from avatar_app.types import Calibration, Frame, Points, Ranges, TrackedFrame

KEY = CalibrationKey("camera:a", "mira")
RANGES = Ranges(smile=0.2)


@pytest.fixture
def kept(tmp_path: Path) -> Calibration:
    """A calibration that was taken on another day."""
    store = CalibrationStore(tmp_path)
    store.save(KEY, Calibration(tracked(neutral(), 0, noise(1)), 0.7, RANGES))
    found = store.load(KEY)
    assert found is not None
    return found


def landmarks_of(calibration: Calibration | None) -> Points:
    assert calibration is not None
    assert calibration.neutral.face is not None
    return calibration.neutral.face.landmarks


def test_a_kept_face_is_placed_where_and_as_large_as_it_is_now(kept: Calibration) -> None:
    today = turned(neutral(), scale=1.3, shift=(40, -15))
    calibration = placed(kept, tracked(today))
    np.testing.assert_allclose(landmarks_of(calibration), today, atol=0.05)
    assert calibration.is_placed
    assert calibration.ranges == RANGES


def test_a_kept_face_keeps_its_pose_and_expression(kept: Calibration) -> None:
    today = turned(neutral(), 20, 5, 10, shift=(30, 0))
    calibration = placed(kept, tracked(today))
    found = observe(landmarks_of(calibration)).pose
    before = observe(neutral()).pose
    assert (found.yaw, found.roll) == pytest.approx((before.yaw, before.roll), abs=0.5)


def test_the_placed_picture_shows_the_head_at_its_landmarks(kept: Calibration) -> None:
    today = turned(neutral(), shift=(20, 10))
    calibration = placed(kept, tracked(today, 3, noise(2, (400, 300))))
    image = calibration.neutral.frame.image
    assert image.shape == (300, 400, 3)
    x, y = np.round(neutral()[1, :2]).astype(int)
    before = noise(1)[y - 8 : y + 8, x - 8 : x + 8].astype(int)
    after = image[y + 2 : y + 18, x + 12 : x + 28].astype(int)
    np.testing.assert_allclose(after, before, atol=40)


def test_cropping_needs_a_face() -> None:
    with pytest.raises(ValueError, match="without a face"):
        cropped(tracked(None))


def pipeline(kept: Calibration, faces: Callable[[int], object], **more: object) -> Pipeline:
    made = Pipeline(ScriptedTracker(faces), composer(), calibration=kept, **more)
    engine = LandmarkWarp(MotionConfig())
    made.use(engine, engine.prepare(portrait(), None))
    return made


def frames(made: Pipeline, count: int, start: int = 0) -> None:
    for i in range(start, start + count):
        made.process(Frame(noise(3), i, i / 30))


def test_the_pipeline_places_a_kept_calibration_at_the_first_face(kept: Calibration) -> None:
    today = turned(neutral(), scale=0.8, shift=(25, 5))
    made = pipeline(kept, lambda _: observe(today))
    frames(made, 2)
    np.testing.assert_allclose(landmarks_of(made.calibration), today, atol=0.05)


def test_a_poor_first_face_gives_way_to_the_place_of_the_first_good_one(kept: Calibration) -> None:
    aside = observe(turned(neutral(), 50, shift=(60, 0)))
    good, later = observe(turned(neutral(), shift=(10, 0))), observe(neutral())
    script = {0: aside, 1: aside, 2: good}
    made = pipeline(kept, lambda i: script.get(i, later))
    frames(made, 2)
    first = landmarks_of(made.calibration)
    frames(made, 1, 2)
    np.testing.assert_allclose(landmarks_of(made.calibration), good.landmarks, atol=0.05)
    assert np.abs(first - good.landmarks)[:, 0].mean() > 10
    frames(made, 3, 3)
    np.testing.assert_allclose(landmarks_of(made.calibration), good.landmarks, atol=0.05)


def test_a_requested_neutral_is_handed_on_with_the_old_ranges(kept: Calibration) -> None:
    taken: list[Calibration] = []
    made = pipeline(kept, lambda _: observe(neutral()), on_neutral=taken.append)
    frames(made, 3)
    assert not taken
    made.request_neutral()
    frames(made, 3, 3)
    assert len(taken) == 1
    assert taken[0] is made.calibration
    assert taken[0].ranges == RANGES
    assert taken[0].is_placed


def test_a_neutral_asked_for_before_the_first_face_is_handed_on() -> None:
    taken: list[Calibration] = []
    faces = {1: drawn_face(40, yaw=40)}

    def script(i: int) -> object:
        return None if i == 0 else faces.get(i, drawn_face(45))

    made = Pipeline(ScriptedTracker(script), composer(), on_neutral=taken.append)
    made.request_neutral()
    engine = LandmarkWarp(MotionConfig())
    made.use(engine, engine.prepare(portrait(), None))
    frames(made, 5)
    assert [calibration.neutral.frame.index for calibration in taken] == [2]


def test_a_neutral_asked_for_while_the_kept_one_is_placed_is_taken(kept: Calibration) -> None:
    taken: list[Calibration] = []
    made = pipeline(kept, lambda _: observe(neutral()), on_neutral=taken.append)
    made.request_neutral()
    frames(made, 3)
    assert len(taken) == 1


def test_a_neutral_nobody_asked_for_is_not_handed_on() -> None:
    taken: list[Calibration] = []
    faces = {0: drawn_face(40, yaw=40)}
    made = Pipeline(
        ScriptedTracker(lambda i: faces.get(i, drawn_face(45))),
        composer(),
        on_neutral=taken.append,
    )
    engine = LandmarkWarp(MotionConfig())
    made.use(engine, engine.prepare(portrait(), None))
    frames(made, 4)
    assert made.calibration is not None
    assert not taken


class Camera:
    """The same grey picture at 100 frames a second."""

    def __init__(self) -> None:
        from threading import Event

        from avatar_app.capture.base import SourceInfo

        self.info = SourceInfo("twin:", "A camera", 320, 240, Fraction(30), is_live=True)
        self._over = Event()
        self._next = 0

    def read(self) -> Frame | None:
        if self._over.wait(0.01):
            return None
        self._next += 1
        return Frame(noise(3), self._next, self._next / 30)

    def interrupt(self) -> None:
        self._over.set()

    def close(self) -> None:
        """Nothing is held open."""


Session = Callable[..., LiveSession]


@pytest.fixture
def session() -> Iterator[Session]:
    begun: list[LiveSession] = []

    def start(**more: object) -> LiveSession:
        made = LiveSession(
            open_source=Camera,
            open_tracker=lambda: ScriptedTracker(lambda _: observe(neutral())),
            open_engine=lambda: LandmarkWarp(MotionConfig()),
            open_avatar=portrait,
            open_composer=composer,
            sinks=[MemorySink()],
            spec=StreamSpec(96, 64, Fraction(30)),
            **more,
        )
        begun.append(made)
        made.start()
        until(lambda: made.status().rendered > 2)
        return made

    yield start
    for one in begun:
        one.stop()


def test_a_session_serves_with_what_is_kept(kept: Calibration, session: Session) -> None:
    asked: list[TrackedFrame] = []

    def opened() -> Calibration:
        asked.append(kept.neutral)
        return kept

    running = session(open_calibration=opened)
    assert len(asked) == 1
    running.set_source(lambda: Camera(), None, opened)
    until(lambda: len(asked) == 2)


def taken_in(running: LiveSession, taken: list[Calibration]) -> Calibration:
    """A neutral face that is asked for: it carries the ranges of the calibration in use."""
    count = len(taken)
    running.request_neutral()
    until(lambda: len(taken) > count)
    return taken[-1]


@pytest.mark.parametrize("mirrored", [False, True])
def test_another_avatar_brings_its_own_calibration_or_leaves_the_present_one(
    kept: Calibration, session: Session, mirrored: bool
) -> None:
    taken: list[Calibration] = []
    other = replace(kept, ranges=Ranges(smile=0.7))
    running = session(open_calibration=lambda: kept, on_neutral=taken.append, mirror_input=mirrored)
    assert taken_in(running, taken).ranges == RANGES
    asked: list[str] = []

    def wear(name: str, opened: Callable[[], Calibration | None]) -> Calibration:
        def open_calibration() -> Calibration | None:
            asked.append(name)
            return opened()

        running.set_avatar(lambda: portrait(), open_calibration)
        until(lambda: name in asked)
        before = running.status().rendered
        until(lambda: running.status().rendered > before + 3)
        return taken_in(running, taken)

    def broken() -> Calibration:
        raise OSError("gone")

    assert wear("with its own", lambda: other).ranges == other.ranges
    assert wear("without", lambda: None).ranges == other.ranges
    assert wear("with a broken one", broken).ranges == other.ranges
    assert wear("with the first", lambda: kept).ranges == RANGES
    running.set_engine(lambda: LandmarkWarp(MotionConfig(strength=0.5)))
    before = running.status().rendered
    until(lambda: running.status().rendered > before + 5)
    assert asked.count("with the first") == 1, "another engine does not ask again"
    assert not running.status().problems


def test_a_calibration_that_cannot_be_opened_is_done_without(session: Session) -> None:
    def broken() -> Calibration:
        raise OSError("gone")

    assert not session(open_calibration=broken).status().problems


def test_the_neutral_asked_for_in_a_session_is_kept(tmp_path: Path, session: Session) -> None:
    store = CalibrationStore(tmp_path)
    running = session(on_neutral=lambda calibration: store.save(KEY, calibration))
    running.request_neutral()
    until(lambda: store.load(KEY) is not None)
    assert not running.status().problems


def test_a_neutral_that_cannot_be_kept_is_reported_and_holds(session: Session) -> None:
    def full(_: Calibration) -> None:
        raise OSError("No space left on device")

    running = session(on_neutral=full)
    running.request_neutral()
    until(lambda: running.status().problems)
    assert running.status().problems[0].where == "calibration"
    before = running.status().rendered
    until(lambda: running.status().rendered > before + 5)


def test_the_wizard_sees_the_faces_of_a_running_session(session: Session) -> None:
    running = session()
    seen = running.latest_tracked()
    assert seen is not None
    assert seen.face is not None
    running.set_pass_through(True)
    until(lambda: running.latest_tracked() is None)


def test_a_session_takes_another_calibration_at_once(kept: Calibration, session: Session) -> None:
    running = session()
    running.calibrate(kept)
    running.calibrate(None)
    before = running.status().rendered
    until(lambda: running.status().rendered > before + 5)
    assert not running.status().problems
