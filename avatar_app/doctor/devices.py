"""Cameras, which are only listed, and the virtual camera."""

import sys
from collections.abc import Iterator
from pathlib import Path

from avatar_app.doctor.check import Check, Verdict, restart_others
from avatar_app.errors import SourceError
from avatar_app.translatable import translatable

Finding = tuple[Verdict, str, str]
"""Verdict, detail, hint."""

_EXCLUSIVE_CAPS = Path("/sys/module/v4l2loopback/parameters/exclusive_caps")
_WINDOWS_CAMERAS = {
    "OBS Virtual Camera": "{A3FCE0F5-3493-419F-958A-ABA1250EC20B}",
    "Unity Video Capture": "{5C2CD55C-92AD-4999-8666-912BD3E70010}",
}


def cameras() -> Iterator[Check]:
    """The cameras of this machine, by name."""
    from avatar_app.capture.devices import PLUG_IN_HINT, list_cameras

    found = list_cameras()
    for camera in found:
        yield Check("Camera", Verdict.OK, f"{camera.name} ({camera.word})")
    if not found:
        yield Check("Camera", Verdict.WARN, "No camera was found.", PLUG_IN_HINT)


def microphones() -> Iterator[Check]:
    """Whether sound can be recorded. None is opened."""
    from avatar_app.capture.microphone import list_microphones

    hint = translatable("Plug one in, or record without sound.")
    try:
        names = ", ".join(microphone.name for microphone in list_microphones())
    except SourceError as error:
        yield Check("Microphone", Verdict.WARN, error.message, error.hint)
        return
    verdict = Verdict.OK if names else Verdict.WARN
    yield Check("Microphone", verdict, names or "No microphone was found.", "" if names else hint)


def virtual_camera() -> Iterator[Check]:
    """The device that meeting programs choose, looked for as this system has it."""
    look = {"linux": _loopback, "win32": _windows_camera, "darwin": _mac_camera}
    verdict, detail, hint = look.get(sys.platform, _loopback)()
    yield Check("Virtual camera", verdict, detail, hint)


def _loopback() -> Finding:
    from avatar_app.outputs import v4l2_loopback
    from avatar_app.outputs.loopback_setup import is_lasting, lasting_line, set_up

    nodes = v4l2_loopback.loopback_nodes()
    if not nodes:
        why, mend = v4l2_loopback.why_no_node()
        return Verdict.WARN, translatable(f"There is no driver: {why}."), mend
    for node in nodes:
        if v4l2_loopback.descriptors_of(node.path):
            continue  # It is this program that sends pictures to it.
        trouble = v4l2_loopback.ailment(node.path)
        if trouble is not None:
            return Verdict.WARN, *trouble
    if not _exclusive_caps():
        path = nodes[0].path
        detail = translatable(f"{path} lacks exclusive_caps=1: browsers do not list it.")
        return Verdict.WARN, detail, set_up(v4l2_loopback.RELOAD)
    names = ", ".join(f"{node.label} ({node.path})" for node in nodes)
    if is_lasting():
        return Verdict.OK, restart_others(names), ""
    short = translatable(f"{names}, until this computer is restarted")
    return Verdict.OK, restart_others(short), lasting_line()


def _exclusive_caps() -> bool:
    try:
        value = _EXCLUSIVE_CAPS.read_text(encoding="ascii")
    except OSError:
        return True  # Newer versions keep it per device: nothing is known, so nothing is said.
    return "Y" in value or "1" in value


def _windows_camera() -> Finding:
    if sys.platform == "win32":
        import winreg

        for name, key in _WINDOWS_CAMERAS.items():
            try:
                winreg.OpenKey(winreg.HKEY_CLASSES_ROOT, rf"CLSID\{key}").Close()
            except OSError:
                continue
            return Verdict.OK, restart_others(name), ""
    detail = translatable("No virtual camera is installed.")
    return Verdict.WARN, detail, translatable("Install OBS Studio (obsproject.com).")


def _mac_camera() -> Finding:
    if Path("/Applications/OBS.app").is_dir():
        detail = translatable("OBS is installed; start and stop its virtual camera once.")
        return Verdict.OK, detail, ""
    detail = translatable("OBS is not installed.")
    return Verdict.WARN, detail, translatable("Install OBS Studio 30 or newer.")
