"""Kept calibrations come back as they were, are nobody else's, and survive kills and damage."""

import contextlib
import errno
import io
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from calibration_parts import neutral, tracked
from posed_faces import CAMERA, noise, turned

from avatar_app.calibration.kept_file import MAX_BYTES, CalibrationKey, packed
from avatar_app.calibration.neutral_crop import MAX_SIDE
from avatar_app.calibration.store import CalibrationStore
from avatar_app.errors import MachineError
from avatar_app.expression import eye_opening, mouth_opening
from avatar_app.types import Calibration, Ranges

KEY = CalibrationKey("camera:HD Webcam", "mira")
OTHER = CalibrationKey("camera:HD Webcam", "samuel")
RANGES = Ranges(mouth=0.3, smile=0.2, shut_eyes=(0.4, 0.35), gaze=None, turn=21.5)


@pytest.fixture
def store(tmp_path: Path) -> CalibrationStore:
    return CalibrationStore(tmp_path / "data" / "calibrations")


def taken(quality: float = 0.8, created: float = 1000.0) -> Calibration:
    return Calibration(tracked(neutral(), 7, noise(1)), quality, RANGES, created)


def only_file(store: CalibrationStore) -> Path:
    (path,) = store._folder.iterdir()
    return path


def test_what_was_saved_comes_back(store: CalibrationStore) -> None:
    store.save(KEY, taken())
    found = CalibrationStore(store._folder).load(KEY)
    assert found is not None
    assert (found.quality, found.ranges, found.created) == (0.8, RANGES, 1000.0)
    assert not found.is_placed
    face, before = found.neutral.face, taken().neutral.face
    assert face is not None
    assert before is not None
    assert mouth_opening(face.landmarks) == pytest.approx(mouth_opening(before.landmarks))
    assert eye_opening(face.landmarks) == pytest.approx(eye_opening(before.landmarks))
    assert (face.pose.yaw, face.pose.pitch) == (before.pose.yaw, before.pose.pitch)


def test_the_picture_is_that_of_the_head_pixel_by_pixel(store: CalibrationStore) -> None:
    store.save(KEY, taken())
    found = store.load(KEY)
    assert found is not None
    face, image = found.neutral.face, found.neutral.frame.image
    assert face is not None
    shift = np.round(neutral()[0, :2] - face.landmarks[0, :2]).astype(int)
    top, left = max(0, -shift[1]), max(0, -shift[0])
    height = min(image.shape[0], CAMERA[1] - shift[1]) - top
    width = min(image.shape[1], CAMERA[0] - shift[0]) - left
    before = noise(1)[shift[1] + top :, shift[0] + left :][:height, :width]
    np.testing.assert_array_equal(image[top : top + height, left : left + width], before)


def test_of_a_large_picture_only_a_small_head_is_kept(store: CalibrationStore) -> None:
    large = turned(neutral(), scale=6, shift=(800, 600))
    image = np.zeros((1440, 1920, 3), np.uint8)
    image[:, ::2] = 200
    store.save(KEY, Calibration(tracked(large, 0, image)))
    found = store.load(KEY)
    assert found is not None
    assert max(found.neutral.frame.image.shape) <= MAX_SIDE
    assert only_file(store).stat().st_size < MAX_BYTES


def test_each_camera_and_avatar_has_its_own(store: CalibrationStore) -> None:
    store.save(KEY, taken(0.5))
    store.save(OTHER, taken(0.9))
    first, second = store.load(KEY), store.load(OTHER)
    assert first is not None
    assert second is not None
    assert (first.quality, second.quality) == (0.5, 0.9)
    assert store.load(CalibrationKey("camera:other", "mira")) is None


def test_a_second_save_replaces_the_first(store: CalibrationStore) -> None:
    store.save(KEY, taken(0.5))
    store.save(KEY, taken(0.9))
    found = store.load(KEY)
    assert found is not None
    assert found.quality == 0.9
    assert len(store.entries()) == 1


def test_one_without_a_time_gets_that_of_now(store: CalibrationStore) -> None:
    before = time.time()
    store.save(KEY, replace(taken(), created=0.0))
    found = store.load(KEY)
    assert found is not None
    assert before <= found.created <= time.time()


def test_the_list_names_the_newest_first(store: CalibrationStore) -> None:
    assert store.entries() == ()
    store.save(KEY, taken(created=10))
    store.save(OTHER, replace(taken(created=20), ranges=None))
    assert [(line.key, line.created, line.has_ranges) for line in store.entries()] == [
        (OTHER, 20, False),
        (KEY, 10, True),
    ]


def test_one_or_all_are_forgotten_in_one_call(store: CalibrationStore) -> None:
    store.save(KEY, taken())
    store.save(OTHER, taken())
    assert store.delete(KEY)
    assert not store.delete(KEY)
    assert store.load(KEY) is None
    assert store.load(OTHER) is not None
    assert store.delete_all() == 1
    assert not list(store._folder.iterdir())


def test_what_an_interrupted_save_left_is_forgotten_too(store: CalibrationStore) -> None:
    store.save(KEY, taken())
    path = only_file(store)
    for name in (f"{path.name}.1.part", f"{path.name}.2.part"):
        (store._folder / name).write_bytes(b"a face")
    assert store.delete(KEY)
    assert not list(store._folder.iterdir())
    (store._folder / f"{path.name}.3.part").write_bytes(b"a face")
    assert store.delete_all() == 1


@pytest.mark.skipif(os.name != "posix", reason="permissions of another kind")
def test_nobody_else_may_read(store: CalibrationStore) -> None:
    store._folder.mkdir(parents=True, mode=0o755)
    mask = os.umask(0)
    try:
        store.save(KEY, taken())
    finally:
        os.umask(mask)
    assert store._folder.stat().st_mode & 0o777 == 0o700
    assert only_file(store).stat().st_mode & 0o777 == 0o600


def test_a_failed_save_leaves_the_old_one(
    store: CalibrationStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.save(KEY, taken(0.5))

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(MachineError, match="No space left"):
        store.save(KEY, taken(0.9))
    found = store.load(KEY)
    assert found is not None
    assert found.quality == 0.5
    assert len(list(store._folder.iterdir())) == 1


def test_a_calibration_without_a_face_is_not_kept(store: CalibrationStore) -> None:
    with pytest.raises(ValueError, match="without a face"):
        store.save(KEY, Calibration(tracked(None)))


def members(**changes: bytes | None) -> bytes:
    """A good file with some of its members changed or left out."""
    buffer = io.BytesIO()
    names = {"sheet": "calibration.json", "points": "landmarks.f32", "picture": "neutral.png"}
    with (
        zipfile.ZipFile(io.BytesIO(packed(KEY, taken()))) as good,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as bad,
    ):
        for short, name in names.items():
            content = changes.get(short, good.read(name))
            if content is not None:
                bad.writestr(name, content)
    return buffer.getvalue()


def sheet(**changes: object) -> bytes:
    with zipfile.ZipFile(io.BytesIO(packed(KEY, taken()))) as good:
        values = json.loads(good.read("calibration.json"))
    return members(sheet=json.dumps(values | changes).encode())


def png(width: int, height: int) -> bytes:
    """A picture that claims a size its few bytes do not hold."""
    with zipfile.ZipFile(io.BytesIO(packed(KEY, taken()))) as good:
        content = bytearray(good.read("neutral.png"))
    content[16:24] = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    return bytes(content)


DAMAGED: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "text": lambda: b"hello",
    "cut": lambda: packed(KEY, taken())[:-3000],
    "huge": lambda: b"x" * (MAX_BYTES + 1),
    "no sheet": lambda: members(sheet=None),
    "no points": lambda: members(points=None),
    "no picture": lambda: members(picture=None),
    "sheet that is none": lambda: members(sheet=b"[]"),
    "a bomb": lambda: members(points=bytes(50_000_000)),
    "few points": lambda: members(points=bytes(478 * 12 - 4)),
    "points at one place": lambda: members(points=bytes(478 * 12)),
    "points nowhere": lambda: members(points=np.full(478 * 3, np.nan, "<f4").tobytes()),
    "points far away": lambda: members(points=(9 * np.arange(478 * 3, dtype="<f4")).tobytes()),
    "picture of text": lambda: members(picture=b"hello"),
    "enormous picture": lambda: members(picture=png(60_000, 60_000)),
    "large picture": lambda: members(picture=png(600, 600)),
    "newer version": lambda: sheet(version=2),
    "unknown key": lambda: sheet(evil=1),
    "quality beyond": lambda: sheet(quality=7.0),
    "ranges beyond": lambda: sheet(ranges={"mouth": 99.0}),
    "ranges that are text": lambda: sheet(ranges={"mouth": "0.3"}),
    "not a number": lambda: sheet(quality=float("nan")),
    "another key": lambda: sheet(avatar="samuel"),
}


@pytest.mark.parametrize("kind", DAMAGED)
def test_a_damaged_file_counts_as_none(store: CalibrationStore, kind: str) -> None:
    store.save(KEY, taken())
    only_file(store).write_bytes(DAMAGED[kind]())
    assert store.load(KEY) is None
    store.save(KEY, taken())
    assert store.load(KEY) is not None


def test_a_damaged_file_is_noted_and_hides_no_other(
    store: CalibrationStore, caplog: pytest.LogCaptureFixture
) -> None:
    store.save(KEY, taken())
    (store._folder / "0.calibration").write_bytes(b"hello")
    assert [line.key for line in store.entries()] == [KEY]
    assert "0.calibration is ignored" in caplog.text
    assert store.delete_all() == 2


def test_the_oldest_go_when_there_are_too_many(
    store: CalibrationStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("avatar_app.calibration.store.MAX_KEPT", 3)
    for number in range(5):
        key = CalibrationKey("camera:a", str(number))
        store.save(key, taken(created=number))
        for path in store._folder.iterdir():
            age = path.stat()
            os.utime(path, (age.st_atime - 10, age.st_mtime - 10))
    assert [line.key.avatar for line in store.entries()] == ["4", "3", "2"]


SAVER = """
import sys
sys.path[:0] = sys.argv[2:]
from pathlib import Path
from test_calibration_store import KEY, CalibrationStore, taken
store = CalibrationStore(Path(sys.argv[1]))
number = 0
while True:
    number += 1
    store.save(KEY, taken(created=float(number)))
    print(number, flush=True)
"""


def test_a_kill_at_any_moment_leaves_a_whole_one(store: CalibrationStore) -> None:
    here = Path(__file__).parent
    paths = [str(here), str(here.parent), str(here.parent.parent)]
    rng = np.random.default_rng(4)
    with subprocess.Popen(
        [sys.executable, "-c", SAVER, str(store._folder), *paths], stdout=subprocess.PIPE
    ) as saver:
        assert saver.stdout is not None
        assert saver.stdout.readline()
        for _ in range(40):  # What is read between two saves is whole.
            assert store.load(KEY) is not None
        time.sleep(float(rng.uniform(0.05, 0.2)))
        saver.send_signal(signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
        said = saver.stdout.read().split()
    found = store.load(KEY)
    assert found is not None
    last = int(said[-1]) if said else 1
    assert found.created >= last
    with contextlib.suppress(MachineError):
        store.save(KEY, taken(created=1e6))
    again = store.load(KEY)
    assert again is not None
    assert again.created == 1e6
    store.delete(KEY)
    assert not list(store._folder.iterdir())
