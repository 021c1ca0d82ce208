"""The measures against independent references and on cases that are known."""

import math

import numpy as np
import pytest
from skimage.metrics import structural_similarity as reference_ssim

from avatar_app.evaluate.measures import (
    Comparison,
    correlation,
    eyes,
    jitter,
    mouth,
    structural_similarity,
)
from avatar_app.face_mesh import RIGID
from avatar_app.types import LANDMARK_COUNT, Points, RgbImage


def _noise(seed: int) -> RgbImage:
    return np.random.default_rng(seed).integers(0, 256, (256, 256, 3), np.uint8)


def _face(seed: int = 0) -> Points:
    points = np.random.default_rng(seed).uniform(60, 190, (LANDMARK_COUNT, 3))
    return points.astype(np.float32)


@pytest.mark.parametrize("part", [0.0, 0.1, 0.7])
def test_ssim_agrees_with_an_independent_one(part: float) -> None:
    a = _noise(1)
    b = (a * (1 - part) + _noise(2) * part).astype(np.uint8)
    expected = reference_ssim(a, b, channel_axis=2)
    assert structural_similarity(a, b) == pytest.approx(expected, abs=1e-9)


def test_a_perfect_result_has_no_error() -> None:
    comparison = Comparison()
    for index in range(6):
        face = _face(index)
        comparison.add(_noise(index), _noise(index), (face, face))
    figures = comparison.figures()
    assert (figures["L1"], figures["L1_face"], figures["L1_outside"]) == (0, 0, 0)
    assert figures["SSIM"] == pytest.approx(1)
    assert (figures["AKD"], figures["lost"]) == (0, 0)
    assert figures["mouth_r"] == pytest.approx(1)
    assert figures["eye_r"] == pytest.approx(1)


def test_the_face_box_divides_the_difference() -> None:
    truth = np.zeros((100, 100, 3), np.uint8)
    result = truth.copy()
    face = np.full((LANDMARK_COUNT, 3), 30, np.float32)
    face[0] = (20, 20, 0)
    face[1] = (40, 40, 0)
    result[20:40, 20:40] = 51
    comparison = Comparison()
    comparison.add(truth, result, (face, face))
    assert comparison.inside == pytest.approx([0.2])
    assert comparison.outside == pytest.approx([0], abs=1e-6)
    assert comparison.l1 == pytest.approx([0.2 * 400 / 10_000])


def test_keypoint_distance_is_told_for_256_pixels() -> None:
    picture = np.zeros((512, 512, 3), np.uint8)
    face = _face()
    comparison = Comparison()
    comparison.add(picture, picture, (face, face + np.array((3, 4, 0), np.float32)))
    assert comparison.figures()["AKD"] == pytest.approx(2.5, rel=1e-4)


def test_a_lost_face_counts_only_where_the_truth_has_one() -> None:
    picture = np.zeros((64, 64, 3), np.uint8)
    comparison = Comparison()
    for truth, result in ((_face(), _face()), (_face(), None), (None, None), (_face(), _face())):
        comparison.add(picture, picture, (truth, result))
    assert comparison.figures()["lost"] == pytest.approx(1 / 3)


def test_openings_are_told_in_eye_distances() -> None:
    face = np.zeros((LANDMARK_COUNT, 3), np.float32)
    face[263] = (100, 0, 0)
    face[14] = (0, 20, 0)
    face[145] = (0, 5, 0)
    face[374] = (0, 7, 0)
    assert mouth(face) == pytest.approx(0.2)
    assert eyes(face) == pytest.approx(0.12)


def test_correlation_of_something_constant_is_unknown() -> None:
    assert math.isnan(correlation([1.0, 1.0, 1.0], [1.0, 2.0, 3.0]))
    assert correlation([1.0, 2.0, 3.0], [3.0, 2.0, 1.0]) == pytest.approx(-1)


def test_jitter_sees_trembling_at_rest_and_no_steady_motion() -> None:
    still = [_face()] * 9
    trembling = [face + np.float32((-1) ** i * 0.5) for i, face in enumerate(still)]
    gliding = [face + np.array((0.2 * i, 0, 0), np.float32) for i, face in enumerate(still)]
    assert jitter(still, still, 1.0) == 0
    assert jitter(still, trembling, 1.0) == pytest.approx(math.sqrt(2), rel=1e-3)
    assert jitter(still, gliding, 1.0) == pytest.approx(0, abs=1e-4)


def test_jitter_does_not_look_while_the_truth_moves() -> None:
    moving = []
    for i in range(6):
        face = _face()
        face[RIGID, 0] += 5 * i
        moving.append(face)
    assert math.isnan(jitter(moving, moving, 1.0))
