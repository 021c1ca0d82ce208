"""The virtual camera without one: every reason is said, with the line that mends it."""

import platform
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
import pyvirtualcam
from pyvirtualcam import camera as pyvirtualcam_camera
from sink_stream import SPEC, frame

from avatar_app.errors import SinkError
from avatar_app.outputs import loopback_setup, v4l2_loopback
from avatar_app.outputs.base import StreamSpec
from avatar_app.outputs.v4l2_loopback import LoopbackNode
from avatar_app.outputs.virtual_camera import VirtualCameraSink


class Backend:
    """A device in memory, of the kind pyvirtualcam drives."""

    sent: ClassVar[list[np.ndarray]] = []
    closed: ClassVar[int] = 0

    def __init__(self, **spec: Any) -> None:
        self._device = spec["device"] or "Camera in memory"

    def send(self, pixels: np.ndarray) -> None:
        Backend.sent.append(pixels.copy())

    def close(self) -> None:
        Backend.closed += 1

    def device(self) -> str:
        return str(self._device)

    def native_fourcc(self) -> None:
        return None


class Missing(Backend):
    def __init__(self, **spec: Any) -> None:
        raise RuntimeError("virtual camera output could not be started")


class Unplugged(Backend):
    def send(self, pixels: np.ndarray) -> None:
        raise RuntimeError("error writing frame")


@pytest.fixture
def backends(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """The backends of another system, where each is a name and not a file."""
    monkeypatch.setattr(platform, "system", lambda: "Windows")
    known: dict[str, Any] = {}
    monkeypatch.setattr(pyvirtualcam_camera, "BACKENDS", known)
    assert pyvirtualcam.Camera
    Backend.sent.clear()
    Backend.closed = 0
    yield known


def linux(monkeypatch: pytest.MonkeyPatch, *nodes: LoopbackNode) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    monkeypatch.setattr(v4l2_loopback, "loopback_nodes", lambda: list(nodes))


def refusal(sink: VirtualCameraSink, spec: StreamSpec = SPEC) -> SinkError:
    with pytest.raises(SinkError) as caught:
        sink.open(spec)
    assert caught.value.hint
    return caught.value


def test_without_the_module_the_lines_that_install_and_load_it_are_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    linux(monkeypatch)
    monkeypatch.setattr(v4l2_loopback, "_MODULE", Path("/nowhere"))
    monkeypatch.setattr(v4l2_loopback, "_module_is_installed", lambda: False)
    error = refusal(VirtualCameraSink())
    assert "v4l2loopback is not installed" in error.message
    assert "v4l2loopback.sh install" in error.hint
    assert f"{loopback_setup.install_line()} && sudo modprobe" in error.hint
    assert 'card_label="Avatar Camera" exclusive_caps=1' in error.hint


def test_an_installed_module_is_loaded_or_signed(monkeypatch: pytest.MonkeyPatch) -> None:
    linux(monkeypatch)
    monkeypatch.setattr(v4l2_loopback, "_MODULE", Path("/nowhere"))
    monkeypatch.setattr(v4l2_loopback, "_module_is_installed", lambda: True)
    monkeypatch.setattr(v4l2_loopback, "_secure_boot_is_on", lambda: False)
    assert refusal(VirtualCameraSink()).hint == loopback_setup.set_up(v4l2_loopback.LOAD)
    monkeypatch.setattr(v4l2_loopback, "_secure_boot_is_on", lambda: True)
    error = refusal(VirtualCameraSink())
    assert "Secure Boot" in error.message
    assert "mokutil" in error.hint


def test_a_module_without_a_device_is_loaded_anew(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    linux(monkeypatch)
    monkeypatch.setattr(v4l2_loopback, "_MODULE", tmp_path)
    assert "modprobe -r" in refusal(VirtualCameraSink()).hint


def test_every_device_that_does_not_open_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    nodes = [LoopbackNode(Path(f"/dev/video{n}"), "Avatar Camera") for n in (998, 999)]
    linux(monkeypatch, *nodes)
    message = refusal(VirtualCameraSink()).message
    assert "/dev/video998: there is no such device" in message
    assert "/dev/video999: there is no such device" in message


def test_a_named_device_is_that_one_or_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    linux(monkeypatch, LoopbackNode(Path("/dev/video998"), "Avatar Camera"))
    assert "998" not in refusal(VirtualCameraSink("/dev/null")).message
    assert "not a video device" in refusal(VirtualCameraSink("/dev/null")).message
    error = refusal(VirtualCameraSink("Studio"))
    assert "'Studio'" in error.message
    assert "/dev/video998 (Avatar Camera)" in error.hint
    assert "/dev/video998" in refusal(VirtualCameraSink("Avatar Camera")).message


def test_a_loopback_device_is_told_from_a_camera_and_ours_comes_first(tmp_path: Path) -> None:
    devices = tmp_path / "class"
    devices.mkdir()
    for name, place, label in (
        ("video0", "pci0/usb1", "A Real Webcam"),
        ("video2", "virtual", "OBS Virtual Camera"),
        ("video10", "virtual", "Avatar Camera"),
    ):
        home = tmp_path / "devices" / place / "video4linux" / name
        home.mkdir(parents=True)
        (home / "name").write_text(f"{label}\n")
        (devices / name).symlink_to(home)
    assert v4l2_loopback.loopback_nodes(devices) == [
        LoopbackNode(Path("/dev/video10"), "Avatar Camera"),
        LoopbackNode(Path("/dev/video2"), "OBS Virtual Camera"),
    ]


@pytest.mark.parametrize(
    ("text", "size"), [("YU12:1280x720@30", (1280, 720)), ("", None), ("?", None)]
)
def test_the_drivers_size_is_read_where_there_is_one(
    tmp_path: Path, text: str, size: tuple[int, int] | None
) -> None:
    (tmp_path / "video10").mkdir()
    (tmp_path / "video10" / "format").write_text(text)
    assert v4l2_loopback.size_in_use(Path("/dev/video10"), tmp_path) == size
    assert v4l2_loopback.size_in_use(Path("/dev/video11"), tmp_path) is None


def test_odd_sizes_are_refused_before_anything_is_tried() -> None:
    error = refusal(VirtualCameraSink(), StreamSpec(641, 480, Fraction(30)))
    assert "641 x 480" in error.message


def test_elsewhere_every_backend_is_tried_and_every_reason_listed(
    backends: dict[str, Any],
) -> None:
    backends.update(obs=Missing, unitycapture=Missing)
    error = refusal(VirtualCameraSink())
    assert error.message.count("could not be started") == 2
    assert "OBS Studio" in error.hint
    assert "Unity Capture" in error.hint


def test_the_first_backend_that_opens_is_fed_and_closed_once(backends: dict[str, Any]) -> None:
    backends.update(obs=Missing, unitycapture=Backend)
    sink = VirtualCameraSink("Studio")
    sink.open(SPEC)
    assert sink.device == sink.title == "Studio"
    sink.send(frame(0))
    assert np.array_equal(Backend.sent[0].reshape(48, 64, 3), frame(0).image)
    with pytest.raises(SinkError, match="expected uint8"):
        sink.send(frame(0, StreamSpec(32, 32, Fraction(30))))
    sink.close()
    sink.close()
    assert Backend.closed == 1
    assert sink.device is None


def test_a_device_that_dies_is_one_sentence(backends: dict[str, Any]) -> None:
    backends["obs"] = Unplugged
    sink = VirtualCameraSink()
    with pytest.raises(SinkError, match="not open"):
        sink.send(frame(0))
    sink.open(SPEC)
    with pytest.raises(SinkError, match="takes no more pictures"):
        sink.send(frame(0))
    sink.close()
