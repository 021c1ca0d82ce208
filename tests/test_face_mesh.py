"""The names of the mesh's points mean what they say on a real face."""

import numpy as np
import pytest
from posed_faces import NAMES, bundled

from avatar_app import face_mesh as mesh
from avatar_app.geometry import fit_similarity
from avatar_app.types import LANDMARK_COUNT

RINGS = {
    "oval": mesh.OVAL,
    "inner lips": mesh.LIPS_INNER,
    "outer lips": mesh.LIPS_OUTER,
    "left eye": mesh.EYE_LEFT,
    "right eye": mesh.EYE_RIGHT,
}


@pytest.fixture(params=NAMES)
def face(request: pytest.FixtureRequest) -> np.ndarray:
    return bundled(request.param).face.landmarks


def area(ring: np.ndarray) -> float:
    """Positive when the ring runs clockwise in the picture, where y points down."""
    x, y = ring[:, 0], ring[:, 1]
    return float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum() / 2)


@pytest.mark.parametrize("ring", RINGS.values(), ids=RINGS)
def test_a_ring_has_no_point_twice(ring: tuple[int, ...]) -> None:
    assert len(set(ring)) == len(ring)
    assert 0 <= min(ring) <= max(ring) < LANDMARK_COUNT


@pytest.mark.parametrize(
    "ring", (mesh.OVAL, mesh.LIPS_OUTER, mesh.EYE_LEFT), ids=("oval", "outer lips", "left eye")
)
def test_rings_run_clockwise(face: np.ndarray, ring: tuple[int, ...]) -> None:
    assert area(face[list(ring)]) > 0


def test_the_right_eye_is_in_the_left_ones_order_mirrored(face: np.ndarray) -> None:
    assert area(face[list(mesh.EYE_RIGHT)]) < 0


def test_left_and_right_are_the_pictures(face: np.ndarray) -> None:
    middle = face[list(mesh.OVAL), 0].mean()
    for left, right in (
        (mesh.EYE_LEFT, mesh.EYE_RIGHT),
        (mesh.IRIS_LEFT, mesh.IRIS_RIGHT),
        (mesh.CREASE_LEFT, mesh.CREASE_RIGHT),
    ):
        assert (face[list(left), 0] < middle).all()
        assert (face[list(right), 0] > middle).all()
    assert face[mesh.LIP_CORNERS[0], 0] < face[mesh.LIP_CORNERS[1], 0]
    assert face[mesh.EYE_OUTER_LEFT, 0] < face[mesh.EYE_OUTER_RIGHT, 0]


def test_eye_rings_begin_at_the_outer_corner_and_pass_the_inner_one_at_eight(
    face: np.ndarray,
) -> None:
    assert mesh.EYE_LEFT[0] == mesh.EYE_OUTER_LEFT
    assert mesh.EYE_RIGHT[0] == mesh.EYE_OUTER_RIGHT
    left, right = face[list(mesh.EYE_LEFT), 0], face[list(mesh.EYE_RIGHT), 0]
    assert left.argmin() == 0
    assert left.argmax() == 8
    assert right.argmax() == 0
    assert right.argmin() == 8


@pytest.mark.parametrize("lids", (mesh.LIDS_LEFT, mesh.LIDS_RIGHT), ids=("left", "right"))
def test_upper_lids_lie_above_their_lower_partners(
    face: np.ndarray, lids: tuple[tuple[int, ...], tuple[int, ...]]
) -> None:
    upper, lower = face[list(lids[0])], face[list(lids[1])]
    assert (upper[:, 1] < lower[:, 1]).all()
    width = np.ptp(upper[:, 0])
    assert (np.abs(upper[:, 0] - lower[:, 0]) < 0.2 * width).all()


def test_the_crease_lies_above_its_lid(face: np.ndarray) -> None:
    for lids, crease in (
        (mesh.LIDS_LEFT, mesh.CREASE_LEFT),
        (mesh.LIDS_RIGHT, mesh.CREASE_RIGHT),
    ):
        assert (face[list(crease), 1] < face[list(lids[0]), 1]).all()


def test_irises_lie_in_their_eyes_around_their_centres(face: np.ndarray) -> None:
    for iris, eye in ((mesh.IRIS_LEFT, mesh.EYE_LEFT), (mesh.IRIS_RIGHT, mesh.EYE_RIGHT)):
        low, high = face[list(eye), :2].min(0), face[list(eye), :2].max(0)
        assert (low < face[iris[0], :2]).all()
        assert (face[iris[0], :2] < high).all()
        edge = face[list(iris[1:]), :2]
        np.testing.assert_allclose(edge.mean(0), face[iris[0], :2], atol=0.1 * np.ptp(edge[:, 0]))


def test_the_oval_holds_the_whole_mesh(face: np.ndarray) -> None:
    assert mesh.OVAL[0] == mesh.FOREHEAD
    assert mesh.CHIN in mesh.OVAL
    oval = face[list(mesh.OVAL), :2]
    low, high = oval.min(0), oval.max(0)
    assert (face[:, :2] >= low - 1).all()
    assert (face[:, :2] <= high + 1).all()


def test_inner_lips_lie_within_the_outer_and_their_edges_are_pairs(face: np.ndarray) -> None:
    inner, outer = face[list(mesh.LIPS_INNER), :2], face[list(mesh.LIPS_OUTER), :2]
    assert (inner.min(0) > outer.min(0)).all()
    assert (inner.max(0) < outer.max(0)).all()
    assert set(mesh.LIP_EDGES[0]) | set(mesh.LIP_EDGES[1]) | {78, 308} == set(mesh.LIPS_INNER)
    upper, lower = face[list(mesh.LIP_EDGES[0])], face[list(mesh.LIP_EDGES[1])]
    assert (np.abs(upper[:, 0] - lower[:, 0]) < 0.1 * np.ptp(outer[:, 0])).all()


def test_the_canonical_head_fits_a_real_one(face: np.ndarray) -> None:
    assert mesh.RIGID_CANONICAL.shape == (len(mesh.RIGID), 3)
    fitted = fit_similarity(mesh.RIGID_CANONICAL, face[mesh.RIGID])
    off = np.linalg.norm((fitted.apply(mesh.RIGID_CANONICAL) - face[mesh.RIGID])[:, :2], axis=1)
    assert off.mean() < 0.05 * np.ptp(face[:, 0])
    mirrored = mesh.RIGID_CANONICAL * (-1, 1, 1)
    np.testing.assert_allclose(sorted(mirrored.tolist()), sorted(mesh.RIGID_CANONICAL.tolist()))
