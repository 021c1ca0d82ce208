"""Convolutions with the norm behind them folded in."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

Numbers = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Kernel:
    """A convolution: ``weight`` (D, C, k, k) and ``bias`` (D,)."""

    weight: Numbers
    bias: Numbers

    @property
    def size(self) -> int:
        return self.weight.shape[-1]


@dataclass(frozen=True, slots=True, eq=False)
class Affine:
    """A norm in evaluation: ``x * scale + shift`` for each channel."""

    scale: Numbers
    shift: Numbers


def kernel(conv: nn.Conv2d, norm: nn.BatchNorm2d | None = None) -> Kernel:
    """The convolution, or the convolution followed by the norm."""
    weight = _double(conv.weight)
    bias = np.zeros(len(weight)) if conv.bias is None else _double(conv.bias)
    if norm is not None:
        scale, shift = _scale_and_shift(norm)
        weight, bias = weight * scale[:, None, None, None], bias * scale + shift
    return Kernel(weight.astype(np.float32), bias.astype(np.float32))


def affine(norm: nn.BatchNorm2d) -> Affine:
    """A norm that stands before its convolution and cannot be folded: a ReLU lies between."""
    scale, shift = _scale_and_shift(norm)
    return Affine(scale.astype(np.float32), shift.astype(np.float32))


def stacked(kernels: list[Kernel]) -> Kernel:
    """Convolutions of one input as one with all their channels."""
    return Kernel(
        np.concatenate([k.weight for k in kernels]), np.concatenate([k.bias for k in kernels])
    )


def numbers(tensor: Tensor) -> Numbers:
    """The values of a weight or buffer in float32."""
    return tensor.detach().cpu().numpy().astype(np.float32)


def _scale_and_shift(norm: nn.BatchNorm2d) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    if norm.running_mean is None or norm.running_var is None:
        raise ValueError("a norm without running statistics cannot be folded")
    scale = _double(norm.weight) / np.sqrt(_double(norm.running_var) + norm.eps)
    return scale, _double(norm.bias) - _double(norm.running_mean) * scale


def _double(tensor: Tensor) -> NDArray[np.float64]:
    return tensor.detach().cpu().numpy().astype(np.float64)
