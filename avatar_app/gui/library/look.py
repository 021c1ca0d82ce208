"""What the import dialog needs to know of a picture, found out in a worker."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PyQt6.QtGui import QImage

from avatar_app.gui.library.offer import Offer, looked_at
from avatar_app.types import Box, Consent, RgbImage

if TYPE_CHECKING:
    from avatar_app.avatars.inspection import Candidate, Inspection
    from avatar_app.avatars.library import AvatarLibrary

_SHOWN_SIDE = 1400
_FACE_SIDE = 96
_AROUND_FACE = 1.5


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """``picture`` is for the screen, ``faces`` a thumbnail each, ``twins`` the names of avatars
    that show the same face already ("" for none), ``recalled`` what was stated about this picture
    before."""

    inspection: "Inspection"
    picture: QImage
    faces: tuple[QImage, ...]
    twins: tuple[str, ...]
    recalled: Consent | None

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) of the whole picture."""
        height, width = self.inspection.image.shape[:2]
        return width, height


def look_at(library: "AvatarLibrary", offer: Offer) -> Look:
    """Everything at once. Blocks for a moment, or as long as an address takes. Raises
    AvatarError."""
    inspection = looked_at(library, offer)
    found = range(len(inspection.candidates))
    twins = (library.twin_of(inspection, number) for number in found)
    recalled = library.consents.recall(inspection.digest) if len(found) == 1 else None
    return Look(
        inspection,
        as_qimage(inspection.image, _SHOWN_SIDE),
        tuple(_face(inspection.image, candidate) for candidate in inspection.candidates),
        tuple(twin.name if twin is not None else "" for twin in twins),
        recalled,
    )


def as_qimage(image: RgbImage, longest: int) -> QImage:
    """A picture (H, W, 3) for the screen, at most ``longest`` pixels a side. For workers."""
    from avatar_app.imaging import resize

    height, width = image.shape[:2]
    scale = min(1.0, longest / max(height, width))
    small = resize(image, (max(1, round(width * scale)), max(1, round(height * scale))))
    small = np.ascontiguousarray(small)
    rows, columns, _ = small.shape
    return QImage(small.tobytes(), columns, rows, 3 * columns, QImage.Format.Format_RGB888).copy()


def _face(image: RgbImage, candidate: "Candidate") -> QImage:
    x, y = candidate.face.box.centre
    half = _AROUND_FACE / 2 * max(candidate.face.box.width, candidate.face.box.height)
    return as_qimage(_part(image, Box(x - half, y - half, x + half, y + half)), _FACE_SIDE)


def _part(image: RgbImage, box: Box) -> RgbImage:
    rows = slice(max(0, round(box.y0)), max(1, round(box.y1)))
    columns = slice(max(0, round(box.x0)), max(1, round(box.x1)))
    part = image[rows, columns]
    return part if part.size else image
