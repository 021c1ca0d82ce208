"""The one place where callbacks of the core become Qt signals.

Slow calls run in three lanes: ``session`` (load, build, start, stop, changes of a running
session), ``look`` (cameras, saving) and ``library`` (avatars). The window calls from the GUI
thread and never waits.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import partial
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, pyqtSignal

from avatar_app.config import AppConfig
from avatar_app.costs import Cost
from avatar_app.gui.background import Background, problem_of
from avatar_app.gui.camera_keeper import CameraKeeper
from avatar_app.gui.choices import CameraChoice
from avatar_app.gui.core import Core, Session
from avatar_app.live.status import Problem, SessionState, SessionStatus
from avatar_app.live.trip import Trip
from avatar_app.types import Calibration, Frame, RenderedFrame, RgbImage

if TYPE_CHECKING:
    from avatar_app.avatars.library import AvatarLibrary
    from avatar_app.outputs.standby import StandbyState

BACKGROUND = "background"
"""Where problems of the picture behind the avatar arise."""

CALIBRATION = "calibration"
"""Where problems of a calibration arise."""

_PAINT_S = 0.03
"""So long a session waits before it computes: the window paints what the click has changed, and
would have to share the interpreter."""

_STOP_SECONDS = 5.0
"""Within that a session is stopped, but for its outputs; a driver that hangs takes longer."""

_log = logging.getLogger(__name__)


class SessionBridge(QObject):
    """Starts, changes and stops one session after another; remembers the newest status.

    ``changed`` carries each SessionStatus, ``failed`` a Problem that belongs to no session. A
    session that is FAILED is still open: its outputs show a card until another avatar or source
    mends it, or it is stopped. One that could not be built is CLOSED, with the problem.
    ``camera_changed`` tells of a virtual camera that stays open between sessions: the word of its
    output and its StandbyState, which ``cameras`` keeps."""

    changed = pyqtSignal(object)
    failed = pyqtSignal(object)
    cameras_listed = pyqtSignal(object)
    engines_listed = pyqtSignal(object)
    runtimes_listed = pyqtSignal(object)
    calibration_ready = pyqtSignal(object)
    camera_pictured = pyqtSignal(str, object)
    camera_changed = pyqtSignal(str, object)
    _reported = pyqtSignal(int, object)
    _camera_reported = pyqtSignal(str, object)

    def __init__(self, core: Core, outputs: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._core = core
        self._keeper = CameraKeeper(core, outputs, self._report_camera)
        self._session: Session | None = None
        self._finishing: tuple[Session, ...] = ()
        self._stopper: threading.Thread | None = None
        # With the camera and the avatar of now, for which a neutral face is kept.
        self._worn = AppConfig()  # type: ignore[call-arg]
        self._run = 0
        self._given_up = 0
        self._closing = False
        self._listing = False
        self._listed: frozenset[str] = frozenset()
        self.state = SessionState.CLOSED
        self.mirror_avatar = False
        self.cameras: dict[str, StandbyState] = {}
        self._lane = Background("window-session", self)
        self.look = Background("window-look", self)
        self.library = Background("window-library", self)
        self.loaded = threading.Event()
        self._reported.connect(self._on_reported)
        self._camera_reported.connect(self._on_camera_reported)

    @property
    def is_live(self) -> bool:
        """Whether a session is open or opening."""
        return self.state is not SessionState.CLOSED

    @property
    def source(self) -> str:
        """The word of what drives the avatar, or did last."""
        return self._worn.source.word

    @property
    def session(self) -> Session | None:
        """What runs now; for what joins it."""
        return self._session

    def load(self) -> None:
        """Import the heavy parts now, in the session lane; ``loaded`` is set when that is over.
        Other lanes wait for it where they need them: two threads that import mediapipe at once
        break it for good."""

        def load() -> None:
            try:
                self._core.load()
            finally:
                self.loaded.set()

        self._lane.submit(load, None, self.failed.emit)

    def keep_cameras(self, config: AppConfig) -> None:
        """Have the virtual cameras open as the settings say, with the card while nothing runs; one
        that could not be opened is tried again."""
        self._lane.submit(lambda: self._keeper.keep(config), None, self.failed.emit)

    def set_cameras_aside(self) -> AbstractContextManager[None]:
        """Within it the virtual cameras are closed, unless a session has them. For workers."""
        return self._keeper.set_aside()

    def start(self, config: AppConfig) -> None:
        """Open a session with these settings; its states arrive through ``changed``."""
        if self.is_live:
            return
        self._run += 1
        run = self._run
        self._worn = config
        self._announce(SessionStatus(SessionState.OPENING))
        self._lane.submit(lambda: self._open(config, run), None, self._on_start_failed)

    def stop(self) -> None:
        """Stop what runs; CLOSED arrives through ``changed`` when its threads have ended."""
        if not self.is_live or self.state is SessionState.CLOSING:
            return
        run = self._given_up = self._run
        self._announce(SessionStatus(SessionState.CLOSING))
        self._lane.submit(
            self._stop_session, lambda _: self._on_stopped(run), self._on_start_failed
        )

    def set_source(self, config: AppConfig) -> None:
        """Switch a running session to the source of ``config``, with its tracker and what is kept
        of the driver there."""
        core = self._core
        self._worn = self._worn.model_copy(update={"source": config.source})
        self._change(
            lambda session: session.set_source(
                core.source_opener(config),
                core.tracker_opener(config),
                core.calibration_opener(config),
            )
        )

    def set_tracker(self, config: AppConfig) -> None:
        """Give a running session the smoothing of ``config``."""
        self._change(lambda session: session.set_tracker(self._core.tracker_opener(config)))

    def set_avatar(self, word: str) -> None:
        """Let a running session load another avatar, with what is kept of the driver for it; the
        old one stays until it is ready. It comes turned round while ``mirror_avatar`` says so."""
        core, mirror = self._core, self.mirror_avatar
        self._worn = self._worn.model_copy(update={"avatar": word})

        def kept() -> Calibration | None:
            """Asked for when the avatar is ready: the source may be another by then."""
            return core.calibration_opener(self._worn)()

        self._change(
            lambda session: session.set_avatar(core.avatar_opener(word, mirror=mirror), kept)
        )

    def set_engine(self, config: AppConfig) -> None:
        """Give a running session the engine and motion of ``config``."""
        self._change(lambda session: session.set_engine(self._core.engine_opener(config)))

    def request_neutral(self) -> None:
        """Take the next face as the neutral pose."""
        self._change(lambda session: session.request_neutral())

    def calibrate(self, calibration: Calibration) -> None:
        """Measure a running session's motion against this neutral face."""
        self._change(lambda session: session.calibrate(calibration))

    def set_paused(self, paused: bool) -> None:
        """Show others a card, or the avatar again; the camera stays open."""
        self._change(lambda session: session.pause() if paused else session.resume())

    def prepare_calibration(self, config: AppConfig) -> None:
        """Load what a calibration needs; ``calibration_ready`` brings its CalibrationParts, or
        ``failed`` a Problem of CALIBRATION."""
        self._lane.submit(
            lambda: self._calibration_parts(config),
            self.calibration_ready.emit,
            self.failed.emit,
            where=CALIBRATION,
        )

    def set_pass_through(self, on: bool) -> None:
        """Show the camera itself, or the avatar again. Goes past every queue."""
        if self._session is not None:
            self._session.set_pass_through(on)

    def set_placeholder(self, on: bool) -> None:
        """Show "Be right back", or the avatar again. Goes past every queue, as do the next two."""
        if self._session is not None:
            self._session.set_placeholder(on)

    def panic(self) -> None:
        """The placeholder at once, whatever is going on."""
        if self._session is not None:
            self._session.panic()

    def set_frozen(self, on: bool) -> None:
        """Keep the avatar's last picture, or let it move again."""
        if self._session is not None:
            self._session.set_frozen(on)

    def set_mirror_input(self, config: AppConfig) -> None:
        """Turn the source's pictures round, or not, as the settings say."""
        core = self._core
        self._change(
            lambda session: session.set_mirror_input(
                config.source.mirror, core.tracker_opener(config)
            )
        )

    def set_scene(
        self, config: AppConfig, done: Callable[[None], None], failed: Callable[[Problem], None]
    ) -> None:
        """Give a running session the background and the output mirror of the settings. Whether
        they can be used is told also while nothing runs."""

        def apply() -> None:
            scene = self._core.load_scene(config)
            if self._session is not None:
                self._session.set_scene(scene)

        self._lane.submit(apply, done, failed, where=BACKGROUND)

    def set_composer(self, config: AppConfig) -> None:
        """Give a running session the badge of ``config``, and badge and cards its language."""
        output = self._worn.output.model_copy(update={"badge": config.output.badge})
        worn = self._worn.model_copy(update={"language": config.language, "output": output})
        self._worn = worn
        self._change(lambda session: session.set_composer(self._core.composer_opener(worn)))

    def open_library(self) -> "AvatarLibrary":
        """The user's avatars; slow, for the ``library`` lane."""
        return self._core.open_library()

    def list_cameras(self) -> None:
        """Ask for the cameras; ``cameras_listed`` brings them."""
        if self._listing:
            return
        self._listing = True
        self.look.submit(self._core.list_cameras, self._on_cameras, self._on_no_cameras)

    def picture_cameras(self, words: Sequence[str]) -> None:
        """Open each of these cameras for a moment, but never the one in use; ``camera_pictured``
        brings its word and a small picture, or None."""
        for word in words:
            seen = partial(self.camera_pictured.emit, word)
            self.look.submit(partial(self._peek, word), seen, partial(self._on_no_picture, word))

    def list_engines(self) -> None:
        """Ask for the engines and their models; ``engines_listed`` brings them."""
        self.look.submit(self._core.list_engines, self.engines_listed.emit, self.failed.emit)

    def list_runtimes(self) -> None:
        """Ask what networks can run on; ``runtimes_listed`` brings it."""
        self.look.submit(self._core.list_runtimes, self.runtimes_listed.emit, self.failed.emit)

    def forget_calibrations(
        self, done: Callable[[int], None], failed: Callable[[Problem], None]
    ) -> None:
        """Delete all that is kept of the user's face; ``done`` gets how many that were."""
        self.look.submit(self._core.forget_calibrations, done, failed, where=CALIBRATION)

    def keep_cost(self, cost: Cost) -> None:
        """Keep what a picture cost; ``engines_listed`` brings it where that was news."""

        def kept(is_news: bool) -> None:
            if is_news:
                self.list_engines()

        self.look.submit(lambda: self._core.keep_cost(cost), kept)

    def status(self) -> SessionStatus | None:
        """The figures of this moment; None while nothing runs."""
        return self._session.status() if self._session is not None else None

    def trips(self) -> tuple[Trip, ...]:
        """How the pictures of the last seconds came from the camera to the outputs."""
        return self._session.trips() if self._session is not None else ()

    def latest_input(self) -> Frame | None:
        """The newest picture of the source."""
        return self._session.latest_input() if self._session is not None else None

    def latest_output(self) -> RenderedFrame | None:
        """The newest picture that went to the outputs."""
        return self._session.latest_output() if self._session is not None else None

    def shut_down(self, timeout_s: float = 2.0) -> bool:
        """Stop everything and wait for the threads; whether all are gone. For closing only."""
        deadline = time.monotonic() + timeout_s
        self._closing = True
        self._run += 1
        self.loaded.set()
        self._stopper = threading.Thread(target=self._stop_quietly, name="window-stop", daemon=True)
        self._stopper.start()
        self._lane.close()
        self.look.close()
        self.library.close()
        self._stopper.join(timeout_s)
        lanes = (self._lane, self.look, self.library)
        gone = [lane.join(max(0.0, deadline - time.monotonic())) for lane in lanes]
        clean = all(gone) and not self._stopper.is_alive()
        if not clean:
            _log.warning("a thread of the window did not end in time")
        return clean

    def wait_for_outputs(self, seconds: float) -> bool:
        """Block until the outputs of stopped sessions are closed, each at most ``seconds``; whether
        they are. For closing only, after ``shut_down``."""
        if self._stopper is not None:  # Before it knows, nobody knows what is left to wait for.
            self._stopper.join(_STOP_SECONDS)
        self._lane.join(_STOP_SECONDS)
        return all(session.wait_for_outputs(seconds) for session in self._finishing)

    def _open(self, config: AppConfig, run: int) -> None:
        time.sleep(_PAINT_S)
        if run == self._given_up:
            return
        outputs, lent = self._keeper.lend()
        session = self._core.build_session(
            config,
            outputs,
            lambda status: self._report(run, status),
            lambda neutral: self._core.calibration_keeper(self._worn)(neutral),
            lent,
        )
        if run == self._given_up:
            return
        self._session = session
        session.start()
        if self._closing:
            self._stop_session()

    def _peek(self, word: str) -> RgbImage | None:
        """In the look lane. A session on a camera by another word might hold any of them."""
        used = self._worn.source.word if self.is_live else ""
        if used == word or (used.startswith("camera:") and used not in self._listed):
            return None
        return self._core.peek(word)

    def _calibration_parts(self, config: AppConfig) -> object:
        import avatar_app.gui.wizard.dialog  # noqa: F401 - slow, and wanted next

        return self._core.calibration_parts(config)

    def _report(self, run: int, status: SessionStatus) -> None:
        """Called in threads of the core."""
        if not self._closing:
            self._reported.emit(run, status)

    def _report_camera(self, word: str, state: "StandbyState") -> None:
        """Called in threads of the core."""
        if not self._closing:
            self._camera_reported.emit(word, state)

    def _change(self, change: Callable[[Session], None]) -> None:
        def apply() -> None:
            if self._session is not None:
                change(self._session)

        if self.is_live:
            self._lane.submit(apply, None, self.failed.emit)

    def _stop_session(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.stop()
            stopped = (*self._finishing, session)
            self._finishing = tuple(one for one in stopped if not one.wait_for_outputs(0))
        self._keeper.take_back()

    def _stop_quietly(self) -> None:
        try:
            self._stop_session()
            self._keeper.close()
        except Exception as error:  # The border of the thread: the log has it, the window is gone.
            problem_of(error, "session")

    def _announce(self, status: SessionStatus) -> None:
        self.state = status.state
        self.changed.emit(status)

    def _on_reported(self, run: int, status: SessionStatus) -> None:
        if run != self._run or self._closing or not self.is_live:
            return
        if self.state is SessionState.CLOSING:
            return
        if status.state is SessionState.CLOSED:
            self._run += 1
            self._lane.submit(self._stop_session)
        self._announce(status)

    def _on_camera_reported(self, word: str, state: "StandbyState") -> None:
        self.cameras[word] = state
        self.camera_changed.emit(word, state)

    def _on_stopped(self, run: int) -> None:
        if run != self._run:
            return  # It failed by itself meanwhile; what came after is another's.
        self._run += 1
        self._announce(SessionStatus(SessionState.CLOSED))

    def _on_start_failed(self, problem: Problem) -> None:
        self._run += 1
        self._lane.submit(self._stop_session)
        self._announce(SessionStatus(SessionState.CLOSED, problems=(problem,)))

    def _on_cameras(self, cameras: Sequence[CameraChoice]) -> None:
        self._listing = False
        self._listed = frozenset(camera.word for camera in cameras)
        self.cameras_listed.emit(tuple(cameras))

    def _on_no_picture(self, word: str, _problem: Problem) -> None:
        self.camera_pictured.emit(word, None)

    def _on_no_cameras(self, problem: Problem) -> None:
        self._listing = False
        self.cameras_listed.emit(())
        self.failed.emit(problem)
