"""What a user does with the window, and what the session is asked for."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from gui_twin import NO_VCAM, TwinCore, TwinSession
from PyQt6.QtCore import QPoint, QPointF, Qt, QTimer
from PyQt6.QtGui import QGuiApplication, QWheelEvent
from PyQt6.QtWidgets import QApplication, QFileDialog, QInputDialog
from pytestqt.qtbot import QtBot

from avatar_app.config import AppConfig, Mouth, WindowConfig, load_config
from avatar_app.errors import EngineError, SourceError
from avatar_app.gui.main_window import MainWindow
from avatar_app.gui.panels.control_bar import ControlBar
from avatar_app.gui.settings_form import SettingsForm
from avatar_app.live.status import Problem, SessionState

Open = Callable[..., MainWindow]


def start(qtbot: QtBot, window: MainWindow, core: TwinCore) -> TwinSession:
    window.body.controls.start.click()
    qtbot.waitUntil(lambda: window.bridge.state is SessionState.RUNNING)
    qtbot.waitUntil(
        lambda: window.body.view.output.is_showing and window.body.view.input.is_showing
    )
    return core.sessions[-1]


def stop(qtbot: QtBot, window: MainWindow) -> None:
    window.body.controls.start.click()
    qtbot.waitUntil(lambda: window.bridge.state is SessionState.CLOSED)


def asked(qtbot: QtBot, session: TwinSession, what: str) -> None:
    qtbot.waitUntil(lambda: what in session.asked)


def test_start_shows_both_pictures_and_stop_clears_them(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    window = open_window()
    assert window.body.controls.start.text() == "Start"
    session = start(qtbot, window, core)
    assert window.body.controls.start.text() == "Stop"
    qtbot.waitUntil(lambda: window.body.view.figures.camera.text() == "30 fps")
    assert window.body.view.figures.latency.text() == "41 ms"
    seen = "Zoom sees: Avatar Camera 1280×720@30"
    qtbot.waitUntil(lambda: window.body.others.state.text() == seen)
    stop(qtbot, window)
    assert session.asked == ["stop"]
    assert window.body.controls.start.text() == "Start"
    assert not window.body.view.output.is_showing
    assert not window.body.view.input.is_showing
    assert not any(timer.isActive() for timer in window.body.view.findChildren(QTimer))


def test_start_keeps_the_focus_so_that_the_same_key_stops(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    window = open_window()
    window.body.controls.start.setFocus()
    start(qtbot, window, core)
    assert window.focusWidget() is window.body.controls.start
    stop(qtbot, window)
    assert window.focusWidget() is window.body.controls.start


def test_while_it_starts_or_stops_the_button_asks_for_nothing(qtbot: QtBot) -> None:
    bar = ControlBar()
    qtbot.addWidget(bar)
    asked: list[str] = []
    bar.start_wanted.connect(lambda: asked.append("start"))
    bar.stop_wanted.connect(lambda: asked.append("stop"))
    for state in (SessionState.OPENING, SessionState.CLOSING):
        bar.show_state(state)
        bar.start.click()
    assert not asked
    bar.show_state(SessionState.RUNNING)
    bar.start.click()
    assert asked == ["stop"]


def test_a_start_that_does_not_come_to_an_end_can_be_given_up(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    core.hangs = True
    window = open_window()
    button = window.body.controls.start
    button.click()
    qtbot.waitUntil(lambda: window.bridge.state is SessionState.OPENING)
    button.click()
    assert button.text() == "Starting…", "a double click stops nothing"
    qtbot.waitUntil(lambda: button.text() == "Stop", timeout=10_000)
    assert window.bridge.state is SessionState.OPENING
    button.click()
    qtbot.waitUntil(lambda: window.bridge.state is SessionState.CLOSED)
    assert button.text() == "Start"


@pytest.mark.parametrize("fails", [False, True])
def test_a_start_that_is_given_up_never_comes_and_takes_no_later_one_with_it(
    qtbot: QtBot,
    core: TwinCore,
    open_window: Open,
    monkeypatch: pytest.MonkeyPatch,
    fails: bool,
) -> None:
    window, go, build = open_window(), threading.Event(), core.build_session

    def slow(*arguments: Any, **more: Any) -> Any:
        go.wait(20)
        if fails:
            raise EngineError("It cannot be built.", "Try again.")
        return build(*arguments, **more)

    monkeypatch.setattr(core, "build_session", slow)
    window.body.controls.start.click()
    qtbot.waitUntil(lambda: window.body.controls.start.text() == "Stop", timeout=10_000)
    window.body.controls.start.click()
    go.set()
    qtbot.waitUntil(lambda: window.bridge.state is SessionState.CLOSED)
    assert all(session.asked == [] for session in core.sessions), "never started, nor stopped"
    assert bool(window.body.messages.problems) is fails
    monkeypatch.setattr(core, "build_session", build)
    start(qtbot, window, core)
    qtbot.wait(100)
    assert window.bridge.state is SessionState.RUNNING
    stop(qtbot, window)
    assert not [session for session in core.sessions if session.is_running]


def test_what_is_needed_seldom_stays_in_sight(open_window: Open) -> None:
    window = open_window()
    window.resize(window.minimumSize())
    for button in (window.body.more.keys, window.body.more.settings, window.body.more.help):
        assert button.visibleRegion().boundingRect() == button.rect()


def test_nothing_is_said_of_avatars_before_they_are_known(
    qtbot: QtBot, core: TwinCore, tmp_path: Path
) -> None:
    window = MainWindow(core, AppConfig(), tmp_path / "config.toml")
    qtbot.addWidget(window)
    window.begin()
    assert window.body.view.output.words == ""
    qtbot.waitUntil(lambda: "photo" in window.body.view.output.words)
    window.close()


def test_a_second_run_is_a_new_session(qtbot: QtBot, core: TwinCore, open_window: Open) -> None:
    window = open_window()
    first = start(qtbot, window, core)
    stop(qtbot, window)
    assert start(qtbot, window, core) is not first


def test_the_remembered_camera_is_chosen_by_name_or_number(
    core: TwinCore, open_window: Open
) -> None:
    assert open_window().body.camera.word == "camera:Desk Camera"
    source = AppConfig().source
    for word in ("camera:2", "camera:lid camera"):
        config = AppConfig(source=source.model_copy(update={"word": word}))
        assert open_window(config).body.camera.word == "camera:Lid Camera"


def test_without_a_camera_the_performance_is_offered(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    core.cameras.clear()
    window = open_window()
    assert window.body.camera.word == "clip:"
    assert "No camera was found" in window.body.messages.problems[0].message
    assert window.body.messages.problems[0].hint
    start(qtbot, window, core)
    assert not window.body.messages.problems, "it said: press Start"


def test_a_missing_camera_is_named_and_another_chosen(open_window: Open) -> None:
    source = AppConfig().source.model_copy(update={"word": "camera:Gone"})
    window = open_window(AppConfig(source=source))
    assert window.body.camera.word == "camera:Desk Camera"
    assert "Gone" in window.body.messages.problems[0].message


def test_start_before_the_cameras_are_known_waits_for_them(
    qtbot: QtBot, core: TwinCore, tmp_path: Path
) -> None:
    window = MainWindow(core, AppConfig(), tmp_path / "config.toml")
    qtbot.addWidget(window)
    window.body.controls.start.click()
    assert not core.sessions
    window.begin()
    qtbot.waitUntil(lambda: window.bridge.state is SessionState.RUNNING)
    assert core.configs[0].source.word == "camera:Desk Camera"
    window.close()


def test_another_camera_goes_to_the_running_session_and_to_the_settings(
    qtbot: QtBot, core: TwinCore, open_window: Open, tmp_path: Path
) -> None:
    window = open_window()
    session = start(qtbot, window, core)
    window.body.camera.box.setCurrentIndex(1)
    window.body.camera.box.activated.emit(1)
    asked(qtbot, session, "source camera:Lid Camera smoothing 0.2")
    path = tmp_path / "settings" / "config.toml"
    qtbot.waitUntil(path.exists)
    assert load_config(path).source.word == "camera:Lid Camera"


def test_opening_the_list_finds_a_camera_plugged_in_later(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    window = open_window()
    core.cameras.pop(0)
    window.body.camera.box.showPopup()
    qtbot.waitUntil(lambda: len(window.body.camera.cameras) == 1)
    window.body.camera.box.hidePopup()
    assert window.body.camera.word == "camera:Desk Camera", "the choice stays though it has gone"


def test_choosing_an_avatar_while_live(qtbot: QtBot, core: TwinCore, open_window: Open) -> None:
    window = open_window()
    assert window.body.avatars.words == ("anna", "bert")
    assert window.body.avatars.word == "anna"
    session = start(qtbot, window, core)
    assert core.configs[0].avatar == "anna"
    qtbot.keyClick(window.body.avatars.strip, Qt.Key.Key_Right)
    asked(qtbot, session, "avatar bert")
    assert window.store.config.avatar == "bert"


def test_without_an_avatar_it_asks_for_a_photo(
    open_window: Open, portraits: dict[str, Path]
) -> None:
    portraits.clear()
    window = open_window()
    assert "Add a photo" in window.body.view.output.words
    assert "no avatar" in window.body.messages.problems[-1].message


def test_thumbnails_arrive(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    qtbot.waitUntil(lambda: window.body.avatars.picture("bert") is not None)


def test_a_named_avatar_holds_for_this_run_only(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    window = open_window(avatar="bert", source="pattern:", engine="other")
    start(qtbot, window, core)
    used = core.configs[0]
    assert (used.avatar, used.source.word, used.engine) == ("bert", "pattern:", "other")
    assert window.store.config == AppConfig()


def test_pass_through_is_off_red_while_on_and_off_again_after_stop(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    window = open_window()
    switch = window.body.controls.pass_through
    assert not switch.isEnabled()
    session = start(qtbot, window, core)
    assert not switch.isChecked()
    assert not window.body.view.output.alarm
    switch.click()
    assert not session.asked
    assert not switch.isChecked(), "it asks first"
    window.body.confirm.yes.click()
    assert session.asked == ["pass-through True"]
    assert switch.isChecked()
    assert "real face" in window.body.view.output.alarm
    switch.click()
    qtbot.waitUntil(lambda: not window.body.view.output.alarm)
    switch.click()
    window.body.confirm.yes.click()
    stop(qtbot, window)
    assert not switch.isChecked()
    assert not window.body.view.output.alarm
    start(qtbot, window, core)
    assert not core.sessions[-1].pass_through


def test_the_alarm_stays_while_camera_pictures_still_go_out(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    window = open_window()
    session = start(qtbot, window, core)
    session.pass_through = True
    qtbot.waitUntil(lambda: bool(window.body.view.output.alarm))
    session.pass_through = False
    qtbot.waitUntil(lambda: not window.body.view.output.alarm)


def test_the_n_key_asks_for_the_neutral_pose(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    window = open_window()
    session = start(qtbot, window, core)
    qtbot.keyClick(window, Qt.Key.Key_N)
    asked(qtbot, session, "neutral")


def test_motion_settings_reach_the_session_and_the_file(
    qtbot: QtBot, core: TwinCore, open_window: Open, tmp_path: Path
) -> None:
    window = open_window()
    session = start(qtbot, window, core)
    window.body.motion.strength.setValue(140)
    window.body.motion.mouth.setCurrentIndex(window.body.motion.mouth.findData(Mouth.PAINTED))
    asked(qtbot, session, "engine landmark_warp 1.4")
    path = tmp_path / "settings" / "config.toml"
    qtbot.waitUntil(path.exists)
    saved = load_config(path).motion
    assert (saved.strength, saved.mouth) == (1.4, Mouth.PAINTED)


def test_smoothing_takes_effect_while_live_and_changes_nothing_else(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    window = open_window()
    session = start(qtbot, window, core)
    for value in (60, 70, 80):
        window.body.motion.smoothing.setValue(value)
    asked(qtbot, session, "tracker smoothing 0.8")
    assert session.asked == ["tracker smoothing 0.8"]
    assert not window.body.messages.problems


def test_an_avatar_on_its_way_is_a_note_on_the_picture(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    window = open_window()
    session = start(qtbot, window, core)
    session.preparing = True
    session.report()
    qtbot.waitUntil(lambda: "Preparing" in window.body.view.output.pill)
    session.preparing = False
    session.report()
    qtbot.waitUntil(lambda: "Live" in window.body.view.output.pill)


def test_the_wheel_changes_nothing_it_merely_passes(open_window: Open) -> None:
    window = open_window()
    window.body.live.show_settings()
    window.steps.finish()
    form = window.findChild(SettingsForm)
    assert form is not None
    form.ok.setFocus()
    before = form.language.currentData()
    for widget in (window.body.camera.box, window.body.motion.strength, form.language):
        wheel = QWheelEvent(
            QPointF(5, 5),
            QPointF(5, 5),
            QPoint(),
            QPoint(0, -120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(widget, wheel)
    assert window.body.camera.word == "camera:Desk Camera"
    assert window.body.motion.strength.value() == 100
    assert form.language.currentData() == before


def test_choosing_a_video_leaves_the_window_usable(
    core: TwinCore, open_window: Open, portraits: dict[str, Path]
) -> None:
    window = open_window()
    last = window.body.camera.box.count() - 1
    window.body.camera.box.setCurrentIndex(last)
    window.body.camera.box.activated.emit(last)
    dialog = window.findChildren(QFileDialog)[-1]
    assert not dialog.isModal()
    assert QApplication.activeModalWidget() is None
    dialog.fileSelected.emit(str(portraits["bert"]))
    dialog.close()
    assert window.body.camera.word == f"loop:{portraits['bert']}"
    assert window.body.camera.box.currentText() == "bert.png"


def pick(window: MainWindow, title: str) -> None:
    box = window.body.camera.box
    box.setCurrentIndex(box.findText(title))
    box.activated.emit(box.currentIndex())


def test_the_screen_is_a_source(qtbot: QtBot, core: TwinCore, open_window: Open) -> None:
    window = open_window()
    session = start(qtbot, window, core)
    pick(window, "Screen")
    asked(qtbot, session, "source screen: smoothing 0.2")


def test_an_address_is_a_source_and_only_its_host_is_shown(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    window = open_window()
    session = start(qtbot, window, core)
    pick(window, "An address…")
    assert window.body.camera.word == "camera:Desk Camera", "until one is typed"
    dialog = window.findChildren(QInputDialog)[-1]
    assert not dialog.isModal()
    dialog.textValueSelected.emit(" http://eve:s3cret@phone:8080/video?token=1 ")
    dialog.close()
    word = "url:http://eve:s3cret@phone:8080/video?token=1"
    assert window.body.camera.word == word
    assert window.body.camera.box.currentText() == "http://phone:8080"
    asked(qtbot, session, f"source {word} smoothing 0.2")
    pick(window, "Lid Camera")
    assert window.body.camera.box.findData(word) >= 0, "it stays in the list"


def test_an_address_named_on_the_command_line_is_shown_without_its_password(
    open_window: Open,
) -> None:
    window = open_window(source="http://eve:s3cret@phone:8080/video?token=1")
    assert window.body.camera.box.currentText() == "http://phone:8080"


def test_what_is_no_address_is_told_and_not_chosen(open_window: Open) -> None:
    window = open_window()
    pick(window, "An address…")
    dialog = window.findChildren(QInputDialog)[-1]
    dialog.textValueSelected.emit("file:///etc/passwd")
    dialog.close()
    assert window.body.camera.word == "camera:Desk Camera"
    assert window.body.messages.problems[0].message == "That is no address of a stream."


def test_what_waits_to_be_saved_is_saved_on_closing(open_window: Open, tmp_path: Path) -> None:
    window = open_window()
    window.body.camera.mirror.click()
    window.close()
    assert load_config(tmp_path / "settings" / "config.toml").window.mirror_preview


def test_settings_that_cannot_be_saved_are_a_message(
    qtbot: QtBot, open_window: Open, tmp_path: Path
) -> None:
    (tmp_path / "settings").write_text("a file where a folder is needed")
    window = open_window()
    window.body.camera.mirror.click()
    qtbot.waitUntil(lambda: bool(window.body.messages.problems))
    assert "cannot be saved" in window.body.messages.problems[0].message


def test_a_missing_virtual_camera_says_why_and_the_preview_goes_on(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    core.problems = (NO_VCAM,)
    window = open_window()
    start(qtbot, window, core)
    assert NO_VCAM.message in window.body.others.reason.text()
    assert window.body.others.commands.text() == NO_VCAM.hint
    window.body.others.copy.click()
    clipboard = QGuiApplication.clipboard()
    assert clipboard is not None
    assert clipboard.text() == NO_VCAM.hint


def test_problems_of_the_session_come_and_go(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    window = open_window()
    session = start(qtbot, window, core)
    lost = Problem("source", "The camera was unplugged.", "Plug it in again.")
    core.problems = (lost,)
    session.report()
    qtbot.waitUntil(lambda: window.body.messages.problems == (lost,))
    core.problems = ()
    session.report()
    qtbot.waitUntil(lambda: not window.body.messages.problems)


def test_a_session_that_cannot_be_built_is_a_message_and_start_is_offered_again(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    core.build_error = SourceError("The camera is used by another program.", "Close it first.")
    window = open_window()
    window.body.controls.start.click()
    qtbot.waitUntil(lambda: bool(window.body.messages.problems))
    assert window.body.messages.problems[0].message == "The camera is used by another program."
    assert window.body.messages.problems[0].hint == "Close it first."
    assert window.body.controls.start.text() == "Start"
    core.build_error = None
    start(qtbot, window, core)
    assert not window.body.messages.problems


def test_a_failed_session_stays_open_for_another_avatar(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    core.start_error = Problem("avatar", "The portrait has no face.", "Choose another one.")
    window = open_window()
    window.body.controls.start.click()
    qtbot.waitUntil(lambda: window.bridge.state is SessionState.FAILED)
    assert window.body.messages.problems == (core.start_error,)
    assert window.body.controls.start.text() == "Stop"
    assert not window.body.controls.pass_through.isEnabled()
    qtbot.keyClick(window.body.avatars.strip, Qt.Key.Key_Right)
    asked(qtbot, core.sessions[-1], "avatar bert")
    stop(qtbot, window)
    assert window.body.controls.start.text() == "Start"


def test_a_source_that_ends_leaves_the_window_ready_for_another_run(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    window = open_window()
    session = start(qtbot, window, core)
    session.stop()
    qtbot.waitUntil(lambda: window.bridge.state is SessionState.CLOSED)
    assert start(qtbot, window, core) is not session


def test_closing_while_live_stops_the_session(
    qtbot: QtBot, core: TwinCore, open_window: Open
) -> None:
    window = open_window()
    session = start(qtbot, window, core)
    window.close()
    assert session.asked == ["stop"]
    assert window.bridge.shut_down(0.5), "no thread is left"


def test_every_control_has_an_accessible_name_and_takes_the_keyboard(open_window: Open) -> None:
    window = open_window()
    controls = (
        window.body.controls.start,
        window.body.controls.neutral,
        window.body.controls.pass_through,
        window.body.camera.box,
        window.body.camera.mirror,
        window.body.motion.strength,
        window.body.motion.smoothing,
        window.body.motion.mouth,
        window.body.avatars.strip,
        window.body.avatars.add,
    )
    for control in controls:
        assert control.accessibleName() or control.text(), control
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus, control


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("camera:0", "as you move"),
        ("url:http://phone/video", "as you move"),
        ("http://phone/video", "as you move"),
        ("clip:", "the bundled performance moves"),
        ("file:me.mp4", "the face in the chosen source moves"),
    ],
)
def test_the_idle_picture_says_who_will_move_it(
    qtbot: QtBot, open_window: Open, source: str, said: str
) -> None:
    window = open_window(source=source)
    preview = window.body.view.output
    qtbot.waitUntil(lambda: said in preview.accessibleDescription())
    window.body.camera.pick("clip:" if source != "clip:" else "camera:0")
    assert said not in preview.accessibleDescription()


def test_the_window_opens_as_large_as_it_was_left(open_window: Open, tmp_path: Path) -> None:
    window = open_window()
    usual = window.size()
    window.close()
    settings = tmp_path / "settings" / "config.toml"
    assert not settings.exists(), "a size that nobody changed is not kept"
    window = open_window()
    window.resize(usual.width(), 612)
    window.close()
    again = open_window(load_config(settings))
    assert again.height() == 612 != usual.height()
    again.close()
    huge = load_config(settings).model_copy(update={"window": WindowConfig(size="9000x9000")})
    assert open_window(huge).width() < 9000, "no larger than the screen"
