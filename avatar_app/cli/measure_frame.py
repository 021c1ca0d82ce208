"""What one live frame costs, against FaceMesh alone on the same frames."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import cycle, islice
from typing import Any, TypeVar

import cv2
import numpy as np

from avatar_app.build import as_shown, avatar_opener, engine_opener
from avatar_app.capture import open_source
from avatar_app.compose import Composer
from avatar_app.config import AppConfig, OutputConfig
from avatar_app.errors import MediaError
from avatar_app.mediapipe_library import import_mediapipe
from avatar_app.paths import bundled_avatars
from avatar_app.pipeline import Pipeline
from avatar_app.tracking.mediapipe_tracker import MediaPipeTracker
from avatar_app.types import Avatar, Frame, RenderedFrame

_CAMERA = (640, 480)
_PORTRAIT = 512
_WARM_UP = 30
_CLIP_FRAMES = 120

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class FrameCost:
    """Medians in milliseconds. ``live_frame_ms`` is track + render + compose, a 512-pixel
    portrait in a 1280 x 720 picture; ``stages_ms`` its parts."""

    face_mesh_ms: float
    live_frame_ms: float
    stages_ms: dict[str, float]

    @property
    def ratio(self) -> float:
        """The live frame in units of FaceMesh alone."""
        return self.live_frame_ms / self.face_mesh_ms


def measure_frame(count: int, config: AppConfig) -> FrameCost:
    """Time ``count`` frames both ways, in turns, in this thread."""
    frames = _clip_frames()
    tracker = MediaPipeTracker(smoothing=config.motion.smoothing)
    engine = engine_opener(config)()
    out = config.output
    composer = Composer(out.width, out.height, fit=out.fit, mirror=out.mirror, badge=out.badge)
    pipeline = Pipeline(tracker, composer)
    pipeline.use(engine, engine.prepare(_portrait(), None))
    mesh = _face_mesh()
    try:
        return _in_turns(frames, count, mesh.process, pipeline.process)
    finally:
        mesh.close()
        tracker.close()
        engine.close()


def _in_turns(
    frames: list[Frame],
    count: int,
    face_mesh: Callable[[Any], object],
    live_frame: Callable[[Frame], RenderedFrame],
) -> FrameCost:
    alone, whole, stages = [], [], []
    warm_up = min(_WARM_UP, count)
    for number, frame in enumerate(islice(cycle(frames), warm_up + count)):
        _, alone_ms = _timed(face_mesh, frame.image)
        stamped = replace(frame, index=number, captured_at=time.perf_counter())
        rendered, whole_ms = _timed(live_frame, stamped)
        if number >= warm_up:
            alone.append(alone_ms)
            whole.append(whole_ms)
            stages.append(rendered.timings)
    names = sorted({name for timings in stages for name in timings}, reverse=True)
    return FrameCost(
        statistics.median(alone),
        statistics.median(whole),
        {name: statistics.median(t.get(name, 0.0) * 1000 for t in stages) for name in names},
    )


def _timed(work: Callable[[Any], T], argument: object) -> tuple[T, float]:
    """What ``work`` gives and how many milliseconds it took."""
    begun = time.perf_counter()
    result = work(argument)
    return result, (time.perf_counter() - begun) * 1000


def _clip_frames() -> list[Frame]:
    """The bundled clip's first frames at a camera's size."""
    source = open_source("clip:", every_frame=True)
    frames: list[Frame] = []
    try:
        while len(frames) < _CLIP_FRAMES and (frame := source.read()) is not None:
            image = np.asarray(cv2.resize(frame.image, _CAMERA, interpolation=cv2.INTER_AREA))
            frames.append(replace(frame, image=image.astype(np.uint8)))
    finally:
        source.close()
    if not frames:
        raise MediaError("The bundled clip has no frames.", "Install the program again.")
    return frames


def _portrait() -> Avatar:
    """The first bundled portrait, scaled to 512 pixels."""
    name = next(iter(bundled_avatars()), None)
    if name is None:
        raise MediaError("No avatar is bundled here.", "Install the program again.")
    small = OutputConfig.model_validate({"width": _PORTRAIT, "height": _PORTRAIT})
    return as_shown(avatar_opener(name)(), small)


def _face_mesh() -> Any:
    """MediaPipe's own graph as the tracker opens it, with nothing around it."""
    import_mediapipe()
    from mediapipe.python.solutions.face_mesh import FaceMesh

    return FaceMesh(static_image_mode=False, max_num_faces=1, refine_landmarks=True)
