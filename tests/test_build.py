"""From settings to what runs: the real parts, wired together."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from live_parts import CameraTwin, portrait, until
from real_avatar import moving_face

from avatar_app.build import animate_clip, as_shown, build_session, calibration_key
from avatar_app.capture.performance import Performance, load_performance, save_performance
from avatar_app.capture.video_file import VideoFileSource
from avatar_app.config import AppConfig, Fit
from avatar_app.errors import AvatarError, ConfigError, FaceError
from avatar_app.imaging import read_image
from avatar_app.live.status import SessionState
from avatar_app.paths import bundled_avatars
from avatar_app.types import Outcome

SIZE = (160, 120)
FRAMES = 6


def settings(source: str, **output: object) -> AppConfig:
    small = {"width": 160, "height": 96, **output}
    return AppConfig.model_validate({"source": {"word": source}, "output": small})


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A user without avatars, calibrations or a key for signing."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))


@pytest.fixture
def take(tmp_path: Path) -> Path:
    """A recorded performance: neutral in frame 3, no face in frame 5."""
    order = [4, 5, 6, 0, 7, 8]
    landmarks = np.stack([moving_face(index, SIZE).landmarks for index in order])
    present = np.arange(FRAMES) != 5
    path = tmp_path / "take.npz"
    save_performance(
        path, Performance(landmarks, present, np.arange(FRAMES) / 25, SIZE, Fraction(25))
    )
    return path


def test_a_performance_drives_an_avatar_live(take: Path, tmp_path: Path) -> None:
    twin = CameraTwin()
    session = build_session(
        settings(f"performance:{take}"), extra_sinks=[twin], record_to=tmp_path / "again.npz"
    )
    session.start()
    until(lambda: session.status().rendered > 10, 60)
    until(lambda: twin.latest is not None and twin.latest.outcome is Outcome.RENDERED)
    session.stop()
    assert (twin.spec.width, twin.spec.height) == (160, 96)
    assert not session.status().problems
    assert len(load_performance(tmp_path / "again.npz")) > 10


def test_a_test_card_has_no_face_and_shows_the_avatar_at_rest() -> None:
    twin = CameraTwin()
    session = build_session(settings("pattern:"), outputs=["memory:"], extra_sinks=[twin])
    session.start()
    until(lambda: twin.latest is not None and twin.latest.outcome is Outcome.NO_FACE, 60)
    session.stop()
    assert session.status().state is SessionState.CLOSED
    assert not session.status().problems


@pytest.mark.parametrize(("fit", "expected"), [(Fit.CONTAIN, (96, 48)), (Fit.COVER, (320, 160))])
def test_a_live_avatar_is_no_larger_than_it_is_shown(fit: Fit, expected: tuple[int, int]) -> None:
    tall = replace(portrait(size=400), image=np.zeros((400, 200, 3), np.uint8))
    fitted = as_shown(tall, settings("pattern:", fit=fit).output)
    height, width = expected
    assert fitted.image.shape == (height, width, 3)
    assert fitted.face.box.width == pytest.approx(tall.face.box.width * width / 200)
    assert as_shown(fitted, settings("pattern:", fit=fit).output) is fitted


def test_an_unknown_word_is_one_clear_error() -> None:
    with pytest.raises(ConfigError):
        build_session(settings("pattern:"), outputs=["smoke:"])
    session = build_session(settings("pattern:").model_copy(update={"engine": "steam"}))
    session.start()
    assert session.wait(30)
    session.stop()
    assert "steam" in session.status().problems[0].message


def test_a_file_has_the_portraits_size_and_the_clips_frames(take: Path, tmp_path: Path) -> None:
    name, path = next(iter(bundled_avatars().items()))
    out = tmp_path / "out.mp4"
    report = animate_clip(settings(""), name, f"performance:{take}", out)
    height, width = read_image(path).shape[:2]
    source = VideoFileSource(out)
    frames = list(iter(source.read, None))
    source.close()
    assert (source.info.width, source.info.height) == (width + width % 2, height + height % 2)
    assert len(frames) == report.frames == FRAMES
    assert source.info.fps == 25
    assert report.neutral == 3
    assert report.counts == {"rendered": 5, "held": 1}


def test_another_size_and_a_numbered_neutral(take: Path, tmp_path: Path) -> None:
    name = next(iter(bundled_avatars()))
    report = animate_clip(
        settings(""), name, f"performance:{take}", f"{tmp_path}/out/", neutral=1, size=(64, 48)
    )
    assert report.neutral == 1
    pictures = sorted((tmp_path / "out").iterdir())
    assert len(pictures) == FRAMES
    assert read_image(pictures[0]).shape == (48, 64, 3)


@pytest.mark.parametrize("stage", ["neutral", "animate"])
def test_cancelling_at_any_stage_leaves_no_file(take: Path, tmp_path: Path, stage: str) -> None:
    name = next(iter(bundled_avatars()))
    stages: list[str] = []
    report = animate_clip(
        settings(""),
        name,
        f"performance:{take}",
        tmp_path / "out.mp4",
        progress=lambda stage, done, total: stages.append(stage),
        cancel=lambda: stage in stages,
    )
    assert report.cancelled
    assert {path.name for path in tmp_path.iterdir()} == {"take.npz"}


@pytest.mark.parametrize(
    ("clip", "neutral", "kind"),
    [("pattern:0.2", "best", FaceError), ("screen:", "best", AvatarError)],
)
def test_a_clip_that_cannot_drive_is_one_clear_error(
    clip: str, neutral: str, kind: type[AvatarError], tmp_path: Path
) -> None:
    name = next(iter(bundled_avatars()))
    with pytest.raises(kind) as caught:
        animate_clip(settings(""), name, clip, tmp_path / "out.mp4", neutral=neutral)
    assert caught.value.hint
    assert not list(tmp_path.iterdir())


def test_a_calibration_for_a_stream_is_kept_without_its_password():
    for word in ("url:http://eve:pw@host:81/x?token=1", "http://eve:pw@host:81/x"):
        assert calibration_key(settings(word)).camera == "url:http://host:81"
