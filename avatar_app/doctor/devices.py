"""Cameras and the virtual camera: looked at, never opened."""

import os
import platform
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from avatar_app.doctor.check import Check, Verdict

_LOOPBACK = Path("/sys/module/v4l2loopback")
_LOAD_LOOPBACK = (
    'sudo modprobe v4l2loopback video_nr=10 card_label="Avatar Camera" exclusive_caps=1'
)
_WINDOWS_CAMERAS = {
    "OBS Virtual Camera": "{A3FCE0F5-3493-419F-958A-ABA1250EC20B}",
    "Unity Video Capture": "{5C2CD55C-92AD-4999-8666-912BD3E70010}",
}


def cameras() -> Iterator[Check]:
    """The cameras of this machine, by name."""
    from avatar_app.capture.devices import list_cameras

    found = list_cameras()
    for camera in found:
        yield Check("Camera", Verdict.OK, f"{camera.name} ({camera.word})")
    if not found:
        hint = "Plug one in, or use a clip: avatar-app run --source file:CLIP."
        yield Check("Camera", Verdict.WARN, "None found.", hint)


def virtual_camera() -> Iterator[Check]:
    """The device that meeting programs choose, looked for as this system has it."""
    look = {"linux": _loopback, "win32": _windows_camera, "darwin": _mac_camera}
    verdict, detail, hint = look.get(sys.platform, _loopback)()
    yield Check("Virtual camera", verdict, detail, hint)


def _loopback() -> tuple[Verdict, str, str]:
    if not _LOOPBACK.is_dir():
        installed = shutil.which("modinfo") and any(
            Path("/lib/modules", platform.release()).rglob("v4l2loopback.ko*")
        )
        if installed:
            return Verdict.WARN, "The module v4l2loopback is not loaded.", _LOAD_LOOPBACK
        mend = f"sudo apt-get install v4l2loopback-dkms && {_LOAD_LOOPBACK}"
        return Verdict.WARN, "The module v4l2loopback is not installed.", mend
    nodes = _loopback_nodes()
    reload = f"sudo modprobe -r v4l2loopback && {_LOAD_LOOPBACK}"
    if not nodes:
        return Verdict.WARN, "v4l2loopback is loaded without a device.", reload
    closed = [node for node in nodes if not os.access(node, os.R_OK | os.W_OK)]
    if closed:
        hint = "sudo usermod -aG video $USER, then log in again"
        return Verdict.WARN, f"{closed[0]} may not be written by this user.", hint
    if not _exclusive_caps():
        detail = f"{nodes[0]} lacks exclusive_caps=1: browsers do not list it."
        return Verdict.WARN, detail, reload
    return Verdict.OK, ", ".join(str(node) for node in nodes), ""


def _loopback_nodes() -> list[Path]:
    """Virtual video devices: a real camera hangs on a bus, never under devices/virtual."""
    return [
        Path("/dev", node.name)
        for node in sorted(Path("/sys/devices/virtual/video4linux").glob("video*"))
    ]


def _exclusive_caps() -> bool:
    try:
        value = (_LOOPBACK / "parameters/exclusive_caps").read_text(encoding="ascii")
    except OSError:
        return True  # Newer versions keep it per device: nothing is known, so nothing is said.
    return "Y" in value or "1" in value


def _windows_camera() -> tuple[Verdict, str, str]:
    if sys.platform == "win32":
        import winreg

        for name, key in _WINDOWS_CAMERAS.items():
            try:
                winreg.OpenKey(winreg.HKEY_CLASSES_ROOT, rf"CLSID\{key}").Close()
            except OSError:
                continue
            return Verdict.OK, name, ""
    return Verdict.WARN, "No virtual camera is installed.", "Install OBS Studio (obsproject.com)."


def _mac_camera() -> tuple[Verdict, str, str]:
    if Path("/Applications/OBS.app").is_dir():
        return Verdict.OK, "OBS is installed; start and stop its virtual camera once.", ""
    return Verdict.WARN, "OBS is not installed.", "Install OBS Studio 30 or newer."
