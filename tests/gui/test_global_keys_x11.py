"""Keys for every program on a real X server, while another program has the focus."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from ears import Ears
from gui_twin import TwinCore
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from x_server import OtherProgram, X, other_program, x_server

from avatar_app.config import AppConfig, Language
from avatar_app.gui.global_keys.base import (
    Event,
    GlobalKeys,
    Gone,
    KeySystem,
    Listener,
    Pressed,
    Told,
    Wish,
)
from avatar_app.gui.global_keys.system import x11_keys
from avatar_app.gui.hotkey_sheet import HotkeySheet
from avatar_app.gui.language import speak
from avatar_app.gui.main_window import MainWindow
from avatar_app.gui.settings_form import SettingsForm
from avatar_app.languages.catalog import Catalog
from avatar_app.live.status import SessionState

PANIC = Wish("panic", "Ctrl+Shift+F12", "Panic")


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    with x_server() as name:
        yield name


@pytest.fixture
def other(display: str) -> Iterator[OtherProgram]:
    with other_program(display) as program:
        yield program


@pytest.fixture
def ears() -> Ears:
    return Ears()


@pytest.fixture
def grab(display: str, ears: Ears) -> Iterator[Callable[..., Told]]:
    """Takes keys, and answers how that went."""
    keys = x11_keys(ears, display)

    def take(*wishes: Wish) -> Told:
        before = len(ears.events)
        keys.grab(wishes)
        told = ears.wait(before + 1)[-1]
        assert isinstance(told, Told)
        return told

    yield take
    keys.close()


def test_a_key_is_heard_while_another_program_has_the_focus_and_does_not_reach_it(
    other: OtherProgram, ears: Ears, grab: Callable[..., Told]
) -> None:
    assert not grab(PANIC).refused
    other.type("Ctrl+Shift+F12")
    assert ears.wait(2)[1:] == [Pressed("panic")]
    assert other.has_focus
    assert other.code("F12") not in other.given()
    other.type("Ctrl+F12")
    assert other.code("F12") in other.given(), "only with the modifiers that were asked for"


@pytest.mark.parametrize("lock", ["Num_Lock", "Caps_Lock"])
def test_locks_make_no_difference(
    other: OtherProgram, ears: Ears, grab: Callable[..., Told], lock: str
) -> None:
    grab(PANIC)
    other.type(lock)
    try:
        assert other.root.query_pointer().mask & (X.LockMask | X.Mod2Mask), "the lock is on"
        other.type("Ctrl+Shift+F12")
        assert ears.wait(2)[1:] == [Pressed("panic")]
    finally:
        other.type(lock)


@pytest.mark.parametrize(
    ("key", "typed"),
    [
        ("Ctrl+Alt+P", "Ctrl+Alt+p"),
        ("Meta+PgDown", "Meta+Next"),
        ("Ctrl+Shift++", "Ctrl+Shift+equal"),
        ("Alt+,", "Alt+comma"),
        ("Shift+F5", "Shift+F5"),
    ],
)
def test_keys_as_qt_writes_them_are_those_that_are_pressed(
    other: OtherProgram, ears: Ears, grab: Callable[..., Told], key: str, typed: str
) -> None:
    assert not grab(Wish("freeze", key, "Freeze")).refused
    other.type(typed)
    assert ears.wait(2)[1:] == [Pressed("freeze")]


def test_a_key_that_is_held_down_counts_once(
    other: OtherProgram, ears: Ears, grab: Callable[..., Told]
) -> None:
    grab(Wish("freeze", "Alt+F9", "Freeze"), PANIC)
    alt, key = other.code("Alt_L"), other.code("F9")
    other.press(alt)
    other.press(key)
    time.sleep(1.2)  # The server repeats a key after 0.66 s.
    other.release(key)
    other.release(alt)
    other.type("Ctrl+Shift+F12")
    assert ears.wait(3)[1:] == [Pressed("freeze"), Pressed("panic")]


def test_other_keys_replace_those_before(
    other: OtherProgram, ears: Ears, grab: Callable[..., Told]
) -> None:
    grab(PANIC)
    grab(Wish("panic", "Ctrl+Shift+F11", "Panic"))
    other.type("Ctrl+Shift+F12")
    assert other.code("F12") in other.given()
    other.type("Ctrl+Shift+F11")
    assert ears.wait(3)[2:] == [Pressed("panic")]


def test_a_key_that_another_program_holds_is_refused_and_the_others_work(
    other: OtherProgram, ears: Ears, grab: Callable[..., Told]
) -> None:
    other.root.grab_key(
        other.code("F12"),
        X.ControlMask | X.ShiftMask,
        False,
        X.GrabModeAsync,
        X.GrabModeAsync,
    )
    other.display.sync()
    told = grab(PANIC, Wish("freeze", "Ctrl+Shift+F10", "Freeze"))
    assert told.refused == {"panic": "Another program holds this key."}
    other.type("Ctrl+Shift+F10")
    assert ears.wait(2)[1:] == [Pressed("freeze")]


def test_a_key_that_the_keyboard_lacks_is_refused(grab: Callable[..., Told]) -> None:
    told = grab(Wish("freeze", "Ctrl+Alt+Ñ", "Freeze"))
    assert told.refused == {"freeze": "Your keyboard has no such key."}


def test_keys_are_free_again_after_the_end(display: str, other: OtherProgram, ears: Ears) -> None:
    keys = x11_keys(ears, display)
    keys.grab([PANIC])
    ears.wait(1)
    keys.close()
    other.type("Ctrl+Shift+F12")
    assert other.code("F12") in other.given()
    assert len(ears.events) == 1


# python-xlib leaves the sockets it tried to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_screen_that_is_not_there_is_told(ears: Ears) -> None:
    keys = x11_keys(ears, ":9999")
    keys.grab([PANIC])
    assert isinstance(ears.wait(1)[0], Gone)
    keys.close()


def test_a_server_that_ends_is_told(ears: Ears) -> None:
    with x_server() as name:
        keys = x11_keys(ears, name)
        keys.grab([PANIC])
        ears.wait(1)
    assert ears.wait(2)[1] == Gone("The connection to the screen was lost.")
    keys.close()


_PROGRAM = """
from pathlib import Path
from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QApplication
from gui_twin import TwinCore
from avatar_app import paths
from avatar_app.config import AppConfig
from avatar_app.gui.app import run_window
from avatar_app.gui.choices import CameraChoice
from avatar_app.gui.main_window import MainWindow

here = Path({folder!r})
paths.config_file = lambda: here / "config.toml"
core = TwinCore([CameraChoice("camera:Desk", "Desk", 0)])
core.library_root = here / "library"
app = QApplication([])
said = []

def look():
    window = next(w for w in app.topLevelWidgets() if isinstance(w, MainWindow))
    live = core.sessions and core.sessions[0].is_running
    if not said and live and window.global_keys.told.refused:
        said.append(True)
        print("ready", app.platformName(), flush=True)
    if core.sessions and "panic" in core.sessions[0].asked:
        print("panic", flush=True)
        window.close()

timer = QTimer()
timer.timeout.connect(look)
timer.start(20)
keys = {{"panic": "Ctrl+Shift+F12", "freeze": "Ctrl+Alt+\u00d1"}}
run_window(AppConfig(global_keys=keys), start=True, core=core)
"""
"""The keyboard lacks one of its keys: that this is told shows that the other is there."""


def test_the_program_on_a_real_screen_hears_panic_from_another_program(
    display: str, other: OtherProgram, tmp_path: Path
) -> None:
    environ = {name: value for name, value in os.environ.items() if name != "WAYLAND_DISPLAY"}
    environ |= {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "XDG_CONFIG_HOME": str(tmp_path)}
    environ["PYTHONPATH"] = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    with subprocess.Popen(
        [sys.executable, "-c", _PROGRAM.format(folder=str(tmp_path))],
        env=environ,
        stdout=subprocess.PIPE,
        text=True,
    ) as program:
        assert program.stdout is not None
        try:
            assert program.stdout.readline() == "ready xcb\n"
            other.take_focus()
            assert other.has_focus
            other.type("Ctrl+Shift+F12")
            assert program.stdout.readline() == "panic\n"
            program.wait(20)
        finally:
            program.kill()
    assert program.returncode == 0


@pytest.fixture
def open_there(
    open_window: Callable[..., MainWindow], display: str, ears: Ears
) -> Callable[..., MainWindow]:
    """Opens the window with the keys of that display; ``ears`` hear what it hears."""

    def open_keys(listener: Listener) -> GlobalKeys:
        def heard(event: Event) -> None:
            listener(event)
            ears(event)

        return x11_keys(heard, display)

    return partial(open_window, key_system=KeySystem(open_keys, about="About it."))


def run(qtbot: QtBot, window: MainWindow, ears: Ears) -> None:
    """Start, once the keys are there."""
    ears.wait(1)
    window.body.controls.start.click()
    qtbot.waitUntil(lambda: window.bridge.state is SessionState.RUNNING)


def test_panic_and_others_from_another_program(
    qtbot: QtBot,
    core: TwinCore,
    open_there: Callable[..., MainWindow],
    other: OtherProgram,
    ears: Ears,
) -> None:
    keys = {"panic": "Ctrl+Shift+F12", "freeze": "Alt+F10", "next": "Alt+F8", "start": "Alt+F5"}
    window = open_there(AppConfig(global_keys=keys))
    run(qtbot, window, ears)
    session = core.sessions[-1]
    qtbot.waitUntil(lambda: len(window.body.avatars.words) == 2)
    other.type("Alt+F10")
    qtbot.waitUntil(lambda: session.asked == ["frozen True"])
    other.type("Alt+F8")
    qtbot.waitUntil(lambda: "avatar bert" in session.asked)
    window.body.controls.pass_through.click()
    window.body.confirm.yes.click()
    other.type("Ctrl+Shift+F12")
    qtbot.waitUntil(lambda: session.asked[-1] == "panic")
    assert not session.pass_through
    assert window.body.controls.cover.placeholder.isChecked()
    other.type("Alt+F5")
    qtbot.waitUntil(lambda: window.bridge.state is SessionState.CLOSED)
    assert other.has_focus


def test_a_key_is_given_in_the_sheet_kept_and_works(
    qtbot: QtBot, core: TwinCore, open_there: Callable[..., MainWindow], other: OtherProgram
) -> None:
    window = open_there()
    window.body.live.show_keys()
    window.steps.finish()
    sheet = window.findChild(HotkeySheet)
    assert sheet is not None
    button = sheet.everywhere["freeze"]
    assert sheet.system.text() == "About it."
    button.click()
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    with qtbot.waitSignal(window.global_keys.changed):
        qtbot.keyClick(button, Qt.Key.Key_J, both)
    assert button.text() == "Ctrl+Alt+J"
    assert window.store.config.global_keys == {"freeze": "Ctrl+Alt+J"}
    window.body.controls.start.click()
    qtbot.waitUntil(lambda: window.bridge.state is SessionState.RUNNING)
    other.type("Ctrl+Alt+j")
    qtbot.waitUntil(lambda: core.sessions[-1].asked == ["frozen True"])


def test_keys_outlive_a_change_of_language_and_act_once(
    qtbot: QtBot,
    qapp: QApplication,
    core: TwinCore,
    open_there: Callable[..., MainWindow],
    other: OtherProgram,
    ears: Ears,
) -> None:
    window = open_there(AppConfig(global_keys={"freeze": "Ctrl+Alt+J"}))
    run(qtbot, window, ears)
    window.body.live.show_keys()
    window.steps.finish()
    window.body.live.show_settings()
    window.steps.finish()
    form = window.findChild(SettingsForm)
    assert form is not None
    before = window.body.live
    form.language.setCurrentIndex(form.language.findData(Language.GERMAN))
    form.apply.click()
    qtbot.waitUntil(lambda: window.body.live is not before)
    try:
        said = ["composer de True 1280"]
        other.type("Ctrl+Alt+j")
        qtbot.waitUntil(lambda: core.sessions[0].asked == [*said, "frozen True"])
        other.type("Ctrl+Alt+j")
        qtbot.waitUntil(lambda: core.sessions[0].asked == [*said, "frozen True", "frozen False"])
    finally:
        speak(qapp, Language.ENGLISH, Catalog({}))


def test_a_key_in_use_reaches_the_button_that_waits_for_one(
    qtbot: QtBot,
    core: TwinCore,
    open_there: Callable[..., MainWindow],
    other: OtherProgram,
    ears: Ears,
) -> None:
    window = open_there(AppConfig(global_keys={"freeze": "Ctrl+Alt+J"}))
    run(qtbot, window, ears)
    window.body.live.show_keys()
    window.steps.finish()
    sheet = window.findChild(HotkeySheet)
    assert sheet is not None
    sheet.activateWindow()
    qtbot.waitUntil(sheet.isActiveWindow)
    sheet.everywhere["placeholder"].click()
    other.type("Ctrl+Alt+j")
    qtbot.waitUntil(lambda: "Freeze" in sheet.conflict.text())
    sheet.take.click()
    assert window.store.config.global_keys == {"placeholder": "Ctrl+Alt+J"}
    assert core.sessions[-1].asked == []


def test_a_refused_key_is_said_in_window_and_sheet(
    qtbot: QtBot, open_there: Callable[..., MainWindow], other: OtherProgram
) -> None:
    other.root.grab_key(
        other.code("F12"), X.ControlMask | X.ShiftMask, False, X.GrabModeAsync, X.GrabModeAsync
    )
    other.display.sync()
    window = open_there(AppConfig(global_keys={"panic": "Ctrl+Shift+F12"}))
    qtbot.waitUntil(lambda: bool(window.body.messages.problems))
    problem = window.body.messages.problems[0]
    assert "Ctrl+Shift+F12" in problem.message
    assert "Panic" in problem.message
    assert problem.hint == "Another program holds this key."
    window.body.live.show_keys()
    window.steps.finish()
    sheet = window.findChild(HotkeySheet)
    assert sheet is not None
    assert sheet.notes["panic"].text() == "Another program holds this key."
    sheet.everywhere["panic"].click()
    with qtbot.waitSignal(window.global_keys.changed):
        qtbot.keyClick(sheet.everywhere["panic"], Qt.Key.Key_Backspace)
    assert not window.body.messages.problems
    assert not sheet.notes["panic"].isVisible()
