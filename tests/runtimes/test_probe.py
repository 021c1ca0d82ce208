"""What can run here, why not, and the one command that mends it."""

import sys
from pathlib import Path

import pytest

from avatar_app.config import Runtime
from avatar_app.runtimes.nvidia import Driver, Gpu, missing_library, read_driver
from avatar_app.runtimes.probe import Build, build_fault, driver_fault, mend_build, probe
from avatar_app.runtimes.wheels import onnxruntime_wheels, replace_wheels

GPU = Gpu("RTX 3060", (8, 6))
OLD_GPU = Gpu("GTX 1080", (6, 1))
CUDA_BUILD = frozenset({"TensorrtExecutionProvider", "CUDAExecutionProvider"})


def test_every_runtime_is_reported_the_fastest_first() -> None:
    reports = probe()
    words = [report.word for report in reports]
    assert words == ["tensorrt", "cuda", "directml", "coreml", "openvino", "cpu"]
    assert reports[-1].usable
    for report in reports:
        assert report.usable == (report.why_not == "")
        assert report.usable or report.why_not.endswith(".")
        assert not (report.usable and report.mend)


def test_a_provider_that_was_compiled_in_is_not_taken_for_one_that_works() -> None:
    import onnxruntime

    if "CUDAExecutionProvider" not in onnxruntime.get_available_providers() or read_driver():
        pytest.skip("Needs the build for CUDA and no NVIDIA driver.")
    by_word = {report.word: report for report in probe()}
    for word in (Runtime.CUDA, Runtime.TENSORRT):
        assert not by_word[word].usable
        assert "NVIDIA GPU" in by_word[word].why_not
        assert by_word[word].mend == "", "No command brings a GPU."


def test_runtimes_of_other_systems_say_where_they_exist() -> None:
    by_word = {report.word: report for report in probe()}
    if sys.platform != "win32":
        assert by_word[Runtime.DIRECTML].why_not == "DirectML exists on Windows only."
    if sys.platform != "darwin":
        assert by_word[Runtime.COREML].why_not == "Core ML exists on macOS only."


@pytest.mark.parametrize(
    ("driver", "card", "why"),
    [
        (None, False, "No NVIDIA GPU"),
        (None, None, "No NVIDIA GPU"),
        (None, True, "its driver is not installed"),
        (Driver(fault="it finds no GPU"), True, "driver does not work: it finds no GPU."),
        (Driver((13, 0)), True, "shows no GPU"),
        (Driver((12, 4), (GPU,)), True, "serves CUDA 12.4, CUDA 13 is needed"),
        (Driver((13, 0), (OLD_GPU,)), True, "no longer serves the GTX 1080"),
        (Driver((13, 0), (GPU,)), True, ""),
        (Driver((14, 1), (GPU,)), None, ""),
    ],
)
def test_a_driver_that_does_not_do_is_told(
    driver: Driver | None, card: bool | None, why: str
) -> None:
    found = driver_fault(driver, card, 13)
    assert why in found
    assert bool(found) == bool(why)


@pytest.mark.parametrize(
    ("build", "why", "mend"),
    [
        (Build(CUDA_BUILD, 13, ("onnxruntime-gpu",)), "", ""),
        (
            Build(frozenset(), 0, ("onnxruntime",)),
            "What is installed, onnxruntime, comes without CUDA.",
            "uninstall -y onnxruntime && ",
        ),
        (
            Build(frozenset(), 0, ("onnxruntime", "onnxruntime-gpu")),
            "onnxruntime and onnxruntime-gpu overwrite each other, and CUDA is lost.",
            "uninstall -y onnxruntime onnxruntime-gpu && ",
        ),
        (
            Build(frozenset(), 0, ("onnxruntime-gpu",), "No module named '_pybind'."),
            "ONNX Runtime cannot be loaded: No module named '_pybind'.",
            "install --force-reinstall --no-deps ",
        ),
    ],
)
def test_a_build_that_does_not_do_is_told_with_the_command_that_mends_it(
    build: Build, why: str, mend: str
) -> None:
    assert build_fault(Runtime.CUDA, build) == why
    if why and sys.platform in {"linux", "win32"}:
        assert mend in mend_build(Runtime.CUDA, build)
        assert '"onnxruntime-gpu>=1.28,<2"' in mend_build(Runtime.CUDA, build)


def test_openvino_asks_for_its_own_package() -> None:
    build = Build(frozenset(), 0, ("onnxruntime-gpu",))
    both = Build(frozenset(), 0, ("onnxruntime", "onnxruntime-gpu"))
    assert "onnxruntime and onnxruntime-gpu, comes without" in build_fault(Runtime.OPENVINO, both)
    assert "without OpenVINO" in build_fault(Runtime.OPENVINO, build)
    assert mend_build(Runtime.OPENVINO, build).endswith("pip install onnxruntime-openvino")


def test_packages_that_share_the_folder_are_found(tmp_path: Path) -> None:
    for name, owned in {
        "onnxruntime": "onnxruntime/__init__.py",
        "onnxruntime-gpu": "onnxruntime/__init__.py",
        "onnxruntime-extensions": "onnxruntime_extensions/__init__.py",
        "onnx": "onnx/__init__.py",
    }.items():
        folder = tmp_path / f"{name.replace('-', '_')}-1.28.0.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.28.0\n")
        (folder / "RECORD").write_text(f"{owned},,\n")
    assert onnxruntime_wheels([str(tmp_path)]) == ("onnxruntime", "onnxruntime-gpu")
    command = replace_wheels(("onnxruntime", "onnxruntime-gpu"), "X")
    assert command.count("pip uninstall -y onnxruntime onnxruntime-gpu && ") == 1
    assert command.endswith("pip install X")


def test_the_installed_package_is_one() -> None:
    assert len(onnxruntime_wheels()) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="Names of Linux's libraries.")
def test_the_first_missing_library_is_named() -> None:
    assert missing_library(("libc.so.6", "libm.so.6")) == ""
    assert missing_library(("libc.so.6", "libnone.so.1", "libnone.so.2")) == "libnone.so.1"
