"""Long work of the window's thread lets the event loop have its turns."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from gui_twin import TwinCore, TwinSession
from PyQt6 import sip
from PyQt6.QtCore import QObject, Qt, QTimer
from PyQt6.QtTest import QTest
from pytestqt.qtbot import QtBot
from wizard_parts import Driver, parts

from avatar_app.gui import body as body_module
from avatar_app.gui.body import Body
from avatar_app.gui.choices import LANDMARK_WARP, CameraChoice
from avatar_app.gui.in_steps import InSteps
from avatar_app.gui.main_window import MainWindow
from avatar_app.gui.settings_form import SettingsForm
from avatar_app.languages.catalog import Catalog
from avatar_app.live.status import Problem, SessionState, SessionStatus


@pytest.fixture
def steps(qapp: object) -> Iterator[InSteps]:
    owner = QObject()
    yield InSteps(owner)
    owner.deleteLater()


def counted(done: list[str], name: str, parts: int = 3) -> Iterator[None]:
    for part in range(parts):
        done.append(f"{name}{part}")
        yield


def test_other_events_come_between_two_steps(qtbot: QtBot, steps: InSteps) -> None:
    done: list[str] = []
    beat = QTimer()
    beat.timeout.connect(lambda: done.append("beat"))
    beat.start(0)
    steps.run(steps, counted(done, "a"))
    assert not done, "nothing is done before the next turn"
    qtbot.waitUntil(lambda: "a2" in done)
    beat.stop()
    first, last = done.index("a0"), done.index("a2")
    assert done[first : last + 1].count("beat") >= 2


def test_one_piece_of_work_waits_for_the_other(qtbot: QtBot, steps: InSteps) -> None:
    done: list[str] = []
    steps.run(steps, counted(done, "a"))
    steps.run(steps, counted(done, "b"))
    qtbot.waitUntil(lambda: len(done) == 6)
    assert done == ["a0", "a1", "a2", "b0", "b1", "b2"]


def test_finish_does_at_once_what_is_left(qtbot: QtBot, steps: InSteps) -> None:
    done: list[str] = []
    steps.run(steps, counted(done, "a"))
    steps.finish()
    assert done == ["a0", "a1", "a2"]
    steps.finish()
    qtbot.wait(20)
    assert len(done) == 3


def test_a_fault_ends_its_own_work_alone(qtbot: QtBot, steps: InSteps) -> None:
    def faulty() -> Iterator[None]:
        yield
        raise ValueError("on purpose")

    done: list[str] = []
    with qtbot.capture_exceptions() as faults:
        steps.run(steps, faulty())
        steps.run(steps, counted(done, "b"))
        qtbot.waitUntil(lambda: len(done) == 3)
        qtbot.wait(20)
    assert [str(fault[1]) for fault in faults] == ["on purpose"]


def test_a_window_that_closes_amid_a_change_of_language_ends_well(
    qtbot: QtBot, open_window: Callable[..., MainWindow]
) -> None:
    window = open_window()
    window.body.live.show_settings()
    window.steps.finish()
    before = window.centralWidget()
    window.steps.run(window, window._speak(Catalog({})))
    while window.updatesEnabled():
        window.steps._step()
    assert window.centralWidget() is before, "it is in the middle of it"
    window.close()
    assert window.centralWidget() is not before
    assert not window.body.live.shows_settings


def live_window_of(
    qtbot: QtBot, open_window: Callable[..., MainWindow], core: TwinCore
) -> tuple[MainWindow, TwinSession]:
    window = open_window()
    window.activateWindow()
    window.start()
    qtbot.waitUntil(lambda: bool(core.sessions) and window.bridge.status() is not None)
    return window, core.sessions[-1]


@pytest.mark.parametrize(("where", "what"), [(body_module, "PresetsPanel"), (Body, "scroll_as")])
def test_a_fault_before_the_exchange_leaves_the_window_as_it_was(
    where: object,
    what: str,
    qtbot: QtBot,
    open_window: Callable[..., MainWindow],
    core: TwinCore,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window, _ = live_window_of(qtbot, open_window, core)
    before, controls = window.centralWidget(), window.body.controls

    def faulty(*_words: object) -> None:
        raise ValueError("on purpose")

    monkeypatch.setattr(where, what, faulty)
    with qtbot.capture_exceptions() as faults:
        window.steps.run(window, window._speak(Catalog({})))
        qtbot.waitUntil(lambda: bool(faults))
    assert window.centralWidget() is before
    assert window.body.controls is controls
    assert window.findChildren(Body) == [before]
    assert window.updatesEnabled()
    assert window.body.view._pictures.isActive()
    controls.start.click()
    qtbot.waitUntil(lambda: controls.start.text() == "Start")


@pytest.mark.parametrize(("key", "asked"), [(Qt.Key.Key_Escape, "panic"), (Qt.Key.Key_F, "frozen")])
def test_a_key_works_once_in_every_turn_of_a_change_of_language(
    qtbot: QtBot,
    open_window: Callable[..., MainWindow],
    core: TwinCore,
    key: Qt.Key,
    asked: str,
) -> None:
    window, session = live_window_of(qtbot, open_window, core)
    window.steps.run(window, window._speak(Catalog({})))
    while window.steps._waiting:
        window.steps._step()
        for press in (
            lambda: QTest.keyClick(window.windowHandle(), key),
            lambda: window.global_keys.pressed.emit("panic" if asked == "panic" else "freeze"),
        ):
            session.asked.clear()
            press()
            assert [word.split()[0] for word in session.asked] == [asked]


def test_a_change_of_language_that_fails_leaves_one_window_that_can_be_used(
    qtbot: QtBot,
    open_window: Callable[..., MainWindow],
    core: TwinCore,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(window: MainWindow, body: Body) -> None:
        raise ValueError("on purpose")

    window, session = live_window_of(qtbot, open_window, core)
    before = window.centralWidget()
    monkeypatch.setattr(MainWindow, "_connect", fails)
    with qtbot.capture_exceptions() as faults:
        window.steps.run(window, window._speak(Catalog({})))
        qtbot.waitUntil(lambda: bool(faults))
    assert [str(fault[1]) for fault in faults] == ["on purpose"]
    assert sip.isdeleted(before)
    assert window.updatesEnabled()
    window.show_problem(Problem("window", "It failed."))
    qtbot.waitUntil(window.body.messages.isVisible)
    session.asked.clear()
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Escape)
    assert session.asked == ["panic"]


def test_a_window_that_has_failed_lets_go_of_everything_when_it_closes(
    qtbot: QtBot,
    open_window: Callable[..., MainWindow],
    core: TwinCore,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(*_words: object) -> None:
        raise ValueError("on purpose")

    window, session = live_window_of(qtbot, open_window, core)
    monkeypatch.setattr(Body, "live_on", fails)
    with qtbot.capture_exceptions() as faults:
        window.steps.run(window, window._speak(Catalog({})))
        qtbot.waitUntil(lambda: bool(faults))
        window.close()
    qtbot.waitUntil(lambda: session.status().state is SessionState.CLOSED)
    assert window.bridge._finishing == ()


def test_a_calibration_that_is_ready_amid_a_change_of_language_leaves_no_session_paused(
    qtbot: QtBot, open_window: Callable[..., MainWindow], core: TwinCore, tmp_path: Path
) -> None:
    core.parts = parts(Driver(), tmp_path / "kept")
    window, session = live_window_of(qtbot, open_window, core)
    window.steps.run(window, window._speak(Catalog({})))
    while window.updatesEnabled():
        window.steps._step()
    window.body.calibration._asked = True
    window.bridge.calibration_ready.emit(core.parts)
    assert window.body.calibration.dialog is not None
    qtbot.waitUntil(lambda: "resume" in session.asked)
    assert [word for word in session.asked if word in ("pause", "resume")] == ["pause", "resume"]
    qtbot.waitUntil(lambda: not window.steps._waiting)
    assert window.body.calibration.dialog is None


def test_a_window_deleted_amid_a_change_of_language_does_no_harm(
    open_window: Callable[..., MainWindow],
) -> None:
    window = open_window()
    work = window._speak(Catalog({}))
    while window.updatesEnabled():
        next(work)
    window.close()
    sip.delete(window)
    work.close()


def test_what_is_asked_for_amid_a_change_of_language_does_no_harm(
    qtbot: QtBot, open_window: Callable[..., MainWindow]
) -> None:
    window = open_window()
    before, more = window.centralWidget(), window.body.more
    window.steps.run(window, window._speak(Catalog({})))
    while window.updatesEnabled():
        window.steps._step()
    assert window.centralWidget() is before, "it is in the middle of it"
    for button in (more.settings, more.keys, more.help):
        button.click()
    qtbot.waitUntil(lambda: window.centralWidget() is not before)
    qtbot.wait(200)
    window.body.more.settings.click()
    qtbot.waitUntil(lambda: window.body.live.shows_settings)
    assert len([form for form in window.findChildren(SettingsForm) if form.isVisible()]) == 1


@pytest.mark.parametrize("live", [False, True])
def test_whatever_arrives_between_the_steps_of_a_change_of_language_does_no_harm(
    qtbot: QtBot, open_window: Callable[..., MainWindow], core: TwinCore, live: bool
) -> None:
    window = open_window()
    if live:
        window.start()
        qtbot.waitUntil(lambda: bool(core.sessions) and window.bridge.status() is not None)
    panel, told = window.body.messages, set()
    window.steps.run(window, window._speak(Catalog({})))
    while window.steps._waiting:
        window.steps._step()
        word = "Before." if window.body.messages is panel else "After."
        if word not in told:  # The panel is made anew.
            told.add(word)
            window.show_problem(Problem("window", word))
        status = window.bridge.status() or SessionStatus(window.bridge.state)
        window.bridge.changed.emit(status)
        window.bridge.cameras_listed.emit((CameraChoice("camera:a", "A", 0),))
        window.bridge.engines_listed.emit((LANDMARK_WARP,))
        window.body.live.adopt(window.store.config)
        window._on_pictured()
        window.body.run_config()
    assert {"Before.", "After."} <= {problem.message for problem, _ in window.body.messages.told}
    assert window.body.controls.start.isEnabled()


def test_work_for_what_has_gone_is_given_up(qtbot: QtBot, steps: InSteps) -> None:
    done: list[str] = []
    owner = QObject()

    def interrupted() -> Iterator[None]:
        done.append("begun")
        sip.delete(owner)
        yield
        done.append("gone on")

    steps.run(owner, interrupted())
    steps.run(owner, counted(done, "a"))
    steps.run(steps, counted(done, "b"))
    qtbot.waitUntil(lambda: "b2" in done)
    assert done == ["begun", "b0", "b1", "b2"]
