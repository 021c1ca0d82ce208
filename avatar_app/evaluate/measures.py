"""The measures of self-reenactment. Pictures are (H, W, 3) uint8, landmarks (478, 3) pixels.

- L1: mean absolute difference of all pixels and channels, 0 to 1.
- L1 face, L1 outside: the same inside and outside the upright box around the truth's landmarks.
- SSIM: structural similarity of both pictures at 256 x 256, windows of 7 x 7, mean of the
  channels. Wang and others, "Image quality assessment", 2004.
- AKD: average keypoint distance, over all landmarks found in truth and result, as if the picture's
  longer side were 256 pixels. Siarohin and others, "First order motion model", 2019.
- mouth_r, eye_r: Pearson's correlation over time of the mouth's and the eyes' opening, truth
  against result. The mouth's is the gap between the lips' middles (13, 14), the eyes' the sum of
  the gaps between the lids' middles (159, 145 and 386, 374), both in distances of the outer eye
  corners (33, 263).
- jitter: how much a head at rest trembles. Over triples of frames in which the truth's firm points
  move by less than 0.3 (256-pixel units) a frame: the mean distance of the result's firm points
  from the middle between the frames before and after. jitter_truth is the truth's own.
- lost: the part of the frames with a face in which none is found in the result.
"""

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from avatar_app.face_mesh import RIGID
from avatar_app.types import Points, RgbImage

_SIDE = 256
_WINDOW = 7
_STILL = 0.3
_SSIM_EVERY = 5

Landmarks = Points | None


@dataclass(slots=True)
class Comparison:
    """Gathers truth and result frame by frame; ``figures`` at the end."""

    l1: list[float] = field(default_factory=list)
    inside: list[float] = field(default_factory=list)
    outside: list[float] = field(default_factory=list)
    ssim: list[float] = field(default_factory=list)
    truths: list[Landmarks] = field(default_factory=list)
    results: list[Landmarks] = field(default_factory=list)
    scale: float = 1.0

    def add(self, truth: RgbImage, result: RgbImage, faces: tuple[Landmarks, Landmarks]) -> None:
        """One frame of equal size each, with the landmarks found in truth and in result."""
        difference = cv2.absdiff(truth, result).astype(np.float32).mean(axis=2) / 255
        self.l1.append(float(difference.mean()))
        if len(self.truths) % _SSIM_EVERY == 0:
            self.ssim.append(structural_similarity(_small(truth), _small(result)))
        if faces[0] is not None:
            inside, outside = _split(difference, faces[0])
            self.inside.append(inside)
            self.outside.append(outside)
        self.truths.append(faces[0])
        self.results.append(faces[1])
        self.scale = _SIDE / max(truth.shape[:2])

    def figures(self) -> dict[str, float]:
        """All measures by name; NaN where there is nothing to measure."""
        both = [
            (a, b)
            for a, b in zip(self.truths, self.results, strict=True)
            if a is not None and b is not None
        ]
        seen = sum(face is not None for face in self.truths)
        return {
            "L1": _mean(self.l1),
            "L1_face": _mean(self.inside),
            "L1_outside": _mean(self.outside),
            "SSIM": _mean(self.ssim),
            "AKD": _mean([_distance(a, b) for a, b in both]) * self.scale,
            "mouth_r": correlation([mouth(a) for a, _ in both], [mouth(b) for _, b in both]),
            "eye_r": correlation([eyes(a) for a, _ in both], [eyes(b) for _, b in both]),
            "jitter": jitter(self.truths, self.results, self.scale),
            "jitter_truth": jitter(self.truths, self.truths, self.scale),
            "lost": (seen - len(both)) / seen if seen else float("nan"),
        }


def structural_similarity(a: RgbImage, b: RgbImage) -> float:
    """Mean SSIM of two pictures with uniform windows and the sample covariance."""
    x, y = a.astype(np.float64), b.astype(np.float64)
    unbiased = _WINDOW**2 / (_WINDOW**2 - 1)
    mean_x, mean_y = _blur(x), _blur(y)
    var_x = unbiased * (_blur(x * x) - mean_x * mean_x)
    var_y = unbiased * (_blur(y * y) - mean_y * mean_y)
    covariance = unbiased * (_blur(x * y) - mean_x * mean_y)
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    above = (2 * mean_x * mean_y + c1) * (2 * covariance + c2)
    below = (mean_x**2 + mean_y**2 + c1) * (var_x + var_y + c2)
    edge = _WINDOW // 2
    return float((above / below)[edge:-edge, edge:-edge].mean())


def correlation(a: list[float], b: list[float]) -> float:
    """Pearson's; NaN where one of them never changes."""
    if len(a) < 2 or np.std(a) < 1e-9 or np.std(b) < 1e-9:
        return float("nan")
    return float(np.corrcoef(a, b)[0, 1])


def mouth(face: Points) -> float:
    """The mouth's opening in distances of the outer eye corners."""
    return _gap(face, 13, 14) / _gap(face, 33, 263)


def eyes(face: Points) -> float:
    """The sum of both eyes' openings in distances of the outer eye corners."""
    return (_gap(face, 159, 145) + _gap(face, 386, 374)) / _gap(face, 33, 263)


def jitter(truths: list[Landmarks], faces: list[Landmarks], scale: float) -> float:
    """Mean deviation of firm points from the middle of their neighbours, while the truth rests."""
    found = []
    for at in range(1, len(faces) - 1):
        around = [_firm(face) for face in faces[at - 1 : at + 2]]
        truth = [_firm(face) for face in truths[at - 1 : at + 2]]
        a, b, c = around
        x, y, z = truth
        if a is None or b is None or c is None or x is None or y is None or z is None:
            continue
        steps = (_spread(y - x) * scale, _spread(z - y) * scale)
        if max(steps) < _STILL:
            found.append(_spread(b - (a + c) / 2) * scale)
    return _mean(found)


def _firm(face: Landmarks) -> NDArray[np.float32] | None:
    return None if face is None else face[RIGID, :2]


def _spread(offsets: NDArray[np.float32]) -> float:
    return float(np.linalg.norm(offsets, axis=1).mean())


def _distance(a: Points, b: Points) -> float:
    return _spread(a[:, :2] - b[:, :2])


def _gap(face: Points, a: int, b: int) -> float:
    return float(np.linalg.norm(face[a, :2] - face[b, :2]))


def _split(difference: NDArray[np.float32], face: Points) -> tuple[float, float]:
    """Means inside and outside the box around a face."""
    low = np.maximum(face[:, :2].min(0), 0).astype(int)
    high = face[:, :2].max(0).astype(int)
    box = difference[low[1] : high[1], low[0] : high[0]]
    rest = difference.size - box.size
    beyond = max(float(difference.sum(dtype=np.float64)) - float(box.sum(dtype=np.float64)), 0.0)
    outside = beyond / rest if rest else float("nan")
    return float(box.mean()) if box.size else float("nan"), outside


def _small(image: RgbImage) -> RgbImage:
    return np.asarray(cv2.resize(image, (_SIDE, _SIDE)), np.uint8)


def _blur(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(cv2.blur(values, (_WINDOW, _WINDOW)), np.float64)


def _mean(values: list[float]) -> float:
    return float(np.mean(values)) if values else float("nan")
