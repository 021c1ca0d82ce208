"""Whether this is the packaged program, which has no pip and no Makefile, and what to advise then.

PyInstaller sets ``sys.frozen``.
"""

import platform
import sys

from avatar_app.translatable import translatable

FROM_SOURCES = translatable(
    "This packaged program cannot be changed: install it from its sources, where packages can "
    "be added."
)
AGAIN = translatable("Install the program again; this packaged one is incomplete.")

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
