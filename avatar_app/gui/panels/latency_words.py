"""What the latency graph shows, in words and means: for the legend and for screen readers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from avatar_app.gui.language import decimal, tr
from avatar_app.live.status import SessionStatus
from avatar_app.live.trip import STAGES, Trip
from avatar_app.translatable import translatable

_RECENT_SECONDS = 5.0
_NAMES = {
    "wait": translatable("Waiting for the engine"),
    "track": translatable("Finding the face"),
    "render": translatable("Drawing the avatar"),
    "compose": translatable("Composing the picture"),
    "deliver": translatable("Waiting to be sent"),
}
_INTERVAL = translatable("Between two pictures")
NOTHING = translatable("No picture has gone out in the last seconds.")


@dataclass(frozen=True, slots=True)
class Averages:
    """Of the newest pictures, milliseconds: each stage in the order of STAGES, their sum, and the
    time between two pictures; None while there is none."""

    stages: tuple[float, ...]
    total: float
    interval: float | None


def averages(trips: Sequence[Trip]) -> Averages | None:
    """Means over the last five seconds that had pictures, so that the stages add up; None without
    any trip."""
    if not trips:
        return None
    newest = [trip for trip in trips if trip.sent_at > trips[-1].sent_at - _RECENT_SECONDS]
    stages = 1000 * np.mean([trip.stages for trip in newest], axis=0)
    span = newest[-1].sent_at - newest[0].sent_at
    interval = 1000 * span / (len(newest) - 1) if len(newest) > 1 else None
    return Averages(tuple(stages.tolist()), float(stages.sum()), interval)


def legend_rows(found: Averages | None) -> list[tuple[str, str]]:
    """Name and value of each stage and of the interval between pictures, in the user's language."""
    values: list[float | None] = [None] * (len(STAGES) + 1)
    if found is not None:
        values = [*found.stages, found.interval]
    names = [tr(_NAMES[stage]) for stage in STAGES]
    rows = zip([*names, tr(_INTERVAL)], values, strict=True)
    return [(name, _milliseconds(value)) for name, value in rows]


def delay_sentence(status: SessionStatus) -> str:
    """How late the pictures are."""
    if not status.latency_p95_ms:
        return tr(NOTHING)
    return tr(
        "From the camera to the output: half of the pictures take up to {half} ms, "
        "95 of 100 up to {most} ms.",
        half=round(status.latency_p50_ms),
        most=round(status.latency_p95_ms),
    )


def rates_sentence(status: SessionStatus) -> str:
    """What the camera gives, what the engine makes of it, and what leaves."""
    return tr(
        "Pictures a second: {camera} from the camera, {engine} from the engine, {sent} sent; "
        "{dropped} left out so far.",
        camera=_rate(status.source_fps),
        engine=_rate(status.fps),
        sent=_rate(status.sent_fps),
        dropped=status.dropped,
    )


def spoken(found: Averages | None, status: SessionStatus) -> str:
    """All of it, one sentence after the other."""
    stages = [
        tr("{stage}: {value}.", stage=name, value=value)
        for name, value in legend_rows(found)
        if found is not None
    ]
    return " ".join([delay_sentence(status), *stages, rates_sentence(status)])


def _milliseconds(value: float | None) -> str:
    if value is None:
        return "–"
    if value < 9.95:
        return tr("{time:.1f} ms", time=value)
    return tr("{time:.0f} ms", time=value)


def _rate(fps: float) -> str:
    return decimal(fps, 1 if 0 < fps < 9.95 else 0)
