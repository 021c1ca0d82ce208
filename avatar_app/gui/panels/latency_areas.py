"""Stacked areas as a picture, column by column: a polygon of a thousand corners takes a painter
ten times as long."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QSize
from PyQt6.QtGui import QColor, QImage

from avatar_app.live.stats import TRIP_SECONDS
from avatar_app.live.trip import STAGES, Trip

HATCHED = ("deliver",)
"""Nothing works then: the picture waits in the last queue."""

FAINT = 70
"""The alpha between the lines of what is hatched."""

_PAUSE_S = 1.0
"""After so long without a picture the areas are interrupted."""

_PERIOD, _LINE = 6, 1.5

Table = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Run:
    """Pictures without a pause between them. ``ages`` (N,) are seconds before now, falling;
    ``borders`` (stages + 1, N) the heights of the borders between the stages and ``gaps`` (N,) the
    time since the picture before, 0 for the first, both in milliseconds."""

    ages: Table
    borders: Table
    gaps: Table

    def places(self, width: float) -> Table:
        """Where the pictures lie on a time line of that width, from the left."""
        return np.asarray((1 - self.ages / TRIP_SECONDS) * width, np.float64)


def runs_of(trips: Sequence[Trip], now: float) -> list[Run]:
    """Divided where there was a pause; ``now`` is on the clock of the trips."""
    if not trips:
        return []
    sent = np.array([trip.sent_at for trip in trips], np.float64)
    stages = 1000 * np.array([trip.stages for trip in trips], np.float64).T
    borders = np.vstack([np.zeros(len(sent)), np.cumsum(np.maximum(stages, 0), axis=0)])
    gaps = np.diff(sent, prepend=sent[0])
    pauses = np.flatnonzero(gaps > _PAUSE_S)
    gaps[pauses] = 0
    parts = [slice(a, b) for a, b in pairwise([0, *pauses.tolist(), len(sent)])]
    return [
        Run(now - sent[part], borders[:, part], np.asarray(1000 * gaps[part], np.float64))
        for part in parts
    ]


def areas(
    runs: Sequence[Run], top_ms: float, colours: Sequence[QColor], size: QSize, ratio: float
) -> QImage:
    """The stages of all runs stacked, transparent elsewhere. ``size`` is in pixels of the screen,
    ``ratio`` how many of them make one of the window's."""
    width, height = max(1, size.width()), max(1, size.height())
    pixels = np.zeros((height, width, 4), np.uint8)
    up = (height - np.arange(height) - 0.5)[:, None]
    hatch = (np.arange(width) + np.arange(height)[:, None]) % (_PERIOD * ratio) < _LINE * ratio
    for run in runs:
        _fill(pixels, run, height / top_ms, colours, up, hatch)
    picture = QImage(
        pixels.tobytes(), width, height, 4 * width, QImage.Format.Format_RGBA8888
    ).copy()
    picture.setDevicePixelRatio(ratio)
    return picture


def _fill(
    pixels: NDArray[np.uint8],
    run: Run,
    scale: float,
    colours: Sequence[QColor],
    up: Table,
    hatch: NDArray[np.bool_],
) -> None:
    columns, places = np.arange(pixels.shape[1]) + 0.5, run.places(pixels.shape[1])
    inside = (columns >= places[0]) & (columns <= places[-1])
    heights = [np.interp(columns, places, border) * scale for border in run.borders]
    for number, (stage, colour) in enumerate(zip(STAGES, colours, strict=True)):
        area = inside & (up >= heights[number]) & (up < heights[number + 1])
        pixels[area] = (colour.red(), colour.green(), colour.blue(), 255)
        if stage in HATCHED:
            pixels[area & ~hatch, 3] = FAINT
