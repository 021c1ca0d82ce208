"""Time stamps: exact, rising, and true to real time when live."""

from fractions import Fraction

import pytest

from avatar_app.outputs.timeline import Timeline, time_base_for

NTSC = Fraction(30000, 1001)


@pytest.mark.parametrize(
    "fps", [Fraction(25), NTSC, Fraction(24000, 1001), Fraction(15), Fraction(12)]
)
def test_every_usual_rate_has_whole_time_stamps(fps: Fraction) -> None:
    base = time_base_for(fps)
    assert (1 / fps / base).denominator == 1


def test_an_odd_rate_gets_a_sane_time_base() -> None:
    assert time_base_for(Fraction(150528, 6359)) == Fraction(1, 90000)


def test_rounded_clip_times_snap_to_the_exact_rate() -> None:
    base = time_base_for(NTSC)
    line = Timeline(NTSC, base)
    stamps = [line.stamp(round(n / float(NTSC), 3)) for n in range(100)]
    assert stamps == [Fraction(n) / NTSC / base for n in range(100)]


def test_a_variable_rate_keeps_its_own_times() -> None:
    line = Timeline(Fraction(25), Fraction(1, 90000))
    times = [0.0, 0.04, 0.05, 0.113, 0.2]
    assert [line.stamp(t) / 90000 for t in times] == pytest.approx(times, abs=1e-4)


def test_a_clip_that_does_not_begin_at_zero_does() -> None:
    line = Timeline(Fraction(25), Fraction(1, 100))
    assert [line.stamp(t) for t in (7.0, 7.04, 7.08)] == [0, 4, 8]
    kept = Timeline(Fraction(25), Fraction(1, 100))
    kept.begin(6.0)
    assert kept.stamp(7.0) == 100


def test_stamps_rise_even_where_the_clip_steps_back() -> None:
    line = Timeline(Fraction(25), Fraction(1, 100))
    assert [line.stamp(t) for t in (0.0, 0.08, 0.04, 0.04, 0.12)] == [0, 8, 9, 10, 12]


def test_live_stamps_stand_on_the_beat_and_keep_skipped_ones_empty() -> None:
    now = iter([50.0, 50.034, 50.066, 50.2003, 50.2004])
    line = Timeline(Fraction(30), Fraction(1, 30), clock=lambda: next(now))
    assert [line.stamp(0.0) for _ in range(5)] == [0, 1, 2, 6, 7]
