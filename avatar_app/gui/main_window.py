"""The window: a large picture of what others see, and around it what one needs while live."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from PyQt6 import sip
from PyQt6.QtCore import QCoreApplication, QSize, Qt, QTimer, pyqtSignal
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
    QWidget,
)

from avatar_app.config import AppConfig, MotionConfig
from avatar_app.gui.body import Body, Named
from avatar_app.gui.camera_chooser import STAND_IN
from avatar_app.gui.core import Core
from avatar_app.gui.film_recorder import FilmRecorder
from avatar_app.gui.global_hotkeys import GlobalHotkeys, this_system
from avatar_app.gui.global_keys.base import KeySystem
from avatar_app.gui.global_keys.key_map import GlobalKeyMap
from avatar_app.gui.in_steps import InSteps
from avatar_app.gui.language import speak, tr
from avatar_app.gui.library.offer import may_offer
from avatar_app.gui.panels.camera_panel import PERFORMANCE, shows_the_user
from avatar_app.gui.panels.message_panel import CLIPBOARD
from avatar_app.gui.session_bridge import SessionBridge
from avatar_app.gui.settings_store import SettingsStore
from avatar_app.languages.catalog import Catalog, load_catalog
from avatar_app.languages.system import spoken
from avatar_app.live.status import Problem, SessionState, SessionStatus
from avatar_app.translatable import translatable

_FRAME = QSize(20, 60)
_USUAL_SIZE = QSize(1330, 800)
_IDLE = translatable("Press Start: this portrait moves as you move.")
_IDLE_PERFORMANCE = translatable("Press Start: the bundled performance moves this portrait.")
_IDLE_OTHER = translatable("Press Start: the face in the chosen source moves this portrait.")
_IDLE_EMPTY = translatable("Add a photo with one face, then press Start.")


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
        self.resize(_fitting(self, _kept_size(config.window.size) or _USUAL_SIZE))
        self._opened_with = self.size()
        self.body = Body(self, self._outputs)
        for _ in self.body.made():
            pass  # There is no event loop yet, and nobody who waits.
        self._use(self.body, (source, avatar, engine))
        self.setCentralWidget(self.body)

        self.bridge.changed.connect(self._on_session_changed)
        self.bridge.failed.connect(self.show_problem)
        self.store.failed.connect(self.show_problem)
        self.global_keys.failed.connect(self._on_key_refused)
        self.films.failed.connect(self.show_problem)

    def _another_body(self) -> Iterator[None]:
        """Make all that is inside anew, in the language of now and in steps. The body of before
        stays in use until the new takes its place, then goes, and all that hangs on it."""
        before, body = self.body, Body(self, self._outputs)
        try:
            yield
            yield from body.made()
            yield
            yield from self._exchange_unseen(before, body)
        except Exception:
            if self.body is before:
                sip.delete(body)  # What is seen is what is used, and goes on.
                self._tell()
            raise

    def _exchange_unseen(self, before: Body, body: Body) -> Iterator[None]:
        """Lay ``body`` out under what is in its place still, and exchange it; painted after all."""
        self.setUpdatesEnabled(False)
        try:
            body.setGeometry(before.geometry())
            body.lower()
            body.show()
            yield
            body.scroll_as(before)
            yield from self._exchange(before, body)
            yield
        finally:
            if not sip.isdeleted(self):
                self.setUpdatesEnabled(True)

    def _exchange(self, before: Body, body: Body) -> Iterator[None]:
        """In one turn: keys work in the one or in the other, never in both or in none. What was
        there before is deleted a turn later; after a fault at once, so that one remains."""
        before.calibration.close()  # One that has opened meanwhile: the session waits for it.
        named = before.named
        try:
            sip.delete(before.live)
            before.hide()
            self._use(body, named)
            body.library.show_as(before.library)
            self._on_pictured()
            self._tell()
            yield
        finally:
            if not sip.isdeleted(self):
                sip.delete(before)  # Left to the event loop, this would come amid other work.
                self.setCentralWidget(body)

    def _use(self, body: Body, named: Named) -> None:
        self.body = body
        QGuiApplication.setApplicationDisplayName(tr("Avatar"))
        self.setWindowTitle(tr("Avatar"))  # A name that differs would be added to it.
        body.live_on(self._presets_file, named)
        self._connect(body)

    def begin(self) -> None:
        """Load what is slow, aside: called after the first paint."""
        self._fill()
        self.bridge.load()
        self._on_cameras_wanted()
        self.global_keys.begin()

    def _fill(self) -> None:
        self._on_pictured()
        self.body.fill()

    def start(self) -> None:
        """Open a session; while the cameras are not known yet, as soon as they are."""
        self._start_when_ready = not self.body.cameras.is_ready
        if self.body.cameras.is_ready:
            self.bridge.start(self.body.run_config())

    def show_problem(self, problem: Problem, level: str = "error") -> None:
        """Say in the message area what is wrong and what to do next."""
        self.body.messages.show_problem(problem, level)

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
            self.body.avatars.invite(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent | None) -> None:  # noqa: N802 - Qt's name
        super().dragLeaveEvent(event)
        self.body.avatars.invite(False)

    def dropEvent(self, event: QDropEvent | None) -> None:  # noqa: N802 - Qt's name
        self.body.avatars.invite(False)
        if event is not None and self.body.library.take(event.mimeData()):
            event.acceptProposedAction()

    def closeEvent(self, event: QCloseEvent | None) -> None:  # noqa: N802 - Qt's name
        """The window goes at once; session, camera and threads within two seconds."""
        self.hide()
        self.steps.finish()
        self.global_keys.close()
        try:
            self._close_parts()
            self._keep_size()
        finally:  # A fault there must not keep the camera, nor lose settings or a film.
            self.store.flush()
            self.films.close()
            self.bridge.shut_down()
            super().closeEvent(event)

    def _keep_size(self) -> None:
        """Where the user has changed it, for the next time."""
        size = self.normalGeometry().size() if self.isMaximized() else self.size()
        if size != self._opened_with:
            words = f"{size.width()}x{size.height()}"
            window = self.store.config.window.model_copy(update={"size": words})
            self.store.change(window=window)

    def _close_parts(self) -> None:
        self.body.close_parts()
        for dialog in self.findChildren(QDialog):
            dialog.reject()

    def _speak(self, catalog: Catalog) -> Iterator[None]:
        """Say everything in the language of the settings from now on. A session goes on."""
        app = QCoreApplication.instance()
        assert app is not None
        self._spoken = self.store.config.language
        before = self.body
        with_settings, calibrates = before.live.shows_settings, before.calibration.is_asked
        self._close_parts()
        yield
        speak(app, self._spoken, catalog)
        yield
        yield from self._another_body()
        yield
        self._fill()
        for problem, level in before.messages.told:
            self.show_problem(problem, level)
        if with_settings:
            self.body.live.show_settings()
        if calibrates:
            self._on_calibration_wanted()

    def _tell(self) -> None:
        """Show what has changed while all was made anew."""
        for word, state in self.bridge.cameras.items():
            self.body.others.show_camera(word, state)
        status = self.bridge.status() or SessionStatus(self.bridge.state)
        self.bridge.changed.emit(status)
        self.body.live.show_pass_through(status.pass_through)

    def _connect(self, body: Body) -> None:
        body.controls.start_wanted.connect(self.start)
        body.controls.stop_wanted.connect(self.bridge.stop)
        body.controls.neutral_wanted.connect(self.bridge.request_neutral)
        body.controls.calibration_wanted.connect(self._on_calibration_wanted)
        body.offer.accepted.connect(self._on_calibration_wanted)
        body.calibration.camera_wanted.connect(self._on_calibration_camera)
        body.camera.mirror_wanted.connect(self._on_mirror_wanted)
        body.view.graph_wanted.connect(self._on_graph_wanted)
        body.view.looked.connect(body.camera.show_status)
        body.recording.noted.connect(body.view.output.set_note)
        body.recording.no_way.connect(self.show_problem)
        body.live.adopted.connect(self._on_adopted)
        body.more.keys.clicked.connect(body.live.show_keys)
        body.more.settings.clicked.connect(body.live.show_settings)
        body.more.help.clicked.connect(body.help.show)
        body.help.keys_wanted.connect(body.live.show_keys)
        body.messages.help_wanted.connect(body.help.show_entry)
        body.engines.chosen.connect(self._on_engine_chosen)
        body.motion.changed.connect(self._on_motion_changed)
        body.check.clicked.connect(self._on_check)
        self.bridge.camera_changed.connect(body.others.show_camera)
        body.others.again_wanted.connect(self._on_cameras_wanted)
        body.view.looked.connect(body.others.show_status)
        body.cameras.told.connect(self._on_told)
        body.cameras.ready.connect(self._on_cameras_ready)
        body.cameras.changed.connect(self._on_pictured)
        body.library.told.connect(self._on_told)
        body.library.refused.connect(self.show_problem)
        body.library.chosen.connect(self._on_avatar_chosen)
        body.library.pictured.connect(self._on_pictured)
        body.scene.changed.connect(self._on_pictured)

    def _on_cameras_wanted(self) -> None:
        self.bridge.keep_cameras(self.store.config)

    def _on_cameras_ready(self) -> None:
        if self._start_when_ready:
            self.start()
        if self._calibrate_when_ready:
            self._on_calibration_wanted()

    def _on_session_changed(self, status: SessionStatus) -> None:
        self.body.controls.show_state(status.state)
        if status.state is SessionState.RUNNING:
            self.body.messages.clear_of(STAND_IN)
        self.body.others.show_status(status)
        self.body.engine.show_status(status)
        self.body.messages.show_session([p for p in status.problems if p.where != "sink"])

    def _on_calibration_wanted(self) -> None:
        self._calibrate_when_ready = not self.body.cameras.is_ready
        if self.body.cameras.is_ready:
            self.body.calibration.open(
                self.body.run_config(), self.body.camera.box.currentText(), self.body.camera.cameras
            )

    def _on_calibration_camera(self, word: str) -> None:
        """Another camera, chosen where it is calibrated: it is the one for all."""
        self.body.camera.pick(word)
        self._on_calibration_wanted()

    def _on_adopted(self, config: AppConfig) -> None:
        self.body.motion.show_config(config.motion)
        self.body.scene.show_config(config)
        self._on_pictured()
        self.body.others.show_config(config.output)
        self._on_cameras_wanted()
        self.body.engines.show_config(config)
        self.body.camera.mirror.setChecked(config.window.mirror_preview)
        self.body.view.show_graph(config.window.delay_graph)
        self.body.record.choose(config.recording.microphone)
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
        self.body.view.set_mirrored(mirrored)
        window = self.store.config.window.model_copy(update={"mirror_preview": mirrored})
        self.store.change(window=window)

    def _on_motion_changed(self, motion: MotionConfig) -> None:
        before = self.store.config.motion
        self.store.change(motion=motion)
        if motion.smoothing != before.smoothing:
            self.bridge.set_tracker(self.body.run_config())
        if motion.model_copy(update={"smoothing": before.smoothing}) != before:
            self.bridge.set_engine(self.body.run_config())

    def _on_engine_chosen(self) -> None:
        self.bridge.set_engine(self.body.run_config())

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
        self.body.messages.clear_of("avatar")
        self.body.messages.clear_of(CLIPBOARD)

    def _on_pictured(self) -> None:
        empty = tr(_IDLE_EMPTY) if self.body.library.is_read else ""
        words = tr(_idle_words(self.body.cameras.word)) if self.body.library.word else empty
        picture, config = self.body.library.picture, self.store.config
        if picture is not None and config.scene.mirror_avatar is not config.output.mirror:
            picture = picture.transformed(QTransform.fromScale(-1, 1))
        self.body.view.set_idle(words, picture)


def _idle_words(source: str) -> str:
    """What Start would do, by the word of what drives the avatar."""
    if source == PERFORMANCE:
        return _IDLE_PERFORMANCE
    return _IDLE if shows_the_user(source) else _IDLE_OTHER


def _kept_size(words: str) -> QSize | None:
    width, _, height = words.partition("x")
    return QSize(int(width), int(height)) if words else None


def _fitting(window: QWidget, wanted: QSize) -> QSize:
    """The size, or what the screen has room for beside a title bar and a panel."""
    screen = window.screen()
    return wanted if screen is None else wanted.boundedTo(screen.availableSize() - _FRAME)
