"""The virtual camera of the window: there from launch, lent to each session, gone at the end."""

import threading
from collections.abc import Callable, Iterator

import pytest
from gui_twin import TwinCore, picture
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from avatar_app.config import AppConfig, Language, OutputConfig
from avatar_app.errors import SinkError
from avatar_app.gui.language import speak
from avatar_app.gui.main_window import MainWindow
from avatar_app.languages.catalog import Catalog
from avatar_app.live.status import SessionState
from avatar_app.outputs.base import FrameSink, StreamSpec
from avatar_app.types import Outcome, RenderedFrame

Open = Callable[..., MainWindow]

SMALL = OutputConfig(width=96, height=64)
MISSING = SinkError("v4l2loopback is not loaded.", "sudo modprobe v4l2loopback")


@pytest.fixture
def english_again(qapp: QApplication) -> Iterator[None]:
    yield
    speak(qapp, Language.ENGLISH, Catalog({}))


def until_card(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: window.body.others.now.text() == "Now: the card “Be right back”.")


def play(qtbot: QtBot, window: MainWindow, core: TwinCore) -> FrameSink:
    """Start, and be the session's deliverer up to its first picture."""
    window.body.controls.start.click()
    qtbot.waitUntil(lambda: window.bridge.state is SessionState.RUNNING)
    (loan,) = core.lent
    loan.open(StreamSpec.of(core.configs[-1].output))
    size = core.configs[-1].output
    loan.send(RenderedFrame(picture(200, (size.height, size.width)), 1, 0.0, Outcome.RENDERED))
    return loan


def stop(qtbot: QtBot, window: MainWindow) -> None:
    window.body.controls.start.click()
    qtbot.waitUntil(lambda: window.bridge.state is SessionState.CLOSED)


def test_the_card_is_sent_from_launch_and_the_device_closes_with_the_window(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    window = open_window(AppConfig(output=SMALL))
    until_card(qtbot, window)
    assert window.body.others.state.text() == "Zoom sees: Avatar Camera 96×64@30"
    assert "Choose Avatar Camera as the camera in Zoom" in window.body.others.reason.text()
    assert core.camera.latest is not None
    assert core.camera.latest.outcome is Outcome.PLACEHOLDER
    assert not core.sessions
    window.close()
    assert not core.camera.is_open
    assert "standby" not in {thread.name for thread in threading.enumerate()}


def test_sessions_share_the_device_and_leave_the_card_behind(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    window = open_window(AppConfig(output=SMALL), outputs=("vcam:", "file:out.mp4"))
    until_card(qtbot, window)
    assert "After Start also: file out.mp4" in window.body.others.reason.text()
    for _ in range(2):
        play(qtbot, window, core)
        assert core.outputs == ("file:out.mp4",), "the session opens the rest by itself"
        qtbot.waitUntil(lambda: window.body.others.now.text() == "Now: your avatar.")
        stop(qtbot, window)
        until_card(qtbot, window)
        assert core.camera.latest is not None
        assert core.camera.latest.outcome is Outcome.PLACEHOLDER
    assert len(core.camera.opened) == 1


def test_nothing_of_a_session_that_hangs_is_sent_after_stop(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    """The twin never closes its loan, as a thread that is stuck would not."""
    window = open_window(AppConfig(output=SMALL))
    until_card(qtbot, window)
    loan = play(qtbot, window, core)
    stop(qtbot, window)
    try:
        loan.send(RenderedFrame(picture(200, (64, 96)), 2, 0.0, Outcome.RENDERED))
    except SinkError:
        pass
    else:
        raise AssertionError("the session's end was not kept")
    sent = core.camera.sent
    qtbot.waitUntil(lambda: core.camera.sent > sent + 2)
    assert core.camera.latest is not None
    assert core.camera.latest.outcome is Outcome.PLACEHOLDER


def test_what_is_sent_is_said_while_it_runs(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    window = open_window(AppConfig(output=SMALL))
    until_card(qtbot, window)
    play(qtbot, window, core)
    now = window.body.others.now
    window.body.controls.cover.placeholder.click()
    until_card(qtbot, window)
    window.body.controls.cover.placeholder.click()
    window.body.controls.cover.freeze.click()
    qtbot.waitUntil(lambda: now.text() == "Now: a still picture of your avatar.")
    window.body.controls.cover.freeze.click()
    window.body.controls.pass_through.click()
    window.body.confirm.yes.click()
    qtbot.waitUntil(lambda: now.text() == "Now: your real face, in a red frame.")


def test_the_preview_is_what_others_see_while_somebody_takes_it(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    core.sent_fps = 0.0
    window = open_window(AppConfig(output=SMALL))
    heading, shown = window.body.view._heading, window.body.view.output
    assert heading.text() == "Preview"
    play(qtbot, window, core)
    assert (heading.text(), shown.accessibleName()) == ("Preview", "Preview")
    core.sent_fps = 30.0
    qtbot.waitUntil(lambda: heading.text() == "What others see")
    assert shown.accessibleName() == "What others see"
    window.body.controls.start.click()
    qtbot.waitUntil(lambda: heading.text() == "Preview")


def test_a_missing_camera_is_said_calmly_and_tried_again(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    core.camera.missing = MISSING
    window = open_window(AppConfig(output=SMALL))
    others = window.body.others
    qtbot.waitUntil(lambda: others.state.text() == "No virtual camera yet.")
    assert not window.body.messages.problems
    assert others.reason.text() == MISSING.message
    assert others.commands.text() == MISSING.hint
    others.copy.click()
    clipboard = QGuiApplication.clipboard()
    assert clipboard is not None
    assert clipboard.text() == MISSING.hint
    core.camera.missing = None
    others.again.click()
    until_card(qtbot, window)
    assert others.again.isHidden()
    assert others.copy.isHidden()


def test_start_opens_a_camera_that_was_missing(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    core.camera.missing = MISSING
    window = open_window(AppConfig(output=SMALL))
    qtbot.waitUntil(lambda: window.body.others.state.text() == "No virtual camera yet.")
    core.camera.missing = None
    play(qtbot, window, core)
    qtbot.waitUntil(lambda: window.body.others.now.text() == "Now: your avatar.")
    assert window.body.others.state.text() == "Zoom sees: Avatar Camera 96×64@30"


def test_another_size_waits_for_the_end_of_the_session(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    window = open_window(AppConfig(output=SMALL))
    until_card(qtbot, window)
    play(qtbot, window, core)
    larger = SMALL.model_copy(update={"width": 128, "fps": 20})
    window.body.live.adopt(window.store.config.model_copy(update={"output": larger}))
    assert "128×64@20 from the next start on." in window.body.others.reason.text()
    assert len(core.camera.opened) == 1
    stop(qtbot, window)
    qtbot.waitUntil(lambda: window.body.others.state.text() == "Zoom sees: Avatar Camera 128×64@20")
    assert core.camera.opened == [StreamSpec.of(SMALL), StreamSpec.of(larger)]


def test_switched_off_it_is_there_while_a_session_runs_only(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    off = SMALL.model_copy(update={"from_launch": False})
    window = open_window(AppConfig(output=off))
    window.body.controls.start.click()
    qtbot.waitUntil(lambda: window.bridge.state is SessionState.RUNNING)
    assert (core.outputs, core.lent) == (("vcam:",), ())
    assert not core.camera.opened
    stop(qtbot, window)
    window.body.live.adopt(window.store.config.model_copy(update={"output": SMALL}))
    until_card(qtbot, window)
    window.body.live.adopt(window.store.config.model_copy(update={"output": off}))
    qtbot.waitUntil(lambda: window.body.others.state.text() == "Nothing yet.")
    assert not core.camera.is_open


def test_the_camera_test_has_the_device_for_itself(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    window = open_window(AppConfig(output=SMALL))
    until_card(qtbot, window)
    with window.bridge.set_cameras_aside():
        assert not core.camera.is_open
    until_card(qtbot, window)
    qtbot.waitUntil(lambda: core.camera.is_open)
    play(qtbot, window, core)
    with window.bridge.set_cameras_aside():
        assert core.camera.is_open, "not under a session"


@pytest.mark.usefixtures("english_again")
def test_another_language_is_on_the_card_and_the_window_knows_its_camera(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    window = open_window(AppConfig(output=SMALL, language=Language.ENGLISH))
    until_card(qtbot, window)
    before = window.body.others
    config = window.store.config.model_copy(update={"language": Language.GERMAN})
    window.body.live.adopt(config)
    qtbot.waitUntil(lambda: core.camera.frames[-1].image[0, 0, 0] == 99)
    qtbot.waitUntil(lambda: window.body.others is not before)
    assert "Avatar Camera 96×64@30" in window.body.others.state.text()
    assert len(core.camera.opened) == 1
