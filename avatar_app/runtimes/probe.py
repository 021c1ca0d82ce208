"""What networks can run on here: looked up, tried, and told with the one command that mends it."""

import contextlib
import io
import sys
from dataclasses import dataclass

from avatar_app.config import Runtime
from avatar_app.runtimes.nvidia import (
    Driver,
    cuda_libraries,
    has_card,
    missing_library,
    read_driver,
    tensorrt_libraries,
)
from avatar_app.runtimes.providers import KINDS
from avatar_app.runtimes.sentence import first_sentence
from avatar_app.runtimes.wheels import base_wheel, onnxruntime_wheels, pip, replace_wheels
from avatar_app.translatable import translatable

_OLDEST_CAPABILITY = {12: (5, 0), 13: (7, 5)}
_SYSTEMS = {Runtime.DIRECTML: ("win32", "Windows"), Runtime.COREML: ("darwin", "macOS")}
_OTHER_WHEELS = {
    Runtime.DIRECTML: "onnxruntime-directml",
    Runtime.OPENVINO: "onnxruntime-openvino",
}


@dataclass(frozen=True, slots=True)
class RuntimeReport:
    """One runtime on this machine. ``why_not`` is a sentence and ``mend`` the one command that
    helps, both empty when it is usable; ``mend`` too when no command helps."""

    word: Runtime
    title: str
    usable: bool
    why_not: str = ""
    mend: str = ""


@dataclass(frozen=True, slots=True)
class Build:
    """The ONNX Runtime that is installed. ``cuda`` is the major version it was built with, 0
    without CUDA; ``fault`` why it cannot be loaded; ``wheels`` the packages that brought it."""

    providers: frozenset[str]
    cuda: int
    wheels: tuple[str, ...]
    fault: str = ""


def probe() -> tuple[RuntimeReport, ...]:
    """Every runtime, the fastest first. Loads libraries and opens no network: what runs in the end
    only a trial tells."""
    build = read_build()
    return tuple(_report(word, build) for word in KINDS)


def report(word: Runtime) -> RuntimeReport:
    """One runtime, by its word; auto has none."""
    return _report(word, read_build())


def _report(word: Runtime, build: Build) -> RuntimeReport:
    why_not, mend = _obstacle(word, build)
    return RuntimeReport(word, KINDS[word].title, not why_not, why_not, mend)


def read_build() -> Build:
    """The installed ONNX Runtime. What it calls available is what was compiled into it."""
    wheels = onnxruntime_wheels()
    try:
        import onnxruntime
    except (ImportError, OSError) as error:
        return Build(frozenset(), 0, wheels, first_sentence(error))
    # A folder that two packages wrote into may lack any part of it.
    providers: list[str] = getattr(onnxruntime, "get_available_providers", list)()
    cuda = str(getattr(onnxruntime, "cuda_version", None) or "0").partition(".")[0]
    return Build(frozenset(providers), int(cuda), wheels)


def _obstacle(word: Runtime, build: Build) -> tuple[str, str]:
    """(why not, the command that mends it); empty when nothing stands in the way."""
    if word in _SYSTEMS and sys.platform != _SYSTEMS[word][0]:
        return translatable(f"{KINDS[word].title} exists on {_SYSTEMS[word][1]} only."), ""
    nvidia = word in {Runtime.CUDA, Runtime.TENSORRT}
    if nvidia and sys.platform == "darwin":
        return translatable("macOS has no NVIDIA GPUs."), ""
    driver = read_driver() if nvidia else None
    if nvidia and (fault := driver_fault(driver, has_card(), build.cuda)):
        return fault, ""
    if fault := build_fault(word, build):
        return fault, mend_build(word, build)
    return _missing_libraries(word, build) if nvidia else ("", "")


def driver_fault(driver: Driver | None, card: bool | None, built_with: int) -> str:
    """Why networks cannot reach an NVIDIA GPU, as a sentence; "" when they can. ``card``: whether
    one is plugged in, None when that is not known. ``built_with``: ONNX Runtime's CUDA, 0: none."""
    if driver is None and card:
        return translatable("An NVIDIA GPU is here but its driver is not installed.")
    if driver is None:
        return translatable("No NVIDIA GPU with a driver is in this machine.")
    if driver.fault:
        return translatable(f"NVIDIA's driver does not work: {driver.fault}.")
    if not driver.gpus:
        return translatable("NVIDIA's driver shows no GPU to this program.")
    if built_with > driver.cuda[0]:
        newest = ".".join(map(str, driver.cuda))
        return translatable(
            f"NVIDIA's driver serves CUDA {newest}, CUDA {built_with} is needed: update it."
        )
    gpu, oldest = driver.gpus[0], _OLDEST_CAPABILITY.get(built_with, (0, 0))
    if gpu.capability < oldest:
        return translatable(f"CUDA {built_with} no longer serves the {gpu.name}: it is too old.")
    return ""


def build_fault(word: Runtime, build: Build) -> str:
    """Why the installed ONNX Runtime does not know a runtime, as a sentence; "" when it does."""
    if build.fault:
        return translatable(f"ONNX Runtime cannot be loaded: {build.fault}")
    if KINDS[word].provider in build.providers:
        return ""
    own = _OTHER_WHEELS.get(word, base_wheel().strip('"').partition(">")[0])
    if len(build.wheels) > 1 and own in build.wheels:
        both, title = " and ".join(build.wheels), KINDS[word].title
        return translatable(f"{both} overwrite each other, and {title} is lost.")
    installed = " and ".join(build.wheels) or "ONNX Runtime"
    return translatable(f"What is installed, {installed}, comes without {KINDS[word].title}.")


def mend_build(word: Runtime, build: Build) -> str:
    """The command line that brings a build with this runtime."""
    wanted = _OTHER_WHEELS.get(word) or base_wheel()
    others = tuple(name for name in build.wheels if not wanted.strip('"').startswith(f"{name}>"))
    if not others:
        return pip(f"install --force-reinstall --no-deps {wanted}")
    return replace_wheels(build.wheels, wanted)


def _missing_libraries(word: Runtime, build: Build) -> tuple[str, str]:
    _preload()
    if missing := missing_library(cuda_libraries(build.cuda)):
        return translatable(f"{missing} of CUDA {build.cuda} and cuDNN 9 is missing."), _extra(
            "cuda"
        )
    if word is Runtime.TENSORRT and (missing := missing_library(tensorrt_libraries())):
        return translatable(f"{missing} of TensorRT 10 is missing."), _extra("tensorrt")
    return "", ""


def _preload() -> None:
    """Load CUDA and cuDNN from where pip put them, before a session asks for them."""
    import onnxruntime

    with contextlib.redirect_stdout(io.StringIO()):  # It prints what it does not find.
        onnxruntime.preload_dlls()


def _extra(name: str) -> str:
    return pip(f'install "avatar_app[{name}]"')
