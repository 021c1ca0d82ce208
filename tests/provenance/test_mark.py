"""The visible mark stays small, in its corner and readable."""

import numpy as np
import pytest

from avatar_app.provenance.mark import Mark


def stamped(width: int, height: int, ground: int) -> np.ndarray:
    image = np.full((height, width, 3), ground, np.uint8)
    Mark().stamp(image)
    return image


@pytest.mark.parametrize("size", [(1280, 720), (512, 512), (256, 256), (360, 640), (2048, 2048)])
@pytest.mark.parametrize("ground", [0, 127, 255])
def test_it_is_readable_on_any_ground(size: tuple[int, int], ground: int) -> None:
    """Letters and panel differ by far, whatever lies below."""
    width, height = size
    corner = stamped(width, height, ground)[int(0.9 * height) :, : width // 3].astype(int)
    changed = corner[(corner != ground).any(axis=2)]
    assert changed.max() - changed.min() > 110


def test_it_lies_bottom_left_and_touches_nothing_else() -> None:
    image = stamped(1280, 720, 127)
    changed = np.argwhere((image != 127).any(axis=2))
    (top, left), (bottom, right) = changed.min(axis=0), changed.max(axis=0)
    assert top > 640
    assert left < 40
    assert bottom < 718
    assert right < 250


def test_it_grows_with_the_picture() -> None:
    def area(side: int) -> int:
        return int((stamped(side, side, 127) != 127).any(axis=2).sum())

    assert 3 < area(1024) / area(512) < 5


def test_a_picture_too_small_for_it_stays_as_it_is() -> None:
    assert (stamped(20, 20, 127) == 127).all()
