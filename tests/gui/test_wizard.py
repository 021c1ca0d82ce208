"""The calibration's window, walked by a driver whose face is posed frame by frame."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from posed_faces import turned, with_mouth
from PyQt6.QtCore import Qt
from pytestqt.qtbot import QtBot
from wizard_parts import (
    KEY,
    Driver,
    PlainRehearsal,
    blinks,
    held,
    looks,
    mouth,
    neutral,
    parts,
    smile,
)

from avatar_app.calibration.hints import Hint
from avatar_app.calibration.progress import Step
from avatar_app.calibration.ranges import Task
from avatar_app.calibration.store import CalibrationStore
from avatar_app.capture.video_file import VideoFileSource
from avatar_app.config import AppConfig
from avatar_app.errors import ConsentError, SourceError
from avatar_app.gui.actions import KeyMap
from avatar_app.gui.wizard import dialog
from avatar_app.gui.wizard.dialog import CalibrationDialog
from avatar_app.gui.wizard.pages import (
    CameraPage,
    DonePage,
    NeutralPage,
    PositionPage,
    RangePage,
    ReviewPage,
)
from avatar_app.gui.wizard.parts import CalibrationParts, calibration_parts
from avatar_app.gui.wizard.task_ring import TaskState
from avatar_app.paths import bundled_clip
from avatar_app.types import Avatar, Calibration, Points

PATIENCE_MS = 60_000
"""A busy machine loads the face tracker and looks at a hundred frames within that."""


class Walk:
    """A window, its driver, and what came of it."""

    def __init__(
        self, qtbot: QtBot, given: CalibrationParts, driver: Driver, *, tapped: bool = False
    ) -> None:
        self.qtbot, self.driver = qtbot, driver
        self.results: list[Calibration] = []
        tap = driver.tap if tapped else None
        self.window = CalibrationDialog(given, "Desk Camera", tap=tap, keys=KeyMap({}))
        self.window.calibrated.connect(self.results.append)
        self.window.show()

    def play(self, faces: Iterable[Points | None]) -> None:
        """Give these faces to the camera and wait until the window has seen the last."""
        self.driver.play(faces)
        self.qtbot.waitUntil(self._is_seen, timeout=PATIENCE_MS)

    def begin(self) -> None:
        self.play(held(neutral(), 0.1))
        self.qtbot.waitUntil(self.window.next.isEnabled, timeout=PATIENCE_MS)
        self.window.next.click()
        self.qtbot.waitUntil(lambda: self.window.guide.latest.begun, timeout=PATIENCE_MS)

    def to(self, step: Step) -> None:
        """As far as this step, as quickly as it goes."""
        if self.window.step is Step.CAMERA:
            self.begin()
        seconds = {Step.POSITION: 0.6, Step.NEUTRAL: 2.0, Step.RANGE: 4.0, Step.REVIEW: 4.0}
        self.play(held(neutral(), seconds[step]))
        if step is Step.REVIEW:
            for _ in range(len(Task)):
                self.press_next()
            self.play(held(neutral(), 0.1))
        assert self.window.step is step

    def press_next(self) -> None:
        before = self.window.guide.latest.progress
        self.window.next.click()
        self.qtbot.waitUntil(
            lambda: self.window.guide.latest.progress is not before, timeout=PATIENCE_MS
        )

    def at(self, step: Step) -> None:
        self.qtbot.waitUntil(lambda: self.window.step is step, timeout=PATIENCE_MS)

    def close(self) -> None:
        self.window.close()
        assert self.window.guide.join(PATIENCE_MS / 1000)

    def _is_seen(self) -> bool:
        seen = self.window.guide.latest.frame
        shown = self.window._shown
        there = seen is not None and seen.index == self.driver.played
        return there and shown is self.window.guide.latest


@pytest.fixture
def driver() -> Driver:
    return Driver()


@pytest.fixture
def store(tmp_path: Path) -> CalibrationStore:
    return CalibrationStore(tmp_path)


@pytest.fixture
def open_walk(qtbot: QtBot, driver: Driver, tmp_path: Path) -> Iterator[Callable[..., Walk]]:
    opened: list[Walk] = []

    def open_one(given: CalibrationParts | None = None, *, tapped: bool = False) -> Walk:
        walk = Walk(qtbot, given or parts(driver, tmp_path), driver, tapped=tapped)
        opened.append(walk)
        return walk

    yield open_one
    for walk in opened:
        walk.close()
        walk.window.deleteLater()
    qtbot.wait(1)


def test_the_whole_wizard_keeps_what_was_measured(
    qtbot: QtBot, open_walk: Callable[..., Walk], store: CalibrationStore
) -> None:
    walk = open_walk()
    walk.to(Step.NEUTRAL)
    walk.play(held(neutral(), 1.0))
    assert walk.window.stage.count and walk.window.stage.ghost_opacity > 0
    walk.play(held(neutral(), 1.5))
    walk.at(Step.RANGE)
    for faces in (mouth(), smile(), blinks(), looks()):
        walk.play(faces)
    walk.play(held(neutral(), 0.2))
    walk.at(Step.REVIEW)
    walk.press_next()
    walk.at(Step.DONE)
    kept = store.load(KEY)
    assert kept is not None and kept.ranges is not None
    assert None not in (kept.ranges.mouth, kept.ranges.smile, kept.ranges.shut_eyes)
    assert [found.quality for found in walk.results] == [pytest.approx(kept.quality)]
    walk.window.next.click()
    assert not walk.window.isVisible()


def test_nothing_begins_before_the_driver_does(open_walk: Callable[..., Walk]) -> None:
    walk = open_walk()
    walk.play(held(neutral(), 3.0))
    assert walk.window.step is Step.CAMERA
    assert walk.window.next.text() == "&Begin" and not walk.window.back.isVisible()


def test_position_says_what_to_mend_with_a_drawing(open_walk: Callable[..., Walk]) -> None:
    walk = open_walk()
    walk.to(Step.POSITION)
    page = walk.window.page(Step.POSITION)
    assert isinstance(page, PositionPage)
    walk.play(held(turned(neutral(), scale=0.3), 1.2))
    assert walk.window.stage.words == Hint.TOO_FAR.sentence
    assert page.marks["Distance"].accessibleName() == "Distance: needs a change"
    assert walk.window.stage.accessibleDescription() == Hint.TOO_FAR.sentence
    assert walk.window.stage.hasFocus()
    walk.play(held(None, 0.4))
    assert walk.window.stage.words == Hint.NO_FACE.sentence
    assert page.marks["One face"].accessibleName() == "One face: needs a change"
    assert page.marks["Light"].accessibleName() == "Light: not known yet"
    walk.play(held(neutral(), 0.6))
    assert page.marks["Distance"].accessibleName() == "Distance: OK"


def test_the_gauge_falls_with_another_pose_and_advice_helps(
    open_walk: Callable[..., Walk],
) -> None:
    walk = open_walk()
    walk.to(Step.NEUTRAL)
    page = walk.window.page(Step.NEUTRAL)
    assert isinstance(page, NeutralPage)
    walk.play(held(with_mouth(neutral(), 0.8), 1.0))
    assert page.gauge.value < 0.3
    assert walk.window.stage.words == Hint.CLOSE_MOUTH.sentence
    walk.play(held(neutral(), 0.8))
    assert page.gauge.value > 0.6


def test_the_ghost_is_as_strong_as_the_slider_says(open_walk: Callable[..., Walk]) -> None:
    walk = open_walk()
    walk.to(Step.NEUTRAL)
    page = walk.window.page(Step.NEUTRAL)
    assert isinstance(page, NeutralPage)
    for percent in (0, 75):
        page.ghost.setValue(percent)
        walk.play(held(neutral(), 0.1))
        assert walk.window.stage.ghost_opacity == percent / 100


def test_a_pose_is_taken_as_it_is(open_walk: Callable[..., Walk]) -> None:
    walk = open_walk()
    walk.to(Step.NEUTRAL)
    walk.play(held(with_mouth(neutral(), 0.5), 0.3))
    walk.press_next()
    walk.at(Step.RANGE)


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_enter_pressed_twice_skips_no_step(
    qtbot: QtBot,
    open_walk: Callable[..., Walk],
    monkeypatch: pytest.MonkeyPatch,
    key: Qt.Key,
) -> None:
    walk = open_walk()
    window = walk.window

    def press() -> None:
        pressed = window.focusWidget()
        assert pressed is not None
        qtbot.keyClick(pressed, key)

    walk.play(held(neutral(), 0.1))
    qtbot.waitUntil(window.next.isEnabled)
    monkeypatch.setattr(dialog, "_DEAF_S", 0.0)
    press()
    press()
    walk.play(held(neutral(), 0.6))
    walk.at(Step.POSITION)
    press()
    qtbot.wait(50)
    assert window.step is Step.POSITION, "Enter takes nothing as it is"
    window.next.setFocus()
    press()
    walk.at(Step.NEUTRAL)
    monkeypatch.setattr(dialog, "_DEAF_S", 3600.0)
    walk.play(held(neutral(), 2.5))
    walk.at(Step.RANGE)
    window.next.setFocus()
    press()
    qtbot.wait(50)
    assert window.guide.latest.progress.task is next(iter(Task)), "it was for the step before"
    for _ in Task:
        window.next.click()
        qtbot.wait(30)
    walk.at(Step.REVIEW)
    press()
    qtbot.wait(50)
    assert window.step is Step.REVIEW, "what was not seen is not accepted"
    monkeypatch.setattr(dialog, "_DEAF_S", 0.0)
    press()
    walk.at(Step.DONE)


def test_a_double_click_is_one_step(qtbot: QtBot, open_walk: Callable[..., Walk]) -> None:
    walk = open_walk()
    walk.to(Step.RANGE)
    left = Qt.MouseButton.LeftButton
    second = list(Task)[1]
    qtbot.mouseClick(walk.window.next, left)
    qtbot.waitUntil(lambda: walk.window.guide.latest.progress.task is second)
    qtbot.mouseDClick(walk.window.next, left)
    qtbot.mouseRelease(walk.window.next, left)
    qtbot.wait(50)
    assert walk.window.guide.latest.progress.task is second


def test_tasks_are_done_or_skipped(open_walk: Callable[..., Walk]) -> None:
    walk = open_walk()
    walk.to(Step.RANGE)
    page = walk.window.page(Step.RANGE)
    assert isinstance(page, RangePage)
    walk.play(mouth())
    walk.press_next()
    walk.play(held(neutral(), 0.1))
    states = [ring.state for ring in page.rings.values()]
    assert states == [TaskState.DONE, TaskState.SKIPPED, TaskState.PRESENT, TaskState.WAITING]


def test_retake_and_back_lead_to_the_steps_before(open_walk: Callable[..., Walk]) -> None:
    walk = open_walk()
    walk.to(Step.RANGE)
    page = walk.window.page(Step.RANGE)
    assert isinstance(page, RangePage)
    page.retake.click()
    walk.at(Step.NEUTRAL)
    for step in (Step.POSITION, Step.CAMERA):
        walk.window.back.click()
        walk.at(step)
    walk.play(held(neutral(), 2.0))
    assert walk.window.step is Step.CAMERA


def test_the_review_compares_with_and_without(
    qtbot: QtBot, open_walk: Callable[..., Walk], driver: Driver, tmp_path: Path
) -> None:
    rehearsal = PlainRehearsal()
    walk = open_walk(parts(driver, tmp_path, rehearsal))
    walk.to(Step.REVIEW)
    page = walk.window.page(Step.REVIEW)
    assert isinstance(page, ReviewPage)
    qtbot.waitUntil(lambda: _brightness(walk) == 180)
    assert walk.window.stage.accessibleName() == "The avatar"
    assert "Match with the avatar" in page.summary.text()
    page.before.click()
    walk.play(held(neutral(), 0.1))
    assert _brightness(walk) == 90
    page.new.click()
    walk.play(held(neutral(), 0.1))
    assert _brightness(walk) == 180
    walk.close()
    assert rehearsal.is_closed


def test_cancel_leaves_what_was_kept(
    qtbot: QtBot, open_walk: Callable[..., Walk], store: CalibrationStore
) -> None:
    first = open_walk()
    first.to(Step.REVIEW)
    first.press_next()
    first.at(Step.DONE)
    before = store.entries()
    first.close()
    second = open_walk()
    second.to(Step.REVIEW)
    qtbot.keyClick(second.window, Qt.Key.Key_Escape)
    assert not second.window.isVisible() and not second.results
    assert store.entries() == before


def test_what_is_kept_is_deleted_in_one_click(
    qtbot: QtBot, open_walk: Callable[..., Walk], store: CalibrationStore
) -> None:
    first = open_walk()
    first.to(Step.REVIEW)
    first.press_next()
    first.at(Step.DONE)
    first.close()
    walk = open_walk()
    page = walk.window.page(Step.CAMERA)
    assert isinstance(page, CameraPage)
    qtbot.waitUntil(page.forget.isVisible)
    page.forget.click()
    qtbot.waitUntil(lambda: not page.forget.isVisible())
    assert store.load(KEY) is None


def test_what_cannot_be_kept_holds_and_is_said(
    open_walk: Callable[..., Walk], driver: Driver, tmp_path: Path
) -> None:
    def full(_found: Calibration) -> None:
        raise SourceError("The disk is full.", "Free some room.")

    walk = open_walk(replace(parts(driver, tmp_path), keep=full))
    walk.to(Step.REVIEW)
    walk.press_next()
    walk.at(Step.DONE)
    page = walk.window.page(Step.DONE)
    assert isinstance(page, DonePage)
    assert page.kept.text() == "The disk is full. Free some room."
    assert len(walk.results) == 1


def test_a_camera_that_fails_is_said_and_opened_again(
    qtbot: QtBot, open_walk: Callable[..., Walk], driver: Driver, tmp_path: Path
) -> None:
    failures = [SourceError("Another program holds the camera.", "Close it.")]

    def held_once() -> Driver:
        if failures:
            raise failures.pop()
        return driver.open()

    walk = open_walk(replace(parts(driver, tmp_path), open_source=held_once))
    qtbot.waitUntil(lambda: "Another program" in walk.window.trouble.text())
    walk.begin()
    assert not walk.window.trouble.isVisible()


def test_an_avatar_that_may_not_be_used_is_said(
    qtbot: QtBot, open_walk: Callable[..., Walk], driver: Driver, tmp_path: Path
) -> None:
    def refuse() -> Avatar:
        raise ConsentError("Nobody has said whose face that is.", "State it.")

    walk = open_walk(replace(parts(driver, tmp_path), open_avatar=refuse))
    qtbot.waitUntil(lambda: "whose face" in walk.window.trouble.text())
    assert not walk.window.next.isEnabled()


def test_a_live_sessions_frames_are_shared(open_walk: Callable[..., Walk], driver: Driver) -> None:
    walk = open_walk(tapped=True)
    walk.to(Step.NEUTRAL)
    assert driver.opened == 0


def test_a_mirrored_input_swaps_the_sides_of_advice(
    open_walk: Callable[..., Walk], driver: Driver, tmp_path: Path
) -> None:
    sides = []
    for mirrored in (False, True):
        walk = open_walk(replace(parts(driver, tmp_path), mirrored=mirrored))
        walk.to(Step.NEUTRAL)
        walk.play(held(turned(neutral(), yaw=18), 1.0))
        sides.append(walk.window.stage.words)
        walk.close()
    assert sides == [Hint.TURN_RIGHT.sentence, Hint.TURN_LEFT.sentence]


def test_the_bundled_performance_comes_to_a_calibrated_avatar(
    qtbot: QtBot, tmp_path: Path, driver: Driver, open_walk: Callable[..., Walk]
) -> None:
    """The real tracker, engine and clip, as fast as they go; two rounds of the clip are enough."""
    config = AppConfig().model_copy(update={"avatar": "mira"})
    real = calibration_parts(config)
    store = parts(driver, tmp_path)
    given = replace(
        real,
        open_source=lambda: VideoFileSource(bundled_clip(), word="clip:"),
        load_kept=store.load_kept,
        keep=store.keep,
    )
    walk = open_walk(given)
    window = walk.window
    qtbot.waitUntil(window.next.isEnabled, timeout=15_000)
    window.next.click()
    qtbot.waitUntil(lambda: window.step is Step.RANGE, timeout=30_000)
    for _ in range(len(Task)):
        walk.press_next()
    qtbot.waitUntil(lambda: window.guide.latest.shown is not None, timeout=30_000)
    window.next.click()
    walk.at(Step.DONE)
    assert walk.results[0].quality > 0.6


def _brightness(walk: Walk) -> int:
    shown = walk.window.guide.latest.shown
    return -1 if shown is None else int(shown[0, 0, 0])
