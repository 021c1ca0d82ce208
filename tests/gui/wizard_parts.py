"""A driver for the wizard: faces are played one by one, as a camera would give them."""

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from queue import Empty, SimpleQueue

import numpy as np
from posed_faces import CAMERA, bundled, in_camera, with_eyes, with_mouth
from pytestqt.qtbot import QtBot

from avatar_app.calibration.kept_file import CalibrationKey
from avatar_app.calibration.progress import Step
from avatar_app.calibration.ranges import Task
from avatar_app.calibration.store import CalibrationStore
from avatar_app.capture.base import SourceInfo
from avatar_app.face_mesh import (
    EYE_LEFT,
    EYE_RIGHT,
    IRIS_LEFT,
    IRIS_RIGHT,
    LIPS_INNER,
    LIPS_OUTER,
)
from avatar_app.gui.wizard.dialog import CalibrationDialog
from avatar_app.gui.wizard.parts import CalibrationParts, Rehearsal
from avatar_app.tracking.pose import observe
from avatar_app.types import (
    Avatar,
    Calibration,
    FaceObservation,
    Frame,
    Points,
    RgbImage,
    TrackedFrame,
)

FPS = 30
PATIENCE_MS = 30_000
KEY = CalibrationKey("camera:Desk Camera", "mira")
_LIPS = [*LIPS_OUTER, *LIPS_INNER]


def neutral() -> Points:
    """The driver at rest in the middle of the picture, much like the avatar."""
    return np.asarray(in_camera(bundled("mira").face.landmarks), np.float32)


def held(points: Points | None, seconds: float) -> list[Points | None]:
    return [points] * round(seconds * FPS)


def swing(pose: Callable[[Points, float], Points], way: float) -> list[Points | None]:
    """From rest to the pose and back, in a second."""
    return [pose(neutral(), float(part)) for part in way * np.sin(np.linspace(0, np.pi, FPS))]


def mouth() -> list[Points | None]:
    return swing(with_mouth, 0.8)


def smile() -> list[Points | None]:
    return swing(_wider, 0.3)


def blinks() -> list[Points | None]:
    blink = swing(lambda points, shut: with_eyes(points, 1 - shut), 0.8)
    return [*blink, *held(neutral(), 0.3), *blink]


def looks() -> list[Points | None]:
    return [*swing(_aside, 0.15), *swing(_aside, -0.15)]


def _wider(points: Points, part: float) -> Points:
    smiling = points.copy()
    middle = points[_LIPS, 0].mean()
    smiling[_LIPS, 0] = middle + (1 + part) * (points[_LIPS, 0] - middle)
    return smiling


def _aside(points: Points, widths: float) -> Points:
    looking = points.copy()
    for eye, iris in ((EYE_LEFT, IRIS_LEFT), (EYE_RIGHT, IRIS_RIGHT)):
        looking[list(iris), 0] += widths * np.linalg.norm(points[eye[0]] - points[eye[8]])
    return looking


class Driver:
    """Camera and tracker in one: gives the frames that were played, and waits between them."""

    def __init__(self) -> None:
        self.info = SourceInfo(
            "camera:0", "Camera", CAMERA[0], CAMERA[1], fps=Fraction(FPS), is_live=True
        )
        self._frames: SimpleQueue[Frame] = SimpleQueue()
        self._faces: list[Points | None] = []
        self.newest: Frame | None = None
        self._stopped = False
        self.opened = 0

    @property
    def played(self) -> int:
        """The number of the last frame."""
        return len(self._faces) - 1

    def play(self, faces: Iterable[Points | None]) -> None:
        """Nobody sits before a grey wall; a face comes without a picture, as in a recording."""
        for points in faces:
            index = len(self._faces)
            self._faces.append(points)
            wall = 0 if points is not None else 90
            image = np.full((CAMERA[1], CAMERA[0], 3), wall, np.uint8)
            self._frames.put(Frame(image, index, index / FPS))

    def open(self) -> "Driver":
        self.opened += 1
        self._stopped = False
        return self

    def read(self) -> Frame | None:
        """The next one; the same again while there is none, as of a camera that stands still."""
        while not self._stopped:
            try:
                self.newest = self._frames.get(timeout=0.01)
                return self.newest
            except Empty:
                if self.newest is not None:
                    return self.newest
        return None

    def tap(self) -> Frame | None:
        """The newest frame, as a live session has it."""
        if not self._frames.empty():
            self.newest = self._frames.get()
        return self.newest

    def interrupt(self) -> None:
        self._stopped = True

    def track(self, frame: Frame) -> FaceObservation | None:
        points = self._faces[frame.index] if frame.index < len(self._faces) else None
        return None if points is None else observe(points)

    def close(self) -> None:
        """Nothing is held open."""


class PlainRehearsal:
    """Grey without a calibration, brighter with one; notes what it was given."""

    def __init__(self) -> None:
        self.used: list[Calibration | None] = []
        self.is_closed = False

    def use(self, calibration: Calibration | None) -> None:
        self.used.append(calibration)

    def show(self, tracked: TrackedFrame) -> RgbImage:
        assert tracked.face is not None
        value = 90 if self.used[-1] is None else 180
        return np.full((72, 128, 3), value, np.uint8)

    def close(self) -> None:
        self.is_closed = True


def parts(driver: Driver, folder: Path, rehearsal: Rehearsal | None = None) -> CalibrationParts:
    store = CalibrationStore(folder)
    stage = rehearsal or PlainRehearsal()

    def open_rehearsal(_avatar: Avatar) -> Rehearsal:
        return stage

    return CalibrationParts(
        open_avatar=lambda: bundled("mira"),
        open_source=driver.open,
        open_tracker=lambda: driver,
        load_kept=lambda: store.load(KEY),
        keep=lambda found: store.save(KEY, found),
        forget=lambda: store.delete(KEY),
        open_rehearsal=open_rehearsal,
    )


def through_the_steps(qtbot: QtBot, dialog: CalibrationDialog, driver: Driver) -> Iterator[Step]:
    """Goes to each step in its order and says which it is."""

    def play(seconds: float) -> None:
        driver.play(held(neutral(), seconds))
        qtbot.waitUntil(
            lambda: driver.newest is not None and driver.newest.index == driver.played,
            timeout=PATIENCE_MS,
        )

    def at(step: Step) -> Step:
        qtbot.waitUntil(lambda: dialog.step is step)
        return step

    play(0.1)
    qtbot.waitUntil(dialog.next.isEnabled)
    yield at(Step.CAMERA)
    dialog.next.click()
    qtbot.waitUntil(lambda: dialog.guide.latest.begun)
    play(0.6)
    yield at(Step.POSITION)
    play(2.0)
    yield at(Step.NEUTRAL)
    play(4.0)
    yield at(Step.RANGE)
    for _ in Task:
        before = dialog.guide.latest.progress
        dialog.next.click()
        qtbot.waitUntil(lambda before=before: dialog.guide.latest.progress is not before)
        play(0.1)
    yield at(Step.REVIEW)
    dialog.next.click()
    yield at(Step.DONE)
