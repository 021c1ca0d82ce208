"""A newcomer's first minute: how many clicks and seconds from the command to a moving avatar.

    python tests/first_run.py

The program starts in a process of its own, in a home where it never ran, on a machine without a
camera, as `avatar-app` does; the clicks are mouse clicks on the window. Without a display Qt's
offscreen screen serves. Seconds are the program's own: a person takes those it needs to find the
button besides.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from avatar_app.gui.main_window import MainWindow

PATIENCE_S = 100.0
_LOOK_MS = 40
_MOVED = 0.2
"""Mean difference of the preview's pixels, of 255, between two looks."""

_MOVES = 5
"""So many differences: one may be the change from a card to the avatar."""


@dataclass(frozen=True, slots=True)
class FirstRun:
    """``seconds`` from the command to an avatar that moves in the preview, and what was clicked
    until then."""

    seconds: float
    clicked: tuple[str, ...]


def first_run(outputs: Sequence[str] = ()) -> FirstRun:
    """Start the program in an empty home and use it as a newcomer would."""
    with tempfile.TemporaryDirectory() as home:
        begun = time.perf_counter()
        with subprocess.Popen(
            [sys.executable, __file__, "--inside", *outputs],
            env=_environment(home),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as program:
            assert program.stdout is not None
            line = program.stdout.readline()
            seconds = time.perf_counter() - begun
            program.wait(PATIENCE_S)
    if not line or program.returncode != 0:
        raise RuntimeError(f"no avatar moved within {PATIENCE_S:.0f} seconds")
    return FirstRun(seconds, tuple(json.loads(line)))


def _environment(home: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("XDG_")}
    if not os.environ.get("DISPLAY"):
        kept["QT_QPA_PLATFORM"] = "offscreen"
    root = str(Path(__file__).parent.parent)
    return kept | {"HOME": home, "APPDATA": home, "LOCALAPPDATA": home, "PYTHONPATH": root}


class Newcomer:
    """Looks at the window now and then, and clicks what it asks for; ends the program once the
    avatar moves."""

    def __init__(self, window: "MainWindow") -> None:
        self._window = window
        self._clicked: list[str] = []
        self._seen: Any = None
        self._moves = 0
        self.succeeded = False

    def look(self) -> None:
        """Once every few hundredths of a second."""
        from avatar_app.live.status import SessionState
        from avatar_app.types import Outcome

        window = self._window
        start = window.body.controls.start
        if not self._clicked:
            if start.isVisible() and start.isEnabled():
                self._click(start, start.text())
            return
        output = window.bridge.latest_output()
        if window.bridge.state is not SessionState.RUNNING or output is None:
            return
        if output.outcome is Outcome.RENDERED and self._moved():
            print(json.dumps(self._clicked), flush=True)
            self.succeeded = True
            window.close()

    def _click(self, button: Any, words: str) -> None:
        from PyQt6.QtCore import Qt
        from PyQt6.QtTest import QTest

        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        self._clicked.append(words)

    def _moved(self) -> bool:
        """Whether the preview, as it is painted, has changed from look to look often enough."""
        import numpy as np
        from PyQt6.QtGui import QImage

        picture = self._window.body.view.output.grab().toImage()
        picture = picture.convertToFormat(QImage.Format.Format_RGBX8888)
        bits = picture.constBits()
        assert bits is not None
        pixels = np.frombuffer(bits.asstring(picture.sizeInBytes()), np.uint8).astype(np.int16)
        before, self._seen = self._seen, pixels
        if before is None or before.shape != pixels.shape:
            return False
        moved = float(np.abs(pixels - before).mean()) > _MOVED
        self._moves += moved
        return self._moves >= _MOVES


def _inside(outputs: Sequence[str]) -> int:
    """The program itself, with a newcomer before it."""
    from PyQt6.QtCore import QTimer
    from PyQt6.QtWidgets import QApplication

    import avatar_app.capture.devices as devices
    from avatar_app.cli.settings import user_settings
    from avatar_app.gui.app import run_window
    from avatar_app.gui.main_window import MainWindow

    devices.list_cameras = lambda: ()  # type: ignore[assignment]
    app = QApplication(sys.argv[:1])
    met: list[Newcomer] = []

    def on_look() -> None:
        windows = [w for w in app.topLevelWidgets() if isinstance(w, MainWindow)]
        if windows and not met:
            met.append(Newcomer(windows[0]))
        if met and not met[0].succeeded:
            met[0].look()

    timer = _timer(QTimer(), _LOOK_MS, on_look)
    end = _timer(QTimer(), round(PATIENCE_S * 1000), app.closeAllWindows)
    code = run_window(user_settings(), outputs=outputs)
    timer.stop()
    end.stop()
    return code if met and met[0].succeeded else 1


def _timer(timer: Any, milliseconds: int, job: Callable[[], object]) -> Any:
    timer.timeout.connect(job)
    timer.start(milliseconds)
    return timer


if __name__ == "__main__":
    if sys.argv[1:2] == ["--inside"]:
        sys.exit(_inside(sys.argv[2:]))
    run = first_run()
    clicks = "1 click" if len(run.clicked) == 1 else f"{len(run.clicked)} clicks"
    print(f"{clicks} ({', '.join(run.clicked)}), {run.seconds:.1f} s to a moving avatar")
