"""A portrait is split so that at rest nothing shows, and the person is in one layer only."""

import numpy as np
import pytest
from posed_faces import NAMES, sized

from avatar_app.avatars.face_search import shift_and_scale
from avatar_app.engines.landmark_warp.layers import Layers, split
from avatar_app.face_mesh import OVAL
from avatar_app.types import Avatar, RgbImage

SIDE = 256


@pytest.fixture(params=NAMES, scope="module")
def avatar(request: pytest.FixtureRequest) -> Avatar:
    return sized(request.param, SIDE)


@pytest.fixture(scope="module")
def layers(avatar: Avatar) -> Layers:
    return split(avatar.image, avatar.face)


def composed(layers: Layers) -> np.ndarray:
    person = layers.person.astype(np.float64)
    if layers.background is None:
        return person[..., :3]
    return person[..., :3] + (1 - person[..., 3:] / 255) * layers.background


def face_middle(avatar: Avatar) -> tuple[slice, slice]:
    x, y = avatar.face.box.centre
    half = int(0.15 * avatar.face.box.width)
    return slice(int(y) - half, int(y) + half), slice(int(x) - half, int(x) + half)


def test_a_portrait_at_rest_is_reproduced(avatar: Avatar, layers: Layers) -> None:
    assert np.abs(composed(layers) - avatar.image).max() <= 2


def test_layers_have_the_pictures_size_and_depth(avatar: Avatar, layers: Layers) -> None:
    assert layers.background is not None
    assert layers.person.shape == (*avatar.image.shape[:2], 4)
    assert layers.background.shape == avatar.image.shape
    assert layers.person.dtype == layers.background.dtype == np.uint8


def test_the_person_is_opaque_where_the_face_is_and_gone_in_the_corners(
    avatar: Avatar, layers: Layers
) -> None:
    oval = avatar.face.landmarks[list(OVAL), :2]
    inner = oval.mean(0) + 0.85 * (oval - oval.mean(0))
    at = np.round(inner).astype(int)
    assert layers.person[at[:, 1], at[:, 0], 3].min() > 240
    assert layers.person[:12, :12, 3].max() < 30
    assert layers.person[:12, -12:, 3].max() < 30


def test_the_person_is_premultiplied(layers: Layers) -> None:
    assert (layers.person[..., :3] <= layers.person[..., 3:].astype(int) + 2).all()


def test_the_background_is_the_portraits_own_away_from_the_person(
    avatar: Avatar, layers: Layers
) -> None:
    assert layers.background is not None
    far = layers.person[..., 3] == 0
    far[60:] = False
    assert far.sum() > 500
    same = (layers.background == avatar.image).all(-1)[far]
    assert same.mean() > 0.9


def test_the_background_filled_in_holds_no_colour_of_the_person(
    avatar: Avatar, layers: Layers
) -> None:
    """It is mixed from the background alone, so it leaves the range of its colours nowhere."""
    assert layers.background is not None
    outside = layers.background[layers.person[..., 3] == 0].astype(int)
    behind = layers.background[face_middle(avatar)].astype(int)
    assert (behind >= outside.min(0) - 2).all()
    assert (behind <= outside.max(0) + 2).all()
    skin = avatar.image[face_middle(avatar)].astype(int)
    assert np.abs(behind.mean((0, 1)) - skin.mean((0, 1))).max() > 25


def test_a_coloured_person_leaves_no_trace_behind(avatar: Avatar) -> None:
    """The portrait on green: whatever is filled in is green."""
    plain = split(avatar.image, avatar.face)
    alpha = plain.person[..., 3:] / 255
    green = np.array((20, 200, 40))
    image = (plain.person[..., :3] + (1 - alpha) * green).clip(0, 255).astype(np.uint8)
    background = split(image, avatar.face).background
    assert background is not None
    off = np.abs(background[face_middle(avatar)].astype(int) - green)
    assert off.max() < 40


def plain_picture(avatar: Avatar) -> RgbImage:
    return np.full_like(avatar.image, 128)


def noise_picture(avatar: Avatar) -> RgbImage:
    rng = np.random.default_rng(0)
    return rng.integers(0, 256, avatar.image.shape, dtype=np.uint8)


@pytest.mark.parametrize("picture", (plain_picture, noise_picture))
def test_a_picture_without_anybody_is_one_sheet(avatar: Avatar, picture) -> None:
    image = picture(avatar)
    layers = split(image, avatar.face)
    assert layers.background is None
    np.testing.assert_array_equal(layers.person[..., :3], image)
    assert (layers.person[..., 3] == 255).all()


def test_a_segmentation_that_misses_the_face_is_not_trusted(avatar: Avatar) -> None:
    """A face in a corner of the background, as the mesh sees one on a mug."""
    corner = shift_and_scale(avatar.face, avatar.face.box.x0 - 2, avatar.face.box.y0 - 2, 0.35)
    layers = split(avatar.image, corner)
    assert layers.background is None


def test_a_close_up_without_background_is_one_sheet(avatar: Avatar) -> None:
    box = avatar.face.box
    x0, y0, x1, y1 = (int(v) for v in (box.x0 + 9, box.y0 + 12, box.x1 - 9, box.y1 - 9))
    image = np.ascontiguousarray(avatar.image[y0:y1, x0:x1])
    layers = split(image, shift_and_scale(avatar.face, x0, y0, 1))
    assert np.abs(composed(layers) - image).max() <= 2


def test_splitting_is_the_same_each_time_and_changes_nothing_it_was_given(avatar: Avatar) -> None:
    image = avatar.image.copy()
    image.setflags(write=False)
    first, second = split(image, avatar.face), split(image, avatar.face)
    np.testing.assert_array_equal(first.person, second.person)
    np.testing.assert_array_equal(first.background, second.background)
    np.testing.assert_array_equal(image, avatar.image)
