"""The frozen values that flow through the program, numpy only.

Inside the program pictures are RGB, uint8, height x width x 3; BGR exists only inside cv2
adapters. Coordinates are pixels of the full frame and times are seconds, unless a name says
otherwise. Arrays are read-only by convention: whoever gets one never writes to it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

RgbImage: TypeAlias = NDArray[np.uint8]
"""(H, W, 3) uint8."""

RgbaImage: TypeAlias = NDArray[np.uint8]
"""(H, W, 4) uint8, premultiplied: the colours are laid on black."""

Alpha: TypeAlias = NDArray[np.uint8]
"""(H, W) uint8, 255 where nothing shines through."""

Mask: TypeAlias = NDArray[np.float32]
"""(H, W) float32 in [0, 1]."""

Points: TypeAlias = NDArray[np.float32]
"""(N, 2) or (N, 3) float32."""

LANDMARK_COUNT = 478
"""MediaPipe FaceMesh with refined irises: 468 mesh points and 2 x 5 iris points."""


class Outcome(StrEnum):
    """What a delivered picture shows. Only PASS_THROUGH carries the camera's own picture;
    PLACEHOLDER is a card: opening, paused, no camera; FROZEN an earlier picture of the avatar."""

    RENDERED = "rendered"
    HELD = "held"
    NO_FACE = "no_face"
    FAILED = "failed"
    PASS_THROUGH = "pass_through"
    PLACEHOLDER = "placeholder"
    FROZEN = "frozen"


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture from a source. ``captured_at`` is on the clock of time.perf_counter, or the
    position in the clip for a file."""

    image: RgbImage
    index: int
    captured_at: float


@dataclass(frozen=True, slots=True, eq=False)
class Box:
    """An upright rectangle in pixels; x1 and y1 lie outside."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.y1 - self.y0

    @property
    def centre(self) -> tuple[float, float]:
        return (self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2


@dataclass(frozen=True, slots=True, eq=False)
class HeadPose:
    """Rotation of the head against the frontal canonical head, in degrees.

    Yaw is positive when the nose turns to the picture's right, pitch when it turns down, roll
    when the head leans clockwise in the picture."""

    yaw: float
    pitch: float
    roll: float


@dataclass(frozen=True, slots=True, eq=False)
class FaceObservation:
    """One face in one frame. ``landmarks`` is (478, 3) float32, x and y in pixels of the full
    frame, z on the scale of x (negative towards the camera). ``others`` is how many more faces the
    tracker saw when it last looked around."""

    landmarks: Points
    box: Box
    pose: HeadPose
    score: float = 1.0
    others: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class TrackedFrame:
    """A frame and the face found in it, if any."""

    frame: Frame
    face: FaceObservation | None


class ConsentKind(StrEnum):
    """Whose face a portrait shows."""

    OWN = "own"
    NOBODY = "nobody"
    AGREED = "agreed"


@dataclass(frozen=True, slots=True)
class Consent:
    """What the user stated about a portrait: the sentence, its language (``en``), when, and the
    name of the person for AGREED."""

    kind: ConsentKind
    statement: str
    language: str
    given_at: datetime
    person: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Avatar:
    """A portrait ready for an engine: its picture and the face found in it. Without ``consent``
    it is not shown to others."""

    name: str
    image: RgbImage
    face: FaceObservation
    credit: str = ""
    consent: Consent | None = None


@dataclass(frozen=True, slots=True)
class Ranges:
    """How far a driver's face goes from its neutral; None for what was not measured.

    ``mouth``: how far the lips part, in distances of the outer eye corners. ``smile``: by what
    part the mouth grows wider. ``shut_eyes``: what is left of the left and the right eye's neutral
    opening in a blink. ``gaze``: how far the irises go to a side, in widths of an eye. ``turn``:
    how far the head turns to a side, degrees."""

    mouth: float | None = None
    smile: float | None = None
    shut_eyes: tuple[float, float] | None = None
    gaze: float | None = None
    turn: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """The driver's own neutral face, against which relative motion is measured. It never leaves
    the machine.

    ``quality`` in [0, 1] is how well it matched the avatar's pose, ``created`` the seconds of
    time.time when it was taken, 0 for one that is not kept. ``is_placed`` is False for a kept one:
    its place and size in the picture are those of another day."""

    neutral: TrackedFrame
    quality: float = 1.0
    ranges: Ranges | None = None
    created: float = 0.0
    is_placed: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class RenderedFrame:
    """A picture on its way to the sinks. ``timings`` are seconds per stage. With ``alpha`` the
    picture is laid on black and may be laid on something else by those who can."""

    image: RgbImage
    index: int
    captured_at: float
    outcome: Outcome
    timings: Mapping[str, float] = field(default_factory=dict)
    alpha: Alpha | None = None
