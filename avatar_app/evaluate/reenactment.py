"""Self-reenactment: a clip's own neutral frame is the portrait, the clip itself is the truth."""

from collections.abc import Callable

from avatar_app.capture import open_source
from avatar_app.capture.base import FrameSource
from avatar_app.compose import Composer
from avatar_app.config import AppConfig, Fit
from avatar_app.engines.registry import open_engine
from avatar_app.errors import FaceError
from avatar_app.evaluate.measures import Comparison
from avatar_app.offline import choose_neutral
from avatar_app.pipeline import Pipeline
from avatar_app.tracking.mediapipe_tracker import MediaPipeTracker
from avatar_app.types import Avatar, Calibration, Frame, Points, RgbImage

Progress = Callable[[int, int | None], None]


def evaluate_clip(
    clip: str,
    config: AppConfig,
    *,
    neutral: str | int = "best",
    progress: Progress | None = None,
) -> dict[str, dict[str, float]]:
    """The figures of "unmoved" (the portrait left alone) and of the engine, for one clip.

    ``neutral`` is the frame that serves as portrait and as neutral face: "best", "first" or a
    number. Driving landmarks are smoothed as in use; truth and result are measured without. The
    badge is off. Raises MediaError or FaceError for a clip that cannot be used."""
    calibration = _neutral_of(clip, neutral)
    face = calibration.neutral.face
    if face is None:
        raise FaceError(f"No face was found in {clip}.", "Choose a clip with one face.")
    portrait = calibration.neutral.frame.image
    pipeline, close = _pipeline(config, Avatar("neutral", portrait, face), calibration)
    methods = {"unmoved": Comparison(), config.engine: Comparison()}
    watchers = {name: MediaPipeTracker() for name in ("truth", *methods)}
    source = _source(clip)
    try:
        while (frame := source.read()) is not None:
            truth = _landmarks(watchers["truth"], frame, frame.image)
            pictures = {"unmoved": portrait, config.engine: pipeline.process(frame).image}
            for name, picture in pictures.items():
                found = _landmarks(watchers[name], frame, picture)
                methods[name].add(frame.image, picture, (truth, found))
            if progress is not None:
                progress(frame.index + 1, source.info.frame_count)
    finally:
        source.close()
        close()
        for tracker in watchers.values():
            tracker.close()
    return {name: comparison.figures() for name, comparison in methods.items()}


def _neutral_of(clip: str, how: str | int) -> Calibration:
    tracker = MediaPipeTracker()
    try:
        chosen = choose_neutral(lambda: _source(clip), tracker, how)
    finally:
        tracker.close()
    if chosen is None:
        raise FaceError(f"No face was found in {clip}.", "Choose a clip with one face.")
    return chosen


def _pipeline(
    config: AppConfig, avatar: Avatar, calibration: Calibration
) -> tuple[Pipeline, Callable[[], None]]:
    """The pipeline of an offline run, without a badge, and what closes it."""
    tracker = MediaPipeTracker(smoothing=config.motion.smoothing)
    engine = open_engine(config)
    composer = Composer(None, None, fit=Fit.CONTAIN, mirror=False, badge=False)
    pipeline = Pipeline(tracker, composer, calibration=calibration)

    def close() -> None:
        tracker.close()
        engine.close()

    try:
        pipeline.use(engine, engine.prepare(avatar, calibration))
    except BaseException:
        close()
        raise
    return pipeline, close


def _source(clip: str) -> FrameSource:
    return open_source(clip, every_frame=True)


def _landmarks(tracker: MediaPipeTracker, frame: Frame, picture: RgbImage) -> Points | None:
    face = tracker.track(Frame(picture, frame.index, frame.captured_at))
    return None if face is None else face.landmarks
