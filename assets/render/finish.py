"""From averaged layers to a picture: skin scattering, backdrop, tone curve, a touch of film."""

from dataclasses import dataclass

import cv2
import numpy as np
from bust import spread_skin_light
from numpy.typing import NDArray
from renderer import Layers

FloatArray = NDArray[np.float32]


@dataclass(frozen=True)
class Finish:
    """Exposure in stops and strength of the film-like effects."""

    exposure: float = 0.0
    bloom: float = 0.06
    vignette: float = 0.18
    grain: float = 0.006
    saturation: float = 1.0


def combine(layers: Layers, backdrop: FloatArray, pixels_per_dm: float) -> FloatArray:
    """Person over backdrop in linear light, (H, W, 3)."""
    skin = spread_skin_light(layers.irradiance, pixels_per_dm) * layers.albedo[..., :3]
    alpha = np.clip(layers.radiance[..., 3:], 0, 1)
    return np.asarray(layers.radiance[..., :3] + skin + (1 - alpha) * backdrop, np.float32)


def develop(linear: FloatArray, finish: Finish, seed: int = 1) -> NDArray[np.uint8]:
    """Linear light to a finished sRGB picture, (H, W, 3) uint8 RGB."""
    height, width = linear.shape[:2]
    light = np.maximum(linear * 2.0**finish.exposure, 0)
    glow = cv2.GaussianBlur(np.minimum(light, 4), (0, 0), width * 0.02)
    light = light + finish.bloom * (glow - light)
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    light = light * (1 - finish.vignette * (x**2 + y**2) / 2)[..., None]
    toned = _tone(light)
    grey = toned @ np.array([0.299, 0.587, 0.114])
    toned = grey[..., None] + finish.saturation * (toned - grey[..., None])
    noise = np.random.default_rng(seed).normal(size=(height, width)) * finish.grain
    noise = cv2.GaussianBlur(noise, (0, 0), 0.6) * 1.6
    toned = toned + (noise * (0.4 + 0.6 * (1 - np.abs(2 * grey - 1))))[..., None]
    return np.asarray(np.clip(toned * 255 + 0.5, 0, 255), np.uint8)


def _tone(light: FloatArray) -> FloatArray:
    """sRGB with a soft shoulder from 0.55 on, so highlights roll off instead of clipping."""
    knee = 0.55
    over = np.maximum(light - knee, 0)
    rolled = np.where(light > knee, knee + (1 - knee) * (1 - np.exp(-over / (1 - knee))), light)
    return np.where(rolled < 0.0031308, 12.92 * rolled, 1.055 * rolled ** (1 / 2.4) - 0.055)
