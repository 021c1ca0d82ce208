"""Fields stay in register with the picture when they are enlarged, resampled and read."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from avatar_app.engines.landmark_warp.grid import Field, Grid

SIDES = st.integers(16, 400)
STEPS = st.floats(0.5, 20)


def ramp(positions: Field) -> Field:
    """A linear function of the place in the picture, two channels."""
    x, y = positions[..., 0], positions[..., 1]
    return np.stack([3 + 0.5 * x - 0.25 * y, -x + 2 * y], axis=-1).astype(np.float32)


def between_samples(grid: Grid, points: Field) -> np.ndarray:
    """Whether pixel positions (..., 2) lie between the outermost samples; beyond, edges go on."""
    at = grid.to_samples(points)
    return ((at >= 0) & (at <= np.array((grid.columns - 1, grid.rows - 1)))).all(-1)


@given(width=SIDES, height=SIDES, step=STEPS)
def test_a_grid_is_about_as_coarse_as_asked_and_never_finer_than_the_picture(
    width: int, height: int, step: float
) -> None:
    grid = Grid.over(width, height, step)
    assert 8 <= grid.columns <= width
    assert 8 <= grid.rows <= height
    if grid.columns not in (8, width):
        assert grid.scale[0] == pytest.approx(step, rel=0.07)


@given(width=SIDES, height=SIDES, step=STEPS)
def test_samples_lie_evenly_and_symmetrically_over_the_picture(
    width: int, height: int, step: float
) -> None:
    positions = Grid.over(width, height, step).positions()
    mirrored = np.array((width - 1, height - 1)) - positions[::-1, ::-1]
    np.testing.assert_allclose(positions, mirrored, atol=1e-3)


@given(width=SIDES, height=SIDES, step=STEPS)
def test_enlarging_reproduces_a_linear_field(width: int, height: int, step: float) -> None:
    grid = Grid.over(width, height, step)
    pixels = Grid(width, height, width, height).positions()
    enlarged = grid.enlarge(ramp(grid.positions()))
    assert enlarged.shape == (height, width, 2)
    inner = between_samples(grid, pixels)
    np.testing.assert_allclose(enlarged[inner], ramp(pixels)[inner], atol=0.01)


@given(width=SIDES, height=SIDES, step=STEPS, other=STEPS)
def test_resampling_reproduces_a_linear_field(
    width: int, height: int, step: float, other: float
) -> None:
    grid, wanted = Grid.over(width, height, step), Grid.over(width, height, other)
    places = wanted.positions()
    resampled = grid.resample(ramp(grid.positions()), wanted)
    inner = between_samples(grid, places)
    np.testing.assert_allclose(resampled[inner], ramp(places)[inner], atol=0.01)


@given(width=SIDES, height=SIDES, step=STEPS, seed=st.integers(0, 999))
def test_a_field_is_read_at_any_place(width: int, height: int, step: float, seed: int) -> None:
    grid = Grid.over(width, height, step)
    rng = np.random.default_rng(seed)
    points = (rng.random((1, 50, 2)) * (width - 1, height - 1)).astype(np.float32)
    read = grid.sample(grid.positions(), points)
    inner = between_samples(grid, points)
    # OpenCV reads at thirty-seconds of a sample.
    np.testing.assert_allclose(read[inner], points[inner], atol=0.04 * grid.scale.max())


def test_a_sample_is_read_exactly_where_it_is() -> None:
    grid = Grid.over(97, 61, 4)
    field = np.random.default_rng(0).random((grid.rows, grid.columns, 2)).astype(np.float32)
    np.testing.assert_allclose(grid.sample(field, grid.positions()), field, atol=1e-5)


def test_places_and_samples_are_each_others_inverse() -> None:
    grid = Grid.over(97, 61, 4)
    at = grid.to_samples(grid.positions())
    columns, rows = np.meshgrid(np.arange(grid.columns), np.arange(grid.rows))
    np.testing.assert_allclose(at, np.stack([columns, rows], -1), atol=1e-4)


def test_the_edges_continue_outward() -> None:
    grid = Grid.over(50, 40, 2)
    field = ramp(grid.positions())
    far = np.array([[(-99, -99), (999, 999)]], np.float32)
    np.testing.assert_allclose(grid.sample(field, far)[0], field[(0, -1), (0, -1)], atol=1e-4)
