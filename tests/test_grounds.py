"""The background behind the person, as others see it."""

import numpy as np
import pytest

from avatar_app.compose import Composer
from avatar_app.config import AppConfig, Background, Fit, SceneConfig
from avatar_app.errors import MediaError
from avatar_app.imaging import write_png
from avatar_app.scene import Scene, load_scene
from avatar_app.types import RgbaImage, RgbImage

GREEN = (20, 160, 60)
FACE = (200, 120, 90)
WALL = (40, 60, 200)


def portrait(size: int = 64) -> tuple[RgbImage, RgbaImage]:
    """A person in the middle third, from top to bottom, before a wall; and cut out."""
    rest = np.empty((size, size, 3), np.uint8)
    rest[:] = WALL
    third = slice(size // 3, size - size // 3)
    rest[:, third] = FACE
    cut = np.zeros((size, size, 4), np.uint8)
    cut[:, third] = (*FACE, 255)
    return rest, cut


def composed(scene: Scene, *, badge: bool = False, fit: Fit = Fit.CONTAIN) -> RgbImage:
    rest, cut = portrait()
    made = Composer(320, 180, fit=fit, mirror=False, badge=badge)
    made.scene = scene
    return made.compose(cut, made.backdrop(rest, cut))


def picture() -> RgbImage:
    """Its left half dark, its right half bright."""
    image = np.full((90, 160, 3), 30, np.uint8)
    image[:, 80:] = 220
    return image


@pytest.mark.parametrize("fit", list(Fit))
def test_one_colour_is_everywhere_but_on_the_person(fit: Fit) -> None:
    out = composed(Scene(background=Background.COLOUR, colour=GREEN), fit=fit)
    assert tuple(out[90, 160]) == FACE
    for x in (2, 318):
        assert tuple(out[90, x]) == GREEN
    assert not (np.abs(out.astype(int) - WALL).sum(2) < 30).any()


def test_a_picture_covers_what_the_person_does_not() -> None:
    out = composed(Scene(background=Background.PICTURE, picture=picture()))
    assert tuple(out[90, 160]) == FACE
    assert out[:, 4].mean() == 30
    assert out[:, -4].mean() == 220


def test_a_blurred_background_has_the_walls_colour_and_none_of_the_persons() -> None:
    out = composed(Scene(background=Background.BLURRED))
    assert tuple(out[90, 160]) == FACE
    for x in (4, 100, 220, 316):
        assert np.abs(out[90, x].astype(int) - WALL).max() < 12


def test_the_badge_stays_on_every_background() -> None:
    """The label is the same dark panel with white letters whatever is behind it."""
    for background in Background:
        scene = Scene(background=background, colour=GREEN, picture=picture())
        bare, marked = composed(scene), composed(scene, badge=True)
        changed = np.abs(bare.astype(int) - marked).sum(2) > 40
        assert changed[-24:, :80].mean() > 0.05
        assert not changed[:-24].any()


def test_a_portrait_that_cannot_be_cut_out_keeps_its_background() -> None:
    rest, _ = portrait()
    plain = Composer(320, 180, fit=Fit.CONTAIN, mirror=False, badge=False)
    asked = Composer(320, 180, fit=Fit.CONTAIN, mirror=False, badge=False)
    asked.scene = Scene(background=Background.COLOUR, colour=GREEN)
    expected = plain.compose(rest, plain.backdrop(rest))
    assert np.array_equal(asked.compose(rest, asked.backdrop(rest)), expected)
    assert asked.alpha(rest) is None


@pytest.mark.parametrize("size", [(320, 180), (None, None)])
def test_transparent_says_where_something_shines_through(size: tuple[int, int]) -> None:
    rest, cut = portrait()
    made = Composer(*size, fit=Fit.CONTAIN, mirror=False, badge=True)
    made.scene = Scene(background=Background.TRANSPARENT)
    out, alpha = made.compose(cut, made.backdrop(rest, cut)), made.alpha(cut)
    assert alpha is not None
    assert alpha.shape == out.shape[:2]
    assert alpha[0, 0] == 0
    assert alpha[out.shape[0] // 2, out.shape[1] // 2] == 255
    assert (out[alpha == 0] == 0).all()
    if size[0] is not None:
        assert (alpha[-16:-8, 12:40] == 255).all(), "the badge shines through nowhere"


def test_what_the_sides_of_the_portrait_cut_off_fades_there() -> None:
    rest, _ = portrait()
    whole = np.dstack([rest, np.full(rest.shape[:2], 255, np.uint8)])
    made = Composer(320, 180, fit=Fit.CONTAIN, mirror=False, badge=False)
    made.scene = Scene(background=Background.COLOUR, colour=(0, 0, 0))
    row = made.compose(whole, made.backdrop(rest, whole))[90, :, 2].astype(int)
    assert row[69] == 0
    assert 0 < row[73] < row[76] < WALL[2]
    assert row[85] == WALL[2]


def test_the_mirror_turns_person_and_background() -> None:
    rest, cut = portrait()
    made = Composer(320, 180, fit=Fit.CONTAIN, mirror=False, badge=False)
    made.scene = Scene(mirror=True, background=Background.PICTURE, picture=picture())
    out = made.compose(cut, made.backdrop(rest, cut))
    assert out[:, 4].mean() == 220
    assert out[:, -4].mean() == 30


def test_a_scene_is_read_from_the_settings(tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "beach.png"
    write_png(path, picture())
    scene = SceneConfig(background=Background.PICTURE, picture=str(path), colour="#0a141e")
    loaded = load_scene(AppConfig(scene=scene))
    assert loaded.picture is not None
    assert loaded.picture.shape == (90, 160, 3)
    assert loaded.colour == (10, 20, 30)
    gone = scene.model_copy(update={"picture": str(tmp_path / "gone.png")})
    with pytest.raises(MediaError, match=r"gone\.png"):
        load_scene(AppConfig(scene=gone))
