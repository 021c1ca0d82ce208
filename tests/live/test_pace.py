"""How long a picture may stay, and when an engine is called slow."""

import pytest

from avatar_app.engines.base import EngineInfo
from avatar_app.live.pace import LONGEST_PATIENCE, SHORTEST_PATIENCE, Pace
from avatar_app.live.words import slow_words


def paced(*seconds: float) -> Pace:
    pace = Pace()
    for taken in seconds:
        pace.add(taken)
    return pace


def test_patience_is_three_pictures_within_bounds() -> None:
    assert paced(0.02, 0.02).patience == SHORTEST_PATIENCE
    assert paced(0.5, 0.5, 0.6).patience == pytest.approx(1.5)
    assert paced(4.0).patience == LONGEST_PATIENCE


def test_one_odd_picture_changes_little() -> None:
    assert paced(3.0, 0.5, 0.5, 0.5).patience == pytest.approx(1.5)


def test_another_engine_may_take_long_for_its_first_picture() -> None:
    pace = paced(0.02, 0.02, 0.5)
    pace.restart()
    assert pace.patience == LONGEST_PATIENCE
    assert pace.slow_fps is None


def test_slow_is_said_after_three_pictures_and_not_anew_for_every_wobble() -> None:
    assert paced(0.5, 0.5).slow_fps is None
    pace = paced(0.5, 0.5, 0.5)
    assert pace.slow_fps == pytest.approx(2)
    for _ in range(7):
        pace.add(0.4)
    assert pace.slow_fps == pytest.approx(2)
    for _ in range(7):
        pace.add(0.2)
    assert pace.slow_fps == pytest.approx(5)
    for _ in range(7):
        pace.add(0.1)
    assert pace.slow_fps == pytest.approx(10)
    for _ in range(7):
        pace.add(0.03)
    assert pace.slow_fps is None


@pytest.mark.parametrize(
    ("runtime", "fps", "said"),
    [
        ("CPU, 214 of 214 operators", 2.2, "Pictures a second: 2. This engine is slow here; "
         "the landmark warp or a GPU is faster."),
        ("CUDA, 214 of 220 operators", 1.1, "Pictures a second: 1.1. This engine is slow here; "
         "the landmark warp is faster."),
        ("", 5.0, "Pictures a second: 5. This machine is busy, or slow for this picture."),
    ],
)  # fmt: skip
def test_slow_is_said_with_what_is_faster(runtime: str, fps: float, said: str) -> None:
    assert slow_words(EngineInfo("e", "E", "", runtime), fps) == said
