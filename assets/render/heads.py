"""Morphable textured head: morphs, hair and eye proxies, subdivision, neck skinning.

Reads a packed MakeHuman head (CC0): ``makehuman/makehuman_head.npz`` and its textures. Lengths are
decimetres, y points up and z to the viewer; the origin is moved to the point between the eyes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from surface import Subdivision

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int32]
BODY = "body"


@dataclass(frozen=True)
class Pose:
    """Where head and eyes point; degrees, except the shift, which is in decimetres."""

    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    gaze_x: float = 0.0
    gaze_y: float = 0.0
    shift: tuple[float, float, float] = (0.0, 0.0, 0.0)


@dataclass(frozen=True)
class Part:
    """One drawable piece of a head: quads in its own vertex numbering, with texture coordinates."""

    name: str
    faces: IntArray
    uv: FloatArray
    subdivision: Subdivision
    corner_vertex: IntArray  # (M,) vertex of each drawn corner
    corner_uv: IntArray  # (M,) texture coordinate of each drawn corner
    corner_quads: IntArray  # (N, 4) into the corners


@dataclass
class HeadKit:
    """The packed head, opened once."""

    folder: Path
    _data: dict[str, NDArray[np.generic]] = field(init=False)
    _names: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        with np.load(self.folder / "makehuman" / "makehuman_head.npz") as packed:
            self._data = {key: packed[key] for key in packed.files}
        self._names = {str(n): i for i, n in enumerate(self._data["target_names"])}

    def texture(self, name: str) -> Path:
        """Path of a picture of the kit."""
        return self.folder / "makehuman" / "textures" / name

    def morph(self, weights: Mapping[str, float]) -> FloatArray:
        """Base mesh plus weighted targets, (V, 3)."""
        vertices = np.array(self._data["verts"], np.float32)
        ptr, index, delta = (self._data[f"target_{k}"] for k in ("ptr", "idx", "delta"))
        for name, weight in weights.items():
            start, end = ptr[self._names[name] : self._names[name] + 2]
            vertices[index[start:end]] += weight * delta[start:end].astype(np.float32)
        return vertices

    def part(self, name: str, levels: int) -> Part:
        """Faces of the body or of a proxy, subdivided ``levels`` times."""
        if name == BODY:
            keep = self._data["face_group"] == 0
            faces, faces_uv = self._data["faces"][keep], self._data["faces_uv"][keep]
            uv, count = self._data["uv"], len(self._data["verts"])
        else:
            proxy = f"proxy/{name}/"
            faces, faces_uv = self._data[proxy + "faces"], self._data[proxy + "faces_uv"]
            uv, count = self._data[proxy + "uv"], len(self._data[proxy + "ref"])
        subdivision = Subdivision.build(faces, count, levels)
        texture_net = Subdivision.build_linear(faces_uv, len(uv), levels)
        corners = np.stack([subdivision.faces.ravel(), texture_net.faces.ravel()], axis=1)
        pairs, quads = np.unique(corners, axis=0, return_inverse=True)
        return Part(
            name,
            subdivision.faces,
            np.asarray(texture_net.matrix @ uv, np.float32),
            subdivision,
            pairs[:, 0],
            pairs[:, 1],
            quads.reshape(-1, 4).astype(np.int32),
        )

    def place(self, name: str, vertices: FloatArray) -> FloatArray:
        """Cage of a part on a morphed head: the head itself, or a proxy fitted to it."""
        if name == BODY:
            return vertices
        ref, weight, offset, scale_ref, divisor = (
            self._data[f"proxy/{name}/{k}"] for k in ("ref", "w", "off", "scale_ref", "scale_div")
        )
        axes = np.arange(3)
        span = np.abs(vertices[scale_ref[:, 0], axes] - vertices[scale_ref[:, 1], axes])
        base = np.einsum("nk,nkc->nc", weight, vertices[ref])
        return np.asarray(base + offset * (span / divisor), np.float32)

    def eye_centres(self, vertices: FloatArray) -> FloatArray:
        """Centres of the right and left eyeball, (2, 3)."""
        groups = list(self._data["group_names"])
        centres = []
        for name in ("helper-r-eye", "helper-l-eye"):
            chosen = self._data["faces"][self._data["face_group"] == groups.index(name)]
            centres.append(vertices[np.unique(chosen)].mean(axis=0))
        return np.array(centres, np.float32)


def rotation(yaw: float, pitch: float, roll: float) -> FloatArray:
    """Rotation matrix from degrees: roll first, then pitch, then yaw."""
    y, p, r = np.radians([yaw, pitch, roll])
    about_y = np.array([[np.cos(y), 0, np.sin(y)], [0, 1, 0], [-np.sin(y), 0, np.cos(y)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(p), -np.sin(p)], [0, np.sin(p), np.cos(p)]])
    about_z = np.array([[np.cos(r), -np.sin(r), 0], [np.sin(r), np.cos(r), 0], [0, 0, 1]])
    return np.asarray(about_y @ about_x @ about_z, np.float32)
