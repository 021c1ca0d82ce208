"""A camera that is open and shows nothing is noticed."""

import numpy as np

from avatar_app.capture.picture_watch import BLACK, FLAT, FROZEN, PictureWarning, PictureWatch
from avatar_app.types import Frame, RgbImage

RNG = np.random.default_rng(3)


def noisy(level: float, spread: float = 3.0) -> RgbImage:
    return np.clip(RNG.normal(level, spread, (48, 64, 3)), 0, 255).astype(np.uint8)


def watched(pictures: list[RgbImage], fps: float = 10) -> list[PictureWarning | None]:
    watch = PictureWatch()
    return [watch.look(Frame(image, i, i / fps)) for i, image in enumerate(pictures)]


def test_a_moving_picture_gives_no_warning() -> None:
    pictures = [noisy(100, 30) for _ in range(50)]
    assert set(watched(pictures)) == {None}


def test_a_dark_room_with_noise_above_black_gives_no_warning() -> None:
    assert set(watched([noisy(22) for _ in range(50)])) == {None}


def test_black_is_said_after_two_seconds() -> None:
    said = watched([noisy(3, 1) for _ in range(40)])
    assert set(said[:20]) == {None}
    assert set(said[20:]) == {BLACK}


def test_an_even_colour_is_said() -> None:
    assert watched([np.full((48, 64, 3), 120, np.uint8)] * 40)[-1] is FLAT


def test_a_frozen_picture_is_said_and_taken_back() -> None:
    still = noisy(100, 30)
    said = watched([still] * 40 + [noisy(100, 30)])
    assert said[5] is None
    assert said[-2] is FROZEN
    assert said[-1] is None
