"""The squares around the portrait's and the driver's face."""

import numpy as np
import pytest
from posed_faces import NAMES, bundled, in_camera, noise, turned, with_eyes, with_mouth

from avatar_app.engines.fomm.crop import Shot, Square, carried, cut, framed
from avatar_app.face_mesh import RIGID

SIZE = 64


@pytest.fixture
def driver() -> np.ndarray:
    return in_camera(bundled("mira").face.landmarks)


def shot(scale: float = 1.0, x: float = 0.0, y: float = 0.0) -> Shot:
    return Shot(scale, np.array((x, y)))


@pytest.mark.parametrize("name", NAMES)
def test_the_face_takes_about_half_of_the_square_and_lies_in_its_middle(name: str) -> None:
    face = bundled(name).face
    square = framed(face.landmarks)
    assert 0.45 < face.box.height / square.side < 0.65
    assert np.abs(square.centre - face.box.centre).max() < 0.06 * square.side


def test_the_square_has_whole_pixels(driver: np.ndarray) -> None:
    square = framed(driver)
    corner = square.centre - (square.side - 1) / 2
    assert square.side == round(square.side)
    np.testing.assert_array_equal(corner, np.round(corner))


def test_the_square_follows_a_face_that_moves_and_nears(driver: np.ndarray) -> None:
    square = framed(driver)
    now = turned(driver, scale=1.25, shift=(20, -7))
    followed = square.followed(driver, now)
    assert followed.side == pytest.approx(1.25 * square.side, rel=1e-5)
    middle = driver[RIGID, :2].mean(0)
    expected = middle + (20, -7) + 1.25 * (square.centre - middle)
    np.testing.assert_allclose(followed.centre, expected, atol=1e-3)


def test_expressions_do_not_shake_the_square(driver: np.ndarray) -> None:
    square = framed(driver)
    followed = square.followed(driver, with_eyes(with_mouth(driver, 0.5), 0.1))
    assert followed.side == pytest.approx(square.side)
    np.testing.assert_allclose(followed.centre, square.centre, atol=1e-5)


def test_a_turning_head_stays_in_its_square(driver: np.ndarray) -> None:
    square = framed(driver)
    for pose in ({"yaw": 30}, {"pitch": 20}, {"roll": 25}):
        now = turned(driver, **pose)
        followed = square.followed(driver, now)
        assert followed.side == pytest.approx(square.side, rel=1e-4)
        inside = np.abs(now[:, :2] - followed.centre) < followed.side / 2
        assert inside.all()


def test_the_square_hardly_stirs_near_its_neutral_place_and_keeps_a_far_face_inside() -> None:
    home = Square(np.array((100.0, 80.0)), 60.0)
    near = Square(home.centre + np.array((0.6, -0.5)), 60.6).loosely(home)
    assert np.abs(near.centre - home.centre).max() < 0.02
    assert near.side == pytest.approx(60.0, abs=0.01)
    for far in (
        Square(home.centre + np.array((90, 40)), 60.0),
        Square(home.centre - (0, 50), 150.0),
    ):
        seen = far.loosely(home)
        assert np.linalg.norm(seen.centre - far.centre) < 0.07 * home.side
        assert 1 / 1.11 < seen.side / far.side < 1.11
    same = home.loosely(home)
    np.testing.assert_array_equal(same.centre, home.centre)


@pytest.mark.parametrize("size", (0.5, 1.0, 2.0))
def test_small_motions_pass_and_large_ones_stay_within_bounds(size: float) -> None:
    small = shot(1.1 ** (1 / size), 0.1 / size, -0.05 / size)
    limited = small.limited(size)
    assert limited.scale == pytest.approx(small.scale)
    np.testing.assert_allclose(limited.shift, small.shift)
    for zoom in (0.5, 1.0, 2.0):
        far = [shot(zoom, x, x).limited(size) for x in (0.2, 0.3, 0.5, 1.0, 10.0)]
        reached = [size * float(np.linalg.norm(limited.shift)) for limited in far]
        assert reached == sorted(reached)
        assert reached[-1] <= 0.45 + 1e-9
        assert abs(np.log(far[0].scale)) * size <= np.log(1.45) + 1e-9
        assert far[0].shift[0] == pytest.approx(far[0].shift[1])


def test_a_large_face_has_less_room_than_a_small_one() -> None:
    near, far = (shot(zoom, 9.0).limited(1.0).shift[0] for zoom in (1.4, 0.8))
    assert 0 < near < far


def test_without_motion_nothing_is_limited() -> None:
    assert shot(3.0, 9.0).limited(0.0).scale == 3.0
    np.testing.assert_array_equal(shot().limited(1.0).shift, (0, 0))


def test_landmarks_stay_in_place_while_nothing_is_limited(driver: np.ndarray) -> None:
    square = framed(driver)
    now = turned(driver, yaw=10, scale=1.3, shift=(30, 12))
    followed = square.followed(driver, now)
    placed = carried(now, (square, followed), Shot.between(square, followed, SIZE), SIZE)
    np.testing.assert_allclose(placed, now, atol=1e-3)


def test_a_limited_face_is_carried_as_its_square(driver: np.ndarray) -> None:
    square = framed(driver)
    now = turned(driver, scale=2.5, shift=(500, 100))
    followed = square.followed(driver, now)
    limited = Shot.between(square, followed, SIZE).limited(1.0)
    placed = carried(now, (square, followed), limited, SIZE)
    expected = square.followed(driver, placed)
    assert expected.side == pytest.approx(limited.scale * square.side, rel=1e-4)
    assert np.linalg.norm(expected.centre - square.centre) < 0.3 * square.side


@pytest.mark.parametrize("side", (20.0, 64.0, 100.3, 190.7))
def test_a_slope_is_cut_exact_to_a_fraction_of_a_pixel(side: float) -> None:
    x = np.arange(320, dtype=np.float64)
    image = np.repeat(np.repeat((x * 0.7)[None, :, None], 240, 0), 3, 2)
    picture = np.round(image).astype(np.uint8)
    square = Square(np.array((160.37, 119.2)), side)
    found = cut(picture, square, SIZE)[SIZE // 2, :, 0].astype(np.float64)
    wanted = 0.7 * (160.37 + (np.arange(SIZE) - (SIZE - 1) / 2) * side / SIZE)
    assert np.abs(found - wanted).max() < 1.1
    assert abs((found - wanted).mean()) < 0.35  # Half a pixel; rounding alone takes most of it.


def test_shrinking_averages_instead_of_picking() -> None:
    board = np.indices((240, 320)).sum(0) % 2 * 255
    picture = np.repeat(board[..., None], 3, 2).astype(np.uint8)
    found = cut(picture, Square(np.array((160.0, 120.0)), 3.5 * SIZE), SIZE)
    assert np.abs(found.astype(int) - 127).max() < 70


def test_beyond_the_picture_its_edge_goes_on() -> None:
    picture = noise(1)
    found = cut(picture, Square(np.array((-40.0, 120.0)), 64.0), SIZE)
    assert (np.ptp(found[:, :20], axis=1) == 0).all()
