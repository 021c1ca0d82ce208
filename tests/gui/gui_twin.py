"""A session and a core for the window to drive: real values, no camera, no threads."""

import time
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from avatar_app.avatars.library import AvatarLibrary
from avatar_app.build import open_recording, save_snapshot
from avatar_app.calibration.store import CalibrationStore
from avatar_app.capture.base import SourceInfo
from avatar_app.config import AppConfig, Language
from avatar_app.costs import Cost
from avatar_app.engines.base import EngineInfo
from avatar_app.errors import AvatarError, FaceError, MediaError, SinkError, SourceError
from avatar_app.gui.choices import (
    LANDMARK_WARP,
    CameraChoice,
    EngineChoice,
    MicrophoneChoice,
    RuntimeChoice,
)
from avatar_app.gui.wizard.parts import CalibrationParts
from avatar_app.live.recording import Recording
from avatar_app.live.recording_status import RecordingStatus
from avatar_app.live.status import Problem, SessionState, SessionStatus
from avatar_app.live.trip import Trip
from avatar_app.outputs.base import FrameSink, StreamSpec
from avatar_app.outputs.memory import MemorySink
from avatar_app.outputs.standby import Standby, StandbyState
from avatar_app.tracking.mediapipe_tracker import MediaPipeTracker
from avatar_app.types import (
    Avatar,
    Box,
    Calibration,
    FaceObservation,
    Frame,
    HeadPose,
    Outcome,
    RenderedFrame,
    RgbImage,
)

NO_VCAM = Problem(
    "sink",
    "No virtual camera could be opened: /dev/video10 does not exist.",
    "sudo modprobe v4l2loopback exclusive_caps=1 card_label='Avatar Camera'",
)


def picture(value: int, size: tuple[int, int] = (90, 160)) -> RgbImage:
    return np.full((*size, 3), value, np.uint8)


def _portrait_tracker() -> MediaPipeTracker:
    return MediaPipeTracker(static=True, max_faces=4)


class TwinCamera(MemorySink):
    """Stands in for the virtual camera; ``missing`` is why it does not open."""

    def __init__(self) -> None:
        super().__init__()
        self.missing: SinkError | None = None
        self.word = ""
        self.opened: list[StreamSpec] = []
        self.is_open = False

    @property
    def title(self) -> str:
        return "Avatar Camera"

    def open(self, spec: StreamSpec) -> None:
        if self.missing is not None:
            raise self.missing
        super().open(spec)
        self.opened.append(spec)
        self.is_open = True

    def close(self) -> None:
        self.is_open = False


class TwinSession:
    """Follows the drawn states at once and notes what it was asked for."""

    def __init__(self, on_change: Callable[[SessionStatus], None], core: "TwinCore") -> None:
        self._on_change = on_change
        self._core = core
        self._state = SessionState.CLOSED
        self._index = 0
        self.asked: list[str] = []
        self.pass_through = False
        self.preparing = False
        self.placeholder = False
        self.frozen = False
        self.calibration: Calibration | None = None
        self.guests: list[FrameSink] = []

    def start(self) -> None:
        self._go(SessionState.OPENING)
        if self._core.start_error is not None:
            self._core.problems = (self._core.start_error,)
            self._go(SessionState.FAILED)
        elif not self._core.hangs:
            self._go(SessionState.RUNNING)

    @property
    def is_running(self) -> bool:
        return self._state is SessionState.RUNNING

    def stop(self) -> None:
        self.asked.append("stop")
        for guest in tuple(self.guests):
            self.leave(guest)
        if self._state is not SessionState.CLOSED:
            self._go(SessionState.CLOSED)

    def status(self) -> SessionStatus:
        live = self._state is SessionState.RUNNING
        return SessionStatus(
            self._state,
            source_fps=29.9 if live else 0.0,
            fps=self._core.fps if live else 0.0,
            sent_fps=self._core.sent_fps if live else 0.0,
            latency_p50_ms=33.0 if live else 0.0,
            latency_p95_ms=41.0 if live else 0.0,
            dropped=3,
            outcome=self._outcome.value if live else "",
            pass_through=self.pass_through,
            preparing=self.preparing,
            placeholder=self.placeholder,
            frozen=self.frozen,
            stage_ms=self._core.stage_ms if live else (),
            engine=self._core.engine if live else None,
            source=self._core.source if live else None,
            notes=self._core.notes,
            problems=self._core.problems,
        )

    def wait_for_outputs(self, _seconds: float | None) -> bool:
        return True

    def trips(self) -> tuple[Trip, ...]:
        return self._core.trips

    def report(self) -> None:
        self._on_change(self.status())

    def set_avatar(
        self,
        open_avatar: Callable[[], Avatar],
        open_calibration: Callable[[], Calibration | None],
    ) -> None:
        self.calibration = open_calibration()
        self.asked.append(f"avatar {open_avatar().name}")

    def set_engine(self, open_engine: Callable[[], Any]) -> None:
        self.asked.append(f"engine {open_engine()}")

    def set_source(
        self,
        open_source: Callable[[], Any],
        open_tracker: Callable[[], Any],
        open_calibration: Callable[[], Calibration | None],
    ) -> None:
        self.calibration = open_calibration()
        self.asked.append(f"source {open_source()} {open_tracker()}")

    def set_tracker(self, open_tracker: Callable[[], Any]) -> None:
        self.asked.append(f"tracker {open_tracker()}")

    def request_neutral(self) -> None:
        self.asked.append("neutral")

    def calibrate(self, calibration: Calibration | None) -> None:
        self.asked.append("calibrate")
        self.calibration = calibration

    def pause(self) -> None:
        self.asked.append("pause")
        if self._state is SessionState.RUNNING:
            self._go(SessionState.PAUSED)

    def resume(self) -> None:
        self.asked.append("resume")
        if self._state is SessionState.PAUSED:
            self._go(SessionState.RUNNING)

    def set_pass_through(self, on: bool) -> None:
        self.asked.append(f"pass-through {on}")
        self.pass_through = on

    def set_placeholder(self, on: bool) -> None:
        self.asked.append(f"placeholder {on}")
        self.placeholder = on
        self.report()

    def panic(self) -> None:
        self.asked.append("panic")
        self.placeholder, self.pass_through = True, False
        self.report()

    def set_frozen(self, on: bool) -> None:
        self.asked.append(f"frozen {on}")
        self.frozen = on
        self.report()

    def set_mirror_input(self, on: bool, open_tracker: Callable[[], Any]) -> None:
        self.asked.append(f"mirror input {on}")

    def set_scene(self, scene: Any) -> None:
        self.asked.append(f"scene {scene}")

    def set_composer(self, open_composer: Callable[[], Any]) -> None:
        self.asked.append(f"composer {open_composer()}")

    def join(self, sink: FrameSink) -> None:
        self.guests.append(sink)
        sink.open(StreamSpec(160, 90, Fraction(30)))

    def leave(self, sink: FrameSink) -> None:
        self.guests.remove(sink)
        sink.close()

    def snapshot(self) -> RenderedFrame | None:
        return self.latest_output()

    def latest_input(self) -> Frame | None:
        return Frame(self._core.input(self._index), self._index, time.perf_counter())

    def latest_output(self) -> RenderedFrame | None:
        self._index += 1
        image = self._core.output(self._index)
        return RenderedFrame(image, self._index, time.perf_counter(), self._outcome)

    @property
    def _outcome(self) -> Outcome:
        if self._core.covers:
            return Outcome.PLACEHOLDER
        return Outcome.PASS_THROUGH if self.pass_through else Outcome.RENDERED

    def _go(self, state: SessionState) -> None:
        self._state = state
        self.report()


class TwinCore:
    """Opens twin sessions; what goes wrong is set from outside."""

    def __init__(self, cameras: Sequence[CameraChoice] = ()) -> None:
        self.cameras = list(cameras)
        self.microphones: list[MicrophoneChoice] = []
        self.peeked: list[str] = []
        self.dead: set[str] = set()
        self.engines: tuple[EngineChoice, ...] = (LANDMARK_WARP,)
        self.runtimes: tuple[RuntimeChoice, ...] = (RuntimeChoice("cpu", "CPU"),)
        self.probes = 0
        self.costs: list[Cost] = []
        self.calibrations = CalibrationStore(Path("/nowhere"))
        self.forget_error: AvatarError | None = None
        self.stage_ms: tuple[tuple[str, float], ...] = ()
        self.engine: EngineInfo | None = EngineInfo("landmark_warp", "Landmark warp", "")
        self.notes: tuple[str, ...] = ()
        self.fps = 29.7
        self.source: SourceInfo | None = None
        self.trips: tuple[Trip, ...] = ()
        self.sent_fps = 30.0
        self.hangs = False
        self.covers = False
        self.scene_error: AvatarError | None = None
        self.refused_picture = ""
        self.problems: tuple[Problem, ...] = ()
        self.parts: CalibrationParts | None = None
        self.calibrated_for: AppConfig | None = None
        self.start_error: Problem | None = None
        self.build_error: Exception | None = None
        self.sessions: list[TwinSession] = []
        self.configs: list[AppConfig] = []
        self.kept: list[str] = []
        self.camera = TwinCamera()
        self.outputs: tuple[str, ...] = ()
        self.lent: tuple[FrameSink, ...] = ()
        self.on_neutral: Callable[[Calibration], None] = lambda _: None
        self.loaded = False
        self.bundled: dict[str, Path] = {}
        self.library_root = Path("/nowhere")
        self.input: Callable[[int], RgbImage] = lambda index: picture(40)
        self.output: Callable[[int], RgbImage] = lambda index: picture(200)

    def load(self) -> None:
        self.loaded = True

    def list_cameras(self) -> Sequence[CameraChoice]:
        return tuple(self.cameras)

    def list_microphones(self) -> Sequence[MicrophoneChoice]:
        return tuple(self.microphones)

    def open_recording(
        self,
        config: AppConfig,
        latency: Callable[[], float],
        on_change: Callable[[RecordingStatus], None],
    ) -> Recording:
        return open_recording(config, latency, on_change)

    def save_snapshot(self, config: AppConfig, rendered: RenderedFrame) -> tuple[Path, str]:
        return save_snapshot(config, rendered)

    def peek(self, word: str) -> RgbImage:
        self.peeked.append(word)
        if word in self.dead:
            raise SourceError("It does not open.", "Choose another.")
        return picture(120, (6, 8))

    def list_engines(self) -> Sequence[EngineChoice]:
        return self.engines

    def list_runtimes(self) -> Sequence[RuntimeChoice]:
        self.probes += 1
        return self.runtimes

    def forget_calibrations(self) -> int:
        if self.forget_error is not None:
            raise self.forget_error
        return self.calibrations.delete_all()

    def keep_cost(self, cost: Cost) -> bool:
        self.costs.append(cost)
        self.engines = tuple(choice.with_costs(self.costs) for choice in self.engines)
        return True

    def build_session(
        self,
        config: AppConfig,
        outputs: Sequence[str],
        on_change: Callable[[SessionStatus], None],
        on_neutral: Callable[[Calibration], None],
        extra_sinks: Sequence[FrameSink] = (),
    ) -> TwinSession:
        if self.build_error is not None:
            raise self.build_error
        self.outputs, self.lent = tuple(outputs), tuple(extra_sinks)
        self.on_neutral = on_neutral
        self.configs.append(config)
        self.sessions.append(TwinSession(on_change, self))
        return self.sessions[-1]

    def build_standby(
        self, now: Callable[[], AppConfig], word: str, on_change: Callable[[StandbyState], None]
    ) -> Standby:
        """Its card is darker in English than in the other languages."""

        def draw(spec: StreamSpec) -> RgbImage:
            shade = 7 if now().language is Language.ENGLISH else 99
            return picture(shade, (spec.height, spec.width))

        self.camera.word = word
        return Standby(self.camera, StreamSpec.of(now().output), draw, on_change)

    def open_library(self) -> AvatarLibrary:
        return AvatarLibrary(self.library_root, _portrait_tracker, self.bundled)

    def composer_opener(self, config: AppConfig) -> Callable[[], Any]:
        out = config.output
        return lambda: f"{config.language} {out.badge} {out.width}"

    def load_scene(self, config: AppConfig) -> Any:
        if self.scene_error is not None:
            raise self.scene_error
        if self.refused_picture and config.scene.picture == self.refused_picture:
            raise MediaError("That is no picture.", "Choose another.")
        scene = config.scene
        return f"{scene.background} {scene.colour} {scene.picture} {config.output.mirror}"

    def avatar_opener(self, word: str, *, mirror: bool = False) -> Callable[[], Avatar]:
        def load() -> Avatar:
            if "noface" in word:
                raise FaceError("No face was found in the photo.", "Use one seen from the front.")
            face = FaceObservation(
                np.zeros((478, 3), np.float32), Box(0, 0, 1, 1), HeadPose(0, 0, 0)
            )
            return Avatar(f"{word} mirrored" if mirror else word, picture(9), face)

        return load

    def source_opener(self, config: AppConfig) -> Callable[[], Any]:
        return lambda: config.source.word

    def tracker_opener(self, config: AppConfig) -> Callable[[], Any]:
        return lambda: f"smoothing {config.motion.smoothing}"

    def engine_opener(self, config: AppConfig) -> Callable[[], Any]:
        chosen = f"{config.engine} {config.motion.strength}"
        if config.engine != "fomm":
            return lambda: chosen
        return lambda: f"{chosen} {config.fomm.model} {config.runtime.word} {config.fomm.paste}"

    def calibration_opener(self, config: AppConfig) -> Callable[[], Calibration | None]:
        self.calibrated_for = config
        return lambda: self.parts.load_kept() if self.parts is not None else None

    def calibration_keeper(self, config: AppConfig) -> Callable[[Calibration], None]:
        return lambda _: self.kept.append(f"{config.source.word} {config.avatar}")

    def calibration_parts(self, config: AppConfig) -> CalibrationParts:
        self.calibrated_for = config
        assert self.parts is not None
        return self.parts
