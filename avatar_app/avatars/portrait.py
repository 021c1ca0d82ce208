"""From a chosen picture to an avatar."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from avatar_app.avatars.checks import MIN_FACE_HEIGHT
from avatar_app.avatars.crop import cut_out, overlap
from avatar_app.avatars.face_search import (
    PortraitTracker,
    find_face,
    find_faces,
    shift_and_scale,
)
from avatar_app.errors import FaceError, MediaError
from avatar_app.imaging import read_image, resize
from avatar_app.paths import bundled_avatars
from avatar_app.translatable import translatable
from avatar_app.types import Avatar, Box, Consent, FaceObservation, RgbImage

MAX_SIDE = 2048
"""Larger portraits are reduced to this longer side."""

_SEARCH_SIDE = 4096
_SMALLEST_PART = 1 / 10
_CROP_IN_FACES = 6
_FACE_HINT = translatable(
    "Choose a portrait seen from the front, the whole face visible, bright and sharp."
)


@dataclass(frozen=True, slots=True, eq=False)
class Portrait:
    """A picture that was chosen and not yet read. ``crop`` is the part of it that is used, in its
    pixels at no more than 4096 a side, ``face`` the face that is meant where it shows several."""

    name: str
    path: Path
    crop: Box | None = None
    face: Box | None = None
    credit: str = ""
    consent: Consent | None = None


def load_avatar(word: str, tracker_factory: Callable[[], PortraitTracker]) -> Avatar:
    """The bundled avatar of that name, or the portrait in that file; "" is the first bundled one.
    Of consent it knows nothing. Raises as ``load_portrait``."""
    return load_portrait(_resolve(word), tracker_factory)


def load_portrait(portrait: Portrait, tracker_factory: Callable[[], PortraitTracker]) -> Avatar:
    """Read the picture and find its face.

    The picture comes upright and at most 2048 pixels long; where the face is less than a tenth of
    it, a part around the head is cut out. The tracker is used in this thread and closed. Raises
    MediaError for a file that cannot be read, FaceError when no usable face is in it."""
    tracker = tracker_factory()
    try:
        found = _find(portrait, tracker)
    finally:
        tracker.close()
    if found is None:
        raise FaceError(f"No face was found in {_named(portrait)}.", _FACE_HINT)
    image, face = _fitted(*found)
    if face.box.height < MIN_FACE_HEIGHT:
        raise FaceError(
            f"The face in {_named(portrait)} is only {face.box.height:.0f} pixels tall.",
            "Choose a larger picture, with a face of 100 pixels or more.",
        )
    return Avatar(portrait.name, image, face, portrait.credit, portrait.consent)


def _named(portrait: Portrait) -> str:
    """What people know it by: a file's name, or the avatar's in the library."""
    return portrait.path.name if portrait.crop is None else portrait.name


def _resolve(word: str) -> Portrait:
    bundled = bundled_avatars()
    if not word and bundled:
        return Portrait(*next(iter(bundled.items())))
    if word in bundled:
        return Portrait(word, bundled[word])
    path = Path(word).expanduser()
    if word and path.exists():
        return Portrait(path.stem, path)
    raise MediaError(
        f"There is no avatar and no picture file {word!r}.",
        f"Bundled avatars: {', '.join(bundled) or '–'}.",
    )


def _find(portrait: Portrait, tracker: PortraitTracker) -> tuple[RgbImage, FaceObservation] | None:
    """The face in the picture at its usual size; at twice that where none, or a small one, shows
    up and the file has more to give."""
    if portrait.crop is not None:
        return _find_in_crop(portrait, portrait.crop, tracker)
    image = read_image(portrait.path, max_side=MAX_SIDE)
    found = find_face(image, tracker)
    if max(image.shape) < MAX_SIDE or (found is not None and not _is_lost(*found)):
        return found
    return find_face(read_image(portrait.path, max_side=_SEARCH_SIDE), tracker) or found


def _find_in_crop(
    portrait: Portrait, crop: Box, tracker: PortraitTracker
) -> tuple[RgbImage, FaceObservation] | None:
    image = cut_out(read_image(portrait.path, max_side=_SEARCH_SIDE), crop)
    if portrait.face is None:
        return find_face(image, tracker)
    upright, faces = find_faces(image, tracker)
    if not faces:
        return None
    meant = portrait.face
    there = Box(meant.x0 - crop.x0, meant.y0 - crop.y0, meant.x1 - crop.x0, meant.y1 - crop.y0)
    return upright, max(faces, key=lambda face: overlap(face.box, there))


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
