"""Where a calibration stands, for whoever shows it."""

from dataclasses import dataclass
from enum import StrEnum

from avatar_app.calibration.hints import Hint
from avatar_app.calibration.ranges import Task
from avatar_app.translatable import translatable


class Step(StrEnum):
    """Where the calibration stands."""

    CAMERA = "camera"
    POSITION = "position"
    NEUTRAL = "neutral"
    RANGE = "range"
    REVIEW = "review"
    DONE = "done"
    CANCELLED = "cancelled"

    @property
    def sentence(self) -> str:
        """What the step is about, in words."""
        return _SENTENCES[self]


_SENTENCES = {
    Step.CAMERA: translatable("Waiting for the camera."),
    Step.POSITION: translatable("Sit as you will sit in a call and look at the camera."),
    Step.NEUTRAL: translatable("Take the avatar's pose and hold it."),
    Step.RANGE: translatable("Show how far your face goes."),
    Step.REVIEW: translatable("See how the avatar follows you."),
    Step.DONE: translatable("Calibrated."),
    Step.CANCELLED: translatable("Cancelled: everything is as before."),
}


@dataclass(frozen=True, slots=True)
class Progress:
    """What to show after a frame. ``hints`` come with the most important first; ``task`` is that
    of RANGE, ``done`` the tasks that are behind. ``score`` is the gauge, ``held`` how much of the
    wait is over, both in [0, 1]; ``countdown`` the seconds to the capture, None while nothing is
    held. ``captured`` says that the neutral face is taken, ``late`` that taking it as it is should
    be offered."""

    step: Step
    hints: tuple[Hint, ...] = ()
    task: Task | None = None
    done: tuple[Task, ...] = ()
    score: float = 0.0
    held: float = 0.0
    countdown: float | None = None
    captured: bool = False
    late: bool = False

    @property
    def hint(self) -> Hint | None:
        """The most important one."""
        return self.hints[0] if self.hints else None

    @property
    def sentence(self) -> str:
        """The one sentence to show."""
        return (self.hint or self.task or self.step).sentence
