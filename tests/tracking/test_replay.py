"""A recording in the tracker's place gives the same faces again."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from avatar_app.capture import open_source
from avatar_app.capture.performance import Performance, save_performance
from avatar_app.errors import MediaError
from avatar_app.face_mesh import RIGID, RIGID_CANONICAL
from avatar_app.tracking.replay import ReplayTracker
from avatar_app.types import Frame


@pytest.fixture
def take() -> Performance:
    landmarks = np.zeros((3, 478, 3), np.float32)
    landmarks[:, RIGID] = RIGID_CANONICAL * 10
    landmarks += np.arange(3, dtype=np.float32)[:, None, None] + 100
    present = np.array((True, False, True))
    return Performance(landmarks, present, np.arange(3) / 25, (200, 100), Fraction(25))


def blank(index: int, width: int = 200, height: int = 100) -> Frame:
    return Frame(np.zeros((height, width, 3), np.uint8), index, 0.0)


def test_each_number_gets_its_face_and_gaps_stay_gaps(take: Performance) -> None:
    tracker = ReplayTracker(take)
    for index in (0, 2, 3, 5):
        face = tracker.track(blank(index))
        assert face is not None
        assert np.array_equal(face.landmarks, take.landmarks[index % 3])
    assert tracker.track(blank(1)) is None
    assert tracker.track(blank(4)) is None
    tracker.close()


def test_landmarks_follow_the_size_of_the_frame(take: Performance) -> None:
    face = ReplayTracker(take).track(blank(0, 400, 100))
    assert face is not None
    assert np.allclose(face.landmarks, take.landmarks[0] * (2, 1, 2))


def test_a_file_drives_without_camera_pixels(take: Performance, tmp_path: Path) -> None:
    save_performance(tmp_path / "take.npz", take)
    source = open_source(f"performance:{tmp_path}/take.npz", every_frame=True)
    tracker = ReplayTracker(tmp_path / "take.npz")
    frames = list(iter(source.read, None))
    assert [tracker.track(frame) is not None for frame in frames] == [True, False, True]
    assert not any(frame.image.any() for frame in frames)
    assert [frame.captured_at for frame in frames] == [0, 1 / 25, 2 / 25]
    assert source.info.fps == 25


def test_a_bad_file_is_a_media_error(tmp_path: Path) -> None:
    with pytest.raises(MediaError):
        ReplayTracker(tmp_path / "none.npz")
