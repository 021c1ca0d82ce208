"""Turn a rendered person into an illustration: flat tones, ink lines, a paper backdrop."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from renderer import Layers

FloatArray = NDArray[np.float32]


@dataclass(frozen=True)
class Ink:
    """Strength of the drawing; colours are linear light."""

    paper: tuple[float, float, float] = (0.216, 0.442, 0.459)
    glow: tuple[float, float, float] = (0.561, 0.738, 0.708)
    line: tuple[float, float, float] = (0.035, 0.02, 0.03)
    shade: tuple[float, float, float] = (0.62, 0.42, 0.46)
    bright: float = 1.25
    thresholds: tuple[float, float] = (0.42, 1.15)


def draw(layers: Layers, ink: Ink) -> NDArray[np.uint8]:
    """The layers as a drawing, (H, W, 3) uint8 RGB."""
    alpha = np.clip(layers.radiance[..., 3], 0, 1)
    coverage = layers.albedo[..., 3:]
    skin = _skin(layers, ink)
    rest = _posterised(layers.radiance[..., :3], coverage)
    person = coverage * skin + (1 - coverage) * rest
    picture = _paper(alpha.shape, ink)
    picture = picture + alpha[..., None] * (person - picture)
    lines = _lines(layers, alpha)[..., None]
    picture = picture * (1 - lines) + lines * np.array(ink.line)
    return np.asarray(np.clip(_srgb(picture) * 255 + 0.5, 0, 255), np.uint8)


def _skin(layers: Layers, ink: Ink) -> FloatArray:
    """Three flat tones over a simplified skin colour."""
    light = layers.irradiance[..., :3] @ np.array([0.3, 0.59, 0.11], np.float32)
    light = cv2.GaussianBlur(light, (0, 0), light.shape[0] / 170)
    low, high = ink.thresholds
    lit = _step(light, low, 0.05)[..., None]
    bright = _step(light, high, 0.05)[..., None]
    tone = np.array(ink.shade) * (1 - lit) + lit + (ink.bright - 1) * bright
    return np.asarray(_simplified(layers.albedo[..., :3]) * tone, np.float32)


def _simplified(albedo: FloatArray) -> FloatArray:
    """Colours evened out, edges kept."""
    picture = np.clip(_srgb(albedo), 0, 1).astype(np.float32)
    for _ in range(3):
        picture = cv2.bilateralFilter(picture, 9, 0.08, albedo.shape[0] / 150)
    return np.asarray(picture**2.2, np.float32)


def _posterised(colour: FloatArray, coverage: FloatArray) -> FloatArray:
    """Cloth, hair and eyes in a few steps of brightness with soft borders."""
    visible = colour / np.maximum(1 - 0.98 * coverage, 0.02)
    picture = np.clip(_srgb(visible), 0, 1).astype(np.float32)
    for _ in range(3):
        picture = cv2.bilateralFilter(picture, 9, 0.12, colour.shape[0] / 200)
    grey = picture.max(axis=2, keepdims=True)
    steps = 5.0
    whole = np.floor(grey * steps)
    level = (whole + _step(grey * steps - whole, 0.5, 0.12)) / steps
    return np.asarray((picture * level / np.maximum(grey, 0.02)) ** 2.2, np.float32)


def _lines(layers: Layers, alpha: FloatArray) -> FloatArray:
    """Ink where the picture or the silhouette changes: difference of Gaussians, thresholded."""
    size = alpha.shape[0]
    coverage = layers.albedo[..., 3]
    colour = layers.radiance[..., :3] + layers.irradiance[..., :3] * layers.albedo[..., :3]
    grey = np.sqrt(np.clip(colour @ np.array([0.3, 0.59, 0.11], np.float32), 0, 1))
    inner = _dog(grey, size / 620, 0.985) - 0.004
    strength = np.clip(-inner * 42, 0, 1) * alpha
    outline = _edge(alpha, size / 420) + 0.85 * _edge(coverage, size / 620)
    return np.asarray(np.clip(strength + outline, 0, 1) * 0.92, np.float32)


def _dog(grey: FloatArray, sigma: float, share: float) -> FloatArray:
    narrow = cv2.GaussianBlur(grey, (0, 0), sigma)
    wide = cv2.GaussianBlur(grey, (0, 0), 1.7 * sigma)
    return np.asarray(narrow - share * wide, np.float32)


def _edge(mask: FloatArray, width: float) -> FloatArray:
    soft = cv2.GaussianBlur(mask, (0, 0), width)
    slope = np.hypot(cv2.Sobel(soft, cv2.CV_32F, 1, 0), cv2.Sobel(soft, cv2.CV_32F, 0, 1))
    return np.asarray(_step(slope * width, 0.55, 0.25), np.float32)


def _paper(shape: tuple[int, ...], ink: Ink) -> FloatArray:
    """A grained sheet, lighter behind the head; no edge there, so the figure stands clear."""
    height, width = shape
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
    radius = np.hypot(x - 0.5, y - 0.44)
    glow = np.exp(-((radius / 0.5) ** 2))[..., None]
    grain = np.random.default_rng(4).normal(size=(height, width)).astype(np.float32)
    grain = 1 + 0.012 * cv2.GaussianBlur(grain, (0, 0), 1.2)[..., None] * 3
    sheet = (1 - glow) * np.array(ink.paper) + glow * np.array(ink.glow)
    return np.asarray(sheet * grain, np.float32)


def _step(value: FloatArray, at: float, soft: float) -> FloatArray:
    t = np.clip((value - at) / (2 * soft) + 0.5, 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)


def _srgb(light: FloatArray) -> FloatArray:
    return np.asarray(np.clip(light, 0, 1) ** (1 / 2.2), np.float32)
