"""The screen, or a part of it, as a camera."""

import time
from fractions import Fraction
from typing import Any

import numpy as np

from avatar_app.capture.base import SourceInfo
from avatar_app.capture.paced import Metronome
from avatar_app.errors import SourceError, SourceLostError
from avatar_app.imaging import resize
from avatar_app.types import Frame

_MAX_SIDE = 1920


class ScreenSource:
    """Pictures of ``region`` ("X,Y,WIDTH,HEIGHT", or empty for the first screen) at ``fps``.

    The connection to the screen is made by the thread that reads. Raises SourceError."""

    def __init__(self, region: str, fps: Fraction) -> None:
        with _connect() as screen:
            self._area = _area(region, screen.monitors)
        self._screen: Any = None
        self._metronome = Metronome()
        self._index = 0
        width, height = self._area["width"], self._area["height"]
        scale = min(1.0, _MAX_SIDE / max(width, height))
        self._info = SourceInfo(
            word=f"screen:{region}",
            title="Screen",
            width=max(1, round(width * scale)),
            height=max(1, round(height * scale)),
            fps=fps,
            is_live=True,
        )

    @property
    def info(self) -> SourceInfo:
        return self._info

    def read(self) -> Frame | None:
        """The screen as it is when the frame is due."""
        if not self._metronome.wait_for(self._index / float(self._info.fps or 30)):
            return None
        self._screen = self._screen or _connect()
        at = time.perf_counter()
        bgra = _grab(self._screen, self._area)
        rgb = np.ascontiguousarray(bgra[..., 2::-1])
        self._index += 1
        image = resize(rgb, (self._info.width, self._info.height))
        return Frame(image, self._index - 1, at)

    def interrupt(self) -> None:
        self._metronome.interrupt()

    def close(self) -> None:
        self._metronome.interrupt()
        if self._screen is not None:
            self._screen.close()
            self._screen = None


def _connect() -> Any:
    import mss
    from mss.exception import ScreenShotError

    try:
        return mss.MSS()
    except (ScreenShotError, OSError) as error:
        raise SourceError(
            "There is no screen that can be captured.",
            "Start the program inside a graphical session (X11; Wayland shows other programs' "
            "windows to nobody).",
        ) from error


def _grab(screen: Any, area: dict[str, int]) -> np.ndarray[Any, np.dtype[np.uint8]]:
    from mss.exception import ScreenShotError

    try:
        shot = screen.grab(area)
    except (ScreenShotError, OSError) as error:
        raise SourceLostError("The screen cannot be captured any more.", "Try again.") from error
    return np.frombuffer(shot.raw, np.uint8).reshape(shot.height, shot.width, 4)


def _area(region: str, monitors: list[dict[str, int]]) -> dict[str, int]:
    """The rectangle to grab, which must lie on the screens."""
    everything, first = monitors[0], monitors[min(1, len(monitors) - 1)]
    if not region:
        return {side: first[side] for side in ("left", "top", "width", "height")}
    try:
        left, top, width, height = (int(part) for part in region.split(","))
    except ValueError as error:
        raise SourceError(
            f"The screen region {region!r} is not four numbers.", "Write screen:X,Y,WIDTH,HEIGHT."
        ) from error
    fits_x = everything["left"] <= left and left + width <= everything["left"] + everything["width"]
    fits_y = everything["top"] <= top and top + height <= everything["top"] + everything["height"]
    if not (fits_x and fits_y and width >= 16 and height >= 16):
        raise SourceError(
            f"The region {region} does not lie on the screen.",
            f"The screen is {everything['width']} x {everything['height']} pixels.",
        )
    return {"left": left, "top": top, "width": width, "height": height}
