"""One frame's way: track, render, compose. No threads, no devices, no Qt.

Live use, offline use and the tests share it. Whatever fails on the way, what comes out is the
avatar or a card: the camera's picture passes only while pass-through is on.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np

from avatar_app.calibration.neutral_crop import placed
from avatar_app.compose import Composer
from avatar_app.engines.base import AvatarEngine, CuttingEngine, Prepared
from avatar_app.errors import AvatarError, EngineError, TrackerError, unforeseen
from avatar_app.face_mesh import LIPS_INNER
from avatar_app.geometry import box_around
from avatar_app.reflection import mirrored_calibration
from avatar_app.scene import Scene
from avatar_app.tracking.base import FaceTracker
from avatar_app.tracking.neutral import GOOD, neutral_cost
from avatar_app.types import (
    LANDMARK_COUNT,
    Alpha,
    Calibration,
    FaceObservation,
    Frame,
    Outcome,
    RenderedFrame,
    RgbImage,
    TrackedFrame,
)

HOLD_SECONDS = 0.4
FADE_SECONDS = 0.4
_HOLD_WHEN_FAILED = 1.0
_PATIENCE_FOR_NEUTRAL = 2.0
_LARGEST_FACE = 2.0
_LARGEST_MOUTH = 0.12
_LIGHT = "More light on the face may help."


@dataclass(frozen=True, slots=True)
class Fault:
    """What went wrong with a frame: 'source', 'tracker' or 'engine', and in which words."""

    where: str
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class _Outfit:
    """``shown`` is what was prepared, without its background where the scene asks for that."""

    engine: AvatarEngine[Any]
    prepared: Prepared
    shown: Prepared
    backdrop: RgbImage


class Pipeline:
    """``process`` turns a camera frame into the picture others see. Belongs to one thread.

    ``calibration`` is the driver's neutral face. Without one the first face found is taken, and
    when that face was a poor one (turned, talking) the first good one after it; one that was kept
    from another day is put where those faces are. ``on_neutral`` gets each neutral face that was
    asked for. All times come from ``captured_at``, so equal frames give equal pictures, live or
    offline."""

    def __init__(
        self,
        tracker: FaceTracker,
        composer: Composer,
        *,
        calibration: Calibration | None = None,
        on_neutral: Callable[[Calibration], None] | None = None,
    ) -> None:
        self._tracker = tracker
        self._on_neutral = on_neutral
        self._kept: Calibration | None = None
        self._composer = composer
        self._calibration = calibration
        self._outfit: _Outfit | None = None
        self._pass_through = False
        self._neutral_wanted = False
        self._neutral_until: float | None = None
        self._last: RgbImage | None = None
        self._missing_since: float | None = None
        self._tracked: TrackedFrame | None = None
        self._fault: Fault | None = None

    @property
    def tracked(self) -> TrackedFrame | None:
        """The latest frame with the face found in it; None while pass-through is on."""
        return self._tracked

    @property
    def fault(self) -> Fault | None:
        """What went wrong with the latest frame, if anything did."""
        return self._fault

    @property
    def calibration(self) -> Calibration | None:
        """The neutral face in use; None before the first face."""
        return self._calibration

    def use(self, engine: AvatarEngine[Any], prepared: Prepared) -> None:
        """Show another avatar, or the same by another engine, from the next frame on.

        On an error of the engine or of its picture at rest (EngineError) the old one stays."""
        if self._calibration is not None and self._calibration.is_placed:
            prepared = engine.calibrate(prepared, self._calibration)
        self._outfit = self._dressed(engine, prepared)
        self._last = None

    def set_scene(self, scene: Scene) -> None:
        """Another background or another way round, from the next frame on."""
        before, self._composer.scene = self._composer.scene, scene
        if self._outfit is None:
            return
        try:
            self._outfit = self._dressed(self._outfit.engine, self._outfit.prepared)
        except Exception:
            self._composer.scene = before
            raise
        self._last = None

    def set_composer(self, composer: Composer) -> None:
        """Another badge, or cards in another language, from the next frame on; of the same size
        and fit as the one before, whose scene it takes over."""
        composer.scene = self._composer.scene
        self._composer = composer

    def use_tracker(self, tracker: FaceTracker) -> None:
        """Replace a tracker that died; whoever opened the old one closes it."""
        self._tracker = tracker

    def calibrate(self, calibration: Calibration | None) -> None:
        """Measure motion against this neutral face; None takes the next face found."""
        self._use_calibration(calibration)
        self._kept = None
        self._neutral_wanted, self._neutral_until = False, None

    def mirror_input(self) -> None:
        """Frames come the other way round from now on, and the neutral face with them."""
        if self._calibration is not None:
            try:
                self._use_calibration(mirrored_calibration(self._calibration))
            except EngineError:  # The next face is taken instead.
                self._calibration = None
        if self._kept is not None:
            self._kept = mirrored_calibration(self._kept)
        self._last = None

    def request_neutral(self) -> None:
        """Take the next good face as the neutral one, after two seconds any face. The driver's
        ranges stay."""
        self._neutral_wanted, self._neutral_until = True, None

    def set_pass_through(self, on: bool) -> None:
        """Show the camera's own picture in a red frame, or the avatar again."""
        self._pass_through = on
        self._last = None

    def process(self, frame: Frame) -> RenderedFrame:
        """The picture for this frame, always of the composer's size; see ``fault``."""
        self._fault = None
        if self._pass_through:
            return self._passed(frame)
        begun = time.perf_counter()
        self._tracked = TrackedFrame(frame, self._track(frame))
        tracked_at = time.perf_counter()
        picture, outcome = self._picture(self._tracked)
        rendered_at = time.perf_counter()
        image, alpha, outcome = self._compose(picture, outcome)
        timings = {
            "track": tracked_at - begun,
            "render": rendered_at - tracked_at,
            "compose": time.perf_counter() - rendered_at,
        }
        return _rendered(frame, image, outcome, timings, alpha)

    def _passed(self, frame: Frame) -> RenderedFrame:
        self._tracked = None
        begun = time.perf_counter()
        try:
            image, outcome = self._composer.pass_through(frame.image), Outcome.PASS_THROUGH
        except AvatarError as error:
            self._fail("source", error)
            image, outcome = self._card(), Outcome.FAILED
        return _rendered(frame, image, outcome, {"compose": time.perf_counter() - begun})

    def _track(self, frame: Frame) -> FaceObservation | None:
        try:
            face = self._tracker.track(frame)
            if face is not None:
                _check_face(face, frame)
            return face
        except Exception as error:  # A tracker's fault costs its frame, never the session.
            self._fail("tracker", error)
            return None

    def _picture(self, tracked: TrackedFrame) -> tuple[RgbImage | None, Outcome]:
        outfit, now = self._outfit, tracked.frame.captured_at
        if outfit is None:
            return None, Outcome.PLACEHOLDER
        if self._fault is not None:
            return self._held(now), Outcome.FAILED
        if tracked.face is None:
            return self._without_face(outfit, now)
        try:
            self._take_neutral(tracked, now)
            self._last = self._render(self._outfit or outfit, tracked)
        except Exception as error:  # An engine's fault costs its frame, never the session.
            self._fail("engine", error)
            return self._held(now), Outcome.FAILED
        self._missing_since = None
        return self._last, Outcome.RENDERED

    def _render(self, outfit: _Outfit, tracked: TrackedFrame) -> RgbImage:
        picture: RgbImage = outfit.engine.render(outfit.shown, tracked)
        _check_picture(picture, outfit.shown.rest, tracked.frame.image)
        return picture

    def _dressed(self, engine: AvatarEngine[Any], prepared: Prepared) -> _Outfit:
        shown = self._cut_out(engine, prepared)
        cut = shown.rest if shown is not prepared else None
        return _Outfit(engine, prepared, shown, self._composer.backdrop(prepared.rest, cut))

    def _cut_out(self, engine: AvatarEngine[Any], prepared: Prepared) -> Prepared:
        if not self._composer.cuts_out or not isinstance(engine, CuttingEngine):
            return prepared
        return engine.cut_out(prepared) or prepared

    def _use_calibration(self, calibration: Calibration | None) -> None:
        if calibration is not None and calibration.is_placed and self._outfit is not None:
            engine = self._outfit.engine
            prepared = engine.calibrate(self._outfit.prepared, calibration)
            shown = self._cut_out(engine, prepared)
            self._outfit = replace(self._outfit, prepared=prepared, shown=shown)
        self._calibration = calibration

    def _take_neutral(self, tracked: TrackedFrame, now: float) -> None:
        assert tracked.face is not None
        good = neutral_cost(tracked.face) < GOOD
        if self._calibration is None:
            self._use_calibration(Calibration(tracked))
            if not self._neutral_wanted:
                self._neutral_wanted, self._neutral_until = not good, float("inf")
        elif not self._calibration.is_placed or (self._kept is not None and good):
            kept = self._kept or self._calibration
            self._use_calibration(placed(kept, tracked))
            self._kept = None if good else kept
        elif self._neutral_wanted:
            if self._neutral_until is None:
                self._neutral_until = now + _PATIENCE_FOR_NEUTRAL
            if good or now >= self._neutral_until:
                self._take(tracked)

    def _take(self, tracked: TrackedFrame) -> None:
        asked_for = self._neutral_until != float("inf")
        ranges = self._calibration.ranges if self._calibration is not None else None
        neutral = Calibration(tracked, ranges=ranges)
        self.calibrate(neutral)
        if asked_for and self._on_neutral is not None:
            self._on_neutral(neutral)

    def _without_face(self, outfit: _Outfit, now: float) -> tuple[RgbImage, Outcome]:
        rest, age = outfit.shown.rest, self._missing_for(now)
        if self._last is None or age >= HOLD_SECONDS + FADE_SECONDS:
            return rest, Outcome.NO_FACE
        if age < HOLD_SECONDS:
            return self._last, Outcome.HELD
        part = (age - HOLD_SECONDS) / FADE_SECONDS
        faded = cv2.addWeighted(self._last, 1 - part, rest, part, 0)
        return np.asarray(faded, np.uint8), Outcome.NO_FACE

    def _held(self, now: float) -> RgbImage | None:
        return self._last if self._missing_for(now) < _HOLD_WHEN_FAILED else None

    def _missing_for(self, now: float) -> float:
        """Seconds since the first frame that gave no picture of its own. Not since the last one
        that did: an engine that takes a second for a picture lets as much time pass between two
        frames, and a face missed in one of them is no face that has gone."""
        self._missing_since = now if self._missing_since is None else min(self._missing_since, now)
        return now - self._missing_since

    def _compose(
        self, picture: RgbImage | None, outcome: Outcome
    ) -> tuple[RgbImage, Alpha | None, Outcome]:
        if picture is None or self._outfit is None:
            return self._card(), None, outcome
        try:
            image = self._composer.compose(picture, self._outfit.backdrop)
            return image, self._composer.alpha(picture), outcome
        except AvatarError as error:
            self._fail("engine", error)
            return self._card(), None, Outcome.FAILED

    def _card(self) -> RgbImage:
        return self._composer.card("One moment", "The avatar will be back.")

    def _fail(self, where: str, error: Exception) -> None:
        if isinstance(error, AvatarError):
            self._fault = Fault(where, error.message, error.hint)
        else:
            self._fault = Fault(where, unforeseen(where, error))


def _rendered(
    frame: Frame,
    image: RgbImage,
    outcome: Outcome,
    timings: Mapping[str, float],
    alpha: Alpha | None = None,
) -> RenderedFrame:
    return RenderedFrame(image, frame.index, frame.captured_at, outcome, timings, alpha)


def _check_face(face: FaceObservation, frame: Frame) -> None:
    """Refuse what no face can be. The engine may show the pixels inside the lips, so lips that
    span half the face would let the camera's picture out. Raises TrackerError."""
    points = face.landmarks
    if points.shape != (LANDMARK_COUNT, 3) or not np.isfinite(points).all():
        raise TrackerError(
            f"The tracker gave landmarks of shape {points.shape} or not finite; "
            f"expected finite ({LANDMARK_COUNT}, 3).",
            "Restart the session.",
        )
    height, width = frame.image.shape[:2]
    box, mouth = box_around(points), box_around(points[list(LIPS_INNER)])
    if box.width > _LARGEST_FACE * width or box.height > _LARGEST_FACE * height:
        raise TrackerError("The tracker gave a face far larger than the picture.", _LIGHT)
    if mouth.width * mouth.height > _LARGEST_MOUTH * box.width * box.height:
        raise TrackerError("The tracker gave a mouth too large for its face.", _LIGHT)


def _check_picture(picture: RgbImage, rest: RgbImage, camera: RgbImage) -> None:
    dtype, shape = getattr(picture, "dtype", None), getattr(picture, "shape", None)
    if dtype != np.uint8 or shape != rest.shape:
        raise EngineError(
            f"The engine gave {dtype} {shape}, expected uint8 {rest.shape}.",
            "Choose another engine.",
        )
    if _is_cameras(picture, rest, camera):
        raise EngineError("The engine gave the camera's own picture.", "Choose another engine.")


def _is_cameras(picture: RgbImage, rest: RgbImage, camera: RgbImage) -> bool:
    """The camera's picture or an exact copy. A portrait taken from the clip that drives it may
    equal one of its frames, but then at rest as well."""
    if np.may_share_memory(picture, rest):
        return False
    return np.may_share_memory(picture, camera) or (
        _samples_equal(picture, camera) and not _samples_equal(rest, camera)
    )


def _samples_equal(a: RgbImage, b: RgbImage) -> bool:
    a, b = a[..., :3], b[..., :3]
    return a.shape == b.shape and np.array_equal(a[::8, ::8], b[::8, ::8])
