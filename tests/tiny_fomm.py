"""A model of the First Order Motion Model's family that is nothing but first-order motion.

`drive` finds patches of known colours, `render` moves the portrait's own pixels by the mean of the
affine maps that keypoints and jacobians tell. So what a driven picture must be is known exactly.
The networks are real ONNX files, a few kilobytes each.
"""

import hashlib
from pathlib import Path

import cv2
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from avatar_app.model_store.card import FommConventions, ModelCard, ModelPart, card_text
from avatar_app.model_store.installed import InstalledModel
from avatar_app.types import Points, RgbImage

MARKS = (33, 263, 4, 17)
"""The landmarks that carry a patch: eye corners, the nose's tip, under the lower lip."""
COLOURS = np.array(((255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 0, 255)), np.uint8)
LAYOUT = np.array(((-0.3, -0.2), (0.3, -0.2), (0.0, 0.05), (0.0, 0.3)), np.float32)
"""(4, 2): places of the keypoints where the jacobian is the identity."""
_SHARPNESS = 60.0
_OPSET = 17


def make_tiny_model(
    root: Path,
    *,
    name: str = "tiny",
    size: int = 64,
    jacobians: bool = True,
    told_keypoints: int = len(MARKS),
    gain: float = 1.0,
    broken: bool = False,
) -> InstalledModel:
    """Write a model into ``root``/``name``. ``told_keypoints`` is what its card says; ``gain``
    makes the network paint in wrong colours, ``broken`` no numbers."""
    folder = root / name
    folder.mkdir(parents=True)
    graphs = {
        "source": _source(size),
        "drive": _drive(size, jacobians),
        "render": _render(size, jacobians, np.nan if broken else gain),
    }
    parts = {}
    for word, graph in graphs.items():
        path = folder / f"{name}.{word}.onnx"
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)])
        model.ir_version = 8
        onnx.checker.check_model(model)
        path.write_bytes(model.SerializeToString())
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        parts[word] = ModelPart(file=path.name, size=path.stat().st_size, sha256=digest)
    card = ModelCard(
        name=name,
        title="Tiny",
        licence="Made by the tests.",
        origin="tests",
        origin_sha256=hashlib.sha256(name.encode()).hexdigest(),
        fomm=FommConventions(
            input_size=size, num_kp=told_keypoints, jacobians=jacobians, align_corners=True
        ),
        parts=parts,
    )
    (folder / f"{name}.toml").write_text(card_text(card), encoding="utf-8")
    return InstalledModel(card, folder)


def with_patches(image: RgbImage, landmarks: Points) -> RgbImage:
    """A copy of the picture that `drive` can read: discs of its colours at the landmarks."""
    marked = image.copy()
    radius = 0.07 * float(np.ptp(landmarks[:, 0]))
    for number, colour in zip(MARKS, COLOURS, strict=True):
        x, y = np.round(landmarks[number, :2] * 16).astype(int)
        cv2.circle(
            marked, (int(x), int(y)), round(radius * 16), colour.tolist(), -1, cv2.LINE_AA, 4
        )
    return marked


class _Graph:
    """Nodes and constants under construction."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def add(self, operator: str, *inputs: str, to: str = "", **attributes: object) -> str:
        output = to or f"{operator.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, list(inputs), [output], **attributes))
        return output

    def constant(self, values: object, dtype: type = np.float32) -> str:
        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(values, dtype), name))
        return name

    def made(
        self, name: str, inputs: dict[str, tuple[int, ...]], outputs: dict[str, tuple[int, ...]]
    ) -> onnx.GraphProto:
        kind = TensorProto.FLOAT
        return helper.make_graph(
            self.nodes,
            name,
            [helper.make_tensor_value_info(key, kind, shape) for key, shape in inputs.items()],
            [helper.make_tensor_value_info(key, kind, shape) for key, shape in outputs.items()],
            self.constants,
        )


def _source(size: int) -> onnx.GraphProto:
    graph = _Graph()
    graph.add("Identity", "image", to="features")
    graph.add("AveragePool", "image", to="small", kernel_shape=[4, 4], strides=[4, 4])
    picture = (1, 3, size, size)
    return graph.made(
        "source", {"image": picture}, {"features": picture, "small": (1, 3, size // 4, size // 4)}
    )


def _drive(size: int, jacobians: bool) -> onnx.GraphProto:
    """Soft-argmax of how near each pixel is to a patch's colour; jacobians are the linear part of
    the affine map that carries the layout to the keypoints."""
    graph, count = _Graph(), len(MARKS)
    colours = COLOURS.astype(np.float32) / 255
    nearness = np.concatenate([2 * colours, -np.ones_like(colours)], axis=1)
    both = graph.add("Concat", "image", graph.add("Mul", "image", "image"), axis=1)
    kernel = graph.constant(_SHARPNESS * nearness.reshape(count, 6, 1, 1))
    flat = graph.constant((1, count, size * size), np.int64)
    heat = graph.add("Softmax", graph.add("Reshape", graph.add("Conv", both, kernel), flat), axis=2)
    grid = graph.constant(_grid(size).reshape(-1, 2))
    graph.add("MatMul", heat, grid, to="value")
    outputs: dict[str, tuple[int, ...]] = {"value": (1, count, 2)}
    if jacobians:
        centred = LAYOUT - LAYOUT.mean(0)
        linear = graph.constant(centred @ np.linalg.inv(centred.T @ centred))
        one = graph.add("MatMul", graph.add("Transpose", "value", perm=[0, 2, 1]), linear)
        shape = graph.constant((1, 1, 2, 2), np.int64)
        times = graph.constant((1, count, 1, 1), np.int64)
        graph.add("Tile", graph.add("Reshape", one, shape), times, to="jacobian")
        outputs["jacobian"] = (1, count, 2, 2)
    return graph.made("drive", {"image": (1, 3, size, size)}, outputs)


def _render(size: int, jacobians: bool, gain: float) -> onnx.GraphProto:
    """T(z) = mean of J_s · J_d⁻¹ · (z − p_d) + p_s over all keypoints."""
    graph, count = _Graph(), len(MARKS)
    keypoints: dict[str, tuple[int, ...]] = {"source_value": (1, count, 2), "value": (1, count, 2)}
    if jacobians:
        keypoints |= {"source_jacobian": (1, count, 2, 2), "jacobian": (1, count, 2, 2)}
        linear = graph.add("MatMul", "source_jacobian", _inverse(graph, count))
    else:
        linear = graph.constant(np.broadcast_to(np.eye(2), (1, count, 2, 2)))
    column = graph.constant((1, count, 2, 1), np.int64)
    carried = graph.add("MatMul", linear, graph.add("Reshape", "value", column))
    shift = graph.add("Sub", graph.add("Reshape", "source_value", column), carried)
    mean_shift = graph.add("ReduceMean", shift, axes=[1], keepdims=0)
    mean_linear = graph.add("ReduceMean", linear, axes=[1], keepdims=0)
    places = graph.constant(_grid(size).reshape(1, -1, 2).transpose(0, 2, 1))
    moved = graph.add("Add", graph.add("MatMul", mean_linear, places), mean_shift)
    turned = graph.add("Transpose", moved, perm=[0, 2, 1])
    where = graph.add("Reshape", turned, graph.constant((1, size, size, 2), np.int64))
    picture = graph.add("GridSample", "features", where, align_corners=1, padding_mode="border")
    graph.add("Mul", picture, graph.constant(gain), to="picture")
    inputs = {"features": (1, 3, size, size), "small": (1, 3, size // 4, size // 4)}
    return graph.made("render", inputs | keypoints, {"picture": (1, 3, size, size)})


def _inverse(graph: _Graph, count: int) -> str:
    """The driving jacobians' inverses, in closed form."""
    flat = graph.add("Reshape", "jacobian", graph.constant((1, count, 4), np.int64))
    a, b, c, d = (
        graph.add("Gather", flat, graph.constant([place], np.int64), axis=2) for place in range(4)
    )
    det = graph.add("Sub", graph.add("Mul", a, d), graph.add("Mul", b, c))
    minus_b, minus_c = graph.add("Neg", b), graph.add("Neg", c)
    adjugate = graph.add("Concat", d, minus_b, minus_c, a, axis=2)
    shape = graph.constant((1, count, 2, 2), np.int64)
    return graph.add("Reshape", graph.add("Div", adjugate, det), shape)


def _grid(size: int) -> np.ndarray:
    """(size, size, 2): x and y of every pixel, -1 to 1."""
    line = np.linspace(-1, 1, size, dtype=np.float32)
    return np.stack(np.meshgrid(line, line), axis=-1)
