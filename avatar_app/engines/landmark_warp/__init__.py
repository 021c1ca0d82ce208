"""The bundled engine: a first-order warp driven by landmarks, without weights."""

from avatar_app.engines.landmark_warp.engine import LandmarkWarp

__all__ = ["LandmarkWarp"]
