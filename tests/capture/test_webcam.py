"""A camera's life, with a video file in the camera's place where OpenCV can read one."""

import threading
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from avatar_app.capture import webcam
from avatar_app.capture.devices import CameraDevice
from avatar_app.capture.webcam import WebcamSource, open_camera
from avatar_app.errors import SourceError, SourceLostError

CAMERA = CameraDevice(0, "HD Webcam", int(cv2.CAP_V4L2), "/dev/null", "camera:HD Webcam")


def film(path: Path, frames: int = 5) -> Path:
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 30, (64, 48))
    for _ in range(frames):
        writer.write(np.full((48, 64, 3), (200, 30, 10), np.uint8))
    writer.release()
    return path


class ScriptedDevice:
    """A device that waits to be told each picture, refuses MJPG and remembers what was asked."""

    def __init__(self, mode: dict[int, float] | None = None) -> None:
        self.told = threading.Semaphore(0)
        self.released = threading.Event()
        self.asked: list[int] = []
        self.mode = mode or {}
        self.alive = True

    def isOpened(self) -> bool:  # noqa: N802
        return self.alive

    def read(self) -> tuple[bool, Any]:
        self.told.acquire()
        return self.alive, np.full((48, 64, 3), (200, 30, 10), np.uint8) if self.alive else None

    def set(self, prop: int, value: float) -> bool:
        self.asked.append(prop)
        return False

    def get(self, prop: int) -> float:
        return self.mode.get(prop, 0.0)

    def release(self) -> None:
        self.released.set()

    def show(self, pictures: int = 1) -> None:
        self.told.release(pictures)

    def die(self) -> None:
        self.alive = False
        self.told.release(1000)


def opened(device: Any) -> WebcamSource:
    return WebcamSource(CAMERA, (640, 480), 30, lambda _: device)


def test_pictures_come_as_rgb_and_the_end_of_the_device_is_a_loss(tmp_path: Path) -> None:
    source = opened(cv2.VideoCapture(str(film(tmp_path / "film.avi"))))
    with pytest.raises(SourceLostError, match="HD Webcam"):
        for _ in range(100):
            frame = source.read()
            assert frame is not None
            assert np.abs(frame.image[24, 32].astype(int) - (10, 30, 200)).max() < 8
    source.close()


def test_the_newest_picture_is_given_and_numbers_show_what_was_missed() -> None:
    device = ScriptedDevice()
    source = opened(device)
    device.show(3)
    while source._shot is None or source._shot.index < 2:
        threading.Event().wait(0.001)
    frame = source.read()
    assert frame is not None
    assert frame.index == 2
    device.die()
    source.close()


def test_interrupt_wakes_a_reader_whose_camera_blocks() -> None:
    device = ScriptedDevice()
    source = opened(device)
    given: list[object] = ["nothing yet"]
    reader = threading.Thread(target=lambda: given.__setitem__(0, source.read()))
    reader.start()
    source.interrupt()
    reader.join(timeout=5)
    assert given == [None]
    device.die()
    source.close()
    assert device.released.is_set()


def test_a_silent_camera_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webcam, "PATIENCE_S", 0.05)
    device = ScriptedDevice()
    source = opened(device)
    with pytest.raises(SourceLostError, match="gives no pictures"):
        source.read()
    device.die()
    source.close()


def test_mjpg_is_asked_first_and_the_negotiated_mode_is_reported() -> None:
    device = ScriptedDevice(
        {
            cv2.CAP_PROP_FRAME_WIDTH: 1280,
            cv2.CAP_PROP_FRAME_HEIGHT: 720,
            cv2.CAP_PROP_FPS: 10,
            cv2.CAP_PROP_FOURCC: cv2.VideoWriter.fourcc(*"YUYV"),
        }
    )
    source = opened(device)
    info = source.info
    assert info.asked_fps == 30
    assert device.asked[0] == cv2.CAP_PROP_FOURCC
    assert (info.width, info.height, info.fps, info.detail) == (1280, 720, 10, "YUYV")
    assert (info.word, info.title, info.is_live) == ("camera:HD Webcam", "HD Webcam", True)
    device.die()
    source.close()


def test_the_real_rate_is_measured() -> None:
    device = ScriptedDevice()
    source = opened(device)
    assert source.measured_fps == 0
    source._stamps.extend(index / 12.5 for index in range(20))
    assert source.measured_fps == pytest.approx(12.5)
    device.die()
    source.close()


def test_a_camera_that_does_not_open_says_what_to_do() -> None:
    device = ScriptedDevice()
    device.alive = False
    with pytest.raises(SourceError, match="HD Webcam") as caught:
        opened(device)
    assert caught.value.hint
    assert device.released.is_set()


def test_a_device_without_permission_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webcam.sys, "platform", "linux")
    monkeypatch.setattr(webcam.os, "access", lambda *_: False)
    device = ScriptedDevice()
    device.alive = False
    with pytest.raises(SourceError, match="may not be used") as caught:
        opened(device)
    assert "usermod" in caught.value.hint


def test_without_cameras_the_error_offers_another_source(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("avatar_app.capture.devices._enumerate", list)
    for which, said in (("", "No camera"), ("0", "No camera"), ("HD Webcam", "no camera 'HD Web")):
        with pytest.raises(SourceError, match=said) as caught:
            open_camera(which, (640, 480), 30)
        assert "bundled performance" in caught.value.hint
