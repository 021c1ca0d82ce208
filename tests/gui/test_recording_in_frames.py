"""Recordings and snapshots by keys and buttons: the real window on the real program, read back."""

from collections.abc import Iterator
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from PyQt6.QtCore import Qt
from pytestqt.qtbot import QtBot

from avatar_app import build
from avatar_app.config import AppConfig, OutputConfig, RecordingConfig, SourceConfig
from avatar_app.gui.core import Program
from avatar_app.gui.main_window import MainWindow
from avatar_app.provenance.credentials import Credentials, Standing, read_credentials
from avatar_app.types import Outcome

SIZE = (320, 180)


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    for folder in ("avatars", "calibrations", "credentials"):
        path = tmp_path / folder
        monkeypatch.setattr(build, f"{folder}_dir", lambda path=path: path)
    config = AppConfig(
        avatar="mira",
        source=SourceConfig(word="clip:"),
        output=OutputConfig(width=SIZE[0], height=SIZE[1]),
        recording=RecordingConfig(microphone="clicks:", folder=str(tmp_path / "films")),
    )
    opened = MainWindow(Program(), config, tmp_path / "config.toml", outputs=(), source="clip:")
    opened.show()
    opened.begin()
    qtbot.waitUntil(lambda: len(opened.body.avatars.words) >= 2, timeout=20_000)
    opened.body.controls.start.click()
    qtbot.waitUntil(lambda: outcome(opened) is Outcome.RENDERED, timeout=30_000)
    yield opened
    opened.close()
    assert opened.films.wait(20)
    opened.deleteLater()
    qtbot.wait(1)


def outcome(window: MainWindow) -> Outcome | None:
    frame = window.bridge.latest_output()
    return frame.outcome if frame is not None else None


def press(qtbot: QtBot, window: MainWindow, key: Qt.Key, *more: Qt.KeyboardModifier) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, key, more[0] if more else Qt.KeyboardModifier.NoModifier)


def files(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "films").glob("*"))


def records(qtbot: QtBot, window: MainWindow, frames: int) -> None:
    """Wait for so many more pictures in the film."""
    status = window.films.status
    goal = frames + (status.frames if status is not None else 0)

    def enough() -> bool:
        now = window.films.status
        return now is not None and now.frames >= goal

    qtbot.waitUntil(enough, timeout=20_000)


def signed_by_us(tmp_path: Path, path: Path) -> Credentials:
    found = read_credentials(path, tmp_path / "credentials")
    assert found.standing is Standing.OURS
    return found


def test_keys_record_pause_and_stop(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    panel, key = window.body.record, Qt.Key.Key_F9
    assert not panel.pause.isEnabled()
    press(qtbot, window, key)
    records(qtbot, window, 10)
    qtbot.waitUntil(lambda: panel.state.text().startswith("● 00:0"))
    assert panel.record.text() == "Stop recording (F9)"
    assert not panel.microphone.isEnabled()
    assert panel.level.isVisible()
    press(qtbot, window, key, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: panel.state.text().startswith("❚❚ Paused at 00:0"))
    assert panel.pause.isChecked()
    press(qtbot, window, key, Qt.KeyboardModifier.ShiftModifier)
    records(qtbot, window, 10)
    press(qtbot, window, key)
    qtbot.waitUntil(lambda: panel.kept.isVisible(), timeout=20_000)
    (film,) = files(tmp_path)
    assert panel.kept.text() == f"Saved: {film.name}\nSigned with Content Credentials."
    assert panel.record.text() == "Record (F9)"
    assert film.name.startswith("Avatar 20")
    with av.open(str(film)) as read:
        pictures = list(read.decode(video=0))
        assert read.streams.audio
    assert len(pictures) >= 20
    assert (pictures[0].width, pictures[0].height) == SIZE
    assert signed_by_us(tmp_path, film).says_artificial
    assert outcome(window) is Outcome.RENDERED


def test_a_key_keeps_the_picture_others_see(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    press(qtbot, window, Qt.Key.Key_F)
    qtbot.waitUntil(lambda: outcome(window) is Outcome.FROZEN)
    press(qtbot, window, Qt.Key.Key_F8)
    qtbot.waitUntil(lambda: window.body.record.kept.isVisible())
    (shot,) = files(tmp_path)
    frozen = window.bridge.latest_output()
    assert frozen is not None
    assert np.array_equal(cv2.imread(str(shot))[:, :, ::-1], frozen.image)
    assert signed_by_us(tmp_path, shot).says_artificial
    window.body.record.snapshot.click()
    qtbot.waitUntil(lambda: len(files(tmp_path)) == 2)


def test_stopping_the_session_finishes_the_film(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    window.body.record.record.click()
    records(qtbot, window, 5)
    window.body.controls.start.click()
    qtbot.waitUntil(lambda: window.body.record.kept.isVisible(), timeout=20_000)
    (film,) = files(tmp_path)
    signed_by_us(tmp_path, film)
    assert not window.body.record.record.isEnabled()


def test_closing_the_window_finishes_the_film(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    window.body.record.record.click()
    records(qtbot, window, 5)
    window.close()
    assert window.films.wait(20)
    (film,) = files(tmp_path)
    signed_by_us(tmp_path, film)
