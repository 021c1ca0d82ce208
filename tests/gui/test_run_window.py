"""Opening and leaving the window as a whole."""

import os
import re
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from gui_twin import TwinCore
from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtGui import QGuiApplication, QImage, QPalette
from PyQt6.QtWidgets import QApplication, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from avatar_app import build
from avatar_app.config import AppConfig, OutputConfig
from avatar_app.gui import app, theme
from avatar_app.gui.background import Background
from avatar_app.gui.main_window import MainWindow
from avatar_app.live.session import STOP_SECONDS, LiveSession
from avatar_app.live.status import SessionState
from avatar_app.provenance.seal import FileSeal


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.paths, "config_file", lambda: tmp_path / "config.toml")


def window_now() -> MainWindow:
    return next(w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow))


def close_when(happened: Callable[[], bool]) -> QTimer:
    """Closes the window at the first look at which ``happened``; keep the timer."""
    look = QTimer()

    def on_look() -> None:
        if happened():
            look.stop()
            window_now().close()

    look.timeout.connect(on_look)
    look.start(10)
    return look


def test_it_can_leave_right_after_the_first_paint(qtbot: QtBot, core: TwinCore) -> None:
    assert app.run_window(AppConfig(), quit_after_paint=True, core=core) == 0
    assert not core.loaded, "the heavy parts wait until the window is painted"
    assert QGuiApplication.desktopFileName() == "io.github.avatar_app.Avatar"


def test_the_heavy_parts_load_after_the_first_paint(qtbot: QtBot, core: TwinCore) -> None:
    look = close_when(lambda: core.loaded)
    assert app.run_window(AppConfig(), core=core) == 0
    assert not look.isActive()


def test_it_can_start_at_once(qtbot: QtBot, core: TwinCore) -> None:
    look = close_when(lambda: any(session.is_running for session in core.sessions))
    app.run_window(AppConfig(), start=True, core=core)
    assert not look.isActive()
    assert [session.asked for session in core.sessions] == [["stop"]]


def test_ctrl_c_closes_it_and_gives_130(qtbot: QtBot, core: TwinCore) -> None:
    before = signal.getsignal(signal.SIGINT)
    kill = QTimer()
    kill.setSingleShot(True)
    kill.timeout.connect(lambda: os.kill(os.getpid(), signal.SIGINT))
    kill.start(100)
    assert app.run_window(AppConfig(), start=True, core=core) == 130
    assert signal.getsignal(signal.SIGINT) is before


def test_a_fault_in_the_window_is_a_message(
    qtbot: QtBot, core: TwinCore, capsys: pytest.CaptureFixture[str]
) -> None:
    seen: list[str] = []

    def fault() -> None:
        sys.excepthook(ValueError, ValueError("odd"), None)
        seen.extend(problem.message for problem in window_now().body.messages.problems)
        window_now().close()

    QTimer.singleShot(200, fault)
    assert app.run_window(AppConfig(), core=core) == 0
    assert any("ValueError: odd" in message for message in seen)


def test_a_window_that_cannot_open_says_why(
    qtbot: QtBot, core: TwinCore, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []

    def fail(*_args: object, **_options: object) -> MainWindow:
        raise RuntimeError("no such font")

    monkeypatch.setattr(app, "MainWindow", fail)
    monkeypatch.setattr(QMessageBox, "exec", lambda box: said.append(box.text()))
    assert app.run_window(AppConfig(), core=core) == 2
    assert "no such font" in said[0]


@pytest.mark.parametrize("dark", [True, False])
def test_text_is_readable_in_both_themes(qtbot: QtBot, dark: bool) -> None:
    colours = theme.DARK if dark else theme.LIGHT
    for ground in (colours.window, colours.surface, colours.raised):
        for ink in (colours.text, colours.muted, colours.link):
            assert contrast(ink, ground) >= 4.5, (ink, ground)
    for ground in (colours.accent, colours.danger):
        assert contrast("#ffffff", ground) >= 4.5, ground


@pytest.mark.parametrize("dark", [True, False])
def test_the_ring_of_the_focus_stands_out_in_both_themes(qtbot: QtBot, dark: bool) -> None:
    """WCAG 2.2: at least 3 to 1, on buttons of the accent colour too."""
    colours = theme.DARK if dark else theme.LIGHT
    for ground in (colours.window, colours.surface, colours.raised):
        assert contrast(colours.accent_hover, ground) >= 3
    assert contrast(colours.text, colours.accent) >= 3


@pytest.mark.parametrize("name", ["chevron", "chevron-up"])
@pytest.mark.parametrize("colours", [theme.DARK, theme.LIGHT])
def test_the_arrows_of_lists_are_seen_in_both_themes(name: str, colours: theme.Colours) -> None:
    ink = re.findall('stroke="(#[0-9a-f]{6})"', (theme._STYLE / f"{name}.svg").read_text())
    for ground in (colours.raised, colours.surface):
        assert contrast(ink[0], ground) >= 3


@pytest.mark.usefixtures("theme_as_before")
@pytest.mark.parametrize("dark", [True, False])
@pytest.mark.parametrize("name", theme._ROLES)
def test_the_style_sheet_knows_each_colour(
    qtbot: QtBot, qapp: QApplication, name: str, dark: bool
) -> None:
    theme.apply_theme(qapp, dark=dark)
    patch = QWidget()
    qtbot.addWidget(patch)
    patch.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    patch.setStyleSheet(f"background: palette({theme._ROLES[name][1]})")
    painted = patch.grab().toImage().pixelColor(5, 5).name()
    assert painted == getattr(theme.DARK if dark else theme.LIGHT, name)


@pytest.mark.usefixtures("theme_as_before")
def test_the_theme_reaches_the_palette(qtbot: QtBot, qapp: QApplication) -> None:
    theme.apply_theme(qapp, dark=True)
    assert qapp.palette().color(QPalette.ColorRole.Window).lightness() < 60
    theme.apply_theme(qapp, dark=False)
    assert qapp.palette().color(QPalette.ColorRole.Window).lightness() > 200


@pytest.mark.usefixtures("theme_as_before")
def test_another_theme_looks_as_if_the_window_had_begun_with_it(
    qtbot: QtBot, qapp: QApplication, open_window: Callable[..., MainWindow]
) -> None:
    theme.apply_theme(qapp, dark=True)
    window = open_window()
    qtbot.wait(100)
    theme.apply_theme(qapp, dark=False)
    turned = seen(qtbot, window)
    qapp.setStyleSheet("")
    theme.apply_theme(qapp, dark=False)
    assert turned == seen(qtbot, window)
    theme.apply_theme(qapp, dark=True)
    assert turned != seen(qtbot, window)


def seen(qtbot: QtBot, window: MainWindow) -> QImage:
    qtbot.wait(50)
    return window.grab().toImage()


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_threads_take_short_turns_until_a_session_has_begun(
    qtbot: QtBot, core: TwinCore, open_window: Callable[..., MainWindow]
) -> None:
    usual = sys.getswitchinterval()
    window = open_window()
    with app.short_turns_while_loading(window):
        window.body.controls.start.click()
        qtbot.waitUntil(lambda: window.bridge.state is SessionState.RUNNING)
        assert sys.getswitchinterval() < usual / 5
        qtbot.waitUntil(lambda: sys.getswitchinterval() == usual)
        window.body.controls.start.click()
        assert sys.getswitchinterval() < usual / 5
    assert sys.getswitchinterval() == usual


def test_threads_take_short_turns_while_one_works_aside(qtbot: QtBot) -> None:
    usual, lane, during = sys.getswitchinterval(), Background("window-test"), []
    other = Background("window-other")
    for one in (lane, other):
        one.submit(lambda: (time.sleep(0.05), sys.getswitchinterval())[1], during.append)
    qtbot.waitUntil(lambda: len(during) == 2)
    assert all(turn < usual / 5 for turn in during)
    qtbot.waitUntil(lambda: sys.getswitchinterval() == usual)
    for one in (lane, other):
        one.close()
        assert one.join(2.0)


def test_threads_take_turns_as_before_when_the_window_is_closed(
    qtbot: QtBot, core: TwinCore
) -> None:
    usual = sys.getswitchinterval()
    app.run_window(AppConfig(), quit_after_paint=True, core=core)
    assert sys.getswitchinterval() == usual


@pytest.mark.parametrize("by", ["closing", "Stop just before"])
def test_the_program_stays_until_a_film_of_its_output_is_signed(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    """The window goes at once; a film that is cut off would stay a .part."""
    monkeypatch.setattr(build, "avatars_dir", lambda: tmp_path / "avatars")
    monkeypatch.setattr(build, "credentials_dir", lambda: tmp_path / "credentials")
    sign, hidden = FileSeal.sign, []

    def slowly(self: FileSeal, *what: Any) -> None:
        time.sleep(STOP_SECONDS + 1)
        hidden.append(not window_now().isVisible())
        sign(self, *what)

    monkeypatch.setattr(FileSeal, "sign", slowly)
    config = AppConfig(output=OutputConfig(width=320, height=180))
    film = tmp_path / "call.mp4"

    def may_go() -> bool:
        is_enough = sent_by(window_now()) > 5
        if is_enough and by != "closing":
            window_now().bridge.stop()
            time.sleep(0.1)  # Its thread is amid stopping.
        return is_enough

    stop = LiveSession.stop

    def late(self: LiveSession) -> None:
        stop(self)
        time.sleep(1)

    monkeypatch.setattr(LiveSession, "stop", late)
    look = close_when(may_go)
    assert app.run_window(config, source="clip:", start=True, outputs=(f"file:{film}",)) == 0
    assert not look.isActive()
    assert [path.name for path in tmp_path.glob("call*")] == ["call.mp4"]
    assert hidden == [True]


def sent_by(window: MainWindow) -> int:
    """How many pictures of the avatar the running session has made."""
    status = window.bridge.status()
    return status.rendered if status is not None else 0
