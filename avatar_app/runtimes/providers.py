"""The words of runtimes and what ONNX Runtime calls them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from avatar_app.config import Precision, Runtime

ProviderOptions: TypeAlias = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RuntimeKind:
    """``provider`` is ONNX Runtime's name, ``device`` where its tensors lie between two runs
    (empty: in the computer's memory), ``half`` whether FP16 is faster there."""

    title: str
    provider: str
    device: str = ""
    half: bool = False
    options: tuple[tuple[str, str], ...] = ()


# TF32 keeps ten bits of a number, and coordinates of pictures are among ours: FP32 means FP32.
_CUDA_OPTIONS = (("use_tf32", "0"), ("arena_extend_strategy", "kSameAsRequested"))

KINDS: Mapping[Runtime, RuntimeKind] = {
    Runtime.TENSORRT: RuntimeKind("TensorRT", "TensorrtExecutionProvider", "cuda", half=True),
    Runtime.CUDA: RuntimeKind("CUDA", "CUDAExecutionProvider", "cuda", True, _CUDA_OPTIONS),
    Runtime.DIRECTML: RuntimeKind("DirectML", "DmlExecutionProvider", half=True),
    Runtime.COREML: RuntimeKind(
        "Core ML", "CoreMLExecutionProvider", options=(("ModelFormat", "MLProgram"),)
    ),
    Runtime.OPENVINO: RuntimeKind("OpenVINO", "OpenVINOExecutionProvider"),
    Runtime.CPU: RuntimeKind("CPU", "CPUExecutionProvider"),
}
"""Every runtime, the fastest first."""


def provider_list(
    runtime: Runtime, options: ProviderOptions | None = None
) -> list[tuple[str, dict[str, str]]]:
    """ONNX Runtime's providers in the order in which they choose operators: what TensorRT leaves
    goes to CUDA, what that leaves to the CPU."""
    kinds = [runtime]
    if runtime is Runtime.TENSORRT:
        kinds.append(Runtime.CUDA)
    if runtime is not Runtime.CPU:
        kinds.append(Runtime.CPU)
    listed = [(KINDS[kind].provider, dict(KINDS[kind].options)) for kind in kinds]
    listed[0][1].update(options or {})
    return listed


def engine_options(runtime: Runtime, folder: Path, precision: Precision) -> ProviderOptions:
    """How a runtime that compiles networks keeps what it made in ``folder``; nothing for one that
    does not."""
    if runtime is not Runtime.TENSORRT:
        return {}
    return {
        "trt_engine_cache_enable": "1",
        "trt_engine_cache_path": str(folder),
        "trt_engine_cache_prefix": "engine",
        "trt_timing_cache_enable": "1",
        "trt_timing_cache_path": str(folder),
        "trt_fp16_enable": "1" if precision is Precision.FP16 else "0",
    }
