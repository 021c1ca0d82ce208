"""Real parts at tiny size for the tests of pipeline, session and offline work."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from avatar_app.capture.base import SourceInfo
from avatar_app.compose import Composer
from avatar_app.config import Fit
from avatar_app.engines.base import EngineInfo
from avatar_app.errors import SourceError
from avatar_app.face_mesh import EYE_LEFT, EYE_RIGHT, LIPS_INNER, RIGID, RIGID_CANONICAL
from avatar_app.geometry import box_around
from avatar_app.outputs.base import StreamSpec
from avatar_app.tracking.pose import observe
from avatar_app.types import (
    Avatar,
    Calibration,
    FaceObservation,
    Frame,
    RenderedFrame,
    RgbImage,
    TrackedFrame,
)

SPEC = StreamSpec(96, 64, Fraction(30))
CAMERA = (80, 60)


def until(condition: Callable[[], object], seconds: float = 20.0) -> None:
    """Wait for something another thread does; fail when it never comes."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)


def drawn_face(
    x: float = 40, y: float = 30, width: float = 30, *, mouth: float = 0.0, yaw: float = 0.0
) -> FaceObservation:
    """A face of 478 points around (x, y): the rigid points of the canonical head, lips and eyes
    where they belong, the rest on an oval. ``mouth`` is the gap between the lips in widths."""
    turn = np.linspace(0, 2 * np.pi, 478, endpoint=False)
    points = np.stack([7.7 * np.cos(turn), 9 * np.sin(turn), np.zeros(478)], 1)
    points[RIGID] = RIGID_CANONICAL
    points[list(LIPS_INNER)] = _ring(20, (0, 4.5), 2.5, mouth * 7.7)
    points[list(EYE_LEFT)] = _ring(16, (-3.1, -2.6), 1.3, 0.4)
    points[list(EYE_RIGHT)] = _ring(16, (3.1, -2.6), 1.3, 0.4)[
        [8, *range(7, -1, -1), *range(15, 8, -1)]
    ]
    angle = np.radians(yaw)
    rotation = np.array(
        [[np.cos(angle), 0, np.sin(angle)], [0, 1, 0], [-np.sin(angle), 0, np.cos(angle)]]
    )
    placed = points @ rotation.T * (width / 15.4) + (x, y, 0)
    return observe(placed.astype(np.float32))


def _ring(count: int, centre: tuple[float, float], wide: float, high: float) -> np.ndarray:
    """From the left corner over the top, as the mesh's rings go."""
    turn = np.linspace(np.pi, 3 * np.pi, count, endpoint=False)
    ring = np.stack([wide * np.cos(turn), high * np.sin(turn), np.zeros(count)], 1)
    return ring + np.array((*centre, -4.0))


def camera_frame(index: int, size: tuple[int, int] = CAMERA, at: float | None = None) -> Frame:
    """Noise in coarse cells, different in every frame."""
    width, height = size
    cells = np.random.default_rng(index).integers(0, 2, (height // 4 + 1, width // 4 + 1, 3))
    image = (cells * 255).astype(np.uint8).repeat(4, 0).repeat(4, 1)[:height, :width]
    return Frame(np.ascontiguousarray(image), index, index / 30 if at is None else at)


def portrait(shade: int = 90, size: int = 40) -> Avatar:
    """A quiet picture: a bright square on a plain ground."""
    image = np.full((size, size, 3), shade, np.uint8)
    image[size // 4 : size // 2, size // 4 : size // 2] = 230
    return Avatar(f"shade {shade}", image, drawn_face(size / 2, size / 2, size / 2))


def composer() -> Composer:
    return Composer(SPEC.width, SPEC.height, fit=Fit.CONTAIN, mirror=False, badge=False)


class ScriptedTracker:
    """Gives the face that ``script`` makes of a frame's number; an exception is raised."""

    def __init__(
        self, script: Callable[[int], FaceObservation | Exception | None] | None = None
    ) -> None:
        self._script = script or (lambda index: drawn_face(40 + index % 5, 30))
        self.closed = False

    def track(self, frame: Frame) -> FaceObservation | None:
        result = self._script(frame.index)
        if isinstance(result, Exception):
            raise result
        return result

    def close(self) -> None:
        self.closed = True


@dataclass(frozen=True, slots=True, eq=False)
class Slide:
    rest: RgbImage
    home: tuple[float, float] | None


class SlideEngine:
    """Slides the portrait as the driver's face moves away from the neutral."""

    def __init__(self) -> None:
        self.closed = False

    @property
    def info(self) -> EngineInfo:
        return EngineInfo("slide", "Slide", "For tests.")

    def prepare(self, avatar: Avatar, calibration: Calibration | None) -> Slide:
        prepared = Slide(avatar.image, None)
        return self.calibrate(prepared, calibration) if calibration else prepared

    def calibrate(self, prepared: Slide, calibration: Calibration) -> Slide:
        assert calibration.neutral.face is not None
        return Slide(prepared.rest, calibration.neutral.face.box.centre)

    def render(self, prepared: Slide, tracked: TrackedFrame) -> RgbImage:
        assert tracked.face is not None
        assert prepared.home is not None
        x, y = box_around(tracked.face.landmarks).centre
        shift = round(y - prepared.home[1]), round(x - prepared.home[0])
        return np.roll(prepared.rest, shift, (0, 1))

    def close(self) -> None:
        self.closed = True


class Camera:
    """A live source of ``camera_frame``s in real time; ``dead`` makes it fail like a pulled plug
    and ``stuck`` makes a read block until it is interrupted."""

    def __init__(self, wires: "Wires", fps: int = 60, frames: int | None = None) -> None:
        if wires.dead is not None:
            raise wires.dead
        self._wires = wires
        self._fps = fps
        self._frames = frames
        self._interrupted = threading.Event()
        self.closed = False
        wires.opened += 1

    @property
    def info(self) -> SourceInfo:
        return SourceInfo("camera:0", "Noise", *self._wires.size, Fraction(self._fps), True)

    def read(self) -> Frame | None:
        wires = self._wires
        if self._frames is not None and wires.count >= self._frames:
            return None
        if self._interrupted.wait(None if wires.stuck else 1 / self._fps):
            return None
        if wires.dead is not None:
            raise wires.dead
        shown = wires.count if wires.frozen_at is None else wires.frozen_at
        picture = camera_frame(shown, wires.size).image
        frame = Frame(picture, wires.count, time.perf_counter() * wires.haste)
        wires.count += 1
        return frame

    def interrupt(self) -> None:
        self._interrupted.set()

    def close(self) -> None:
        self.closed = True
        self._wires.closed += 1


@dataclass
class Wires:
    """What a test does to a camera from outside; the count goes on through reconnects. A camera
    frozen at a frame repeats its picture; with ``haste`` its clock runs faster."""

    size: tuple[int, int] = CAMERA
    dead: SourceError | None = None
    stuck: bool = False
    frozen_at: int | None = None
    haste: float = 1.0
    count: int = 0
    opened: int = 0
    closed: int = 0


class FileSource:
    """Given frames, each once and in order."""

    def __init__(self, frames: Sequence[Frame]) -> None:
        self._frames = list(frames)
        self._next = 0

    @property
    def info(self) -> SourceInfo:
        height, width = self._frames[0].image.shape[:2]
        count = len(self._frames)
        return SourceInfo("file:x", "x", width, height, Fraction(30), False, count)

    def read(self) -> Frame | None:
        self._next += 1
        return self._frames[self._next - 1] if self._next <= len(self._frames) else None

    def interrupt(self) -> None:
        self._next = len(self._frames)

    def close(self) -> None:
        """Nothing is held open."""


class CameraTwin:
    """Stands in for the virtual camera: keeps every picture and when it came."""

    title = "camera twin"

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sent: list[tuple[float, RenderedFrame]] = []
        self.is_open = False

    @property
    def sent(self) -> list[tuple[float, RenderedFrame]]:
        with self._lock:
            return list(self._sent)

    @property
    def latest(self) -> RenderedFrame | None:
        with self._lock:
            return self._sent[-1][1] if self._sent else None

    def open(self, spec: StreamSpec) -> None:
        self.spec = spec
        self.is_open = True

    def send(self, rendered: RenderedFrame) -> None:
        assert rendered.image.shape == (self.spec.height, self.spec.width, 3)
        with self._lock:
            self._sent.append((time.perf_counter(), rendered))

    def close(self) -> None:
        self.is_open = False
