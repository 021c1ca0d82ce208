"""What the composer promises of every picture that leaves the program."""

import numpy as np
import pytest

from avatar_app.compose import Composer
from avatar_app.config import Fit
from avatar_app.errors import EngineError
from avatar_app.types import RgbImage

RED, BLUE = (200, 10, 20), (20, 30, 210)


def composer(
    width: int | None = 160,
    height: int | None = 90,
    *,
    fit: Fit = Fit.CONTAIN,
    mirror: bool = False,
    badge: bool = False,
) -> Composer:
    return Composer(width, height, fit=fit, mirror=mirror, badge=badge)


def halves(width: int, height: int) -> RgbImage:
    """Left half red, right half blue."""
    picture = np.empty((height, width, 3), np.uint8)
    picture[:, : width // 2] = RED
    picture[:, width // 2 :] = BLUE
    return picture


@pytest.mark.parametrize("size", [(64, 64), (1, 1), (500, 30), (33, 257), (160, 90), (640, 480)])
@pytest.mark.parametrize("fit", list(Fit))
@pytest.mark.parametrize("mirror", [False, True])
def test_every_picture_has_the_size_of_the_output(
    size: tuple[int, int], fit: Fit, mirror: bool
) -> None:
    made = composer(fit=fit, mirror=mirror, badge=True)
    picture = halves(*size)
    for out in (made.compose(picture, made.backdrop(picture)), made.pass_through(picture)):
        assert out.shape == (90, 160, 3)
        assert out.dtype == np.uint8
        assert out.flags.c_contiguous


def test_without_a_size_a_picture_keeps_its_own() -> None:
    out = composer(None, None).compose(halves(101, 57), None)
    assert np.array_equal(out, halves(101, 57))


def test_a_finished_frame_is_never_the_engines_own_array() -> None:
    for size in (None, 40):
        picture = halves(40, 40)
        out = composer(size, size, badge=True).compose(picture, None)
        out[:] = 0
        assert np.array_equal(picture, halves(40, 40))


def test_contain_shows_the_whole_picture_beside_its_backdrop() -> None:
    made = composer()
    backdrop = made.backdrop(halves(64, 64))
    out = made.compose(halves(64, 64), backdrop)
    assert tuple(out[45, 40]) == RED
    assert tuple(out[45, 120]) == BLUE
    assert np.array_equal(out[:, :35], backdrop[:, :35])
    assert np.array_equal(out[:, 125:], backdrop[:, 125:])


def test_a_backdrop_is_the_portrait_blurred_and_darker() -> None:
    backdrop = composer().backdrop(halves(64, 64))
    assert backdrop[:, :40, 0].mean() > backdrop[:, :40, 2].mean()
    assert backdrop.mean() < 0.8 * halves(64, 64).mean()
    assert np.abs(np.diff(backdrop.astype(int), axis=1)).max() < 12


def test_cover_fills_the_picture() -> None:
    out = composer(fit=Fit.COVER).compose(halves(64, 64), None)
    assert tuple(out[0, 0]) == RED
    assert tuple(out[-1, -1]) == BLUE


def test_mirror_turns_the_picture_and_not_the_badge() -> None:
    grey = np.full((360, 640, 3), 127, np.uint8)
    plain = composer(640, 360, badge=True).compose(grey, None)
    mirrored = composer(640, 360, mirror=True, badge=True).compose(grey, None)
    assert np.array_equal(plain, mirrored)
    out = composer(mirror=True, fit=Fit.COVER).compose(halves(160, 90), None)
    assert tuple(out[0, 0]) == BLUE


def test_pass_through_has_a_red_frame_and_no_badge() -> None:
    made = composer(640, 360, badge=True)
    grey = np.full((360, 640, 3), 127, np.uint8)
    out = made.pass_through(grey)
    for edge in (out[0], out[-1], out[:, 0], out[:, -1]):
        assert (edge[:, 0] > 200).all()
        assert (edge[:, 1:] < 60).all()
    assert (out[10:-10, 10:-10] == 127).all()


@pytest.mark.parametrize(
    "picture",
    [
        np.zeros((8, 8, 3), np.float32),
        np.full((8, 8, 3), np.nan),
        np.zeros((8, 8), np.uint8),
        np.zeros((8, 8, 4), np.uint8),
        np.zeros((0, 8, 3), np.uint8),
        None,
    ],
    ids=["float", "nan", "grey", "rgba", "empty", "nothing"],
)
def test_what_is_not_a_picture_is_refused(picture: RgbImage) -> None:
    made = composer()
    steps = [made.backdrop, made.pass_through, lambda image: made.compose(image, None)]
    cut_out = getattr(picture, "ndim", 0) == 3 and picture.shape[2] == 4
    for step in steps[: 2 if cut_out else 3]:
        with pytest.raises(EngineError, match="expected uint8"):
            step(picture)


def test_a_backdrop_of_another_size_is_refused() -> None:
    with pytest.raises(EngineError, match="backdrop"):
        composer().compose(halves(64, 64), halves(64, 64))


def test_a_picture_that_is_not_contiguous_is_taken() -> None:
    view = halves(128, 64)[::2, ::-2]
    assert tuple(composer(64, 32).compose(view, None)[0, 0]) == BLUE


def test_large_pictures_are_shrunk_without_shimmer() -> None:
    """Fine stripes average out instead of turning into coarse ones."""
    stripes = np.zeros((512, 512, 3), np.uint8)
    stripes[:, ::2] = 255
    out = composer(128, 128).compose(stripes, None)
    assert out.std() < 2


def test_a_card_fits_any_size_is_kept_and_cannot_be_written_to() -> None:
    for width, height in ((64, 64), (1280, 720), (90, 160)):
        made = composer(width, height)
        card = made.card("No face in the picture", "Come into view of the camera. " * 8)
        assert card.shape == (height, width, 3)
        assert card is made.card("No face in the picture", "Come into view of the camera. " * 8)
        assert not card.flags.writeable
        assert card.std() > 3


def test_cards_differ_by_their_words_alone() -> None:
    made = composer(320, 180)
    one, other = made.card("Starting"), made.card("The camera is gone")
    assert np.array_equal(one[:100], other[:100])
    assert not np.array_equal(one, other)
