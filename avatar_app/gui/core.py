"""What the window needs of the program, and the program itself, imported when first used.

Loading trackers and engines takes a second; the window is on the screen before that begins."""

import gc
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from avatar_app import paths
from avatar_app.config import AppConfig
from avatar_app.costs import Cost, CostBook
from avatar_app.engines.pool import Pool
from avatar_app.gui.choices import (
    CameraChoice,
    EngineChoice,
    MicrophoneChoice,
    RuntimeChoice,
    engine_choices,
    runtime_choices,
)
from avatar_app.live.status import SessionStatus
from avatar_app.live.trip import Trip
from avatar_app.mediapipe_library import import_mediapipe
from avatar_app.outputs.base import FrameSink
from avatar_app.types import Avatar, Calibration, Frame, RenderedFrame, RgbImage

if TYPE_CHECKING:
    from avatar_app.avatars.library import AvatarLibrary
    from avatar_app.gui.wizard.parts import CalibrationParts
    from avatar_app.live.recording import Recording
    from avatar_app.live.recording_status import RecordingStatus
    from avatar_app.outputs.standby import Standby, StandbyState


class Session(Protocol):
    """The part of a live session that a window uses. Nothing here blocks but ``stop`` and
    ``wait_for_outputs``."""

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def wait_for_outputs(self, seconds: float | None, /) -> bool: ...

    def status(self) -> SessionStatus: ...

    def trips(self) -> tuple[Trip, ...]: ...

    def set_avatar(
        self,
        open_avatar: Callable[[], Avatar],
        open_calibration: Callable[[], Calibration | None],
        /,
    ) -> None: ...

    def set_engine(self, open_engine: Callable[[], Any], /) -> None: ...

    def set_source(
        self,
        open_source: Callable[[], Any],
        open_tracker: Callable[[], Any],
        open_calibration: Callable[[], Calibration | None],
        /,
    ) -> None: ...

    def set_tracker(self, open_tracker: Callable[[], Any], /) -> None: ...

    def request_neutral(self) -> None: ...

    def calibrate(self, calibration: Calibration | None, /) -> None: ...

    def pause(self) -> None: ...

    def resume(self) -> None: ...

    def set_pass_through(self, on: bool, /) -> None: ...

    def set_placeholder(self, on: bool, /) -> None: ...

    def panic(self) -> None: ...

    def set_frozen(self, on: bool, /) -> None: ...

    def set_mirror_input(self, on: bool, open_tracker: Callable[[], Any], /) -> None: ...

    def set_scene(self, scene: Any, /) -> None: ...

    def set_composer(self, open_composer: Callable[[], Any], /) -> None: ...

    def latest_input(self) -> Frame | None: ...

    def latest_output(self) -> RenderedFrame | None: ...

    def join(self, sink: Any, /) -> None: ...

    def leave(self, sink: Any, /) -> None: ...

    def snapshot(self) -> RenderedFrame | None: ...


class Core(Protocol):
    """Every method may be slow, belongs into a worker thread and may raise AvatarError."""

    def load(self) -> None:
        """Import what a session needs, so that starting one is quick."""

    def list_cameras(self) -> Sequence[CameraChoice]: ...

    def list_microphones(self) -> Sequence[MicrophoneChoice]: ...

    def open_recording(
        self,
        config: AppConfig,
        latency: Callable[[], float],
        on_change: "Callable[[RecordingStatus], None]",
    ) -> "Recording": ...

    def save_snapshot(self, config: AppConfig, rendered: RenderedFrame) -> tuple[Path, str]:
        """The file, and what is to be said of its signature."""
        ...

    def peek(self, word: str) -> RgbImage:
        """A small picture of what that source sees; opens and closes it."""

    def list_engines(self) -> Sequence[EngineChoice]: ...

    def list_runtimes(self) -> Sequence[RuntimeChoice]: ...

    def keep_cost(self, cost: Cost) -> bool:
        """Keep what a picture cost; whether that was news."""

    def build_session(
        self,
        config: AppConfig,
        outputs: Sequence[str],
        on_change: Callable[[SessionStatus], None],
        on_neutral: Callable[[Calibration], None],
        extra_sinks: Sequence[FrameSink] = (),
    ) -> Session: ...

    def build_standby(
        self, now: Callable[[], AppConfig], word: str, on_change: "Callable[[StandbyState], None]"
    ) -> "Standby": ...

    def open_library(self) -> "AvatarLibrary": ...

    def avatar_opener(self, word: str, *, mirror: bool = False) -> Callable[[], Avatar]: ...

    def source_opener(self, config: AppConfig) -> Callable[[], Any]: ...

    def tracker_opener(self, config: AppConfig) -> Callable[[], Any]: ...

    def engine_opener(self, config: AppConfig) -> Callable[[], Any]: ...

    def load_scene(self, config: AppConfig) -> Any: ...

    def composer_opener(self, config: AppConfig) -> Callable[[], Any]: ...

    def calibration_opener(self, config: AppConfig) -> Callable[[], Calibration | None]: ...

    def forget_calibrations(self) -> int:
        """Delete every kept calibration; how many there were."""

    def calibration_keeper(self, config: AppConfig) -> Callable[[Calibration], None]: ...

    def calibration_parts(self, config: AppConfig) -> "CalibrationParts": ...


class Program:
    """The Core that is the program itself."""

    def __init__(self) -> None:
        self._pool = Pool()

    def load(self) -> None:
        """Collections of garbage among a hundred thousand new objects, none of it garbage, would
        stop every thread for 50 ms a time; nor need any later one look through them again."""
        gc.disable()
        try:
            import_mediapipe()
            import av.subtitles.stream  # noqa: F401 - what a session imports when it starts
            from PIL import Image

            import avatar_app.build
            import avatar_app.capture.video_file
            import avatar_app.engines.landmark_warp  # noqa: F401

            Image.init()
        finally:
            gc.enable()
        gc.freeze()

    def list_cameras(self) -> Sequence[CameraChoice]:
        from avatar_app.capture.devices import list_cameras

        return [CameraChoice(found.word, found.name, found.index) for found in list_cameras()]

    def list_microphones(self) -> Sequence[MicrophoneChoice]:
        from avatar_app.capture.microphone import list_microphones

        return [MicrophoneChoice(found.word, found.name) for found in list_microphones()]

    def open_recording(
        self,
        config: AppConfig,
        latency: Callable[[], float],
        on_change: "Callable[[RecordingStatus], None]",
    ) -> "Recording":
        from avatar_app.build import open_recording

        return open_recording(config, latency, on_change)

    def save_snapshot(self, config: AppConfig, rendered: RenderedFrame) -> tuple[Path, str]:
        from avatar_app.build import save_snapshot

        return save_snapshot(config, rendered)

    def peek(self, word: str) -> RgbImage:
        from avatar_app.capture import open_source
        from avatar_app.capture.peek import peek

        return peek(open_source(word))

    def list_engines(self) -> Sequence[EngineChoice]:
        costs = self._costs().read()
        return tuple(choice.with_costs(costs) for choice in engine_choices())

    def list_runtimes(self) -> Sequence[RuntimeChoice]:
        return runtime_choices()

    def keep_cost(self, cost: Cost) -> bool:
        return self._costs().keep(cost)

    def _costs(self) -> CostBook:
        return CostBook(paths.cache_dir() / "costs.toml")

    def build_session(
        self,
        config: AppConfig,
        outputs: Sequence[str],
        on_change: Callable[[SessionStatus], None],
        on_neutral: Callable[[Calibration], None],
        extra_sinks: Sequence[FrameSink] = (),
    ) -> Session:
        from avatar_app.build import build_session

        return build_session(
            config,
            outputs=outputs,
            extra_sinks=extra_sinks,
            on_change=on_change,
            on_neutral=on_neutral,
            pool=self._pool,
        )

    def build_standby(
        self, now: Callable[[], AppConfig], word: str, on_change: "Callable[[StandbyState], None]"
    ) -> "Standby":
        from avatar_app.build import build_standby

        return build_standby(now, word, on_change)

    def open_library(self) -> "AvatarLibrary":
        from avatar_app.build import open_library

        return open_library()

    def avatar_opener(self, word: str, *, mirror: bool = False) -> Callable[[], Avatar]:
        from avatar_app.build import avatar_opener

        return avatar_opener(word, mirror=mirror)

    def source_opener(self, config: AppConfig) -> Callable[[], Any]:
        from avatar_app.build import source_opener

        return source_opener(config)

    def tracker_opener(self, config: AppConfig) -> Callable[[], Any]:
        from avatar_app.build import tracker_opener

        return tracker_opener(config)

    def engine_opener(self, config: AppConfig) -> Callable[[], Any]:
        from avatar_app.build import engine_opener

        return engine_opener(config, self._pool)

    def load_scene(self, config: AppConfig) -> Any:
        from avatar_app.scene import load_scene

        return load_scene(config)

    def composer_opener(self, config: AppConfig) -> Callable[[], Any]:
        from avatar_app.build import composer_opener

        return composer_opener(config)

    def calibration_opener(self, config: AppConfig) -> Callable[[], Calibration | None]:
        from avatar_app.build import calibration_opener

        return calibration_opener(config)

    def forget_calibrations(self) -> int:
        from avatar_app.build import open_calibrations

        return open_calibrations().delete_all()

    def calibration_keeper(self, config: AppConfig) -> Callable[[Calibration], None]:
        from avatar_app.build import calibration_keeper

        return calibration_keeper(config)

    def calibration_parts(self, config: AppConfig) -> "CalibrationParts":
        from avatar_app.gui.wizard.parts import calibration_parts

        return calibration_parts(config, self._pool)
