"""From a name or a picture file to an avatar."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from avatar_app.avatars.face_search import PortraitTracker, find_face, shift_and_scale
from avatar_app.errors import FaceError, MediaError
from avatar_app.imaging import read_image, resize
from avatar_app.paths import bundled_avatars
from avatar_app.types import Avatar, FaceObservation, RgbImage

MAX_SIDE = 2048
"""Larger portraits are reduced to this longer side."""

MIN_FACE_HEIGHT = 32
"""In pixels, forehead to chin: below this there is nothing to move."""

_SEARCH_SIDE = 4096
_SMALLEST_PART = 1 / 10
_CROP_IN_FACES = 6
_FACE_HINT = "Choose a portrait seen from the front, the whole face visible, bright and sharp."


def load_avatar(word: str, tracker_factory: Callable[[], PortraitTracker]) -> Avatar:
    """The bundled avatar of that name, or the portrait in that file; "" is the first bundled one.

    The picture comes upright and at most 2048 pixels long; where the face is less than a tenth of
    it, a part around the head is cut out. The tracker is used in this thread and closed. Raises
    MediaError for a file that cannot be read, FaceError when no usable face is in it."""
    name, path = _resolve(word)
    tracker = tracker_factory()
    try:
        found = _find(path, tracker)
    finally:
        tracker.close()
    if found is None:
        raise FaceError(f"No face was found in {path.name}.", _FACE_HINT)
    image, face = _fitted(*found)
    if face.box.height < MIN_FACE_HEIGHT:
        raise FaceError(
            f"The face in {path.name} is only {face.box.height:.0f} pixels tall.",
            "Choose a larger picture, with a face of 100 pixels or more.",
        )
    return Avatar(name, image, face)


def _resolve(word: str) -> tuple[str, Path]:
    bundled = bundled_avatars()
    if not word and bundled:
        return next(iter(bundled.items()))
    if word in bundled:
        return word, bundled[word]
    path = Path(word).expanduser()
    if word and path.exists():
        return path.stem, path
    names = ", ".join(bundled) or "none is bundled here"
    raise MediaError(
        f"There is no avatar and no picture file {word!r}.", f"Bundled avatars: {names}."
    )


def _find(path: Path, tracker: PortraitTracker) -> tuple[RgbImage, FaceObservation] | None:
    """The face in the picture at its usual size; at twice that where none, or a small one, shows
    up and the file has more to give."""
    image = read_image(path, max_side=MAX_SIDE)
    found = find_face(image, tracker)
    if max(image.shape) < MAX_SIDE or (found is not None and not _is_lost(*found)):
        return found
    return find_face(read_image(path, max_side=_SEARCH_SIDE), tracker) or found


def _is_lost(image: RgbImage, face: FaceObservation) -> bool:
    return face.box.height < _SMALLEST_PART * max(image.shape)


def _fitted(image: RgbImage, face: FaceObservation) -> tuple[RgbImage, FaceObservation]:
    image, face = _cropped(image, face)
    height, width = image.shape[:2]
    scale = min(1.0, MAX_SIDE / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return resize(image, size), shift_and_scale(face, 0, 0, scale)


def _cropped(image: RgbImage, face: FaceObservation) -> tuple[RgbImage, FaceObservation]:
    """Head and shoulders, where the face would be lost in the picture."""
    if not _is_lost(image, face):
        return image, face
    height, width = image.shape[:2]
    side = round(_CROP_IN_FACES * face.box.height)
    x, y = face.box.centre
    left = int(np.clip(x - side / 2, 0, max(0, width - side)))
    top = int(np.clip(y - side / 2, 0, max(0, height - side)))
    part = np.ascontiguousarray(image[top : top + side, left : left + side])
    return part, shift_and_scale(face, left, top, 1)
