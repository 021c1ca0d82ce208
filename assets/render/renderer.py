"""Progressive rasteriser: many cheap passes, each with other sub-pixel, light and alpha samples.

Averaging the passes gives anti-aliasing, soft shadows, ambient occlusion and hair transparency at
once. Runs on any OpenGL 3.3, a software one (EGL, llvmpipe) included.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path

import cv2
import moderngl
import numpy as np
from lights import LightRig
from numpy.typing import NDArray
from surface import triangles

FloatArray = NDArray[np.float32]
SHADERS = Path(__file__).parent / "shaders"
SRGB8_ALPHA8 = 0x8C43
VERTEX = "3f 3f 3f 2f 1f"
ATTRIBUTES = ("in_position", "in_normal", "in_tangent", "in_uv", "in_extra")


class Kind(IntEnum):
    """How a surface answers light; the numbers are those of the shaders."""

    SKIN = 0
    CLOTH = 1
    EYE = 2
    MOUTH = 3
    FRINGE = 4
    CORNEA = 5
    STRAND = 6


@dataclass(frozen=True)
class Material:
    """Look of a surface; ``texture`` is sRGB with alpha, (H, W, 4) uint8 RGBA."""

    kind: Kind
    texture: NDArray[np.uint8] | None = None
    tint: tuple[float, float, float] = (1.0, 1.0, 1.0)
    detail: float = 0.0
    gloss: float = 1.0
    casts_shadow: bool = True
    visible: bool = True


@dataclass(frozen=True)
class Mesh:
    """Geometry of one draw call: quads over vertices that carry everything the shaders ask for."""

    position: FloatArray
    normal: FloatArray
    uv: FloatArray
    quads: NDArray[np.int32]
    tangent: FloatArray | None = None
    extra: FloatArray | None = None

    def packed(self) -> bytes:
        """Interleaved vertices as the shaders read them."""
        count = len(self.position)
        tangent = self.tangent if self.tangent is not None else np.tile([0, 1, 0], (count, 1))
        extra = self.extra if self.extra is not None else np.zeros(count)
        columns = [self.position, self.normal, tangent, self.uv, extra[:, None]]
        return np.hstack(columns).astype(np.float32).tobytes()


@dataclass(frozen=True)
class Camera:
    """A lens ``distance`` in front of ``target`` that sees ``height`` decimetres there."""

    target: tuple[float, float, float]
    height: float
    distance: float = 16.0

    def matrix(self, aspect: float) -> FloatArray:
        """World to clip space, row-major."""
        near, far = self.distance - 6, self.distance + 8
        focal = 2 * self.distance / self.height
        eye = self.eye()
        view = np.eye(4)
        view[:3, 3] = -eye
        lens = np.zeros((4, 4))
        lens[0, 0], lens[1, 1] = focal / aspect, focal
        lens[2, 2], lens[2, 3] = (far + near) / (near - far), 2 * far * near / (near - far)
        lens[3, 2] = -1
        return np.asarray(lens @ view, np.float32)

    def eye(self) -> FloatArray:
        """Where the lens stands."""
        return np.array(self.target, np.float32) + np.array([0, 0, self.distance], np.float32)


@dataclass(frozen=True)
class Layers:
    """Averaged passes, linear light: (H, W, 4) each, the alpha is coverage."""

    radiance: FloatArray
    irradiance: FloatArray
    albedo: FloatArray


@dataclass
class _Draw:
    material: Material
    buffer: moderngl.Buffer
    shade: moderngl.VertexArray
    shadow: moderngl.VertexArray
    texture: moderngl.Texture


@dataclass
class Renderer:
    """Holds the OpenGL context and the uploaded meshes."""

    width: int
    height: int
    shadow_size: int = 1024
    _draws: dict[str, _Draw] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self._gl = moderngl.create_context(standalone=True, backend="egl")
        size = (self.width, self.height)
        common = (SHADERS / "common.glsl").read_text()
        vertex = (SHADERS / "scene.vert").read_text()
        self._shade = self._gl.program(vertex, common + (SHADERS / "scene.frag").read_text())
        self._cast = self._gl.program(vertex, common + (SHADERS / "shadow.frag").read_text())
        self._copy = self._gl.program(
            (SHADERS / "copy.vert").read_text(), (SHADERS / "copy.frag").read_text()
        )
        self._pass_maps = [self._gl.texture(size, 4, dtype="f4") for _ in range(3)]
        self._sum_maps = [self._gl.texture(size, 4, dtype="f4") for _ in range(3)]
        self._pass_buffer = self._gl.framebuffer(self._pass_maps, self._gl.depth_renderbuffer(size))
        self._sum_buffer = self._gl.framebuffer(self._sum_maps)
        self._shadow_maps = [self._shadow_map() for _ in range(2)]
        self._shadow_buffers = [self._gl.framebuffer([], m) for m in self._shadow_maps]
        corners = self._gl.buffer(np.array([-1, -1, 1, -1, -1, 1, 1, 1], np.float32).tobytes())
        self._screen = self._gl.vertex_array(self._copy, [(corners, "2f", "in_corner")])
        self._detail = self._upload(_pores())

    def _shadow_map(self) -> moderngl.Texture:
        depth = self._gl.depth_texture((self.shadow_size, self.shadow_size))
        depth.compare_func = "<="
        depth.filter = (moderngl.LINEAR, moderngl.LINEAR)
        depth.repeat_x = depth.repeat_y = False
        return depth

    def _upload(self, picture: NDArray[np.uint8] | None) -> moderngl.Texture:
        image = picture if picture is not None else np.full((2, 2, 4), 255, np.uint8)
        flipped = np.ascontiguousarray(image[::-1])
        texture = self._gl.texture(
            flipped.shape[1::-1], 4, flipped.tobytes(), internal_format=SRGB8_ALPHA8
        )
        texture.build_mipmaps()
        texture.filter = (moderngl.LINEAR_MIPMAP_LINEAR, moderngl.LINEAR)
        texture.anisotropy = 4.0
        return texture

    def put(self, name: str, mesh: Mesh, material: Material) -> None:
        """Upload a mesh, or move the vertices of one that is there already."""
        if name in self._draws:
            self._draws[name].buffer.write(mesh.packed())
            return
        buffer = self._gl.buffer(mesh.packed())
        index = self._gl.buffer(triangles(mesh.quads).astype(np.int32).tobytes())
        shade = self._gl.vertex_array(
            self._shade, [(buffer, VERTEX, *ATTRIBUTES)], index, skip_errors=True
        )
        shadow = self._gl.vertex_array(
            self._cast, [(buffer, VERTEX, *ATTRIBUTES)], index, skip_errors=True
        )
        self._draws[name] = _Draw(material, buffer, shade, shadow, self._upload(material.texture))

    def render(self, camera: Camera, rig: LightRig, passes: int) -> Layers:
        """Average ``passes`` passes from the camera under the lights."""
        self._sum_buffer.clear()
        for index in range(passes):
            self._one_pass(camera, rig, index, passes)
        layers = [
            np.frombuffer(m.read(), np.float32).reshape(self.height, self.width, 4)[::-1] / passes
            for m in self._sum_maps
        ]
        return Layers(*layers)

    def _one_pass(self, camera: Camera, rig: LightRig, index: int, passes: int) -> None:
        lights = rig.sample(index, passes)
        self._set(self._cast, seed=float(index % 61))
        for light, buffer in zip(lights, self._shadow_buffers, strict=True):
            self._draw_shadow(buffer, light.matrix)
        self._set(
            self._shade,
            light_direction=np.array([light.direction for light in lights]),
            light_colour=np.array([light.colour for light in lights]),
            light_matrix=np.array([light.matrix.T for light in lights]),
            key_direction=rig.key.direction,
            eye_point=camera.eye(),
            view_projection=camera.matrix(self.width / self.height).T,
            jitter=self._jitter(index),
            seed=float(index % 61),
        )
        self._draw_scene()
        self._add_pass()

    def _jitter(self, index: int) -> FloatArray:
        offsets = np.modf(np.array([0.7548776662, 0.5698402910]) * (index + 1))[0]
        # A tent over two pixels resolves finer than a box and leaves no stairs.
        tent = np.where(offsets < 0.5, np.sqrt(2 * offsets) - 1, 1 - np.sqrt(2 - 2 * offsets))
        return np.asarray(0.85 * 2 * tent / np.array([self.width, self.height]), np.float32)

    def _draw_shadow(self, buffer: moderngl.Framebuffer, matrix: FloatArray) -> None:
        buffer.use()
        buffer.clear(depth=1.0)
        self._gl.enable_only(moderngl.DEPTH_TEST)
        self._set(self._cast, view_projection=matrix.T, jitter=np.zeros(2))
        for draw in self._draws.values():
            if draw.material.casts_shadow:
                self._bind(self._cast, draw)
                draw.shadow.render()

    def _draw_scene(self) -> None:
        self._pass_buffer.use()
        self._pass_buffer.clear()
        self._gl.enable_only(moderngl.DEPTH_TEST)
        for slot, shadow_map in enumerate(self._shadow_maps):
            shadow_map.use(2 + slot)
            self._shade[f"shadow_{slot}"] = 2 + slot
        self._detail.use(1)
        self._set(self._shade, detail_map=1)
        glass = [d for d in self._draws.values() if d.material.kind == Kind.CORNEA]
        solid = [d for d in self._draws.values() if d not in glass and d.material.visible]
        for draw in solid:
            self._bind(self._shade, draw)
            draw.shade.render()
        self._gl.enable(moderngl.BLEND)
        self._gl.blend_func = moderngl.ONE, moderngl.ONE
        for draw in glass:
            self._bind(self._shade, draw)
            draw.shade.render()

    def _bind(self, program: moderngl.Program, draw: _Draw) -> None:
        draw.texture.use(0)
        look = draw.material
        self._set(program, colour_map=0, kind=int(look.kind))
        self._set(program, tint=look.tint, detail=look.detail, gloss=look.gloss)

    def _add_pass(self) -> None:
        self._sum_buffer.use()
        self._gl.enable_only(moderngl.BLEND)
        self._gl.blend_func = moderngl.ONE, moderngl.ONE
        for slot, name in enumerate(("radiance_in", "irradiance_in", "albedo_in")):
            self._pass_maps[slot].use(slot)
            self._copy[name] = slot
        self._screen.render(moderngl.TRIANGLE_STRIP)

    @staticmethod
    def _set(program: moderngl.Program, **values: object) -> None:
        for name, value in values.items():
            if name not in program:
                continue
            if isinstance(value, np.ndarray):
                program[name].write(value.astype(np.float32).tobytes())
            else:
                program[name] = value


def _pores(size: int = 1024) -> NDArray[np.uint8]:
    """Tileable height map of skin pores and fine creases, grey RGBA."""
    rng = np.random.default_rng(5)
    noise = rng.normal(size=(size, size)).astype(np.float32)
    fine = _wrapped_blur(noise, 1.6) * 3.0
    broad = _wrapped_blur(noise[::-1], 5.0) * 6.0
    grey = np.clip(0.55 + 0.35 * (fine + 0.5 * broad), 0, 1)
    return np.dstack([(grey * 255).astype(np.uint8)] * 3 + [np.full((size, size), 255, np.uint8)])


def _wrapped_blur(noise: FloatArray, sigma: float) -> FloatArray:
    margin = int(4 * sigma) + 1
    wide = np.pad(noise, margin, mode="wrap")
    return np.asarray(cv2.GaussianBlur(wide, (0, 0), sigma)[margin:-margin, margin:-margin])


def load_texture(path: Path) -> NDArray[np.uint8]:
    """A picture as RGBA, its colours spread into the transparent parts so edges keep no fringe."""
    image = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    if image.shape[2] == 3:
        return np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGBA))
    rgba = cv2.cvtColor(image, cv2.COLOR_BGRA2RGBA).astype(np.float32)
    return np.asarray(_bleed(rgba).astype(np.uint8))


def _bleed(rgba: FloatArray, sigmas: Sequence[float] = (2, 6, 20, 80)) -> FloatArray:
    colour, weight = rgba[..., :3], (rgba[..., 3:] / 255) ** 2
    filled, done = colour * weight, weight
    for sigma in sigmas:
        soft = cv2.GaussianBlur(colour * weight, (0, 0), sigma)
        amount = cv2.GaussianBlur(weight, (0, 0), sigma)[..., None]
        missing = (1 - np.clip(done, 0, 1)) * np.clip(amount * 50, 0, 1)
        filled = filled + missing * soft / np.maximum(amount, 1e-4)
        done = done + missing
    return np.dstack([np.clip(filled / np.maximum(done, 1e-4), 0, 255), rgba[..., 3]])
