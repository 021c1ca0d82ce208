"""The driving performance as curves over time: talk, blinks, head moves, gaze, brows."""

from collections.abc import Sequence

import numpy as np
from heads import Pose

SECONDS = 9.0
FPS = 30
BLINKS = (1.25, 3.05, 5.15, 7.75)
Keys = Sequence[tuple[float, float]]

YAW: Keys = ((2.3, 0), (2.85, 18), (3.2, 18), (4.0, -18), (4.35, -18), (4.9, 0))
PITCH: Keys = ((1.4, 0), (1.8, 3), (2.2, 0), (4.9, 0), (5.2, 12), (5.45, -3), (5.75, 9), (6.05, 0))
ROLL: Keys = ((6.0, 0), (6.45, 12), (6.75, 12), (7.2, -6), (7.6, 0))
LEAN: Keys = ((6.8, 0), (7.3, 1.3), (7.7, 1.3), (8.3, 0))
GAZE_X: Keys = (
    (1.0, 0),
    (1.1, 9),
    (1.5, 9),
    (1.6, 0),
    (4.5, 0),
    (4.6, -12),
    (4.85, -12),
    (4.95, 0),
)
GAZE_Y: Keys = ((1.0, 0), (1.1, 3), (1.5, 3), (1.6, 0), (6.1, 0), (6.2, -7), (6.5, -7), (6.6, 0))
BROWS: Keys = ((4.2, 0), (4.4, 0.9), (4.75, 0.9), (5.0, 0), (7.0, 0), (7.2, 0.5), (7.5, 0))
SMILE: Keys = ((0, 0), (6.0, 0), (6.4, 0.9), (7.0, 0.9), (7.3, 0.15), (8.4, 0))
PUCKER: Keys = ((7.2, 0), (7.45, 1.0), (7.75, 1.0), (8.05, 0))
# Syllables: when, how far the jaw drops, how far the lips round (below zero: spread).
SYLLABLES = (
    (1.45, 0.45, 0.0), (1.66, 0.25, 0.5), (1.88, 0.60, -0.4), (2.12, 0.30, 0.0), (2.30, 0.20, 0.8),
    (2.56, 0.70, 0.0), (2.78, 0.25, -0.6), (3.30, 0.40, 0.6), (3.52, 0.55, 0.0), (3.74, 0.30, -0.5),
    (3.96, 0.85, 0.0), (4.20, 0.25, 0.7), (4.62, 0.50, -0.3), (4.86, 0.30, 0.0), (5.40, 1.00, 0.0),
    (5.70, 0.35, 0.5), (6.55, 0.35, -0.4),
)  # fmt: skip


def expression_at(time: float) -> dict[str, float]:
    """Expression units at a time in seconds; all are zero at both ends."""
    jaw = sum(size * _bump(time, at, 0.085) for at, size, _ in SYLLABLES)
    rounding = sum(lips * _bump(time, at, 0.09) for at, _, lips in SYLLABLES)
    pucker = _curve(PUCKER, time)
    lids = max(_blink(time - at) for at in BLINKS)
    brows = _curve(BROWS, time)
    smile = _curve(SMILE, time)
    units = {
        "mouth-open": 0.75 * jaw,
        "mouth-pursing": pucker,
        "mouth-protusion": 0.6 * max(rounding, 0.0),
        "mouth-retraction": 0.7 * max(-rounding, 0.0),
        "mouth-corner-puller": smile,
    }
    for side in ("left", "right"):
        units[f"eye-{side}-closure"] = lids
        units[f"eye-{side}-slit"] = 0.35 * smile * (1 - lids)
        units[f"eyebrows-{side}-up"] = brows
        units[f"eyebrows-{side}-inner-up"] = 0.4 * brows
    return {name: value for name, value in units.items() if abs(value) > 1e-4}


def pose_at(time: float) -> Pose:
    """Head and eyes at a time in seconds; a slight sway keeps the head alive between moves."""
    awake = np.clip(min(time - 0.6, SECONDS - 0.4 - time) / 0.8, 0, 1)
    sway = [np.sin(2 * np.pi * k * time / SECONDS + k) * awake for k in (2, 3, 5)]
    yaw = _curve(YAW, time) + 1.2 * sway[0] + 0.6 * sway[2]
    pitch = _curve(PITCH, time) + 0.8 * sway[1]
    lean = _curve(LEAN, time)
    # While the head turns the eyes stay nearer the camera than the nose does.
    return Pose(
        yaw=yaw,
        pitch=pitch + 1.5 * lean,
        roll=_curve(ROLL, time) + 0.6 * sway[1],
        gaze_x=_curve(GAZE_X, time) - 0.55 * yaw,
        gaze_y=_curve(GAZE_Y, time) + 0.5 * pitch,
        shift=(0.006 * yaw, -0.12 * lean, lean),
    )


def _curve(keys: Keys, time: float) -> float:
    """Ease from key to key: it stands still at each of them."""
    times, values = zip(*keys, strict=True)
    if time <= times[0] or time >= times[-1]:
        return float(values[0] if time <= times[0] else values[-1])
    k = int(np.searchsorted(times, time, side="right"))
    u = (time - times[k - 1]) / (times[k] - times[k - 1])
    return float(values[k - 1] + (values[k] - values[k - 1]) * u * u * (3 - 2 * u))


def _bump(time: float, at: float, width: float) -> float:
    return float(np.exp(-0.5 * ((time - at) / width) ** 2))


def _blink(since: float) -> float:
    """Lids fall in 90 ms, rest 40 ms and rise in 170 ms."""
    return _curve(((-0.09, 0), (0.0, 1), (0.04, 1), (0.21, 0)), since)
