"""Irises follow inside the eye; nothing around the eye moves with them."""

import numpy as np
import pytest
from posed_faces import NAMES, eye_widths, sized, with_eyes

from avatar_app.engines.landmark_warp.drawing import polygon
from avatar_app.engines.landmark_warp.eyes import move_irises
from avatar_app.engines.landmark_warp.grid import Field, Grid
from avatar_app.face_mesh import EYE_LEFT, EYE_RIGHT, IRIS_LEFT, IRIS_RIGHT
from avatar_app.types import Points

SIDE = 512
EYES = ((EYE_LEFT, IRIS_LEFT), (EYE_RIGHT, IRIS_RIGHT))


@pytest.fixture(params=NAMES)
def face(request: pytest.FixtureRequest) -> Points:
    return sized(request.param, SIDE).face.landmarks


@pytest.fixture
def grid() -> Grid:
    return Grid.over(SIDE, SIDE, 1.5)


def looking(face: Points, x: float, y: float = 0) -> Points:
    """The irises shifted by parts of the eye's width."""
    moved = face.copy()
    for (_, iris), width in zip(EYES, eye_widths(face)[:, 0], strict=True):
        moved[list(iris), :2] += np.array((x, y)) * width
    return moved.astype(np.float32)


def shifted(grid: Grid, target: Points, portrait: Points) -> tuple[Field, Field]:
    """A flow at rest after the irises were moved, and by how much it changed."""
    flow = grid.positions().copy()
    move_irises(flow, grid, target, portrait)
    return flow, flow - grid.positions()


@pytest.mark.parametrize("look", ((0.1, 0), (-0.15, 0), (0.05, 0.03), (-0.08, -0.04)))
def test_the_portraits_iris_is_seen_where_the_target_has_it(
    face: Points, grid: Grid, look: tuple[float, float]
) -> None:
    target = looking(face, *look)
    flow, _ = shifted(grid, target, face)
    for (_, iris), width in zip(EYES, eye_widths(face)[:, 0], strict=True):
        seen = grid.sample(flow, target[None, None, iris[0], :2])[0, 0]
        np.testing.assert_allclose(seen, face[iris[0], :2], atol=0.03 * width)


def test_nothing_outside_the_eyes_changes(face: Points, grid: Grid) -> None:
    target = looking(face, 0.15, 0.05)
    _, change = shifted(grid, target, face)
    eyes = np.zeros((grid.rows, grid.columns), bool)
    for contour, _ in EYES:
        outline = grid.to_samples(target[list(contour), :2])
        eyes |= polygon(outline, eyes.shape, grown=1) > 0
    assert change[eyes].any()
    assert not change[~eyes].any()


def test_corners_stay_and_the_shift_fades_towards_them(face: Points, grid: Grid) -> None:
    _, change = shifted(grid, looking(face, 0.12), face)
    for contour, iris in EYES:
        corners = face[[contour[0], contour[8]], :2][None]
        at_iris = np.linalg.norm(grid.sample(change, face[None, None, iris[0], :2])[0, 0])
        at_corners = np.linalg.norm(grid.sample(change, corners)[0], axis=1)
        assert (at_corners < 0.3 * at_iris).all()


def test_irises_that_stay_change_nothing(face: Points, grid: Grid) -> None:
    _, change = shifted(grid, face, face)
    np.testing.assert_allclose(change, 0, atol=0.06)


@pytest.mark.parametrize("look", ((2, 0), (-5, 3), (0, 40)))
def test_an_iris_never_leaves_its_eye(face: Points, grid: Grid, look: tuple[float, float]) -> None:
    """Landmarks of a lid half closed jump about."""
    _, change = shifted(grid, looking(face, *look), face)
    assert np.linalg.norm(change, axis=-1).max() <= 0.26 * eye_widths(face).max()


def test_eyes_that_are_shut_or_outside_the_picture_are_no_error(face: Points, grid: Grid) -> None:
    for target in (
        with_eyes(looking(face, 0.1), 0.0),
        face + np.array((9999, 0, 0), np.float32),
        face - np.array((face[EYE_LEFT[0], 0], 0, 0), np.float32),
    ):
        flow, _ = shifted(grid, target, face)
        assert np.isfinite(flow).all()


def test_faces_are_not_changed(face: Points, grid: Grid) -> None:
    target, portrait = looking(face, 0.1), face.copy()
    kept = target.copy()
    target.setflags(write=False)
    portrait.setflags(write=False)
    shifted(grid, target, portrait)
    np.testing.assert_array_equal(target, kept)
    np.testing.assert_array_equal(portrait, face)
