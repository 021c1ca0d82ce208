"""Opens the window and keeps the process well behaved around it."""

import logging
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType, TracebackType

from PyQt6.QtCore import QTimer
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QApplication, QMessageBox

from avatar_app import paths
from avatar_app.config import AppConfig, Language
from avatar_app.errors import ConfigError
from avatar_app.gui.background import problem_of
from avatar_app.gui.core import Core, Program
from avatar_app.gui.language import speak, tr
from avatar_app.gui.main_window import MainWindow
from avatar_app.gui.theme import apply_theme, wants_dark
from avatar_app.gui.turns import lengthen, shorten
from avatar_app.languages.catalog import load_catalog
from avatar_app.languages.system import spoken
from avatar_app.live.status import Problem, SessionState, SessionStatus
from avatar_app.outputs import is_camera

_OUTPUTS = ("vcam:",)
_DESKTOP_FILE = "io.github.avatar_app.Avatar"
"""The installed .desktop file's name: by it Wayland and docks know icon and title."""

_SIGNALS_MS = 200
_FINISH_SECONDS = 600.0
"""A film of some gigabytes is signed within that, after the window has gone."""

_INTERRUPTED = 130

_BEGINNING_MS = 2000
"""So long a session that runs goes on loading: what its first pictures need."""

_log = logging.getLogger(__name__)


def run_window(
    config: AppConfig,
    *,
    source: str | None = None,
    outputs: Sequence[str] = (),
    avatar: str | None = None,
    engine: str | None = None,
    start: bool = False,
    quit_after_paint: bool = False,
    core: Core | None = None,
) -> int:
    """Show the window until it is closed; the exit code (0, or 130 after Ctrl-C).

    ``source``, ``avatar`` and ``engine`` override the settings for this run; ``start`` presses
    Start. No ``outputs`` means the virtual camera. With ``quit_after_paint`` the window closes
    right after the first paint. A start that fails says so in a dialog and returns 2."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    speechless = _speak(app, config.language)
    QGuiApplication.setDesktopFileName(_DESKTOP_FILE)
    _follow_theme(app)
    try:
        window = MainWindow(
            core or Program(),
            config,
            paths.config_file(),
            outputs=outputs or _OUTPUTS,
            source=source,
            avatar=avatar,
            engine=engine,
        )
    except Exception as error:  # The border of the process: a window that cannot open says why.
        _show_failed_start(problem_of(error, "window"))
        return 2
    if speechless is not None:
        window.show_problem(speechless)
    window.painted.connect(window.close if quit_after_paint else window.begin)
    if start and not quit_after_paint:
        window.painted.connect(window.start)
    with (
        short_turns_while_loading(window),
        _faults_shown(window),
        _interrupts_close(window) as was_interrupted,
    ):
        window.show()
        code = app.exec()
        window.films.wait(_FINISH_SECONDS)
        if not all(map(is_camera, outputs)):  # A driver that hangs would keep the process.
            window.bridge.wait_for_outputs(_FINISH_SECONDS)
    window.deleteLater()
    return _INTERRUPTED if was_interrupted() else code


@contextmanager
def short_turns_while_loading(window: MainWindow) -> Iterator[None]:
    """Let threads take short turns, except while a session runs that has begun a while ago."""
    begun = QTimer()
    begun.setSingleShot(True)
    begun.setInterval(_BEGINNING_MS)
    short = True
    shorten()

    def on_changed(status: SessionStatus) -> None:
        nonlocal short
        if status.state is not SessionState.RUNNING:
            begun.stop()
            if not short:
                shorten()
                short = True
        elif short and not begun.isActive():
            begun.start()

    def on_begun() -> None:
        nonlocal short
        lengthen()
        short = False

    begun.timeout.connect(on_begun)
    window.bridge.changed.connect(on_changed)
    try:
        yield
    finally:
        window.bridge.changed.disconnect(on_changed)
        begun.stop()
        if short:
            lengthen()


def _speak(app: QApplication, language: Language) -> Problem | None:
    """The language of the settings; why it stays English where it does."""
    try:
        speak(app, language, load_catalog(spoken(language)))
    except ConfigError as error:
        return problem_of(error, "language")
    return None


def _follow_theme(app: QApplication) -> None:
    """Dark or light as the desktop is, also when it changes."""
    apply_theme(app, dark=wants_dark())
    hints = app.styleHints()
    if hints is not None:
        hints.colorSchemeChanged.connect(lambda _scheme: apply_theme(app, dark=wants_dark()))


def _show_failed_start(problem: Problem) -> None:
    box = QMessageBox(QMessageBox.Icon.Critical, tr("Avatar could not start"), tr(problem.message))
    box.setInformativeText(tr("{hint}\nLog: {file}", hint=tr(problem.hint), file=paths.log_file()))
    box.exec()


@contextmanager
def _faults_shown(window: MainWindow) -> Iterator[None]:
    """A fault in a slot is logged and shown; PyQt would end the process otherwise."""

    def on_fault(
        _kind: type[BaseException], error: BaseException, _trace: TracebackType | None
    ) -> None:
        if isinstance(error, Exception):
            window.show_problem(problem_of(error, "window"))
        else:
            window.close()

    before = sys.excepthook
    sys.excepthook = on_fault
    try:
        yield
    finally:
        sys.excepthook = before


@contextmanager
def _interrupts_close(window: MainWindow) -> Iterator[Callable[[], bool]]:
    """Ctrl-C and a polite kill close the window. Yields whether that happened."""
    happened = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield happened.is_set
        return

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        happened.set()
        window.close()

    before = {
        number: signal.signal(number, on_signal) for number in (signal.SIGINT, signal.SIGTERM)
    }
    breath = QTimer()  # Python sees a signal only when some of its code runs.
    breath.timeout.connect(lambda: None)
    breath.start(_SIGNALS_MS)
    try:
        yield happened.is_set
    finally:
        breath.stop()
        for number, handler in before.items():
            signal.signal(number, handler)
