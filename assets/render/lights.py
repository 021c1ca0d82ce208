"""Area lights, sampled one direction a pass: a key, a fill, a rim and the room around."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
REACH = 3.4  # decimetres around the head that cast and take shadows
CENTRE = np.array([0.0, -0.9, -0.6])


@dataclass(frozen=True)
class Light:
    """One direction to the light, its linear colour, and the shadow map's matrix."""

    direction: FloatArray
    colour: FloatArray
    matrix: FloatArray

    def times(self, factor: float) -> "Light":
        """The same light, stronger."""
        return replace(self, colour=self.colour * factor)


@dataclass(frozen=True)
class Area:
    """A disk of light on the sky: direction, angular radius in degrees, colour of its whole."""

    direction: FloatArray
    radius: float
    colour: tuple[float, float, float]

    def sample(self, u: float, v: float) -> Light:
        """A point of the disk for two numbers in [0, 1)."""
        axis = self.direction / np.linalg.norm(self.direction)
        side = np.cross([0.0, 1.0, 0.0], axis)
        side /= np.linalg.norm(side)
        up = np.cross(axis, side)
        r, angle = np.tan(np.radians(self.radius)) * np.sqrt(u), 2 * np.pi * v
        return aimed(axis + r * (np.cos(angle) * side + np.sin(angle) * up), np.array(self.colour))


@dataclass(frozen=True)
class LightRig:
    """Everything that lights a scene."""

    key: Area
    fill: Area
    rims: tuple[Area, ...]
    sky: tuple[float, float, float]
    ground: tuple[float, float, float]

    def sample(self, index: int, passes: int) -> list[Light]:
        """Two lights for one pass: the key, and in turn fill, rim or room at triple strength."""
        u = np.modf(np.array([0.8566748838, 0.7338918566, 0.6287067210]) * (index + 1))[0]
        rounds = (passes + 2) // 3
        turn, kind = divmod(index, 3)
        w = np.modf(np.array([0.7548776662, 0.5698402910]) * (turn + 1))[0]
        if kind == 0:
            second = self._room((turn + u[2]) / rounds, w[0])
        elif kind == 1:
            second = self.fill.sample(w[0], w[1])
        else:
            second = self.rims[turn % len(self.rims)].sample(w[0], w[1])
        return [self.key.sample(u[0], u[1]), second.times(3)]

    def _room(self, u: float, v: float) -> Light:
        """A direction of the whole sphere, a little more often from above."""
        height = 1 - 2 * u
        ring, angle = np.sqrt(1 - height**2), 2 * np.pi * v
        direction = np.array([ring * np.cos(angle), height, ring * np.sin(angle)])
        mix = 0.5 + 0.5 * height
        colour = mix * np.array(self.sky) + (1 - mix) * np.array(self.ground)
        # A sphere of unit radiance gives pi on a surface: mean of max(cos, 0) is a quarter.
        return aimed(direction, 4 * colour)


def aimed(direction: NDArray[np.float64], colour: NDArray[np.float64]) -> Light:
    """A directional light with a parallel shadow camera around the head."""
    axis = direction / np.linalg.norm(direction)
    helper = [0.0, 0.0, 1.0] if abs(axis[1]) > 0.9 else [0.0, 1.0, 0.0]
    side = np.cross(helper, axis)
    side /= np.linalg.norm(side)
    turn = np.stack([side, np.cross(axis, side), -axis])
    matrix = np.eye(4)
    matrix[:3, :3] = turn / REACH
    matrix[:3, 3] = -turn @ CENTRE / REACH
    return Light(axis.astype(np.float32), colour.astype(np.float32), matrix.astype(np.float32))
