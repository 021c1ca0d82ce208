"""The line over a shutting eye's seam grows out of nothing and is nowhere else."""

import numpy as np
import pytest
from posed_faces import NAMES, bundled, eye_widths, turned, with_eyes

from avatar_app.engines.landmark_warp.drawing import polygon
from avatar_app.engines.landmark_warp.lashes import Lashes, draw_lashes
from avatar_app.face_mesh import EYE_LEFT, EYE_RIGHT, LIDS_LEFT, LIDS_RIGHT
from avatar_app.types import Points, RgbImage

LEVEL = 200


@pytest.fixture(params=NAMES)
def face(request: pytest.FixtureRequest) -> Points:
    return bundled(request.param).face.landmarks


@pytest.fixture
def own(face: Points) -> Lashes:
    return Lashes(np.zeros((2, 3), np.float32), Lashes.of(paper(), face).open)


def paper() -> RgbImage:
    return np.full((1024, 1024, 3), LEVEL, np.uint8)


def drawn(face: Points, own: Lashes) -> RgbImage:
    picture = paper()
    draw_lashes(picture, face, own)
    return picture


def test_an_eye_as_open_as_the_portraits_has_no_line(face: Points, own: Lashes) -> None:
    for target in (face, with_eyes(face, 1.3), turned(face, 20, 10, 5)):
        assert (drawn(target, own) == LEVEL).all()


@pytest.mark.parametrize("part", (0.0, 0.05, 0.1))
def test_nothing_light_is_left_between_shut_lids(face: Points, own: Lashes, part: float) -> None:
    target = with_eyes(face, part)
    picture = drawn(target, own)
    for upper, lower in (LIDS_LEFT, LIDS_RIGHT):
        for share in (0.0, 0.5, 1.0):
            between = target[list(upper)] + share * (target[list(lower)] - target[list(upper)])
            x, y = between[:, :2].round().astype(int).T
            assert picture[y, x].max() < 0.6 * LEVEL


def test_the_line_lies_along_the_eyes_alone(face: Points, own: Lashes) -> None:
    target = with_eyes(face, 0.0)
    near = np.zeros((1024, 1024), bool)
    for eye in (EYE_LEFT, EYE_RIGHT):
        grown = 0.12 * float(eye_widths(face).max())
        near |= polygon(target[list(eye), :2], near.shape, grown=grown) > 0
    assert (drawn(target, own)[~near] == LEVEL).all()


def test_it_grows_without_a_jump_while_the_eye_closes(face: Points, own: Lashes) -> None:
    parts = np.linspace(1.0, 0.0, 101)
    marks = [LEVEL - drawn(with_eyes(face, part), own).mean() for part in parts]
    assert np.abs(np.diff(marks)).max() < 0.1 * max(marks)


def test_its_colour_is_that_of_the_portraits_own_dark_lid(face: Points) -> None:
    image = paper()
    for part in (LIDS_LEFT, LIDS_RIGHT):
        for x, y in face[list(part[0]), :2].round().astype(int):
            image[y - 15 : y - 3, x - 1 : x + 2] = (60, 40, 20)
    colours = Lashes.of(image, face).colours
    assert (colours <= (60, 40, 20)).all()
    assert (colours > (30, 20, 10)).all()


def test_a_face_outside_the_picture_is_no_error(face: Points, own: Lashes) -> None:
    for shift in ((9999, 0), (-9999, 50), (-float(face[EYE_LEFT[0], 0]), 0)):
        target = with_eyes(turned(face, shift=shift), 0.0)
        assert drawn(target, own).shape == (1024, 1024, 3)
    assert drawn(with_eyes(turned(face, scale=0.001), 0.0), own).max() == LEVEL
