"""What of NVIDIA this machine has: card, driver, libraries. Nothing is taken on trust."""

import contextlib
import ctypes
import importlib.util
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from avatar_app.translatable import translatable

_PCI = Path("/sys/bus/pci/devices")
_VENDOR = "0x10de"
_DISPLAY_CLASS = "0x03"
_CAPABILITY_MAJOR = 75
_CAPABILITY_MINOR = 76
_ERRORS = {
    100: translatable("it finds no GPU"),
    802: translatable("the GPU is not ready yet"),
    803: translatable("its library and its kernel module are of different versions"),
    804: translatable("its compatibility library does not suit the GPU"),
    999: translatable("the driver reports an unknown fault"),
}


@dataclass(frozen=True, slots=True)
class Gpu:
    """``capability`` is CUDA's compute capability, (8, 6) for an RTX 3060."""

    name: str
    capability: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Driver:
    """``cuda`` is the newest CUDA it serves, as (major, minor); ``fault`` why it serves none."""

    cuda: tuple[int, int] = (0, 0)
    gpus: tuple[Gpu, ...] = ()
    fault: str = ""


def read_driver() -> Driver | None:
    """The driver and its GPUs; None where no driver is installed."""
    try:
        library = ctypes.CDLL("nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1")
    except OSError:
        return None
    code = library.cuInit(0)
    if code:
        return Driver(fault=_ERRORS.get(code, translatable(f"it answers with error {code}")))
    version, count = ctypes.c_int(), ctypes.c_int()
    library.cuDriverGetVersion(ctypes.byref(version))
    library.cuDeviceGetCount(ctypes.byref(count))
    gpus = tuple(_gpu(library, index) for index in range(count.value))
    return Driver((version.value // 1000, version.value % 1000 // 10), gpus)


def _gpu(library: ctypes.CDLL, index: int) -> Gpu:
    device, value = ctypes.c_int(), ctypes.c_int()
    name = ctypes.create_string_buffer(256)
    library.cuDeviceGet(ctypes.byref(device), index)
    library.cuDeviceGetName(name, len(name), device)
    capability = []
    for attribute in (_CAPABILITY_MAJOR, _CAPABILITY_MINOR):
        library.cuDeviceGetAttribute(ctypes.byref(value), attribute, device)
        capability.append(value.value)
    return Gpu(name.value.decode(errors="replace"), (capability[0], capability[1]))


def has_card() -> bool | None:
    """Whether an NVIDIA GPU is plugged in, driver or not; None where that cannot be seen."""
    if not _PCI.is_dir():
        return None
    for device in _PCI.iterdir():
        with contextlib.suppress(OSError):
            vendor = (device / "vendor").read_text().strip()
            if vendor == _VENDOR and (device / "class").read_text().startswith(_DISPLAY_CLASS):
                return True
    return False


def cuda_libraries(major: int) -> tuple[str, ...]:
    """The files that ONNX Runtime's CUDA provider loads, for a build with this CUDA."""
    if sys.platform == "win32":
        names = ("cublasLt64_{0}", "cublas64_{0}", "cudart64_{0}", "cufft64_{1}", "cudnn64_9")
        return tuple(f"{name.format(major, major - 1)}.dll" for name in names)
    names = ("cublasLt.so.{0}", "cublas.so.{0}", "cudart.so.{0}", "curand.so.10", "cudnn.so.9")
    return tuple(f"lib{name.format(major)}" for name in names)


def tensorrt_libraries() -> tuple[str, ...]:
    """The files that its TensorRT provider loads besides."""
    if sys.platform == "win32":
        return ("nvinfer_10.dll", "nvonnxparser_10.dll")
    return ("libnvinfer.so.10", "libnvonnxparser.so.10")


def tensorrt_version() -> str:
    """The version of the TensorRT that would be used, "" without one."""
    name = tensorrt_libraries()[0]
    for place in (name, *_installed(name)):
        with contextlib.suppress(OSError, AttributeError):
            return str(ctypes.CDLL(place).getInferLibVersion())
    return ""


def missing_library(names: tuple[str, ...]) -> str:
    """The first of these files that cannot be loaded, "" when all can. Those that pip installed
    are loaded from there, so that ONNX Runtime finds them."""
    for name in names:
        if not any(_loads(place) for place in (name, *_installed(name))):
            return name
    return ""


def _loads(place: str) -> bool:
    try:
        ctypes.CDLL(place)
    except OSError:
        return False
    return True


def _installed(name: str) -> Iterator[str]:
    """Where pip put a library of NVIDIA's. ONNX Runtime's own preload knows those of CUDA."""
    for package in ("tensorrt_libs", "nvidia"):
        spec = importlib.util.find_spec(package)
        for folder in spec.submodule_search_locations or () if spec else ():
            yield from (str(path) for path in sorted(Path(folder).rglob(name)))
