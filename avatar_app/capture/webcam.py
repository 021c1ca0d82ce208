"""A camera through OpenCV, asked for MJPG first and read by a thread of its own."""

import logging
import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from avatar_app.capture.base import SourceInfo
from avatar_app.capture.devices import CameraDevice, find_camera, list_cameras
from avatar_app.errors import SourceError, SourceLostError
from avatar_app.types import Frame

PATIENCE_S = 5.0
"""A camera that gives no picture for so long counts as lost."""

_FAILURES_ALLOWED = 10
_log = logging.getLogger(__name__)


class VideoDevice(Protocol):
    """The part of cv2.VideoCapture that is used here."""

    def isOpened(self) -> bool: ...  # noqa: N802

    def read(self) -> tuple[bool, Any]: ...

    def set(self, prop: int, value: float) -> bool: ...

    def get(self, prop: int) -> float: ...

    def release(self) -> None: ...


@dataclass(frozen=True, slots=True, eq=False)
class _Shot:
    bgr: NDArray[np.uint8]
    index: int
    taken_at: float


class WebcamSource:
    """The newest picture of one camera.

    A blocked driver cannot be interrupted, so a thread of its own waits for the device and keeps
    the last picture; ``read`` waits for that thread. ``close`` gives the thread a second; a driver
    that blocks longer keeps it until the call returns, and the device is released then."""

    def __init__(
        self,
        camera: CameraDevice,
        size: tuple[int, int],
        fps: int,
        open_device: Callable[[CameraDevice], VideoDevice] | None = None,
    ) -> None:
        self._camera = camera
        self._device = (open_device or _open_device)(camera)
        if not self._device.isOpened():
            self._device.release()
            raise _cannot_open(camera)
        self._info = _negotiate(self._device, camera, size, fps)
        self._news = threading.Condition()
        self._shot: _Shot | None = None
        self._lost = False
        self._stopped = False
        self._stamps: deque[float] = deque(maxlen=31)
        self._thread = threading.Thread(target=self._grab, name="camera", daemon=True)
        self._thread.start()

    @property
    def info(self) -> SourceInfo:
        return self._info

    @property
    def measured_fps(self) -> float:
        """What the camera really delivers, over the last second or so; 0 before it is known."""
        with self._news:
            stamps = list(self._stamps)
        return (len(stamps) - 1) / (stamps[-1] - stamps[0]) if len(stamps) > 2 else 0.0

    def read(self) -> Frame | None:
        """The newest picture, waited for if it was already given; None once interrupted. Raises
        SourceLostError when the camera fails or is silent."""
        with self._news:
            arrived = self._news.wait_for(
                lambda: self._shot is not None or self._lost or self._stopped, PATIENCE_S
            )
            if self._stopped:
                return None
            if not arrived or self._lost:
                raise _lost(self._camera, silent=not arrived)
            shot, self._shot = self._shot, None
        if shot is None:
            return None
        rgb = np.asarray(cv2.cvtColor(shot.bgr, cv2.COLOR_BGR2RGB), dtype=np.uint8)
        return Frame(rgb, shot.index, shot.taken_at)

    def interrupt(self) -> None:
        with self._news:
            self._stopped = True
            self._news.notify_all()

    def close(self) -> None:
        self.interrupt()
        self._thread.join(timeout=1.0)

    def _grab(self) -> None:
        index = failures = 0
        try:
            while not self._stopped and failures < _FAILURES_ALLOWED:
                ok, bgr = self._device.read()
                if not ok:
                    failures += 1
                    time.sleep(0.02)
                    continue
                failures = 0
                self._post(_Shot(bgr, index, time.perf_counter()))
                index += 1
        except cv2.error as error:
            _log.warning("%s failed: %s", self._camera.name, error)
        finally:
            self._device.release()
            with self._news:
                self._lost = True
                self._news.notify_all()

    def _post(self, shot: _Shot) -> None:
        with self._news:
            self._shot = shot
            self._stamps.append(shot.taken_at)
            self._news.notify_all()


def open_camera(which: str, size: tuple[int, int], fps: int) -> WebcamSource:
    """The camera named (number, path, name or part of it): that one or an error. Of none named,
    the first that opens. Raises SourceError with every reason."""
    if which:
        return WebcamSource(find_camera(which), size, fps)
    reasons = []
    for camera in list_cameras():
        try:
            return WebcamSource(camera, size, fps)
        except SourceError as error:
            reasons.append(error.message)
    if not reasons:
        find_camera(which)
    raise SourceError(" ".join(reasons), "Close programs that use a camera, then try again.")


def _open_device(camera: CameraDevice) -> VideoDevice:
    # What OpenCV would write to the terminal is said by the errors here.
    cv2.setLogLevel(2)
    return cv2.VideoCapture(camera.index, camera.backend)


def _negotiate(
    device: VideoDevice, camera: CameraDevice, size: tuple[int, int], fps: int
) -> SourceInfo:
    """Ask, then read back what came of it. MJPG goes first: raw pictures fill a USB 2 line at
    about ten 720p frames a second."""
    device.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
    device.set(cv2.CAP_PROP_FRAME_WIDTH, size[0])
    device.set(cv2.CAP_PROP_FRAME_HEIGHT, size[1])
    device.set(cv2.CAP_PROP_FPS, fps)
    device.set(cv2.CAP_PROP_BUFFERSIZE, 1)
    rate = device.get(cv2.CAP_PROP_FPS)
    return SourceInfo(
        word=camera.word,
        title=camera.name,
        width=int(device.get(cv2.CAP_PROP_FRAME_WIDTH)) or size[0],
        height=int(device.get(cv2.CAP_PROP_FRAME_HEIGHT)) or size[1],
        fps=Fraction(rate).limit_denominator(1001) if 0 < rate <= 1000 else None,
        is_live=True,
        detail=_format_name(int(device.get(cv2.CAP_PROP_FOURCC))),
        asked_fps=Fraction(fps),
    )


def _format_name(fourcc: int) -> str:
    letters = "".join(chr(fourcc >> shift & 0xFF) for shift in (0, 8, 16, 24))
    return letters.strip() if letters.isprintable() else ""


def _cannot_open(camera: CameraDevice) -> SourceError:
    name = camera.name
    if sys.platform == "linux" and not os.access(camera.path, os.R_OK | os.W_OK):
        return SourceError(
            f"The camera {name!r} may not be used by this user.",
            "Run: sudo usermod -aG video $USER, then log in again.",
        )
    holders = _holders(camera.path) if sys.platform == "linux" else []
    if holders:
        programs = ", ".join(holders)
        return SourceError(f"The camera {name!r} is in use by {programs}.", "Close it, then retry.")
    return SourceError(
        f"The camera {name!r} does not open.",
        "Close other programs that may use it, or choose another camera.",
    )


def _holders(path: str) -> list[str]:
    """Names of this user's other processes that have the device open."""
    names = set()
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if str(link.readlink()) == path and link.parts[2] != str(os.getpid()):
                names.add((link.parents[1] / "comm").read_text().strip())
        except OSError:
            continue  # Another user's process, or one that has just ended.
    return sorted(names)


def _lost(camera: CameraDevice, *, silent: bool) -> SourceLostError:
    if silent:
        return SourceLostError(
            f"The camera {camera.name!r} gives no pictures.",
            "Close other programs that may use it, or unplug it and plug it in again.",
        )
    return SourceLostError(f"The camera {camera.name!r} was lost.", "Plug it in again.")
