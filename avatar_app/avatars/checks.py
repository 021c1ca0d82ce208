"""Whether a portrait makes a good avatar, in words: what is wrong with it and what to do.

The bounds were chosen on some fifty photos, paintings and drawings, good and bad ones: what
MediaPipe's points and the picture under them gave for each, and what the avatar then looked like.
"""

from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from avatar_app.face_mesh import (
    EYE_LEFT,
    EYE_RIGHT,
    LIDS_LEFT,
    LIDS_RIGHT,
    LIP_CORNERS,
    LIP_EDGES,
)
from avatar_app.imaging import resize
from avatar_app.translatable import translatable
from avatar_app.types import Box, FaceObservation, Points, RgbImage

MIN_FACE_HEIGHT = 32
"""In pixels, forehead to chin: below this there is nothing to move."""

GOOD_FACE_HEIGHT = 100

_YAW_WARN, _YAW_REFUSE = 20.0, 50.0
_PITCH_LEVEL = 4.0
"""What the pose of a level head comes out as."""
_PITCH_WARN, _PITCH_REFUSE = 20.0, 40.0
_ROLL_WARN = 20.0
_EYE_CLOSED = 0.10
_MOUTH_OPEN = 0.09
_COVERED_EYE = 6.0
_BLURRED, _NOISY = 20.0, 2500.0
_DARK, _BRIGHT, _BLOWN, _FLAT = 50.0, 225.0, 0.25, 50.0
_ONE_SIDED = 0.5
_LOOK_HEIGHT = 200
_MIN_SEEN = 0.8
_LARGER = translatable("Choose a larger picture, with a face of 100 pixels or more.")
_NO_FACE = translatable("No face was found.")
_NO_FACE_WHERE = {
    "dark": translatable("No face was found. The picture is very dark."),
    "bright": translatable("No face was found. The picture is overexposed."),
    "flat": translatable("No face was found. The picture has little contrast."),
    "one_sided": translatable("No face was found. The picture is lit from one side."),
    "blurred": translatable("No face was found. The picture is blurred."),
    "noisy": translatable("No face was found. The picture is full of noise."),
}
_EDGE, _ROOM_ABOVE = 0.03, 0.12
_SMALL_SHARE, _LARGE_SHARE = 0.15, 0.8


class Severity(StrEnum):
    """REFUSE: it cannot become an avatar. WARN: it can, and will look worse than it might."""

    REFUSE = "refuse"
    WARN = "warn"


@dataclass(frozen=True, slots=True)
class Finding:
    """``name`` is the check's, for translations; ``message`` and ``hint`` a sentence each."""

    name: str
    severity: Severity
    message: str
    hint: str


def check_face(image: RgbImage, face: FaceObservation) -> tuple[Finding, ...]:
    """What is wrong with the face of a portrait that was cropped as it will be used, the gravest
    first. A few milliseconds: a crop editor may ask while the rectangle is dragged."""
    found = [_size(face), *_pose(face), _eyes_closed(face), _mouth(face)]
    found += [_cut(image, face.box), _share(image, face.box)]
    grey = _grey_face(image, face.box)
    if grey is not None:
        found += [*_light(grey), _sharpness(grey), _eyes_covered(image, face)]
    there = [finding for finding in found if finding is not None]
    return tuple(sorted(there, key=lambda finding: finding.severity is Severity.WARN))


def no_face(image: RgbImage) -> Finding:
    """Why no face was found, as far as the whole picture tells."""
    height, width = image.shape[:2]
    grey = _grey_face(image, Box(0, 0, width, height))
    said, hint = (
        _NO_FACE,
        translatable("Choose a portrait seen from the front, the whole face visible."),
    )
    if max(width, height) < GOOD_FACE_HEIGHT:
        said = translatable(f"No face was found. The picture is only {width} x {height} pixels.")
        hint = _LARGER
    elif grey is not None and (told := _first([*_light(grey), _sharpness(grey)])) is not None:
        said, hint = _NO_FACE_WHERE[told.name], told.hint
    return Finding("no_face", Severity.REFUSE, said, hint)


def several_faces(count: int) -> Finding:
    """The picture shows more than one person."""
    return Finding(
        "several_faces",
        Severity.WARN,
        f"There are {count} faces in this picture.",
        "Choose the one to use; each can become an avatar of its own.",
    )


def another_face() -> Finding:
    """Somebody else is in the crop."""
    return Finding(
        "another_face",
        Severity.WARN,
        "Another face is in the crop.",
        "Crop it closer: the other face would stand still.",
    )


def _size(face: FaceObservation) -> Finding | None:
    height = face.box.height
    if height >= GOOD_FACE_HEIGHT:
        return None
    severity = Severity.REFUSE if height < MIN_FACE_HEIGHT else Severity.WARN
    return Finding(
        "small",
        severity,
        f"The face is only {height:.0f} pixels tall.",
        _LARGER,
    )


def _pose(face: FaceObservation) -> list[Finding | None]:
    yaw, pitch = abs(face.pose.yaw), face.pose.pitch - _PITCH_LEVEL
    roll = abs(face.pose.roll)
    return [
        _graded(
            "turned",
            yaw,
            (_YAW_WARN, _YAW_REFUSE),
            f"The head is turned {yaw:.0f}° to the side.",
            "Choose a portrait that looks straight at you.",
        ),
        _graded(
            "nodding",
            abs(pitch),
            (_PITCH_WARN, _PITCH_REFUSE),
            translatable("The head looks down.")
            if pitch > 0
            else translatable("The head looks up."),
            "Choose a portrait taken at eye level.",
        ),
        _graded(
            "tilted",
            roll,
            (_ROLL_WARN, np.inf),
            f"The head is tilted by {roll:.0f}°.",
            "Choose a portrait with an upright head, or turn the picture first.",
        ),
    ]


def _graded(
    name: str, value: float, bounds: tuple[float, float], message: str, hint: str
) -> Finding | None:
    if value <= bounds[0]:
        return None
    severity = Severity.REFUSE if value > bounds[1] else Severity.WARN
    return Finding(name, severity, message, hint)


def _eyes_closed(face: FaceObservation) -> Finding | None:
    eyes = ((EYE_LEFT, LIDS_LEFT), (EYE_RIGHT, LIDS_RIGHT))
    if min(_openness(face.landmarks, eye[0], eye[8], lids) for eye, lids in eyes) >= _EYE_CLOSED:
        return None
    return _warning(
        "eyes_closed",
        "An eye is closed or nearly so.",
        "Choose a portrait with both eyes open: an avatar cannot open them further.",
    )


def _mouth(face: FaceObservation) -> Finding | None:
    if _openness(face.landmarks, *LIP_CORNERS, LIP_EDGES) <= _MOUTH_OPEN:
        return None
    return _warning(
        "mouth_open",
        "The mouth is open.",
        "A closed mouth moves better: teeth of the portrait stay where they are.",
    )


def _openness(
    points: Points, corner: int, other: int, edges: tuple[tuple[int, ...], tuple[int, ...]]
) -> float:
    """How far two edges are apart in the mean, in widths between the corners."""
    flat = points[:, :2]
    width = float(np.linalg.norm(flat[corner] - flat[other]))
    gaps = np.linalg.norm(flat[list(edges[0])] - flat[list(edges[1])], axis=1)
    return float(gaps.mean()) / max(width, 1e-6)


def _cut(image: RgbImage, box: Box) -> Finding | None:
    height, width = image.shape[:2]
    if min(_seen(box.x0, box.x1, width), _seen(box.y0, box.y1, height)) < _MIN_SEEN:
        return Finding(
            "outside",
            Severity.REFUSE,
            "Part of the face lies outside the picture.",
            "Choose a picture, or a crop, with the whole face.",
        )
    aside = min(box.x0, width - box.x1) / box.width
    if min(aside, box.y0 / box.height, (height - box.y1) / box.height) < _EDGE:
        return _warning(
            "cut",
            "The face touches the border of the picture.",
            "Choose a picture, or a crop, with room around the face.",
        )
    if box.y0 < _ROOM_ABOVE * box.height:
        return _warning(
            "head_cut",
            "The top of the head is cut off.",
            "Choose a picture, or a crop, with room above the hair.",
        )
    return None


def _seen(low: float, high: float, length: int) -> float:
    return (min(high, length) - max(low, 0)) / (high - low)


def _share(image: RgbImage, box: Box) -> Finding | None:
    share = box.height / image.shape[0]
    if share < _SMALL_SHARE:
        return _warning(
            "far", "The face is small in the picture.", "Crop it closer: head and shoulders."
        )
    if share > _LARGE_SHARE:
        return _warning(
            "near", "The face fills the whole picture.", "Take a wider crop: head and shoulders."
        )
    return None


def _grey_face(image: RgbImage, box: Box) -> NDArray[np.uint8] | None:
    """The part in the box, in grey and never taller than a fixed height, so that figures of large
    and small pictures can be compared."""
    top, bottom = max(0, int(box.y0)), min(image.shape[0], int(box.y1))
    left, right = max(0, int(box.x0)), min(image.shape[1], int(box.x1))
    if bottom - top < 4 or right - left < 4:
        return None
    part = np.ascontiguousarray(image[top:bottom, left:right])
    scale = min(1.0, _LOOK_HEIGHT / (bottom - top))
    size = max(1, round((right - left) * scale)), max(1, round((bottom - top) * scale))
    return np.asarray(cv2.cvtColor(resize(part, size), cv2.COLOR_RGB2GRAY), np.uint8)


def _light(grey: NDArray[np.uint8]) -> list[Finding | None]:
    """At most one: what is dark is also flat, and nobody needs to hear it twice."""
    if grey.mean() < _DARK:
        return [_warning("dark", "The face is very dark.", "Choose a brighter picture.")]
    if grey.mean() > _BRIGHT or (grey >= 250).mean() > _BLOWN:
        return [_warning("bright", "The face is overexposed.", "Choose a darker picture.")]
    if _contrast(grey) < _FLAT:
        return [_warning("flat", "The face has little contrast.", "Choose a clearer picture.")]
    halves = [half.mean() for half in np.array_split(grey, 2, axis=1)]
    if min(halves) < _ONE_SIDED * max(halves):
        return [
            _warning(
                "one_sided", "The face is lit from one side.", "Choose a picture with even light."
            )
        ]
    return []


def _sharpness(grey: NDArray[np.uint8]) -> Finding | None:
    """Variance of the Laplacian, against the contrast that there is to be sharp."""
    fine = float(cv2.Laplacian(grey, cv2.CV_32F).var()) / max(_contrast(grey), 1.0) ** 2 * 1e4
    if fine < _BLURRED:
        return _warning("blurred", "The face is blurred.", "Choose a sharper picture.")
    if fine > _NOISY and _contrast(grey) >= _FLAT:
        return _warning("noisy", "The face is full of noise.", "Choose a cleaner picture.")
    return None


def _contrast(grey: NDArray[np.uint8]) -> float:
    return float(np.percentile(grey, 95) - np.percentile(grey, 5))


def _eyes_covered(image: RgbImage, face: FaceObservation) -> Finding | None:
    """An eye shows white, iris and lashes; a bar or a dark glass shows one tone."""
    eyes = (face.landmarks[list(eye), :2] for eye in (EYE_LEFT, EYE_RIGHT))
    parts = (_grey_face(image, Box(*points.min(0) - 2, *points.max(0) + 2)) for points in eyes)
    tones = [float(part.std()) for part in parts if part is not None]
    lit = _grey_face(image, face.box)
    if lit is None or _contrast(lit) < _FLAT or not tones or max(tones) >= _COVERED_EYE:
        return None
    return _warning(
        "eyes_covered", "The eyes are covered.", "Choose a portrait without dark glasses."
    )


def _warning(name: str, message: str, hint: str) -> Finding:
    return Finding(name, Severity.WARN, message, hint)


def _first(found: list[Finding | None]) -> Finding | None:
    return next((finding for finding in found if finding is not None), None)
