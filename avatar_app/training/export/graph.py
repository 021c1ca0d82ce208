"""An ONNX graph, written node by node."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from avatar_app import __version__

Attribute: TypeAlias = int | float | str | list[int]

OPSET = 17
_IR_VERSION = 8
"""The file format that came with opset 17: older runtimes refuse newer ones."""


class Graph:
    """Operators in the order of their calls; tensors go by the names that the calls return.

    Everything is float32 unless it was cast; shapes are static."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []
        self._inputs: list[onnx.ValueInfoProto] = []
        self._outputs: list[onnx.ValueInfoProto] = []
        self._known: dict[tuple[str, tuple[int, ...], bytes], str] = {}

    def input(self, name: str, shape: Sequence[int]) -> str:
        """Declares a float32 input."""
        self._inputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))
        return name

    def output(self, name: str, tensor: str, shape: Sequence[int]) -> None:
        """Declares ``tensor`` an output of that name, float32."""
        self._nodes.append(helper.make_node("Identity", [tensor], [name], name=name))
        self._outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))

    def constant(self, values: NDArray[np.generic] | Sequence[float]) -> str:
        """Numbers of the file; a plain sequence becomes float32. Equal small ones are kept once."""
        array = values if isinstance(values, np.ndarray) else np.asarray(values, dtype=np.float32)
        if array.size > 64:
            return self._store(array)
        key = (array.dtype.str, array.shape, array.tobytes())
        if key not in self._known:
            self._known[key] = self._store(array)
        return self._known[key]

    def op(self, kind: str, *inputs: str, **attributes: Attribute) -> str:
        """Adds a node with one output and returns its name."""
        return self.ops(kind, 1, *inputs, **attributes)[0]

    def ops(self, kind: str, count: int, *inputs: str, **attributes: Attribute) -> list[str]:
        """Adds a node with ``count`` outputs and returns their names."""
        label = f"{kind}_{len(self._nodes)}"
        names = [label if count == 1 else f"{label}_{i}" for i in range(count)]
        given: dict[str, Any] = {**attributes, "name": label}
        self._nodes.append(helper.make_node(kind, inputs, names, **given))
        return names

    def reshape(self, tensor: str, *shape: int) -> str:
        """The same numbers in another shape; -1: what remains."""
        return self.op("Reshape", tensor, self.constant(np.array(shape, dtype=np.int64)))

    def cast(self, tensor: str, dtype: type[np.generic]) -> str:
        """The numbers in another kind."""
        return self.op("Cast", tensor, to=helper.np_dtype_to_tensor_dtype(np.dtype(dtype)))

    def sample(self, picture: str, places: str, *, align_corners: bool) -> str:
        """``picture`` (1, C, H, W) at ``places`` (1, h, w, 2), bilinear, zero beyond its edge."""
        return self.op(
            "GridSample",
            picture,
            places,
            mode="bilinear",
            padding_mode="zeros",
            align_corners=int(align_corners),
        )

    def doubled(self, tensor: str) -> str:
        """Each pixel of (1, C, H, W) twice along both axes."""
        return self.op(
            "Resize",
            tensor,
            "",
            self.constant([1, 1, 2, 2]),
            mode="nearest",
            coordinate_transformation_mode="asymmetric",
            nearest_mode="floor",
        )

    def cut(self, tensor: str, axis: int, start: int, end: int) -> str:
        """The part from ``start`` to before ``end`` along one axis."""
        bounds = [self.constant(np.array([i], dtype=np.int64)) for i in (start, end, axis)]
        return self.op("Slice", tensor, *bounds)

    def model(self) -> onnx.ModelProto:
        """The checked model."""
        graph = helper.make_graph(
            self._nodes, self._name, self._inputs, self._outputs, self._constants
        )
        model = helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", OPSET)],
            ir_version=_IR_VERSION,
            producer_name="avatar_app",
            producer_version=__version__,
        )
        onnx.checker.check_model(model, full_check=True)
        return model

    def _store(self, array: NDArray[np.generic]) -> str:
        name = f"constant_{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name
