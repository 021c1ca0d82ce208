"""A picture looked at before it becomes an avatar: its faces, a crop for each, what is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np

from avatar_app.avatars.checks import (
    Finding,
    Severity,
    another_face,
    check_face,
    no_face,
    several_faces,
)
from avatar_app.avatars.crop import cut_out, suggested_crop
from avatar_app.avatars.face_search import PortraitTracker, find_faces, shift_and_scale
from avatar_app.types import Box, FaceObservation, RgbImage

MAX_SIDE = 4096
"""Pictures are kept up to this longer side."""


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """One face of a picture. ``face`` and ``crop`` are in pixels of the whole picture,
    ``findings`` are about the picture cropped to ``crop``."""

    face: FaceObservation
    crop: Box
    findings: tuple[Finding, ...]

    @property
    def refusal(self) -> Finding | None:
        """Why it cannot become an avatar; None where it can."""
        return next((f for f in self.findings if f.severity is Severity.REFUSE), None)


@dataclass(frozen=True, slots=True, eq=False)
class Inspection:
    """``image`` is upright and bounded, ``digest`` that of the picture as it was decoded,
    ``candidates`` the faces, the largest first, ``findings`` what concerns the whole picture."""

    title: str
    image: RgbImage
    digest: str
    candidates: tuple[Candidate, ...]
    findings: tuple[Finding, ...]

    def with_crop(self, number: int, crop: Box) -> Candidate:
        """Candidate ``number`` with another crop, judged anew: quick enough for each movement of
        a crop editor. Raises LibraryError for a crop that cannot be used."""
        faces = [candidate.face for candidate in self.candidates]
        return _judged(self.image, faces, number, crop)


def inspect_picture(image: RgbImage, title: str, tracker: PortraitTracker) -> Inspection:
    """Look at a decoded picture with all faces in it; the tracker is used in this thread."""
    upright, faces = find_faces(image, tracker)
    height, width = upright.shape[:2]
    boxes = [face.box for face in faces]
    candidates = tuple(
        _judged(upright, faces, number, suggested_crop(box, (width, height), boxes))
        for number, box in enumerate(boxes)
    )
    findings: tuple[Finding, ...] = ()
    if not faces:
        findings = (no_face(upright),)
    elif len(faces) > 1:
        findings = (several_faces(len(faces)),)
    return Inspection(title, upright, picture_digest(image), candidates, findings)


def picture_digest(image: RgbImage) -> str:
    """Hexadecimal SHA-256 of the pixels and their arrangement: the same for the same picture
    whatever file it lies in."""
    height, width = image.shape[:2]
    digest = sha256(f"{width}x{height} ".encode())
    digest.update(np.ascontiguousarray(image).data)  # A copy would hold up the other threads.
    return digest.hexdigest()


def _judged(image: RgbImage, faces: Sequence[FaceObservation], number: int, crop: Box) -> Candidate:
    face = faces[number]
    part = cut_out(image, crop)
    there = shift_and_scale(face, max(0, round(crop.x0)), max(0, round(crop.y0)), 1)
    findings = check_face(part, there)
    others = (other.box.centre for other in faces if other is not face)
    if any(crop.x0 < x < crop.x1 and crop.y0 < y < crop.y1 for x, y in others):
        findings = (*findings, another_face())
    return Candidate(face, crop, findings)
