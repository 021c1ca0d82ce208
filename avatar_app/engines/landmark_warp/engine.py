"""The landmark-driven first-order warp. Siarohin and others, "First order motion model", 2019,
with MediaPipe's landmarks as keypoints, a relief of the head as depth and two layers."""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from avatar_app.config import Motion, MotionConfig, Mouth
from avatar_app.engines.base import EngineInfo
from avatar_app.engines.landmark_warp.drawing import polygon, remap
from avatar_app.engines.landmark_warp.eyes import move_irises
from avatar_app.engines.landmark_warp.face_flow import (
    MESH_POINTS,
    mesh_triangles,
    rasterise,
    ring_around,
    smooth_stairs,
)
from avatar_app.engines.landmark_warp.grid import Field, Grid
from avatar_app.engines.landmark_warp.head_field import HeadField
from avatar_app.engines.landmark_warp.lashes import Lashes, draw_lashes
from avatar_app.engines.landmark_warp.layers import Layers, split, trimmed
from avatar_app.engines.landmark_warp.mouth import PortraitMouth, fill_mouth
from avatar_app.face_mesh import EYE_LEFT, EYE_RIGHT, LIDS_LEFT, LIDS_RIGHT
from avatar_app.motion import HeadMotion, MotionTransfer
from avatar_app.types import Avatar, Calibration, Points, RgbaImage, RgbImage, TrackedFrame

_FACE_SAMPLES = 100
"""Samples of the flow across the face; the rest of the picture has the same step."""
_MOST_SAMPLES = 320
_NARROW = 2.0
"""An eye open by fewer samples than that is drawn at every pixel."""
_NEAR = 1.5
"""So many samples around it."""
_COARSE_SAMPLES = 56
"""Samples of the head's field across the longer side of the picture."""


@dataclass(frozen=True, slots=True, eq=False)
class PreparedPortrait:
    """A portrait ready to be warped; ``transfer`` is None until a neutral face is known. One that
    is ``cut_out`` has pictures of the person alone (H, W, 4), ``rest`` too."""

    rest: RgbImage | RgbaImage
    landmarks: Points
    layers: Layers
    grid: Grid
    head: HeadField
    ring: Field
    mouth: PortraitMouth
    lashes: Lashes
    transfer: MotionTransfer | None
    cut_out: bool = False


class LandmarkWarp:
    """The engine that is always there: no weights, no GPU, the portrait's own resolution."""

    def __init__(self, motion: MotionConfig) -> None:
        self._motion = motion

    @property
    def info(self) -> EngineInfo:
        return EngineInfo(
            "landmark_warp",
            "Landmark warp",
            "Moves the portrait by the landmarks of your face. Needs no model and no GPU.",
        )

    def prepare(self, avatar: Avatar, calibration: Calibration | None) -> PreparedPortrait:
        """Split the portrait into layers and lay its grids."""
        height, width = avatar.image.shape[:2]
        landmarks = avatar.face.landmarks
        step = max(
            float(np.ptp(landmarks[:, 0])) / _FACE_SAMPLES, max(height, width) / _MOST_SAMPLES
        )
        grid = Grid.over(width, height, step)
        coarse = Grid.over(width, height, max(height, width) / _COARSE_SAMPLES)
        layers = split(avatar.image, avatar.face)
        sheet = _sheet_weight(coarse, landmarks) if layers.background is None else None
        prepared = PreparedPortrait(
            rest=avatar.image,
            landmarks=landmarks,
            layers=layers,
            grid=grid,
            head=HeadField.of(landmarks, coarse, sheet, layers.person[..., 3]),
            ring=ring_around(landmarks.astype(np.float64)).astype(np.float32),
            mouth=PortraitMouth.of(avatar.image, landmarks),
            lashes=Lashes.of(avatar.image, landmarks),
            transfer=None,
        )
        return self.calibrate(prepared, calibration) if calibration else prepared

    def calibrate(self, prepared: PreparedPortrait, calibration: Calibration) -> PreparedPortrait:
        """The same portrait against another neutral face."""
        face = calibration.neutral.face
        if face is None:
            return replace(prepared, transfer=None)
        transfer = MotionTransfer(
            face.landmarks,
            prepared.landmarks,
            strength=self._motion.strength,
            absolute=self._motion.mode is Motion.ABSOLUTE,
            ranges=calibration.ranges,
        )
        return replace(prepared, transfer=transfer)

    def cut_out(self, prepared: PreparedPortrait) -> PreparedPortrait | None:
        """The person alone; None for a portrait that is one sheet."""
        if prepared.layers.background is None:
            return None
        person = trimmed(prepared.layers.person)
        layers = replace(prepared.layers, person=person)
        return replace(prepared, rest=person, layers=layers, cut_out=True)

    def render(self, prepared: PreparedPortrait, tracked: TrackedFrame) -> RgbImage | RgbaImage:
        """The portrait with the driver's motion; at rest without a face or a neutral."""
        if tracked.face is None or prepared.transfer is None:
            return prepared.rest
        motion = prepared.transfer.move(tracked.face.landmarks)
        moved = remap(prepared.layers.person, _flow(prepared, motion), mirrored=True)
        picture = _on_black(moved)
        if not prepared.cut_out and prepared.layers.background is not None:
            picture = _over(picture, moved, prepared.layers.background)
        draw_lashes(picture, motion.landmarks, prepared.lashes)
        camera = tracked.frame.image if self._motion.mouth is Mouth.DRIVER else None
        fill_mouth(picture, motion.landmarks, prepared.mouth, camera, tracked.face.landmarks)
        return np.dstack([picture, moved[..., 3]]) if prepared.cut_out else picture

    def close(self) -> None:
        """Nothing is held between frames."""


def _flow(prepared: PreparedPortrait, motion: HeadMotion) -> Field:
    """The backward flow (H, W, 2) of the whole picture, in pixels."""
    head, grid = prepared.head, prepared.grid
    coarse = head.backward(motion.rigid)
    target = motion.landmarks[:MESH_POINTS, :2].astype(np.float32)
    ring = head.forward(prepared.ring.astype(np.float64), motion.rigid).astype(np.float32)
    points = np.concatenate([target, ring])
    residual = np.zeros_like(points)
    shown = head.grid.sample(coarse, target[None])[0]
    residual[:MESH_POINTS] = motion.source[:MESH_POINTS, :2] - shown
    exact = rasterise(points, residual, mesh_triangles(), grid)
    smooth_stairs(exact, points, grid)
    exact += head.grid.resample(coarse, grid)
    # Above the picture its first row goes on (hair that it cuts is pinned there).
    np.maximum(exact[..., 1], 0, out=exact[..., 1])
    flow = grid.enlarge(exact)
    for lids, eye in ((LIDS_LEFT, EYE_LEFT), (LIDS_RIGHT, EYE_RIGHT)):
        sample = float(grid.scale[1])
        if _gap(target, lids) < _NARROW * sample:
            contour = points[list(eye)]
            _draw_eye(flow, contour, (points, residual), head.grid, coarse, _NEAR * sample)
    every_pixel = Grid(grid.width, grid.height, grid.width, grid.height)
    move_irises(flow, every_pixel, motion.landmarks, prepared.landmarks)
    return flow


def _gap(target: Field, lids: tuple[tuple[int, ...], ...]) -> float:
    """Mean distance of an eye's lids, pixels."""
    upper, lower = target[list(lids[0])], target[list(lids[1])]
    return float(np.linalg.norm(upper - lower, axis=1).mean())


def _draw_eye(
    flow: Field,
    contour: Field,
    moved: tuple[Field, Field],
    grid: Grid,
    coarse: Field,
    margin: float,
) -> None:
    """A narrow eye at every pixel, in place: between samples a shut one would show as a slit.
    ``moved`` are the points of the mesh and their residuals. No further around than ``margin``: a
    head that is turned folds the mesh beside its far eye, which the samples have smoothed."""
    points, residual = moved
    x0, y0 = np.maximum(np.floor(contour.min(0) - margin).astype(int), 0)
    x1, y1 = np.minimum(np.ceil(contour.max(0) + margin).astype(int), flow.shape[1::-1])
    if x1 - x0 < 2 or y1 - y0 < 2:
        return
    patch = Grid(x1 - x0, y1 - y0, x1 - x0, y1 - y0)
    corner = np.array((x0, y0), np.float32)
    places = np.mgrid[y0:y1, x0:x1][::-1].transpose(1, 2, 0).astype(np.float32)
    exact = rasterise(points - corner, residual, mesh_triangles(), patch)
    eye = flow[y0:y1, x0:x1]
    near = polygon(contour - corner, (y1 - y0, x1 - x0), grown=margin)[..., None]
    eye += near * (grid.sample(coarse, places) + exact - eye)


def _on_black(person: RgbaImage) -> RgbImage:
    return np.asarray(cv2.cvtColor(person, cv2.COLOR_RGBA2RGB), np.uint8)


def _over(picture: RgbImage, person: RgbaImage, background: RgbImage) -> RgbImage:
    """``picture`` is the warped person on black."""
    behind = cv2.merge([cv2.bitwise_not(person[..., 3])] * 3)
    shown = cv2.multiply(background, behind, scale=1 / 255)
    return np.asarray(cv2.add(picture, shown), np.uint8)


def _sheet_weight(grid: Grid, landmarks: Points) -> Field:
    """1 around the face, falling smoothly to 0 at the picture's border."""
    x, y = grid.positions()[..., 0], grid.positions()[..., 1]
    width, height = grid.width, grid.height
    edge = np.minimum(np.minimum(x, width - 1 - x), np.minimum(y, height - 1 - y))
    low, high = landmarks[:, :2].min(0), landmarks[:, :2].max(0)
    room = max(min(low[0], low[1], width - high[0], height - high[1]), 0.08 * width)
    fade = np.clip(edge / room, 0, 1)
    weight: Field = (fade * fade * (3 - 2 * fade)).astype(np.float32)
    return weight
