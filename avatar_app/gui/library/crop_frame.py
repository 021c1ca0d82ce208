"""How a crop rectangle is dragged, stretched and scaled: plain numbers, pixels of the picture."""

from avatar_app.types import Box

Grip = tuple[int, int]
"""Which sides follow the pointer: -1 left or top, 1 right or bottom, 0 neither; (0, 0) moves."""

Size = tuple[float, float]

INSIDE: Grip = (0, 0)


def grip_at(box: Box, x: float, y: float, reach: float) -> Grip | None:
    """What of the rectangle lies within ``reach`` of a point; None outside of it."""
    if not (box.x0 - reach <= x <= box.x1 + reach and box.y0 - reach <= y <= box.y1 + reach):
        return None
    return _side(x, box.x0, box.x1, reach), _side(y, box.y0, box.y1, reach)


def dragged(box: Box, grip: Grip, by: tuple[float, float], size: Size, least: Size) -> Box:
    """The rectangle after the pointer went ``by`` (x, y) with a grip; it stays in a picture of
    ``size`` (width, height) and keeps ``least``."""
    if grip == INSIDE:
        dx = min(max(by[0], -box.x0), size[0] - box.x1)
        dy = min(max(by[1], -box.y0), size[1] - box.y1)
        return Box(box.x0 + dx, box.y0 + dy, box.x1 + dx, box.y1 + dy)
    x0, x1 = _stretched(box.x0, box.x1, grip[0], by[0], size[0], least[0])
    y0, y1 = _stretched(box.y0, box.y1, grip[1], by[1], size[1], least[1])
    return Box(x0, y0, x1, y1)


def scaled(box: Box, factor: float, size: Size, least: Size) -> Box:
    """The rectangle larger or smaller around its middle, moved into the picture where it must."""
    width = min(max(box.width * factor, least[0]), size[0])
    height = min(max(box.height * factor, least[1]), size[1])
    x, y = box.centre
    x0 = min(max(x - width / 2, 0.0), size[0] - width)
    y0 = min(max(y - height / 2, 0.0), size[1] - height)
    return Box(x0, y0, x0 + width, y0 + height)


def _side(value: float, low: float, high: float, reach: float) -> int:
    """The nearer edge where both are within reach: a tiny rectangle can still be stretched."""
    to_low, to_high = abs(value - low), abs(value - high)
    if min(to_low, to_high) > reach:
        return 0
    return -1 if to_low <= to_high else 1


def _stretched(
    low: float, high: float, side: int, by: float, length: float, least: float
) -> tuple[float, float]:
    if side < 0:
        return min(max(0.0, low + by), high - least), high
    if side > 0:
        return low, max(min(length, high + by), low + least)
    return low, high
