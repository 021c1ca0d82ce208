"""The program's own output stage with a picture of known colours, as a process of its own.

usage: vcam_producer.py DEVICE STARTS SECONDS     SECONDS 0 means until standard input closes

Prints one JSON line when the camera is fed and one when it is closed, for each start.
"""

import json
import select
import sys
from fractions import Fraction

import numpy as np

from avatar_app.errors import AvatarError
from avatar_app.outputs import open_sink
from avatar_app.outputs.base import StreamSpec
from avatar_app.outputs.fanout import FanOut
from avatar_app.outputs.memory import MemorySink
from avatar_app.outputs.pacer import Pacer
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


def picture_of(base: RgbImage, tick: int) -> RgbImage:
    """The quarters with a grey square in the middle that changes with every tick."""
    picture = base.copy()
    y, x = picture.shape[0] // 2, picture.shape[1] // 2
    picture[y - 40 : y + 40, x - 40 : x + 40] = 40 + (tick * 12) % 176
    return picture


def feed(device: str, ticks: int | None) -> None:
    """One start and stop of the stage: for so many ticks, or until standard input closes."""
    failures: list[str] = []
    memory = MemorySink()
    stage = FanOut(
        [open_sink(f"vcam:{device}"), memory],
        lambda _, error: failures.append(f"{error.message} | {error.hint}"),
    )
    stage.open(StreamSpec(*SIZE, FPS))
    pacer, base = Pacer(FPS), base_picture()
    while not failures and (tick := pacer.wait()) is not None:
        image = picture_of(base, tick)
        stage.send(RenderedFrame(image, tick, 0.0, Outcome.RENDERED))
        if memory.sent == 1:
            say(event="fed", active=stage.active)
        if ticks is not None and memory.sent >= ticks:
            break
        if ticks is None and select.select([sys.stdin], [], [], 0)[0]:
            break
    stage.close()
    say(event="closed", sent=memory.sent, late=pacer.late, failures=failures)


def say(**what: object) -> None:
    print(json.dumps(what), flush=True)


def main() -> None:
    device, starts, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    for _ in range(starts):
        feed(device, round(seconds * FPS) or None)


if __name__ == "__main__":
    try:
        main()
    except AvatarError as failure:
        say(event="failed", message=failure.message)
        sys.exit(1)
