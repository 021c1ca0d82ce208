"""The real face never leaks, whatever fails.

The whole live session runs with the real pipeline, composer and engine. Each camera frame is noise
that no other frame shares. One fault after another is injected; every picture that leaves is then
searched for the camera frame it was made from and the two before it. That pass-through *is* found
proves that the search would find a leak.
"""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import NoReturn

import av
import numpy as np
import pytest
from leak_detector import PART_LIMIT, WHOLE_LIMIT, noise, part_correlation, whole_correlation
from live_parts import Camera, CameraTwin, Wires, drawn_face, until
from real_avatar import moving_face, small_avatar

from avatar_app.avatars.face_search import shift_and_scale
from avatar_app.compose import Composer
from avatar_app.config import AppConfig, Fit
from avatar_app.engines.base import EngineInfo
from avatar_app.engines.landmark_warp import LandmarkWarp
from avatar_app.errors import EngineError, FaceError, SourceLostError
from avatar_app.imaging import letterbox
from avatar_app.live.recording import Recording
from avatar_app.live.session import LiveSession
from avatar_app.live.status import SessionState
from avatar_app.outputs.base import FrameSink, StreamSpec
from avatar_app.outputs.standby import Standby
from avatar_app.types import (
    Avatar,
    Calibration,
    FaceObservation,
    Frame,
    Outcome,
    RenderedFrame,
    TrackedFrame,
)

CAMERA = (320, 240)
SPEC = StreamSpec(*CAMERA, Fraction(30))
LONGEST_GAP = 1.0
SEARCHED_IN_PARTS = 2


@dataclass
class Faults:
    """What is broken at the moment."""

    tracker: Callable[[Frame], FaceObservation | None] | None = None
    engine: Callable[[TrackedFrame], object] | None = None
    recorder: bool = False


@lru_cache
def avatar() -> Avatar:
    """As large as the camera's picture, so that size alone betrays nothing."""
    small = small_avatar()
    height, width = small.image.shape[:2]
    left, top = (CAMERA[0] - width) // 2, (CAMERA[1] - height) // 2
    image = letterbox(small.image, (width, CAMERA[1]), (128, 128, 128))
    image = np.pad(image, ((0, 0), (left, CAMERA[0] - width - left), (0, 0)), mode="edge")
    return Avatar("good", image, shift_and_scale(small.face, -left, -top, 1))


class NoiseCamera(Camera):
    def read(self) -> Frame | None:
        frame = super().read()
        return None if frame is None else replace(frame, image=noise(frame.index, CAMERA))


NO_NUMBERS = replace(drawn_face(), landmarks=np.full((478, 3), np.nan, np.float32))


class Tracker:
    def __init__(self, faults: Faults) -> None:
        self._faults = faults

    def track(self, frame: Frame) -> FaceObservation | None:
        fault = self._faults.tracker
        return moving_face(frame.index, CAMERA) if fault is None else fault(frame)

    def close(self) -> None:
        """Nothing is held."""


class Engine:
    """The real engine until it is broken."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._inner = LandmarkWarp(AppConfig.model_validate({}).motion)

    @property
    def info(self) -> EngineInfo:
        return self._inner.info

    def prepare(self, avatar: Avatar, calibration: Calibration | None) -> object:
        if avatar.name == "bad":
            raise EngineError("The portrait cannot be prepared.", "Choose another.")
        return self._inner.prepare(avatar, calibration)

    def calibrate(self, prepared: object, calibration: Calibration) -> object:
        return self._inner.calibrate(prepared, calibration)  # type: ignore[arg-type]

    def render(self, prepared: object, tracked: TrackedFrame) -> object:
        if self._faults.engine is not None:
            return self._faults.engine(tracked)
        return self._inner.render(prepared, tracked)  # type: ignore[arg-type]

    def close(self) -> None:
        self._inner.close()


class Recorder:
    """Writes to the disk at each frame, so that a full one is met at once."""

    def __init__(self, faults: Faults, path: Path) -> None:
        self._faults = faults
        self._path = path

    def add(self, tracked: TrackedFrame) -> None:
        path = Path("/dev/full") if self._faults.recorder else self._path
        with path.open("ab", buffering=0) as disk:
            disk.write(b"x")

    def close(self) -> None:
        """Nothing is left to write."""


class Show:
    """A running session, its faults, and a look at what it sent."""

    def __init__(self, folder: Path, twin: CameraTwin, sink: FrameSink) -> None:
        self.faults = Faults()
        self.wires = Wires(size=CAMERA)
        self.twin = twin
        self.session = LiveSession(
            open_source=lambda: NoiseCamera(self.wires, fps=30),
            open_tracker=lambda: Tracker(self.faults),
            open_engine=lambda: Engine(self.faults),  # type: ignore[arg-type,return-value]
            open_avatar=avatar,
            open_composer=lambda: Composer(*CAMERA, fit=Fit.COVER, mirror=False, badge=True),
            sinks=[sink],
            spec=SPEC,
            recorder=Recorder(self.faults, folder / "recorded"),
        )

    def recovered(self) -> None:
        """Avatar pictures of frames that were taken from now on."""
        now = self.wires.count
        until(lambda: self._latest_is(Outcome.RENDERED) and self.twin.latest.index > now + 2)

    def sees(self, outcome: Outcome) -> None:
        until(lambda: self._latest_is(outcome))
        seen = len(self.twin.sent)
        until(lambda: len(self.twin.sent) > seen + 3)

    def has_problem(self, where: str) -> bool:
        return where in {problem.where for problem in self.session.status().problems}

    def leaks(self, since: int, before: int | None = None) -> list[RenderedFrame]:
        """Pictures in which a camera frame is found. All are searched for the whole frame they
        were made from, a few of each outcome for parts of it and of the two before."""
        sent = [frame for _, frame in self.twin.sent[since:before]]
        shown = {id(f.image): f for f in sent if f.outcome is not Outcome.PASS_THROUGH}.values()
        by_outcome = [[f for f in shown if f.outcome is outcome] for outcome in Outcome]
        some = [f for alike in by_outcome for f in alike[:SEARCHED_IN_PARTS]]
        return [f for f in shown if _found(f, whole_correlation, WHOLE_LIMIT, frames=1)] + [
            f for f in some if _found(f, part_correlation, PART_LIMIT, frames=3)
        ]

    def _latest_is(self, outcome: Outcome) -> bool:
        return self.twin.latest is not None and self.twin.latest.outcome is outcome


@pytest.fixture
def show(tmp_path: Path) -> Iterator[Show]:
    twin = CameraTwin()
    show = Show(tmp_path, twin, twin)
    show.session.start()
    until(lambda: show._latest_is(Outcome.RENDERED), 60)
    yield show
    show.session.stop()


def raises(*_: object) -> NoReturn:
    raise RuntimeError("it broke")


def two_faces(frame: Frame) -> FaceObservation:
    """A tracker that cannot decide."""
    return drawn_face(80 + 160 * (frame.index % 2), 120, 100)


def tracker_fault(
    fault: Callable[[Frame], FaceObservation | None], outcome: Outcome = Outcome.FAILED
) -> Callable[[Show], None]:
    def inject(show: Show) -> None:
        show.faults.tracker = fault
        show.sees(outcome)
        show.faults.tracker = None

    return inject


def engine_fault(fault: Callable[[TrackedFrame], object]) -> Callable[[Show], None]:
    def inject(show: Show) -> None:
        show.faults.engine = fault
        show.sees(Outcome.FAILED)
        show.faults.engine = None

    return inject


def engine_blocks(show: Show) -> None:
    release = threading.Event()
    show.faults.engine = lambda tracked: release.wait(30) and raises()
    show.sees(Outcome.PLACEHOLDER)
    show.faults.engine = None
    release.set()


def camera_dies(show: Show) -> None:
    show.wires.dead = SourceLostError("The camera is gone.", "Plug it in.")
    show.sees(Outcome.PLACEHOLDER)
    show.wires.dead = None


def avatar_cannot_be_loaded(show: Show) -> None:
    def bad() -> Avatar:
        raise FaceError("No face was found.", "Choose another.")

    show.session.set_avatar(bad)
    until(lambda: show.has_problem("avatar"))


def avatar_cannot_be_prepared(show: Show) -> None:
    show.session.set_avatar(lambda: replace(avatar(), name="bad"))
    until(lambda: show.has_problem("avatar"))


def disk_is_full(show: Show) -> None:
    show.faults.recorder = True
    until(lambda: show.has_problem("recorder"))


FAULTS: dict[str, Callable[[Show], None]] = {
    "no face": tracker_fault(lambda _: None, Outcome.NO_FACE),
    "two faces": tracker_fault(two_faces, Outcome.RENDERED),
    "a tracker that raises": tracker_fault(raises),
    "a face larger than the picture": tracker_fault(lambda _: drawn_face(160, 120, 2000)),
    "points that are no numbers": tracker_fault(lambda _: NO_NUMBERS),
    "an engine that raises": engine_fault(raises),
    "not a number": engine_fault(lambda t: np.full_like(t.frame.image, np.nan, np.float32)),
    "the camera's picture as floats": engine_fault(lambda t: t.frame.image / 255),
    "wrong shape": engine_fault(lambda t: t.frame.image[..., 0]),
    "wrong size": engine_fault(lambda t: t.frame.image[::2, ::2].copy()),
    "the camera's picture": engine_fault(lambda t: t.frame.image),
    "a copy of the camera's picture": engine_fault(lambda t: t.frame.image.copy()),
    "an engine that blocks": engine_blocks,
    "a camera that dies": camera_dies,
    "an avatar that cannot be loaded": avatar_cannot_be_loaded,
    "an avatar that cannot be prepared": avatar_cannot_be_prepared,
    "a full disk under the recorder": disk_is_full,
}


def test_no_fault_lets_the_camera_out_or_starves_the_output(show: Show) -> None:
    """One after the other, in one session, which recovers from each. Who joined midway got the
    same pictures, or a card."""
    ends = [0]
    guest = CameraTwin()
    show.session.join(guest)
    for inject in FAULTS.values():
        inject(show)
        show.recovered()
        ends.append(len(show.twin.sent))
    show.session.stop()
    for name, since, before in zip(FAULTS, ends, ends[1:], strict=False):
        assert not show.leaks(since, before), name
    assert show.session.status().state is SessionState.CLOSED
    searched = {id(frame.image) for _, frame in show.twin.sent}
    assert len(guest.sent) > len(show.twin.sent) // 2
    assert all(
        id(frame.image) in searched or frame.outcome is Outcome.PLACEHOLDER
        for _, frame in guest.sent
    )
    assert max(np.diff([at for at, _ in show.twin.sent])) < LONGEST_GAP


def test_the_search_finds_pass_through_whole_in_part_and_mixed_in(show: Show) -> None:
    show.session.set_pass_through(True)
    show.sees(Outcome.PASS_THROUGH)
    show.session.set_pass_through(False)
    show.recovered()
    passed = [f for _, f in show.twin.sent if f.outcome is Outcome.PASS_THROUGH]
    for frame in (passed[0], passed[-1]):
        camera = noise(frame.index, CAMERA)
        assert whole_correlation(frame.image, camera) > 2 * WHOLE_LIMIT
        assert part_correlation(frame.image, camera) > PART_LIMIT + 0.2
        mixed = frame.image // 3 + avatar().image // 3 * 2
        assert whole_correlation(mixed, camera) > WHOLE_LIMIT
        in_a_corner = avatar().image.copy()
        in_a_corner[-120:, -160:] = frame.image[60:180, 80:240]
        assert part_correlation(in_a_corner, camera) > PART_LIMIT
    show.session.stop()
    assert not show.leaks(since=0)


def test_a_film_holds_a_camera_picture_only_of_the_time_of_pass_through(
    show: Show, tmp_path: Path
) -> None:
    def recorded(name: str) -> float:
        """How much of the camera's pictures is found in the film's last picture."""
        path = tmp_path / name
        recording = Recording(path)
        show.session.join(recording)
        until(lambda: recording.status().frames > 5)
        now = show.wires.count
        show.session.leave(recording)
        assert recording.wait(20)
        with av.open(str(path)) as film:
            last = list(film.decode(video=0))[-1].to_ndarray(format="rgb24")
        cameras = (noise(number, CAMERA) for number in range(max(0, now - 20), now + 20))
        return max(whole_correlation(last, camera) for camera in cameras)

    assert recorded("avatar.mp4") < WHOLE_LIMIT
    show.session.set_pass_through(True)
    show.sees(Outcome.PASS_THROUGH)
    assert recorded("camera.mp4") > WHOLE_LIMIT
    show.session.panic()
    assert recorded("card.mp4") < WHOLE_LIMIT


def test_a_camera_that_stays_open_gets_nothing_of_a_session_after_its_end(tmp_path: Path) -> None:
    """Two sessions, each stopped while the user's own face is on the air."""
    twin, card = CameraTwin(), np.full((SPEC.height, SPEC.width, 3), 7, np.uint8)
    standby = Standby(twin, SPEC, lambda _: card, lambda _: None)
    standby.use(SPEC)
    for _ in range(2):
        until(lambda: twin.latest is not None and twin.latest.image is card)
        show = Show(tmp_path, twin, standby.lend())
        show.session.start()
        until(lambda s=show: s._latest_is(Outcome.RENDERED), 60)  # type: ignore[misc]
        show.session.set_pass_through(True)
        show.sees(Outcome.PASS_THROUGH)
        show.session.stop()
        ended = len(twin.sent)
        until(lambda e=ended: len(twin.sent) > e + 5)  # type: ignore[misc]
        assert all(frame.image is card for _, frame in twin.sent[ended:])
    assert twin.is_open
    standby.close()
    assert max(np.diff([at for at, _ in twin.sent])) < LONGEST_GAP


def _found(
    frame: RenderedFrame,
    correlation: Callable[[np.ndarray, np.ndarray], float],
    limit: float,
    frames: int,
) -> bool:
    newest = frame.index + 1
    cameras = (noise(number, CAMERA) for number in range(max(0, newest - frames), newest))
    return any(correlation(frame.image, camera) > limit for camera in cameras)
