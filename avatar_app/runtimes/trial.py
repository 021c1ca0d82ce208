"""Is what a runtime computes right? Compared with the CPU, on real feeds."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from avatar_app.config import Precision
from avatar_app.runtimes.base import Tensor
from avatar_app.translatable import translatable

BOUNDS: Mapping[Precision, float] = {Precision.FP32: 0.01, Precision.FP16: 0.05}
"""The largest root-mean-square difference from the CPU, in parts of the spread of the CPU's own
values: 0.05 of a picture's contrast is three of 256 grey levels in a common picture. Rounding
alone stays far below; a wrong kernel goes far beyond."""

_FLAT = 0.01


def fault(got: Mapping[str, Tensor], expected: Mapping[str, Tensor], precision: Precision) -> str:
    """What is wrong with these outputs, one sentence; "" when nothing is."""
    if unsound := not_finite(got):
        return unsound
    for name, reference in expected.items():
        spread = _spread(reference)
        if spread > 0 and _spread(got[name]) < _FLAT * spread:
            return translatable(f"its result is flat in {name!r}.")
        error = _rms(np.subtract(got[name], reference, dtype=np.float64))
        scale = spread or _rms(reference) or 1.0
        if error > BOUNDS[precision] * scale:
            share = f"{error / scale:.0%}"
            return translatable(f"its result differs from the CPU by {share} in {name!r}.")
    return ""


def not_finite(outputs: Mapping[str, Tensor]) -> str:
    """The same for outputs that have nothing to be compared with."""
    for name, value in outputs.items():
        if not np.isfinite(value).all():
            return translatable(f"its result has numbers that are not finite in {name!r}.")
    return ""


def _spread(value: Tensor) -> float:
    """The standard deviation, 0 where it is no more than rounding."""
    deviation = float(np.std(value, dtype=np.float64))
    return deviation if deviation > 1e-5 * _rms(value) else 0.0


def _rms(value: NDArray[np.generic]) -> float:
    return float(np.sqrt(np.mean(np.square(value, dtype=np.float64))))
