"""A clip through the pipeline into a file: every frame, in order, as fast as it goes."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from avatar_app.capture.base import FrameSource
from avatar_app.errors import EngineError, FaceError
from avatar_app.expression import eye_opening
from avatar_app.outputs.base import FileSink, StreamSpec
from avatar_app.pipeline import Fault, Pipeline
from avatar_app.provenance.seal import SealReport
from avatar_app.tracking.base import FaceTracker
from avatar_app.tracking.neutral import neutral_cost, neutral_fault
from avatar_app.types import Calibration, FaceObservation, Frame, TrackedFrame

Progress = Callable[[str, int, int | None], None]
"""Called with the stage ("neutral" or "animate"), frames done and, where known, their total."""

Cancel = Callable[[], bool]
"""Asked before each frame; True ends the work and leaves no file."""

_OPEN_EYES_PERCENTILE = 75
_NO_FACE_HINT = "Choose a clip in which a face is seen from the front."


@dataclass(frozen=True, slots=True)
class AnimateReport:
    """What became of a clip. ``counts`` are frames by outcome; ``neutral`` is the number of the
    clip's frame taken as the neutral face and ``neutral_fault`` a sentence where that face is
    plainly none; ``seconds`` is the time it took. ``runtime`` is the engine's own word, see
    EngineInfo, ``notes`` are its own and what is wrong with the portrait; ``seal`` tells whether
    the file is signed, None where nothing signs."""

    frames: int
    counts: dict[str, int]
    neutral: int
    seconds: float
    cancelled: bool = False
    runtime: str = ""
    notes: tuple[str, ...] = ()
    seal: SealReport | None = None
    neutral_fault: str = ""


def animate(
    source: FrameSource,
    pipeline: Pipeline,
    sink: FileSink,
    spec: StreamSpec,
    *,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> AnimateReport:
    """Send every frame of ``source`` through ``pipeline`` into ``sink``; closes neither source
    nor pipeline.

    When cancelled or on an error no file is left. Raises what source and sink raise, and
    EngineError when not a single frame could be rendered for faults."""
    begun = time.perf_counter()
    counts: Counter[str] = Counter()
    fault: Fault | None = None
    sink.open(spec)
    try:
        while not (cancelled := cancel is not None and cancel()):
            frame = source.read()
            if frame is None:
                break
            rendered = pipeline.process(frame)
            fault = fault or pipeline.fault
            sink.send(rendered)
            counts[rendered.outcome.value] += 1
            if progress is not None:
                progress("animate", counts.total(), source.info.frame_count)
        _refuse_failure(counts, fault)
        if not cancelled:
            sink.close()
    finally:
        sink.abort()
    took = time.perf_counter() - begun
    report = AnimateReport(counts.total(), dict(counts), -1, took, cancelled)
    return _with_neutral(report, pipeline.calibration)


def _with_neutral(report: AnimateReport, calibration: Calibration | None) -> AnimateReport:
    if calibration is None:
        return report
    frame, face = calibration.neutral.frame, calibration.neutral.face
    fault = neutral_fault(face) if face is not None else ""
    return replace(report, neutral=frame.index, neutral_fault=fault)


def _refuse_failure(counts: Counter[str], fault: Fault | None) -> None:
    if fault is not None and counts["failed"] == counts.total():
        raise EngineError(fault.message, fault.hint)


def choose_neutral(
    open_source: Callable[[], FrameSource],
    tracker: FaceTracker,
    how: str | int = "best",
    *,
    like: FaceObservation | None = None,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> Calibration | None:
    """The neutral face of a clip: its "best" frame, its "first" with a face, or frame number
    ``how``. None when cancelled; raises FaceError where there is no face.

    The best frame has the least ``neutral_cost``: frontal, mouth closed, eyes open, and half way
    towards the pose and mouth of ``like``, the avatar's face. Open is what the driver's eyes are
    when three quarters of the clip have them less open. The source is opened twice: to look at
    all frames, and to fetch the chosen one."""
    faces: dict[int, FaceObservation] = {}
    number = -1
    for number, face in _faces(open_source, tracker, progress):
        if cancel is not None and cancel():
            return None
        if face is not None and how in ("best", "first", number):
            faces[number] = face
        if how == number or (how == "first" and faces):
            break
    if isinstance(how, int) and number < how:
        raise FaceError(
            f"The clip has {number + 1} frames and no frame {how}.", "Frames are counted from 0."
        )
    if not faces:
        raise FaceError(
            f"No face was found in frame {how} of the clip."
            if isinstance(how, int)
            else "No face was found in the clip.",
            _NO_FACE_HINT,
        )
    best = _least_cost(faces, like)
    return Calibration(TrackedFrame(_frame(open_source, best), faces[best]))


def _faces(
    open_source: Callable[[], FrameSource], tracker: FaceTracker, progress: Progress | None
) -> Iterator[tuple[int, FaceObservation | None]]:
    source = open_source()
    try:
        while (frame := source.read()) is not None:
            yield frame.index, tracker.track(frame)
            if progress is not None:
                progress("neutral", frame.index + 1, source.info.frame_count)
    finally:
        source.close()


def _least_cost(faces: dict[int, FaceObservation], like: FaceObservation | None) -> int:
    openings = [eye_opening(face.landmarks) for face in faces.values()]
    eye_open = float(np.percentile(openings, _OPEN_EYES_PERCENTILE))
    return min(faces, key=lambda number: neutral_cost(faces[number], like, eye_open=eye_open))


def _frame(open_source: Callable[[], FrameSource], number: int) -> Frame:
    source = open_source()
    try:
        while (frame := source.read()) is not None:
            if frame.index == number:
                return frame
    finally:
        source.close()
    raise FaceError(f"Frame {number} of the clip cannot be read again.", _NO_FACE_HINT)
