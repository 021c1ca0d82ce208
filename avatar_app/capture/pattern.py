"""A moving test card: to see that pictures flow, in which order and how late."""

from fractions import Fraction
from itertools import pairwise

import cv2
import numpy as np

from avatar_app.capture.base import SourceInfo
from avatar_app.errors import SourceError
from avatar_app.types import Frame, RgbImage

_BARS = (
    (235, 235, 235),
    (224, 208, 64),
    (72, 198, 208),
    (86, 178, 92),
    (190, 96, 176),
    (206, 74, 66),
    (62, 92, 186),
)
_PAPER = (38, 44, 54)
_INK = (238, 240, 236)
_ACCENT = (246, 168, 60)
_BITS = 24


class PatternSource:
    """Frames that depend on their number alone; ``frames`` of them, or without end."""

    def __init__(self, size: tuple[int, int], fps: Fraction, frames: int | None = None) -> None:
        width, height = size
        self._card = _still_card(width, height)
        self._next = 0
        self._interrupted = False
        self._info = SourceInfo(
            word="pattern:",
            title="Test card",
            width=width,
            height=height,
            fps=fps,
            is_live=False,
            frame_count=frames,
        )

    @property
    def info(self) -> SourceInfo:
        return self._info

    def read(self) -> Frame | None:
        """The next card, or None after the last."""
        if self._interrupted or self._next == self._info.frame_count:
            return None
        index = self._next
        self._next += 1
        at = Fraction(index) / (self._info.fps or 1)
        return Frame(_with_clock(self._card, index, float(at)), index, float(at))

    def interrupt(self) -> None:
        self._interrupted = True

    def close(self) -> None:
        """Nothing is held open."""


def seconds_of(argument: str) -> float:
    """The length named behind ``pattern:``; ten seconds where none is. Raises SourceError."""
    try:
        seconds = float(argument or 10)
    except ValueError:
        seconds = -1
    if not 0 < seconds <= 86_400:
        raise SourceError(
            f"The test card cannot last {argument!r} seconds.", "Write a number: pattern:5."
        )
    return seconds


def read_counter(image: RgbImage) -> int:
    """The frame's number, read back from the strip of squares along the card's top edge."""
    height, width = image.shape[:2]
    y = _strip_height(height) // 2
    edges = np.linspace(0, width, _BITS + 1)
    centres = ((edges[:-1] + edges[1:]) / 2).astype(int)
    bits = image[y, centres].mean(axis=1) > 127
    return int(sum(1 << place for place, bit in enumerate(bits) if bit))


def _strip_height(height: int) -> int:
    return max(2, height // 30)


def _still_card(width: int, height: int) -> RgbImage:
    card = np.empty((height, width, 3), np.uint8)
    card[:] = _PAPER
    _draw_grid(card)
    top, bottom = round(height * 0.66), round(height * 0.84)
    edges = np.linspace(0, width, len(_BARS) + 1).astype(int)
    for colour, left, right in zip(_BARS, edges, edges[1:], strict=False):
        card[top:bottom, left:right] = colour
    ramp = np.linspace(0, 255, width).astype(np.uint8)
    card[bottom:] = ramp[None, :, None]
    return card


def _draw_grid(card: RgbImage) -> None:
    height, width = card.shape[:2]
    step = max(8, height // 12)
    for x in range(width % step // 2, width, step):
        cv2.line(card, (x, 0), (x, height), (56, 64, 76), 1)
    for y in range(height % step // 2, height, step):
        cv2.line(card, (0, y), (width, y), (56, 64, 76), 1)


def _with_clock(still: RgbImage, index: int, at: float) -> RgbImage:
    card = still.copy()
    height, width = card.shape[:2]
    centre, radius = (round(width * 0.3), round(height * 0.36)), round(height * 0.24)
    cv2.circle(card, centre, radius, _INK, max(1, height // 160), cv2.LINE_AA)
    _draw_hand(card, centre, radius * 0.86, at, _ACCENT)
    _draw_hand(card, centre, radius * 0.6, at / 60, _INK)
    left, scale = round(width * 0.54), height / 480
    minutes, seconds = divmod(at, 60)
    _write(card, f"{int(minutes):02d}:{seconds:06.3f}", (left, round(height * 0.34)), scale)
    _write(card, f"frame {index}", (left, round(height * 0.46)), scale * 0.75)
    _draw_counter(card, index)
    return card


def _draw_hand(
    card: RgbImage, centre: tuple[int, int], length: float, turns: float, colour: tuple[int, ...]
) -> None:
    angle = 2 * np.pi * turns
    tip = (
        round(centre[0] + length * float(np.sin(angle))),
        round(centre[1] - length * float(np.cos(angle))),
    )
    cv2.line(card, centre, tip, colour, max(1, card.shape[0] // 100), cv2.LINE_AA)


def _write(card: RgbImage, text: str, at: tuple[int, int], scale: float) -> None:
    thickness = max(1, round(2 * scale))
    cv2.putText(card, text, at, cv2.FONT_HERSHEY_SIMPLEX, scale, _INK, thickness, cv2.LINE_AA)


def _draw_counter(card: RgbImage, index: int) -> None:
    height, width = card.shape[:2]
    edges = np.linspace(0, width, _BITS + 1).astype(int)
    for place, (left, right) in enumerate(pairwise(edges)):
        card[: _strip_height(height), left:right] = 255 if index >> place & 1 else 0
