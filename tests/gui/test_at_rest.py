"""A window in which nothing happens asks for nothing: no layout that brings about the next one."""

from collections.abc import Callable
from pathlib import Path

import pytest
from gui_twin import TwinCore
from live_window import live_window
from PyQt6.QtCore import QCoreApplication, QEvent, QObject
from PyQt6.QtWidgets import QDialog, QProgressBar
from pytestqt.qtbot import QtBot

from avatar_app.gui.main_window import MainWindow
from avatar_app.live.status import SessionState

WATCHED_MS = 400
WIDTHS = (1330, 1000, 700)
"""One row of controls, two, and what the window gives way to."""


class Layouts(QObject):
    """Counts the layouts that widgets ask for while it is entered."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:  # noqa: N802 - Qt's name
        if event is not None and event.type() is QEvent.Type.LayoutRequest:
            self.count += 1
        return False

    def __enter__(self) -> "Layouts":
        app = QCoreApplication.instance()
        assert app is not None
        app.installEventFilter(self)
        return self

    def __exit__(self, *_error: object) -> None:
        app = QCoreApplication.instance()
        assert app is not None
        app.removeEventFilter(self)
        self.deleteLater()


def layouts_in(qtbot: QtBot, ms: int = WATCHED_MS) -> int:
    """Layouts asked for in that time, after what went before has settled."""
    qtbot.wait(250)
    with Layouts() as layouts:
        qtbot.wait(ms)
    return layouts.count


@pytest.mark.parametrize("width", WIDTHS)
def test_an_idle_window_asks_for_no_layout(
    qtbot: QtBot, open_window: Callable[..., MainWindow], width: int
) -> None:
    window = open_window()
    window.resize(width, 760)
    assert layouts_in(qtbot) == 0


def test_neither_does_one_that_shows_pictures(
    qtbot: QtBot, core: TwinCore, open_window: Callable[..., MainWindow]
) -> None:
    window = open_window()
    window.body.controls.start.click()
    qtbot.waitUntil(lambda: window.bridge.state is SessionState.RUNNING)
    qtbot.waitUntil(lambda: window.body.view.output.is_showing)
    assert core.sessions
    assert layouts_in(qtbot) == 0


def test_figures_that_change_ask_for_few(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twice a second some figures become wider or narrower, and their row is laid out anew."""
    with live_window(qtbot, tmp_path, monkeypatch) as window:
        assert window.body.view.figures.isVisible()
        assert layouts_in(qtbot, 1000) < 40


@pytest.mark.parametrize("name", ["settings", "keys", "help", "check"])
def test_a_dialog_asks_for_none(
    qtbot: QtBot, open_window: Callable[..., MainWindow], name: str
) -> None:
    window = open_window()
    show = {
        "settings": window.body.live.show_settings,
        "keys": window.body.live.show_keys,
        "help": window.body.more.help.click,
        "check": window.body.check.click,
    }
    show[name]()
    qtbot.waitUntil(lambda: any(d.isVisible() for d in window.findChildren(QDialog)))
    qtbot.waitUntil(lambda: not any(b.isVisible() for b in window.findChildren(QProgressBar)))
    qtbot.wait(500)
    assert layouts_in(qtbot) == 0
