"""From landmarks to an observation: the signs of the head's pose, the box, and what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from posed_faces import NAMES, bundled, rotation

from avatar_app.errors import TrackerError
from avatar_app.face_mesh import CHIN, FOREHEAD, RIGID, RIGID_CANONICAL
from avatar_app.tracking.pose import head_pose, observe
from avatar_app.types import LANDMARK_COUNT, Points

NOSE = 4
ANGLES = st.floats(-75, 75)


def canonical(turn: np.ndarray | None = None, scale: float = 20) -> Points:
    """The canonical head in a picture; points it does not name lie about its middle."""
    points = np.random.default_rng(2).normal(size=(LANDMARK_COUNT, 3))
    points[RIGID] = RIGID_CANONICAL
    turned = points @ (np.eye(3) if turn is None else turn).T
    return (scale * turned + (300, 200, 0)).astype(np.float32)


def test_the_canonical_head_looks_ahead() -> None:
    pose = head_pose(canonical())
    assert (pose.yaw, pose.pitch, pose.roll) == pytest.approx((0, 0, 0), abs=1e-3)


def test_yaw_is_positive_when_the_nose_turns_to_the_pictures_right() -> None:
    c, s = np.cos(0.4), np.sin(0.4)
    face = canonical(np.array(((c, 0, -s), (0, 1, 0), (s, 0, c))))
    assert face[NOSE, 0] > face[RIGID, 0].mean() + 10
    pose = head_pose(face)
    assert pose.yaw == pytest.approx(np.degrees(0.4), abs=0.01)
    assert (pose.pitch, pose.roll) == pytest.approx((0, 0), abs=0.01)


def test_pitch_is_positive_when_the_nose_turns_down() -> None:
    c, s = np.cos(0.3), np.sin(0.3)
    face = canonical(np.array(((1, 0, 0), (0, c, -s), (0, s, c))))
    assert face[NOSE, 1] > canonical()[NOSE, 1] + 10
    pose = head_pose(face)
    assert pose.pitch == pytest.approx(np.degrees(0.3), abs=0.01)
    assert (pose.yaw, pose.roll) == pytest.approx((0, 0), abs=0.01)


def test_roll_is_positive_when_the_head_leans_clockwise_in_the_picture() -> None:
    c, s = np.cos(0.5), np.sin(0.5)
    face = canonical(np.array(((c, -s, 0), (s, c, 0), (0, 0, 1))))
    assert face[FOREHEAD, 0] > face[NOSE, 0] + 10, "the top of the head goes right"
    pose = head_pose(face)
    assert pose.roll == pytest.approx(np.degrees(0.5), abs=0.01)
    assert (pose.yaw, pose.pitch) == pytest.approx((0, 0), abs=0.01)


@given(yaw=ANGLES, pitch=ANGLES, roll=ANGLES, scale=st.floats(2, 200))
def test_any_turn_is_read_back(yaw: float, pitch: float, roll: float, scale: float) -> None:
    pose = head_pose(canonical(rotation(yaw, pitch, roll), scale))
    assert (pose.yaw, pose.pitch, pose.roll) == pytest.approx((yaw, pitch, roll), abs=0.05)


@pytest.mark.parametrize("angles", ((90, 0, 0), (0, 90, 0), (0, -90, 0), (180, 0, 0), (0, 0, 180)))
def test_extreme_turns_give_numbers(angles: tuple[float, float, float]) -> None:
    pose = head_pose(canonical(rotation(*angles)))
    assert np.isfinite((pose.yaw, pose.pitch, pose.roll)).all()


@pytest.mark.parametrize("name", NAMES)
def test_a_portrait_looks_ahead_and_its_mirror_image_the_other_way(name: str) -> None:
    face = bundled(name).face
    assert abs(face.pose.yaw) < 10
    assert abs(face.pose.roll) < 10
    turned = canonical(rotation(20, 5, 10))
    pose = head_pose(turned)
    mirrored = turned * np.array((-1, 1, 1), np.float32)
    twin = mirrored.copy()
    order = [RIGID.tolist().index(i) for i in _mirror_order()]
    twin[RIGID] = mirrored[RIGID][order]
    flipped = head_pose(twin)
    assert (flipped.yaw, flipped.pitch, flipped.roll) == pytest.approx(
        (-pose.yaw, pose.pitch, -pose.roll), abs=0.05
    )


def _mirror_order() -> list[int]:
    """For each rigid point the one that is its mirror image."""
    mirrored = RIGID_CANONICAL * (-1, 1, 1)
    distance = np.linalg.norm(mirrored[:, None] - RIGID_CANONICAL[None], axis=2)
    return RIGID[distance.argmin(1)].tolist()


def test_an_observation_has_the_box_of_its_points_and_single_precision() -> None:
    points = canonical(rotation(10)).astype(np.float64)
    face = observe(points, 0.7)
    assert face.landmarks.dtype == np.float32
    assert face.score == 0.7
    assert (face.box.x0, face.box.y0) == pytest.approx(tuple(points[:, :2].min(0)), abs=1e-3)
    assert (face.box.x1, face.box.y1) == pytest.approx(tuple(points[:, :2].max(0)), abs=1e-3)
    assert face.pose.yaw == pytest.approx(10, abs=0.05)


@pytest.mark.parametrize("bad", (np.nan, np.inf, -np.inf))
@pytest.mark.parametrize("place", ((0, 0), (CHIN, 1), (477, 2)))
def test_numbers_that_are_not_finite_are_refused(bad: float, place: tuple[int, int]) -> None:
    points = canonical()
    points[place] = bad
    with pytest.raises(TrackerError, match="not finite"):
        observe(points)


@pytest.mark.parametrize("shape", ((468, 3), (478, 2), (478,), (0, 3), (1, 478, 3)))
def test_another_shape_is_refused_and_quoted(shape: tuple[int, ...]) -> None:
    with pytest.raises(TrackerError) as caught:
        observe(np.ones(shape, np.float32))
    assert str(shape) in caught.value.message
    assert "(478, 3)" in caught.value.message
    assert caught.value.hint
