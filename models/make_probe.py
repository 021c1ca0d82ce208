"""Makes probe.onnx, the small network whose speed tells runtimes apart.

Its weights are constants that the runtime itself fills in when it opens the file, so the file is
tiny and the arithmetic is that of a real network."""

from pathlib import Path

import onnx
from onnx import TensorProto, helper

SIDE = 128
CHANNELS = 32
LAYERS = 5


def probe_model() -> onnx.ModelProto:
    """Five 3x3 convolutions with ReLU, 3 to 32 channels at 128 x 128."""
    nodes, initializers, value = [], [], "image"
    for layer in range(LAYERS):
        taken = CHANNELS if layer else 3
        size, weight = f"size{layer}", f"weight{layer}"
        conv, value_out = f"conv{layer}", f"relu{layer}" if layer < LAYERS - 1 else "picture"
        fill = helper.make_tensor("value", TensorProto.FLOAT, [1], [1 / (9 * taken)])
        initializers.append(
            helper.make_tensor(size, TensorProto.INT64, [4], [CHANNELS, taken, 3, 3])
        )
        nodes += [
            helper.make_node("ConstantOfShape", [size], [weight], value=fill),
            helper.make_node("Conv", [value, weight], [conv], pads=[1, 1, 1, 1]),
            helper.make_node("Relu", [conv], [value_out]),
        ]
        value = value_out
    graph = helper.make_graph(
        nodes,
        "probe",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, SIDE, SIDE])],
        [helper.make_tensor_value_info("picture", TensorProto.FLOAT, [1, CHANNELS, SIDE, SIDE])],
        initializers,
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


if __name__ == "__main__":
    model = probe_model()
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, str(Path(__file__).with_name("probe.onnx")))
