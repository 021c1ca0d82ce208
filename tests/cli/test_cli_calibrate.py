"""avatar-app calibrate: guided in the terminal, on a recording."""

import shutil
from pathlib import Path

import pytest

from avatar_app.paths import bundled_avatars, bundled_clip, calibrations_dir

pytest.importorskip("mediapipe")  # Loaded here, so that no command stops in the middle of it.


@pytest.fixture(scope="module")
def performance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled clip as a recorded performance."""
    from avatar_app.capture import open_source
    from avatar_app.tracking.mediapipe_tracker import MediaPipeTracker
    from avatar_app.tracking.recorder import PerformanceRecorder
    from avatar_app.types import TrackedFrame

    path = tmp_path_factory.mktemp("recorded") / "me.npz"
    source, tracker, recorder = open_source(str(bundled_clip()), every_frame=True), None, None
    tracker, recorder = MediaPipeTracker(smoothing=0.2), PerformanceRecorder()
    while (frame := source.read()) is not None:
        recorder.add(TrackedFrame(frame, tracker.track(frame)))
    source.close()
    tracker.close()
    recorder.save(path)
    return path


def test_a_recording_is_calibrated_kept_listed_and_deleted(cli, performance):
    ended = cli("calibrate", "--clip", performance, "--camera", "clip:", "--avatar", "mira")
    assert ended.code == 0, ended.err
    assert "Kept for clip: and Mira" in ended.out
    assert "neutral: Take the avatar's pose" in ended.err
    assert "clip:  Mira" in cli("calibrate", "--list").out
    other = cli("calibrate", "--delete", "--camera", "clip:", "--avatar", "samuel")
    assert other.out == "0 deleted\n"
    assert (
        cli("calibrate", "--delete", "--camera", "clip:", "--avatar", "mira").out == "1 deleted\n"
    )
    assert cli("calibrate", "--list").out == "Nothing is kept.\n"
    assert not list(calibrations_dir().iterdir())


def test_all_are_deleted_in_one_call(cli, performance):
    for avatar in ("mira", "samuel"):
        ended = cli("calibrate", "--clip", performance, "--camera", "clip:", "--avatar", avatar)
        assert ended.code == 0, ended.err
    assert cli("calibrate", "--delete-all").out == "2 deleted\n"


def test_a_kept_calibration_serves_the_session_for_its_camera_and_avatar(cli, performance):
    from avatar_app.build import calibration_opener
    from avatar_app.cli.settings import user_settings

    assert (
        cli("calibrate", "--clip", performance, "--camera", "clip:", "--avatar", "mira").code == 0
    )
    found = calibration_opener(user_settings(source__word="clip:", avatar="mira"))()
    assert found is not None
    assert not found.is_placed
    assert calibration_opener(user_settings(source__word="clip:", avatar="samuel"))() is None
    assert calibration_opener(user_settings(source__word="camera:0", avatar="mira"))() is None


def test_a_clip_without_a_face_is_refused(cli):
    Path("none").mkdir()
    import numpy as np

    from avatar_app.imaging import write_png

    for number in range(3):
        write_png(Path(f"none/{number}.png"), np.full((64, 64, 3), 99, np.uint8))
    ended = cli("calibrate", "--clip", "none")
    assert ended.code == 2
    assert "No neutral face" in ended.err
    assert "No face was found" in cli("calibrate", "--figures", "--clip", "none").refusal
    assert not calibrations_dir().exists()


def test_a_picture_too_short_for_a_hold_is_taken_as_it_is(cli):
    Path("me").mkdir()
    for number in range(60):
        shutil.copy(bundled_avatars()["mira"], f"me/{number}.png")
    ended = cli("calibrate", "--clip", "me", "--camera", "clip:", "--avatar", "mira")
    assert ended.code == 0, ended.err
    assert "ranges of nothing" in ended.out


def test_figures_are_printed_for_a_recording(cli, performance):
    ended = cli("calibrate", "--figures", "--clip", performance)
    assert ended.code == 0, ended.err
    names = [line.split()[0] for line in ended.out.splitlines()]
    assert names == ["share", "offset", "outside", "turn", "tilt", "speed", "others"]
    for line in ended.out.splitlines():
        low, middle, high = (float(part) for part in line.split()[1:])
        assert low <= middle <= high


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--list", "--delete"), "Only one"),
        (("--clip", "missing.mp4"), "missing.mp4"),
        (("--camera", "camera:nobody has this"), "camera"),
        (("--avatar", "nobody"), "nobody"),
    ],
)
def test_what_cannot_be_calibrated_is_refused(cli, options, said):
    assert said in cli("calibrate", *options).refusal


def test_ctrl_c_keeps_nothing(cli, performance, monkeypatch):
    monkeypatch.setattr("avatar_app.cli.interrupt.Interrupt.requested", lambda self: True)
    assert cli("calibrate", "--clip", performance).code == 130
    assert not calibrations_dir().exists()
