"""One picture's way from the camera to the outputs, cut into stages."""

from dataclasses import dataclass

from avatar_app.types import RenderedFrame

WAIT = "wait"
"""The stage between the capture of a frame and the pipeline's taking it up."""

STAGES = (WAIT, "track", "render", "compose", "deliver")
"""In the order in which a picture passes them. ``deliver`` is all that is left after the pipeline:
waiting for the stream's beat, and sending."""


@dataclass(frozen=True, slots=True)
class Trip:
    """``sent_at`` on the clock of time.perf_counter; ``stages`` are seconds, one for each of
    STAGES, and add up to the whole latency."""

    sent_at: float
    stages: tuple[float, ...]

    @property
    def latency(self) -> float:
        """Seconds from the camera to the outputs."""
        return sum(self.stages)


def trip_of(picture: RenderedFrame, sent_at: float) -> Trip:
    """The trip of a picture that the outputs had at ``sent_at``. A stage that was not measured
    took no time; what no stage accounts for was spent waiting to be sent."""
    passed = [picture.timings.get(name, 0.0) for name in STAGES[:-1]]
    return Trip(sent_at, (*passed, sent_at - picture.captured_at - sum(passed)))
