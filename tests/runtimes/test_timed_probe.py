"""The small bundled network that tells how fast a runtime is."""

import importlib.util
from pathlib import Path

import pytest

from avatar_app.config import Runtime
from avatar_app.errors import EngineError
from avatar_app.runtimes.probe import report
from avatar_app.runtimes.timed_probe import probe_network, time_runtime

MODELS = Path(__file__).parents[2] / "models"


def test_the_cpu_is_timed() -> None:
    timed = time_runtime(Runtime.CPU, 0.05)
    assert timed.ms_per_run > 0
    assert timed.runs >= 1
    assert (timed.provider.word, timed.provider.nodes) == ("cpu", timed.provider.all_nodes)


def test_a_runtime_that_cannot_run_is_not_timed_as_another() -> None:
    for word in (Runtime.CUDA, Runtime.DIRECTML, Runtime.COREML):
        if not report(word).usable:
            with pytest.raises(EngineError, match="cannot be used"):
                time_runtime(word, 0.05)


def test_the_bundled_network_is_what_its_script_makes() -> None:
    import onnx

    spec = importlib.util.spec_from_file_location("make_probe", MODELS / "make_probe.py")
    assert spec and spec.loader
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert onnx.load(str(probe_network())) == script.probe_model()
    assert probe_network().stat().st_size < 4000
