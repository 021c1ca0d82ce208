"""Runs with tensors bound to a device; the CPU's own memory is the device here."""

import gc
import weakref
from pathlib import Path

import numpy as np
import pytest
import tiny_networks as tiny

from avatar_app.config import Runtime
from avatar_app.runtimes.onnx_session import OnnxSession, open_session, session_options


@pytest.fixture
def bound(tmp_path: Path) -> OnnxSession:
    import onnxruntime

    path = tiny.blend(tmp_path / "blend.onnx")
    plain = open_session(path, Runtime.CPU)
    session = onnxruntime.InferenceSession(
        path, session_options(1), providers=["CPUExecutionProvider"]
    )
    return OnnxSession(session, plain.provider, device="cpu")


def test_bound_runs_equal_plain_ones(bound: OnnxSession, tmp_path: Path) -> None:
    plain = open_session(tmp_path / "blend.onnx", Runtime.CPU)
    pinned = [bound.pin({"kept": tiny.picture(seed)}) for seed in (10, 11)]
    for seed in range(4):
        feeds = {"x": tiny.picture(seed)}
        for kept in pinned:
            expected, got = plain.run(feeds, kept), bound.run(feeds, kept)
            assert list(got) == list(expected)
            for name, value in expected.items():
                np.testing.assert_array_equal(got[name], value)


def test_a_bound_run_gives_new_arrays(bound: OnnxSession) -> None:
    first = bound.run({"kept": tiny.picture(0), "x": tiny.picture(1)})["y"]
    kept = first.copy()
    bound.run({"kept": tiny.picture(2), "x": tiny.picture(3)})
    np.testing.assert_array_equal(first, kept)


def test_a_pinned_feed_goes_to_the_device_once(bound: OnnxSession) -> None:
    array = tiny.picture()
    pinned = bound.pin({"kept": array})
    feeds = {"x": np.zeros(tiny.SHAPE, np.float32)}
    before = bound.run(feeds, pinned)["y"]
    array += 1.0  # Against the rules, to see that it is not looked at again.
    np.testing.assert_array_equal(bound.run(feeds, pinned)["y"], before)


def test_what_was_pinned_is_let_go_with_its_owner(bound: OnnxSession) -> None:
    pinned = bound.pin({"kept": tiny.picture()})
    bound.run({"x": tiny.picture()}, pinned)
    alive = weakref.ref(pinned)
    del pinned
    gc.collect()
    assert alive() is None


def test_the_same_input_may_be_fed_and_pinned_in_turn(bound: OnnxSession) -> None:
    zero = np.zeros(tiny.SHAPE, np.float32)
    pinned = bound.pin({"kept": zero + 1})
    assert bound.run({"x": zero}, pinned)["y"].max() == 1
    assert bound.run({"x": zero, "kept": zero + 2})["y"].max() == 2
    assert bound.run({"x": zero}, pinned)["y"].max() == 1


def test_a_picture_that_is_not_contiguous_is_fed_as_it_looks(bound: OnnxSession) -> None:
    turned = np.ascontiguousarray(tiny.picture().transpose(0, 1, 3, 2)).transpose(0, 1, 3, 2)
    zero = np.zeros(tiny.SHAPE, np.float32)
    np.testing.assert_array_equal(bound.run({"x": zero, "kept": turned})["y"], tiny.picture())
