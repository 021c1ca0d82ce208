"""Freeze, placeholder, panic, mirrors and backgrounds while the session runs."""

import threading
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from live_parts import (
    CAMERA,
    SPEC,
    Camera,
    CameraTwin,
    ScriptedTracker,
    Slide,
    SlideEngine,
    Wires,
    camera_frame,
    composer,
    drawn_face,
    portrait,
    until,
)
from real_avatar import moving_face, small_avatar

from avatar_app.compose import Composer
from avatar_app.config import AppConfig, Background, Fit, Language
from avatar_app.engines.landmark_warp import LandmarkWarp
from avatar_app.errors import MediaError
from avatar_app.live.session import LiveSession
from avatar_app.live.words import RIGHT_BACK
from avatar_app.outputs.png_folder import PngFolderSink
from avatar_app.scene import Scene
from avatar_app.types import (
    Alpha,
    Calibration,
    FaceObservation,
    Frame,
    Outcome,
    RenderedFrame,
    RgbaImage,
    RgbImage,
    TrackedFrame,
)

GREEN = (10, 200, 40)
CARD = composer().card(*RIGHT_BACK)
FRESH = (Outcome.RENDERED, Outcome.HELD, Outcome.NO_FACE)


class Stage:
    """A session on a camera twin, with handles on its parts."""

    def __init__(self, **parts: object) -> None:
        self.wires = Wires()
        self.twin = CameraTwin()
        chosen: dict[str, object] = {
            "open_source": lambda: Camera(self.wires),
            "open_tracker": ScriptedTracker,
            "open_engine": SlideEngine,
            "open_avatar": portrait,
            "open_composer": composer,
            "sinks": [self.twin],
            "spec": SPEC,
        }
        self.session = LiveSession(**{**chosen, **parts})  # type: ignore[arg-type]

    @property
    def outcome(self) -> Outcome | None:
        return self.twin.latest.outcome if self.twin.latest else None

    def runs(self) -> bool:
        return self.outcome is Outcome.RENDERED

    def next_ones(self, count: int = 4) -> list[RenderedFrame]:
        """Pictures that left from the second next one on: one may be on its way already."""
        before = len(self.twin.sent) + 1
        until(lambda: len(self.twin.sent) >= before + count)
        return [frame for _, frame in self.twin.sent[before:]]


@pytest.fixture
def stage(request: pytest.FixtureRequest) -> Callable[..., Stage]:
    def build(**parts: object) -> Stage:
        built = Stage(**parts)
        request.addfinalizer(built.session.stop)
        built.session.start()
        return built

    return build


class SlowEngine(SlideEngine):
    """After some quick pictures each takes as long as the test wants."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()
        self.begun = threading.Event()
        self.made = 0

    def render(self, prepared: Slide, tracked: TrackedFrame) -> RgbImage:
        if self.made >= 5:
            self.begun.set()
            self.go.wait(20)
        self.made += 1
        return super().render(prepared, tracked)


def test_panic_shows_the_card_while_the_engine_is_in_the_middle_of_a_picture(
    stage: Callable[..., Stage],
) -> None:
    engine = SlowEngine()
    s = stage(open_engine=lambda: engine)
    assert engine.begun.wait(20)
    assert s.runs()
    s.session.panic()
    for frame in s.next_ones():
        assert frame.outcome is Outcome.PLACEHOLDER
        assert np.array_equal(frame.image, CARD)
    assert engine.made == 5, "the engine is still at it"
    engine.go.set()
    until(lambda: engine.made > 8)
    assert all(frame.outcome is Outcome.PLACEHOLDER for frame in s.next_ones())
    s.session.set_placeholder(False)
    until(s.runs)


def test_panic_before_there_is_an_avatar_holds_when_it_is_ready(
    stage: Callable[..., Stage],
) -> None:
    engine = SlowEngine()
    engine.go.set()
    s = stage(open_engine=lambda: engine)
    s.session.panic()
    until(lambda: engine.made > 5)
    assert all(np.array_equal(frame.image, CARD) for frame in s.next_ones())


def test_panic_ends_pass_through_for_good(stage: Callable[..., Stage]) -> None:
    s = stage()
    s.session.set_pass_through(True)
    until(lambda: s.outcome is Outcome.PASS_THROUGH)
    s.session.panic()
    s.next_ones(1)
    s.session.set_placeholder(False)
    until(s.runs)
    sent = [frame.outcome for _, frame in s.twin.sent]
    covered = sent.index(Outcome.PLACEHOLDER, sent.index(Outcome.PASS_THROUGH))
    assert Outcome.PASS_THROUGH not in sent[covered:]
    assert not s.session.status().pass_through


def test_panic_twice_uncovers_nothing(stage: Callable[..., Stage]) -> None:
    s = stage()
    until(s.runs)
    s.session.panic()
    s.session.panic()
    assert all(frame.outcome is Outcome.PLACEHOLDER for frame in s.next_ones())


def test_be_right_back_is_on_and_off_again(stage: Callable[..., Stage]) -> None:
    s = stage()
    until(s.runs)
    s.session.set_placeholder(True)
    assert s.session.status().placeholder
    assert all(np.array_equal(frame.image, CARD) for frame in s.next_ones())
    s.session.set_placeholder(False)
    until(s.runs)
    assert not s.session.status().placeholder


def test_a_frozen_picture_stays_while_the_driver_moves(stage: Callable[..., Stage]) -> None:
    s = stage()
    until(s.runs)
    s.session.set_frozen(True)
    frames = s.next_ones(8)
    assert {frame.outcome for frame in frames} == {Outcome.FROZEN}
    assert all(frame.image is frames[0].image for frame in frames)
    assert s.session.status().frozen
    s.session.set_frozen(False)
    until(s.runs)


def test_a_frozen_picture_outlives_the_camera(stage: Callable[..., Stage]) -> None:
    s = stage()
    until(s.runs)
    s.session.set_frozen(True)
    s.next_ones(1)
    s.wires.stuck = True
    assert {frame.outcome for frame in s.next_ones(45)} == {Outcome.FROZEN}


def test_freezing_never_keeps_the_camera_itself(stage: Callable[..., Stage]) -> None:
    s = stage()
    until(s.runs)
    s.session.set_pass_through(True)
    until(lambda: s.outcome is Outcome.PASS_THROUGH)
    s.session.set_frozen(True)
    for frame in s.next_ones():
        assert frame.outcome is Outcome.FROZEN
        assert not (frame.image[0] == (226, 32, 40)).all(), "the red frame of pass-through"


def test_with_nothing_to_freeze_pass_through_gives_way_to_a_card(
    stage: Callable[..., Stage],
) -> None:
    never = threading.Event()

    def slow() -> object:
        never.wait(20)
        return portrait()

    s = stage(open_avatar=slow)
    s.session.set_pass_through(True)
    until(lambda: s.outcome is Outcome.PASS_THROUGH)
    s.session.set_frozen(True)
    assert {frame.outcome for frame in s.next_ones()} == {Outcome.PLACEHOLDER}
    never.set()


def test_freezing_before_the_first_picture_keeps_the_first(stage: Callable[..., Stage]) -> None:
    ready = threading.Event()

    def slow() -> object:
        ready.wait(20)
        return portrait()

    s = stage(open_avatar=slow)
    s.session.set_frozen(True)
    assert {frame.outcome for frame in s.next_ones()} == {Outcome.PLACEHOLDER}
    ready.set()
    until(lambda: s.outcome is Outcome.FROZEN)
    frames = s.next_ones()
    assert all(frame.image is frames[0].image for frame in frames)


class WatchingTracker(ScriptedTracker):
    """The face is left of the middle, and right of it in a mirrored picture."""

    def __init__(self) -> None:
        super().__init__()
        self.saw_mirrored: bool | None = None

    def track(self, frame: Frame) -> FaceObservation | None:
        plain = camera_frame(frame.index, CAMERA).image
        self.saw_mirrored = not np.array_equal(frame.image, plain)
        assert not self.saw_mirrored or np.array_equal(frame.image[:, ::-1], plain)
        return drawn_face(50 if self.saw_mirrored else 29)


def test_a_mirrored_input_is_what_tracker_engine_and_preview_see(
    stage: Callable[..., Stage],
) -> None:
    tracker = WatchingTracker()
    kept: list[Calibration] = []
    s = stage(open_tracker=lambda: tracker, on_neutral=kept.append)
    until(s.runs)
    assert tracker.saw_mirrored is False
    before = s.twin.latest
    s.session.set_mirror_input(True)
    until(lambda: tracker.saw_mirrored)
    seen = s.session.latest_input()
    assert seen is not None
    assert np.array_equal(seen.image[:, ::-1], camera_frame(seen.index, CAMERA).image)
    after = s.next_ones()[-1]
    assert before is not None
    assert np.array_equal(after.image, before.image), "the neutral face was turned with it"
    s.session.request_neutral()
    until(lambda: kept)
    assert kept[0].neutral.face is not None
    assert kept[0].neutral.face.box.centre[0] < 40, "it is kept as the camera sees it"


def test_a_session_may_begin_mirrored_with_a_kept_calibration(
    stage: Callable[..., Stage],
) -> None:
    kept = Calibration(TrackedFrame(camera_frame(0), drawn_face(29)), quality=0.5)
    tracker = WatchingTracker()
    s = stage(open_tracker=lambda: tracker, open_calibration=lambda: kept, mirror_input=True)
    until(s.runs)
    assert tracker.saw_mirrored
    expected = composer().compose(portrait().image, composer().backdrop(portrait().image))
    assert np.array_equal(s.next_ones()[-1].image, expected), "the face is at its neutral place"


def test_the_output_mirror_turns_the_next_pictures(stage: Callable[..., Stage]) -> None:
    s = stage(open_tracker=lambda: ScriptedTracker(lambda index: drawn_face(40)))
    until(s.runs)
    before = s.next_ones()[-1].image
    s.session.set_scene(Scene(mirror=True))
    until(lambda: not np.array_equal(s.twin.latest.image, before))  # type: ignore[union-attr]
    assert np.array_equal(s.next_ones()[-1].image, before[:, ::-1])


class CutEngine(SlideEngine):
    """Its person is the bright square of the portrait."""

    def cut_out(self, prepared: Slide) -> Slide:
        person = (prepared.rest > 200).all(2)
        layer = np.dstack([prepared.rest * person[..., None], person * np.uint8(255)])
        return Slide(layer.astype(np.uint8), prepared.home)


def test_a_background_changes_behind_the_person_alone(stage: Callable[..., Stage]) -> None:
    s = stage(open_engine=CutEngine)
    until(s.runs)
    s.session.set_scene(Scene(background=Background.COLOUR, colour=GREEN))
    until(lambda: tuple(s.twin.latest.image[-1, 0]) == GREEN)  # type: ignore[union-attr]
    for frame in s.next_ones():
        colours = frame.image.reshape(-1, 3)
        assert (colours == 230).all(1).any(), "the person"
        assert not (colours == 90).all(1).any(), "the portrait's own background"
    s.session.set_scene(Scene())
    until(lambda: (s.twin.latest.image == 90).all(2).any())  # type: ignore[union-attr]


def test_an_engine_that_cannot_cut_out_shows_its_own_background(
    stage: Callable[..., Stage],
) -> None:
    s = stage()
    until(s.runs)
    s.session.set_scene(Scene(background=Background.COLOUR, colour=GREEN, mirror=True))
    frame = s.next_ones(8)[-1]
    assert (frame.image == 90).all(2).any()
    assert not (frame.image == GREEN).all(2).any()


def test_a_background_that_is_gone_is_reported_and_the_session_runs(
    stage: Callable[..., Stage],
) -> None:
    def gone() -> Scene:
        raise MediaError("There is no file beach.png.", "Check the name.")

    s = stage(open_scene=gone)
    until(s.runs)
    assert [p.where for p in s.session.status().problems] == ["background"]
    s.session.set_scene(Scene())
    until(lambda: not s.session.status().problems)


def real_session(scene: Scene, sinks: list[object]) -> Stage:
    avatar = small_avatar()

    class Tracker(ScriptedTracker):
        def track(self, frame: Frame) -> FaceObservation | None:
            return moving_face(frame.index % 40, CAMERA)

    return Stage(
        open_engine=lambda: LandmarkWarp(AppConfig().motion),
        open_avatar=lambda: avatar,
        open_tracker=Tracker,
        open_scene=lambda: scene,
        sinks=sinks,
    )


def test_the_real_engine_before_a_colour_moves_and_lets_none_of_the_wall_through(
    request: pytest.FixtureRequest,
) -> None:
    twin = CameraTwin()
    s = real_session(Scene(background=Background.COLOUR, colour=GREEN), [twin])
    s.twin = twin
    request.addfinalizer(s.session.stop)
    s.session.start()
    until(s.runs)
    frames = [frame for frame in s.next_ones(20) if frame.outcome in FRESH]
    green = [(np.abs(f.image.astype(int) - GREEN).max(2) < 4) for f in frames]
    assert all(0.3 < ground.mean() < 0.95 for ground in green)
    assert any(not np.array_equal(green[0], ground) for ground in green), "the person moves"


def test_transparent_frames_reach_a_folder_of_pictures(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    twin = CameraTwin()
    s = real_session(
        Scene(background=Background.TRANSPARENT), [twin, PngFolderSink(tmp_path / "out")]
    )
    s.twin = twin
    request.addfinalizer(s.session.stop)
    s.session.start()
    until(s.runs)
    s.next_ones()
    s.session.stop()
    last = sorted((tmp_path / "out").iterdir())[-1]
    picture = cv2.imread(str(last), cv2.IMREAD_UNCHANGED)
    assert picture.shape == (SPEC.height, SPEC.width, 4)
    alpha: Alpha = picture[..., 3]
    assert alpha[:, 0].max() == 0
    assert alpha[SPEC.height // 2, SPEC.width // 2] == 255
    edge = (alpha > 60) & (alpha < 200)
    behind: RgbaImage = picture[edge]
    assert behind[:, :3].mean() > 20, "colours are not darkened where something shines through"


class StillEngine(SlideEngine):
    """The portrait as it is, so that whatever changes is the composer's."""

    def render(self, prepared: Slide, tracked: TrackedFrame) -> RgbImage:
        return prepared.rest.copy()


def in_german(*, badge: bool = True) -> Composer:
    size, language = (SPEC.width, SPEC.height), Language.GERMAN
    return Composer(*size, fit=Fit.CONTAIN, mirror=False, badge=badge, language=language)


def test_badge_and_cards_change_while_the_session_runs(stage: Callable[..., Stage]) -> None:
    s = stage(open_engine=StillEngine)
    until(s.runs)
    bare = s.next_ones(1)[0].image
    s.session.set_composer(in_german)
    marked = s.next_ones()[-1].image
    where = np.argwhere(np.abs(marked.astype(int) - bare).max(2) > 20)
    assert len(where) > 30
    assert where[:, 0].min() > SPEC.height // 2, "a badge at the bottom and nothing else"
    s.session.set_placeholder(True)
    card = in_german().card(*RIGHT_BACK)
    assert not np.array_equal(card, CARD)
    assert all(np.array_equal(frame.image, card) for frame in s.next_ones())
    s.session.set_composer(composer)
    assert np.array_equal(s.next_ones()[-1].image, CARD)
    s.session.set_placeholder(False)
    assert np.array_equal(s.next_ones()[-1].image, bare)


def test_another_composer_keeps_the_scene(stage: Callable[..., Stage]) -> None:
    s = stage(open_engine=StillEngine)
    until(s.runs)
    before = s.next_ones(1)[0].image
    s.session.set_scene(Scene(mirror=True))
    turned = s.next_ones()[-1].image
    assert not np.array_equal(turned, before)
    s.session.set_composer(lambda: in_german(badge=False))
    assert np.array_equal(s.next_ones()[-1].image, turned)


def test_a_badge_reaches_a_frozen_picture(stage: Callable[..., Stage]) -> None:
    s = stage(open_engine=StillEngine)
    until(s.runs)
    s.session.set_frozen(True)
    until(lambda: s.outcome is Outcome.FROZEN)
    bare = s.next_ones(1)[-1].image
    s.session.set_composer(in_german)

    def is_marked() -> bool:
        latest = s.twin.latest
        assert latest is not None
        return latest.outcome is Outcome.FROZEN and not np.array_equal(latest.image, bare)

    until(is_marked)
    assert {frame.outcome for frame in s.next_ones()} == {Outcome.FROZEN}
    assert is_marked()
