"""The thread that takes frames from the source and opens it again when it dies."""

import logging
import threading
import time
from dataclasses import replace

from avatar_app.capture.base import FrameSource, SourceInfo
from avatar_app.capture.picture_watch import PictureWatch
from avatar_app.errors import AvatarError, ConfigError, MediaError
from avatar_app.live.camera_rate import CameraRate
from avatar_app.live.feed import (
    Captured,
    Feed,
    OpenCalibration,
    OpenSource,
    OpenTracker,
    no_calibration,
)
from avatar_app.live.machine import SessionMachine, problem_of
from avatar_app.live.slot import Slot
from avatar_app.live.stats import SessionStats
from avatar_app.live.status import Problem
from avatar_app.reflection import mirrored_frame
from avatar_app.types import Frame

_FIRST_WAIT = 0.5
_LONGEST_WAIT = 5.0
_PICTURE = "picture"

_log = logging.getLogger(__name__)


class Grabber:
    """``run`` is the thread's body; everything else may be called from any thread.

    A device that cannot be opened or dies is tried again, after half a second at first and five
    at most. A file that cannot be read fails the session; its end closes ``frames``."""

    def __init__(
        self,
        feed: Feed,
        frames: Slot[Captured],
        machine: SessionMachine,
        stats: SessionStats,
        rate: CameraRate,
    ) -> None:
        self._feed = feed
        self._frames = frames
        self._machine = machine
        self._stats = stats
        self._rate = rate
        self._lock = threading.Lock()
        self._woken = threading.Event()
        self._stopping = False
        self._source: FrameSource | None = None
        self._trouble = False
        self.latest: Frame | None = None
        self.latest_at = float("-inf")

    @property
    def info(self) -> SourceInfo | None:
        """The open source as it is now: a stream's size is known with its first picture."""
        source = self._source
        return source.info if source is not None else None

    @property
    def trouble(self) -> bool:
        """Whether there is no source at present."""
        return self._trouble

    def change(
        self,
        *,
        open_source: OpenSource | None = None,
        open_tracker: OpenTracker | None = None,
        open_calibration: OpenCalibration = no_calibration,
        mirrored: bool | None = None,
    ) -> None:
        """Leave the present source for another one, give its frames another tracker or turn them
        round."""
        with self._lock:
            if mirrored is not None:
                self._feed = replace(self._feed, mirrored=mirrored)
            if open_tracker is not None:
                self._feed = replace(self._feed, open_tracker=open_tracker)
            if open_source is not None:
                self._feed = replace(
                    self._feed, open_source=open_source, open_calibration=open_calibration
                )
                self._wake()

    def stop(self) -> None:
        """End the thread, also out of a blocked read."""
        with self._lock:
            self._stopping = True
            self._wake()

    def _wake(self) -> None:
        self._woken.set()
        if self._source is not None:
            self._source.interrupt()

    def run(self) -> None:
        """Until stopped or the source ends."""
        wait = _FIRST_WAIT
        while not self._stopping:
            try:
                if self._serve():
                    break
            except (MediaError, ConfigError) as error:
                self._trouble, self.latest = True, None
                self._machine.fail(problem_of("source", error))
                self._woken.wait()
            except Exception as error:  # A fault in a driver must not end the stream.
                wait = min(2 * wait, _LONGEST_WAIT) if self._trouble else _FIRST_WAIT
                self._lose(error)
                self._woken.wait(wait)
        self._frames.close()

    def _serve(self) -> bool:
        """Frames from one source until it ends (True) or is left for another (False)."""
        with self._lock:
            self._woken.clear()
            opener = self._feed.open_source
            if self._stopping:
                return False
        source = opener()
        with self._lock:
            self._source = source
        self._rate.restart(source.info.asked_fps)
        try:
            return self._pump(source, opener)
        finally:
            self._close(source)

    def _pump(self, source: FrameSource, opener: OpenSource) -> bool:
        watch = PictureWatch() if source.info.word.startswith("camera:") else None
        while not self._woken.is_set():
            frame = source.read()
            feed = self._feed
            if frame is None:
                return not self._woken.is_set()
            if feed.open_source is opener:
                self._pass_on(Captured(mirrored_frame(frame) if feed.mirrored else frame, feed))
                if watch is not None:
                    self._judge(watch, frame)
        return False

    def _judge(self, watch: PictureWatch, frame: Frame) -> None:
        """A camera that is open and yet shows nothing is told of, beside any loss of it."""
        warning = watch.look(frame)
        if warning is None:
            self._machine.clear(_PICTURE)
        else:
            self._machine.report(Problem("source", warning.message, warning.hint), key=_PICTURE)

    def _pass_on(self, captured: Captured) -> None:
        self.latest_at = time.perf_counter()
        self._stats.captured(self.latest_at)
        self._rate.add(self.latest_at)
        if self._trouble or self.latest is None:
            self._trouble = False
            self._machine.clear("source")
        self.latest = captured.frame
        self._frames.put(captured)

    def _lose(self, error: Exception) -> None:
        self._trouble, self.latest = True, None
        if not isinstance(error, AvatarError):
            _log.exception("the source failed")
        self._machine.report(problem_of("source", error))

    def _close(self, source: FrameSource) -> None:
        with self._lock:
            self._source = None
        self._rate.restart()
        self._machine.clear(_PICTURE)
        try:
            source.close()
        except Exception:  # What is closed is not used again.
            _log.exception("the source did not close")
