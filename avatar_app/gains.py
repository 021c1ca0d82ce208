"""What the measured ranges of a driver do to the motion: a small blink shuts the avatar's eyes and
the driver's full smile gives a full one. Nothing moves less than without ranges."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avatar_app.expression import eye_distance, lip_width, mouth_opening
from avatar_app.face_mesh import (
    CHIN,
    FOREHEAD,
    IRIS_LEFT,
    IRIS_RIGHT,
    LIP_CORNERS,
    LIPS_OUTER,
)
from avatar_app.types import Ranges

SHUT = 0.3
"""An eye open by that part of its neutral opening is shut, for the mesh never quite closes."""

_LATEST_SHUT = 0.55
_BLINK_MARGIN = 0.1
_FULL_MOUTH, _FULL_SMILE, _FULL_GAZE = 0.35, 0.28, 0.2
"""What wide means with most people: the lips' gap in eye distances, how much wider than at rest
they are in a full smile, the way of the irises in widths of an eye (26 clips)."""
_MOST = 1.5

Face = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Gains:
    """``shut`` is the part of the neutral opening at which the left and the right eye are shut;
    the others multiply the way of lips and irises."""

    shut: tuple[float, float] = (SHUT, SHUT)
    mouth: float = 1.0
    smile: float = 1.0
    gaze: float = 1.0

    @classmethod
    def of(cls, ranges: Ranges | None) -> "Gains":
        """Those that bring the measured ranges to what is usual; what was not measured stays."""
        if ranges is None:
            return cls()
        left, right = ranges.shut_eyes or (0.0, 0.0)
        return cls(
            shut=(_shut_at(left), _shut_at(right)),
            mouth=_towards(_FULL_MOUTH, ranges.mouth),
            smile=_towards(_FULL_SMILE, ranges.smile),
            gaze=_towards(_FULL_GAZE, ranges.gaze),
        )

    def amplify(self, change: Face, neutral: Face, face: Face, avatar: Face) -> Face:
        """The expression ``change`` (478, 3) of an ``avatar`` with these gains. ``face`` is the
        driver's face in the pose of their ``neutral``.

        Opening and smiling grow with what is seen of them, so that a face at rest does not
        tremble and a pursed mouth stays as it is."""
        if self == Gains(self.shut):
            return change
        result = change.copy()
        result[[*IRIS_LEFT, *IRIS_RIGHT]] *= self.gaze
        open_by = mouth_opening(face) - mouth_opening(neutral)
        wider_by = lip_width(face) / eye_distance(face) * eye_distance(neutral)
        wider_by = wider_by / max(lip_width(neutral), 1e-6) - 1
        down = _unit(avatar[CHIN] - avatar[FOREHEAD])
        across = _unit(avatar[LIP_CORNERS[1]] - avatar[LIP_CORNERS[0]])
        lips = _near(avatar, [avatar[list(LIPS_OUTER)].mean(0)], 1.0)
        corners = _near(avatar, list(avatar[list(LIP_CORNERS)]), 0.4)
        opens = (self.mouth - 1) * _seen(open_by, _FULL_MOUTH) * lips
        smiles = (self.smile - 1) * _seen(wider_by, _FULL_SMILE)
        result += np.outer(opens * (change @ down), down)
        result += np.outer(smiles * lips * (change @ across), across)
        result += np.outer(smiles * corners * (change @ down), down)
        return result


def _shut_at(seen: float) -> float:
    return float(np.clip(seen + _BLINK_MARGIN, SHUT, _LATEST_SHUT))


def _towards(usual: float, measured: float | None) -> float:
    return 1.0 if measured is None else float(np.clip(usual / max(measured, 1e-6), 1.0, _MOST))


def _seen(way: float, full: float) -> float:
    """0 at rest, 1 from a third of the full way on."""
    return float(np.clip(3 * way / full, 0.0, 1.0))


def _near(avatar: Face, middles: list[Face], reach: float) -> Face:
    """(478,): 1 at any of the middles, falling with the distance in lip widths times ``reach``."""
    width = reach * max(lip_width(avatar), 1e-6)
    away = np.min([((avatar - middle) ** 2).sum(1) for middle in middles], 0)
    weights: Face = np.exp(-away / width**2)
    return weights


def _unit(way: Face) -> Face:
    unit: Face = way / max(float(np.linalg.norm(way)), 1e-6)
    return unit
