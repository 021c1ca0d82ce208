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
    assert not pace.is_slow


def test_slow_is_said_after_three_pictures_and_not_anew_for_every_wobble() -> None:
    assert not paced(0.5, 0.5).is_slow
    pace = paced(0.5, 0.5, 0.5)
    assert pace.is_slow
    for seconds, slow in ((0.13, True), (0.1, True), (0.08, False), (0.1, False), (0.13, True)):
        for _ in range(7):
            pace.add(seconds)
        assert pace.is_slow is slow


@pytest.mark.parametrize(
    ("runtime", "said"),
    [
        ("CPU, 214 of 214 operators", "this engine is slow here; the landmark warp or a GPU is "
         "faster."),
        ("CUDA, 214 of 220 operators", "this engine is slow here; the landmark warp is faster."),
        ("", "this machine is busy, or slow for this picture."),
    ],
)  # fmt: skip
def test_slow_is_said_with_what_is_faster(runtime: str, said: str) -> None:
    assert slow_words(EngineInfo("e", "E", "", runtime)) == f"Few pictures a second: {said}"
