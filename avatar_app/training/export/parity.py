"""Does an exported part compute what its network computes? On pictures that anyone has."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from avatar_app.config import Runtime
from avatar_app.paths import bundled_avatars
from avatar_app.runtimes.onnx_session import open_session
from avatar_app.training.nets.fomm.build import Networks
from avatar_app.training.nets.fomm.keypoints import Keypoints

Array: TypeAlias = NDArray[np.float32]

_SEED = 20190529
_CELLS = 8
_NUDGE = (6.0, 1.05, 0.03)
"""Degrees, scale and shift (in parts of the picture) of a face that has moved."""


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A source and a driving picture, and all that torch makes of them: ``tensors`` by the names of
    the parts' inputs and outputs, with the two pictures as ``source_image`` and ``image``."""

    name: str
    tensors: Mapping[str, Array]


@dataclass(frozen=True, slots=True)
class Difference:
    """Between ONNX Runtime on the CPU and torch for one output in one case. Both numbers are in
    parts of the reference's largest value where that is above 1."""

    case: str
    output: str
    largest: float
    rms: float


def reference_cases(networks: Networks, size: int) -> Iterator[Case]:
    """A pair of seeded pictures, then the bundled portraits: the first with itself moved, and each
    with the next."""
    seeded = (_seeded_picture(size, seed) for seed in (_SEED, _SEED + 1))
    yield Case("seeded", _reference(networks, *seeded))
    faces = {name: _portrait(path, size) for name, path in bundled_avatars().items()}
    names = list(faces)
    first = faces[names[0]]
    yield Case(f"{names[0]} moved", _reference(networks, first, _moved(first)))
    for name, other in zip(names, names[1:] + names[:1], strict=True):
        yield Case(f"{name} as {other}", _reference(networks, faces[name], faces[other]))


def differences(path: Path, part: str, cases: list[Case]) -> Iterator[Difference]:
    """Of each output of the ``part`` (source, drive or render) that lies in ``path``, case by
    case. Raises EngineError when it cannot be run."""
    with closing(open_session(path, Runtime.CPU)) as session:
        for case in cases:
            feeds = {spec.name: _given(case, part, spec.name) for spec in session.inputs}
            for name, got in session.run(feeds).items():
                yield _difference(case.name, name, got, case.tensors[name])


def as_input(picture: NDArray[np.uint8]) -> Array:
    """(S, S, 3) uint8 RGB as networks take it: (1, 3, S, S) in [0, 1]."""
    planes = np.ascontiguousarray(picture.transpose(2, 0, 1)[None], dtype=np.float32)
    return planes / np.float32(255)


def _given(case: Case, part: str, name: str) -> Array:
    return case.tensors["source_image" if part == "source" else name]


def _difference(case: str, output: str, got: Array, expected: Array) -> Difference:
    scale = max(1.0, float(np.abs(expected).max()))
    error = np.abs(got.astype(np.float64) - expected) / scale
    return Difference(case, output, float(error.max()), float(np.sqrt((error**2).mean())))


@torch.inference_mode()
def _reference(networks: Networks, source_image: Array, image: Array) -> dict[str, Array]:
    source, driving = (networks.kp_detector(torch.from_numpy(i)) for i in (source_image, image))
    features, small = networks.generator.encode(torch.from_numpy(source_image))
    rendering = networks.generator.render(features, small, source, driving)
    found = {"features": features, "small": small, "picture": rendering.picture}
    found |= _named("source_", source) | _named("", driving)
    arrays = {name: tensor.numpy() for name, tensor in found.items()}
    return arrays | {"source_image": source_image, "image": image}


def _named(prefix: str, keypoints: Keypoints) -> dict[str, torch.Tensor]:
    named = {f"{prefix}value": keypoints.value}
    if keypoints.jacobian is not None:
        named[f"{prefix}jacobian"] = keypoints.jacobian
    return named


def _seeded_picture(size: int, seed: int) -> Array:
    """Soft patches of colour."""
    cells = np.random.default_rng(seed).integers(0, 256, (_CELLS, _CELLS, 3), dtype=np.uint8)
    picture = cv2.resize(cells, (size, size), interpolation=cv2.INTER_CUBIC)
    return as_input(np.asarray(picture, dtype=np.uint8))


def _portrait(path: Path, size: int) -> Array:
    """The middle square, further up in a tall picture, where faces are."""
    bgr = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if bgr is None:
        raise OSError(f"the bundled portrait {path} cannot be read")
    height, width = bgr.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 4, (width - side) // 2
    square = bgr[top : top + side, left : left + side, ::-1]
    picture = cv2.resize(np.ascontiguousarray(square), (size, size), interpolation=cv2.INTER_AREA)
    return as_input(np.asarray(picture, dtype=np.uint8))


def _moved(image: Array) -> Array:
    size = image.shape[-1]
    degrees, scale, shift = _NUDGE
    matrix = cv2.getRotationMatrix2D((size / 2, size / 2), degrees, scale)
    matrix[:, 2] = matrix[:, 2] + shift * size
    picture = np.ascontiguousarray(image[0].transpose(1, 2, 0))
    moved = cv2.warpAffine(picture, matrix, (size, size), borderMode=cv2.BORDER_REPLICATE)
    return np.ascontiguousarray(moved.transpose(2, 0, 1)[None], dtype=np.float32)
