"""The real window for a long time, used as people use it: nothing is left behind by what was
opened, closed and changed, another language among it.

    SOAK_SECONDS=3600 python -m pytest -m slow tests/gui/test_window_soak.py --timeout 4200 -s

With -s a line is printed after each round.
"""

import gc
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from live_window import live_window, outcome, restart
from PyQt6.QtCore import QCoreApplication, QEvent
from PyQt6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from avatar_app.config import Language
from avatar_app.gui.language import speak
from avatar_app.gui.main_window import MainWindow
from avatar_app.languages.catalog import Catalog
from avatar_app.live.memory import return_memory
from avatar_app.types import Outcome

SECONDS = float(os.environ.get("SOAK_SECONDS", "60"))
ALLOWED_GROWTH_MB = 40.0
PROCESS = Path("/proc/self")

Step = Callable[[QtBot, MainWindow], object]


@dataclass(frozen=True)
class Reading:
    """``handles`` are open file descriptors, ``widgets`` all that Qt knows."""

    at: float
    memory_mb: float
    handles: int
    threads: int
    widgets: int


@pytest.mark.slow
@pytest.mark.timeout(SECONDS + 240)
@pytest.mark.skipif(not PROCESS.exists(), reason="memory and handles are read from /proc")
def test_a_window_used_for_long_stays_as_it_began(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with live_window(qtbot, tmp_path, monkeypatch) as window:
        readings = [after_a_round(qtbot, window)]
        while readings[-1].at - readings[0].at < SECONDS:
            readings.append(after_a_round(qtbot, window))
            print(readings[-1])
    speak(qapp, Language.ENGLISH, Catalog({}))
    judge(readings)


def judge(readings: list[Reading]) -> None:
    """The last third against the one before it; in the first, libraries fill their stores. What
    may have grown goes by the least of each: what comes and goes is no leak."""
    third = max(1, len(readings) // 3)
    early, late = readings[-2 * third : -third] or readings[:third], readings[-third:]
    for count in ("handles", "threads", "widgets"):
        least = [min(getattr(reading, count) for reading in part) for part in (early, late)]
        assert least[1] <= least[0], count
    grown = min(r.memory_mb for r in late) - min(r.memory_mb for r in early)
    assert grown < ALLOWED_GROWTH_MB


def after_a_round(qtbot: QtBot, window: MainWindow) -> Reading:
    """Everything once; then all is as it was."""
    for step in steps():
        step(qtbot, window)
        qtbot.wait(400)
    qtbot.waitUntil(lambda: outcome(window) is Outcome.RENDERED, timeout=30_000)
    qtbot.wait(1000)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.collect()
    return_memory()
    pages = int((PROCESS / "statm").read_text().split()[1])
    handles, tasks = (len(list((PROCESS / what).iterdir())) for what in ("fd", "task"))
    memory = pages * os.sysconf("SC_PAGE_SIZE") / 1e6
    return Reading(time.monotonic(), memory, handles, tasks, len(QApplication.allWidgets()))


def steps() -> Iterator[Step]:
    yield lambda qtbot, window: window.body.view.graph_button.click()
    yield lambda qtbot, window: window.body.view.graph_button.click()
    yield dialog(lambda window: window.body.live.show_settings())
    yield dialog(lambda window: window.body.live.show_keys())
    yield dialog(lambda window: window.body.more.help.click())
    yield lambda qtbot, window: window.body.library.next()
    yield lambda qtbot, window: window.body.library.previous()
    yield lambda qtbot, window: window.body.controls.cover.placeholder.click()
    yield lambda qtbot, window: window.body.controls.cover.placeholder.click()
    yield speaking(Language.GERMAN)
    yield speaking(Language.JAPANESE)
    yield speaking(Language.ENGLISH)
    yield restart


def dialog(show: Callable[[MainWindow], object]) -> Step:
    """Open it and close it again."""

    def step(qtbot: QtBot, window: MainWindow) -> None:
        show(window)
        qtbot.wait(300)
        for opened in window.findChildren(QDialog):
            opened.reject()

    return step


def speaking(language: Language) -> Step:
    """The window anew in that language, around the running session."""

    def step(qtbot: QtBot, window: MainWindow) -> None:
        before = window.centralWidget()
        window.body.live.adopt(window.store.config.model_copy(update={"language": language}))
        qtbot.waitUntil(lambda: window.centralWidget() is not before, timeout=20_000)

    return step
