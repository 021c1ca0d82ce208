"""The calibration as a machine that is fed frames; no threads, no clock, no Qt.

    CAMERA ──► POSITION ──► NEUTRAL ──► RANGE ──► REVIEW ──► DONE
       ▲           │ ▲         │ ▲        │ ▲        │  finish
       └── back ───┘ └─ back ──┘ └─ back ─┘ └─ back ─┘
                               ▲          │          │
                               └──────────┴─ retake ─┘        cancel, from any: CANCELLED

CAMERA waits for a picture, POSITION until nothing is to be mended, NEUTRAL until the avatar's pose
is held for a second and a half; RANGE goes through its tasks. ``skip`` takes a step as it is.
"""

from dataclasses import replace

from avatar_app.calibration.hints import Hint, HintJudge
from avatar_app.calibration.hold import HOLD_SECONDS, Hold
from avatar_app.calibration.match import GOOD_MATCH, Gauge, Match, PoseMatch
from avatar_app.calibration.measure import FrameMeter
from avatar_app.calibration.progress import Progress, Step
from avatar_app.calibration.ranges import RangeMeter, Task
from avatar_app.types import Calibration, FaceObservation, Ranges, TrackedFrame

PICTURE_SECONDS = 0.5
POSITION_SECONDS = 1.0
_STILL_HELD = 0.8 * GOOD_MATCH
_FALLBACK_SECONDS = 5.0
_LONGEST_STEP = 0.5

_PATIENCE = {Step.POSITION: 10.0, Step.NEUTRAL: 12.0, Step.RANGE: 8.0}
"""Seconds after which taking it as it is is offered; in RANGE for each task."""

_NO_ONE = frozenset({Hint.NO_PICTURE, Hint.NO_FACE})
_SHOWN = {
    Step.CAMERA: frozenset({Hint.NO_PICTURE}),
    Step.POSITION: frozenset(Hint),
    Step.NEUTRAL: frozenset(Hint) - {Hint.TURNED, Hint.TILTED},
    Step.RANGE: _NO_ONE | {Hint.TWO_FACES},
    Step.REVIEW: _NO_ONE,
}
_ENDS_A_HOLD = _NO_ONE | {Hint.TWO_FACES, Hint.MOVING}


class CalibrationRun:
    """One calibration of a driver for an avatar's face. ``previous`` is what cancelling gives
    back. All times are differences of the frames' ``captured_at``: a pause does not count."""

    def __init__(self, avatar: FaceObservation, previous: Calibration | None = None) -> None:
        self._previous = previous
        self._match = PoseMatch(avatar)
        self._meter, self._judge, self._gauge = FrameMeter(), HintJudge(), Gauge()
        self._clock = self._score = 0.0
        self._seen_at: float | None = None
        self._hold = Hold()
        self._fallback: tuple[float, float, TrackedFrame] | None = None
        self._neutral: Calibration | None = None
        self._ranges: RangeMeter | None = None
        self._tasks: tuple[Task, ...] = tuple(Task)
        self._enter(Step.CAMERA)

    @property
    def progress(self) -> Progress:
        """That of the last frame or order."""
        return self._progress

    @property
    def calibration(self) -> Calibration | None:
        """The new one, as far as it is; before the capture and after a cancel the previous."""
        if self._progress.step is Step.CANCELLED or self._neutral is None:
            return self._previous
        measured = self._ranges.ranges() if self._ranges is not None else Ranges()
        return replace(self._neutral, ranges=None if measured == Ranges() else measured)

    def feed(self, tracked: TrackedFrame) -> Progress:
        """Go on by one frame, in order of time."""
        self._tick(tracked.frame.captured_at)
        step = self._progress.step
        if step in (Step.DONE, Step.CANCELLED):
            return self._progress
        measures = self._meter.measure(tracked)
        has_picture = measures is not None or bool(tracked.frame.image.any())
        match = self._compare(tracked.face)
        advice = match.advice if step is Step.NEUTRAL else None
        judged = self._judge.judge(measures, self._clock, picture=has_picture, advice=advice)
        hints = [hint for hint in judged if hint in _SHOWN[step]]
        self._score = self._gauge.follow(match.score, self._clock)
        self._show(hints)
        if step is Step.CAMERA:
            self._wait(has_picture, PICTURE_SECONDS, Step.POSITION)
        elif step is Step.POSITION:
            self._wait(not hints and measures is not None, POSITION_SECONDS, Step.NEUTRAL)
        elif step is Step.NEUTRAL:
            self._take_neutral(tracked, hints, match)
        elif step is Step.RANGE:
            self._take_range(tracked.face, hints)
        return self._progress

    def back(self) -> Progress:
        """To the step before; what the steps from there on took is given up."""
        steps = [Step.CAMERA, Step.POSITION, Step.NEUTRAL, Step.RANGE, Step.REVIEW]
        if self._progress.step in steps[1:]:
            self._return_to(steps[steps.index(self._progress.step) - 1])
        return self._progress

    def retake(self) -> Progress:
        """Take the neutral face again; only once there is one."""
        if self._progress.step in (Step.RANGE, Step.REVIEW):
            self._return_to(Step.NEUTRAL)
        return self._progress

    def skip(self) -> Progress:
        """Take it as it is: the position, the best face of the last seconds as neutral one, or
        the present task undone. Without any face the neutral step stays."""
        step = self._progress.step
        if step is Step.POSITION:
            self._enter(Step.NEUTRAL)
        elif step is Step.NEUTRAL and (self._hold.is_held or self._fallback is not None):
            self._capture()
        elif step is Step.RANGE:
            self._next_task(done=False)
        return self._progress

    def finish(self) -> Progress:
        """Accept what is reviewed."""
        if self._progress.step is Step.REVIEW:
            self._enter(Step.DONE)
        return self._progress

    def cancel(self) -> Progress:
        """Give up; ``calibration`` is the previous one again."""
        if self._progress.step is not Step.DONE:
            self._enter(Step.CANCELLED)
        return self._progress

    def _tick(self, captured_at: float) -> None:
        passed = 0.0 if self._seen_at is None else captured_at - self._seen_at
        self._seen_at = captured_at
        self._clock += passed if 0 < passed < _LONGEST_STEP else 0.0

    def _enter(self, step: Step) -> None:
        self._entered = self._clock
        self._waiting_since: float | None = None
        if step is not Step.RANGE:
            self._hold.drop()
        task = self._tasks[0] if step is Step.RANGE else None
        captured, score = self._neutral is not None, self._score
        self._progress = Progress(step, task=task, score=score, captured=captured)

    def _return_to(self, step: Step) -> None:
        if step is not Step.REVIEW:
            self._ranges, self._tasks = None, tuple(Task)
        if step is Step.RANGE and self._neutral is not None:
            self._begin_range(self._neutral)
            return
        self._neutral, self._fallback = None, None
        self._enter(step)

    def _show(self, hints: list[Hint]) -> None:
        waited = self._clock - self._entered
        late = waited >= _PATIENCE.get(self._progress.step, float("inf"))
        self._progress = replace(
            self._progress,
            hints=tuple(hints),
            score=self._score,
            held=0.0,
            countdown=None,
            late=late,
        )

    def _compare(self, face: FaceObservation | None) -> Match:
        return Match(0.0, None) if face is None else self._match.compare(face, self._clock)

    def _wait(self, good: bool, seconds: float, following: Step) -> None:
        """Go on when all has been good for so long."""
        if not good:
            self._waiting_since = None
            return
        if self._waiting_since is None:
            self._waiting_since = self._clock
        waited = self._clock - self._waiting_since
        self._progress = replace(self._progress, held=min(1.0, waited / seconds))
        if waited >= seconds:
            self._enter(following)

    def _take_neutral(self, tracked: TrackedFrame, hints: list[Hint], match: Match) -> None:
        bound = _STILL_HELD if self._hold.is_held else GOOD_MATCH
        if match.score < bound:  # Who is on the way to the pose is not told to stop.
            hints = [hint for hint in hints if hint is not Hint.MOVING]
            self._progress = replace(self._progress, hints=tuple(hints))
        if tracked.face is not None:
            self._remember(tracked, match.score)
        if _ENDS_A_HOLD.intersection(hints):
            self._hold.drop()
        elif tracked.face is not None and match.score >= bound:
            self._hold.keep(tracked, tracked.face, match.score, self._clock)
        else:
            self._hold.slip(self._clock)
        if self._hold.seconds() >= HOLD_SECONDS:
            self._capture()
        elif self._hold.is_held:
            left = HOLD_SECONDS - self._hold.seconds()
            held = 1 - left / HOLD_SECONDS
            self._progress = replace(self._progress, held=held, countdown=left)

    def _remember(self, tracked: TrackedFrame, score: float) -> None:
        """The best face of the last seconds, for who takes it as it is."""
        kept = self._fallback
        if kept is None or score >= kept[0] or self._clock - kept[1] > _FALLBACK_SECONDS:
            self._fallback = (score, self._clock, tracked)

    def _capture(self) -> None:
        neutral, score = self._hold.neutral(), self._hold.score
        if neutral is None and self._fallback is not None:
            score, _, neutral = self._fallback
        if neutral is not None:
            self._hold.drop()
            self._fallback = None
            self._neutral = Calibration(neutral, quality=score)
            self._begin_range(self._neutral)

    def _begin_range(self, calibration: Calibration) -> None:
        face = calibration.neutral.face
        assert face is not None
        self._ranges, self._tasks = RangeMeter(face), tuple(Task)
        self._enter(Step.RANGE)

    def _take_range(self, face: FaceObservation | None, hints: list[Hint]) -> None:
        task, ranges = self._progress.task, self._ranges
        if face is None or task is None or ranges is None or hints:
            return
        if ranges.feed(task, face, self._clock):
            self._next_task(done=True)

    def _next_task(self, *, done: bool) -> None:
        before = self._progress
        self._tasks = self._tasks[1:]
        self._enter(Step.RANGE if self._tasks else Step.REVIEW)
        behind = (*before.done, before.task) if done and before.task else before.done
        self._progress = replace(self._progress, done=behind)
