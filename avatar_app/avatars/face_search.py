"""Finding the face of a still picture, however it lies in it.

A tracker made for webcams misses faces that touch the border, that are small in a large picture or
that lie on their side. So the picture is looked at as it is, turned, with a border, and in parts.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol

import cv2
import numpy as np

from avatar_app.imaging import resize
from avatar_app.types import Box, FaceObservation, Frame, RgbImage

_MAX_FACES = 8
_BORDER = 0.35
_VIEW_SIDE = 512
_VOTE_SIDE = 1024
_CALM_SIDE = 256
_AGREEMENT_DEGREES = 50.0
_MIN_SEEN = 0.8
_SMALLEST_OTHER = 0.3
_PAINT = 128
_PAINTED_TALL = 0.3
_PAINTED_WIDE = 0.15
_CLOSE, _WIDE = 1.2, 1.8
_SAME_PLACE = 0.08
"""Two looks at a face agree when its points lie this close, in widths of the face."""


class PortraitTracker(Protocol):
    """A face tracker that takes each picture by itself, whatever it saw before."""

    def track(self, frame: Frame) -> FaceObservation | None: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True, eq=False)
class _View:
    """A part of a picture as the tracker sees it: its point (x, y) is the picture's
    (left + x / scale, top + y / scale)."""

    image: RgbImage
    left: float
    top: float
    scale: float


def find_face(image: RgbImage, tracker: PortraitTracker) -> tuple[RgbImage, FaceObservation] | None:
    """The picture, turned upright by quarters, and the largest face in it; None without a face."""
    turned = _upright(image, tracker)
    if turned is not None:
        return turned
    for view in _views(image):
        face = _look(view, tracker)
        if face is not None and _is_inside(image, face) and _holds(image, face, tracker):
            return image, face
    return None


def find_faces(
    image: RgbImage, tracker: PortraitTracker
) -> tuple[RgbImage, tuple[FaceObservation, ...]]:
    """The picture, turned upright by quarters, and its faces, the largest first, at most eight.

    A face that was found is painted over and the rest looked at again. Far smaller faces than the
    largest are left out: people in the background."""
    found = find_face(image, tracker)
    if found is None:
        return image, ()
    upright, face = found
    faces, rest = [face], upright.copy()
    while len(faces) < _MAX_FACES:
        _paint_over(rest, faces[-1])
        other = _another(rest, tracker)
        if other is None or other.box.height < _SMALLEST_OTHER * faces[0].box.height:
            break
        faces.append(other)
    return upright, tuple(sorted(faces, key=lambda face: -face.box.height))


def shift_and_scale(
    face: FaceObservation, left: float, top: float, scale: float
) -> FaceObservation:
    """The same face after the picture was cropped at ``left``, ``top`` and then scaled."""
    corner = np.array((left, top, 0), np.float32)
    landmarks = np.ascontiguousarray((face.landmarks - corner) * np.float32(scale))
    box = Box(
        (face.box.x0 - left) * scale,
        (face.box.y0 - top) * scale,
        (face.box.x1 - left) * scale,
        (face.box.y1 - top) * scale,
    )
    return replace(face, landmarks=landmarks, box=box)


def _upright(image: RgbImage, tracker: PortraitTracker) -> tuple[RgbImage, FaceObservation] | None:
    """Look at all four quarter turns and let them vote.

    The tracker finds a face lying on its side well and an upside-down one as a made-up upright
    one, so three of four looks at a real face agree where its top is. A turn that only one look
    speaks for is believed for the picture as it is, nowhere else."""
    small = _scaled(image, 0, 0, min(1.0, _VOTE_SIDE / max(image.shape)))
    faces = [
        tracker.track(Frame(np.ascontiguousarray(np.rot90(small.image, quarter)), 0, 0.0))
        for quarter in range(4)
    ]
    votes = [_votes(faces, quarter) for quarter in range(4)]
    best = max(range(4), key=lambda quarter: (votes[quarter], quarter == 0))
    face = faces[best]
    if face is None or (best != 0 and votes[best] < 2):
        return None
    upright = np.ascontiguousarray(np.rot90(image, best))
    return upright, shift_and_scale(face, 0, 0, 1 / small.scale)


def _another(image: RgbImage, tracker: PortraitTracker) -> FaceObservation | None:
    """The next face of a picture that stands upright. Nobody said that there is one, so a close
    and a wide look must confirm it."""
    whole = _scaled(image, 0, 0, min(1.0, _VOTE_SIDE / max(image.shape)))
    for view in (whole, *_views(image)):
        face = _look(view, tracker)
        if face is None or not _is_inside(image, face):
            continue
        if all(_holds(image, face, tracker, reach) for reach in (_CLOSE, _WIDE)):
            return face
    return None


def _paint_over(image: RgbImage, face: FaceObservation) -> None:
    tall, wide = _PAINTED_TALL * face.box.height, _PAINTED_WIDE * face.box.width
    rows = slice(max(0, int(face.box.y0 - tall)), max(0, int(face.box.y1 + tall)))
    columns = slice(max(0, int(face.box.x0 - wide)), max(0, int(face.box.x1 + wide)))
    image[rows, columns] = _PAINT


def _votes(faces: list[FaceObservation | None], quarter: int) -> int:
    """How many of the four looks say that the face is upright after this many quarter turns."""
    if faces[quarter] is None:
        return 0
    rolls = [face.pose.roll + 90 * k for k, face in enumerate(faces) if face is not None]
    off = [(roll - 90 * quarter + 180) % 360 - 180 for roll in rolls]
    return sum(abs(angle) < _AGREEMENT_DEGREES for angle in off)


def _views(image: RgbImage) -> Iterator[_View]:
    """The picture made small, which calms noise, with its border drawn out, then its parts."""
    height, width = image.shape[:2]
    if max(height, width) > _CALM_SIDE:
        yield _scaled(image, 0, 0, _CALM_SIDE / max(height, width))
    yield _with_border(_scaled(image, 0, 0, min(1.0, _VOTE_SIDE / max(height, width))))
    short = min(height, width)
    for side in (short, short // 2):
        if side < 32:
            return
        for top in _steps(height, side):
            for left in _steps(width, side):
                yield _enlarged(image[top : top + side, left : left + side], left, top)


def _with_border(view: _View) -> _View:
    pad = round(max(view.image.shape) * _BORDER)
    padded = cv2.copyMakeBorder(view.image, pad, pad, pad, pad, cv2.BORDER_REPLICATE)
    corner = -pad / view.scale
    return _View(np.asarray(padded, np.uint8), corner, corner, view.scale)


def _steps(length: int, side: int) -> list[int]:
    """Starts of windows that overlap by half and reach both ends."""
    count = max(1, round(2 * (length - side) / side) + 1)
    return [round(start) for start in np.linspace(0, length - side, count)]


def _enlarged(part: RgbImage, left: float, top: float) -> _View:
    return _scaled(part, left, top, max(1.0, _VIEW_SIDE / max(part.shape)))


def _scaled(part: RgbImage, left: float, top: float, scale: float) -> _View:
    height, width = part.shape[:2]
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return _View(np.ascontiguousarray(resize(part, size)), left, top, scale)


def _look(view: _View, tracker: PortraitTracker) -> FaceObservation | None:
    face = tracker.track(Frame(view.image, 0, 0.0))
    if face is None or abs(face.pose.roll) > 60:
        return None
    inside_view = shift_and_scale(face, 0, 0, 1 / view.scale)
    return shift_and_scale(inside_view, -view.left, -view.top, 1)


def _is_inside(image: RgbImage, face: FaceObservation) -> bool:
    """Whether nearly the whole face lies in the picture: half a face cannot be moved."""
    height, width = image.shape[:2]
    seen_x = min(width, face.box.x1) - max(0, face.box.x0)
    seen_y = min(height, face.box.y1) - max(0, face.box.y0)
    return min(seen_x / face.box.width, seen_y / face.box.height) > _MIN_SEEN


def _holds(
    image: RgbImage, face: FaceObservation, tracker: PortraitTracker, reach: float = _CLOSE
) -> bool:
    """Whether a second look, ``reach`` faces to each side, finds the same points: on a cup of
    coffee it does not."""
    x, y = face.box.centre
    half = reach * max(face.box.width, face.box.height)
    height, width = image.shape[:2]
    left, top = max(0, int(x - half)), max(0, int(y - half))
    right, bottom = min(width, int(x + half)), min(height, int(y + half))
    if right - left < 16 or bottom - top < 16:
        return False
    view = _enlarged(image[top:bottom, left:right], left, top)
    close = _look(view, tracker) or _look(_with_border(view), tracker)
    if close is None:
        return False
    apart = np.linalg.norm(close.landmarks[:, :2] - face.landmarks[:, :2], axis=1).mean()
    return float(apart) < _SAME_PLACE * face.box.width
