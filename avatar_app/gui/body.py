"""All that is inside the window, in one language: another language takes another body."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtWidgets import QPushButton, QWidget

from avatar_app.config import AppConfig
from avatar_app.gui.avatar_chooser import AvatarChooser
from avatar_app.gui.camera_chooser import CameraChooser
from avatar_app.gui.cost_watch import CostWatch
from avatar_app.gui.engine_chooser import EngineChooser
from avatar_app.gui.help_desk import HelpDesk
from avatar_app.gui.language import tr
from avatar_app.gui.live_controls import LiveControls
from avatar_app.gui.live_view import LiveView
from avatar_app.gui.panels.avatar_panel import AvatarPanel
from avatar_app.gui.panels.camera_panel import CameraPanel
from avatar_app.gui.panels.column import Column
from avatar_app.gui.panels.confirm_bar import ConfirmBar
from avatar_app.gui.panels.control_bar import ControlBar
from avatar_app.gui.panels.engine_panel import EnginePanel
from avatar_app.gui.panels.message_panel import MessagePanel
from avatar_app.gui.panels.more_row import MoreRow
from avatar_app.gui.panels.motion_panel import MotionPanel
from avatar_app.gui.panels.output_panel import OutputPanel
from avatar_app.gui.panels.presets_panel import PresetsPanel
from avatar_app.gui.panels.record_panel import RecordPanel
from avatar_app.gui.panels.scene_panel import ScenePanel
from avatar_app.gui.record_controls import RecordControls
from avatar_app.gui.window_layout import guard_wheels, lay_out, set_tab_order
from avatar_app.gui.wizard.flow import CalibrationFlow
from avatar_app.gui.wizard.offer import CalibrationOffer
from avatar_app.outputs import keeps_transparency

if TYPE_CHECKING:
    from avatar_app.gui.main_window import MainWindow

Named = tuple[str | None, str | None, str | None]
"""The source, avatar and engine that hold for this run only; None is what the settings say."""


class Body(QWidget):
    """Panels, and what joins them with the session and the settings.

    ``made`` fills it with panels, in steps; nothing happens in them yet, and nobody but the maker
    knows them. ``live_on`` joins them, in one turn. Whatever it makes goes with it."""

    side: Column

    def __init__(self, window: "MainWindow", outputs: Sequence[str]) -> None:
        super().__init__(window)
        self._window = window
        self._bridge = window.bridge
        self._store = window.store
        self._outputs = tuple(outputs)
        self.setObjectName("body")

    def made(self) -> Iterator[None]:
        """Every panel in its place."""
        self.help = HelpDesk(self, self._window.steps)
        yield
        yield from self._make_panels(self._store.config)
        yield
        yield from lay_out(self)

    def live_on(self, presets: Path, named: Named) -> None:
        """Work from now on. ``presets`` is where presets are kept."""
        self._make_parts(*named)
        self.live = LiveControls(self._window, self, presets)
        window = self._store.config.window
        self.camera.mirror.setChecked(window.mirror_preview)
        self.view.set_mirrored(window.mirror_preview)
        self.view.show_graph(window.delay_graph)
        set_tab_order(self)
        guard_wheels(self)
        self.controls.start.setFocus()

    @property
    def named(self) -> Named:
        """What holds for this run now, for another body."""
        source = self.cameras.word if self.cameras.is_ready else None
        return source, self.library.word, self.engines.named

    def run_config(self) -> AppConfig:
        """The settings of a run: those saved, with what was named for this run on top."""
        config = self._store.config
        source = config.source.model_copy(update={"word": self.cameras.word})
        parts = {"source": source, "avatar": self.library.word}
        return self.engines.applied(config.model_copy(update=parts))

    def scroll_as(self, other: "Body") -> None:
        """Show the part of the side column that the other shows."""
        here, there = self.side.verticalScrollBar(), other.side.verticalScrollBar()
        if here is not None and there is not None:
            here.setValue(there.value())

    def fill(self) -> None:
        """Ask for what is read aside: avatars, cameras, engines and presets."""
        self.library.fill()
        self._bridge.list_cameras()
        self.engines.look()
        self.live.load_presets()

    def close_parts(self) -> None:
        """For closing: no dialog of it and no timer is left."""
        self.library.close_windows()
        self.view.stop_polling()
        self.controls.stop_waiting()
        self.recording.stop_polling()
        self.calibration.close()

    def _make_panels(self, config: AppConfig) -> Iterator[None]:
        self.camera = CameraPanel()
        self.motion = MotionPanel(config.motion)
        yield
        self.engine = EnginePanel()
        self.others = OutputPanel(self._outputs, config.output, self._bridge.cameras)
        yield
        self.view = LiveView(self._bridge, self.camera.preview)
        self.controls = ControlBar()
        self.avatars = AvatarPanel()
        yield
        kept = any(map(keeps_transparency, self._outputs))
        self.scene = ScenePanel(config, keeps_transparency=kept)
        self.presets = PresetsPanel()
        yield
        self.record = RecordPanel(config.recording.microphone)
        self.more = MoreRow()
        self.confirm = ConfirmBar("", "", tr("Keep the a&vatar"))
        self.messages = MessagePanel(self.help.explains)
        self.offer = CalibrationOffer()
        self.check = QPushButton(tr("Chec&k this machine…"))

    def _make_parts(self, source: str | None, avatar: str | None, engine: str | None) -> None:
        bridge, store = self._bridge, self._store
        self.calibration = CalibrationFlow(bridge, store, self.offer, self)
        self.cameras = CameraChooser(self.camera, bridge, store, source, self)
        self.library = AvatarChooser(self.avatars, bridge, store, avatar, self)
        self.engines = EngineChooser(self.engine, bridge, store, engine, self)
        self.recording = RecordControls(
            self.record, self._window.films, bridge, store, self.run_config, self
        )
        CostWatch(bridge, self)
