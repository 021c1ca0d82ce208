"""Names for the points of MediaPipe's face mesh: which index is where.

The numbering and the canonical positions are those of MediaPipe's canonical face model
(Apache-2.0). "Left" and "right" are the picture's: the left eye here is the person's right one
when the picture is not mirrored.
"""

from typing import Final

import numpy as np

OVAL: Final = (
    *(10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377),
    *(152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109),
)
"""The outline of the face, clockwise from the top of the forehead."""

LIPS_INNER: Final = (
    *(78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308),
    *(324, 318, 402, 317, 14, 87, 178, 88, 95),
)
"""The edge of the mouth's opening, from the left corner over the upper lip."""

LIPS_OUTER: Final = (
    *(61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291),
    *(375, 321, 405, 314, 17, 84, 181, 91, 146),
)
"""The outer edge of the lips, from the left corner over the upper lip."""

EYE_LEFT: Final = (33, 246, 161, 160, 159, 158, 157, 173, 133, 155, 154, 153, 145, 144, 163, 7)
"""The left eye's opening: outer corner, upper lid, inner corner, lower lid back."""

EYE_RIGHT: Final = (
    *(263, 466, 388, 387, 386, 385, 384, 398, 362),
    *(382, 381, 380, 374, 373, 390, 249),
)
"""The right eye's opening, in the same order."""

LIDS_LEFT: Final = ((246, 161, 160, 159, 158, 157, 173), (7, 163, 144, 145, 153, 154, 155))
"""The left eye's lid edges, upper and lower, pair by pair without the corners."""

LIDS_RIGHT: Final = ((466, 388, 387, 386, 385, 384, 398), (249, 390, 373, 374, 380, 381, 382))

CREASE_LEFT: Final = (247, 30, 29, 27, 28, 56, 190)
"""The skin just above the left upper lid's edge, point by point as LIDS_LEFT."""

CREASE_RIGHT: Final = (467, 260, 259, 257, 258, 286, 414)

LIP_EDGES: Final = (
    (191, 80, 81, 82, 13, 312, 311, 310, 415),
    (95, 88, 178, 87, 14, 317, 402, 318, 324),
)
"""The inner edges of the upper and the lower lip, pair by pair without the corners."""

LIP_CORNERS: Final = (61, 291)

IRIS_LEFT: Final = (468, 469, 470, 471, 472)
"""Centre, then four points of the left iris's edge."""

IRIS_RIGHT: Final = (473, 474, 475, 476, 477)

MOUTH_TOP: Final = 13
MOUTH_BOTTOM: Final = 14
EYE_OUTER_LEFT: Final = 33
EYE_OUTER_RIGHT: Final = 263
CHIN: Final = 152
FOREHEAD: Final = 10

_RIGID: Final = {
    33: (-4.45, -2.66, -3.17),
    133: (-1.86, -2.59, -3.76),
    362: (1.86, -2.59, -3.76),
    263: (4.45, -2.66, -3.17),
    1: (0.0, 1.13, -7.48),
    4: (0.0, 0.46, -7.59),
    6: (0.0, -2.47, -5.79),
    168: (0.0, -3.27, -5.24),
    10: (0.0, -8.26, -4.48),
    109: (-1.89, -8.24, -4.27),
    338: (1.89, -8.24, -4.27),
    67: (-3.52, -8.01, -3.73),
    297: (3.52, -8.01, -3.73),
    127: (-7.74, -2.36, 2.01),
    356: (7.74, -2.36, 2.01),
    234: (-7.66, -0.67, 2.44),
    454: (7.66, -0.67, 2.44),
    195: (0.0, -1.06, -6.77),
    5: (0.0, -0.37, -7.24),
    197: (0.0, -1.73, -6.32),
    193: (-0.77, -3.18, -4.86),
    417: (0.77, -3.18, -4.86),
    8: (0.0, -4.02, -5.28),
    9: (0.0, -4.89, -5.39),
    151: (0.0, -6.55, -5.03),
}

RIGID: Final = np.array(list(_RIGID))
"""Points that expressions hardly move: eye corners, nose, temples, forehead."""

RIGID_CANONICAL: Final = np.array(list(_RIGID.values()))
"""(len(RIGID), 3): where they are on the canonical head; x right, y down, z away from the
camera, centimetres."""
