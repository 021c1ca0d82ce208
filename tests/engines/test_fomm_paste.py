"""The network's square in the portrait: place, colours, details and border."""

import cv2
import numpy as np
import pytest

from avatar_app.engines.fomm.crop import Square
from avatar_app.engines.fomm.paste import Place, enlarged, paste, tone_of
from avatar_app.imaging import resize
from avatar_app.types import RgbImage

SIZE = 64
NO_TONE = np.zeros((SIZE, SIZE, 3), np.float32)


def textured(side: int, seed: int = 0) -> RgbImage:
    """Forms of a face's size with fine grain on top."""
    rng = np.random.default_rng(seed)
    forms = cv2.resize(rng.uniform(60, 190, (6, 6, 3)), (side, side), interpolation=cv2.INTER_CUBIC)
    return np.clip(forms + rng.normal(0, 12, (side, side, 3)), 0, 255).astype(np.uint8)


def seen(picture: RgbImage, size: int = SIZE) -> np.ndarray:
    """What a network that changes nothing would give."""
    return resize(picture, (size, size)).astype(np.float32) / 255


def apart(a: RgbImage, b: RgbImage) -> np.ndarray:
    return np.abs(a.astype(int) - b.astype(int))


def inner(picture: np.ndarray) -> np.ndarray:
    quarter = len(picture) // 4
    return picture[quarter:-quarter, quarter:-quarter]


@pytest.mark.parametrize("side", (48, SIZE, 150, 400))
def test_the_same_picture_changes_nothing_whatever_the_size(side: int) -> None:
    under = textured(side)
    assert apart(paste(seen(under), NO_TONE, under), under).max() <= 2


def test_a_soft_network_gets_the_portraits_details() -> None:
    under = textured(256)
    soft = np.asarray(cv2.GaussianBlur(seen(under), (0, 0), 0.8))
    result = paste(soft, NO_TONE, under)
    alone = enlarged(soft, 256)
    assert apart(result, under).mean() < 0.35 * apart(alone, under).mean()


def test_details_follow_a_face_that_the_network_moved_a_little_further() -> None:
    under = textured(256)
    shift = np.float32([[1, 0, 6], [0, 1, -4]])
    further = np.asarray(cv2.warpAffine(under, shift, (256, 256), borderMode=cv2.BORDER_REFLECT))
    result = paste(seen(further), NO_TONE, under)
    alone = enlarged(seen(further), 256)
    assert inner(apart(result, further)).mean() < 0.7 * inner(apart(alone, further)).mean()


def test_where_both_differ_the_network_is_shown() -> None:
    under, other = textured(256), textured(256, seed=1)
    result = paste(seen(other), NO_TONE, under)
    wanted = inner(enlarged(seen(other), 256)).astype(int)
    assert np.abs(inner(result) - wanted).mean() < 3
    assert np.abs(inner(under) - wanted).mean() > 20


def test_the_border_is_the_portraits_own_and_no_step_is_seen() -> None:
    under = np.full((256, 256, 3), 200, np.uint8)
    result = paste(np.zeros((SIZE, SIZE, 3), np.float32), NO_TONE, under).astype(int)
    assert apart(result, under)[[0, -1]].max() <= 2
    assert apart(result, under)[:, [0, -1]].max() <= 2
    assert result[128, 128].max() == 0
    steps = [np.abs(np.diff(result, axis=axis)).max() for axis in (0, 1)]
    assert max(steps) <= 12  # 200 levels over a seventh of the side


def test_the_colours_of_a_network_that_is_a_little_off_are_mended() -> None:
    under = textured(256)
    cast = np.clip(seen(under) * (1.08, 1.0, 0.92), 0, 1).astype(np.float32)
    tone = tone_of(resize(under, (SIZE, SIZE)), cast)
    mended = paste(cast, tone, under)
    assert inner(apart(mended, under)).mean() < 2
    assert inner(apart(paste(cast, NO_TONE, under), under)).mean() > 4


@pytest.mark.parametrize("wild", (0.0, 1.0))
def test_a_wild_network_is_not_believed_to_be_wrong_in_colour_alone(wild: float) -> None:
    crop = np.full((SIZE, SIZE, 3), 128, np.uint8)
    tone = tone_of(crop, np.full((SIZE, SIZE, 3), wild, np.float32))
    assert np.abs(tone).max() <= 0.1 + 1e-6


@pytest.mark.parametrize("centre", ((100.0, 80.0), (10.5, 12.5), (190.5, 150.5), (100.5, 79.5)))
@pytest.mark.parametrize("side", (31.0, 60.0, 180.0))
def test_what_is_cut_and_put_back_is_the_portrait_again(
    centre: tuple[float, float], side: float
) -> None:
    portrait = textured(200)[:160]
    place = Place.of(Square(np.array(centre), side), portrait)
    square = place.cut(portrait)
    assert square.shape == (side, side, 3)
    picture = np.zeros_like(portrait)
    place.put(square, picture)
    shown = picture.any(axis=2)
    assert 0 < shown.sum() <= side * side
    np.testing.assert_array_equal(picture[shown], portrait[shown])


def test_beyond_the_portrait_the_square_is_mirrored() -> None:
    portrait = textured(120)
    square = Place.of(Square(np.array((0.0, 60.0)), 41.0), portrait).cut(portrait)
    np.testing.assert_array_equal(square[:, :20], square[:, :20:-1])


def test_a_place_holds_the_square_to_the_pixel() -> None:
    portrait = textured(120)
    place = Place.of(Square(np.array((59.5, 49.5)), 20.0), portrait)
    np.testing.assert_array_equal(place.cut(portrait), portrait[40:60, 50:70])
