"""Details finer than the network's samples, taken from the portrait as the landmark warp moves it.

Both pictures show the same face in almost the same place. What is left between them is found as a
dense flow of their coarse parts, and the warped portrait is moved by it; Kroeger and others, "Fast
optical flow using dense inverse search", 2016. Where the coarse parts then agree, the fine part of
the portrait is true; where they do not (an eye that only one of them shuts), or where the flow had
to tear the portrait to make them, the network's picture stays as soft as it is.
"""

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from avatar_app.engines.landmark_warp.drawing import remap
from avatar_app.imaging import resize
from avatar_app.types import RgbImage

Field = NDArray[np.float32]

_COARSE = 1.5 / 256
"""What is coarse: the standard deviation of the blur, in parts of the side."""
_FLOW_BLUR = 2.0 / 256
_FARTHEST = 10 / 256
_AGREES = 0.035
"""Coarse parts that differ by so much (of 1) share no more than a third of the details."""
_TEARS = 0.35
"""So does a flow that changes by so much a pixel."""


def coarse(picture: Field) -> Field:
    """The part of a square picture (S, S, 3) that both pictures are compared by."""
    return _blurred(picture, _COARSE)


def aligned(under: RgbImage, network: Field, freedom: Field) -> tuple[RgbImage, Field, Field]:
    """The portrait's square ``under`` (L, L, 3) moved towards the coarse picture of the network
    (S, S, 3), by so much as ``freedom`` (S, S) allows; its coarse part then (S, S, 3); and how far
    its details may be believed (S, S), 0 to 1."""
    size = len(network)
    before = coarse(_reduced(under, size))
    flow = _flow(network, before) * freedom[..., None]
    moved = _moved(under, flow)
    after = coarse(_reduced(moved, size))
    apart = _blurred(_largest(network - after), _COARSE) / _AGREES
    torn = _largest(np.concatenate(_slopes(flow), axis=2)) / _TEARS
    return moved, after, np.exp(-apart * apart - torn * torn)


def _flow(target: Field, picture: Field) -> Field:
    """(S, S, 2): ``picture`` at x + flow shows what ``target`` shows at x, in pixels."""
    search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
    rest = np.zeros((*target.shape[:2], 2), np.float32)
    flow = np.asarray(search.calc(_grey(target), _grey(picture), rest), np.float32)
    most = _FARTHEST * len(target)
    return _blurred(np.clip(flow, -most, most), _FLOW_BLUR)


def _slopes(flow: Field) -> tuple[Field, Field]:
    """(S, S, 2) each: how the flow changes along x and along y, per pixel."""
    along_x, along_y = (
        cv2.Sobel(flow, cv2.CV_32F, *order, ksize=1, scale=0.5) for order in ((1, 0), (0, 1))
    )
    return np.asarray(along_x, np.float32), np.asarray(along_y, np.float32)


def _largest(values: Field) -> Field:
    """(S, S): the largest size among the channels."""
    largest, *others = (np.abs(channel) for channel in cv2.split(values))
    for other in others:
        largest = np.maximum(largest, other)
    return np.asarray(largest, np.float32)


def _moved(picture: RgbImage, flow: Field) -> RgbImage:
    side = len(picture)
    where = cv2.resize(flow * (side / len(flow)), (side, side), interpolation=cv2.INTER_LINEAR)
    positions = np.asarray(cv2.add(where, _places(side)), np.float32)
    return np.asarray(remap(picture, positions), np.uint8)


@lru_cache(maxsize=2)
def _places(side: int) -> Field:
    line = np.arange(side, dtype=np.float32)
    places = np.asarray(np.stack(np.meshgrid(line, line), axis=2), np.float32)
    places.flags.writeable = False
    return places


def _reduced(picture: RgbImage, size: int) -> Field:
    return resize(picture, (size, size)).astype(np.float32) / 255


def _grey(picture: Field) -> NDArray[np.uint8]:
    levels = np.clip(255 * picture, 0, 255).astype(np.uint8)
    return np.asarray(cv2.cvtColor(levels, cv2.COLOR_RGB2GRAY), np.uint8)


def _blurred(values: Field, part: float) -> Field:
    sigma = max(part * len(values), 0.6)
    return np.asarray(cv2.GaussianBlur(values, (0, 0), sigma), np.float32)
