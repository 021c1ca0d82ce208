"""Runs in the bundle before the program's first line: what being frozen changes is set right."""

import ctypes.util
import os
import sys
from pathlib import Path

_STREAMS = (("stdin", "r"), ("stdout", "w"), ("stderr", "w"))


def open_missing_streams() -> None:
    """Windows gives a program without a console no descriptors 0 to 2; ours writes to them."""
    for number, (name, mode) in enumerate(_STREAMS):
        try:
            os.fstat(number)
        except OSError:
            null = os.open(os.devnull, os.O_RDWR)
            if null != number:
                os.dup2(null, number)
                os.close(null)
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, mode, closefd=False, encoding="utf-8"))


def give_other_programs_their_libraries() -> None:
    """The starter points LD_LIBRARY_PATH at the bundle. This process has read it already; a browser
    or file manager opened from here has to find the system's libraries."""
    before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    os.environ.pop("LD_LIBRARY_PATH", None)
    if before:
        os.environ["LD_LIBRARY_PATH"] = before


def find_the_bundles_portaudio() -> None:
    """sounddevice asks the system for PortAudio, which may have none and knows of no bundle's."""
    bundled, of_system = Path(sys.prefix, "libportaudio.so.2"), ctypes.util.find_library

    def find_library(name: str) -> str | None:
        return str(bundled) if name == "portaudio" and bundled.is_file() else of_system(name)

    ctypes.util.find_library = find_library


open_missing_streams()
if sys.platform.startswith("linux"):
    give_other_programs_their_libraries()
    find_the_bundles_portaudio()
