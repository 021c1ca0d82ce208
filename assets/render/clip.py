"""Render the driving clip and write it as H.264."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from backdrop import paint
from bust import Bust
from finish import combine, develop
from heads import HeadKit
from numpy.typing import NDArray
from people import DRIVER
from performance import FPS, SECONDS, expression_at, pose_at
from renderer import Renderer

WIDTH, HEIGHT = 640, 480


def frames(kit: HeadKit, passes: int, every: int = 1) -> Iterator[NDArray[np.uint8]]:
    """The clip's frames in order, (480, 640, 3) uint8 RGB."""
    renderer = Renderer(WIDTH, HEIGHT, shadow_size=512)
    bust = Bust(kit, DRIVER.person, renderer, levels=1)
    backdrop = paint(DRIVER.room, WIDTH, HEIGHT)
    for index in range(0, round(SECONDS * FPS), every):
        bust.pose(expression_at(index / FPS), pose_at(index / FPS))
        layers = renderer.render(DRIVER.camera, DRIVER.lights, passes)
        picture = combine(layers, backdrop, HEIGHT / DRIVER.camera.height)
        yield develop(picture, DRIVER.finish, seed=index)


def write(path: Path, pictures: Iterator[NDArray[np.uint8]], crf: int = 21) -> None:
    """Encode pictures as H.264 at the clip's frame rate."""
    with av.open(str(path), "w", options={"movflags": "+faststart"}) as container:
        stream = container.add_stream("libx264", rate=Fraction(FPS))
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.options = {"crf": str(crf), "preset": "veryslow"}
        for picture in pictures:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
