"""Recordings, snapshots, and the sound that belongs to the pictures."""

from collections.abc import Sequence
from pathlib import Path

from PyQt6.QtCore import pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from avatar_app.gui.choices import MicrophoneChoice
from avatar_app.gui.hotkeys import shown
from avatar_app.gui.language import decimal, tr
from avatar_app.gui.panels.form import Card, OpeningBox, label, restyle
from avatar_app.live.recording_status import RecordingState, RecordingStatus

_GOING_ON = (RecordingState.RECORDING, RecordingState.PAUSED)
_STEP_MS = 5
_STILL_MS = 10
_FULL = 100


class RecordPanel(Card):
    """Says what was asked, decides nothing; shows how a recording stands and what was kept."""

    record_wanted = pyqtSignal(bool)
    pause_wanted = pyqtSignal(bool)
    snapshot_wanted = pyqtSignal()
    folder_wanted = pyqtSignal()
    microphone_chosen = pyqtSignal(str)
    refresh_wanted = pyqtSignal()

    def __init__(self, microphone: str, parent: QWidget | None = None) -> None:
        super().__init__(tr("Recording and sound"), parent)
        self.record = QPushButton()
        self.pause = QPushButton()
        self.pause.setCheckable(True)
        self.snapshot = QPushButton()
        self.state = label("", "figure", wrap=True)
        self.kept = label("", "muted", wrap=True, selectable=True)
        self.folder = QPushButton(tr("Open folder"))
        self.microphone = OpeningBox()
        self.microphone.setAccessibleName(tr("Microphone for recordings"))
        self.level = QProgressBar()
        self.level.setRange(0, _FULL)
        self.level.setTextVisible(False)
        self.level.setAccessibleName(tr("How loud the microphone is"))
        self.delay = label("", "muted", wrap=True, selectable=True)
        self._microphones: tuple[MicrophoneChoice, ...] = ()
        self._is_on = False
        self._latency_ms = 0
        self._keys = ("", "", "")
        self.kept_words = ""

        self._lay_out()

        self.record.clicked.connect(lambda: self.record_wanted.emit(not self._is_on))
        self.pause.clicked.connect(self.pause_wanted)
        self.snapshot.clicked.connect(self.snapshot_wanted)
        self.folder.clicked.connect(self.folder_wanted)
        self.microphone.opened.connect(self.refresh_wanted)
        self.microphone.activated.connect(
            lambda: self.microphone_chosen.emit(str(self.microphone.currentData()))
        )
        self.choose(microphone)
        self.show_status(None, live=False)

    def show_keys(self, record: str, pause: str, snapshot: str) -> None:
        """The buttons say their keys."""
        self._keys = (record, pause, snapshot)
        self._name_buttons()

    def choose(self, word: str) -> None:
        """Select a microphone by its word, empty for none, without announcing it."""
        words = [("", tr("No sound")), *((m.word, m.title) for m in self._microphones)]
        if word not in [known for known, _ in words]:
            words.append((word, word.partition(":")[2] or word))
        self.microphone.blockSignals(True)
        self.microphone.clear()
        for known, title in words:
            self.microphone.addItem(title, known)
        self.microphone.setCurrentIndex(self.microphone.findData(word))
        self.microphone.blockSignals(False)

    @pyqtSlot(object)
    def set_microphones(self, microphones: Sequence[MicrophoneChoice]) -> None:
        """Show these; the choice stays, also when its microphone has gone."""
        if tuple(microphones) == self._microphones:
            return
        self._microphones = tuple(microphones)
        was_open = bool((view := self.microphone.view()) and view.isVisible())
        self.choose(str(self.microphone.currentData()))
        if was_open:
            QComboBox.showPopup(self.microphone)

    def show_status(self, status: RecordingStatus | None, *, live: bool) -> None:
        """How the newest recording stands; ``live`` is whether there is anything to record."""
        self._is_on = status is not None and not status.is_over
        going_on = status is not None and status.state in _GOING_ON
        self.record.setEnabled(live or self._is_on)  # Disabled it would hand the focus on.
        self.pause.setEnabled(going_on)
        self.pause.setChecked(status is not None and status.state is RecordingState.PAUSED)
        self.snapshot.setEnabled(live)
        self.microphone.setEnabled(not self._is_on)
        restyle(self.record, "live", "true" if self._is_on else "false")
        words = _words(status) if status is not None and self._is_on else ""
        self.state.setText(words)
        self.state.setVisible(bool(words))
        level = status.level if status is not None and going_on else None
        self.level.setVisible(level is not None)
        self.level.setValue(round((level or 0.0) * _FULL))
        self._name_buttons()

    @pyqtSlot(object, str)
    def show_kept(self, path: Path | None, remark: str) -> None:
        """Where the last film or picture is, and what is to be said of its signature."""
        self.kept_words = tr("Saved: {name}", name=path.name) if path is not None else ""
        words = tr("Saved: {name}", name=_from_home(path)) if path is not None else ""
        self.kept.setText(f"{words}\n{tr(remark)}" if remark else words)
        self.kept.setToolTip(str(path or ""))
        self.kept.setVisible(path is not None)
        self.folder.setVisible(path is not None)

    def show_latency(self, seconds: float) -> None:
        """The number to be typed into a meeting program; a small change leaves it as it is."""
        if abs(seconds * 1000 - self._latency_ms) <= _STILL_MS:
            return
        self._latency_ms = _STEP_MS * round(seconds * 1000 / _STEP_MS)
        self.delay.show()
        self.delay.setText(
            tr(
                "In a meeting, delay your microphone by {milliseconds} ms, as long as a picture "
                "usually takes: then voice and lips agree. In OBS: Advanced Audio Properties, "
                "Sync Offset.",
                milliseconds=self._latency_ms,
            )
        )

    def _lay_out(self) -> None:
        others = QHBoxLayout()
        others.setSpacing(8)
        others.addWidget(self.pause)
        others.addWidget(self.snapshot, 1)
        self.rows.addWidget(self.record)
        self.rows.addLayout(others)
        self.rows.addWidget(self.state)
        self.rows.addWidget(self.level)
        self.rows.addWidget(self.kept)
        self.rows.addWidget(self.folder)
        sound = QVBoxLayout()
        sound.setSpacing(4)
        name = QLabel(tr("M&icrophone"))
        name.setBuddy(self.microphone)
        sound.addWidget(name)
        sound.addWidget(self.microphone)
        self.rows.addLayout(sound)
        self.rows.addWidget(self.delay)
        self.delay.hide()
        self.show_kept(None, "")

    def _name_buttons(self) -> None:
        paused = self.pause.isChecked()
        for button, key, words in (
            (self.record, self._keys[0], tr("Stop recording") if self._is_on else tr("Record")),
            (self.pause, "", tr("Go on") if paused else tr("Pause")),
            (self.snapshot, self._keys[2], tr("Snapshot")),
        ):
            button.setText(f"{words} ({shown(key)})" if key else words)
        self.pause.setToolTip(shown(self._keys[1]) if self._keys[1] else "")


def _words(status: RecordingStatus) -> str:
    if status.state is RecordingState.OPENING:
        return tr("Opening…")
    if status.state is RecordingState.FINISHING:
        return tr("Finishing the file…")
    minutes, seconds = divmod(int(status.seconds), 60)
    time, size = f"{minutes:02d}:{seconds:02d}", decimal(status.size / 1e6, 1)
    if status.state is RecordingState.PAUSED:
        return tr("❚❚ Paused at {time} · {size} MB", time=time, size=size)
    if status.dropped:
        return tr(
            "● {time} · {size} MB · {count} pictures left out",
            time=time,
            size=size,
            count=status.dropped,
        )
    return tr("● {time} · {size} MB", time=time, size=size)


def _from_home(path: Path) -> str:
    """Where a file in the user's own folders is; elsewhere its name: a long path has no room."""
    home = Path.home()
    return str(Path("~") / path.relative_to(home)) if path.is_relative_to(home) else path.name
