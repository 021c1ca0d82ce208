"""The program's own output stage with a picture of known colours, as a process of its own.

usage: vcam_producer.py DEVICE STARTS SECONDS     SECONDS 0 means until standard input closes

Prints one JSON line when the picture is on the camera and one when it is closed, for each start.
"""

import json
import sys
import threading
import time
from fractions import Fraction

import numpy as np

from avatar_app.compose import Composer
from avatar_app.config import Fit
from avatar_app.live.curtain import Curtain
from avatar_app.live.deliver import Deliverer
from avatar_app.live.machine import SessionMachine
from avatar_app.live.slot import Slot
from avatar_app.live.stats import SessionStats
from avatar_app.outputs import open_sink
from avatar_app.outputs.base import StreamSpec
from avatar_app.outputs.memory import MemorySink
from avatar_app.types import Outcome, RenderedFrame, RgbImage

SIZE = (1280, 720)
FPS = Fraction(30)
QUADRANTS = {
    "top left": (214, 38, 44),
    "top right": (32, 190, 60),
    "bottom left": (40, 58, 205),
    "bottom right": (230, 226, 218),
}


def base_picture() -> RgbImage:
    """Four colours, one in each quarter."""
    width, height = SIZE
    colours = np.array(list(QUADRANTS.values()), np.uint8).reshape(2, 2, 3)
    return np.repeat(np.repeat(colours, height // 2, axis=0), width // 2, axis=1)


def picture_of(base: RgbImage, tick: int) -> RenderedFrame:
    """The quarters with a grey square in the middle that changes with every tick."""
    picture = base.copy()
    y, x = picture.shape[0] // 2, picture.shape[1] // 2
    picture[y - 40 : y + 40, x - 40 : x + 40] = 40 + (tick * 12) % 176
    return RenderedFrame(picture, tick, time.perf_counter(), Outcome.RENDERED)


class Stage:
    """The delivering thread of a live session, with pictures from here instead of an engine."""

    def __init__(self, device: str) -> None:
        self.pictures: Slot[RenderedFrame] = Slot()
        self.memory = MemorySink()
        self.machine = SessionMachine(lambda: None)
        self._deliverer = Deliverer(
            self.pictures,
            [open_sink(f"vcam:{device}"), self.memory],
            StreamSpec(*SIZE, FPS),
            Composer(*SIZE, fit=Fit.CONTAIN, mirror=False, badge=True),
            self.machine,
            SessionStats(),
            explain=lambda: (("Starting", ""), None),
            curtain=Curtain(),
            may_stay=lambda came_at, now: now - came_at <= 1,
        )
        self._thread = threading.Thread(target=self._deliverer.run, name="deliver")
        self._thread.start()

    def shows_the_picture(self) -> bool:
        latest = self.memory.latest
        return latest is not None and latest.outcome is Outcome.RENDERED

    def stop(self) -> None:
        self._deliverer.stop()
        self._thread.join()


def feed(device: str, seconds: float, asked_to_stop: threading.Event) -> None:
    """One start and stop of the stage: for so long, or until told."""
    stage, base, fed_at = Stage(device), base_picture(), float("inf")
    tick = 0
    while not asked_to_stop.wait(float(1 / FPS)) and time.perf_counter() < fed_at + seconds:
        stage.pictures.put(picture_of(base, tick))
        tick += 1
        if fed_at == float("inf") and stage.shows_the_picture():
            fed_at = time.perf_counter()
            say(event="fed", problems=problems(stage))
    stage.stop()
    say(event="closed", sent=stage.memory.sent, problems=problems(stage))


def problems(stage: Stage) -> list[str]:
    return [f"{problem.message} | {problem.hint}" for problem in stage.machine.problems]


def say(**what: object) -> None:
    print(json.dumps(what), flush=True)


def main() -> None:
    device, starts, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    asked_to_stop = threading.Event()
    if not seconds:
        seconds = float("inf")
        threading.Thread(
            target=lambda: (sys.stdin.read(), asked_to_stop.set()), daemon=True
        ).start()
    for _ in range(starts):
        feed(device, seconds, asked_to_stop)


if __name__ == "__main__":
    main()
