"""The best runtime that computes right, and what is said of the others."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tiny_networks as tiny

from avatar_app.config import Precision, Runtime, RuntimeConfig
from avatar_app.errors import EngineError
from avatar_app.runtimes.base import PartFiles
from avatar_app.runtimes.probe import RuntimeReport, report
from avatar_app.runtimes.providers import KINDS
from avatar_app.runtimes.select import candidates_for, open_best, unmet_wishes

TRIAL = {"x": tiny.picture()}
FILES = PartFiles(Path("a"), Path("a_fp16"), Path("a_cpu"))


def _config(word: str = "auto", precision: str = "auto") -> RuntimeConfig:
    return RuntimeConfig(word=Runtime(word), precision=Precision(precision), threads=1)


def _reports(*usable: str) -> tuple[RuntimeReport, ...]:
    return tuple(
        RuntimeReport(word, kind.title, word in usable, "" if word in usable else "It is not here.")
        for word, kind in KINDS.items()
    )


def _ways(config: RuntimeConfig, *usable: str, files: PartFiles = FILES) -> list[str]:
    found = candidates_for(files, config, _reports(*usable))
    return [f"{c.runtime} {c.precision} {c.path}" for c in found]


CPU_WAYS = ["cpu fp32 a_cpu", "cpu fp32 a"]


def test_auto_takes_the_fastest_and_half_precision_first() -> None:
    assert _ways(_config(), "tensorrt", "cuda", "cpu") == [
        "tensorrt fp16 a_fp16",
        "tensorrt fp32 a",
        "cuda fp16 a_fp16",
        "cuda fp32 a",
        *CPU_WAYS,
    ]


def test_a_runtime_that_was_named_comes_first_and_slower_ones_follow() -> None:
    usable = ("tensorrt", "cuda", "openvino", "cpu")
    assert _ways(_config("cuda"), *usable)[0] == "cuda fp16 a_fp16"
    assert _ways(_config("openvino"), *usable) == ["openvino fp16 a", "openvino fp32 a", *CPU_WAYS]
    assert _ways(_config("cpu"), *usable) == CPU_WAYS


def test_coordinates_are_not_halved_by_an_option() -> None:
    precise = replace(FILES, precise=True)
    assert _ways(_config("openvino"), "openvino", "cpu", files=precise)[0] == "openvino fp32 a"
    assert _ways(_config("openvino", "fp32"), "openvino", "cpu")[0] == "openvino fp32 a"
    assert _wishes(_config("openvino", "fp16"), "openvino", "cpu", files=precise) == []


def test_full_precision_is_kept_where_it_was_asked_for() -> None:
    assert _ways(_config(precision="fp32"), "cuda", "cpu") == ["cuda fp32 a", *CPU_WAYS]


def test_a_model_of_one_file_runs_everywhere() -> None:
    files = PartFiles(Path("a"))
    for precision in Precision:
        config = _config(precision=precision)
        assert _ways(config, "cuda", "cpu", files=files) == ["cuda fp32 a", "cpu fp32 a"]


def _wishes(config: RuntimeConfig, *usable: str, files: PartFiles = FILES) -> list[str]:
    first = next(candidates_for(files, config, _reports(*usable)))
    return list(unmet_wishes(files, config, _reports(*usable), first))


def test_what_was_asked_for_and_cannot_be_had_is_said() -> None:
    assert _wishes(_config("tensorrt"), "cuda", "cpu") == [
        "Instead of TensorRT, CUDA with FP16 is used: It is not here."
    ]
    assert _wishes(_config(precision="fp16"), "cuda", "cpu", files=PartFiles(Path("a"))) == [
        "This model has no FP16 file: FP32 is used."
    ]
    assert "FP16 networks are for GPUs" in _wishes(_config(precision="fp16"), "cpu")[0]


@pytest.mark.parametrize("config", [_config(), _config("cuda"), _config("cuda", "fp16")])
def test_nothing_is_said_when_all_is_as_asked(config: RuntimeConfig) -> None:
    assert _wishes(config, "cuda", "cpu") == []


def test_a_gpu_that_only_lacks_libraries_is_not_left_idle_in_silence() -> None:
    why = "libcublasLt.so.13 of CUDA 13 and cuDNN 9 is missing."
    reports = tuple(
        replace(r, why_not=why, mend="pip install") if r.word is Runtime.CUDA else r
        for r in _reports("cpu")
    )
    first = next(candidates_for(FILES, _config(), reports))
    said = list(unmet_wishes(FILES, _config(), reports, first))
    assert len(said) == 1
    assert said[0].startswith(f"Instead of the NVIDIA GPU, the CPU is used: {why} ")
    assert list(unmet_wishes(FILES, _config("cpu"), reports, first)) == []


def test_the_version_for_the_cpu_runs_there(tmp_path: Path) -> None:
    plain = tiny.scaled(tmp_path / "plain.onnx", 2.0)
    doubled = tiny.save(
        tmp_path / "cpu.onnx",
        [tiny.helper.make_node("Add", ["x", "x"], ["y"])],
        {"x": tiny.SHAPE},
        {"y": tiny.SHAPE},
    )
    notes: list[str] = []
    session = open_best(
        PartFiles(plain, cpu=doubled), _config("cpu"), TRIAL, notes.append, tmp_path
    )
    plain.unlink()
    np.testing.assert_array_equal(session.run(TRIAL)["y"], 2 * TRIAL["x"])
    assert notes == []
    session.close()


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (lambda path: tiny.scaled(path, 2.2), "differs from the CPU"),
        (lambda path: tiny.scaled(path, 0.0), "is flat"),
        (tiny.logarithm, "not finite"),
        (lambda path: path.write_bytes(b"<html>") and path, "cannot open cpu.onnx"),
    ],
)
def test_a_version_that_computes_wrong_is_left_aloud(tmp_path: Path, wrong, why: str) -> None:  # type: ignore[no-untyped-def]
    plain = tiny.scaled(tmp_path / "plain.onnx", 2.0)
    files = PartFiles(plain, cpu=wrong(tmp_path / "cpu.onnx"))
    notes: list[str] = []
    session = open_best(files, _config(), TRIAL, notes.append, tmp_path)
    np.testing.assert_array_equal(session.run(TRIAL)["y"], 2 * TRIAL["x"])
    session.close()
    assert len(notes) == 1
    assert notes[0].startswith("Instead of the one made for the CPU, the plain network is used: ")
    assert why in notes[0]


def test_a_network_that_even_the_cpu_computes_wrong_is_an_error(tmp_path: Path) -> None:
    nonsense = PartFiles(tiny.logarithm(tmp_path / "nan.onnx"))
    with pytest.raises(EngineError, match=r"cannot be run: .*not finite"):
        open_best(nonsense, _config(), TRIAL, print, tmp_path)
    missing = PartFiles(tmp_path / "none.onnx", cpu=tmp_path / "none_cpu.onnx")
    with pytest.raises(EngineError, match="no network"):
        open_best(missing, _config(), TRIAL, print, tmp_path)


def test_a_gpu_that_was_asked_for_and_is_not_there_is_said(tmp_path: Path) -> None:
    if report(Runtime.CUDA).usable:
        pytest.skip("CUDA works here.")
    files = PartFiles(tiny.waves(tmp_path / "waves.onnx"))
    notes: list[str] = []
    session = open_best(files, _config("cuda"), TRIAL, notes.append, tmp_path)
    assert session.provider.word == "cpu"
    assert notes == [f"Instead of CUDA, the CPU is used: {report(Runtime.CUDA).why_not}"]
    session.close()


def test_the_trials_reference_does_not_stay_in_memory(tmp_path: Path) -> None:
    status = Path("/proc/self/status")
    if not status.exists():
        pytest.skip("No /proc to read the memory from.")

    def megabytes() -> int:
        found = re.search(r"VmRSS:\s+(\d+) kB", status.read_text())
        assert found
        return int(found[1]) // 1000

    plain = tiny.heavy(tmp_path / "plain.onnx", 80)
    light = tiny.heavy(tmp_path / "light.onnx", 1)
    before = megabytes()
    session = open_best(PartFiles(plain, cpu=light), _config(), TRIAL, print, tmp_path)
    assert session.provider.word == "cpu" or report(Runtime.CUDA).usable
    assert megabytes() < before + 50
    session.close()
