"""A clip through the pipeline: every frame, in order, or no file at all."""

import threading
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from live_parts import (
    SPEC,
    CameraTwin,
    FileSource,
    ScriptedTracker,
    SlideEngine,
    camera_frame,
    composer,
    drawn_face,
    portrait,
)
from real_avatar import moving_face, small_avatar

from avatar_app.compose import Composer
from avatar_app.config import AppConfig, Fit
from avatar_app.engines.landmark_warp import LandmarkWarp
from avatar_app.errors import EngineError, FaceError, MediaError, SinkError
from avatar_app.live.session import LiveSession
from avatar_app.offline import animate, choose_neutral
from avatar_app.outputs.base import StreamSpec
from avatar_app.outputs.png_folder import PngFolderSink
from avatar_app.outputs.video_file import VideoFileSink
from avatar_app.pipeline import Pipeline
from avatar_app.types import (
    Calibration,
    FaceObservation,
    Frame,
    Outcome,
    RenderedFrame,
    TrackedFrame,
)

FRAMES = [camera_frame(index) for index in range(20)]


def pipeline(tracker: ScriptedTracker | None = None) -> Pipeline:
    built = Pipeline(tracker or ScriptedTracker(), composer())
    engine = SlideEngine()
    built.use(engine, engine.prepare(portrait(), None))
    return built


def test_every_frame_is_there_once_and_in_order(tmp_path: Path) -> None:
    told: list[tuple[str, int, int | None]] = []
    report = animate(
        FileSource(FRAMES),
        pipeline(ScriptedTracker(lambda i: None if i == 3 else drawn_face(40 + i % 5))),
        PngFolderSink(tmp_path / "out"),
        SPEC,
        progress=lambda *step: told.append(step),
    )
    assert len(list((tmp_path / "out").glob("*.png"))) == report.frames == 20
    assert report.counts == {"rendered": 19, "held": 1}
    assert report.neutral == 0
    assert not report.neutral_fault
    assert told == [("animate", done, 20) for done in range(1, 21)]


def test_a_neutral_frame_with_an_open_mouth_is_told(tmp_path: Path) -> None:
    with_open_mouth = pipeline(ScriptedTracker())
    with_open_mouth.calibrate(Calibration(TrackedFrame(FRAMES[0], drawn_face(mouth=0.2))))
    report = animate(FileSource(FRAMES), with_open_mouth, PngFolderSink(tmp_path / "out"), SPEC)
    assert report.neutral == 0
    assert report.neutral_fault.startswith("The mouth is open in the neutral frame")


def test_cancelling_leaves_nothing(tmp_path: Path) -> None:
    asked = iter(range(100))
    report = animate(
        FileSource(FRAMES),
        pipeline(),
        VideoFileSink(tmp_path / "out.mp4"),
        SPEC,
        cancel=lambda: next(asked) == 5,
    )
    assert report.cancelled
    assert report.frames == 5
    assert not list(tmp_path.iterdir())


def test_a_source_that_fails_half_way_leaves_nothing(tmp_path: Path) -> None:
    class Damaged(FileSource):
        def read(self) -> Frame | None:
            frame = super().read()
            if frame is not None and frame.index == 7:
                raise MediaError("The clip is damaged.", "Choose another.")
            return frame

    with pytest.raises(MediaError):
        animate(Damaged(FRAMES), pipeline(), VideoFileSink(tmp_path / "out.mp4"), SPEC)
    assert not list(tmp_path.iterdir())


def test_an_old_file_survives_a_failure(tmp_path: Path) -> None:
    old = tmp_path / "out.mp4"
    old.write_bytes(b"old")
    with pytest.raises(SinkError):
        wrong = StreamSpec(SPEC.width + 2, SPEC.height, Fraction(30))
        animate(FileSource(FRAMES), pipeline(), VideoFileSink(old), wrong)
    assert old.read_bytes() == b"old"


def test_an_engine_that_never_renders_is_an_error_not_a_clip_of_cards(tmp_path: Path) -> None:
    class Broken(SlideEngine):
        def render(self, prepared: object, tracked: TrackedFrame) -> np.ndarray:
            raise EngineError("The kernel is missing.", "Install it.")

    broken = Pipeline(ScriptedTracker(), composer())
    engine = Broken()
    broken.use(engine, engine.prepare(portrait(), None))
    with pytest.raises(EngineError, match="kernel is missing"):
        animate(FileSource(FRAMES), broken, VideoFileSink(tmp_path / "out.mp4"), SPEC)
    assert not list(tmp_path.iterdir())


POSES = {
    0: drawn_face(mouth=0.2),
    1: drawn_face(yaw=30),
    2: None,
    3: drawn_face(mouth=0.03),
    4: drawn_face(),
    5: drawn_face(yaw=10),
}


def chosen(how: str | int, like: FaceObservation | None = None) -> int:
    tracker = ScriptedTracker(POSES.get)
    found = choose_neutral(lambda: FileSource(FRAMES[:6]), tracker, how, like=like)
    assert found is not None
    assert np.array_equal(found.neutral.frame.image, FRAMES[found.neutral.frame.index].image)
    assert found.neutral.face is POSES[found.neutral.frame.index]
    return found.neutral.frame.index


def test_the_best_neutral_frame_is_frontal_with_a_closed_mouth() -> None:
    assert chosen("best") == 4


def test_the_best_neutral_frame_leans_towards_the_avatars_pose() -> None:
    assert chosen("best", like=drawn_face(yaw=20)) == 5


def test_the_first_and_a_numbered_frame_are_taken_as_they_are() -> None:
    assert chosen("first") == 0
    assert chosen(1) == 1


@pytest.mark.parametrize("how", [2, 99])
def test_a_numbered_frame_without_a_face_is_an_error(how: int) -> None:
    with pytest.raises(FaceError, match=f"frame {how}"):
        chosen(how)


def test_a_clip_without_a_face_is_an_error() -> None:
    with pytest.raises(FaceError, match="in the clip"):
        choose_neutral(lambda: FileSource(FRAMES), ScriptedTracker(lambda _: None))


def test_a_neutral_frame_beyond_the_clips_end_is_said_to_be_that() -> None:
    with pytest.raises(FaceError, match=rf"has {len(FRAMES)} frames and no frame 99999"):
        choose_neutral(lambda: FileSource(FRAMES), ScriptedTracker(), 99999)


def test_the_search_can_be_cancelled() -> None:
    found = choose_neutral(lambda: FileSource(FRAMES), ScriptedTracker(), cancel=lambda: True)
    assert found is None


class Patient(FileSource):
    """A live source that shows each frame again until it has come out at the far end."""

    def __init__(self, frames: list[Frame], twin: CameraTwin) -> None:
        super().__init__(frames)
        self._twin = twin
        self._at = 0
        self._stopped = threading.Event()

    def read(self) -> Frame | None:
        latest = self._twin.latest
        if latest is not None and latest.outcome is not Outcome.PLACEHOLDER:
            self._at = latest.index + 1
        if self._stopped.wait(0.01) or self._at == len(self._frames):
            return None
        return self._frames[self._at]

    def interrupt(self) -> None:
        self._stopped.set()


def script(index: int) -> FaceObservation | Exception | None:
    """Moving, then gone for a while, then back, then an impossible face."""
    if 8 <= index < 36:
        return None
    return drawn_face(width=9000) if index == 40 else moving_face(index, (96, 72))


def warp_composer() -> Composer:
    return Composer(160, 96, fit=Fit.CONTAIN, mirror=True, badge=True)


class Kept(PngFolderSink):
    """Keeps the pictures beside writing them."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.sent: dict[int, RenderedFrame] = {}

    def send(self, rendered: RenderedFrame) -> None:
        self.sent[rendered.index] = rendered


def test_offline_equals_live_byte_for_byte(tmp_path: Path) -> None:
    """The real engine; the same frames and faces through both ways."""
    frames = [camera_frame(index, (96, 72)) for index in range(44)]
    spec = StreamSpec(160, 96, Fraction(30))
    twin, motion = CameraTwin(), AppConfig.model_validate({}).motion
    session = LiveSession(
        open_source=lambda: Patient(frames, twin),
        open_tracker=lambda: ScriptedTracker(script),
        open_engine=lambda: LandmarkWarp(motion),
        open_avatar=small_avatar,
        open_composer=warp_composer,
        sinks=[twin],
        spec=spec,
    )
    session.start()
    assert session.wait(60)
    session.stop()
    engine = LandmarkWarp(motion)
    offline = Pipeline(ScriptedTracker(script), warp_composer())
    offline.use(engine, engine.prepare(small_avatar(), None))
    kept = Kept(tmp_path / "out")
    animate(FileSource(frames), offline, kept, spec)
    live = {f.index: f for _, f in twin.sent if f.outcome is not Outcome.PLACEHOLDER}
    assert live.keys() == kept.sent.keys() == set(range(44))
    for index, rendered in kept.sent.items():
        assert live[index].outcome is rendered.outcome
        assert np.array_equal(live[index].image, rendered.image), index
    assert {f.outcome for f in kept.sent.values()} >= {
        Outcome.RENDERED,
        Outcome.HELD,
        Outcome.NO_FACE,
        Outcome.FAILED,
    }
