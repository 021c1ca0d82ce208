"""Each change of a library, killed at each of its steps on the disk, one after the other.

    python kill_at_each_step.py FOLDER

Prints, per change, how many steps it was killed at; ends with a traceback where the library could
not be read afterwards."""

import os
import shutil
import signal
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path

from library_parts import OWN, added, library_in

from avatar_app.avatars.library import AvatarLibrary
from avatar_app.avatars.thumbnails import SIDE
from avatar_app.imaging import read_image
from avatar_app.types import Box

STEPS = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "shutil.rmtree"}

CHANGES: dict[str, Callable[[AvatarLibrary, str], object]] = {
    "add": lambda library, one: added(library, "new", 99, consent=OWN),
    "rename": lambda library, one: library.rename(one, "other"),
    "recrop": lambda library, one: library.recrop(one, Box(0, 0, 300, 300)),
    "consent": lambda library, one: library.set_consent(one, OWN),
    "move": lambda library, one: library.move(one, 1),
    "hide": lambda library, one: library.hide(one),
    "thumbnail": lambda library, one: library.thumbnail(one),
    "remove": lambda library, one: library.remove(one),
    "undo": lambda library, one: library.undo(),
    "empty the trash": lambda library, one: library.empty_trash(),
}


def killed(folder: Path, change: Callable[[AvatarLibrary, str], object], step: int) -> bool:
    """Whether the change was still going on at its so-manieth step, where it was killed."""
    child = os.fork()
    if child == 0:
        library = library_in(folder)
        one = library.list().entries[1].id
        steps = count(1)

        def die(event: str, _arguments: object) -> None:
            if event in STEPS and next(steps) == step:
                os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(die)
        change(library, one)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the change failed"
    return os.WIFSIGNALED(status)


def check(folder: Path) -> None:
    """The library is as it was or as it should be, and can still be changed."""
    library = library_in(folder)
    listing = library.list()
    assert listing.damaged == (), listing.damaged
    assert {"a", "b"} - {entry.name for entry in listing.entries} <= {"b"}
    for entry in listing.entries:
        thumbnail = library.thumbnail(entry.id)
        assert read_image(thumbnail).shape == (SIDE, SIDE, 3)
    library.rename(listing.entries[0].id, "after all")


def main() -> None:
    start, work = Path(sys.argv[1]) / "start", Path(sys.argv[1]) / "work"
    library = library_in(start)
    for shade, name in enumerate(("a", "b", "c", "d"), 100):
        added(library, name, shade)
    for entry in library.list().entries[2:]:
        library.remove(entry.id)
    for name, change in CHANGES.items():
        for step in count(1):
            shutil.rmtree(work, ignore_errors=True)
            shutil.copytree(start, work)
            going_on = killed(work, change, step)
            check(work)
            if not going_on:
                print(f"{name}: {step - 1}", flush=True)
                break


if __name__ == "__main__":
    main()
