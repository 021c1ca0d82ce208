"""A wrong result is told from rounding."""

import numpy as np
import pytest

from avatar_app.config import Precision
from avatar_app.runtimes.trial import BOUNDS, fault, not_finite

FP32, FP16 = Precision.FP32, Precision.FP16


def _picture(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random((1, 3, 32, 32), dtype=np.float32)


def test_the_same_result_is_right() -> None:
    assert fault({"y": _picture()}, {"y": _picture()}, FP32) == ""


def test_half_precision_is_right_as_half_and_the_rest_of_it_is_rounding() -> None:
    picture = _picture()
    half = {"y": picture.astype(np.float16).astype(np.float32)}
    assert fault(half, {"y": picture}, FP16) == ""
    assert fault(half, {"y": picture}, FP32) == ""


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_one_number_that_is_none_spoils_the_result(bad: float) -> None:
    spoilt = _picture()
    spoilt[0, 1, 2, 3] = bad
    assert "not finite in 'y'" in fault({"y": spoilt}, {"y": _picture()}, FP16)
    assert "not finite in 'y'" in not_finite({"y": spoilt})
    assert not_finite({"y": _picture()}) == ""


@pytest.mark.parametrize("level", [0.0, 0.5, 1.0])
def test_a_black_grey_or_white_picture_is_flat(level: float) -> None:
    flat = np.full_like(_picture(), level)
    assert fault({"y": flat}, {"y": _picture()}, FP16) == "its result is flat in 'y'."


def test_a_result_that_is_meant_to_be_flat_may_be() -> None:
    flat = np.full((4, 4), 0.5, np.float32)
    assert fault({"y": flat + np.float32(1e-4)}, {"y": flat}, FP32) == ""
    assert "differs" in fault({"y": flat * 2}, {"y": flat}, FP32)
    assert "differs" in fault({"y": flat}, {"y": flat * 0}, FP32)


def test_another_picture_differs() -> None:
    assert "differs from the CPU by 1" in fault({"y": _picture(1)}, {"y": _picture(0)}, FP16)


@pytest.mark.parametrize("precision", [FP32, FP16])
def test_errors_count_in_parts_of_the_contrast(precision: Precision) -> None:
    picture = _picture()
    noise = np.random.default_rng(5).normal(0, picture.std(), picture.shape)
    bound = BOUNDS[precision]
    assert fault({"y": picture + 0.9 * bound * noise}, {"y": picture}, precision) == ""
    assert "differs" in fault({"y": picture + 1.1 * bound * noise}, {"y": picture}, precision)


def test_each_output_is_looked_at() -> None:
    right, wrong = {"a": _picture(0), "b": _picture(1)}, {"a": _picture(0), "b": _picture(0)}
    assert fault(right, right, FP32) == ""
    assert "in 'b'" in fault(wrong, right, FP32)
