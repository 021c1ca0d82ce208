"""The window answers while the engine is busy: the real program, its engine kept waiting."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from slow_engine import SlowWarp

from avatar_app import build
from avatar_app.config import AppConfig, OutputConfig, SourceConfig
from avatar_app.gui.core import Program
from avatar_app.gui.main_window import MainWindow
from avatar_app.types import Outcome


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    monkeypatch.setattr(build, "avatars_dir", lambda: tmp_path / "avatars")
    monkeypatch.setattr(build, "calibrations_dir", lambda: tmp_path / "calibrations")
    config = AppConfig(
        avatar="mira",
        source=SourceConfig(word="clip:"),
        output=OutputConfig(width=320, height=180),
    )
    opened = MainWindow(Program(), config, tmp_path / "config.toml", outputs=(), source="clip:")
    opened.show()
    opened.begin()
    qtbot.waitUntil(lambda: len(opened.body.avatars.words) >= 2, timeout=20_000)
    yield opened
    opened.close()
    opened.deleteLater()
    qtbot.wait(1)


def outcome(window: MainWindow) -> Outcome | None:
    latest = window.bridge.latest_output()
    return latest.outcome if latest is not None else None


def test_controls_answer_while_the_engine_hangs_in_a_picture(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of this waits for the engine, which hangs in one picture all the while."""
    let_go = threading.Event()
    let_go.set()
    engine = SlowWarp(let_go.wait)
    monkeypatch.setattr(build, "open_engine", lambda config, pool: engine)
    cover = window.body.controls.cover
    try:
        window.body.controls.start.click()
        qtbot.waitUntil(lambda: window.body.view.output.pill.startswith("● Live"), timeout=30_000)
        let_go.clear()
        qtbot.waitUntil(lambda: engine.is_busy and not let_go.is_set())
        made = engine.pictures
        cover.placeholder.click()
        qtbot.waitUntil(lambda: window.body.view.output.pill == "❚❚ “Be right back” is shown")
        qtbot.waitUntil(lambda: outcome(window) is Outcome.PLACEHOLDER)
        cover.placeholder.click()
        qtbot.waitUntil(lambda: not cover.placeholder.isChecked())
        qtbot.waitUntil(lambda: "Be right back" not in window.body.view.output.pill)
        window.body.live.show_settings()
        window.steps.finish()
        assert window.body.live._form is not None
        assert window.body.live._form.isVisible()
        assert engine.is_busy
        assert engine.pictures == made
    finally:
        let_go.set()
    qtbot.waitUntil(lambda: engine.pictures > made)
