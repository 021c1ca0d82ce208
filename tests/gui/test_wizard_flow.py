"""How the calibration meets the main window and a running session."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from gui_twin import TwinCore, TwinSession
from PyQt6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from wizard_parts import KEY, Driver, held, neutral, parts

from avatar_app.calibration.progress import Step
from avatar_app.calibration.ranges import Task
from avatar_app.calibration.store import CalibrationStore
from avatar_app.config import AppConfig
from avatar_app.gui.main_window import MainWindow
from avatar_app.gui.wizard.dialog import CalibrationDialog
from avatar_app.gui.wizard.pages import CameraPage
from avatar_app.gui.wizard.parts import CalibrationParts
from avatar_app.languages.catalog import Catalog
from avatar_app.live.status import Problem, SessionState
from avatar_app.tracking.pose import observe
from avatar_app.types import Calibration, Frame, TrackedFrame

Open = Callable[..., MainWindow]


@pytest.fixture
def driver(core: TwinCore, tmp_path: Path) -> Iterator[Driver]:
    made = Driver()
    core.parts = parts(made, tmp_path / "kept")
    yield made


def start(qtbot: QtBot, window: MainWindow, core: TwinCore) -> TwinSession:
    window.body.controls.start.click()
    qtbot.waitUntil(lambda: window.bridge.state is SessionState.RUNNING)
    return core.sessions[-1]


def opened(qtbot: QtBot, window: MainWindow) -> CalibrationDialog:
    qtbot.waitUntil(lambda: window.body.calibration.dialog is not None)
    dialog = window.body.calibration.dialog
    assert isinstance(dialog, CalibrationDialog)
    return dialog


def left(qtbot: QtBot, window: MainWindow, dialog: CalibrationDialog) -> None:
    guide = dialog.guide
    dialog.reject()
    qtbot.waitUntil(lambda: window.body.calibration.dialog is None)
    assert guide.join(60.0), "a busy machine takes its time to load the tracker"


def accept(qtbot: QtBot, dialog: CalibrationDialog, driver: Driver) -> None:
    driver.play(held(neutral(), 0.1))
    qtbot.waitUntil(dialog.next.isEnabled)
    dialog.next.click()
    qtbot.waitUntil(lambda: dialog.guide.latest.begun)
    driver.play(held(neutral(), 6.0))
    qtbot.waitUntil(lambda: dialog.step is Step.RANGE, timeout=15_000)
    for task in Task:
        qtbot.waitUntil(lambda task=task: dialog.guide.latest.progress.task is task)
        dialog.next.click()
    qtbot.waitUntil(lambda: dialog.step is Step.REVIEW)
    dialog.next.click()
    qtbot.waitUntil(lambda: dialog.step is Step.DONE)


def test_nobody_is_offered_to_calibrate_a_film(
    qtbot: QtBot, core: TwinCore, open_window: Open, driver: Driver
) -> None:
    window = open_window(source="clip:")
    start(qtbot, window, core)
    assert not window.body.offer.isVisible()


def test_the_first_start_offers_a_calibration_and_a_no_is_remembered(
    qtbot: QtBot, core: TwinCore, open_window: Open, driver: Driver
) -> None:
    window = open_window()
    assert not window.body.offer.isVisible()
    start(qtbot, window, core)
    qtbot.waitUntil(window.body.offer.isVisible)
    window.body.offer.no.click()
    assert not window.body.offer.isVisible()
    assert window.store.config.window.calibration_offered
    window.body.controls.start.click()
    qtbot.waitUntil(lambda: window.bridge.state is SessionState.CLOSED)
    start(qtbot, window, core)
    assert not window.body.offer.isVisible()
    assert window.body.calibration.dialog is None


def test_others_see_a_card_while_a_running_session_is_calibrated(
    qtbot: QtBot, core: TwinCore, open_window: Open, driver: Driver
) -> None:
    window = open_window()
    session = start(qtbot, window, core)
    qtbot.waitUntil(window.body.offer.isVisible)
    window.body.offer.yes.click()
    dialog = opened(qtbot, window)
    qtbot.waitUntil(lambda: window.bridge.state is SessionState.PAUSED)
    left(qtbot, window, dialog)
    qtbot.waitUntil(lambda: window.bridge.state is SessionState.RUNNING)
    assert session.calibration is None and "calibrate" not in session.asked
    assert driver.opened == 0


def test_what_is_accepted_holds_in_the_running_session(
    qtbot: QtBot,
    core: TwinCore,
    open_window: Open,
    driver: Driver,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window = open_window()
    session = start(qtbot, window, core)
    monkeypatch.setattr(session, "latest_input", driver.tap)
    window.body.controls.calibrate.click()
    dialog = opened(qtbot, window)
    accept(qtbot, dialog, driver)
    qtbot.waitUntil(lambda: session.calibration is not None)
    left(qtbot, window, dialog)
    qtbot.waitUntil(lambda: session.asked[-1] == "resume")
    assert CalibrationStore(tmp_path / "kept").load(KEY) is not None
    assert driver.opened == 0


def test_without_a_session_the_camera_is_opened_for_the_calibration(
    qtbot: QtBot, core: TwinCore, open_window: Open, driver: Driver, tmp_path: Path
) -> None:
    window = open_window()
    window.body.controls.calibrate.click()
    dialog = opened(qtbot, window)
    accept(qtbot, dialog, driver)
    left(qtbot, window, dialog)
    assert (driver.opened, core.sessions) == (1, [])
    assert CalibrationStore(tmp_path / "kept").load(KEY) is not None
    assert core.calibrated_for is not None
    assert core.calibrated_for.source.word == "camera:Desk Camera"


def test_another_camera_brings_what_is_kept_for_it(
    qtbot: QtBot, core: TwinCore, open_window: Open, driver: Driver, tmp_path: Path
) -> None:
    neutral_frame = TrackedFrame(
        Frame(np.full((240, 320, 3), 9, np.uint8), 0, 0.0), observe(neutral())
    )
    CalibrationStore(tmp_path / "kept").save(KEY, Calibration(neutral_frame, quality=0.8))
    window = open_window()
    session = start(qtbot, window, core)
    window.body.camera.source_chosen.emit("camera:Lid Camera")
    qtbot.waitUntil(lambda: session.calibration is not None)
    assert core.calibrated_for is not None
    assert core.calibrated_for.source.word == "camera:Lid Camera"


def test_another_avatar_comes_with_the_calibration_kept_for_it(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    window = open_window()
    session = start(qtbot, window, core)
    window.bridge.set_avatar("bert")
    qtbot.waitUntil(lambda: "avatar bert" in session.asked)
    assert core.calibrated_for is not None
    assert core.calibrated_for.avatar == "bert"
    assert core.calibrated_for.source.word == "camera:Desk Camera"


def test_another_camera_is_chosen_where_it_is_calibrated(
    qtbot: QtBot, core: TwinCore, open_window: Open, driver: Driver
) -> None:
    window = open_window()
    session = start(qtbot, window, core)
    window.body.controls.calibrate.click()
    dialog = opened(qtbot, window)
    page = dialog.page(Step.CAMERA)
    assert isinstance(page, CameraPage)
    assert [page.other.itemText(n) for n in range(page.other.count())] == [
        "Another camera…",
        "Lid Camera",
    ]
    page.other.activated.emit(0)
    assert window.body.calibration.dialog is dialog, "no choice is none"
    guide = dialog.guide
    page.other.setCurrentIndex(1)
    page.other.activated.emit(1)
    qtbot.waitUntil(lambda: window.body.calibration.dialog not in (None, dialog))
    assert guide.join(5.0)
    again = opened(qtbot, window)
    assert again.page(Step.CAMERA).camera.text() == "Camera: Lid Camera"  # type: ignore[attr-defined]
    assert window.store.config.source.word == "camera:Lid Camera"
    assert core.calibrated_for is not None
    assert core.calibrated_for.source.word == "camera:Lid Camera"
    assert any(what.startswith("source camera:Lid Camera") for what in session.asked)
    left(qtbot, window, again)
    qtbot.waitUntil(lambda: window.bridge.state is SessionState.RUNNING)


def test_a_neutral_is_kept_for_the_camera_and_the_avatar_of_now(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    window = open_window()
    start(qtbot, window, core)
    frame = Frame(np.full((240, 320, 3), 9, np.uint8), 0, 0.0)
    calibration = Calibration(TrackedFrame(frame, observe(neutral())))
    core.on_neutral(calibration)
    window.body.camera.source_chosen.emit("camera:Lid Camera")
    window.bridge.set_avatar("ines")
    core.on_neutral(calibration)
    assert core.kept[0].startswith("camera:Desk Camera ")
    assert core.kept[1] == "camera:Lid Camera ines"


def test_only_one_calibration_is_open(qtbot: QtBot, open_window: Open, driver: Driver) -> None:
    window = open_window()
    driver.play(held(neutral(), 0.1))
    for _ in range(2):
        window.body.controls.calibrate.click()
    dialog = opened(qtbot, window)
    window.body.calibration.open(AppConfig(), "Desk Camera")
    qtbot.wait(50)
    assert window.findChildren(CalibrationDialog) == [dialog]
    left(qtbot, window, dialog)


def test_a_window_that_closes_takes_the_calibration_with_it(
    qtbot: QtBot, open_window: Open, driver: Driver
) -> None:
    window = open_window()
    driver.play(held(neutral(), 0.1))
    window.body.controls.calibrate.click()
    dialog = opened(qtbot, window)
    guide = dialog.guide
    window.close()
    assert guide.join(5.0)
    assert window.body.calibration.dialog is None


class Held:
    """A core that prepares calibrations when it is let."""

    def __init__(self, core: TwinCore, monkeypatch: pytest.MonkeyPatch) -> None:
        self.let = threading.Event()
        self._prepare = core.calibration_parts
        monkeypatch.setattr(core, "calibration_parts", self._parts)

    def _parts(self, config: AppConfig) -> CalibrationParts:
        self.let.wait(20)
        return self._prepare(config)


def test_a_calibration_that_is_being_prepared_survives_a_change_of_language(
    qtbot: QtBot,
    core: TwinCore,
    open_window: Open,
    driver: Driver,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window, held_back = open_window(), Held(core, monkeypatch)
    window.body.controls.calibrate.click()
    window._speak(Catalog({}))
    held_back.let.set()
    dialog = opened(qtbot, window)
    page = dialog.page(Step.CAMERA)
    assert "Camera: Desk Camera" in [label.text() for label in page.findChildren(QLabel)]
    left(qtbot, window, dialog)


def test_another_fault_meanwhile_opens_no_second_calibration(
    qtbot: QtBot,
    core: TwinCore,
    open_window: Open,
    driver: Driver,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window, held_back = open_window(), Held(core, monkeypatch)
    window.body.controls.calibrate.click()
    window.bridge.failed.emit(Problem("presets", "They cannot be read.", "Mend them."))
    window.body.controls.calibrate.click()
    held_back.let.set()
    dialog = opened(qtbot, window)
    qtbot.wait(50)
    assert window.findChildren(CalibrationDialog) == [dialog]
    left(qtbot, window, dialog)
