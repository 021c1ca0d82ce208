"""Networks of a few operators, written to files."""

from pathlib import Path

import numpy as np
import onnx
from onnx import NodeProto, TensorProto, helper, numpy_helper

SHAPE = (1, 3, 8, 8)


def picture(seed: int = 0) -> np.ndarray:
    """(1, 3, 8, 8) float32 in [0, 1)."""
    return np.random.default_rng(seed).random(SHAPE, dtype=np.float32)


def save(
    path: Path,
    nodes: list[NodeProto],
    inputs: dict[str, tuple[int | str, ...]],
    outputs: dict[str, tuple[int | str, ...]],
    constants: dict[str, np.ndarray] | None = None,
    kind: int = TensorProto.FLOAT,
) -> Path:
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info(name, kind, shape) for name, shape in inputs.items()],
        [helper.make_tensor_value_info(name, kind, shape) for name, shape in outputs.items()],
        [numpy_helper.from_array(value, name) for name, value in (constants or {}).items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, str(path))
    return path


def waves(path: Path, shape: tuple[int | str, ...] = SHAPE) -> Path:
    """y = exp(sin(cos(x))): three operators that nothing fuses."""
    nodes = [
        helper.make_node("Cos", ["x"], ["a"]),
        helper.make_node("Sin", ["a"], ["b"]),
        helper.make_node("Exp", ["b"], ["y"]),
    ]
    return save(path, nodes, {"x": shape}, {"y": shape})


def scaled(path: Path, factor: float, operator: str = "Mul") -> Path:
    """y = factor * x, or another operator with two operands."""
    node = helper.make_node(operator, ["x", "factor"], ["y"])
    constants = {"factor": np.array(factor, np.float32)}
    return save(path, [node], {"x": SHAPE}, {"y": SHAPE}, constants)


def logarithm(path: Path) -> Path:
    """y = log(-x): not a number for any x above 0."""
    nodes = [helper.make_node("Neg", ["x"], ["n"]), helper.make_node("Log", ["n"], ["y"])]
    return save(path, nodes, {"x": SHAPE}, {"y": SHAPE})


def blend(path: Path) -> Path:
    """y = kept + x, z = kept - x."""
    nodes = [
        helper.make_node("Add", ["kept", "x"], ["y"]),
        helper.make_node("Sub", ["kept", "x"], ["z"]),
    ]
    return save(path, nodes, {"kept": SHAPE, "x": SHAPE}, {"y": SHAPE, "z": SHAPE})


def endless(path: Path) -> Path:
    """Opens as any network does; a run never ends."""
    boolean, scalar = TensorProto.BOOL, TensorProto.FLOAT
    body = helper.make_graph(
        [
            helper.make_node("Identity", ["go"], ["go_on"]),
            helper.make_node("Cos", ["before"], ["after"]),
        ],
        "body",
        [
            helper.make_tensor_value_info("turn", TensorProto.INT64, []),
            helper.make_tensor_value_info("go", boolean, []),
            helper.make_tensor_value_info("before", scalar, SHAPE),
        ],
        [
            helper.make_tensor_value_info("go_on", boolean, []),
            helper.make_tensor_value_info("after", scalar, SHAPE),
        ],
    )
    node = helper.make_node("Loop", ["turns", "yes", "x"], ["y"], body=body)
    constants = {"turns": np.array(2**62, np.int64), "yes": np.array(True)}
    return save(path, [node], {"x": SHAPE}, {"y": SHAPE}, constants)


def heavy(path: Path, megabytes: int, bias: float = 0.0) -> Path:
    """y = x + bias, and weights of this size that have to be kept."""
    count = megabytes * 250_000
    nodes = [
        helper.make_node("ReduceMean", ["x"], ["m"], axes=[0, 1, 2, 3], keepdims=0),
        helper.make_node("Mul", ["m", "weights"], ["w"]),
        helper.make_node("ReduceMin", ["w"], ["least"], keepdims=0),
        helper.make_node("Add", ["x", "least"], ["y"]),
    ]
    constants = {"weights": np.full(count, bias, np.float32)}
    return save(path, nodes, {"x": SHAPE}, {"y": SHAPE}, constants)
