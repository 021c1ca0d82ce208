"""The doctor: what it finds, and that nothing brings it down."""

import socket
import sys

import pytest

from avatar_app import doctor
from avatar_app.doctor import Verdict, checks, devices, packages, screen
from avatar_app.errors import SourceError

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at Linux")


def test_it_looks_at_everything_and_knows_what_mends_what_is_wrong():
    found = checks()
    names = {check.name for check in found}
    assert {"Python", "Packages", "OpenCV", "Qt", "Camera", "Virtual camera", "Disk"} <= names
    assert all(check.hint for check in found if check.verdict is Verdict.WARN)


def test_a_check_that_crashes_is_a_line_like_the_others(monkeypatch):
    def crash():
        raise ZeroDivisionError("oh")
        yield

    def refuse():
        raise SourceError("No.", "Do it.")
        yield

    monkeypatch.setattr(doctor, "_PROBES", (("A", crash), ("B", refuse)))
    first, second = checks()
    assert (first.name, first.verdict) == ("A", Verdict.FAIL)
    assert "oh" in first.detail
    assert (second.detail, second.hint) == ("No.", "Do it.")


@pytest.fixture
def installed(monkeypatch):
    """Sets which packages are there."""

    def install(**versions: str) -> None:
        names = {name.replace("_", "-"): version for name, version in versions.items()}
        monkeypatch.setattr(packages, "_version", names.get)

    return install


def test_two_wheels_in_one_folder_are_found_and_one_line_mends_them(installed):
    installed(onnxruntime="1.31", onnxruntime_gpu="1.31", opencv_contrib_python="4.11")
    runtime, cv2 = packages.shared_folders()
    assert runtime.verdict is Verdict.FAIL
    assert "uninstall -y onnxruntime onnxruntime-gpu" in runtime.hint
    assert runtime.hint.endswith("install onnxruntime-gpu==1.31")
    assert cv2.verdict is Verdict.OK


def test_a_missing_package_is_named(installed):
    installed(mediapipe="0.10.21")
    (check,) = packages.packages()
    assert check.verdict is Verdict.FAIL
    assert "pyvirtualcam" in check.hint


def test_an_accelerator_counts_only_with_its_driver(monkeypatch):
    monkeypatch.setattr(packages, "_loads", lambda library: False)
    (check,) = packages.providers()
    assert "CUDA" not in check.detail
    assert "no NVIDIA driver" in check.detail


@pytest.fixture
def display(monkeypatch):
    """Sets the variables that name a screen."""

    def set_to(**values: str) -> None:
        for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
            monkeypatch.delenv(name, raising=False)
        for name, value in values.items():
            monkeypatch.setenv(name, value)

    return set_to


def test_a_machine_without_a_screen_is_told(display):
    display()
    assert "no screen" in (screen.screen_problem() or "")


def test_a_screen_that_does_not_answer_is_told(display):
    display(DISPLAY=":4711")
    assert ":4711" in (screen.screen_problem() or "")


def test_a_screen_that_answers_is_one(display, tmp_path):
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "wayland-7"))
        server.listen()
        display(WAYLAND_DISPLAY="wayland-7", XDG_RUNTIME_DIR=str(tmp_path))
        assert screen.screen_problem() is None


def test_a_platform_that_was_asked_for_is_trusted(display):
    display(QT_QPA_PLATFORM="offscreen")
    assert screen.screen_problem() is None


def test_no_camera_is_no_failure(monkeypatch):
    monkeypatch.setattr("avatar_app.capture.devices.list_cameras", list)
    (check,) = devices.cameras()
    assert check.verdict is Verdict.WARN
    assert check.hint
