"""A small picture of a source, and its end."""

import pytest
from live_parts import Camera, Wires

from avatar_app.capture.peek import WIDTH, peek
from avatar_app.errors import SourceError, SourceLostError


def test_a_picture_is_small_keeps_its_shape_and_the_camera_is_closed() -> None:
    wires = Wires()
    image = peek(Camera(wires))
    assert image.shape == (round(WIDTH * 60 / 80), WIDTH, 3)
    assert wires.count > 1, "the first pictures are dark"
    assert wires.closed == 1


def test_a_camera_without_pictures_is_an_error_and_closed() -> None:
    wires = Wires()
    with pytest.raises(SourceError, match="gives no pictures"):
        peek(Camera(wires, frames=0))
    assert wires.closed == 1


def test_a_camera_that_dies_is_closed() -> None:
    wires = Wires()
    camera = Camera(wires)
    wires.dead = SourceLostError("It was lost.", "Plug it in.")
    with pytest.raises(SourceLostError):
        peek(camera)
    assert wires.closed == 1
