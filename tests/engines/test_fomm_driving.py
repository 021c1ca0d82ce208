"""Driving keypoints against the authors' own, and what strength does to them."""

from pathlib import Path

import numpy as np
import pytest

from avatar_app.engines.fomm.driving import Keypoints, driven, movement_scale

GOLDEN = Path(__file__).parents[1] / "data" / "fomm" / "golden_small.npz"
TOLERANCE = 2e-5


@pytest.fixture(scope="module")
def golden() -> dict[str, np.ndarray]:
    with np.load(GOLDEN) as file:
        return {key: file[key] for key in file.files if key.startswith("kp")}


def keypoints(golden: dict[str, np.ndarray], name: str) -> Keypoints:
    value, jacobian = golden[f"{name}/value"][0], golden[f"{name}/jacobian"][0]
    return Keypoints(value.astype(np.float64), jacobian.astype(np.float64))


def turned(degrees: float, scale: float = 1.0) -> np.ndarray:
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return scale * np.array(((c, -s), (s, c)))


def some(count: int = 5, seed: int = 0) -> Keypoints:
    rng = np.random.default_rng(seed)
    values = rng.uniform(-0.5, 0.5, (count, 2))
    return Keypoints(values, np.eye(2) + rng.normal(0, 0.1, (count, 2, 2)))


@pytest.mark.parametrize("frame", ("D1", "D2"))
@pytest.mark.parametrize("mode", ("abs", "rel", "rel_adapt"))
def test_the_authors_keypoints_are_met(
    golden: dict[str, np.ndarray], mode: str, frame: str
) -> None:
    source, initial = keypoints(golden, "kp/S0"), keypoints(golden, "kp/D0")
    size = movement_scale(source, initial) if mode == "rel_adapt" else 1.0
    reference = source if mode == "abs" else initial
    found = driven(source, keypoints(golden, f"kp/{frame}"), reference, size=size)
    expected = keypoints(golden, f"kp_norm/{mode}/{frame}")
    np.testing.assert_allclose(found.values, expected.values, atol=TOLERANCE)
    np.testing.assert_allclose(found.jacobians, expected.jacobians, atol=TOLERANCE)


def test_without_jacobians_the_values_are_the_same(golden: dict[str, np.ndarray]) -> None:
    source, initial, now = (
        Keypoints(keypoints(golden, f"kp/{name}").values, None) for name in ("S0", "D0", "D1")
    )
    found = driven(source, now, initial, size=movement_scale(source, initial))
    expected = golden["kp_norm/rel_adapt_value_only/D1/value"][0]
    np.testing.assert_allclose(found.values, expected, atol=TOLERANCE)
    assert found.jacobians is None


def test_a_driver_at_rest_leaves_the_portrait_at_rest() -> None:
    source, initial = some(seed=1), some(seed=2)
    for strength in (0.5, 1.0, 2.0):
        found = driven(source, initial, initial, size=1.7, strength=strength)
        np.testing.assert_allclose(found.values, source.values, atol=1e-12)
        np.testing.assert_allclose(found.jacobians, source.jacobians, atol=1e-9)


@pytest.mark.parametrize("strength", (0.0, 0.5, 1.0, 2.0))
def test_strength_takes_that_part_of_offset_turn_and_stretching(strength: float) -> None:
    initial = some()
    assert initial.jacobians is not None
    now = Keypoints(initial.values + 0.1, turned(20, 1.2) @ initial.jacobians)
    found = driven(initial, now, initial, strength=strength)
    np.testing.assert_allclose(found.values, initial.values + 0.1 * strength, atol=1e-12)
    expected = turned(20 * strength, 1.2**strength) @ initial.jacobians
    np.testing.assert_allclose(found.jacobians, expected, atol=1e-9)


def test_strength_passes_continuously_through_one() -> None:
    source, initial, now = some(seed=1), some(seed=2), some(seed=3)
    exact = driven(source, now, initial).jacobians
    beside = driven(source, now, initial, strength=1 + 1e-9).jacobians
    np.testing.assert_allclose(beside, exact, atol=1e-6)


@pytest.mark.parametrize("wild", (np.zeros((2, 2)), np.diag((1.0, -1.0)), np.ones((2, 2))))
def test_jacobians_that_flatten_or_mirror_stay_finite(wild: np.ndarray) -> None:
    wild_ones = Keypoints(some().values, np.broadcast_to(wild, (5, 2, 2)))
    for strength in (0.3, 1.0, 2.0):
        for initial, now in ((wild_ones, some()), (some(), wild_ones)):
            found = driven(some(), now, initial, strength=strength)
            assert np.isfinite(found.jacobians).all()


def test_the_movement_scale_is_the_ratio_of_sizes() -> None:
    small = some()
    assert movement_scale(Keypoints(1.5 * small.values + 0.2, None), small) == pytest.approx(1.5)


def test_keypoints_on_a_line_or_in_one_place_have_no_size() -> None:
    line = Keypoints(np.outer(np.linspace(-1, 1, 5), (1, 1)), None)
    for flat in (line, Keypoints(np.zeros((5, 2)), None), Keypoints(np.eye(2), None)):
        assert movement_scale(flat, some()) == movement_scale(some(), flat) == 1.0


def test_another_square_scales_jacobians_and_moves_values() -> None:
    seen = some().seen_from(2.0, np.array((0.1, -0.2)))
    np.testing.assert_allclose(seen.values, 2 * some().values + (0.1, -0.2))
    np.testing.assert_allclose(seen.jacobians, 2 * some().jacobians)  # type: ignore[operator]
