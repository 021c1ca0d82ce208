"""The mesh is drawn exactly: linear on each triangle, what is in front over what is behind."""

import numpy as np
import pytest
from posed_faces import NAMES, sized, turned

from avatar_app.engines.landmark_warp.face_flow import (
    MESH_POINTS,
    mesh_triangles,
    rasterise,
    ring_around,
    smooth_stairs,
)
from avatar_app.engines.landmark_warp.grid import Grid
from avatar_app.face_mesh import OVAL

GRID = Grid(64, 48, 32, 24)
FRONT = np.array([[0, 1, 2]])


def linear(points: np.ndarray) -> np.ndarray:
    x, y = points[..., 0], points[..., 1]
    return np.stack([1 + 2 * x - y, 0.5 * y + 3], axis=-1).astype(np.float32)


def inside(corners: np.ndarray, places: np.ndarray, margin: float) -> np.ndarray:
    """Where places (..., 2) lie at least ``margin`` pixels within a triangle that faces us."""
    within = np.ones(places.shape[:-1], bool)
    for k in range(3):
        edge = corners[(k + 1) % 3] - corners[k]
        normal = np.array((-edge[1], edge[0])) / np.linalg.norm(edge)
        within &= (places - corners[k]) @ normal > margin
    return within


def mesh_of(name: str, side: int, yaw: float = 0) -> tuple[np.ndarray, np.ndarray]:
    """Points (468 + 36, 2) of the mesh and its ring, and all triangles' corners."""
    face = turned(sized(name, side).face.landmarks, yaw).astype(np.float64)
    points = np.concatenate([face[:MESH_POINTS, :2], ring_around(face)]).astype(np.float32)
    return points, points[mesh_triangles()]


def areas(corners: np.ndarray) -> np.ndarray:
    ab, ac = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    return ab[:, 0] * ac[:, 1] - ab[:, 1] * ac[:, 0]


@pytest.mark.parametrize("seed", range(12))
def test_a_linear_function_is_reproduced_inside_a_triangle_and_nothing_outside(seed: int) -> None:
    corners = (np.random.default_rng(seed).random((3, 2)) * (64, 48)).astype(np.float32)
    if areas(corners[None])[0] < 0:
        corners = corners[::-1]
    drawn = rasterise(corners, linear(corners), FRONT, GRID)
    places = GRID.positions()
    within, beyond = inside(corners, places, 0.01), ~inside(corners, places, -0.01)
    np.testing.assert_allclose(drawn[within], linear(places)[within], atol=0.01)
    assert (drawn[beyond] == 0).all()


def test_of_triangles_behind_one_another_the_front_is_seen_in_any_order() -> None:
    """What faces away is behind: the far cheek of a head that turns."""
    front = np.array(((10, 10), (50, 10), (30, 40)), np.float32)
    back = np.array(((12, 40), (48, 38), (30, 5)), np.float32)
    assert areas(np.stack([front, back])).tolist()[0] > 0 > areas(np.stack([front, back]))[1]
    points = np.concatenate([front, back])
    values = np.repeat(((1.0,), (2.0,)), 3, axis=0).astype(np.float32)
    both = np.array([[0, 1, 2], [3, 4, 5]])
    drawn = rasterise(points, values, both, GRID)
    np.testing.assert_array_equal(drawn, rasterise(points, values, both[::-1], GRID))
    covered = inside(front, GRID.positions(), 0.01)
    assert covered.any()
    np.testing.assert_allclose(drawn[covered], 1, atol=1e-5)
    assert (drawn == 2).any()


@pytest.mark.parametrize("large", ["face", "ring"])
def test_the_ring_lies_over_cheek_that_bulges_beyond_the_outline(large: str) -> None:
    """Whichever triangle is the larger one."""
    small, wide = ((20, 14), (32, 14), (20, 26)), ((16, 10), (56, 10), (16, 44))
    points = np.zeros((MESH_POINTS + len(OVAL), 2), np.float32)
    points[:3] = wide if large == "face" else small
    points[-3:] = small if large == "face" else wide
    values = np.zeros_like(points)
    values[-3:] = 1
    both = np.array([[0, 1, 2], [len(points) - 3, len(points) - 2, len(points) - 1]])
    drawn = rasterise(points, values, both, GRID)
    assert drawn[9, 12, 0] == 1


@pytest.mark.parametrize("shift", ((-20, 0), (45, 0), (0, -15), (0, 30), (40, 30), (-25, -12)))
def test_a_triangle_partly_outside_is_cut_at_the_border(shift: tuple[int, int]) -> None:
    corners = np.array(((4, 6), (40, 2), (24, 30)), np.float32) + np.array(shift, np.float32)
    wide = Grid(64 * 3, 48 * 3, 32 * 3, 24 * 3)
    away = np.array((64, 48), np.float32)
    whole = rasterise(corners + away, linear(corners), FRONT, wide)
    np.testing.assert_allclose(
        rasterise(corners, linear(corners), FRONT, GRID), whole[24:48, 32:64], atol=1e-3
    )


@pytest.mark.parametrize("shift", ((-500, 0), (500, 0), (0, -500), (0, 500), (1e6, 1e6)))
def test_a_triangle_wholly_outside_draws_nothing(shift: tuple[float, float]) -> None:
    corners = np.array(((4, 6), (40, 2), (24, 30)), np.float32) + np.array(shift, np.float32)
    assert not rasterise(corners, linear(corners), FRONT, GRID).any()


def test_a_triangle_without_area_draws_nothing() -> None:
    for corners in (((5, 5), (20, 20), (40, 40)), ((9, 9), (9, 9), (9, 9))):
        points = np.array(corners, np.float32)
        drawn = rasterise(points, linear(points), FRONT, GRID)
        assert not drawn.any()


def test_neighbours_leave_no_gap_between_them() -> None:
    """Edges that pass exactly through samples belong to somebody."""
    x, y = np.meshgrid(np.arange(0, 64, 8) + 0.5, np.arange(0, 48, 8) + 0.5)
    points = np.stack([x.ravel(), y.ravel()], axis=1).astype(np.float32)
    columns = x.shape[1]
    corner = np.array([r * columns + c for r in range(x.shape[0] - 1) for c in range(columns - 1)])
    triangles = np.concatenate(
        [
            np.stack([corner, corner + 1, corner + columns], 1),
            np.stack([corner + 1, corner + columns + 1, corner + columns], 1),
        ]
    )
    drawn = rasterise(points, np.ones((len(points), 1), np.float32), triangles, GRID)[..., 0]
    places = GRID.positions()
    low, high = points.min(0), points.max(0)
    covered = ((places >= low) & (places <= high)).all(-1)
    np.testing.assert_allclose(drawn[covered], 1, atol=1e-5)
    assert not drawn[~covered].any()


@pytest.mark.parametrize("name", NAMES)
def test_the_triangles_of_a_real_face_face_us(name: str) -> None:
    """But for slivers at the ears and under the nostrils, which are seen from the side."""
    _, corners = mesh_of(name, 1024)
    facing = areas(corners)
    assert len(facing) == 970
    assert (facing > 0).mean() > 0.97
    assert -facing[facing < 0].sum() < 3e-3 * facing.sum()


@pytest.mark.parametrize("name", NAMES)
def test_the_ring_lies_around_the_face_and_further_away_below(name: str) -> None:
    face = sized(name, 1024).face.landmarks.astype(np.float64)
    oval, ring = face[list(OVAL), :2], ring_around(face)
    assert ring.shape == (36, 2)
    middle = oval.mean(0)
    reach = np.linalg.norm(ring - middle, axis=1) / np.linalg.norm(oval - middle, axis=1)
    assert reach.min() > 1.2
    assert reach.max() < 2
    assert reach[18] > reach[0]


@pytest.mark.parametrize("yaw", (0, 30, -45))
def test_a_real_mesh_reproduces_a_linear_function_over_the_whole_face(yaw: float) -> None:
    points, _ = mesh_of("mira", 256, yaw)
    grid = Grid.over(256, 256, 1)
    drawn = rasterise(points, linear(points), mesh_triangles(), grid)
    places = grid.positions()
    covered = drawn.any(-1)
    assert covered.sum() > 0.1 * covered.size
    np.testing.assert_allclose(drawn[covered], linear(places)[covered], atol=0.02)


def unstaired(residual: np.ndarray, points: np.ndarray, grid: Grid) -> np.ndarray:
    smooth = residual.copy()
    smooth_stairs(smooth, points, grid)
    return smooth


def test_smoothing_of_stairs_leaves_a_smooth_residual_and_all_but_the_outline_alone() -> None:
    points, _ = mesh_of("mira", 128)
    grid = Grid.over(128, 128, 1)
    smooth = 0.02 * linear(grid.positions())
    np.testing.assert_allclose(unstaired(smooth, points, grid), smooth, atol=1e-3)
    jumping = smooth.copy()
    middle = points[list(OVAL)].mean(0).astype(int)
    jumping[middle[1] - 2 : middle[1] + 2, middle[0] - 2 : middle[0] + 2] += 9
    np.testing.assert_array_equal(unstaired(jumping, points, grid), jumping)


def test_a_jump_along_the_outline_is_softened() -> None:
    points, _ = mesh_of("mira", 128)
    grid = Grid.over(128, 128, 1)
    residual = rasterise(points, np.full((len(points), 2), 6, np.float32), mesh_triangles(), grid)
    rim = points[OVAL[9]]
    row, cut = int(rim[1]), int(rim[0])
    residual[:, cut:] = 0
    near = slice(cut - 4, cut + 4)
    before = np.abs(np.diff(residual[row, near, 0])).max()
    after = np.abs(np.diff(unstaired(residual, points, grid)[row, near, 0])).max()
    assert before == pytest.approx(6, abs=0.1)
    assert after < 0.6 * before


@pytest.mark.parametrize("shift", ((-80, 0), (80, 0), (0, -80), (0, 80), (-400, 0), (0, 400)))
def test_a_face_partly_or_wholly_outside_has_its_stairs_smoothed_without_a_word(
    shift: tuple[int, int],
) -> None:
    points, _ = mesh_of("mira", 128)
    grid = Grid.over(128, 128, 1)
    residual = np.random.default_rng(1).random((128, 128, 2)).astype(np.float32)
    moved = unstaired(residual, points + np.array(shift, np.float32), grid)
    assert np.isfinite(moved).all()
    if max(map(abs, shift)) > 200:
        np.testing.assert_array_equal(moved, residual)


def test_a_jump_under_the_lower_lip_is_softened() -> None:
    points, _ = mesh_of("mira", 128)
    grid = Grid.over(128, 128, 1)
    column, edge = (int(value) for value in points[17])
    residual = np.zeros((128, 128, 2), np.float32)
    residual[edge:] = 6
    soft = unstaired(residual, points, grid)
    down = soft[edge - 4 : edge + 4, column, 1]
    assert np.abs(np.diff(down)).max() < 3
    beside = int(points[list(OVAL), 0].min()) - 20
    np.testing.assert_array_equal(soft[:, beside], residual[:, beside])
