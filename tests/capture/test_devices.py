"""Cameras by name, without those the program feeds itself."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cv2_enumerate_cameras.camera_info import CameraInfo

from avatar_app.capture import devices
from avatar_app.capture.devices import find_camera, is_own, list_cameras
from avatar_app.errors import SourceError


@pytest.fixture(autouse=True)
def _cameras(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [
        CameraInfo(4, "USB Cam", "/dev/video4", None, None, 200),
        CameraInfo(0, "HD Webcam: HD Webcam", "/dev/video0", None, None, 200),
        CameraInfo(10, "Avatar Camera", "/dev/video10", None, None, 200),
        CameraInfo(2, "USB Cam", "/dev/video2", None, None, 200),
        CameraInfo(6, "Phone (DroidCam)", "/dev/video6", None, None, 200),
    ]
    monkeypatch.setattr(devices, "_enumerate", lambda: found)


def test_they_are_sorted_and_our_own_is_hidden() -> None:
    assert [camera.index for camera in list_cameras()] == [0, 2, 4, 6]
    assert [camera.index for camera in list_cameras(include_own=True)] == [0, 2, 4, 6, 10]


def test_a_word_is_the_name_where_only_one_has_it() -> None:
    words = [camera.word for camera in list_cameras()]
    assert words == [
        "camera:HD Webcam: HD Webcam",
        "camera:2",
        "camera:4",
        "camera:Phone (DroidCam)",
    ]


@pytest.mark.parametrize(
    ("which", "index"),
    [("0", 0), ("4", 4), ("/dev/video6", 6), ("phone", 6), ("HD Webcam: HD Webcam", 0)],
)
def test_number_path_name_or_a_part_of_it_finds_a_camera(which: str, index: int) -> None:
    assert find_camera(which).index == index


def test_the_word_finds_its_camera_again() -> None:
    for camera in list_cameras():
        assert find_camera(camera.word.removeprefix("camera:")) == camera


@pytest.mark.parametrize(("which", "says"), [("9", "no camera"), ("USB Cam", "Several")])
def test_an_error_names_the_choices(which: str, says: str) -> None:
    with pytest.raises(SourceError, match=says) as caught:
        find_camera(which)
    assert "2 (USB Cam)" in caught.value.hint


def test_our_own_cameras_are_known_under_the_systems_names() -> None:
    assert is_own("Avatar Camera")
    assert is_own("OBS Virtual Camera")
    assert is_own("Avatar Camera (platform:v4l2loopback-010)")
    assert is_own("Unity Video Capture")
    assert not is_own("Avatar Camera Pro")


@pytest.mark.skipif(sys.platform != "linux", reason="asks the system as Linux has it")
def test_a_device_that_this_process_feeds_is_hidden_under_any_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    device, link = tmp_path / "video7", tmp_path / "by-name"
    device.touch()
    link.symlink_to(device)
    found = [CameraInfo(7, "Dummy video device", str(link), None, None, 200)]
    monkeypatch.setattr(devices, "_enumerate", lambda: found)
    for reading in (os.O_RDONLY, os.O_RDWR):
        with opened(device, reading):
            assert [camera.name for camera in list_cameras()] == ["Dummy video device"]
    with opened(device, os.O_WRONLY | os.O_SYNC):
        assert not list_cameras()
        assert len(list_cameras(include_own=True)) == 1
    assert len(list_cameras()) == 1


@contextmanager
def opened(file: Path, mode: int) -> Iterator[None]:
    descriptor = os.open(file, mode)
    try:
        yield
    finally:
        os.close(descriptor)
