"""Figures of the last seconds, on a clock that the test reads."""

import pytest

from avatar_app.live.stats import WINDOW_SECONDS, SessionStats


def test_rates_are_those_of_the_window() -> None:
    stats = SessionStats()
    for i in range(300):
        stats.captured(i / 30)
        stats.rendered(i / 30, {"track": 0.003, "render": 0.004 if i % 2 else 0.006})
        stats.sent(i / 30, i / 30 - 0.02)
    figures = stats.read(300 / 30)
    assert figures.source_fps == pytest.approx(30)
    assert figures.fps == pytest.approx(30)
    assert figures.sent_fps == pytest.approx(30)
    assert figures.captured == figures.rendered == figures.sent == 300
    assert figures.latency_p50_ms == pytest.approx(20)
    assert dict(figures.stage_ms)["track"] == pytest.approx(3)
    assert dict(figures.stage_ms)["render"] == pytest.approx(5)


def test_a_rate_falls_when_events_stay_away() -> None:
    stats = SessionStats()
    for i in range(60):
        stats.captured(i / 30)
    assert stats.read(2).source_fps == pytest.approx(30)
    assert stats.read(4).source_fps == pytest.approx(15, rel=0.05)
    assert stats.read(3 + WINDOW_SECONDS).source_fps == 0


def test_a_rate_below_one_in_the_window_is_still_one() -> None:
    stats = SessionStats()
    for i in range(5):
        stats.rendered(4.0 * i, {})
    assert stats.read(18).fps == pytest.approx(0.25)
    assert stats.read(23).fps == pytest.approx(0.25)
    assert stats.read(30).fps == 0


def test_repeats_and_cards_have_no_latency() -> None:
    stats = SessionStats()
    stats.sent(1.0, None)
    stats.sent(2.0, 1.9)
    stats.sent(3.0, None)
    assert stats.read(3).latency_p95_ms == pytest.approx(100)
    assert SessionStats().read(0).latency_p95_ms == 0
