"""Which faces are plainly no neutral ones."""

import pytest
from live_parts import drawn_face

from avatar_app.face_mesh import EYE_LEFT, EYE_RIGHT
from avatar_app.tracking.neutral import neutral_fault
from avatar_app.tracking.pose import observe


@pytest.mark.parametrize(("mouth", "says"), [(0.0, ""), (0.03, ""), (0.2, "mouth is open")])
def test_an_open_mouth_is_a_fault_and_parted_lips_are_none(mouth: float, says: str) -> None:
    fault = neutral_fault(drawn_face(mouth=mouth))
    assert says in fault
    assert bool(fault) is bool(says)


def test_shut_eyes_are_a_fault() -> None:
    points = drawn_face().landmarks.copy()
    for eye in (EYE_LEFT, EYE_RIGHT):
        ring = points[list(eye), 1]
        points[list(eye), 1] = ring.mean() + 0.2 * (ring - ring.mean())
    assert "eyes are shut" in neutral_fault(observe(points))
