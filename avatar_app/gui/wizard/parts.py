"""What a calibration needs of the program: openers, called in the wizard's own thread."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from avatar_app.capture.base import FrameSource
from avatar_app.config import AppConfig
from avatar_app.engines.pool import Pool
from avatar_app.tracking.base import FaceTracker
from avatar_app.types import (
    Avatar,
    Calibration,
    FaceObservation,
    Frame,
    RgbImage,
    TrackedFrame,
)

_WIDTH = 640
"""The review is a picture in a window, not the one that others see."""


class Rehearsal(Protocol):
    """The avatar as it would follow the driver; belongs to one thread."""

    def use(self, calibration: Calibration | None) -> None:
        """Measure motion against this neutral face; None takes the next good one."""
        ...

    def show(self, tracked: TrackedFrame) -> RgbImage:
        """The avatar's picture for a frame."""
        ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class CalibrationParts:
    """For one camera and one avatar. All may be slow and raise AvatarError. ``mirrored`` says that
    the session turns the source's frames round; calibrations are kept as a source that is not
    mirrored shows the face, and come and go here as the session sees it."""

    open_avatar: Callable[[], Avatar]
    open_source: Callable[[], FrameSource]
    open_tracker: Callable[[], FaceTracker]
    load_kept: Callable[[], Calibration | None]
    keep: Callable[[Calibration], None]
    forget: Callable[[], object]
    open_rehearsal: Callable[[Avatar], Rehearsal]
    mirrored: bool = False


def calibration_parts(config: AppConfig, pool: Pool | None = None) -> CalibrationParts:
    """Those of the settings' camera and avatar. Nothing is opened here."""
    from avatar_app import build
    from avatar_app.reflection import mirrored_calibration

    load, keep = build.calibration_opener(config), build.calibration_keeper(config)
    turn = mirrored_calibration if config.source.mirror else _as_it_is

    def load_kept() -> Calibration | None:
        kept = load()
        return None if kept is None else turn(kept)

    return CalibrationParts(
        open_avatar=build.avatar_opener(config.avatar, mirror=config.scene.mirror_avatar),
        open_source=build.source_opener(config),
        open_tracker=build.tracker_opener(config),
        load_kept=load_kept,
        keep=lambda found: keep(turn(found)),
        forget=lambda: build.open_calibrations().delete(build.calibration_key(config)),
        open_rehearsal=lambda avatar: _open_rehearsal(config, avatar, pool),
        mirrored=config.source.mirror,
    )


def _as_it_is(calibration: Calibration) -> Calibration:
    return calibration


def _open_rehearsal(config: AppConfig, avatar: Avatar, pool: Pool | None) -> Rehearsal:
    from avatar_app.build import as_shown, engine_opener
    from avatar_app.compose import Composer

    height = 2 * round(_WIDTH * config.output.height / config.output.width / 2)
    out = config.output.model_copy(update={"width": _WIDTH, "height": height, "badge": False})
    composer = Composer(out.width, out.height, fit=out.fit, mirror=out.mirror, badge=out.badge)
    engine = engine_opener(config, pool)()
    try:
        prepared = engine.prepare(as_shown(avatar, out), None)
        return _PipelineRehearsal(engine, prepared, composer)
    except BaseException:
        engine.close()
        raise


class _Found:
    """A tracker that gives the face that was found already."""

    face: FaceObservation | None = None

    def track(self, frame: Frame) -> FaceObservation | None:  # noqa: ARG002 - a tracker's method
        return self.face

    def close(self) -> None:
        """Nothing is held open."""


class _PipelineRehearsal:
    """The program's own pipeline, with nobody looking but the driver."""

    def __init__(self, engine: Any, prepared: Any, composer: Any) -> None:
        from avatar_app.pipeline import Pipeline

        self._engine, self._found = engine, _Found()
        self._pipeline = Pipeline(self._found, composer)
        self._pipeline.use(engine, prepared)

    def use(self, calibration: Calibration | None) -> None:
        self._pipeline.calibrate(calibration)

    def show(self, tracked: TrackedFrame) -> RgbImage:
        self._found.face = tracked.face
        return self._pipeline.process(tracked.frame).image

    def close(self) -> None:
        self._engine.close()
