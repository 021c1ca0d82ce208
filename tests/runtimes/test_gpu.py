"""On a real NVIDIA GPU: python -m pytest -m gpu tests/runtimes. Times are printed with -s."""

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import tiny_networks as tiny
from onnx import TensorProto, helper

from avatar_app.config import Precision, Runtime, RuntimeConfig
from avatar_app.runtimes.base import PartFiles, Tensor
from avatar_app.runtimes.onnx_session import OnnxSession, open_session
from avatar_app.runtimes.probe import report
from avatar_app.runtimes.select import open_best
from avatar_app.runtimes.timed_probe import time_runtime

pytestmark = pytest.mark.gpu

SHAPE = (1, 32, 64, 64)


@pytest.fixture(autouse=True)
def _cuda_works() -> None:
    found = report(Runtime.CUDA)
    assert found.usable, f"{found.why_not} {found.mend}"


def _convolutions(path: Path, *, half: bool) -> Path:
    """Four convolutions of ``kept`` + ``x``, computed in FP16 between float32 borders."""
    numbers = np.random.default_rng(3)
    kind, dtype = (TensorProto.FLOAT16, np.float16) if half else (TensorProto.FLOAT, np.float32)
    nodes = [
        helper.make_node("Add", ["kept", "x"], ["sum"]),
        helper.make_node("Cast", ["sum"], ["r0"], to=kind),
    ]
    constants = {}
    for layer in range(4):
        weights = numbers.normal(0, 0.06, (32, 32, 3, 3)).astype(dtype)
        constants[f"w{layer}"] = weights
        nodes += [
            helper.make_node("Conv", [f"r{layer}", f"w{layer}"], [f"c{layer}"], pads=[1] * 4),
            helper.make_node("Relu", [f"c{layer}"], [f"r{layer + 1}"]),
        ]
    nodes.append(helper.make_node("Cast", ["r4"], ["y"], to=TensorProto.FLOAT))
    return tiny.save(path, nodes, {"kept": SHAPE, "x": SHAPE}, {"y": SHAPE}, constants)


def _feeds() -> dict[str, Tensor]:
    numbers = np.random.default_rng(4)
    return {name: numbers.random(SHAPE, dtype=np.float32) for name in ("kept", "x")}


def _relative_error(got: Tensor, expected: Tensor) -> float:
    return float(np.sqrt(np.mean((got - expected) ** 2)) / expected.std())


def _ms(run: Callable[[], object]) -> float:
    for _ in range(5):
        run()
    times = []
    for _ in range(50):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1e3


@pytest.mark.parametrize(("half", "bound"), [(False, 1e-4), (True, 1e-2)])
def test_cuda_computes_what_the_cpu_computes(tmp_path: Path, half: bool, bound: float) -> None:
    path = _convolutions(tmp_path / "net.onnx", half=half)
    plain = _convolutions(tmp_path / "plain.onnx", half=False)
    cpu, cuda = open_session(plain, Runtime.CPU), open_session(path, Runtime.CUDA)
    assert cuda.provider.word == "cuda"
    assert cuda.provider.nodes == cuda.provider.all_nodes
    error = _relative_error(cuda.run(_feeds())["y"], cpu.run(_feeds())["y"])
    print(f"half={half}: relative error {error:.2e}")
    assert error < bound
    cuda.close()
    cpu.close()


def test_bound_tensors_give_the_same_as_tensors_that_are_handed_over(tmp_path: Path) -> None:
    import onnxruntime

    path = _convolutions(tmp_path / "net.onnx", half=False)
    bound = open_session(path, Runtime.CUDA)
    session = onnxruntime.InferenceSession(
        path, providers=["CUDAExecutionProvider", "CPUExecutionProvider"]
    )
    plain = OnnxSession(session, bound.provider)
    feeds = _feeds()
    pinned = bound.pin({"kept": feeds["kept"]})
    expected = plain.run(feeds)["y"]
    for _ in range(3):
        got = bound.run({"x": feeds["x"]}, pinned)["y"]
        assert _relative_error(got, expected) < 2e-3, "The plain one computes in TF32."
    handed, kept = _ms(lambda: plain.run(feeds)), _ms(lambda: bound.run({"x": feeds["x"]}, pinned))
    print(f"handed over {handed:.3f} ms, bound {kept:.3f} ms a run")
    bound.close()
    plain.close()


def test_auto_takes_half_precision_on_the_gpu(tmp_path: Path) -> None:
    files = PartFiles(
        _convolutions(tmp_path / "net.onnx", half=False),
        _convolutions(tmp_path / "net_fp16.onnx", half=True),
    )
    notes: list[str] = []
    session = open_best(
        files, RuntimeConfig(word=Runtime.CUDA), _feeds(), notes.append, tmp_path / "cache"
    )
    assert session.provider.word == "cuda"
    assert notes == []
    session.close()


def test_a_wrong_half_precision_file_is_left_for_full_precision(tmp_path: Path) -> None:
    plain, wrong = tiny.scaled(tmp_path / "a.onnx", 2.0), tiny.logarithm(tmp_path / "b.onnx")
    notes: list[str] = []
    config = RuntimeConfig(word=Runtime.CUDA, precision=Precision.FP16)
    trial = {"x": tiny.picture()}
    session = open_best(PartFiles(plain, wrong), config, trial, notes.append, tmp_path / "cache")
    assert session.provider.word == "cuda"
    assert "Instead of CUDA with FP16, CUDA with FP32 is used" in notes[0]
    session.close()


def test_tensorrt_takes_over_and_its_engine_is_kept(tmp_path: Path) -> None:
    if not report(Runtime.TENSORRT).usable:
        pytest.skip(report(Runtime.TENSORRT).why_not)
    path, cache = _convolutions(tmp_path / "net.onnx", half=False), tmp_path / "cache"
    for _ in range(2):
        notes: list[str] = []
        session = open_best(
            PartFiles(path), RuntimeConfig(word=Runtime.TENSORRT), _feeds(), notes.append, cache
        )
        while session.pending:
            assert session.run(_feeds())["y"].shape == SHAPE
        session.run(_feeds())
        assert (session.provider.word, notes) == ("tensorrt", [])
        session.close()
        engines = list(cache.rglob("*.engine"))
        assert len(engines) == 1


def test_the_gpu_is_timed() -> None:
    print(time_runtime(Runtime.CUDA, 1.0), time_runtime(Runtime.CPU, 1.0))
