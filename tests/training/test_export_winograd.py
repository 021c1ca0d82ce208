"""The transforms give exactly what the filter gives."""

import numpy as np
import pytest

from avatar_app.training.export.winograd import both_axes, transforms

FORMS = [(1, 2), (2, 2), (3, 2), (5, 2), (2, 3), (4, 3)]
"""(results, taps) that convolutions use."""


@pytest.mark.parametrize(("results", "taps"), FORMS)
def test_one_axis(results: int, taps: int) -> None:
    form = transforms(results, taps)
    rng = np.random.default_rng(3)
    signal, weights = rng.normal(size=form.length), rng.normal(size=taps)
    got = form.results @ ((form.filter @ weights) * (form.signal @ signal))
    np.testing.assert_allclose(got, np.correlate(signal, weights, "valid"), atol=1e-13)


def test_two_axes() -> None:
    form = transforms(4, 3)
    rng = np.random.default_rng(4)
    tile, weights = rng.normal(size=(6, 6)), rng.normal(size=(3, 3))
    product = (both_axes(form.filter) @ weights.ravel()) * (both_axes(form.signal) @ tile.ravel())
    got = (both_axes(form.results) @ product).reshape(4, 4)
    windows = np.lib.stride_tricks.sliding_window_view(tile, (3, 3))
    np.testing.assert_allclose(got, (windows * weights).sum((2, 3)), atol=1e-13)


def test_points_are_few_products() -> None:
    assert transforms(4, 3).length ** 2 == 36
    assert transforms(5, 2).length ** 2 == 36
