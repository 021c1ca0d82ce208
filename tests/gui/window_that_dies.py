"""The real window in a process of its own, used by its controls and killed amid a save.

    python window_that_dies.py STEP STRENGTH

Sets the strength of the motion and keeps a preset named after it, in the home that the environment
names. Of what that does on the disk the so-manieth STEP is not reached: SIGKILL. Where there are
fewer steps it prints "done" and ends as a window does."""

import os
import signal
import sys
from collections.abc import Callable
from itertools import count

from PyQt6.QtCore import QEventLoop, QTimer
from PyQt6.QtWidgets import QApplication

from avatar_app import paths
from avatar_app.config import load_config
from avatar_app.gui.core import Program
from avatar_app.gui.main_window import MainWindow
from avatar_app.presets import PresetStore

STEPS = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link"}
PATIENCE_MS = 20_000
LOOK_MS = 20


def die_at(step: int, home: str) -> None:
    """Kill this process before the so-manieth thing that is written below ``home``."""
    steps = count(1)

    def on_event(event: str, arguments: tuple[object, ...]) -> None:
        if event not in STEPS or not str(arguments[0]).startswith(home):
            return
        reads = event == "open" and not int(str(arguments[2])) & (os.O_WRONLY | os.O_RDWR)
        if not reads and next(steps) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(on_event)


def wait(condition: Callable[[], object]) -> None:
    loop, look = QEventLoop(), QTimer()
    look.timeout.connect(lambda: condition() and loop.quit())
    look.start(LOOK_MS)
    QTimer.singleShot(PATIENCE_MS, lambda: sys.exit("it never happened"))
    loop.exec()


def main() -> None:
    step, strength = int(sys.argv[1]), int(sys.argv[2])
    app = QApplication(sys.argv[:1])
    settings = paths.config_file()
    window = MainWindow(Program(), load_config(settings), settings)
    window.show()
    window._fill()
    wait(lambda: window.body.library.is_read and window.body.presets.save.isEnabled())
    die_at(step, os.environ["HOME"])
    window.body.motion.strength.setValue(strength)
    window.body.presets.save.click()
    window.body.presets.name.setText(f"{strength}")
    window.body.presets.keep.click()
    presets = PresetStore(settings.with_name("presets.toml"))
    wait(lambda: f"{strength}" in [preset.name for preset in presets.list()])
    wait(lambda: load_config(settings).motion.strength == strength / 100)
    window.close()
    app.sendPostedEvents()
    print("done")


if __name__ == "__main__":
    main()
