"""Whether this is the packaged program, which has no pip and no Makefile, and what to advise then.

PyInstaller sets ``sys.frozen``.
"""

import platform
import sys
from pathlib import Path

from avatar_app.translatable import translatable

FROM_SOURCES = translatable(
    "This packaged program cannot be changed: install it from its sources, where packages can "
    "be added."
)
AGAIN = translatable("Install the program again; this packaged one is incomplete.")

_LOOPBACK_SCRIPT = "v4l2loopback.sh"
_QT_PACKAGES = (
    "libgl1 libegl1 libxkbcommon-x11-0 libdbus-1-3 libfontconfig1 libglib2.0-0 libx11-xcb1 "
    "libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-image0 libxcb-randr0 "
    "libxcb-render-util0 libxcb-shape0 libxcb-xkb1"
)


def is_packaged() -> bool:
    """Whether this runs out of a bundle."""
    return bool(getattr(sys, "frozen", False))


def system_libraries_hint() -> str:
    """The command that brings the system's libraries for the window and OpenCV."""
    if not is_packaged():
        return "make system"
    if platform.system() == "Linux":
        return f"sudo apt-get install {_QT_PACKAGES}"
    return AGAIN


def loopback_script() -> Path | None:
    """The script that sets the virtual camera of Linux up for good: beside a packaged program, or
    in a checkout. None where it did not come along."""
    beside = Path(sys.executable).parent / _LOOPBACK_SCRIPT
    checkout = Path(__file__).resolve().parent.parent / "packaging" / "linux" / _LOOPBACK_SCRIPT
    script = beside if is_packaged() else checkout
    return script if script.is_file() else None
