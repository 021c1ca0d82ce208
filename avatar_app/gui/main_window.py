"""The window: a large picture of what others see, and around it what one needs while live."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from PyQt6 import sip
from PyQt6.QtCore import QCoreApplication, QObject, QSize, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
    QKeyEvent,
    QPaintEvent,
    QTransform,
)
from PyQt6.QtWidgets import (
    QAbstractButton,
    QDialog,
    QMainWindow,
    QPushButton,
    QWidget,
)

from avatar_app.config import AppConfig, MotionConfig
from avatar_app.gui.avatar_chooser import AvatarChooser
from avatar_app.gui.camera_chooser import STAND_IN, CameraChooser
from avatar_app.gui.core import Core
from avatar_app.gui.cost_watch import CostWatch
from avatar_app.gui.engine_chooser import EngineChooser
from avatar_app.gui.film_recorder import FilmRecorder
from avatar_app.gui.global_hotkeys import GlobalHotkeys, this_system
from avatar_app.gui.global_keys.base import KeySystem
from avatar_app.gui.global_keys.key_map import GlobalKeyMap
from avatar_app.gui.help_desk import HelpDesk
from avatar_app.gui.in_steps import InSteps
from avatar_app.gui.language import speak, tr
from avatar_app.gui.library.offer import may_offer
from avatar_app.gui.live_controls import LiveControls
from avatar_app.gui.live_view import LiveView
from avatar_app.gui.panels.avatar_panel import AvatarPanel
from avatar_app.gui.panels.camera_panel import CameraPanel
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
from avatar_app.gui.session_bridge import SessionBridge
from avatar_app.gui.settings_store import SettingsStore
from avatar_app.gui.window_layout import guard_wheels, lay_out, set_tab_order
from avatar_app.gui.wizard.flow import CalibrationFlow
from avatar_app.gui.wizard.offer import CalibrationOffer
from avatar_app.languages.catalog import Catalog, load_catalog
from avatar_app.languages.system import spoken
from avatar_app.live.status import Problem, SessionState, SessionStatus
from avatar_app.outputs import keeps_transparency
from avatar_app.translatable import translatable

_FRAME = QSize(20, 60)
_IDLE = translatable("Press Start: this portrait moves as you move.")
_IDLE_EMPTY = translatable("Add a photo with one face, then press Start.")

Named = tuple[str | None, str | None, str | None]
"""The source, avatar and engine that hold for this run only; None is what the settings say."""


class MainWindow(QMainWindow):
    """Everything slow runs behind the bridge; nothing here waits, except closing (two seconds).

    ``source``, ``avatar`` and ``engine`` hold for this run; only what is changed in the window
    is saved. ``painted`` is emitted once, after the first paint."""

    painted = pyqtSignal()

    def __init__(
        self,
        core: Core,
        config: AppConfig,
        settings_path: Path,
        *,
        outputs: Sequence[str] = (),
        source: str | None = None,
        avatar: str | None = None,
        engine: str | None = None,
        key_system: KeySystem | None = None,
    ) -> None:
        super().__init__()
        self._was_painted = False
        self._building = False
        self._start_when_ready = False
        self._calibrate_when_ready = False
        self._outputs = tuple(outputs)
        self._presets_file = settings_path.with_name("presets.toml")
        self.bridge = SessionBridge(core, outputs, self)
        self.store = SettingsStore(config, settings_path, self.bridge.look, self)
        keys = GlobalKeyMap(config.global_keys)
        self.global_keys = GlobalHotkeys(key_system or this_system(), keys, self)
        self.films = FilmRecorder(core, self.bridge, self)
        self.steps = InSteps(self)
        self._spoken = config.language

        self.setAcceptDrops(True)
        self.setMinimumSize(890, 560)
        self.resize(_fitting(self, QSize(1330, 800)))
        for _ in self._build(lambda: (source, avatar, engine)):
            pass  # There is no event loop yet, and nobody who waits.

        self.bridge.changed.connect(self._on_session_changed)
        self.bridge.failed.connect(self.show_problem)
        self.store.failed.connect(self.show_problem)
        self.global_keys.failed.connect(self._on_key_refused)
        self.films.failed.connect(self.show_problem)

    def _build(self, named: Callable[[], Named]) -> Iterator[None]:
        """Make all that is inside, in the language of now and in steps. What was there before stays
        in use until the new takes its place, then goes: it all hangs on the body. ``named`` tells
        at that moment what was named for this run."""
        self._building = True
        parts, before = dict(vars(self)), self.centralWidget()
        try:
            QGuiApplication.setApplicationDisplayName(tr("Avatar"))
            self.setWindowTitle(tr("Avatar"))  # A name that differs would be added to it.
            body = QWidget(self)
            body.setObjectName("body")
            self.help = HelpDesk(body, self.steps)
            yield
            yield from self._make_panels(self.store.config)
            yield
            yield from lay_out(self, body)
            yield
            if before is None:
                yield from self._exchange(body, named)
            else:
                yield from self._exchange_unseen(before, body, named)
        except Exception:
            if before is not None and self.centralWidget() is before:
                # What is seen is what is used, and goes on.
                vars(self).update({k: v for k, v in parts.items() if isinstance(v, QObject)})
                self._tell()
            raise
        finally:
            self._building = False

    def _make_panels(self, config: AppConfig) -> Iterator[None]:
        self.camera = CameraPanel()
        self.motion = MotionPanel(config.motion)
        yield
        self.engine = EnginePanel()
        self.others = OutputPanel(self._outputs, config.output, self.bridge.cameras)
        yield
        self.view = LiveView(self.bridge, self.camera.preview)
        self.controls = ControlBar()
        self.avatars = AvatarPanel()
        yield
        kept = any(map(keeps_transparency, self._outputs))
        self.scene = ScenePanel(config, keeps_transparency=kept)
        self.presets = PresetsPanel()
        yield
        self.record = RecordPanel(config.recording.microphone)
        self.more = MoreRow()
        self.confirm = ConfirmBar(
            tr("Others will see your real face, in a red frame."),
            tr("Show my fac&e"),
            tr("Keep the a&vatar"),
        )
        self.messages = MessagePanel(self.help.explains)
        self.offer = CalibrationOffer()
        self.check = QPushButton(tr("Chec&k this machine…"))

    def _exchange_unseen(
        self, before: QWidget, body: QWidget, named: Callable[[], Named]
    ) -> Iterator[None]:
        """Lay ``body`` out under what is in its place still, and exchange it; painted after all."""
        self.setUpdatesEnabled(False)
        try:
            body.setGeometry(before.geometry())
            body.lower()
            body.show()
            yield
            yield from self._exchange(body, named)
            yield
        finally:
            if not sip.isdeleted(self):
                self.setUpdatesEnabled(True)

    def _exchange(self, body: QWidget, named: Callable[[], Named]) -> Iterator[None]:
        """In one turn: keys work in the one or in the other, never in both or in none. What was
        there before is deleted a turn later; after a fault at once, so that one remains."""
        before = self.centralWidget()
        try:
            if before is not None:
                self.calibration.close()  # One that has opened meanwhile: the session waits for it.
            self._make_parts(body, *named())
            if before is not None:
                sip.delete(self.live)
                before.hide()
            self._wire(body)
            self._building = False
            if before is not None:
                self._tell()
                yield
        finally:
            if not sip.isdeleted(self):
                if before is not None:
                    sip.delete(before)  # Left to the event loop, this would come amid other work.
                self.setCentralWidget(body)

    def _make_parts(
        self, body: QWidget, source: str | None, avatar: str | None, engine: str | None
    ) -> None:
        self.calibration = CalibrationFlow(self.bridge, self.store, self.offer, body)
        self._cameras = CameraChooser(self.camera, self.bridge, self.store, source, body)
        self._avatars = AvatarChooser(self.avatars, self.bridge, self.store, avatar, body)
        self._engines = EngineChooser(self.engine, self.bridge, self.store, engine, body)
        self.recording = RecordControls(
            self.record, self.films, self.bridge, self.store, self._run_config, body
        )
        CostWatch(self.bridge, body)

    def _wire(self, body: QWidget) -> None:
        window = self.store.config.window
        self.live = LiveControls(self, body, self._avatars, self._run_config, self._presets_file)
        self.camera.mirror.setChecked(window.mirror_preview)
        self.view.set_mirrored(window.mirror_preview)
        self.view.show_graph(window.delay_graph)
        set_tab_order(self)
        guard_wheels(self, body)
        self._connect()
        self.controls.start.setFocus()

    def begin(self) -> None:
        """Load what is slow, aside: called after the first paint."""
        self._fill()
        self.bridge.load()
        self._on_cameras_wanted()
        self.global_keys.begin()

    def _fill(self) -> None:
        self._avatars.fill()
        self._on_pictured()
        self.bridge.list_cameras()
        self._engines.look()
        self.live.load_presets()

    def start(self) -> None:
        """Open a session; while the cameras are not known yet, as soon as they are."""
        self._start_when_ready = not self._cameras.is_ready
        if self._cameras.is_ready:
            self.bridge.start(self._run_config())

    def show_problem(self, problem: Problem, level: str = "error") -> None:
        """Say in the message area what is wrong and what to do next."""
        self.messages.show_problem(problem, level)

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802 - Qt's name
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            QTimer.singleShot(0, self.painted.emit)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802 - Qt's name
        """Enter presses the button that has the focus, as it does in a dialog."""
        button = self.focusWidget()
        if (
            event is not None
            and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and not event.isAutoRepeat()
            and isinstance(button, QAbstractButton)
        ):
            button.click()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:  # noqa: N802 - Qt's name
        if event is not None and may_offer(event.mimeData()):
            event.acceptProposedAction()
            self.avatars.invite(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent | None) -> None:  # noqa: N802 - Qt's name
        super().dragLeaveEvent(event)
        self.avatars.invite(False)

    def dropEvent(self, event: QDropEvent | None) -> None:  # noqa: N802 - Qt's name
        self.avatars.invite(False)
        if event is not None and self._avatars.take(event.mimeData()):
            event.acceptProposedAction()

    def closeEvent(self, event: QCloseEvent | None) -> None:  # noqa: N802 - Qt's name
        """The window goes at once; session, camera and threads within two seconds."""
        self.hide()
        self.steps.finish()
        self.global_keys.close()
        self._close_parts()
        self.store.flush()
        self.films.close()
        self.bridge.shut_down()
        super().closeEvent(event)

    def _close_parts(self) -> None:
        self._avatars.close_windows()
        self.view.stop_polling()
        self.controls.stop_waiting()
        self.recording.stop_polling()
        self.calibration.close()
        for dialog in self.findChildren(QDialog):
            dialog.reject()

    def _speak(self, catalog: Catalog) -> Iterator[None]:
        """Say everything in the language of the settings from now on. A session goes on."""
        app = QCoreApplication.instance()
        assert app is not None
        self._spoken = self.store.config.language
        messages = self.messages
        with_settings, calibrates = self.live.shows_settings, self.calibration.is_asked
        self._close_parts()
        yield
        speak(app, self._spoken, catalog)
        yield
        yield from self._build(self._named)
        yield
        self._fill()
        told = messages.told  # By the panel that was there before.
        for problem, level in told:
            self.show_problem(problem, level)
        if with_settings:
            self.live.show_settings()
        if calibrates:
            self._on_calibration_wanted()

    def _tell(self) -> None:
        """Show what has changed while all was made anew."""
        for word, state in self.bridge.cameras.items():
            self.others.show_camera(word, state)
        status = self.bridge.status() or SessionStatus(self.bridge.state)
        self.bridge.changed.emit(status)
        self.live.show_pass_through(status.pass_through)

    def _named(self) -> Named:
        source = self._cameras.word if self._cameras.is_ready else None
        return source, self._avatars.word, self._engines.named

    def _connect(self) -> None:
        self.controls.start_wanted.connect(self.start)
        self.controls.stop_wanted.connect(self.bridge.stop)
        self.controls.neutral_wanted.connect(self.bridge.request_neutral)
        self.controls.calibration_wanted.connect(self._on_calibration_wanted)
        self.offer.accepted.connect(self._on_calibration_wanted)
        self.calibration.camera_wanted.connect(self._on_calibration_camera)
        self.camera.mirror_wanted.connect(self._on_mirror_wanted)
        self.view.graph_wanted.connect(self._on_graph_wanted)
        self.view.looked.connect(self.camera.show_status)
        self.recording.noted.connect(self.view.output.set_note)
        self.live.adopted.connect(self._on_adopted)
        self.more.keys.clicked.connect(self.live.show_keys)
        self.more.settings.clicked.connect(self.live.show_settings)
        self.more.help.clicked.connect(self.help.show)
        self.help.keys_wanted.connect(self.live.show_keys)
        self.messages.help_wanted.connect(self.help.show_entry)
        self._engines.chosen.connect(self._on_engine_chosen)
        self.motion.changed.connect(self._on_motion_changed)
        self.check.clicked.connect(self._on_check)
        self.bridge.camera_changed.connect(self.others.show_camera)
        self.others.again_wanted.connect(self._on_cameras_wanted)
        self.view.looked.connect(self.others.show_status)
        self._cameras.told.connect(self._on_told)
        self._cameras.ready.connect(self._on_cameras_ready)
        self._avatars.told.connect(self._on_told)
        self._avatars.refused.connect(self.show_problem)
        self._avatars.chosen.connect(self._on_avatar_chosen)
        self._avatars.pictured.connect(self._on_pictured)
        self.scene.changed.connect(self._on_pictured)

    def _run_config(self) -> AppConfig:
        """The settings of a run: those saved, with what was named for this run on top."""
        config = self.store.config
        source = config.source.model_copy(update={"word": self._cameras.word})
        parts = {"source": source, "avatar": self._avatars.word}
        return self._engines.applied(config.model_copy(update=parts))

    def _on_cameras_wanted(self) -> None:
        self.bridge.keep_cameras(self.store.config)

    def _on_cameras_ready(self) -> None:
        if self._start_when_ready:
            self.start()
        if self._calibrate_when_ready:
            self._on_calibration_wanted()

    def _on_session_changed(self, status: SessionStatus) -> None:
        if self._building:
            return  # Some panels lack what they show; they are told when all is made.
        self.controls.show_state(status.state)
        if status.state is SessionState.RUNNING:
            self.messages.clear_of(STAND_IN)
        self.others.show_status(status)
        self.engine.show_status(status)
        self.messages.show_session([p for p in status.problems if p.where != "sink"])

    def _on_calibration_wanted(self) -> None:
        self._calibrate_when_ready = not self._cameras.is_ready
        if self._cameras.is_ready:
            self.calibration.open(
                self._run_config(), self.camera.box.currentText(), self.camera.cameras
            )

    def _on_calibration_camera(self, word: str) -> None:
        """Another camera, chosen where it is calibrated: it is the one for all."""
        self.camera.pick(word)
        self._on_calibration_wanted()

    def _on_adopted(self, config: AppConfig) -> None:
        self.motion.show_config(config.motion)
        self.scene.show_config(config)
        self._on_pictured()
        self.others.show_config(config.output)
        self._on_cameras_wanted()
        self._engines.show_config(config)
        self.camera.mirror.setChecked(config.window.mirror_preview)
        self.view.show_graph(config.window.delay_graph)
        self.record.choose(config.recording.microphone)
        if config.language is not self._spoken:
            self.bridge.look.submit(
                lambda: load_catalog(spoken(config.language)),
                lambda catalog: self.steps.run(self, self._speak(catalog)),
                self.show_problem,
                where="language",
            )

    def _on_graph_wanted(self, shown: bool) -> None:
        window = self.store.config.window.model_copy(update={"delay_graph": shown})
        self.store.change(window=window)

    def _on_mirror_wanted(self, mirrored: bool) -> None:
        self.view.set_mirrored(mirrored)
        window = self.store.config.window.model_copy(update={"mirror_preview": mirrored})
        self.store.change(window=window)

    def _on_motion_changed(self, motion: MotionConfig) -> None:
        before = self.store.config.motion
        self.store.change(motion=motion)
        if motion.smoothing != before.smoothing:
            self.bridge.set_tracker(self._run_config())
        if motion.model_copy(update={"smoothing": before.smoothing}) != before:
            self.bridge.set_engine(self._run_config())

    def _on_engine_chosen(self) -> None:
        self.bridge.set_engine(self._run_config())

    def _on_check(self) -> None:
        self.steps.run(self, self._open_check())

    def _open_check(self) -> Iterator[None]:
        from avatar_app.gui.doctor_page import DoctorDialog

        yield
        page = self.findChild(DoctorDialog) or DoctorDialog(
            self, set_aside=self.bridge.set_cameras_aside
        )
        page.show()
        page.raise_()
        page.activateWindow()

    def _on_told(self, problem: Problem) -> None:
        self.show_problem(problem, "info")

    def _on_key_refused(self, problem: Problem) -> None:
        self.show_problem(problem, "warning")

    def _on_avatar_chosen(self) -> None:
        self.messages.clear_of("avatar")

    def _on_pictured(self) -> None:
        empty = tr(_IDLE_EMPTY) if self._avatars.is_read else ""
        words = tr(_IDLE) if self._avatars.word else empty
        picture, config = self._avatars.picture, self.store.config
        if picture is not None and config.scene.mirror_avatar is not config.output.mirror:
            picture = picture.transformed(QTransform.fromScale(-1, 1))
        self.view.set_idle(words, picture)


def _fitting(window: QWidget, wanted: QSize) -> QSize:
    """The size, or what the screen has room for beside a title bar and a panel."""
    screen = window.screen()
    return wanted if screen is None else wanted.boundedTo(screen.availableSize() - _FRAME)
