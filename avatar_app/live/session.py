"""The live session: from a source to the outputs, in three threads and one aside.

    grab ── Frame ──► slot ──► render ── RenderedFrame ──► slot ──► deliver ──► sinks
                                 ▲
                       dress ────┘ an avatar prepared aside

Each slot keeps the newest value only. The deliverer never waits for the others: it repeats the
last picture for a second, or as long as a slow engine needs, and then shows a card.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from avatar_app.compose import Composer
from avatar_app.engines.base import AvatarEngine
from avatar_app.live.camera_rate import CameraRate
from avatar_app.live.curtain import Curtain
from avatar_app.live.deliver import Deliverer
from avatar_app.live.dress import Dresser, Wish
from avatar_app.live.engine_shelf import EngineShelf
from avatar_app.live.feed import (
    Captured,
    Feed,
    OpenCalibration,
    OpenSource,
    OpenTracker,
    no_calibration,
)
from avatar_app.live.grab import Grabber
from avatar_app.live.machine import SessionMachine, problem_of
from avatar_app.live.pace import Pace
from avatar_app.live.render import Recorder, Renderer
from avatar_app.live.slot import Slot
from avatar_app.live.stats import SessionStats
from avatar_app.live.status import Problem, SessionState, SessionStatus
from avatar_app.live.trip import Trip
from avatar_app.live.words import (
    BACK_SOON,
    GETTING_READY,
    NO_CAMERA,
    Words,
    low_rate_words,
    slow_words,
)
from avatar_app.outputs.base import FrameSink, StreamSpec
from avatar_app.pipeline import Pipeline
from avatar_app.reflection import mirrored_calibration
from avatar_app.scene import Scene
from avatar_app.tracking.base import FaceTracker
from avatar_app.translatable import translatable
from avatar_app.types import Avatar, Calibration, Frame, RenderedFrame, TrackedFrame

STOP_SECONDS = 2.0
SILENT_SECONDS = 1.0
"""A camera that has given no frame for this long gives none."""

_SILENT_CAMERA = Problem("source", "The camera gives no pictures.", "Check its cable.")
_STUCK_ENGINE = Problem(
    "engine",
    "The engine has not finished a picture for some seconds.",
    "Wait a moment, or choose another engine.",
)
_PLACES = {
    "live-deliver": "sink",
    "live-grab": "source",
    "live-render": "engine",
    "live-dress": "avatar",
}
_OVERDUE = {
    "sink": translatable("The output did not stop in time."),
    "source": translatable("The source did not stop in time."),
    "engine": translatable("The engine did not stop in time."),
    "avatar": translatable("The avatar did not get ready in time."),
}

_SCENE = "background"

_log = logging.getLogger(__name__)


class LiveSession:
    """One run from ``start`` to ``stop``; a new run is a new session. Any thread may call.

    Nothing is opened before ``start``; each factory is called in the thread that uses what it
    makes. ``open_scene`` is what the first picture is set into; one that cannot be opened is
    reported. ``on_change`` gets the status after each change of state or problems, in the thread
    where it happened, and must return soon. A source that is lost is opened again, one that ends
    ends the session. ``fit_avatar`` is applied to each avatar loaded. ``open_calibration`` loads
    what is kept for the source; ``on_neutral`` gets each neutral face that was requested, to be
    kept, between two frames: it must return soon, and what it raises is reported.

    An avatar, engine or file that cannot be used at first makes the session FAILED: the
    outputs go on with a card, and another one opens it again."""

    def __init__(
        self,
        *,
        open_source: OpenSource,
        open_tracker: OpenTracker,
        open_engine: Callable[[], AvatarEngine[Any]],
        open_avatar: Callable[[], Avatar],
        open_composer: Callable[[], Composer],
        sinks: Sequence[FrameSink],
        spec: StreamSpec,
        open_calibration: OpenCalibration = no_calibration,
        open_scene: Callable[[], Scene] | None = None,
        mirror_input: bool = False,
        on_neutral: Callable[[Calibration], None] | None = None,
        fit_avatar: Callable[[Avatar], Avatar] = lambda avatar: avatar,
        recorder: Recorder | None = None,
        on_change: Callable[[SessionStatus], None] | None = None,
    ) -> None:
        self._on_change = on_change
        self._machine = SessionMachine(self._notify)
        self._stats = SessionStats()
        self._frames: Slot[Captured] = Slot()
        self._pictures: Slot[RenderedFrame] = Slot()
        self._pace = Pace()
        self._curtain = Curtain()
        self._open_scene = open_scene
        shelf = EngineShelf()

        def open_pipeline(tracker: FaceTracker) -> Pipeline:
            pipeline = Pipeline(tracker, open_composer(), on_neutral=self._neutral_taken)
            self._set_first_scene(pipeline)
            return pipeline

        self._on_neutral = on_neutral
        feed = Feed(open_source, open_tracker, open_calibration, mirror_input)
        self._camera_rate = CameraRate(self._notify)
        self._grabber = Grabber(feed, self._frames, self._machine, self._stats, self._camera_rate)
        self._renderer = self._renderer_of(feed, open_pipeline, recorder, shelf)
        self._dresser = Dresser(
            Wish(open_engine, open_avatar),
            fit_avatar,
            self._renderer.wear,
            shelf,
            self._machine,
            self._notify,
        )
        self._deliverer = Deliverer(
            self._pictures,
            sinks,
            spec,
            open_composer(),
            self._machine,
            self._stats,
            explain=self._explain,
            curtain=self._curtain,
            may_stay=self._may_stay,
        )
        self._threads = [
            threading.Thread(target=body, name=f"live-{name}", daemon=True)
            for name, body in (
                ("deliver", self._deliver),
                ("grab", self._grabber.run),
                ("render", self._renderer.run),
                ("dress", self._dresser.run),
            )
        ]

    def start(self) -> None:
        """Open everything and go; returns at once. The card is on the outputs first. Once only."""
        if not self._machine.go(SessionState.OPENING, only_from=SessionState.CLOSED):
            raise RuntimeError("a session is started once")
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Close everything, within two seconds. Idempotent.

        A thread that does not return in time (an engine or a driver that blocks) is left behind
        as a daemon and reported."""
        self._machine.go(SessionState.CLOSING)
        for part in (self._grabber, self._renderer, self._dresser, self._deliverer):
            part.stop()
        self._frames.close()
        self._join()
        self._machine.go(SessionState.CLOSED)

    def wait_for_outputs(self, seconds: float | None = None) -> bool:
        """After ``stop``: block until the outputs are closed, at most ``seconds``; whether they
        are. Signing a long film takes longer than ``stop`` waits."""
        deliver = self._threads[0]
        if deliver.is_alive():
            deliver.join(seconds)
        if deliver.is_alive():
            return False
        self._machine.clear(deliver.name)
        return True

    def wait(self, seconds: float | None = None) -> bool:
        """Block until the session is CLOSED or FAILED, at most ``seconds``; whether it is."""
        return self._machine.wait_for({SessionState.CLOSED, SessionState.FAILED}, seconds)

    def pause(self) -> None:
        """Show a card in place of the avatar; the camera stays open. Only while RUNNING."""
        self._machine.go(SessionState.PAUSED, only_from=SessionState.RUNNING)

    def resume(self) -> None:
        """Show the avatar again. Only while PAUSED."""
        self._machine.go(SessionState.RUNNING, only_from=SessionState.PAUSED)

    def status(self) -> SessionStatus:
        """The state, the problems and the figures of the last seconds."""
        figures = self._stats.read(time.perf_counter())
        latest = self._deliverer.latest
        return SessionStatus(
            state=self._machine.state,
            source_fps=figures.source_fps,
            fps=figures.fps,
            sent_fps=figures.sent_fps,
            latency_p50_ms=figures.latency_p50_ms,
            latency_p95_ms=figures.latency_p95_ms,
            captured=figures.captured,
            rendered=figures.rendered,
            sent=figures.sent,
            dropped=self._frames.dropped + self._pictures.dropped,
            outcome=latest.outcome.value if latest is not None else "",
            pass_through=self._curtain.pass_through,
            placeholder=self._curtain.placeholder,
            frozen=self._curtain.frozen,
            preparing=self._dresser.busy,
            stage_ms=figures.stage_ms,
            engine=self._renderer.engine_info,
            source=self._grabber.info,
            notes=self._notes(),
            problems=self._machine.problems,
        )

    def trips(self) -> tuple[Trip, ...]:
        """How each picture of the last seconds came from the camera to the outputs."""
        return self._stats.trips()

    def set_avatar(
        self,
        open_avatar: Callable[[], Avatar],
        open_calibration: OpenCalibration = no_calibration,
    ) -> None:
        """Load and prepare another avatar aside and swap it between two frames; returns at once.
        When that fails the old one stays and the problem is reported. ``open_calibration`` loads
        what is kept for the source and this avatar; where that is nothing the neutral face
        stays."""
        self._reopen()
        self._dresser.wish(open_avatar=open_avatar, open_calibration=open_calibration)

    def set_engine(self, open_engine: Callable[[], AvatarEngine[Any]]) -> None:
        """Another engine, or the same with other motion settings; as ``set_avatar``."""
        self._reopen()
        self._dresser.wish(open_engine=open_engine)

    def set_source(
        self,
        open_source: OpenSource,
        open_tracker: OpenTracker | None = None,
        open_calibration: OpenCalibration = no_calibration,
    ) -> None:
        """Leave the source for another; the neutral face is the kept one or taken anew.
        ``open_tracker`` is for a source that needs another tracker than the present one's."""
        self._reopen()
        self._grabber.change(
            open_source=open_source, open_tracker=open_tracker, open_calibration=open_calibration
        )

    def set_tracker(self, open_tracker: OpenTracker) -> None:
        """Another tracker, or the same with other settings, from the next frame on; the neutral
        face stays."""
        self._grabber.change(open_tracker=open_tracker)

    def request_neutral(self) -> None:
        """Take the next good face as the neutral one."""
        self._renderer.order(Pipeline.request_neutral)

    def calibrate(self, calibration: Calibration | None) -> None:
        """Measure motion against this calibration from the next frame on; None takes the next
        good face."""
        self._renderer.order(lambda pipeline: pipeline.calibrate(calibration))

    def set_pass_through(self, on: bool) -> None:
        """Show the camera's own picture in a red frame. Off at first; once switched off no such
        picture leaves any more."""
        self._curtain.pass_through = on
        self._renderer.order(lambda pipeline: pipeline.set_pass_through(on))

    def set_placeholder(self, on: bool) -> None:
        """Show the card "Be right back" in place of everything else from the next picture that
        leaves, or the avatar again."""
        self._curtain.placeholder = on
        self._notify()

    def panic(self) -> None:
        """The placeholder at once, and pass-through off; ``set_placeholder`` takes it back."""
        self._curtain.panic()
        self._renderer.order(lambda pipeline: pipeline.set_pass_through(False))
        self._notify()

    def set_frozen(self, on: bool) -> None:
        """Keep the avatar's last picture, or move again. A card where there is none yet."""
        self._curtain.frozen = on
        self._notify()

    def set_mirror_input(self, on: bool, open_tracker: OpenTracker | None = None) -> None:
        """Turn the source's frames round before anybody sees them; the neutral face is turned with
        them. ``open_tracker`` is for a tracker that has to know."""
        self._grabber.change(open_tracker=open_tracker, mirrored=on)

    def set_scene(self, scene: Scene) -> None:
        """Another background or output mirror from the next frame on."""

        def change(pipeline: Pipeline) -> None:
            pipeline.set_scene(scene)
            self._machine.clear(_SCENE)

        self._renderer.order(change)

    def set_composer(self, open_composer: Callable[[], Composer]) -> None:
        """Another badge, and cards in another language, from the next picture on; one that is
        frozen is taken anew. Size and fit stay those of the session. The cards are drawn before
        it returns, in some 70 ms."""
        self._deliverer.use(open_composer())

        def change(pipeline: Pipeline) -> None:
            pipeline.set_composer(open_composer())
            self._deliverer.renew(time.perf_counter())

        self._renderer.order(change)

    def join(self, sink: FrameSink) -> None:
        """Give one more sink the pictures that leave from now on, a recording above all. It is
        opened within a beat, by the thread that feeds the others; one that fails harms none of
        them and is reported. Where the session has ended it is closed at once."""
        self._deliverer.join(sink)

    def leave(self, sink: FrameSink) -> None:
        """Close a sink that joined, within a beat; the end of the session closes it as well."""
        self._deliverer.leave(sink)

    def snapshot(self) -> RenderedFrame | None:
        """What the outputs get at this moment: never a camera picture unless pass-through is on
        now. None before the first picture."""
        return self._deliverer.snapshot()

    def latest_input(self) -> Frame | None:
        """The source's newest frame; None while there is none."""
        return self._grabber.latest

    def latest_tracked(self) -> TrackedFrame | None:
        """The newest frame that was looked at, with the face found in it; None while there is
        none or pass-through is on."""
        return self._renderer.latest

    def latest_output(self) -> RenderedFrame | None:
        """What the outputs got last, cards included."""
        return self._deliverer.latest

    def _renderer_of(
        self,
        feed: Feed,
        open_pipeline: Callable[[FaceTracker], Pipeline],
        recorder: Recorder | None,
        shelf: EngineShelf,
    ) -> Renderer:
        return Renderer(
            feed,
            self._frames,
            self._pictures,
            open_pipeline,
            self._machine,
            self._stats,
            recorder,
            shelf,
            self._pace,
            on_retired=lambda: self._dresser.tidy(),
            on_info=self._notify,
        )

    def _set_first_scene(self, pipeline: Pipeline) -> None:
        if self._open_scene is None:
            return
        try:
            pipeline.set_scene(self._open_scene())
        except Exception as error:  # A background that is gone leaves the portrait's own.
            self._machine.report(problem_of(_SCENE, error))

    def _neutral_taken(self, calibration: Calibration) -> None:
        if self._on_neutral is None:
            return
        try:
            if self._renderer.is_mirrored:
                calibration = mirrored_calibration(calibration)
            self._on_neutral(calibration)
            self._machine.clear("calibration")
        except Exception as error:  # It holds for this session, kept or not.
            self._machine.report(problem_of("calibration", error))

    def _reopen(self) -> None:
        self._machine.go(SessionState.OPENING, only_from=SessionState.FAILED)

    def _deliver(self) -> None:
        self._deliverer.run()
        if self._machine.state not in (SessionState.CLOSING, SessionState.CLOSED):
            self.stop()

    def _join(self) -> None:
        until = time.monotonic() + STOP_SECONDS
        for thread in self._threads:
            if thread.is_alive() and thread is not threading.current_thread():
                thread.join(max(0.0, until - time.monotonic()))
                if thread.is_alive():
                    self._abandon(thread)

    def _abandon(self, thread: threading.Thread) -> None:
        _log.warning("%s did not end in time", thread.name)
        where = _PLACES[thread.name]
        problem = Problem(where, _OVERDUE[where], "Restart the program if it stays busy.")
        self._machine.report(problem, key=thread.name)

    def _may_stay(self, came_at: float, now: float) -> bool:
        """Whether a picture may still be repeated: never one made from the last frame of a camera
        that has gone, however long the engine takes."""
        if now - self._grabber.latest_at > SILENT_SECONDS:
            return False
        return now - came_at <= self._pace.patience

    def _notes(self) -> tuple[str, ...]:
        low_fps = self._camera_rate.low_fps
        camera = () if low_fps is None else (low_rate_words(low_fps),)
        info = self._renderer.engine_info
        if info is None:
            return camera
        slow = (slow_words(info),) if self._pace.is_slow else ()
        return (*info.notes, *slow, *camera)

    def _explain(self) -> tuple[Words, Problem | None]:
        """Why there is no picture: for the card, which others see, and for the user."""
        state = self._machine.state
        if state is SessionState.FAILED:
            return BACK_SOON, None
        if self._grabber.trouble:
            return NO_CAMERA, None
        if state is SessionState.OPENING:
            return GETTING_READY, None
        if time.perf_counter() - self._grabber.latest_at > SILENT_SECONDS:
            return NO_CAMERA, _SILENT_CAMERA
        return BACK_SOON, _STUCK_ENGINE

    def _notify(self) -> None:
        if self._on_change is None:
            return
        try:
            self._on_change(self.status())
        except Exception:  # A listener's fault must not end the thread that told it.
            _log.exception("on_change failed")
