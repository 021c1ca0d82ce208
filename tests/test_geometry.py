"""Similarities are recovered from points, whatever they are, and are never reflections."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from avatar_app.geometry import Similarity, box_around, fit_similarity

SEEDS = st.integers(0, 2**32 - 1)
SCALES = st.floats(0.01, 100)
DIMENSIONS = st.sampled_from((2, 3))


def random_similarity(rng: np.random.Generator, dimension: int, scale: float) -> Similarity:
    turn, _ = np.linalg.qr(rng.normal(size=(dimension, dimension)))
    if np.linalg.det(turn) < 0:
        turn[:, 0] *= -1
    return Similarity(scale, turn, rng.normal(size=dimension) * 100)


def assert_same(found: Similarity, true: Similarity) -> None:
    np.testing.assert_allclose(found.scale, true.scale, rtol=1e-6)
    np.testing.assert_allclose(found.rotation, true.rotation, atol=1e-6)
    np.testing.assert_allclose(found.translation, true.translation, atol=1e-4 * (1 + true.scale))


@given(seed=SEEDS, scale=SCALES, dimension=DIMENSIONS, count=st.integers(5, 40))
def test_any_similarity_is_recovered(seed: int, scale: float, dimension: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    true = random_similarity(rng, dimension, scale)
    points = rng.normal(size=(count, dimension)) * 10
    assert_same(fit_similarity(points, true.apply(points)), true)


@given(seed=SEEDS, scale=SCALES, dimension=DIMENSIONS)
def test_undo_is_the_inverse_of_apply(seed: int, scale: float, dimension: int) -> None:
    rng = np.random.default_rng(seed)
    move = random_similarity(rng, dimension, scale)
    points = rng.normal(size=(7, dimension)) * 10
    np.testing.assert_allclose(move.undo(move.apply(points)), points, atol=1e-6)
    np.testing.assert_allclose(move.apply(move.undo(points)), points, atol=1e-6)


@given(seed=SEEDS, dimension=DIMENSIONS)
def test_points_without_weight_do_not_count(seed: int, dimension: int) -> None:
    rng = np.random.default_rng(seed)
    true = random_similarity(rng, dimension, 2.0)
    points = rng.normal(size=(12, dimension)) * 10
    target = true.apply(points)
    weights = np.ones(12)
    target[:4] += rng.normal(size=(4, dimension)) * 50
    weights[:4] = 0
    assert_same(fit_similarity(points, target, weights), true)


@given(seed=SEEDS, dimension=DIMENSIONS)
def test_a_weight_of_two_is_the_point_twice(seed: int, dimension: int) -> None:
    rng = np.random.default_rng(seed)
    points, target = rng.normal(size=(2, 9, dimension)) * 10
    times = rng.integers(1, 4, 9)
    weighted = fit_similarity(points, target, times)
    repeated = fit_similarity(np.repeat(points, times, 0), np.repeat(target, times, 0))
    np.testing.assert_allclose(weighted.apply(points), repeated.apply(points), atol=1e-6)


@given(seed=SEEDS, dimension=DIMENSIONS)
def test_a_mirrored_target_is_met_by_a_rotation(seed: int, dimension: int) -> None:
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(20, dimension)) * 10
    found = fit_similarity(points, points * np.array((-1, 1, 1))[:dimension])
    assert np.linalg.det(found.rotation) == pytest.approx(1)
    np.testing.assert_allclose(found.rotation @ found.rotation.T, np.eye(dimension), atol=1e-9)
    assert found.scale >= 0


@given(seed=SEEDS)
def test_points_in_a_plane_are_enough_in_space(seed: int) -> None:
    rng = np.random.default_rng(seed)
    true = random_similarity(rng, 3, 1.5)
    points = rng.normal(size=(10, 3)) * 10
    points[:, 2] = 0
    found = fit_similarity(points, true.apply(points))
    assert np.linalg.det(found.rotation) == pytest.approx(1)
    np.testing.assert_allclose(found.apply(points), true.apply(points), atol=1e-6)


@given(seed=SEEDS)
def test_of_noisy_points_no_other_similarity_is_nearer(seed: int) -> None:
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(15, 3)) * 10
    target = random_similarity(rng, 3, 0.7).apply(points) + rng.normal(size=(15, 3))
    found = fit_similarity(points, target)
    least = ((found.apply(points) - target) ** 2).sum()
    for _ in range(5):
        nudge = random_similarity(rng, 3, 1 + 0.02 * rng.normal())
        other = Similarity(nudge.scale, np.eye(3), 0.01 * nudge.translation)
        assert ((other.apply(found.apply(points)) - target) ** 2).sum() >= least - 1e-9


def test_points_that_all_coincide_give_finite_numbers() -> None:
    found = fit_similarity(np.full((5, 3), 4.0), np.full((5, 3), 7.0))
    np.testing.assert_allclose(found.apply(np.full((1, 3), 4.0)), 7.0)


def test_single_precision_points_are_fitted_as_well() -> None:
    rng = np.random.default_rng(3)
    true = random_similarity(rng, 3, 3.0)
    points = (rng.normal(size=(25, 3)) * 100).astype(np.float32)
    found = fit_similarity(points, true.apply(points).astype(np.float32))
    assert found.scale == pytest.approx(3.0, rel=1e-5)
    np.testing.assert_allclose(found.rotation, true.rotation, atol=1e-5)


def test_the_box_around_points_touches_the_outermost() -> None:
    points = np.array(((3, 9, -50), (-1, 4, 0), (2, 12, 70)), np.float32)
    box = box_around(points)
    assert (box.x0, box.y0, box.x1, box.y1) == (-1, 4, 3, 12)
    assert (box.width, box.height, box.centre) == (4, 8, (1, 8))
