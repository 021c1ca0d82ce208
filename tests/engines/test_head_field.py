"""Hair and ears turn with the head, shoulders follow partly, and the way back is the inverse."""

import numpy as np
import pytest
from posed_faces import NAMES, sized, turned

from avatar_app.engines.landmark_warp.grid import Grid
from avatar_app.engines.landmark_warp.head_field import HeadField
from avatar_app.face_mesh import OVAL
from avatar_app.geometry import Similarity
from avatar_app.motion import MotionTransfer
from avatar_app.types import Points

SIDE = 256
REST = Similarity(1.0, np.eye(3), np.zeros(3))
OPAQUE = np.full((SIDE, SIDE), 255, np.uint8)
NOBODY_AT_THE_TOP = OPAQUE.copy()
NOBODY_AT_THE_TOP[:30] = 0


def field_of(face: Points, sheet: np.ndarray | None = None, coarse: int = 56) -> HeadField:
    grid = Grid.over(SIDE, SIDE, SIDE / coarse)
    return HeadField.of(face, grid, sheet, NOBODY_AT_THE_TOP)


def motion(face: Points, **pose: float | tuple[float, float]) -> Similarity:
    return MotionTransfer(face, face).move(turned(face, **pose)).rigid  # type: ignore[arg-type]


def slid(x: float, y: float = 0) -> Similarity:
    return Similarity(1.0, np.eye(3), np.array((x, y, 0.0)))


@pytest.fixture(params=NAMES)
def face(request: pytest.FixtureRequest) -> Points:
    return sized(request.param, SIDE).face.landmarks


def upper_outline(face: Points) -> np.ndarray:
    """(N, 2): the outline of the face from cheek to forehead; below the neck begins."""
    oval = face[list(OVAL), :2]
    return oval[oval[:, 1] < oval.mean(0)[1]]


@pytest.fixture
def field(face: Points) -> HeadField:
    return field_of(face)


def places(seed: int = 0, count: int = 500) -> np.ndarray:
    return np.random.default_rng(seed).random((count, 2)) * (SIDE - 1)


def test_at_rest_everything_stays(field: HeadField) -> None:
    np.testing.assert_allclose(field.backward(REST), field.positions, atol=0.01)
    np.testing.assert_allclose(field.forward(places(), REST), places(), atol=0.01)


@pytest.mark.parametrize(
    "pose",
    (
        {"yaw": 20},
        {"yaw": -20},
        {"pitch": 20},
        {"pitch": -20},
        {"roll": 20},
        {"yaw": -14, "pitch": 10, "roll": 8},
        {"shift": (25, -10)},
        {"scale": 1.3},
    ),
    ids=lambda pose: "+".join(pose),
)
def test_the_way_back_leads_where_the_way_there_began(
    field: HeadField, face: Points, pose: dict[str, float]
) -> None:
    """Within a percent of the picture; the border, where edges go on, is left out."""
    rigid = motion(face, **pose)
    there = field.forward(places(), rigid)
    back = field.grid.sample(field.backward(rigid), there[None].astype(np.float32))[0]
    seen = ((there > 6) & (there < SIDE - 7)).all(1)
    off = np.linalg.norm(back - places(), axis=1)[seen] / SIDE
    assert seen.sum() > 250
    assert np.percentile(off, 90) < 0.003
    assert off.max() < 0.05


@pytest.mark.parametrize("yaw", (-35, 35))
def test_large_turns_stay_finite_and_near_the_picture(
    field: HeadField, face: Points, yaw: float
) -> None:
    back = field.backward(motion(face, yaw=yaw, pitch=15))
    assert np.isfinite(back).all()
    assert np.abs(back - field.positions).max() < SIDE


def test_a_sliding_head_takes_hair_along_wholly_and_shoulders_partly(
    field: HeadField, face: Points
) -> None:
    reach = 0.5 * field.size
    oval = face[list(OVAL), :2].astype(np.float64)
    middle, height = oval.mean(0), np.ptp(oval[:, 1])
    head = np.concatenate([upper_outline(face), middle[None]])
    ears = middle + np.array(((-0.55, 0), (0.55, 0))) * field.size
    shoulders = middle + np.array([(-0.9 * field.size, 0.95 * height)])
    for part, low, high in ((head, 0.93, 1.01), (ears, 0.93, 1.01), (shoulders, 0.05, 0.8)):
        moved = (field.forward(part, slid(reach)) - part)[:, 0] / reach
        assert (moved >= low).all()
        assert (moved <= high).all()


def test_the_further_down_the_less_a_point_follows(field: HeadField, face: Points) -> None:
    middle = face[list(OVAL), :2].mean(0)
    for aside in (0, 0.3, 0.6):
        x = middle[0] + aside * field.size
        column = np.array([(x, y) for y in np.linspace(middle[1], SIDE - 5, 40)])
        moved = (field.forward(column, slid(30)) - column)[:, 0]
        assert (np.diff(moved) < 0.01 * 30).all()
        assert moved[-1] < 0.75 * moved[0]


def test_weights_are_parts_and_the_head_has_all_of_it(field: HeadField, face: Points) -> None:
    weight = field.maps[..., 1]
    assert weight.min() >= 0
    assert weight.max() <= 1
    at = field.grid.sample(field.maps, upper_outline(face)[None])[0]
    assert at[:, 1].min() > 0.95


def test_tiny_motions_are_followed_less_than_large_ones(field: HeadField, face: Points) -> None:
    """Landmarks tremble and expressions pull a little: hair does not shimmer with them."""
    at = upper_outline(face)
    parts = [
        float(((field.forward(at, slid(part * field.size)) - at)[:, 0] / field.size / part).mean())
        for part in (0.002, 0.02, 0.1, 0.4)
    ]
    assert parts == sorted(parts)
    assert parts[0] < 0.05
    assert parts[-1] > 0.95


def test_the_back_of_a_turning_head_goes_the_other_way_than_its_front(
    field: HeadField, face: Points
) -> None:
    rigid = motion(face, yaw=20)
    middle = face[list(OVAL), :2].astype(np.float64).mean(0)
    sides = middle + np.array(((-0.6, -0.1), (0.6, -0.1))) * field.size
    front = (field.forward(middle[None], rigid) - middle)[:, 0].mean()
    back = (field.forward(sides, rigid) - sides)[:, 0].mean()
    assert back < front - 0.02 * field.size


def test_hair_that_the_picture_cuts_stays_at_the_border(face: Points) -> None:
    grid = Grid.over(SIDE, SIDE, SIDE / 56)
    cut = HeadField.of(face, grid, None, OPAQUE)
    border = np.stack([np.linspace(20, SIDE - 20, 30), np.zeros(30)], axis=1)
    moved = np.linalg.norm(cut.forward(border, slid(20, 10)) - border, axis=1)
    assert moved.max() < 2


def test_a_sheet_fades_the_motion_where_it_says(face: Points) -> None:
    grid = Grid.over(SIDE, SIDE, SIDE / 56)
    sheet = np.ones((grid.rows, grid.columns), np.float32)
    sheet[:, : grid.columns // 2] = 0
    field = HeadField.of(face, grid, sheet, OPAQUE)
    left = np.array([(20.0, y) for y in range(10, 250, 20)])
    np.testing.assert_allclose(field.forward(left, slid(30)), left, atol=1e-3)


def test_a_rolled_portrait_follows_as_an_upright_one_does(face: Points) -> None:
    """The tables lie in the face, not in the picture."""
    upright, rolled = field_of(face), field_of(turned(face, roll=30))
    middle = face[list(OVAL), :2].astype(np.float64).mean(0)
    down = np.array((0, 0.8 * upright.size))
    c, s = np.cos(np.radians(30)), np.sin(np.radians(30))
    pivot = turned(face, roll=30)[list(OVAL), :2].astype(np.float64).mean(0)
    leaning = np.array((-s * down[1], c * down[1]))
    a = upright.grid.sample(upright.maps, (middle + down)[None, None].astype(np.float32))
    b = rolled.grid.sample(rolled.maps, (pivot + leaning)[None, None].astype(np.float32))
    assert a[0, 0, 1] == pytest.approx(float(b[0, 0, 1]), abs=0.05)
