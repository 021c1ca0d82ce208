"""Python and the packages: there, alone in their folders, and able to load."""

import os
import platform
import sys
from collections.abc import Iterator
from importlib import metadata

from avatar_app.doctor.check import Check, Verdict
from avatar_app.packaged import AGAIN, is_packaged, system_libraries_hint
from avatar_app.runtimes import wheels
from avatar_app.translatable import translatable

_PACKAGES = (
    "mediapipe",
    "numpy",
    "PyQt6",
    "av",
    "pyvirtualcam",
    "sounddevice",
    "cv2-enumerate-cameras",
    "mss",
    "c2pa-python",
    "cryptography",
)
_OPENCV = (
    "opencv-contrib-python",
    "opencv-python",
    "opencv-python-headless",
    "opencv-contrib-python-headless",
)
"""Wheels that all write into the folder cv2: two of them break each other."""


def python() -> Iterator[Check]:
    """The interpreter's version."""
    version = platform.python_version()
    detail = translatable(f"Python {version} on {platform.system()} {platform.machine()}")
    if (3, 11) <= sys.version_info[:2] < (3, 13):
        yield Check("Python", Verdict.OK, detail)
    else:
        yield Check("Python", Verdict.FAIL, detail, "Use Python 3.11 or 3.12.")


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _install(what: str) -> str:
    return AGAIN if is_packaged() else wheels.pip(f"install {what}")


def packages() -> Iterator[Check]:
    """The packages the program cannot do without."""
    versions = {name: _version(name) for name in _PACKAGES}
    missing = [name for name, version in versions.items() if version is None]
    if missing:
        yield Check(
            "Packages",
            Verdict.FAIL,
            f"These packages are missing: {', '.join(missing)}.",
            _install(" ".join(missing)),
        )
    else:
        found = ", ".join(f"{name} {version}" for name, version in versions.items())
        yield Check("Packages", Verdict.OK, found)


def shared_folders() -> Iterator[Check]:
    """Wheels that overwrite each other: found by their metadata, since importing shows only one."""
    runtimes = wheels.onnxruntime_wheels()
    yield _one_wheel("onnxruntime", runtimes, wheels.base_wheel())
    found = tuple(name for name in _OPENCV if _version(name))
    kept = next((name for name in found if "contrib-python" in name), _OPENCV[0])
    yield _one_wheel("cv2", found, f"{kept}=={_version(kept)}" if found else kept)


def _one_wheel(module: str, found: tuple[str, ...], wanted: str) -> Check:
    name = translatable(f"Python package {module}")
    if not found:
        return Check(name, Verdict.FAIL, "Not installed.", _install(wanted))
    if len(found) == 1:
        return Check(name, Verdict.OK, f"{found[0]} {_version(found[0])}")
    detail = translatable(f"These packages overwrite each other: {', '.join(found)}.")
    return Check(name, Verdict.FAIL, detail, wheels.replace_wheels(found, wanted))


def opencv() -> Iterator[Check]:
    """OpenCV loads, and leaves no second Qt in the process."""
    try:
        import cv2

        import avatar_app.imaging  # noqa: F401  It takes back the Qt variables that cv2 sets.
    except ImportError as error:
        yield Check("OpenCV", Verdict.FAIL, f"Cannot be loaded: {error}.", system_libraries_hint())
        return
    left = [name for name in os.environ if name.startswith("QT_") and "cv2" in os.environ[name]]
    if left:
        detail = translatable(
            f"{cv2.__version__} points Qt at its own folder through {', '.join(left)}."
        )
        yield Check("OpenCV", Verdict.WARN, detail, f"unset {' '.join(left)}")
    else:
        yield Check("OpenCV", Verdict.OK, f"{cv2.__version__} leaves Qt alone.")


def qt() -> Iterator[Check]:
    """PyQt loads with all the system's libraries it needs."""
    try:
        from PyQt6 import QtCore, QtWidgets  # noqa: F401  Widgets need the system's libraries.
    except ImportError as error:
        yield Check("Qt", Verdict.FAIL, f"Cannot be loaded: {error}.", system_libraries_hint())
        return
    yield Check("Qt", Verdict.OK, f"{QtCore.QT_VERSION_STR}, PyQt {QtCore.PYQT_VERSION_STR}")


def codecs() -> Iterator[Check]:
    """The encoders that animate writes with."""
    import av
    from av.codec.codec import UnknownCodecError

    missing = []
    for name in ("libx264", "aac", "gif", "png"):
        try:
            av.Codec(name, "w")
        except UnknownCodecError:
            missing.append(name)
    ffmpeg = ".".join(str(n) for n in av.library_versions["libavcodec"])
    if missing:
        hint = _install("--force-reinstall av")
        yield Check(
            "Video files", Verdict.WARN, f"These encoders are missing: {', '.join(missing)}.", hint
        )
    else:
        yield Check("Video files", Verdict.OK, f"PyAV {av.__version__}, libavcodec {ffmpeg}")
