"""The recording card on a session's twin."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from gui_twin import TwinCore, picture
from PyQt6.QtCore import QUrl
from PyQt6.QtGui import QDesktopServices
from pytestqt.qtbot import QtBot

from avatar_app.config import AppConfig, OutputConfig, RecordingConfig, load_config
from avatar_app.gui.choices import MicrophoneChoice
from avatar_app.gui.main_window import MainWindow
from avatar_app.gui.panels.record_panel import RecordPanel
from avatar_app.gui.record_controls import usual_delay
from avatar_app.live.recording import Recording
from avatar_app.live.recording_status import RecordingState
from avatar_app.live.status import SessionState
from avatar_app.live.trip import Trip
from avatar_app.types import RgbImage

Open = Callable[..., MainWindow]


@pytest.fixture
def running(qtbot: QtBot, open_window: Open, tmp_path: Path) -> Callable[[Path], MainWindow]:
    def open_running(folder: Path) -> MainWindow:
        recording = RecordingConfig(folder=str(folder))
        config = AppConfig(recording=recording, output=OutputConfig(credentials=False))
        window = open_window(config, source="clip:")
        window.start()
        qtbot.waitUntil(lambda: window.bridge.state is SessionState.RUNNING)
        return window

    return open_running


def test_nothing_is_recorded_while_nothing_runs(open_window: Open) -> None:
    window = open_window()
    panel = window.body.record
    assert not panel.record.isEnabled()
    assert not panel.snapshot.isEnabled()
    assert not panel.delay.isVisible()
    window.films.snapshot(window.store.config)
    window.films.start(window.store.config)
    assert not window.films.is_on


def test_the_number_for_the_meeting_program_is_shown(
    qtbot: QtBot, running: Callable[[Path], MainWindow], core: TwinCore, tmp_path: Path
) -> None:
    core.trips = trips([0.033] * 150)
    panel = running(tmp_path).body.record
    qtbot.waitUntil(lambda: "by 35 ms" in panel.delay.text())
    assert panel.delay.isVisibleTo(panel)
    core.trips = trips([0.042] * 150)
    qtbot.wait(1200)
    assert "by 35 ms" in panel.delay.text(), "a little more is no reason to type another number"
    core.trips = trips([0.062] * 150)
    qtbot.waitUntil(lambda: "by 60 ms" in panel.delay.text())


def trips(latencies: list[float]) -> tuple[Trip, ...]:
    """One picture after the other, thirty a second."""
    return tuple(Trip(i / 30, (late, 0.0, 0.0, 0.0, 0.0)) for i, late in enumerate(latencies))


def test_the_usual_delay_is_none_of_a_moment() -> None:
    assert usual_delay(()) is None
    assert usual_delay(trips([0.03] * 80)) is None, "too short a time"
    calm, busy = [0.03] * 400, [0.4] * 150
    assert usual_delay(trips([*calm, *busy])) == pytest.approx(0.03)
    assert usual_delay(trips([*busy, *busy, *busy, *calm])) == pytest.approx(0.4)


def test_the_microphone_is_remembered_by_its_name(
    qtbot: QtBot, open_window: Open, core: TwinCore, tmp_path: Path
) -> None:
    core.microphones = [MicrophoneChoice("mic:Desk", "Desk"), MicrophoneChoice("mic:Lid", "Lid")]
    window = open_window()
    box = window.body.record.microphone
    assert [box.itemText(n) for n in range(box.count())] == ["No sound"]
    box.opened.emit()
    qtbot.waitUntil(lambda: box.count() == 3)
    box.setCurrentIndex(box.findData("mic:Lid"))
    box.activated.emit(box.currentIndex())
    kept = tmp_path / "settings" / "config.toml"
    qtbot.waitUntil(kept.exists)
    assert load_config(kept).recording.microphone == "mic:Lid"
    again = open_window(load_config(kept))
    assert again.body.record.microphone.currentText() == "Lid"


def test_a_folder_that_cannot_be_used_is_said_for_film_and_snapshot(
    qtbot: QtBot, running: Callable[[Path], MainWindow], tmp_path: Path
) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file")
    window = running(taken)
    window.body.record.record.click()
    qtbot.waitUntil(lambda: len(window.body.messages.problems) == 1)
    qtbot.waitUntil(lambda: not window.films.is_on)
    qtbot.waitUntil(lambda: window.body.record.record.text().startswith("Record"))
    assert str(taken) in window.body.messages.problems[0].message
    window.body.messages.clear_of("recording")
    window.body.record.snapshot.click()
    qtbot.waitUntil(lambda: len(window.body.messages.problems) == 1)
    assert not window.body.record.kept.isVisibleTo(window.body.record)


def test_what_fails_again_is_said_again(
    qtbot: QtBot, running: Callable[[Path], MainWindow], tmp_path: Path
) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file")
    window = running(taken)
    for _ in range(2):
        window.body.record.record.click()
        qtbot.waitUntil(lambda: len(window.body.messages.problems) == 1)
        qtbot.waitUntil(lambda: not window.films.is_on)
        window.body.messages.clear_of("recording")


def test_a_film_begins_while_a_camera_is_slow_to_show_its_picture(
    qtbot: QtBot, running: Callable[[Path], MainWindow], core: TwinCore, tmp_path: Path
) -> None:
    seen = threading.Event()

    def slow(word: str) -> RgbImage:
        seen.wait(20)
        return picture(1)

    core.peek = slow  # type: ignore[method-assign]
    window = running(tmp_path / "films")
    try:
        window.body.camera.pictures.show_all.click()
        window.body.record.record.click()
        qtbot.waitUntil(lambda: window.body.record.record.text().startswith("Stop recording"))
        window.body.record.snapshot.click()
        qtbot.waitUntil(lambda: window.body.record.kept.isVisibleTo(window.body.record))
    finally:
        seen.set()
    window.body.record.record.click()
    qtbot.waitUntil(lambda: not window.films.is_on, timeout=20_000)


def test_a_language_that_changes_leaves_the_recording_on(
    qtbot: QtBot, running: Callable[[Path], MainWindow], core: TwinCore, tmp_path: Path
) -> None:
    window = running(tmp_path / "films")
    window.body.record.record.click()
    qtbot.waitUntil(lambda: window.films.is_on and window.films.status is not None)
    (session,) = core.sessions
    (recording,) = session.guests
    assert isinstance(recording, Recording)
    before = window.body.record
    window.steps.run(window, window._another_body())
    window.steps.finish()
    window.bridge.changed.emit(session.status())
    assert window.body.record is not before
    qtbot.waitUntil(lambda: window.body.record.record.text().startswith("Stop recording"))
    qtbot.waitUntil(lambda: recording.status().state is RecordingState.RECORDING)
    frame = session.latest_output()
    assert frame is not None
    recording.send(frame)
    qtbot.waitUntil(lambda: window.films.status.frames == 1)  # type: ignore[union-attr]
    window.body.record.record.click()
    qtbot.waitUntil(lambda: window.body.record.kept.isVisibleTo(window.body.record), timeout=20_000)
    (film,) = (tmp_path / "films").glob("*.mp4")
    window.steps.run(window, window._another_body())
    window.steps.finish()
    assert film.name in window.body.record.kept.text()
    assert window.body.record.folder.isVisibleTo(window.body.record)


def test_what_is_recorded_and_kept_is_seen_beside_the_picture(
    qtbot: QtBot, running: Callable[[Path], MainWindow], core: TwinCore, tmp_path: Path
) -> None:
    window = running(tmp_path / "films")
    preview = window.body.view.output
    assert preview.note == ""
    window.body.record.record.click()
    qtbot.waitUntil(lambda: preview.note.startswith("● 00:"))
    (recording,) = core.sessions[-1].guests
    assert isinstance(recording, Recording)
    frame = core.sessions[-1].latest_output()
    assert frame is not None
    recording.send(frame)
    qtbot.waitUntil(lambda: recording.status().frames == 1)
    window.body.record.snapshot.click()
    qtbot.waitUntil(lambda: preview.note.startswith("Saved: "))
    assert preview.note.endswith(".png")
    window.body.record.record.click()
    qtbot.waitUntil(lambda: preview.note.endswith(".mp4"), timeout=20_000)


def test_a_film_in_the_users_folders_is_named_with_its_place(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    panel = RecordPanel("")
    qtbot.addWidget(panel)
    panel.show_kept(tmp_path / "Videos" / "a.mp4", "")
    assert panel.kept.text() == f"Saved: {Path('~/Videos/a.mp4')}"
    panel.show_kept(tmp_path.parent / "a.mp4", "")
    assert panel.kept.text() == "Saved: a.mp4"


def test_where_no_program_opens_folders_the_window_says_where_the_film_is(
    running: Callable[[Path], MainWindow], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    window = running(tmp_path)
    asked: list[str] = []
    opens = [True, False]

    def open_url(url: QUrl) -> bool:
        asked.append(url.toLocalFile())
        return opens[len(asked) - 1]

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    window.films.last = (tmp_path / "a.mp4", "")
    window.body.record.folder.click()
    assert not window.body.messages.problems
    window.body.record.folder.click()
    assert asked == [str(tmp_path)] * 2
    (said,) = window.body.messages.problems
    assert str(tmp_path / "a.mp4") in said.hint
