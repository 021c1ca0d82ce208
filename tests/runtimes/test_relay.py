"""A session serves while another is made ready, and hands over between two runs."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import tiny_networks as tiny

from avatar_app.config import Precision, Runtime
from avatar_app.errors import EngineError
from avatar_app.runtimes.engine_cache import EngineCache
from avatar_app.runtimes.engine_successor import EngineSuccessor, Wrong, engine_key
from avatar_app.runtimes.onnx_session import open_session
from avatar_app.runtimes.relay import RelaySession

X = np.ones(tiny.SHAPE, np.float32)


def _fine(session: object, precision: Precision) -> str:
    return ""


def _relay(
    tmp_path: Path, *models: Path, note: Callable[[str], None] = print, wrong: Wrong = _fine
) -> tuple[RelaySession, EngineSuccessor]:
    """Serves 1 * x, while what comes next is built."""
    serving = open_session(tiny.scaled(tmp_path / "serving.onnx", 1.0), Runtime.CPU, threads=1)
    ways = [(Runtime.CPU, Precision.FP32, model) for model in models]
    successor = EngineSuccessor(ways, tmp_path / "cache", 1, wrong)
    return RelaySession(serving, successor, note), successor


def _run_until(relay: RelaySession, factor: float) -> list[float]:
    """The factors of all runs until this one appears."""
    seen: list[float] = []
    deadline = time.monotonic() + 30
    while factor not in seen:
        assert time.monotonic() < deadline
        seen.append(float(relay.run({"x": X})["y"].max()))
        time.sleep(0.01)
    return seen


def test_it_serves_while_the_next_is_built_and_changes_between_two_runs(tmp_path: Path) -> None:
    relay, _ = _relay(tmp_path, tiny.scaled(tmp_path / "next.onnx", 3.0))
    assert relay.run({"x": X})["y"].max() == 1.0
    assert "CPU is" in relay.pending
    seen = _run_until(relay, 3.0)
    assert set(seen) <= {1.0, 3.0}
    assert seen == sorted(seen), "It does not change back."
    assert relay.pending == ""
    assert relay.inputs[0].name == "x" and relay.outputs[0].name == "y"
    relay.close()


def test_an_engine_that_is_there_is_not_built_again(tmp_path: Path) -> None:
    model = tiny.scaled(tmp_path / "next.onnx", 3.0)
    relay, _ = _relay(tmp_path, model)
    _run_until(relay, 3.0)
    relay.close()
    key = engine_key(model, Runtime.CPU, Precision.FP32)
    made = (EngineCache(tmp_path / "cache").entry(key) / "key.toml").stat().st_mtime_ns
    again, successor = _relay(tmp_path, model)
    while again.pending:
        assert successor.builder_pid is None
    _run_until(again, 3.0)
    again.close()
    assert (EngineCache(tmp_path / "cache").entry(key) / "key.toml").stat().st_mtime_ns == made


def test_pinned_feeds_stay_over_the_change(tmp_path: Path) -> None:
    relay, _ = _relay(tmp_path, tiny.scaled(tmp_path / "next.onnx", 3.0))
    pinned = relay.pin({"x": 2 * X})
    assert relay.run({}, pinned)["y"].max() == 2.0
    _run_until(relay, 3.0)
    assert relay.run({}, pinned)["y"].max() == 6.0
    relay.close()


def test_a_build_that_crashes_harms_nothing(tmp_path: Path) -> None:
    notes: list[str] = []
    relay, successor = _relay(tmp_path, tiny.endless(tmp_path / "endless.onnx"), note=notes.append)
    deadline = time.monotonic() + 30
    while "being built" not in relay.pending:
        assert time.monotonic() < deadline
        relay.run({"x": X})
        time.sleep(0.01)
    os.kill(successor.builder_pid or 0, 9)
    while relay.pending:
        assert time.monotonic() < deadline
        relay.run({"x": X})
        time.sleep(0.01)
    assert notes == ["CPU is not used, CPU goes on: The builder was ended by signal 9."]
    assert relay.run({"x": X})["y"].max() == 1.0
    relay.close()
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["lock"]


def test_closing_ends_a_build_at_once(tmp_path: Path) -> None:
    notes: list[str] = []
    relay, successor = _relay(tmp_path, tiny.endless(tmp_path / "endless.onnx"), note=notes.append)
    deadline = time.monotonic() + 30
    while "being built" not in relay.pending:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    pid = successor.builder_pid
    assert pid
    relay.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert notes == [], "Who closes it need not be told."
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["lock"]
    with pytest.raises(EngineError, match="closed"):
        relay.run({"x": X})


def test_closing_right_after_opening_leaves_no_process(tmp_path: Path) -> None:
    relay, successor = _relay(tmp_path, tiny.endless(tmp_path / "endless.onnx"))
    relay.close()
    assert successor.builder_pid is None
    relay.close()


def test_a_wrong_result_is_refused_aloud(tmp_path: Path) -> None:
    notes: list[str] = []
    model = tiny.scaled(tmp_path / "next.onnx", 3.0)
    relay, _ = _relay(tmp_path, model, note=notes.append, wrong=lambda s, p: "it is flat.")
    deadline = time.monotonic() + 30
    while relay.pending:
        assert time.monotonic() < deadline
        assert relay.run({"x": X})["y"].max() == 1.0
        time.sleep(0.01)
    assert notes == ["CPU is not used, CPU goes on: It was built with FP32, but it is flat."]
    relay.close()


def test_the_next_way_is_taken_when_the_first_is_wrong(tmp_path: Path) -> None:
    notes: list[str] = []
    ways = [tiny.scaled(tmp_path / f"{factor}.onnx", factor) for factor in (2.0, 3.0)]

    def wrong(session: object, precision: Precision) -> str:
        found = session.run({"x": X})["y"].max()  # type: ignore[attr-defined]
        return "it is twice too large." if found == 2.0 else ""

    relay, _ = _relay(tmp_path, *ways, note=notes.append, wrong=wrong)
    assert 2.0 not in _run_until(relay, 3.0)
    assert notes == [
        "CPU is used in another way: It was built with FP32, but it is twice too large."
    ]
    relay.close()
