"""Recording keeps landmarks and times, in bounded memory, and never spoils an old file."""

import threading
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from avatar_app.capture.performance import load_performance
from avatar_app.errors import MediaError
from avatar_app.face_mesh import RIGID, RIGID_CANONICAL
from avatar_app.tracking.pose import observe
from avatar_app.tracking.recorder import PerformanceRecorder
from avatar_app.types import Frame, TrackedFrame


def tracked(index: int, fps: float = 25, *, face: bool = True) -> TrackedFrame:
    landmarks = np.zeros((478, 3), np.float32)
    landmarks[RIGID] = RIGID_CANONICAL * 10
    landmarks += 200 + index
    frame = Frame(np.zeros((48, 64, 3), np.uint8), index, 100 + index / fps)
    return TrackedFrame(frame, observe(landmarks) if face else None)


def test_faces_and_gaps_come_back(tmp_path: Path) -> None:
    recorder = PerformanceRecorder(Fraction(25))
    for index in range(4):
        recorder.add(tracked(index, face=index != 1))
    recorder.save(tmp_path / "take.npz")
    back = load_performance(tmp_path / "take.npz")
    assert back.present.tolist() == [True, False, True, True]
    assert np.allclose(back.times, [0, 0.04, 0.08, 0.12])
    assert back.size == (64, 48)
    face = tracked(3).face
    assert face is not None
    assert np.array_equal(back.landmarks[3], face.landmarks)


def test_without_a_rate_the_mean_one_is_stored() -> None:
    recorder = PerformanceRecorder()
    for index in range(10):
        recorder.add(tracked(index, fps=12.5))
    assert recorder.performance().fps == Fraction(25, 2)


def test_one_frame_is_a_performance_and_none_is_an_error(tmp_path: Path) -> None:
    recorder = PerformanceRecorder()
    with pytest.raises(MediaError, match="Nothing was recorded"):
        recorder.save(tmp_path / "take.npz")
    recorder.add(tracked(0))
    recorder.save(tmp_path / "take.npz")
    assert load_performance(tmp_path / "take.npz").fps == 30


def test_memory_is_bounded() -> None:
    recorder = PerformanceRecorder(max_frames=3)
    for index in range(10):
        recorder.add(tracked(index))
    assert recorder.is_full
    assert recorder.frames == len(recorder.performance()) == 3


def test_it_can_be_saved_while_it_records(tmp_path: Path) -> None:
    recorder = PerformanceRecorder()
    recorder.add(tracked(0))
    adder = threading.Thread(target=lambda: [recorder.add(tracked(i)) for i in range(1, 60)])
    adder.start()
    recorder.save(tmp_path / "take.npz")
    adder.join()
    assert 1 <= len(load_performance(tmp_path / "take.npz")) <= 60
    assert recorder.frames == 60
