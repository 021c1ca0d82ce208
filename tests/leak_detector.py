"""Finds a camera's picture in another one, wherever, at whatever size and even in part."""

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from avatar_app.types import RgbImage

Gray = NDArray[np.uint8]

_SIDE = 160
_WHOLE_SCALES = (0.4, 0.55, 0.75, 0.9, 1.0)
_PART_SCALES = (0.75, 1.0, 1.35, 1.8)
_PARTS = (4, 3)

WHOLE_LIMIT = 0.25
"""Correlation of the whole picture. Its 64 x 48 independent cells correlate with anything else by
chance to 1 / sqrt(3072) = 0.02; a picture that is mixed in at a third is far above the limit."""

PART_LIMIT = 0.6
"""Correlation of a twelfth of the picture, searched at every place: 16 x 16 cells give 0.06 by
chance, and the best of some ten thousand places about 0.3."""


def noise(index: int, size: tuple[int, int]) -> RgbImage:
    """A picture of 64 x 48 cells, black or white, unlike any other number's."""
    cells = np.random.default_rng(1000 + index).integers(0, 2, (48, 64), np.uint8) * 255
    gray = cv2.resize(cells, size, interpolation=cv2.INTER_NEAREST)
    return np.ascontiguousarray(np.repeat(gray[..., None], 3, axis=2))


def whole_correlation(output: RgbImage, camera: RgbImage) -> float:
    """The largest normalised correlation of the whole camera picture with any window of the
    output, at several sizes, mirrored and not."""
    return max(_peak(_small(output), template) for template in _wholes(_small(camera)))


def part_correlation(output: RgbImage, camera: RgbImage) -> float:
    """The same for each twelfth of the camera picture."""
    return max(_peak(_small(output), template) for template in _parts(_small(camera)))


def _small(image: RgbImage) -> Gray:
    gray = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    scale = _SIDE / gray.shape[1]
    size = _SIDE, round(gray.shape[0] * scale)
    return np.asarray(cv2.resize(gray, size, interpolation=cv2.INTER_AREA), np.uint8)


def _peak(output: Gray, template: Gray) -> float:
    if template.shape[0] > output.shape[0] or template.shape[1] > output.shape[1]:
        return -1.0
    return float(cv2.matchTemplate(output, template, cv2.TM_CCOEFF_NORMED).max())


def _wholes(camera: Gray) -> Iterator[Gray]:
    for scale in _WHOLE_SCALES:
        yield from _both_ways(_scaled(camera, scale))


def _parts(camera: Gray) -> Iterator[Gray]:
    columns, rows = _PARTS
    high, wide = camera.shape[0] // rows, camera.shape[1] // columns
    for row in range(rows):
        for column in range(columns):
            part = camera[row * high : (row + 1) * high, column * wide : (column + 1) * wide]
            for scale in _PART_SCALES:
                yield from _both_ways(_scaled(part, scale))


def _both_ways(template: Gray) -> Iterator[Gray]:
    yield template
    yield np.ascontiguousarray(template[:, ::-1])


def _scaled(image: Gray, scale: float) -> Gray:
    return np.asarray(
        cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8
    )
