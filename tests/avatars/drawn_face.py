"""A face a child could draw, and a tracker that sees it: what is searched is known exactly."""

import cv2
import numpy as np

from avatar_app.types import Box, FaceObservation, Frame, HeadPose, RgbImage

FOREHEAD, CHIN = (250, 0, 0), (0, 0, 250)


def draw_face(image: RgbImage, x: int, y: int, height: int) -> None:
    """Red above blue, its centre at x, y."""
    half, quarter = height // 2, height // 4
    image[y - half : y, x - quarter : x + quarter] = FOREHEAD
    image[y : y + half, x - quarter : x + quarter] = CHIN


def drawn_portrait(
    *faces: tuple[int, int, int], size: tuple[int, int] = (320, 320), shade: int = 180
) -> RgbImage:
    """Paper of (width, height) with faces, each x, y, height."""
    image = np.full((size[1], size[0], 3), shade, np.uint8)
    for x, y, height in faces or ((size[0] // 2, size[1] // 2, size[1] // 2),):
        draw_face(image, x, y, height)
    return image


class DrawnFaceTracker:
    """Sees faces that cover a tenth of the picture's longer side and keep half as much away from
    its border.

    Like the real one it knows a face on its side as such, and takes one upside down for an upright
    one when ``fooled``."""

    def __init__(self, *, fooled: bool = False) -> None:
        self.closed = False
        self._fooled = fooled

    def track(self, frame: Frame) -> FaceObservation | None:
        image = _largest_drawing(frame.image)
        red, blue = _place(image, 0), _place(image, 2)
        if red is None or blue is None:
            return None
        box = Box(
            min(red[0], blue[0]), min(red[1], blue[1]), max(red[2], blue[2]), max(red[3], blue[3])
        )
        height, width = frame.image.shape[:2]
        edge = 0.05 * max(height, width)
        near = min(box.x0, box.y0, width - box.x1, height - box.y1) < edge
        if near or max(box.height, box.width) < 0.1 * max(height, width):
            return None
        down = (blue[0] + blue[2] - red[0] - red[2], blue[1] + blue[3] - red[1] - red[3])
        roll = float(np.degrees(np.arctan2(-down[0], down[1])))
        if abs(roll) > 150:
            if not self._fooled:
                return None
            roll = 5.0
        return FaceObservation(_fan(box), box, HeadPose(0, 0, roll))

    def close(self) -> None:
        self.closed = True


def _largest_drawing(image: RgbImage) -> RgbImage:
    """The picture with all but the largest drawn face made white: red and blue that touch, up to
    the row in which scaling has mixed them."""
    drawn = (_strong(image, 0) | _strong(image, 2)).astype(np.uint8)
    joined = cv2.dilate(drawn, np.ones((3, 3), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined)
    if count < 3:
        return image
    largest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    return np.where((labels == largest)[..., None], image, np.uint8(255))


def _strong(image: RgbImage, channel: int) -> np.ndarray:
    others = [c for c in range(3) if c != channel]
    return (image[..., channel] > 150) & (image[..., others].max(axis=2) < 60)


def _place(image: RgbImage, channel: int) -> tuple[float, float, float, float] | None:
    strong = _strong(image, channel)
    rows, columns = np.flatnonzero(strong.any(axis=1)), np.flatnonzero(strong.any(axis=0))
    if not len(rows):
        return None
    return float(columns[0]), float(rows[0]), float(columns[-1] + 1), float(rows[-1] + 1)


def _fan(box: Box) -> np.ndarray:
    share = np.linspace(0, 1, 478, dtype=np.float32)[:, None]
    start, end = np.array((box.x0, box.y0, 0)), np.array((box.x1, box.y1, box.width))
    return ((1 - share) * start + share * end).astype(np.float32)
