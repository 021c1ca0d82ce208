"""How long one frame of a First Order Motion Model takes, in several ways, in one run."""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np
import onnx
import torch
from torch import nn

from avatar_app.config import Runtime
from avatar_app.runtimes.cpu_threads import default_threads
from avatar_app.runtimes.onnx_session import open_session
from avatar_app.training.checkpoint import read_checkpoint
from avatar_app.training.export.parity import Case, reference_cases
from avatar_app.training.export.parts import Style, drive_part, render_part
from avatar_app.training.nets.fomm.build import Networks, build_networks
from avatar_app.training.nets.fomm.config import FommConfig, read_config
from avatar_app.training.nets.fomm.keypoints import Keypoints
from avatar_app.training.nets.fomm.load import load_networks

_SEED = 1
_MATRIX = 2048
"""Side of the matrices whose product tells how fast this machine multiplies."""

Frame = Callable[[], object]
"""Computes one frame."""


@dataclass(frozen=True, slots=True)
class SpeedRow:
    """One way to compute a frame: the median in milliseconds, and that in parts of the first
    row's."""

    name: str
    ms: float
    ratio: float


def compare_speed(
    file: Path | None, config: Path | None, frames: int, threads: int
) -> list[SpeedRow]:
    """The ways to compute a frame on the CPU, each ``frames`` times, in turns.

    First the authors' way: torch finds the keypoints and runs the whole generator, the portrait's
    encoder included. Then torch with the portrait encoded once, ONNX Runtime with the plain parts,
    and with the part made for CPUs. At the end what the multiplications alone would take at this
    machine's fastest matrix product. ``file`` None: random weights of the published model's shape
    or of that in ``config``. 0 threads: one for each core. Raises ModelError."""
    settings = read_config(config)
    networks = _seeded(settings) if file is None else _loaded(file, settings)
    threads = threads or default_threads()
    with ExitStack() as stack:
        stack.enter_context(_torch_threads(threads))
        stack.enter_context(torch.inference_mode())
        case = next(reference_cases(networks, settings.input_size))
        plain = _models(networks, settings, Style.PLAIN)
        fast = _models(networks, settings, Style.FAST)
        ways: dict[str, Frame] = {
            "torch, the portrait encoded anew": _torch_whole(networks, case),
            "torch, the portrait encoded once": _torch_steady(networks, case),
            "ONNX Runtime, plain": stack.enter_context(_runtime(plain, case, threads)),
            "ONNX Runtime, made for CPUs": stack.enter_context(_runtime(fast, case, threads)),
        }
        times = _in_turns(ways, frames)
        total = multiplications(plain)
        times[f"{total / 1e9:.1f} billion multiplications alone"] = total * _pace(frames)
    first = next(iter(times.values()))
    return [SpeedRow(name, 1000 * spent, spent / first) for name, spent in times.items()]


def _loaded(file: Path, settings: FommConfig) -> Networks:
    return load_networks(settings, read_checkpoint(file))


def _seeded(settings: FommConfig) -> Networks:
    """Random weights under which values keep their size from layer to layer."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(_SEED)
        networks = build_networks(settings)
        for network in (networks.generator, networks.kp_detector):
            for module in network.modules():
                if isinstance(module, nn.Conv2d):
                    nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
            network.eval()
    return networks


def _torch_whole(networks: Networks, case: Case) -> Frame:
    image, source_image = (_tensor(case, name) for name in ("image", "source_image"))
    source = _source_keypoints(case)
    return lambda: networks.generator(source_image, source, networks.kp_detector(image))


def _torch_steady(networks: Networks, case: Case) -> Frame:
    image, features, small = (_tensor(case, name) for name in ("image", "features", "small"))
    source, generator = _source_keypoints(case), networks.generator
    return lambda: generator.render(features, small, source, networks.kp_detector(image))


def _tensor(case: Case, name: str) -> torch.Tensor:
    return torch.from_numpy(case.tensors[name])


def _source_keypoints(case: Case) -> Keypoints:
    jacobian = "source_jacobian"
    return Keypoints(
        _tensor(case, "source_value"),
        _tensor(case, jacobian) if jacobian in case.tensors else None,
    )


def _models(networks: Networks, settings: FommConfig, style: Style) -> list[onnx.ModelProto]:
    """The parts that run in every frame: drive and render."""
    size, detector = settings.input_size, networks.kp_detector
    jacobians = detector.jacobian is not None
    return [
        drive_part(detector, size),
        render_part(networks.generator, size, style, jacobians=jacobians),
    ]


@contextmanager
def _runtime(models: list[onnx.ModelProto], case: Case, threads: int) -> Iterator[Frame]:
    """A frame on ONNX Runtime, with the settings of the program."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        sessions = []
        for number, model in enumerate(models):
            path = folder / f"{number}.onnx"
            path.write_bytes(model.SerializeToString())
            session = open_session(path, Runtime.CPU, threads=threads)
            sessions.append(stack.enter_context(closing(session)))
        drive, render = sessions
        names = [spec.name for spec in render.inputs]
        kept = {name: case.tensors[name] for name in names}

        yield lambda: render.run(kept | drive.run({"image": case.tensors["image"]}))


def _in_turns(ways: dict[str, Frame], frames: int) -> dict[str, float]:
    """Seconds of a frame: the median of each, after one that does not count."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(frames + 1):
        for name, frame in ways.items():
            spent = _seconds(frame)
            if turn:
                times[name].append(spent)
    return {name: median(spent) for name, spent in times.items()}


def _seconds(frame: Frame) -> float:
    start = time.perf_counter()
    frame()
    return time.perf_counter() - start


def _pace(times: int) -> float:
    """Seconds for one multiplication of a product of large matrices."""
    a, b = torch.full((2, _MATRIX, _MATRIX), 0.5)
    return min(_seconds(lambda: a @ b) for _ in range(times + 1)) / _MATRIX**3


def multiplications(models: list[onnx.ModelProto]) -> int:
    """Of all convolutions: each result takes the weights of one channel."""
    total = 0
    for model in models:
        graph = onnx.shape_inference.infer_shapes(model).graph
        weights = {tensor.name: list(tensor.dims) for tensor in graph.initializer}
        shapes = {
            info.name: [d.dim_value for d in info.type.tensor_type.shape.dim]
            for info in graph.value_info
        }
        for node in graph.node:
            if node.op_type == "Conv":
                results = np.prod(shapes[node.output[0]], dtype=np.int64)
                total += int(results * np.prod(weights[node.input[1]][1:], dtype=np.int64))
    return total


@contextmanager
def _torch_threads(threads: int) -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        yield
    finally:
        torch.set_num_threads(before)
