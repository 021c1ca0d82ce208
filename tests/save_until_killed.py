"""Saves everything that the user keeps, and is killed (SIGKILL) in the middle of it.

    python save_until_killed.py FOLDER KILLS

For each kind of file a child that saves without end is killed so many times at a random moment,
and then once before each step that a save takes on the disk. What lies there afterwards has to be
whole, and no older than the last save that had ended. Prints a line of JSON per kind: its name,
the saves, how many random kills left the beginning of a file, and the steps. Ends with a traceback
where something was lost."""

import json
import os
import random
import signal
import sys
import time
from itertools import count
from pathlib import Path

import numpy as np
from live_parts import drawn_face
from stored_model import write_model

from avatar_app.calibration.kept_file import CalibrationKey
from avatar_app.calibration.store import CalibrationStore
from avatar_app.config import AppConfig, load_config, save_config
from avatar_app.model_store.installed import find_model, verify
from avatar_app.model_store.installing import clean_leftovers, installing
from avatar_app.presets import PresetStore
from avatar_app.provenance.identity import known_identity, open_identity
from avatar_app.types import Calibration, Frame, TrackedFrame

KEY = CalibrationKey("camera:a", "mira")
PRESETS = 5
SAVES_BEFORE = 3
LONGEST_SECONDS = 0.04
STEPS = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "shutil.rmtree"}


class Kind:
    """Something that is saved again and again in a folder of its own, each time with a number."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)

    def save(self, number: int) -> None:
        raise NotImplementedError

    def saved(self) -> int:
        """The number that is on the disk; raises what reading a damaged file raises."""
        raise NotImplementedError


class Settings(Kind):
    def save(self, number: int) -> None:
        save_config(_settings(number), self.folder / "config.toml")

    def saved(self) -> int:
        return _number_of(load_config(self.folder / "config.toml"))


class Presets(Kind):
    def save(self, number: int) -> None:
        PresetStore(self.folder / "presets.toml").save(f"{number % PRESETS}", _settings(number))

    def saved(self) -> int:
        kept = PresetStore(self.folder / "presets.toml").list()
        return max(_number_of(preset.applied(AppConfig())) for preset in kept)


class Calibrations(Kind):
    def save(self, number: int) -> None:
        picture = np.full((60, 80, 3), number % 200, np.uint8)
        neutral = TrackedFrame(Frame(picture, 0, 0.0), drawn_face())
        CalibrationStore(self.folder).save(KEY, Calibration(neutral, created=float(number)))

    def saved(self) -> int:
        found = CalibrationStore(self.folder).load(KEY)
        assert found is not None
        return int(found.created)


class SigningKey(Kind):
    """Made once for an installation: every number is a new one."""

    def save(self, number: int) -> None:
        open_identity(self.folder / f"{number:09d}")

    def saved(self) -> int:
        newest, *older = sorted(self.folder.iterdir(), reverse=True)
        assert "damaged" not in open_identity(newest).note
        assert all(known_identity(folder) for folder in older[:1])
        return int(newest.name)


class Models(Kind):
    def save(self, number: int) -> None:
        with installing("tiny", self.folder, replace=True) as folder:
            write_model(folder, origin=str(number))

    def saved(self) -> int:
        clean_leftovers(self.folder)
        model = find_model("tiny", self.folder)
        verify(model)
        return int(model.card.origin)


def _settings(number: int) -> AppConfig:
    """The number in the first and in the last lines of a file of some size."""
    scene = {"picture": "p" * 2000 + str(number)}
    return AppConfig.model_validate({"engine": f"engine {number}", "scene": scene})


def _number_of(config: AppConfig) -> int:
    number = int(config.engine.removeprefix("engine "))
    assert config.scene.picture == "p" * 2000 + str(number)
    return number


def killed(kind: Kind, first: int, seconds: float) -> int:
    """Let a child save from number ``first`` on and kill it a moment after some saves; the last
    number whose save ended."""
    said, say = os.pipe()
    child = os.fork()
    if child == 0:
        for number in count(first):
            kind.save(number)
            os.write(say, number.to_bytes(4, "big"))
    os.close(say)
    for _ in range(SAVES_BEFORE):
        ended = os.read(said, 4)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), f"saving failed: {status}"
    while more := os.read(said, 4096):
        ended = (ended + more)[-4:]
    os.close(said)
    return int.from_bytes(ended, "big")


def cut_at(kind: Kind, number: int, step: int) -> bool:
    """Whether the save still went on at its so-manieth step on the disk, where it was killed."""
    child = os.fork()
    if child == 0:
        steps = count(1)

        def die(event: str, _arguments: object) -> None:
            if event in STEPS and next(steps) == step:
                os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(die)
        kind.save(number)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, f"saving failed: {status}"
    return os.WIFSIGNALED(status)


def left_over(folder: Path) -> set[Path]:
    """What only a save that was cut off leaves."""
    return {path for pattern in ("*.part", ".*-*") for path in folder.rglob(pattern)}


def at_random_moments(kind: Kind, kills: int) -> tuple[int, int]:
    """The last number that was saved, and how many kills left the beginning of a file."""
    number, cut, dice = 0, 0, random.Random(4)
    for _ in range(kills):
        before = left_over(kind.folder)
        last = killed(kind, number + 1, dice.uniform(0, LONGEST_SECONDS))
        cut += bool(left_over(kind.folder) - before)
        number = kind.saved()
        assert number in (last, last + 1), f"{number} is there after {last} was saved"
    return number, cut


def at_each_step(kind: Kind, number: int) -> int:
    """How many steps the next save takes."""
    for step in count(1):
        going_on = cut_at(kind, number + step, step)
        found = kind.saved()
        assert found in ((number, number + step) if going_on else (number + step,))
        if not going_on:
            return step - 1
        number = found
    raise AssertionError


def main() -> None:
    folder, kills = Path(sys.argv[1]), int(sys.argv[2])
    for make in (Settings, Presets, Calibrations, SigningKey, Models):
        kind = make(folder / make.__name__)
        saves, cut = at_random_moments(kind, kills)
        said = {"kind": make.__name__, "saves": saves, "cut": cut}
        print(json.dumps(said | {"steps": at_each_step(kind, saves)}), flush=True)


if __name__ == "__main__":
    main()
