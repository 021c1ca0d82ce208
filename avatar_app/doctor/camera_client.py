"""The virtual camera seen as a meeting program sees it: opened, and read while a card is sent."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any, Protocol

import cv2
import numpy as np

from avatar_app.capture.pattern import PatternSource, read_counter
from avatar_app.types import RgbImage

SIZE = (1280, 720)
"""(width, height) of the card that is sent."""

FPS = Fraction(30)

_ENOUGH = 5
_MOST_PICTURES = 240
_PATIENCE_S = 15.0
_TOLERANCE = 24.0
_STILL_PART = 0.64


class VideoClient(Protocol):
    """The part of cv2.VideoCapture that is used here."""

    def isOpened(self) -> bool: ...  # noqa: N802

    def read(self) -> tuple[bool, Any]: ...

    def release(self) -> None: ...


class Seen(StrEnum):
    """What came out of the camera."""

    RIGHT = "right"
    NOTHING = "nothing"
    STILL = "still"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Sight:
    """What was seen; ``size`` is the (width, height) of the last picture, None without one."""

    seen: Seen
    size: tuple[int, int] | None = None


def look(client: VideoClient, sent: Callable[[], int]) -> Sight:
    """Read until five different cards came in the order they were sent. ``sent`` is how many
    went in so far. Blocks for at most 15 s, and one read of the driver.

    The first pictures may be old ones, of another program even: only the newest count."""
    numbers: list[int] = []
    sight, end = Sight(Seen.NOTHING), time.monotonic() + _PATIENCE_S
    for _ in range(_MOST_PICTURES):
        got, bgr = client.read()
        if time.monotonic() > end or not got:
            break
        picture = np.ascontiguousarray(bgr[:, :, ::-1], np.uint8)
        number = read_counter(picture)
        right = number < sent() and is_card(picture)
        follows = right and (not numbers or number >= numbers[-1])
        numbers = [*numbers, number] if follows else [number] if right else []
        size = (picture.shape[1], picture.shape[0])
        sight = Sight(Seen.STILL if right else Seen.WRONG, size)
        if len(set(numbers)) >= _ENOUGH:
            return Sight(Seen.RIGHT, size)
    return sight


def is_card(picture: RgbImage) -> bool:
    """Whether the lower part, colour bars and a ramp that never move, is the card's: right
    colours at the right places, not turned round."""
    card = PatternSource(SIZE, FPS, 1).read()
    assert card is not None
    height, width = picture.shape[:2]
    wanted = cv2.resize(card.image, (width, height), interpolation=cv2.INTER_AREA)
    rows = slice(round(_STILL_PART * height), None)
    off = np.abs(picture[rows].astype(np.int16) - wanted[rows]).mean(axis=(0, 1))
    return bool(off.max() <= _TOLERANCE)
