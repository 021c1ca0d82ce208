"""The thread that runs the pipeline."""

import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

from avatar_app.engines.base import AvatarEngine, EngineInfo, Prepared
from avatar_app.live.engine_shelf import EngineShelf
from avatar_app.live.feed import Captured, Feed
from avatar_app.live.machine import SessionMachine, problem_of
from avatar_app.live.pace import Pace
from avatar_app.live.slot import Slot
from avatar_app.live.stats import SessionStats
from avatar_app.live.status import Problem, SessionState
from avatar_app.live.trip import WAIT
from avatar_app.pipeline import Pipeline
from avatar_app.reflection import mirrored_calibration
from avatar_app.tracking.base import FaceTracker
from avatar_app.types import Calibration, Frame, Outcome, RenderedFrame, TrackedFrame

_LOOK_UP_SECONDS = 0.1
_TRACKER_FAULTS = 15

_log = logging.getLogger(__name__)


class Recorder(Protocol):
    """Keeps the performance of a session. Both may fail; the session goes on without it."""

    def add(self, tracked: TrackedFrame) -> None:
        """One frame more."""
        ...

    def close(self) -> None:
        """Write what is not written yet."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class _Outfit:
    engine: AvatarEngine[Any]
    prepared: Prepared
    calibration: Calibration | None


class Renderer:
    """``run`` is the thread's body. Other threads reach the pipeline through ``order`` alone:
    what they order is done between two frames. A frame of another feed brings its tracker with it;
    another source also asks for a new neutral face. While there is no avatar no picture goes out:
    the deliverer has better words for that.

    Engines come as loans of the ``shelf`` and go back there; ``on_retired`` is called when one may
    have become idle, ``on_info`` when ``engine_info`` or the ``pace`` has something new to say."""

    def __init__(
        self,
        feed: Feed,
        frames: Slot[Captured],
        pictures: Slot[RenderedFrame],
        open_pipeline: Callable[[FaceTracker], Pipeline],
        machine: SessionMachine,
        stats: SessionStats,
        recorder: Recorder | None,
        shelf: EngineShelf,
        pace: Pace,
        *,
        on_retired: Callable[[], None],
        on_info: Callable[[], None],
    ) -> None:
        self._feed = feed
        self._refused: Feed | None = None
        self._frames = frames
        self._pictures = pictures
        self._open_pipeline = open_pipeline
        self._machine = machine
        self._stats = stats
        self._recorder = recorder
        self._shelf = shelf
        self._pace = pace
        self._on_retired = on_retired
        self._on_info = on_info
        self._orders: queue.SimpleQueue[Callable[[Pipeline], None]] = queue.SimpleQueue()
        self._outfits: queue.SimpleQueue[_Outfit] = queue.SimpleQueue()
        self._handing = threading.Lock()
        self._stopping = False
        self._ended = False
        self._engine: AvatarEngine[Any] | None = None
        self._said: tuple[EngineInfo | None, float | None] = (None, None)
        self._tracker: FaceTracker | None = None
        self._tracker_faults = 0
        self._fault_at = 0.0
        self.latest: TrackedFrame | None = None

    def order(self, step: Callable[[Pipeline], None]) -> None:
        """Have something done to the pipeline before its next frame."""
        self._orders.put(step)

    @property
    def is_mirrored(self) -> bool:
        """Whether the frames at work have been turned round."""
        return self._feed.mirrored

    @property
    def engine_info(self) -> EngineInfo | None:
        """The engine at work, as it was after the last frame; None before there is one."""
        return self._said[0]

    def wear(
        self, engine: AvatarEngine[Any], prepared: Prepared, calibration: Calibration | None
    ) -> bool:
        """Show another prepared avatar from the next frame on; whether that is still possible.
        Motion is measured against ``calibration`` from then on, or as before with None. The loan
        of ``engine`` goes back when it is no longer used."""
        with self._handing:
            if not self._ended:
                self._outfits.put(_Outfit(engine, prepared, calibration))
            return not self._ended

    def stop(self) -> None:
        """End the thread after the frame in work."""
        self._stopping = True

    def run(self) -> None:
        """Until stopped or ``frames`` is finished; closes ``pictures``."""
        try:
            pipeline = self._start()
            while not (self._stopping or self._frames.finished):
                self._obey(pipeline)
                captured = self._frames.take(_LOOK_UP_SECONDS)
                if captured is None or self._machine.state is SessionState.PAUSED:
                    continue
                if captured.feed is self._feed or self._follow(pipeline, captured.feed):
                    self._process(pipeline, captured.frame)
            self._pictures.close()
        except Exception as error:  # The deliverer goes on with its card; the user is told.
            _log.exception("rendering ended")
            self._machine.fail(problem_of("engine", error))
        finally:
            self._close()

    def _start(self) -> Pipeline:
        self._tracker = self._feed.open_tracker()
        pipeline = self._open_pipeline(self._tracker)
        pipeline.calibrate(self._kept_calibration(self._feed))
        return pipeline

    def _kept_calibration(self, feed: Feed) -> Calibration | None:
        try:
            return _as_seen(feed.open_calibration(), feed)
        except Exception:  # Without one the first good face serves.
            _log.exception("the kept calibration was not opened")
            return None

    def _obey(self, pipeline: Pipeline) -> None:
        while not self._orders.empty():
            step = self._orders.get()
            try:
                step(pipeline)
            except Exception as error:  # What cannot be done leaves all as it was.
                _log.exception("an order to the pipeline failed")
                self._machine.report(problem_of("avatar", error))

        while not self._outfits.empty():
            self._wear(pipeline, self._outfits.get())
        self._tell()

    def _wear(self, pipeline: Pipeline, outfit: _Outfit) -> None:
        before, engine = self._engine, outfit.engine
        try:
            pipeline.use(engine, outfit.prepared)
            if outfit.calibration is not None:
                pipeline.calibrate(_as_seen(outfit.calibration, self._feed))
        except Exception as error:  # An avatar that cannot be worn leaves the old one on.
            _log.exception("an avatar could not be worn")
            self._machine.report(problem_of("avatar", error))
            self._retire(engine)
            return
        self._machine.clear("avatar")
        self._engine = engine
        if before is not engine:
            self._pace.restart()
        if before is not None:
            self._retire(before)

    def _retire(self, engine: AvatarEngine[Any]) -> None:
        self._shelf.give_back(engine)
        self._on_retired()

    def _tell(self) -> None:
        """What is said of the engine may change at any moment; it is asked for here alone."""
        said = (self._engine.info if self._engine is not None else None, self._pace.is_slow)
        if said != self._said:
            self._said = said
            self._on_info()

    def _follow(self, pipeline: Pipeline, feed: Feed) -> bool:
        """Take to another feed; whether its frames can be used."""
        if feed is self._refused:
            return False
        if feed.open_tracker is not self._feed.open_tracker:
            self._close_tracker()
            try:
                self._tracker = feed.open_tracker()
            except Exception as error:  # The tracker before must not see another source's frames.
                self._refused = feed
                self._machine.fail(problem_of("tracker", error))
                return False
            pipeline.use_tracker(self._tracker)
        if feed.open_source is not self._feed.open_source:
            pipeline.calibrate(self._kept_calibration(feed))
        elif feed.mirrored is not self._feed.mirrored:
            pipeline.mirror_input()
        if self._refused is not None:
            self._machine.go(SessionState.OPENING, only_from=SessionState.FAILED)
        self._feed, self._refused = feed, None
        return True

    def _process(self, pipeline: Pipeline, frame: Frame) -> None:
        begun = time.perf_counter()
        rendered = pipeline.process(frame)
        self.latest = pipeline.tracked
        if self._stopping:
            return
        now = time.perf_counter()
        if rendered.outcome is Outcome.RENDERED:
            self._pace.add(now - begun)
        self._judge(pipeline, now)
        if self._recorder is not None and pipeline.tracked is not None:
            self._record(self._recorder, pipeline.tracked)
        if rendered.outcome is not Outcome.PLACEHOLDER:
            self._stats.rendered(now, rendered.timings)
            self._machine.go(SessionState.RUNNING, only_from=SessionState.OPENING)
            timings = {WAIT: begun - frame.captured_at, **rendered.timings}
            self._pictures.put(replace(rendered, timings=timings))

    def _judge(self, pipeline: Pipeline, now: float) -> None:
        """Report faults; take them back only after some calm, so that nothing flickers."""
        fault = pipeline.fault
        if fault is not None:
            self._fault_at = now
            self._machine.report(Problem(fault.where, fault.message, fault.hint))
        elif now - self._fault_at > self._pace.patience:
            self._machine.clear("tracker", "engine")
        tracker_failed = fault is not None and fault.where == "tracker"
        self._tracker_faults = self._tracker_faults + 1 if tracker_failed else 0
        if self._tracker_faults >= _TRACKER_FAULTS:
            self._tracker_faults = 0
            self._replace_tracker(pipeline)

    def _replace_tracker(self, pipeline: Pipeline) -> None:
        """A tracker's graph that failed once may fail for ever; a new one does not."""
        self._close_tracker()
        try:
            self._tracker = self._feed.open_tracker()
        except Exception:  # Its frames fail, and after some of them it is tried again.
            _log.exception("the tracker did not open again")
        else:
            pipeline.use_tracker(self._tracker)

    def _record(self, recorder: Recorder, tracked: TrackedFrame) -> None:
        try:
            recorder.add(tracked)
        except Exception as error:  # A full disk ends the recording, not the session.
            self._recorder = None
            self._machine.report(problem_of("recorder", error))

    def _close(self) -> None:
        self._close_tracker()
        self._return_engines()
        if self._recorder is not None:
            try:
                self._recorder.close()
            except Exception as error:  # As above: only the recording is lost.
                self._machine.report(problem_of("recorder", error))

    def _return_engines(self) -> None:
        with self._handing:
            self._ended = True
        while not self._outfits.empty():
            self._shelf.give_back(self._outfits.get().engine)
        if self._engine is not None:
            self._shelf.give_back(self._engine)
        self._shelf.close_idle()

    def _close_tracker(self) -> None:
        if self._tracker is None:
            return
        try:
            self._tracker.close()
        except Exception:  # What is closed is not used again.
            _log.exception("the tracker did not close")
        self._tracker = None


def _as_seen(kept: Calibration | None, feed: Feed) -> Calibration | None:
    """Calibrations are kept as an input that is not mirrored shows the face."""
    return mirrored_calibration(kept) if kept is not None and feed.mirrored else kept
