"""The thread behind the calibration's window: frames in, a view of each out.

The driver is looked at with a tracker of the guide's own, so that a calibration is as quick beside
an engine of one frame a second as beside a fast one. Where a session is live its newest input is
shared (a camera opens once); else the guide opens the source itself. Nothing of this reaches an
output: the review is drawn by a pipeline that has none.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from queue import SimpleQueue

import numpy as np
from numpy.typing import NDArray

from avatar_app.calibration.hints import Hint
from avatar_app.calibration.match import ghost_place
from avatar_app.calibration.progress import Progress, Step
from avatar_app.calibration.steps import CalibrationRun
from avatar_app.capture.base import FrameSource
from avatar_app.gui.background import problem_of
from avatar_app.gui.wizard.ghost import ghost_of
from avatar_app.gui.wizard.parts import CalibrationParts, Rehearsal
from avatar_app.live.status import Problem
from avatar_app.reflection import mirrored_frame
from avatar_app.tracking.base import FaceTracker
from avatar_app.types import Avatar, Calibration, FaceObservation, Frame, RgbImage, TrackedFrame

_LOOK_SECONDS = 0.005
_AGAIN_SECONDS = 1.0
_SILENT_SECONDS = 1.0
_SIDES = (
    (Hint.TURN_LEFT, Hint.TURN_RIGHT),
    (Hint.LEAN_LEFT, Hint.LEAN_RIGHT),
)
_OTHER_SIDE = {**dict(_SIDES), **{right: left for left, right in _SIDES}}
"""In a picture that is mirrored the driver's left is on its left."""


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """What a page shows. ``ghost`` (2, 3) lays ``ghost_picture``, of ``ghost_of``, over the
    camera's; that and ``avatar`` are None while they are being loaded. ``shown`` is the avatar in
    the review, None while the engine is being prepared; ``before`` says that it follows the old
    calibration. ``result`` is the new one, once there is a neutral face. ``trouble`` is why there
    is no picture, ``problem`` what else went wrong last. ``begun`` is False until the driver says
    so."""

    progress: Progress
    avatar: Avatar | None = None
    frame: Frame | None = None
    face: FaceObservation | None = None
    ghost: NDArray[np.float64] | None = None
    ghost_picture: NDArray[np.uint8] | None = None
    shown: RgbImage | None = None
    before: bool = False
    begun: bool = False
    kept: Calibration | None = None
    result: Calibration | None = None
    trouble: Problem | None = None
    problem: Problem | None = None


class Guide:
    """Runs one calibration. Any thread may call; nothing here waits but ``join``.

    ``latest`` is the newest view, polled by a window. ``tap`` gives the newest frame of a live
    session; without one the source is opened. The old calibration is never touched: whoever owns
    the session applies ``View.result`` once the step is DONE."""

    def __init__(
        self, parts: CalibrationParts, tap: Callable[[], Frame | None] | None = None
    ) -> None:
        self._parts, self._tap = parts, tap
        self._orders: SimpleQueue[Callable[[CalibrationRun], object]] = SimpleQueue()
        self._stop = threading.Event()
        self._source: FrameSource | None = None
        self._stage = _Stage(parts.open_rehearsal)
        self._seen: Frame | None = None
        self._seen_at = time.monotonic()
        self.latest = View(Progress(Step.CAMERA))
        self._thread = threading.Thread(target=self._run, name="window-calibration", daemon=True)

    def start(self) -> None:
        """Open everything and look; returns at once. Once only."""
        self._thread.start()

    def begin(self) -> None:
        """The driver is ready: go on from the first step."""
        self._order(lambda _run: self._change(begun=True))

    def back(self) -> None:
        """A step back; the first one waits for ``begin`` again."""
        self._order(self._go_back)

    def skip(self) -> None:
        """Take the present step as it is."""
        self._order(CalibrationRun.skip)

    def retake(self) -> None:
        """Take the neutral face again."""
        self._order(CalibrationRun.retake)

    def finish(self) -> None:
        """Accept what is reviewed and keep it."""
        self._order(self._accept)

    def compare(self, before: bool) -> None:
        """Let the avatar of the review follow the old calibration, or the new one."""
        self._order(lambda _run: self._change(before=before))

    def forget(self) -> None:
        """Delete what is kept for this camera and avatar."""
        self._order(self._forget)

    def stop(self) -> None:
        """End the thread, also out of a blocked read. Returns at once."""
        self._stop.set()
        source = self._source
        if source is not None:
            source.interrupt()

    def join(self, seconds: float) -> bool:
        """Wait for the thread after ``stop``; whether it is gone."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _order(self, order: Callable[[CalibrationRun], object]) -> None:
        self._orders.put(order)

    def _change(self, **parts: object) -> None:
        self.latest = replace(self.latest, **parts)  # type: ignore[arg-type]

    def _run(self) -> None:
        try:
            avatar, kept = self._parts.open_avatar(), self._parts.load_kept()
            run = CalibrationRun(avatar.face, kept)
            self._change(avatar=avatar, ghost_picture=ghost_of(avatar), kept=kept)
            tracker = self._parts.open_tracker()
            try:
                self._watch(run, avatar, tracker)
            finally:
                tracker.close()
        except Exception as error:  # The border of the thread: the window says what it was.
            self._change(trouble=problem_of(error, "calibration"))
        finally:
            self._stage.close()

    def _watch(self, run: CalibrationRun, avatar: Avatar, tracker: FaceTracker) -> None:
        """Until stopped; a source that is lost is opened again."""
        while not self._stop.is_set():
            try:
                with _Input(self._open_input(), self._tap, self._parts.mirrored) as source:
                    self._follow(run, avatar, tracker, source)
                self._wait_for_orders(run)
            except Exception as error:  # A driver's fault must not end the calibration.
                self._change(trouble=problem_of(error, "source"), frame=None, face=None)
                self._wait_for_orders(run)
            finally:
                self._source = None

    def _open_input(self) -> FrameSource | None:
        if self._tap is not None:
            return None
        self._source = source = self._parts.open_source()
        if self._stop.is_set():
            source.interrupt()
        return source

    def _wait_for_orders(self, run: CalibrationRun) -> None:
        until = time.monotonic() + _AGAIN_SECONDS
        while time.monotonic() < until and not self._stop.wait(_LOOK_SECONDS):
            self._obey(run)

    def _follow(
        self, run: CalibrationRun, avatar: Avatar, tracker: FaceTracker, source: "_Input"
    ) -> None:
        while not self._stop.is_set():
            self._obey(run)
            frame = source.read()
            if frame is not None and frame is not self._seen:
                self._seen, self._seen_at = frame, time.monotonic()
                self._look(run, avatar, TrackedFrame(frame, tracker.track(frame)))
            elif source.is_over:
                return
            else:
                self._note_silence()
                self._stop.wait(_LOOK_SECONDS)

    def _note_silence(self) -> None:
        if time.monotonic() - self._seen_at > _SILENT_SECONDS and self.latest.frame is not None:
            self._change(frame=None, face=None)

    def _obey(self, run: CalibrationRun) -> None:
        while not self._orders.empty():
            self._orders.get()(run)
            self._change(progress=self._progress(run), result=_result(run))

    def _look(self, run: CalibrationRun, avatar: Avatar, tracked: TrackedFrame) -> None:
        view, face = self.latest, tracked.face
        if view.begun:
            run.feed(tracked)
        progress = self._progress(run)
        self._stage.follow(progress, avatar)
        result, reviewing = _result(run), progress.step is Step.REVIEW
        wanted = view.kept if view.before else result
        shown = self._stage.show(tracked, wanted, view.before) if reviewing else None
        self.latest = replace(
            view,
            progress=progress,
            frame=tracked.frame,
            face=face,
            ghost=view.ghost if face is None else ghost_place(avatar.face, face),
            shown=shown,
            result=result,
            trouble=self._stage.trouble if reviewing else None,
        )

    def _progress(self, run: CalibrationRun) -> Progress:
        progress = run.progress
        if not self._parts.mirrored:
            return progress
        return replace(progress, hints=tuple(_OTHER_SIDE.get(h, h) for h in progress.hints))

    def _go_back(self, run: CalibrationRun) -> None:
        if run.back().step is Step.CAMERA:
            self._change(begun=False)

    def _accept(self, run: CalibrationRun) -> None:
        found = run.calibration
        if run.progress.step is not Step.REVIEW or found is None:
            return
        try:
            self._parts.keep(found)
        except Exception as error:  # It holds for this session, kept or not.
            self._change(problem=problem_of(error, "calibration"))
        run.finish()

    def _forget(self, _run: CalibrationRun) -> None:
        try:
            self._parts.forget()
            self._change(kept=None)
        except Exception as error:  # What cannot be deleted is still there.
            self._change(problem=problem_of(error, "calibration"))


def _result(run: CalibrationRun) -> Calibration | None:
    """The new calibration, as far as it is; None before the capture."""
    return run.calibration if run.progress.captured else None


class _Input:
    """The live session's frames, or those of a source of one's own."""

    def __init__(
        self, source: FrameSource | None, tap: Callable[[], Frame | None] | None, mirrored: bool
    ) -> None:
        self._source, self._tap, self._mirrored = source, tap, mirrored
        self.is_over = False

    def __enter__(self) -> "_Input":
        return self

    def __exit__(self, *_error: object) -> None:
        if self._source is not None:
            self._source.close()

    def read(self) -> Frame | None:
        """The next frame; None while there is no new one, and when the source ``is_over``."""
        if self._source is None:
            return self._tap() if self._tap is not None else None
        frame = self._source.read()
        self.is_over = frame is None
        return mirrored_frame(frame) if self._mirrored and frame is not None else frame


class _Stage:
    """The review's avatar, prepared in a thread of its own while the driver shows their ranges."""

    def __init__(self, open_rehearsal: Callable[[Avatar], Rehearsal]) -> None:
        self._open = open_rehearsal
        self._thread: threading.Thread | None = None
        self._ready: Rehearsal | None = None
        self._used: bool | None = None
        self.trouble: Problem | None = None

    def follow(self, progress: Progress, avatar: Avatar) -> None:
        """Prepare once the neutral face is there; what is retaken is used anew."""
        if progress.captured and self._thread is None:
            self._thread = threading.Thread(
                target=self._prepare, args=(avatar,), name="window-rehearsal", daemon=True
            )
            self._thread.start()
        if progress.step is not Step.REVIEW:
            self._used = None

    def show(
        self, tracked: TrackedFrame, wanted: Calibration | None, before: bool
    ) -> RgbImage | None:
        """The avatar for this frame; None while it is not ready."""
        rehearsal = self._ready
        if rehearsal is None:
            return None
        if self._used is not before:
            rehearsal.use(wanted)
            self._used = before
        return rehearsal.show(tracked)

    def close(self) -> None:
        """Wait until nothing is prepared any more, and let it go."""
        if self._thread is not None:
            self._thread.join()
        if self._ready is not None:
            self._ready.close()

    def _prepare(self, avatar: Avatar) -> None:
        try:
            self._ready = self._open(avatar)
        except Exception as error:  # The border of the thread: the review says what it was.
            self.trouble = problem_of(error, "engine")
