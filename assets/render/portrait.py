"""Render one still portrait."""

import numpy as np
from backdrop import paint
from bust import Bust
from finish import combine, develop
from heads import HeadKit, Pose
from ink import draw
from numpy.typing import NDArray
from people import Sitting
from renderer import Renderer


def photograph(kit: HeadKit, sitting: Sitting, size: int, passes: int) -> NDArray[np.uint8]:
    """A finished square portrait, (size, size, 3) uint8 RGB."""
    renderer = Renderer(size, size)
    Bust(kit, sitting.person, renderer).pose(sitting.expression, Pose())
    layers = renderer.render(sitting.camera, sitting.lights, passes)
    if sitting.ink:
        return draw(layers, sitting.ink)
    picture = combine(layers, paint(sitting.room, size, size), size / sitting.camera.height)
    return develop(picture, sitting.finish)
