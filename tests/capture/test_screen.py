"""The screen as a source; what needs a real screen is left to the machines that have one."""

import pytest

from avatar_app.capture.screen import ScreenSource, _area
from avatar_app.errors import SourceError

SCREENS = [
    {"left": 0, "top": 0, "width": 3000, "height": 1080},
    {"left": 0, "top": 0, "width": 1920, "height": 1080},
]


def test_without_a_region_it_is_the_first_screen() -> None:
    assert _area("", SCREENS) == {"left": 0, "top": 0, "width": 1920, "height": 1080}


def test_a_region_is_four_numbers_on_the_screen() -> None:
    assert _area("10,20,640,480", SCREENS) == {"left": 10, "top": 20, "width": 640, "height": 480}
    for region in ("1,2,3", "a,b,c,d", "0,0,9000,100", "-1,0,100,100", "0,0,0,0"):
        with pytest.raises(SourceError):
            _area(region, SCREENS)


def test_no_screen_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    with pytest.raises(SourceError, match="no screen"):
        ScreenSource("", 30)
