"""Sessions on the CPU: what they promise, what they refuse, what they let go of."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import tiny_networks as tiny

from avatar_app.config import Runtime
from avatar_app.errors import EngineError
from avatar_app.runtimes.base import Provider, TensorSpec
from avatar_app.runtimes.cpu_threads import default_threads
from avatar_app.runtimes.onnx_session import OnnxSession, open_session, session_options
from avatar_app.runtimes.probe import report


@pytest.fixture
def waves(tmp_path: Path) -> Iterator[OnnxSession]:
    session = open_session(tiny.waves(tmp_path / "waves.onnx"), Runtime.CPU)
    yield session
    session.close()


@pytest.fixture
def blend(tmp_path: Path) -> Iterator[OnnxSession]:
    session = open_session(tiny.blend(tmp_path / "blend.onnx"), Runtime.CPU)
    yield session
    session.close()


def test_a_session_computes_what_its_network_says(waves: OnnxSession) -> None:
    x = tiny.picture()
    np.testing.assert_allclose(waves.run({"x": x})["y"], np.exp(np.sin(np.cos(x))), rtol=1e-5)


def test_each_run_gives_new_arrays(waves: OnnxSession) -> None:
    first = waves.run({"x": tiny.picture(0)})["y"]
    kept = first.copy()
    waves.run({"x": tiny.picture(1)})
    np.testing.assert_array_equal(first, kept)


def test_a_session_tells_its_tensors(blend: OnnxSession) -> None:
    assert blend.inputs == tuple(TensorSpec(n, tiny.SHAPE, "float32") for n in ("kept", "x"))
    assert [spec.name for spec in blend.outputs] == ["y", "z"]
    assert blend.pending == ""


def test_nodes_are_counted_as_a_profile_counts(waves: OnnxSession, tmp_path: Path) -> None:
    import onnxruntime

    options = session_options(1)
    options.enable_profiling = True
    options.profile_file_prefix = str(tmp_path / "profile")
    session = onnxruntime.InferenceSession(
        tmp_path / "waves.onnx", options, providers=["CPUExecutionProvider"]
    )
    session.run(None, {"x": tiny.picture()})
    events = json.loads(Path(session.end_profiling()).read_text(encoding="utf-8"))
    ran = {
        event["args"]["node_index"]
        for event in events
        if event.get("args", {}).get("provider") == "CPUExecutionProvider"
    }
    assert waves.provider == Provider("cpu", "CPU", len(ran), 3)


@pytest.mark.parametrize(
    ("feeds", "message"),
    [
        ({}, r"fed \[\], it takes \['x'\]"),
        ({"z": tiny.picture()}, r"fed \['z'\], it takes \['x'\]"),
        ({"x": tiny.picture()[0]}, r"float32 \(3, 8, 8\), expected float32 \(1, 3, 8, 8\)"),
        ({"x": tiny.picture().astype(np.float64)}, r"is float64 .*, expected float32"),
        ({"x": tiny.picture().tolist()}, r"'x' is a list, a numpy array"),
    ],
)
def test_feeds_that_do_not_fit_are_told_apart(
    waves: OnnxSession, feeds: dict[str, np.ndarray], message: str
) -> None:
    with pytest.raises(EngineError, match=message):
        waves.run(feeds)


def test_pinned_feeds_count_as_fed(blend: OnnxSession) -> None:
    kept, x = tiny.picture(0), tiny.picture(1)
    outputs = blend.run({"x": x}, blend.pin({"kept": kept}))
    np.testing.assert_array_equal(outputs["y"], kept + x)
    np.testing.assert_array_equal(outputs["z"], kept - x)


def test_pinned_feeds_of_one_session_serve_another(blend: OnnxSession, tmp_path: Path) -> None:
    pinned = blend.pin({"kept": tiny.picture(0)})
    other = open_session(tmp_path / "blend.onnx", Runtime.CPU)
    feeds = {"x": tiny.picture(1)}
    np.testing.assert_array_equal(other.run(feeds, pinned)["y"], blend.run(feeds, pinned)["y"])
    other.close()


def test_nothing_is_fed_twice_or_pinned_wrongly(blend: OnnxSession) -> None:
    pinned = blend.pin({"kept": tiny.picture()})
    with pytest.raises(EngineError, match=r"fed \['kept', 'kept', 'x'\]"):
        blend.run({"x": tiny.picture(), "kept": tiny.picture()}, pinned)
    with pytest.raises(EngineError, match="'other' was pinned"):
        blend.pin({"other": tiny.picture()})
    with pytest.raises(EngineError, match="expected float32"):
        blend.pin({"kept": tiny.picture()[0]})


def test_a_closed_session_runs_no_more(waves: OnnxSession) -> None:
    waves.close()
    waves.close()
    with pytest.raises(EngineError, match="closed"):
        waves.run({"x": tiny.picture()})


def test_closing_gives_the_memory_back(tmp_path: Path) -> None:
    status = Path("/proc/self/status")
    if not status.exists():
        pytest.skip("No /proc to read the memory from.")

    def megabytes() -> int:
        found = re.search(r"VmRSS:\s+(\d+) kB", status.read_text())
        assert found
        return int(found[1]) // 1000

    path = tiny.heavy(tmp_path / "heavy.onnx", 80)
    left = []
    for _ in range(3):
        session = open_session(path, Runtime.CPU)
        session.run({"x": tiny.picture()})
        opened = megabytes()
        session.close()
        left.append(megabytes())
        assert left[-1] < opened - 40
    assert left[-1] < left[0] + 40, "each one leaves something behind"


def test_a_file_that_is_no_network_is_one_sentence(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.onnx"
    page.write_bytes(b"<html>not found</html>" * 100)
    cases = {
        page: "cannot open page.onnx",
        tmp_path / "none.onnx": "no network",
        tmp_path: "no network",
    }
    for path, message in cases.items():
        with pytest.raises(EngineError, match=message) as caught:
            open_session(path, Runtime.CPU)
        assert "\n" not in caught.value.message
        assert "ONNXRuntimeError" not in caught.value.message
        assert caught.value.hint
    assert capfd.readouterr() == ("", "")


def test_a_file_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.onnx"
    with path.open("wb") as file:
        file.truncate(3_000_000_000)
    with pytest.raises(EngineError, match="too large"):
        open_session(path, Runtime.CPU)


def test_a_network_of_any_shape_is_refused(tmp_path: Path) -> None:
    path = tiny.waves(tmp_path / "any.onnx", ("n", 3, 8, 8))
    with pytest.raises(EngineError, match="fixed shape"):
        open_session(path, Runtime.CPU)


def test_a_runtime_is_that_one_or_an_error(tmp_path: Path) -> None:
    path = tiny.waves(tmp_path / "waves.onnx")
    with pytest.raises(EngineError, match="auto"):
        open_session(path, Runtime.AUTO)
    for word in Runtime:
        if word is Runtime.AUTO or report(word).usable:
            continue
        with pytest.raises(EngineError, match="cannot be used") as caught:
            open_session(path, word)
        assert caught.value.message.startswith(report(word).title)


def test_a_network_that_fails_while_running_is_an_engine_error(tmp_path: Path) -> None:
    from onnx import helper

    # Gather by an index from the feed: only a run can know that it lies outside.
    nodes = [
        helper.make_node("Cast", ["x"], ["index"], to=7),
        helper.make_node("Gather", ["table", "index"], ["y"]),
    ]
    constants = {"table": np.zeros(3, np.float32)}
    path = tiny.save(tmp_path / "gather.onnx", nodes, {"x": (2,)}, {"y": (2,)}, constants)
    session = open_session(path, Runtime.CPU)
    with pytest.raises(EngineError, match="CPU failed to run"):
        session.run({"x": np.array([0, 99], np.float32)})
    session.close()


def test_threads_are_as_asked_and_do_not_spin() -> None:
    assert session_options(3).intra_op_num_threads == 3
    assert session_options(0).intra_op_num_threads == default_threads() >= 1
    assert session_options(0).get_session_config_entry("session.intra_op.allow_spinning") == "0"
