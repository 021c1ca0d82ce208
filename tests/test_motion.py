"""Landmarks grow steady without growing late; motion crosses over, the driver's shape does not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from posed_faces import (
    NAMES,
    bundled,
    eye_widths,
    lid_gaps,
    rotation,
    sized,
    turned,
    with_eyes,
    with_mouth,
)

from avatar_app.face_mesh import (
    CHIN,
    CREASE_LEFT,
    CREASE_RIGHT,
    EYE_LEFT,
    EYE_RIGHT,
    FOREHEAD,
    LIDS_LEFT,
    LIDS_RIGHT,
    LIP_EDGES,
    RIGID,
)
from avatar_app.motion import LandmarkSmoother, MotionTransfer
from avatar_app.tracking.pose import head_pose
from avatar_app.types import Points

FPS = 30
LIPS_MAY_TOUCH = 0.3
"""Closed lips of a portrait whose mesh overlaps are parted by so many pixels at most."""
LID_POINTS = [*LIDS_LEFT[0], *LIDS_RIGHT[0], *CREASE_LEFT, *CREASE_RIGHT]
OTHER_POINTS = [i for i in range(478) if i not in LID_POINTS]
MODES = pytest.mark.parametrize("absolute", (False, True), ids=("relative", "absolute"))


@pytest.fixture(params=NAMES)
def avatar(request: pytest.FixtureRequest) -> Points:
    return bundled(request.param).face.landmarks


@pytest.fixture
def driver() -> Points:
    """Another face than the avatar's, in a camera's picture."""
    return turned(sized("samuel", 480).face.landmarks, 3, -2, 5, shift=(80, 20))


def angle_of(turn: np.ndarray) -> float:
    """Degrees."""
    return float(np.degrees(np.arccos(np.clip((np.trace(turn) - 1) / 2, -1, 1))))


def smoothed(strength: float, clip: list[Points]) -> np.ndarray:
    smoother = LandmarkSmoother(strength)
    return np.array([smoother.smooth(points, i / FPS) for i, points in enumerate(clip)])


def noisy_still(face: Points, frames: int = 60) -> list[Points]:
    rng = np.random.default_rng(5)
    return [face + rng.normal(0, 0.4, face.shape).astype(np.float32) for _ in range(frames)]


def jitter(clip: np.ndarray) -> float:
    return float(clip[15:].std(0).mean())


def test_a_still_noisy_face_grows_steadier_the_stronger_the_smoothing() -> None:
    clip = noisy_still(bundled("mira").face.landmarks)
    shaking = [jitter(np.array(clip)), *(jitter(smoothed(s, clip)) for s in (0.0, 0.3, 0.6, 1.0))]
    assert shaking == sorted(shaking, reverse=True)
    assert shaking[-1] < 0.6 * shaking[0]


@pytest.mark.parametrize("strength", (0.0, 0.3, 1.0))
def test_a_quick_motion_is_less_than_two_frames_late(strength: float) -> None:
    """The head crosses an eye distance in half a second."""
    face = bundled("mira").face.landmarks
    speed = 2 * float(np.linalg.norm(face[33] - face[263])) / FPS
    clip = [face + np.array((speed * i, 0, 0), np.float32) for i in range(20)]
    late = (np.array(clip) - smoothed(strength, clip))[..., 0].mean(1) / speed
    assert late.max() < 2
    assert late[-1] < 0.5


def test_a_jump_arrives_within_four_frames_at_full_strength() -> None:
    face = bundled("mira").face.landmarks
    clip = [face + np.array((0 if i < 10 else 60, 0, 0), np.float32) for i in range(20)]
    moved = smoothed(1.0, clip)[:, 0, 0] - face[0, 0]
    assert moved[9] == pytest.approx(0, abs=1e-3)
    assert moved[13] > 0.9 * 60
    assert moved.max() < 60.1, "it never overshoots"


def test_a_far_face_is_filtered_like_a_near_one() -> None:
    clip = [turned(p, yaw=i) for i, p in enumerate(noisy_still(bundled("mira").face.landmarks, 12))]
    near = smoothed(0.7, clip)
    far = smoothed(0.7, [points * np.float32(0.25) for points in clip])
    np.testing.assert_allclose(far, near / 4, atol=1e-2)


def test_the_first_face_passes_unchanged_and_so_does_the_first_after_a_reset() -> None:
    first, second, *_ = noisy_still(bundled("mira").face.landmarks)
    smoother = LandmarkSmoother(1.0)
    np.testing.assert_array_equal(smoother.smooth(first, 0.0), first)
    assert not np.array_equal(smoother.smooth(second, 0.03), second)
    smoother.reset()
    np.testing.assert_array_equal(smoother.smooth(second, 0.06), second)


@pytest.mark.parametrize("time", (0.0, 0.9, 1.0, 1.6), ids=("restart", "back", "same", "gap"))
def test_after_a_gap_or_a_jump_of_the_clock_the_past_is_forgotten(time: float) -> None:
    first, second, *_ = noisy_still(bundled("mira").face.landmarks)
    smoother = LandmarkSmoother(1.0)
    smoother.smooth(first, 1.0)
    np.testing.assert_array_equal(smoother.smooth(second, time), second)


def test_smoothing_changes_nothing_it_was_given_and_keeps_single_precision() -> None:
    clip = noisy_still(bundled("mira").face.landmarks, 3)
    kept = [points.copy() for points in clip]
    for points in clip:
        points.setflags(write=False)
    assert smoothed(0.5, clip).dtype == np.float32
    np.testing.assert_array_equal(clip, kept)


def test_the_drivers_neutral_leaves_the_avatar_where_it_is(avatar: Points, driver: Points) -> None:
    motion = MotionTransfer(driver, avatar).move(driver)
    np.testing.assert_allclose(motion.landmarks, avatar, atol=LIPS_MAY_TOUCH)
    np.testing.assert_allclose(motion.rigid.rotation, np.eye(3), atol=1e-6)
    assert motion.rigid.scale == pytest.approx(1)


@pytest.mark.parametrize(
    "pose",
    ({"yaw": 20}, {"pitch": -12}, {"roll": 25}, {"scale": 1.3}, {"yaw": -9, "shift": (30, -20)}),
    ids=lambda pose: "+".join(pose),
)
def test_self_reenactment_puts_every_point_but_the_lids_where_the_driver_has_it(
    avatar: Points, pose: dict[str, float]
) -> None:
    now = turned(with_mouth(avatar, 0.3), **pose)
    target = MotionTransfer(avatar, avatar).move(now).landmarks
    np.testing.assert_allclose(target[OTHER_POINTS, :2], now[OTHER_POINTS, :2], atol=0.05)
    lids = np.abs(target[LID_POINTS, :2] - now[LID_POINTS, :2])
    assert lids.max() < 0.1 * eye_widths(avatar).min()


@settings(max_examples=25, deadline=None)
@given(
    roll=st.floats(-90, 90),
    scale=st.floats(0.3, 3),
    x=st.floats(-500, 500),
    y=st.floats(-500, 500),
)
def test_where_how_large_and_how_rolled_the_driver_is_does_not_matter(
    roll: float, scale: float, x: float, y: float
) -> None:
    avatar, neutral = bundled("mira").face.landmarks, bundled("samuel").face.landmarks
    now = turned(with_eyes(with_mouth(neutral, 0.25), 0.6), 12, -5, 4, scale=1.1, shift=(9, 4))
    turn, shift = rotation(roll=roll), np.array((x, y, 0))
    plain = MotionTransfer(neutral, avatar).move(now)
    placed = MotionTransfer((scale * neutral @ turn.T + shift).astype(np.float32), avatar).move(
        (scale * now @ turn.T + shift).astype(np.float32)
    )
    np.testing.assert_allclose(placed.landmarks[:, :2], plain.landmarks[:, :2], atol=0.1)


@MODES
def test_no_strength_is_rest(avatar: Points, driver: Points, absolute: bool) -> None:
    transfer = MotionTransfer(driver, avatar, strength=0.0, absolute=absolute)
    now = turned(with_eyes(with_mouth(driver, 0.4), 0), 25, 10, -8, scale=1.4, shift=(40, 9))
    np.testing.assert_allclose(transfer.move(now).landmarks, avatar, atol=LIPS_MAY_TOUCH)


@pytest.mark.parametrize("strength", (0.25, 0.5, 1.0, 1.5, 2.0))
def test_strength_scales_the_turn_the_shift_and_the_expression(
    avatar: Points, strength: float
) -> None:
    transfer = MotionTransfer(avatar, avatar, strength=strength)
    turn = transfer.move(turned(avatar, 16, 8, 5)).rigid.rotation
    assert angle_of(turn) == pytest.approx(strength * angle_of(rotation(16, 8, 5)), abs=0.05)
    shifted = transfer.move(turned(avatar, shift=(20, -10))).landmarks - avatar
    np.testing.assert_allclose(shifted[RIGID].mean(0), strength * np.array((20, -10, 0)), atol=0.05)
    dropped = transfer.move(with_mouth(avatar, 0.2)).landmarks[CHIN] - avatar[CHIN]
    whole = with_mouth(avatar, 0.2)[CHIN] - avatar[CHIN]
    np.testing.assert_allclose(dropped, strength * whole, atol=0.05)


@pytest.mark.parametrize("own", (0.35, 1.0, 1.6))
@pytest.mark.parametrize("left_open", (0.0, 0.1))
def test_closed_eyes_of_the_driver_close_the_avatars_wholly(
    avatar: Points, driver: Points, own: float, left_open: float
) -> None:
    """The mesh never quite closes; an avatar may have narrow or wide eyes."""
    now = turned(with_eyes(driver, left_open), 6, 4, 3)
    target = MotionTransfer(driver, with_eyes(avatar, own)).move(now).landmarks
    assert (lid_gaps(target) < 0.005 * eye_widths(avatar)).all()


@pytest.mark.parametrize("part", (0.0, 0.3, 0.6))
def test_a_shutting_lid_brings_its_lashes_along(
    avatar: Points, driver: Points, part: float
) -> None:
    """Left behind, the skin above the lid would be stretched with them."""
    transfer = MotionTransfer(driver, avatar)
    rest, shut = (transfer.move(with_eyes(driver, p)).landmarks for p in (1.0, part))
    for lids, above in ((LIDS_LEFT, CREASE_LEFT), (LIDS_RIGHT, CREASE_RIGHT)):
        middle = slice(2, 5)
        high = [
            np.linalg.norm(face[list(lids[0][middle])] - face[list(above[middle])], axis=1).mean()
            for face in (rest, shut)
        ]
        assert 0.95 * high[0] < high[1] < 1.45 * high[0]


def test_in_absolute_motion_closed_eyes_close_the_avatars_as_well(
    avatar: Points, driver: Points
) -> None:
    now = turned(with_eyes(driver, 0), 6, 4, 3)
    target = MotionTransfer(driver, avatar, absolute=True).move(now).landmarks
    assert (lid_gaps(target) < 0.005 * eye_widths(avatar)).all()


@pytest.mark.parametrize("part", (0.0, 0.3, 0.6, 0.9, 1.0, 1.2))
def test_eyes_open_as_far_as_the_drivers_do_or_close_a_little_earlier(
    avatar: Points, part: float
) -> None:
    target = MotionTransfer(avatar, avatar).move(with_eyes(avatar, part)).landmarks
    found = lid_gaps(target).sum() / lid_gaps(avatar).sum()
    assert part - 0.35 <= found <= part + 0.05


def test_lid_openings_grow_with_the_drivers(avatar: Points, driver: Points) -> None:
    transfer = MotionTransfer(driver, avatar)
    parts = np.linspace(0, 1.5, 16)
    gaps = [lid_gaps(transfer.move(with_eyes(driver, part)).landmarks).sum() for part in parts]
    assert gaps == sorted(gaps)
    assert gaps[-1] > 1.1 * lid_gaps(avatar).sum()


def test_eyes_torn_open_stay_within_bounds(avatar: Points, driver: Points) -> None:
    squint = with_eyes(driver, 0.2)
    target = MotionTransfer(squint, avatar, strength=2.0).move(with_eyes(driver, 3)).landmarks
    across = np.linalg.norm(avatar[33] - avatar[133])
    assert (lid_gaps(target) < 0.6 * across).all()
    assert np.isfinite(target).all()


@MODES
@pytest.mark.parametrize("strength", (1.0, 2.0))
def test_lips_never_pass_through_one_another(
    avatar: Points, driver: Points, absolute: bool, strength: float
) -> None:
    """The neutral's mouth is open; closing it would carry the avatar's closed lips further."""
    opened = with_mouth(driver, 0.3)
    transfer = MotionTransfer(opened, avatar, strength=strength, absolute=absolute)
    motion = transfer.move(turned(with_mouth(driver, -0.05), 5, 5, 5))
    face = motion.rigid.undo(motion.landmarks)
    down = (face[CHIN] - face[FOREHEAD]) / np.linalg.norm(face[CHIN] - face[FOREHEAD])
    apart = (face[list(LIP_EDGES[1])] - face[list(LIP_EDGES[0])]) @ down
    assert apart.min() > -0.02


def test_absolute_motion_takes_the_drivers_own_turn(avatar: Points, driver: Points) -> None:
    for yaw, pitch, roll in ((0, 0, 0), (20, 0, 0), (-10, 8, 12)):
        now = turned(driver, yaw, pitch, roll)
        wanted = head_pose(now)
        target = MotionTransfer(turned(driver, 12), avatar, absolute=True).move(now).landmarks
        found = head_pose(target.astype(np.float32))
        assert found.yaw == pytest.approx(wanted.yaw, abs=3)
        assert found.pitch == pytest.approx(wanted.pitch, abs=3)
        assert found.roll == pytest.approx(wanted.roll, abs=3)


def test_relative_motion_does_not_take_the_neutrals_turn(avatar: Points, driver: Points) -> None:
    """Whoever looks aside at the start leaves the avatar looking ahead."""
    aside = turned(driver, 15)
    target = MotionTransfer(aside, avatar).move(aside).landmarks
    assert head_pose(target.astype(np.float32)).yaw == pytest.approx(head_pose(avatar).yaw, abs=0.5)


@settings(max_examples=40, deadline=None)
@given(
    yaw=st.floats(-179, 179),
    pitch=st.floats(-89, 89),
    roll=st.floats(-179, 179),
    strength=st.floats(0, 2),
)
def test_no_turn_is_larger_than_a_portrait_bears(
    yaw: float, pitch: float, roll: float, strength: float
) -> None:
    avatar = bundled("mira").face.landmarks
    motion = MotionTransfer(avatar, avatar, strength=strength).move(
        turned(avatar, yaw, pitch, roll)
    )
    turn = motion.rigid.rotation
    np.testing.assert_allclose(turn @ turn.T, np.eye(3), atol=1e-3)
    assert np.linalg.det(turn) == pytest.approx(1, abs=1e-3)
    assert angle_of(turn) < 60.1
    assert np.isfinite(motion.landmarks).all()


def test_a_head_upside_down_is_bounded_too() -> None:
    avatar = bundled("mira").face.landmarks
    turn = MotionTransfer(avatar, avatar).move(turned(avatar, pitch=180)).rigid.rotation
    np.testing.assert_allclose(turn @ turn.T, np.eye(3), atol=1e-3)


def test_the_points_shown_are_the_avatars_own_but_for_lids_that_shut(
    avatar: Points, driver: Points
) -> None:
    transfer = MotionTransfer(driver, avatar)
    np.testing.assert_allclose(transfer.move(turned(driver, 9)).source, avatar, atol=1e-4)
    shut = transfer.move(with_eyes(driver, 0)).source
    others = [i for i in range(478) if i not in (*EYE_LEFT, *EYE_RIGHT)]
    np.testing.assert_array_equal(shut[others], avatar[others])
    mean = lid_gaps(avatar).mean(1, keepdims=True)
    assert (lid_gaps(shut) > lid_gaps(avatar) + 0.3 * mean).all(), "at the corners too"
    assert (eye_widths(shut) > 1.1 * eye_widths(avatar)).all()


@pytest.mark.parametrize(("scale", "bound"), ((9, 2), (1 / 9, 1 / 2)))
def test_coming_near_or_going_far_is_bounded(avatar: Points, scale: float, bound: float) -> None:
    motion = MotionTransfer(avatar, avatar).move(turned(avatar, scale=scale))
    assert motion.rigid.scale == pytest.approx(bound)


def test_a_portrait_turned_aside_moves_less(avatar: Points, driver: Points) -> None:
    now = turned(driver, -15)
    angles = [
        angle_of(MotionTransfer(driver, turned(avatar, aside)).move(now).rigid.rotation)
        for aside in (0, 30, 38, 70)
    ]
    assert angles[0] == pytest.approx(15, abs=0.1)
    assert (np.diff(angles) < 1e-4).all()
    assert angles[1] < 0.9 * angles[0]
    assert angles[-1] > 0.3 * angles[0], "it still moves"


def test_a_motion_changes_nothing_it_was_given(avatar: Points, driver: Points) -> None:
    given_faces = [avatar.copy(), driver.copy(), turned(with_mouth(driver, 0.3), 9)]
    kept = [face.copy() for face in given_faces]
    for face in given_faces:
        face.setflags(write=False)
    transfer = MotionTransfer(given_faces[1], given_faces[0])
    first = transfer.move(given_faces[2]).landmarks
    transfer.move(driver)
    np.testing.assert_array_equal(transfer.move(given_faces[2]).landmarks, first)
    np.testing.assert_array_equal(given_faces, kept)
