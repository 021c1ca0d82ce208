"""Whatever moment a program is killed in, the library can be read and changed afterwards."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from drawn_face import DrawnFaceTracker
from library_parts import added, library_in, names

from avatar_app.avatars.choice import portrait_of
from avatar_app.avatars.portrait import load_portrait
from avatar_app.errors import LibraryError

SCRIPT = Path(__file__).with_name("save_forever.py")
STEPS = Path(__file__).with_name("kill_at_each_step.py")
KILLS = 6
ENVIRONMENT = os.environ | {
    "PYTHONPATH": os.pathsep.join([str(SCRIPT.parent), str(SCRIPT.parents[2])])
}


def run_and_kill(folder: Path, seed: int) -> None:
    """Let the program save for a random while, then kill it."""
    process = subprocess.Popen(
        [sys.executable, SCRIPT, folder, str(seed)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=ENVIRONMENT,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline()
        time.sleep(random.Random(seed).uniform(0.02, 0.3))
        assert process.poll() is None, process.stderr and process.stderr.read().decode()
        process.kill()


def test_a_library_survives_being_killed_at_any_moment(tmp_path: Path) -> None:
    seen = 0
    for seed in range(KILLS):
        run_and_kill(tmp_path, seed)
        library = library_in(tmp_path)
        listing = library.list()
        assert listing.damaged == ()
        for entry in listing.entries:
            seen += 1
            avatar = load_portrait(portrait_of(entry, library), DrawnFaceTracker)
            assert avatar.image.shape[0] == round(entry.crop.height)
            assert library.thumbnail(entry.id).is_file()
    assert seen > KILLS
    library = library_in(tmp_path)
    while library.removed():
        try:
            library.undo()
        except LibraryError:
            library.empty_trash()  # The same picture was added again meanwhile.
    assert library.list().damaged == ()
    entry = added(library, "after all", shade=251)
    library.move(entry.id, 1)
    library.hide(entry.id, hidden=False)
    assert names(library)[0] == "after all"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="each step is taken by a fork")
def test_a_library_survives_being_killed_at_each_step_of_each_change(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, STEPS, tmp_path],
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    steps = {name: int(n) for name, _, n in (s.partition(": ") for s in done.stdout.splitlines())}
    assert len(steps) == 10
    assert all(count >= 2 for count in steps.values()), steps


@pytest.mark.parametrize("file", ["avatar.toml", "order.toml"])
def test_the_half_of_a_file_that_was_being_written_is_not_read(tmp_path: Path, file: str) -> None:
    library = library_in(tmp_path)
    entry = added(library, "a")
    folder = entry.picture.parent if file == "avatar.toml" else entry.picture.parents[1]
    (folder / f"{file}.123.part").write_bytes(b"name = ")
    listing = library.list()
    assert [found.name for found in listing.entries] == ["a"]
    assert listing.damaged == ()
