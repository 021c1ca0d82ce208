"""The cameras of this machine, by name."""

import logging
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2

from avatar_app.errors import SourceError
from avatar_app.translatable import translatable

OWN_CAMERAS = frozenset(("avatar camera", "obs virtual camera", "unity video capture"))
"""Virtual cameras this program feeds itself: chosen as an input they would show a mirror in a
mirror, so lists leave them out."""

PLUG_IN_HINT = translatable(
    "Plug one in, or choose another source: the bundled performance or a video file, for example."
)

_DESCRIPTORS = Path("/proc/self/fd")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CameraDevice:
    """``index`` and ``backend`` are what cv2.VideoCapture takes; ``path`` is empty where the system
    has none; ``word`` opens the camera and stays true when the numbers change."""

    index: int
    name: str
    backend: int
    path: str
    word: str


def list_cameras(*, include_own: bool = False) -> list[CameraDevice]:
    """All cameras in the order of their numbers, without those this program feeds."""
    found = [
        (info.index, info.name or f"Camera {info.index}", info.path or "")
        for info in sorted(_enumerate(), key=lambda info: info.index)
        if include_own or not (is_own(info.name or "") or is_fed_here(info.path or ""))
    ]
    names = [name.casefold() for _, name, _ in found]
    return [
        CameraDevice(index, name, backend(), path, _word(index, name, names))
        for index, name, path in found
    ]


def is_own(name: str) -> bool:
    """Whether a camera of this name is one this program feeds. Systems append a number or a
    driver's name in brackets."""
    return name.casefold().split("(")[0].split(":")[0].strip() in OWN_CAMERAS


def is_fed_here(path: str) -> bool:
    """Whether this process sends pictures to the device, whatever its name is: senders open it for
    writing alone, readers never do. False where the system (not Linux) does not tell."""
    return any(_writes(link) for link in _DESCRIPTORS.glob("*") if _leads_to(link, path))


def _leads_to(link: Path, path: str) -> bool:
    try:
        return bool(path) and str(link.readlink()) == os.path.realpath(path)
    except OSError:
        return False  # Closed since the folder was listed.


def _writes(link: Path) -> bool:
    try:
        state = (link.parents[1] / "fdinfo" / link.name).read_text(encoding="ascii")
    except OSError:
        return False
    flags = next((line.split()[1] for line in state.splitlines() if line[:6] == "flags:"), "0")
    return int(flags, 8) & 0o3 == os.O_WRONLY


def find_camera(which: str) -> CameraDevice:
    """The camera of this number, device path or name (whole, or a part only one has).
    Raises SourceError that names those there are."""
    cameras = list_cameras()
    wanted = which.casefold()
    whole = [c for c in cameras if wanted in (str(c.index), c.path.casefold(), c.name.casefold())]
    part = [c for c in cameras if wanted in c.name.casefold()]
    for matches in (whole, part):
        if len(matches) == 1:
            return matches[0]
    if len(whole or part) > 1:
        raise SourceError(f"Several cameras are called {which!r}.", _choices(whole or part))
    if not cameras and (not which or which.isdecimal()):
        raise SourceError("No camera was found.", PLUG_IN_HINT)
    if not cameras:
        raise SourceError(f"There is no camera {which!r}, and no other.", PLUG_IN_HINT)
    raise SourceError(f"There is no camera {which!r}.", _choices(cameras))


def _word(index: int, name: str, names: list[str]) -> str:
    unique = names.count(name.casefold()) == 1 and not name.isdecimal()
    return f"camera:{name}" if unique else f"camera:{index}"


def _choices(cameras: list[CameraDevice]) -> str:
    return "Choose one of: " + ", ".join(f"{c.index} ({c.name})" for c in cameras) + "."


def backend() -> int:
    """The one cv2 backend through which cameras are both listed and opened: numbers of different
    backends do not agree."""
    if sys.platform == "win32":
        return int(cv2.CAP_DSHOW)
    return int(cv2.CAP_AVFOUNDATION if sys.platform == "darwin" else cv2.CAP_V4L2)


def _enumerate() -> list[Any]:
    from cv2_enumerate_cameras import enumerate_cameras

    try:
        return list(enumerate_cameras(backend()))
    except (OSError, NotImplementedError) as error:
        _log.warning("cameras cannot be listed: %s", error)
        return []
