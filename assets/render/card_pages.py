"""The cards of the side column, in states that this machine may not have."""

from pathlib import Path

import numpy as np
from album import Album
from PyQt6.QtWidgets import QScrollArea

from avatar_app.config import Paste
from avatar_app.errors import SinkError
from avatar_app.gui.choices import (
    LANDMARK_WARP,
    CameraChoice,
    EngineChoice,
    MicrophoneChoice,
    RuntimeChoice,
)
from avatar_app.gui.panels.engine_panel import EnginePanel
from avatar_app.gui.panels.output_panel import OutputPanel
from avatar_app.gui.panels.record_panel import RecordPanel
from avatar_app.live.recording_status import RecordingState, RecordingStatus
from avatar_app.live.status import SessionState, SessionStatus
from avatar_app.outputs.base import StreamSpec
from avatar_app.outputs.standby import StandbyPhase, StandbyState
from avatar_app.types import Outcome

_FILM = Path("Avatar 2026-03-02 09.41.07.mp4")
_CAMERAS = (
    CameraChoice("camera:0", "Integrated Camera: Integrated C", 0),
    CameraChoice("camera:2", "Desk Camera", 2),
)


def side(album: Album) -> None:
    """All cards of the column, however high it is."""
    for scroll in album.window.findChildren(QScrollArea):
        inside = scroll.widget()
        if inside is not None and inside.objectName() == "side" and inside.isVisible():
            album.shot(inside, "main-side")


def record(album: Album) -> None:
    """A recording that runs and what is kept of it; then the states with sound."""
    window = album.window
    album.start()
    folder = window.store.config.recording.model_copy(update={"folder": str(album.home)})
    window.store.change(recording=folder)
    window.body.record.record.click()
    album.wait(lambda: window.films.is_on and window.films.status, "a recording")
    _scroll_to(album, window.body.record)
    album.shot(window, "main-recording", 3.0)
    window.body.record.record.click()
    album.wait(lambda: not window.films.is_on, "the film")
    album.shot(window.body.record, "record-kept", 1.0)
    album.cards("record-states", *_record_states())


def _record_states() -> list[RecordPanel]:
    state = RecordingState
    states = [
        RecordingStatus(state.OPENING, _FILM),
        RecordingStatus(state.RECORDING, _FILM, 75.0, 18_400_000, 2250, 12, level=0.4),
        RecordingStatus(state.PAUSED, _FILM, 75.0, 18_400_000, 2250, level=0.0),
        RecordingStatus(state.FINISHING, _FILM, 75.0, 18_400_000, 2250),
    ]
    panels = []
    for status in states:
        panel = RecordPanel("mic:Headset")
        panel.set_microphones((MicrophoneChoice("mic:Headset", "Headset"),))
        panel.show_keys("F9", "Shift+F9", "F8")
        panel.show_status(status, live=True)
        panels.append(panel)
    return panels


def outputs(album: Album) -> None:
    """What others see while the virtual camera opens, shows a card, the avatar, or fails."""
    spec = StreamSpec(1280, 720, 30)
    failed = SinkError("Avatar Camera failed: no such device.", "The log has the details.")
    running = SessionStatus(SessionState.RUNNING, outcome=Outcome.RENDERED)
    shut = SessionStatus(SessionState.CLOSED)
    phase = StandbyPhase
    told = (
        (phase.OPENING, shut, None),
        (phase.CARD, shut, None),
        (phase.LENT, running, None),
        (phase.FAILED, shut, failed),
    )
    panels = []
    for now, status, error in told:
        state = StandbyState(now, "Avatar Camera", spec, error)
        config = album.window.store.config.output
        panel = OutputPanel(("vcam:", "file:call.mp4"), config, {"vcam:": state})
        panel.show_status(status)
        panels.append(panel)
    album.cards("output-states", *panels)


def cameras(album: Album) -> None:
    """Two cameras: the button, then what one sees while the other is in use."""
    panel, engines = album.window.body.camera, album.window.body.engine.box
    album.wait(lambda: engines.count() > 1, "what is listed after the cameras")
    panel.set_cameras(_CAMERAS)
    album.shot(panel, "camera-two")
    panel.pictures.blockSignals(True)
    panel.pictures.show_all.click()
    panel.pictures.blockSignals(False)
    gradient = np.linspace(60, 200, 160, dtype=np.uint8)
    seen = np.repeat(np.tile(gradient, (120, 1))[..., None], 3, axis=2)
    panel.pictures.show_picture("camera:0", seen)
    panel.pictures.show_picture("camera:2", None)
    album.shot(panel, "camera-pictures")
    panel.set_cameras(())


def engine(album: Album) -> None:
    """A network with the choice of a runtime and its cost; one that lacks a part."""
    about = "First Order Motion Model, vox-256."
    network = EngineChoice("fomm", "FOMM: vox-256", "vox-256", about, True, costs=(("cuda", 21.4),))
    lacking = EngineChoice(
        "fomm",
        "FOMM: tiny",
        "tiny",
        "",
        True,
        "There is no model 'tiny', and none is installed.",
        "",
    )
    panels = []
    for chosen in (network, lacking):
        panel = EnginePanel()
        panel.choose(chosen, "cuda", Paste.SQUARE.value)
        panel.set_engines((LANDMARK_WARP, network, lacking))
        panel.set_runtimes((RuntimeChoice("cuda", "CUDA"), RuntimeChoice("cpu", "CPU")))
        panels.append(panel)
    album.cards("engine-states", *panels)


def presets(album: Album) -> None:
    """While one is named, and when there is one."""
    window = album.window
    window.body.presets.save.click()
    album.shot(window.body.presets, "presets-naming")
    window.body.presets.name.setText("Calls in the evening, with the blurred background")
    window.body.presets.keep.click()
    album.wait(lambda: window.body.presets.box.count(), "the preset")
    album.shot(window.body.presets, "presets")


def _scroll_to(album: Album, card: RecordPanel) -> None:
    for scroll in album.window.findChildren(QScrollArea):
        if scroll.widget() is not None and scroll.widget().isAncestorOf(card):
            scroll.ensureWidgetVisible(card)
