"""A person of nobody: head, hair, eyes and clothing put together and posed."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import cv2
import numpy as np
from garment import Garment
from hair import Haircut, Strands, grow, ribbons, scalp_share
from heads import BODY, HeadKit, Part, Pose, rotation
from numpy.typing import NDArray
from renderer import Kind, Material, Mesh, Renderer, load_texture
from surface import smooth_normals

FloatArray = NDArray[np.float32]
EYES = "eyes"
PIVOT = np.array([0.0, -1.0, -0.85], np.float32)  # top of the spine
LENS = np.array([0.0, -0.3, 16.0], np.float32)  # hair ribbons face about here


@dataclass(frozen=True)
class Person:
    """What makes one identity: shape, skin, eyes, hair, clothing."""

    shape: Mapping[str, float]
    skin: str
    eyes: str
    brows: str
    lashes: str
    garment: Garment
    cloth: tuple[float, float, float]
    units: str  # whose expression units fit: african, asian or caucasian
    rest: Mapping[str, float] = field(default_factory=dict)
    brow_tint: tuple[float, float, float] = (1.0, 1.0, 1.0)
    skin_tint: tuple[float, float, float] = (1.0, 1.0, 1.0)
    gloss: float = 1.0
    knit: float = 0.012  # depth of the stitches
    haircut: Haircut | None = None


@dataclass
class Bust:
    """The meshes of a person; ``pose`` moves them in the renderer they were put in."""

    kit: HeadKit
    person: Person
    renderer: Renderer
    levels: int = 2
    _parts: dict[str, tuple[Part, Material]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        look = self.person
        self._add(BODY, Kind.SKIN, look.skin, self.levels, look.skin_tint, 0.0022, 0.8 * look.gloss)
        self._add(EYES, Kind.EYE, look.eyes, 1, (0.86, 0.84, 0.84))
        self._add("teeth", Kind.MOUTH, "teeth.png", 0, (0.98, 0.93, 0.85), gloss=0.7)
        self._add("tongue", Kind.MOUTH, "tongue01_diffuse.png", 1, (0.75, 0.6, 0.6), gloss=0.7)
        self._add(look.brows, Kind.FRINGE, f"{look.brows}.png", 1, look.brow_tint, casts=False)
        self._add(
            look.lashes, Kind.FRINGE, f"{look.lashes}.png", 1, (0.02, 0.02, 0.02), casts=False
        )
        plain = self.kit.morph(look.shape)
        self._origin = self.kit.eye_centres(plain).mean(axis=0)
        self._cloth = look.garment.mesh()
        self._strands = self._grow(plain) if look.haircut else None
        self._scalp = self._scalp_tint(plain)

    def _add(
        self,
        name: str,
        kind: Kind,
        picture: str,
        levels: int,
        tint: tuple[float, float, float],
        detail: float = 0.0,
        gloss: float = 1.0,
        casts: bool = True,
    ) -> None:
        texture = load_texture(self.kit.texture(picture))
        if kind == Kind.EYE:
            texture = _calm_iris(texture)
        if kind == Kind.MOUTH:
            texture = _paler(texture)
        material = Material(kind, texture, tint, detail, gloss, casts)
        self._parts[name] = (self.kit.part(name, levels), material)

    def _grow(self, head: FloatArray) -> Strands:
        part = self.kit.part(BODY, 1)
        surface = np.asarray(part.subdivision.matrix @ head, np.float32) - self._origin
        assert self.person.haircut
        return grow(surface, smooth_normals(surface, part.faces), part.faces, self.person.haircut)

    def _scalp_tint(self, head: FloatArray) -> FloatArray:
        """Colour factor of the skin: the scalp shows the hair's colour between the strands."""
        part, _ = self._parts[BODY]
        surface = np.asarray(part.subdivision.matrix @ head, np.float32) - self._origin
        cut = self.person.haircut
        if cut is None:
            return np.ones_like(surface)
        share = scalp_share(surface, cut.line, 2.5 * cut.edge)[:, None] * cut.shadow
        return np.asarray(1 - share * (1 - np.array([0.16, 0.13, 0.11])), np.float32)

    def _put_hair(self, pose: Pose) -> None:
        cut = self.person.haircut
        if cut is None or self._strands is None:
            return
        turn = rotation(pose.yaw, pose.pitch, pose.roll)
        moved = (self._strands.points - PIVOT) @ turn.T + PIVOT + np.array(pose.shift, np.float32)
        strands = Strands(moved, self._strands.normals @ turn.T, self._strands.shade)
        look = Material(Kind.STRAND, tint=cut.colour, casts_shadow=False)
        self.renderer.put("hair", ribbons(strands, cut.width, LENS), look)
        cast = Material(Kind.STRAND, visible=False)
        self.renderer.put("hair shade", ribbons(strands, 4.5 * cut.width, None, every=7), cast)

    def _put_garment(self, pose: Pose) -> None:
        vertices, normals, quads, uv = self._cloth
        collar = self.person.garment.is_collar(vertices)
        mesh = Mesh(vertices + np.array(pose.shift), normals, uv, quads, extra=collar)
        self.renderer.put(
            "garment", mesh, Material(Kind.CLOTH, tint=self.person.cloth, detail=self.person.knit)
        )

    def pose(self, expression: Mapping[str, float], pose: Pose) -> None:
        """Move every part: expression units by their short names, then head and eyes."""
        units = {f"expression/units/{self.person.units}/{n}": w for n, w in expression.items()}
        weights = dict(self.person.shape)
        for name, value in [*self.person.rest.items(), *units.items()]:
            weights[name] = weights.get(name, 0.0) + value
        head = self.kit.morph(weights)
        self._put_garment(pose)
        self._put_hair(pose)
        for name, (part, material) in self._parts.items():
            cage = self.kit.place(name, head)
            if name == EYES:
                cage = self._turn_eyes(cage, head, pose)
            surface = np.asarray(part.subdivision.matrix @ cage, np.float32) - self._origin
            self._put_part(part, material, self._bend_neck(surface, pose, name == BODY), pose)

    def _turn_eyes(self, cage: FloatArray, head: FloatArray, pose: Pose) -> FloatArray:
        turned = cage.copy()
        for side, centre in zip((-1, 1), self.kit.eye_centres(head), strict=True):
            mine = np.sign(cage[:, 0]) == side
            turn = rotation(pose.gaze_x, -pose.gaze_y, 0)
            turned[mine] = (cage[mine] - centre) @ turn.T + centre
        return turned

    def _bend_neck(self, points: FloatArray, pose: Pose, is_body: bool) -> FloatArray:
        """Turn the head about the top of the spine; the neck follows less the lower it is."""
        height = points[:, 1] + (0.35 * (points[:, 2] + 0.8) if is_body else 0)
        share = np.clip((height + 1.75) / 0.85, 0, 1)
        share = (share * share * (3 - 2 * share))[:, None] if is_body else np.ones((len(points), 1))
        if not is_body:
            turned = (points - PIVOT) @ rotation(pose.yaw, pose.pitch, pose.roll).T + PIVOT
            return np.asarray(turned, np.float32)
        steps = 8  # a few fixed angles, blended: cheaper than a matrix for every vertex
        level = share[:, 0] * steps
        bent = np.zeros_like(points)
        for k in range(steps + 1):
            part = k / steps
            turn = rotation(pose.yaw * part, pose.pitch * part, pose.roll * part)
            weight = np.clip(1 - np.abs(level - k), 0, 1)[:, None]
            bent += weight * ((points - PIVOT) @ turn.T + PIVOT)
        return np.asarray(bent, np.float32)

    def _put_part(self, part: Part, material: Material, surface: FloatArray, pose: Pose) -> None:
        normals = smooth_normals(surface, part.faces)
        hidden = self._under_cloth(surface) if part.name == BODY else None
        surface = surface + np.array(pose.shift, np.float32)
        mesh = Mesh(
            surface[part.corner_vertex],
            normals[part.corner_vertex],
            part.uv[part.corner_uv],
            part.corner_quads,
            tangent=self._scalp[part.corner_vertex] if part.name == BODY else None,
            extra=hidden[part.corner_vertex] if hidden is not None else None,
        )
        self.renderer.put(part.name, mesh, material)
        if part.name == EYES:
            glass = Material(Kind.CORNEA, material.texture, gloss=30.0, casts_shadow=False)
            self.renderer.put("cornea", mesh, glass)

    def _under_cloth(self, surface: FloatArray) -> FloatArray:
        """Below zero where the skin lies under the cloth and would only poke through."""
        garment = self.person.garment
        lift = garment.lift(surface) + 0.03
        outside = garment.neck_radius + 0.06 - garment.ring_radius(surface)
        return np.asarray(np.where(lift < 0.55, np.minimum(lift, outside), lift), np.float32)


def spread_skin_light(irradiance: FloatArray, pixels_per_dm: float) -> FloatArray:
    """Scatter light under the skin: red travels furthest (screen-space diffusion)."""
    mask = irradiance[..., 3:]
    out = np.zeros_like(irradiance[..., :3])
    for channel, (near, far, mix) in enumerate(
        [(0.010, 0.034, 0.42), (0.007, 0.02, 0.4), (0.004, 0.012, 0.3)]
    ):
        layers = []
        for reach in (near, far):
            sigma = max(reach * pixels_per_dm, 0.3)
            light = cv2.GaussianBlur(irradiance[..., channel], (0, 0), sigma)
            amount = cv2.GaussianBlur(mask[..., 0], (0, 0), sigma)
            layers.append(light / np.maximum(amount, 1e-3))
        out[..., channel] = (1 - mix) * layers[0] + mix * layers[1]
    return out


def _paler(texture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Less saturated, for gums painted too red."""
    colour = texture[..., :3].astype(np.float32)
    mixed = 0.6 * colour + 0.4 * colour.mean(axis=2, keepdims=True)
    return np.dstack([mixed.astype(np.uint8), texture[..., 3]])


def _calm_iris(texture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Take the red glow out of painted brown irises; the white of the eye stays."""
    colour = texture[..., :3].astype(np.float32)
    spread = colour.max(axis=2) - colour.min(axis=2)
    chosen = np.clip(spread / np.maximum(colour.max(axis=2), 1) * 3 - 0.9, 0, 1)[..., None]
    grey = colour.mean(axis=2, keepdims=True)
    brown = 0.35 * colour + 0.65 * np.clip(1.15 * grey, 0, 255) * np.array([1.25, 0.88, 0.62])
    mixed = (1 - chosen) * colour + chosen * brown
    return np.dstack([np.clip(mixed, 0, 255).astype(np.uint8), texture[..., 3]])
