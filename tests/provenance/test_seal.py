"""Files are signed before they take their name, and never lost for it."""

import os
import shutil
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from signed_files import FRAMES, STATEMENT, seal_in, write

from avatar_app.paths import bundled_clip
from avatar_app.provenance import container
from avatar_app.provenance.credentials import Standing, read_credentials
from avatar_app.provenance.seal import FileSeal, SealReport
from avatar_app.types import Outcome


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return tmp_path / "keys"


@pytest.fixture
def no_keys(tmp_path: Path) -> Path:
    """A folder in which no key can be kept: a file has its name."""
    (tmp_path / "no_keys").write_text("in the way")
    return tmp_path / "no_keys"


def packets(path: Path) -> list[Any]:
    """All that a player gets: every packet of every stream with its times."""
    with av.open(str(path)) as film:
        return [
            (packet.stream.index, packet.pts, packet.dts, packet.duration, bytes(packet))
            for packet in film.demux()
        ] + [(stream.time_base, stream.duration, stream.codec.name) for stream in film.streams]


def clip_with_sound(path: Path) -> Path:
    with av.open(str(path), "w") as target:
        audio = target.add_stream("aac", rate=48_000, layout="mono")
        for index in range(20):
            tone = av.AudioFrame(format="fltp", layout="mono", samples=1024)
            tone.planes[0].update(np.sin(np.arange(1024) / 9).astype(np.float32).tobytes())
            tone.rate, tone.pts = 48_000, 1024 * index
            target.mux(audio.encode(tone))
        target.mux(audio.encode(None))
    return path


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv"])
def test_pictures_times_and_sound_are_untouched(tmp_path: Path, keys: Path, suffix: str) -> None:
    sound = clip_with_sound(tmp_path / "sound.m4a")
    bare = write(tmp_path / f"bare{suffix}", None, sound_from=sound)
    signed, seal = tmp_path / f"signed{suffix}", seal_in(keys)
    shutil.copy(bare, signed)
    seal.sign(signed, signed, {Outcome.RENDERED})
    seal.settle(signed)
    assert read_credentials(signed, keys).standing is Standing.OURS
    assert packets(signed) == packets(bare)
    assert len({packet[0] for packet in packets(bare)}) > 2


def test_nothing_is_left_beside_a_signed_file(tmp_path: Path, keys: Path) -> None:
    seal = seal_in(keys)
    write(tmp_path / "a.mp4", seal)
    assert {entry.name for entry in tmp_path.iterdir()} == {"a.mp4", "keys"}
    assert (seal.report.signed, seal.report.unsigned) == (1, 0)
    assert "key was made" in seal.report.note


def test_every_picture_of_a_folder_is_signed(tmp_path: Path, keys: Path) -> None:
    seal = seal_in(keys)
    folder = write(tmp_path / "frames", seal, outcomes=[Outcome.RENDERED, Outcome.PASS_THROUGH])
    first, second = (read_credentials(path, keys) for path in sorted(folder.iterdir()))
    assert (first.standing, second.standing) == (Standing.OURS, Standing.OURS)
    assert (first.says_artificial, second.says_artificial) == (True, False)
    assert seal.report.signed == 2


def test_a_film_tells_that_some_of_it_is_the_cameras(tmp_path: Path, keys: Path) -> None:
    outcomes = [Outcome.RENDERED, Outcome.PASS_THROUGH, Outcome.RENDERED]
    path = write(tmp_path / "a.mp4", seal_in(keys), outcomes=outcomes)
    assert "camera's own" in read_credentials(path, keys).description


@pytest.mark.parametrize("name", ["a.mp4", "a.mov", "a.gif", "a.png", "a.mkv"])
def test_a_file_that_cannot_be_signed_is_kept(tmp_path: Path, no_keys: Path, name: str) -> None:
    seal = seal_in(no_keys)
    path = write(tmp_path / name, seal)
    with av.open(str(path)) as film:
        assert len(list(film.decode(video=0))) == (1 if name == "a.png" else FRAMES)
    assert read_credentials(path, no_keys).standing is Standing.NONE
    assert (seal.report.signed, seal.report.unsigned) == (0, 1)
    assert seal.report.sentence.startswith("The file is whole but carries no Content Credentials")
    assert not list(tmp_path.glob("*.part*"))


def test_too_little_room_is_known_beforehand(
    tmp_path: Path, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is filled to the brim for a signature."""
    usage = shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr("shutil.disk_usage", lambda folder: usage)
    seal = seal_in(keys)
    path = write(tmp_path / "a.mp4", seal)
    assert read_credentials(path, keys).standing is Standing.NONE
    assert "signing needs 1 MB of free room" in seal.report.sentence


def test_no_place_for_the_signed_copy_keeps_the_file(tmp_path: Path, keys: Path) -> None:
    (tmp_path / "a.mp4.part.signed").mkdir()
    seal = seal_in(keys)
    path = write(tmp_path / "a.mp4", seal)
    assert read_credentials(path, keys).standing is Standing.NONE
    assert "directory" in seal.report.sentence


@pytest.mark.parametrize("lack", ["key", "room"])
def test_the_old_sidecar_does_not_outlive_its_film(
    tmp_path: Path, keys: Path, no_keys: Path, monkeypatch: pytest.MonkeyPatch, lack: str
) -> None:
    path = write(tmp_path / "a.mkv", seal_in(keys))
    usage = shutil.disk_usage(tmp_path)._replace(free=0)
    if lack == "room":
        monkeypatch.setattr("shutil.disk_usage", lambda folder: usage)
    seal = seal_in(no_keys if lack == "key" else keys)
    write(path, seal, outcomes=[Outcome.RENDERED] * (FRAMES + 3))
    assert seal.report.unsigned == 1
    assert read_credentials(path, keys).standing is Standing.NONE


def test_a_report_adds_up() -> None:
    assert SealReport().sentence == ""
    assert SealReport(signed=1).sentence == "Signed with Content Credentials."
    assert "2 of 5 files" in SealReport(signed=3, unsigned=2, reason="the disk is full").sentence
    assert "a.c2pa" in SealReport(signed=1, sidecar="a.c2pa").sentence


def test_a_failed_stream_is_not_signed(tmp_path: Path, keys: Path) -> None:
    """A film without a picture never appears, signed or not."""
    write(tmp_path / "a.mp4", seal_in(keys), outcomes=[])
    assert not list(tmp_path.iterdir())


CHILD = """
    import sys, time
    from pathlib import Path
    from signed_files import STATEMENT, write
    from avatar_app.provenance.seal import FileSeal

    class Stuck(FileSeal):
        def sign(self, part, path, outcomes):
            if sys.argv[1] == "after":
                super().sign(part, path, outcomes)
            print("signing", flush=True)
            time.sleep(60)

    write(Path("a.mp4"), Stuck(STATEMENT, Path("keys")))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs kill -9")
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_kill_while_signing_leaves_the_older_file(tmp_path: Path, keys: Path, when: str) -> None:
    old = write(tmp_path / "a.mp4", seal_in(keys), outcomes=[Outcome.RENDERED] * 3).read_bytes()
    here = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(CHILD), when],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": here},
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"signing\n"
        child.send_signal(signal.SIGKILL)
    assert (tmp_path / "a.mp4").read_bytes() == old
    write(tmp_path / "a.mp4", seal_in(keys))
    assert read_credentials(tmp_path / "a.mp4", keys).standing is Standing.OURS
    assert not list(tmp_path.glob("*.part*"))


def test_the_bundled_clip_can_be_signed_by_one_seal_twice(tmp_path: Path, keys: Path) -> None:
    """A seal serves file after file, with one key."""
    seal = FileSeal(STATEMENT, keys)
    for name in ("a.mp4", "b.mp4"):
        part = tmp_path / f"{name}.part"
        part.write_bytes(bundled_clip().read_bytes())
        seal.sign(part, tmp_path / name, {Outcome.RENDERED})
        part.rename(tmp_path / name)
        assert read_credentials(tmp_path / name, keys).standing is Standing.OURS
    assert seal.report.signed == 2


def test_what_could_not_be_read_again_is_kept_unsigned_and_says_why(
    tmp_path: Path, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(container, "MOST_BYTES", 100)
    seal = seal_in(keys)
    write(tmp_path / "large.gif", seal)
    assert (tmp_path / "large.gif").stat().st_size > 100
    assert (seal.report.signed, seal.report.unsigned) == (0, 1)
    assert "larger than" in seal.report.sentence
