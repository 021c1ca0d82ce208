"""When a camera is said to give too few pictures, and when no more."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest
from live_parts import SPEC, Camera, ScriptedTracker, SlideEngine, Wires, composer, portrait, until

from avatar_app.capture.base import SourceInfo
from avatar_app.live import camera_rate
from avatar_app.live.camera_rate import CameraRate
from avatar_app.live.session import LiveSession
from avatar_app.live.words import low_rate_words


class Clocked:
    """A rate that is fed by hand; ``told`` counts the changes."""

    def __init__(self, asked: int | None = 30) -> None:
        self.told = 0
        self.rate = CameraRate(self._on_change)
        self.rate.restart(None if asked is None else Fraction(asked))
        self._now = 100.0

    def _on_change(self) -> None:
        self.told += 1

    def give(self, fps: float, seconds: float) -> float | None:
        for _ in range(round(fps * seconds)):
            self._now += 1 / fps
            self.rate.add(self._now)
        return self.rate.low_fps


def test_a_third_of_what_was_asked_is_told_after_some_seconds() -> None:
    clock = Clocked()
    assert clock.give(10, 2.5) is None
    assert clock.give(10, 2) == pytest.approx(10)
    assert clock.told == 1


@pytest.mark.parametrize("fps", [19, 25, 30])
def test_more_than_three_fifths_is_enough(fps: int) -> None:
    clock = Clocked()
    assert clock.give(fps, 20) is None
    assert clock.told == 0


def test_around_the_border_nothing_flickers() -> None:
    clock = Clocked()
    clock.give(16, 10)
    for fps in (19, 17, 21, 15, 20):
        assert clock.give(fps, 10) == pytest.approx(16, rel=0.01)
    assert clock.told == 1
    assert clock.give(28, 10) is None
    assert clock.told == 2


def test_a_rate_that_falls_by_half_is_told_anew() -> None:
    clock = Clocked()
    clock.give(15, 10)
    assert clock.give(5, 20) == pytest.approx(8, abs=3)
    assert clock.told >= 2


def test_of_a_clip_no_rate_was_asked() -> None:
    assert Clocked(None).give(2, 30) is None


def test_a_camera_that_is_opened_anew_begins_anew() -> None:
    clock = Clocked()
    clock.give(10, 10)
    clock.rate.restart(Fraction(30))
    assert clock.rate.low_fps is None
    assert clock.give(10, 2) is None


def test_the_sentence_has_the_figure() -> None:
    assert low_rate_words(10.2) == (
        "The camera gives 10 pictures a second; more light, another cable or a smaller size help."
    )


class Asked(Camera):
    """A camera of which sixty pictures a second were asked."""

    @property
    def info(self) -> SourceInfo:
        return replace(super().info, asked_fps=Fraction(60))


def test_a_session_notes_a_slow_camera_until_another_is_chosen(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setattr(camera_rate, "_SETTLED_S", 0.3)

    def camera(fps: int) -> Callable[[], Camera]:
        return lambda: Asked(Wires(), fps)

    told: list[tuple[str, ...]] = []
    session = LiveSession(
        open_source=camera(12),
        open_tracker=ScriptedTracker,
        open_engine=SlideEngine,
        open_avatar=portrait,
        open_composer=composer,
        sinks=[],
        spec=SPEC,
        on_change=lambda status: told.append(status.notes),
    )
    request.addfinalizer(session.stop)
    session.start()
    until(lambda: session.status().notes)
    assert "The camera gives" in session.status().notes[-1]
    until(lambda: told[-1])
    assert not session.status().problems
    session.set_source(lambda: Camera(Wires(), 60))
    until(lambda: not session.status().notes)
    until(lambda: not told[-1])
