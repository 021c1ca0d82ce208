"""Keypoints as tensors, and the coordinates they live in.

The system of all coordinates: x runs from -1 at the centre of the leftmost pixel to +1 at the
centre of the rightmost, y likewise from top to bottom; x stands first. Each map spans -1..1 over
its own extent, whatever its resolution.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

VARIANCE = 0.01
"""Of the Gaussian that stands for a keypoint, in the units of the grid."""


@dataclass(frozen=True, slots=True, eq=False)
class Keypoints:
    """``value`` (B, K, 2) holds (x, y); ``jacobian`` (B, K, 2, 2) the local affine map around each,
    rows being the component of the output. None: the model has no jacobians."""

    value: Tensor
    jacobian: Tensor | None = None


def coordinate_grid(height: int, width: int, like: Tensor) -> Tensor:
    """(height, width, 2): the (x, y) of each pixel, in the dtype and on the device of ``like``."""
    x = 2 * (torch.arange(width, dtype=like.dtype, device=like.device) / (width - 1)) - 1
    y = 2 * (torch.arange(height, dtype=like.dtype, device=like.device) / (height - 1)) - 1
    return torch.stack((x.expand(height, width), y[:, None].expand(height, width)), dim=-1)


def gaussian_maps(value: Tensor, height: int, width: int, variance: float) -> Tensor:
    """(B, K, height, width): a Gaussian bump of height 1 at each keypoint of (B, K, 2)."""
    offsets = coordinate_grid(height, width, value) - value[:, :, None, None]
    return torch.exp(-0.5 * offsets.square().sum(-1) / variance)


def inverse_2x2(matrix: Tensor) -> Tensor:
    """The inverses of (..., 2, 2) in closed form: plain arithmetic once exported."""
    a, b, c, d = matrix.flatten(-2).unbind(-1)
    adjugate = torch.stack((d, -b, -c, a), dim=-1).view(matrix.shape)
    return adjugate.div((a * d - b * c)[..., None, None])


def product_2x2(left: Tensor, right: Tensor) -> Tensor:
    """The products of (..., 2, 2) by (..., 2, n), written out: in matrix units some devices would
    round the factors to fewer digits, which keypoints do not bear."""
    return (left[..., :, :, None] * right[..., None, :, :]).sum(-2)
