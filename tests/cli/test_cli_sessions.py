"""run, animate and record on the real engine, with a bundled portrait as the driver."""

import shutil
import signal
import threading
import time
from pathlib import Path

import pytest

from avatar_app.capture import open_source
from avatar_app.capture.performance import load_performance
from avatar_app.cli import run
from avatar_app.imaging import read_image, write_png
from avatar_app.live.session import STOP_SECONDS
from avatar_app.paths import bundled_avatars
from avatar_app.provenance.seal import FileSeal

pytest.importorskip("mediapipe")  # Loaded here, so that no session stops in the middle of it.

SIZE = "96x96"


@pytest.fixture
def face() -> Path:
    """A picture with a face."""
    return next(iter(bundled_avatars().values()))


@pytest.fixture
def clip(tmp_path: Path, face: Path) -> str:
    """The word for three frames with a face."""
    folder = tmp_path / "clip"
    folder.mkdir()
    for number in range(3):
        shutil.copy(face, folder / f"{number}.png")
    return f"folder:{folder}"


def _frames(path: Path) -> int:
    source = open_source(str(path), every_frame=True)
    try:
        return sum(1 for _ in iter(source.read, None))
    finally:
        source.close()


def test_animate_gives_one_frame_per_frame(cli, clip, face):
    ended = cli("animate", face, clip, "-o", "out.mp4", "--size", SIZE)
    assert ended.code == 0, ended.err
    assert "3 frames" in ended.out
    assert _frames(Path("out.mp4")) == 3
    assert not list(Path().glob("*.part*"))


@pytest.mark.parametrize(("neutral", "told"), [("first", True), ("best", False)])
def test_animate_tells_of_an_open_mouth_in_the_neutral_frame(cli, face, tmp_path, neutral, told):
    """Frame 162 of the bundled performance laughs, frame 0 does not."""
    folder = tmp_path / "laugh"
    folder.mkdir()
    source = open_source("clip:", every_frame=True)
    frames = [source.read() for _ in range(163)]
    source.close()
    for name, number in (("0", 162), ("1", 0)):
        write_png(folder / f"{name}.png", frames[number].image)
    options = ("--neutral", neutral, "--size", SIZE)
    ended = cli("animate", face, f"folder:{folder}", "-o", "frames/", *options)
    assert ended.code == 0, ended.err
    assert ("mouth is open in the neutral frame" in ended.err) is told
    assert ("--neutral best" in ended.err) is told


def test_animate_says_what_is_wrong_with_the_portrait(cli, clip, face):
    write_png(Path("dark.png"), read_image(face) // 6)
    ended = cli("animate", "dark.png", clip, "-o", "out.mp4", "--size", SIZE, "--consent", "nobody")
    assert ended.code == 0, ended.err
    assert "dark" in ended.err.replace("dark.png", "")


def test_animate_into_a_folder(cli, clip, face):
    options = ("--neutral", "1", "--motion", "absolute", "--mouth", "painted", "--no-badge")
    ended = cli("animate", face, clip, "-o", "frames/", "--size", SIZE, *options)
    assert ended.code == 0, ended.err
    assert len(list(Path("frames").glob("*.png"))) == 3


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ("nowhere/out.mp4", "nowhere"),
        ("out.xyz", "out.xyz"),
        ("taken.mp4", "taken.mp4"),
    ],
)
def test_animate_refuses_an_output_it_cannot_write(cli, clip, face, output, said):
    Path("taken.mp4").mkdir()
    assert said in cli("animate", face, clip, "-o", output, "--size", SIZE).refusal


def test_animate_refuses_to_write_over_its_input(cli, clip, face, tmp_path):
    portrait = Path(shutil.copy(face, tmp_path / "me.png"))
    before = portrait.read_bytes()
    assert "also an input" in cli("animate", portrait, clip, "-o", portrait).refusal
    assert portrait.read_bytes() == before


@pytest.mark.parametrize("portrait", ["nobody", "empty.png", "."])
def test_animate_refuses_what_is_no_portrait(cli, clip, portrait):
    Path("empty.png").touch()
    assert cli("animate", portrait, clip, "-o", "out.mp4").refusal
    assert not Path("out.mp4").exists()


@pytest.mark.parametrize("word", ["missing.mp4", "empty.mp4", "camera:nobody has this", "pattern:"])
def test_animate_refuses_what_is_no_clip(cli, face, word):
    Path("empty.mp4").touch()
    assert cli("animate", face, word, "-o", "out.mp4").refusal
    assert not Path("out.mp4").exists()


def test_ctrl_c_stops_animate_without_a_file(cli, clip, face, monkeypatch):
    monkeypatch.setattr("avatar_app.cli.interrupt.Interrupt.requested", lambda self: True)
    ended = cli("animate", face, clip, "-o", "out.mp4", "--size", SIZE)
    assert ended.code == 130
    assert not list(Path().glob("out*"))


def test_run_headless_ends_after_its_seconds(cli, face):
    ended = cli(
        *("run", "--headless", "--seconds", "3", "--source", f"image:{face}"),
        *("--output", "memory:", "--output", "file:live.mp4", "--size", "128x96"),
    )
    assert ended.code == 0, ended.err
    assert "frames came in" in ended.out
    assert f"mira, driven by image:{face}: " in ended.out
    assert ended.out.count("Saved: ") == 1 and "Saved: live.mp4" in ended.out
    assert _frames(Path("live.mp4")) > 0


def test_run_headless_says_that_a_film_of_cards_was_not_kept(cli, monkeypatch, face):
    monkeypatch.setattr("avatar_app.live.dress.Dresser.run", lambda self: None)
    monkeypatch.setattr(run, "_LOADING_S", 0.0)
    said = cli(
        *("run", "--headless", "--seconds", "1", "--source", f"image:{face}"),
        *("--output", "file:live.mp4", "--size", "128x96"),
    ).refusal
    assert "live.mp4 was not written" in said
    assert not list(Path().glob("live*"))


def test_run_headless_waits_for_a_film_that_is_signed_for_long(cli, monkeypatch, face):
    sign = FileSeal.sign

    def slowly(self, *what):
        time.sleep(STOP_SECONDS + 0.5)
        sign(self, *what)

    monkeypatch.setattr(FileSeal, "sign", slowly)
    ended = cli(
        *("run", "--headless", "--seconds", "3", "--source", f"image:{face}"),
        *("--output", "file:live.mp4", "--size", "128x96"),
    )
    assert ended.code == 0, ended.err
    assert "Finishing" in ended.err and "Signed" in ended.err
    assert _frames(Path("live.mp4")) > 0


def test_ctrl_c_leaves_a_film_that_is_signed_for_long(cli, monkeypatch, face):
    signing, free = threading.Event(), threading.Event()

    def held(self, *_what):
        signing.set()
        free.wait(20)

    def interrupt():
        signing.wait(20)
        time.sleep(STOP_SECONDS + 0.5)
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(FileSeal, "sign", held)
    threading.Thread(target=interrupt).start()
    ended = cli(
        *("run", "--headless", "--seconds", "3", "--source", f"image:{face}"),
        *("--output", "file:live.mp4", "--size", "128x96"),
    )
    assert ended.code == 130
    assert not Path("live.mp4").exists()
    free.set()
    while not Path("live.mp4").exists():
        time.sleep(0.05)


def test_run_headless_says_what_was_lost_when_the_source_ended(cli, clip, face, monkeypatch):
    assert cli("animate", face, clip, "-o", "short.mp4", "--size", SIZE).code == 0
    monkeypatch.setattr("avatar_app.live.dress.Dresser.run", lambda self: None)
    said = cli(
        *("run", "--headless", "--source", "file:short.mp4", "--size", "128x96"),
        *("--output", "memory:", "--output", "file:live.mp4"),
    ).refusal
    assert "live.mp4 was not written" in said
    assert "Another output" not in said


def test_run_headless_goes_on_with_the_other_output_and_says_at_the_end_what_is_not_there(cli):
    ended = cli(
        *("run", "--headless", "--seconds", "4", "--source", "clip:", "--size", "128x96"),
        *("--output", "file:nowhere/a.mp4", "--output", "file:good.mp4"),
    )
    assert ended.code == 2
    assert [line for line in ended.out.splitlines() if "Saved" in line] == ["Saved: good.mp4"]
    assert "nowhere" in ended.err.splitlines()[-1]


def test_run_headless_says_nothing_was_saved_where_an_older_file_stayed(cli, monkeypatch):
    Path("old.mp4").write_bytes(b"of yesterday")
    monkeypatch.setattr("avatar_app.live.dress.Dresser.run", lambda self: None)
    monkeypatch.setattr(run, "_LOADING_S", 0.0)
    ended = cli(
        *("run", "--headless", "--seconds", "1", "--source", "clip:", "--size", "128x96"),
        *("--output", "file:old.mp4", "--output", "memory:"),
    )
    assert ended.code == 2
    assert "Saved" not in ended.out
    assert Path("old.mp4").read_bytes() == b"of yesterday"


def test_the_summary_of_a_run_shows_no_password():
    assert "secret" not in run._shown("url:http://me:secret@camera/video?token=secret")
    assert run._shown("clip:") == "clip:"


def test_the_seconds_of_a_run_are_those_of_the_avatar(cli, face):
    """Loading takes some of its own."""
    ended = cli(
        *("run", "--headless", "--seconds", "2", "--source", f"image:{face}"),
        *("--output", "file:live.mp4", "--size", "128x96", "--fps", "30"),
    )
    assert ended.code == 0, ended.err
    assert _frames(Path("live.mp4")) > 45


def test_a_run_without_a_camera_names_what_could_play_its_part(cli):
    ended = cli("run", "--headless", "--source", "camera:nobody", "--output", "memory:")
    assert "--source clip:" in ended.refusal


def test_run_headless_names_both_faults(cli):
    options = ("--source", "camera:nobody has this", "--output", "file:nowhere/a.mp4")
    ended = cli("run", "--headless", *options)
    assert ended.code == 2
    assert "nobody has this" in ended.err and "nowhere" in ended.err


def test_ctrl_c_ends_run_headless_cleanly(cli, face):
    timer = threading.Timer(1.0, signal.raise_signal, [signal.SIGINT])
    timer.start()
    ended = cli("run", "--headless", "--source", f"image:{face}", "--output", "memory:")
    timer.join()
    assert ended.code == 130
    assert ended.err == ""


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--source", "pattern:", "--output", "file:nowhere/a.mp4"), "nowhere"),
        (("--source", "camera:nobody has this", "--output", "memory:"), "camera"),
        (("--source", "missing.mp4", "--output", "memory:"), "missing.mp4"),
        (("--source", "pattern:", "--output", "memory:", "--avatar", "nobody"), "nobody"),
        (("--source", "pattern:", "--output", "memory:", "--engine", "magic"), "magic"),
        (("--source", "pattern:", "--output", "paper:"), "paper:"),
    ],
)
def test_run_headless_refuses_what_cannot_work(cli, options, said):
    assert said in cli("run", "--headless", *options).refusal


def test_run_headless_without_a_virtual_camera_says_what_mends_it(cli, monkeypatch):
    reason = ("it is not installed", "sudo one # stays\nsudo two # or only once")
    monkeypatch.setattr("avatar_app.outputs.v4l2_loopback.loopback_nodes", list)
    monkeypatch.setattr("avatar_app.outputs.v4l2_loopback.why_no_node", lambda: reason)
    monkeypatch.setattr("platform.system", lambda: "Linux")
    ended = cli("run", "--headless", "--source", "pattern:")
    assert ended.code == 2
    said, *commands = ended.err.splitlines()
    assert reason[0] in said and "--output file:" in said
    assert [line.strip() for line in commands] == reason[1].splitlines()


def test_record_keeps_the_face_of_every_frame(cli, clip):
    ended = cli("record", clip, "-o", "me.npz")
    assert ended.code == 0, ended.err
    assert "3 frames, 3 with a face" in ended.out
    assert len(load_performance(Path("me.npz"))) == 3


def test_a_recorded_performance_drives_an_avatar(cli, clip, face):
    assert cli("record", clip, "-o", "me.npz").code == 0
    ended = cli("animate", face, "performance:me.npz", "-o", "out.gif", "--size", SIZE)
    assert ended.code == 0, ended.err
    assert "3 rendered" in ended.out


@pytest.mark.parametrize("output", ["nowhere/me.npz", ".", "me.txt", "me"])
def test_record_refuses_an_output_it_cannot_write(cli, clip, output):
    assert cli("record", clip, "-o", output).refusal


def test_record_stops_after_its_seconds(cli):
    assert cli("record", "pattern:", "-o", "me.npz", "--seconds", "0.5").code == 0
    assert Path("me.npz").exists()
