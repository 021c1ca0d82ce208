"""Where frames come from, and what travels with each of them to the renderer."""

from collections.abc import Callable
from dataclasses import dataclass

from avatar_app.capture.base import FrameSource
from avatar_app.tracking.base import FaceTracker
from avatar_app.types import Calibration, Frame

OpenSource = Callable[[], FrameSource]
OpenTracker = Callable[[], FaceTracker]
OpenCalibration = Callable[[], Calibration | None]


def no_calibration() -> None:
    """The neutral face is the first good one."""


@dataclass(frozen=True, slots=True, eq=False)
class Feed:
    """A source, the tracker that belongs to it, and the calibration kept for it. ``mirrored``
    frames have been turned round."""

    open_source: OpenSource
    open_tracker: OpenTracker
    open_calibration: OpenCalibration = no_calibration
    mirrored: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Captured:
    """A frame and its feed: no tracker ever sees a frame that is another one's."""

    frame: Frame
    feed: Feed
