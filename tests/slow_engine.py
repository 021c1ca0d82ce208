"""The real engine, kept waiting in each picture."""

from collections.abc import Callable

from avatar_app.config import MotionConfig
from avatar_app.engines.landmark_warp import LandmarkWarp
from avatar_app.engines.landmark_warp.engine import PreparedPortrait
from avatar_app.types import RgbaImage, RgbImage, TrackedFrame


class SlowWarp(LandmarkWarp):
    """``wait`` is called in each ``render``; ``is_busy`` while it has not returned."""

    def __init__(self, wait: Callable[[], object]) -> None:
        super().__init__(MotionConfig.model_validate({}))
        self._wait = wait
        self.is_busy = False
        self.pictures = 0

    def render(self, prepared: PreparedPortrait, tracked: TrackedFrame) -> RgbImage | RgbaImage:
        self.is_busy = True
        self._wait()
        self.is_busy = False
        self.pictures += 1
        return super().render(prepared, tracked)
