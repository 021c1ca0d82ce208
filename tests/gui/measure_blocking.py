"""How long the window's thread is kept from its events, step by step. Not a test: a table.

    python tests/gui/measure_blocking.py [--runs 3] [--stacks]       offscreen
    xvfb-run -a python tests/gui/measure_blocking.py --screen        with an X server

A timer of 5 ms beats in the event loop. Between two beats, at most:
    gap    what a user would have waited
    ours   what of it the whole program computed: a busy machine makes gaps without it
    own    what the window's own thread computed
Then what the live window costs while nobody touches it.
Medians over the runs, each a process of its own. ``--stacks`` prints where all threads were when a
gap passed 45 ms.
"""

import argparse
import faulthandler
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

BEAT_MS = 5
LONG_S = 0.045
PATIENCE_S = 60.0

LIVE_S = 8.0

Figures = dict[str, tuple[float, float, float]]
"""Step → gap, ours, own; ms."""

Costs = dict[str, float]


class Heartbeat:
    """What happened between two beats at most, since ``clear``. With ``stacks`` every thread is
    printed in the middle of a long gap."""

    def __init__(self, stacks: bool) -> None:
        from PyQt6.QtCore import Qt, QTimer

        self._stacks = stacks
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self.clear()
        self._timer.start(BEAT_MS)

    def clear(self) -> None:
        self._last = _clocks()
        self.most = (0.0, 0.0, 0.0)

    def stop(self) -> None:
        self._timer.stop()
        faulthandler.cancel_dump_traceback_later()

    def _beat(self) -> None:
        now = _clocks()
        wall, program, thread = (1000 * (b - a) for a, b in zip(self._last, now, strict=True))
        gap = max(0.0, wall - BEAT_MS)
        new = gap, min(gap, program), min(gap, thread)
        self.most = (
            max(self.most[0], new[0]),
            max(self.most[1], new[1]),
            max(self.most[2], new[2]),
        )
        self._last = now
        if self._stacks:  # It needs no lock of Python's, so it sees who holds it.
            faulthandler.dump_traceback_later(LONG_S)


def _clocks() -> tuple[float, float, float]:
    return time.perf_counter(), time.process_time(), time.thread_time()


class Stage:
    """A window on the real program, and the clock beside it."""

    def __init__(self, folder: Path, stacks: bool) -> None:
        self.folder = folder
        self.found: Figures = {}
        self.costs: Costs = {}
        self._heart = Heartbeat(stacks)

    def step(
        self, name: str, do: Callable[[], object], until: Callable[[], object], more_s: float
    ) -> None:
        """Do something, wait until it has happened and ``more_s`` longer, note the gap."""
        from PyQt6.QtCore import QTimer

        self.wait(lambda: True, 0.3)
        print(f"=== {name}", file=sys.stderr, flush=True)
        self._heart.clear()
        QTimer.singleShot(0, do)
        self.wait(until, more_s)
        self.found[name] = self._heart.most

    def watch(self, window: Any) -> None:
        """What the live window costs while nobody touches it."""

        def now() -> tuple[float, ...]:
            return *_clocks(), window.bridge.status().dropped

        begun = now()
        self.wait(lambda: True, LIVE_S)
        wall, program, thread, lost = (b - a for a, b in zip(begun, now(), strict=True))
        self.costs["the program, % of a processor"] = 100 * program / wall
        self.costs["of it the window's thread"] = 100 * thread / wall
        self.costs["pictures dropped, in a second"] = lost / wall

    def close(self) -> None:
        """No more beats."""
        self._heart.stop()

    def wait(self, condition: Callable[[], object], more_s: float = 0.0) -> None:
        """Let the event loop run."""
        from PyQt6.QtCore import QEventLoop, QTimer

        loop, look, ends = QEventLoop(), QTimer(), time.monotonic() + PATIENCE_S

        def on_look() -> None:
            if condition():
                look.stop()
                QTimer.singleShot(int(1000 * more_s), loop.quit)
            elif time.monotonic() > ends:
                sys.exit("it never happened")

        look.timeout.connect(on_look)
        look.start(2)
        loop.exec()


def play(stage: Stage) -> None:
    """What a user does, with the bundled clip as the camera."""
    from avatar_app.config import AppConfig, SourceConfig, WindowConfig
    from avatar_app.gui.app import short_turns_while_loading
    from avatar_app.gui.core import Program
    from avatar_app.gui.main_window import MainWindow

    config = AppConfig.model_validate(
        {
            "avatar": "mira",
            "source": SourceConfig.model_validate({"word": "clip:"}),
            "window": WindowConfig.model_validate({"calibration_offered": True}),
        }
    )
    opened: list[MainWindow] = []

    def build() -> None:
        path = stage.folder / "settings" / "config.toml"
        opened.append(MainWindow(Program(), config, path, outputs=("vcam:",), source="clip:"))

    stage.step("(built, before the loop runs)", build, lambda: opened, 0.5)
    window = opened[0]
    with short_turns_while_loading(window):
        stage.step("it is shown and painted", window.show, lambda: window._was_painted, 0.5)
        stage.step("it fills", window.begin, window.bridge.loaded.is_set, 3.0)
        _play_live(stage, window)
        _play_photo(stage, window)
        _play_dialogs(stage, window)
        _play_rest(stage, window)
        _play_slow(stage, window)
        stage.step("stop", window.body.controls.start.click, lambda: not window.bridge.is_live, 0.5)
    window.close()
    window.deleteLater()
    stage.wait(lambda: True, 0.1)


def _play_live(stage: Stage, window: Any) -> None:
    from avatar_app.types import Outcome

    def moves() -> bool:
        latest = window.bridge.latest_output()
        return latest is not None and latest.outcome is Outcome.RENDERED

    def calm() -> bool:
        return not window.bridge.status().preparing

    def five() -> None:
        for _ in range(5):
            window.body.library.next()

    stage.step("a session starts", window.body.controls.start.click, moves, 2.0)
    stage.step("another avatar", window.body.library.next, calm, 2.0)
    stage.step("five avatars in a row", five, calm, 2.0)
    stage.watch(window)


def _play_photo(stage: Stage, window: Any) -> None:
    from PIL import Image

    from avatar_app.gui.library.import_dialog import ImportDialog
    from avatar_app.gui.library.offer import Offer
    from avatar_app.paths import bundled_avatars

    photo = stage.folder / "photo.jpg"
    with Image.open(bundled_avatars()["mira"]) as portrait:
        portrait.convert("RGB").resize((4000, 6000)).save(photo, quality=92)

    def dialog() -> Any:
        return window.findChild(ImportDialog)

    def offer() -> None:
        window.body.library.offer(Offer(files=(photo,)))

    def looked() -> bool:
        return dialog() is not None and not dialog().is_looking

    stage.step("a photo of 24 Mpx is looked at", offer, looked, 1.0)
    dialog().reject()


def _play_dialogs(stage: Stage, window: Any) -> None:
    from PyQt6.QtWidgets import QDialog

    from avatar_app.config import Language
    from avatar_app.gui.help_dialog import HelpDialog
    from avatar_app.gui.wizard.dialog import CalibrationDialog

    def calibrates() -> bool:
        return window.findChild(CalibrationDialog) is not None

    def shows_settings() -> bool:
        return bool(window.body.live.shows_settings)

    stage.step("all settings", window.body.live.show_settings, shows_settings, 1.0)
    stage.step("all settings once more", window.body.live.show_settings, shows_settings, 1.0)
    window.body.live._form.close()
    stage.step("the keys", window.body.live.show_keys, lambda: True, 1.0)
    window.body.live._sheet.close()
    stage.step("help", window.body.help.show, lambda: True, 1.0)
    window.findChild(HelpDialog).close()
    stage.step("the calibration opens", window.body.controls.calibrate.click, calibrates, 3.0)
    window.body.calibration.close()
    stage.wait(lambda: not calibrates())
    stage.step("the check opens", window.body.check.click, lambda: True, 3.0)
    window.findChild(QDialog, "doctor").reject()
    for language in (Language.GERMAN, Language.ENGLISH):
        name, body = f"the language becomes {language.name.title()}", window.centralWidget()
        config = window.store.config.model_copy(update={"language": language})
        speak = partial(window.body.live.adopt, config)
        stage.step(name, speak, lambda body=body: window.centralWidget() is not body, 2.0)


def _play_rest(stage: Stage, window: Any) -> None:
    from PyQt6.QtWidgets import QApplication

    from avatar_app.gui.theme import apply_theme

    app = QApplication.instance()
    for name, dark in (("light", False), ("dark", True)):
        turn = partial(apply_theme, app, dark=dark)
        stage.step(f"the desktop becomes {name}", turn, lambda: True, 1.0)
    record = window.body.record.record
    recordings = {"folder": str(stage.folder)}
    window.store.change(recording=window.store.config.recording.model_copy(update=recordings))
    stage.step("a recording begins", record.click, lambda: window.films.is_on, 2.0)
    stage.step("it ends", record.click, lambda: not window.films.is_on, 1.0)
    stage.step("a snapshot", window.body.record.snapshot.click, lambda: True, 2.0)
    for width in (1000, 1330):
        stage.step(f"{width} wide", partial(window.resize, width, 700), lambda: True, 0.5)


def _play_slow(stage: Stage, window: Any) -> None:
    from slow_engine import SlowWarp

    engine = SlowWarp(lambda: time.sleep(0.5))
    session = window.bridge._session
    change = lambda: session.set_engine(lambda: engine)  # noqa: E731 - a step
    stage.step("an engine of 2 fps", change, lambda: engine.pictures > 2, 2.0)
    answers = []
    for _ in range(6):
        shown, begun = session.status().placeholder, time.perf_counter()
        window.body.controls.cover.placeholder.click()
        stage.wait(lambda before=shown: window.body.others._status.placeholder is not before)
        answers.append(1000 * (time.perf_counter() - begun))
    stage.found["a click is answered at 2 fps"] = max(answers), 0.0, 0.0


def run(stacks: bool) -> tuple[Figures, Costs]:
    """One window from opening to closing, in this process."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("DATA", "CONFIG", "CACHE", "STATE"):
            os.environ[f"XDG_{name}_HOME"] = folder
        from PyQt6.QtWidgets import QApplication

        from avatar_app.cli.process import keep_one_arena
        from avatar_app.gui.theme import apply_theme

        keep_one_arena()
        app = QApplication(sys.argv[:1])
        apply_theme(app, dark=True)
        stage = Stage(Path(folder), stacks)
        play(stage)
        stage.close()
        return stage.found, stage.costs


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--runs", type=int, default=3)
    words.add_argument("--stacks", action="store_true")
    words.add_argument("--screen", action="store_true", help="not offscreen")
    words.add_argument("--one", action="store_true", help="one run, as JSON")
    asked = words.parse_args()
    if not asked.screen:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # As the program does, and below.
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    if asked.one:
        print(json.dumps(run(asked.stacks)))
        return
    again = [sys.executable, __file__, "--one", *(w for w in sys.argv[1:] if w.startswith("--s"))]
    runs: list[tuple[Figures, Costs]] = []
    for _ in range(asked.runs):
        answer = subprocess.run(again, stdout=subprocess.PIPE, check=True, text=True).stdout
        runs.append(json.loads(answer.splitlines()[-1]))
    print_medians(runs)


def print_medians(runs: list[tuple[Figures, Costs]]) -> None:
    """The tables."""
    print(f"{len(runs)} runs; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(f"{'ms':32}{'gap':>8}{'ours':>8}{'own':>8}")
    waits, costs = runs[0]
    for name in waits:
        columns = zip(*(run[name] for run, _ in runs), strict=True)
        print(f"{name:32}" + "".join(f"{statistics.median(column):8.0f}" for column in columns))
    print(f"live for {LIVE_S:.0f} s")
    for name in costs:
        print(f"{name:32}{statistics.median(run[name] for _, run in runs):8.1f}")


if __name__ == "__main__":
    main()
