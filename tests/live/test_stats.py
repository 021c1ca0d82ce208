"""Figures of the last seconds, on a clock that the test reads."""

import numpy as np
import pytest

from avatar_app.live.stats import TRIP_SECONDS, WINDOW_SECONDS, SessionStats
from avatar_app.live.trip import STAGES, Trip, trip_of
from avatar_app.types import Outcome, RenderedFrame


def trip(sent_at: float, latency: float) -> Trip:
    return Trip(sent_at, (latency, 0.0, 0.0, 0.0, 0.0))


def test_rates_are_those_of_the_window() -> None:
    stats = SessionStats()
    for i in range(300):
        stats.captured(i / 30)
        stats.rendered(i / 30, {"track": 0.003, "render": 0.004 if i % 2 else 0.006})
        stats.sent(i / 30, trip(i / 30, 0.02), taken=True)
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
    stats.sent(1.0, None, taken=True)
    stats.sent(2.0, trip(2.0, 0.1), taken=True)
    stats.sent(3.0, None, taken=True)
    assert stats.read(3).latency_p95_ms == pytest.approx(100)
    assert SessionStats().read(0).latency_p95_ms == 0


def test_the_stages_of_a_trip_add_up_to_the_latency_and_the_rest_is_waiting() -> None:
    timings = {"wait": 0.004, "track": 0.006, "render": 0.009, "compose": 0.002}
    picture = RenderedFrame(np.zeros((2, 2, 3), np.uint8), 7, 10.0, Outcome.RENDERED, timings)
    found = trip_of(picture, 10.05)
    assert sum(found.stages) == pytest.approx(found.latency) == pytest.approx(0.05)
    assert dict(zip(STAGES, found.stages, strict=True)) == pytest.approx(
        {**timings, "deliver": 0.029}
    )


def test_a_stage_that_was_not_measured_took_no_time() -> None:
    picture = RenderedFrame(
        np.zeros((2, 2, 3), np.uint8), 7, 10.0, Outcome.PASS_THROUGH, {"compose": 0.002}
    )
    found = dict(zip(STAGES, trip_of(picture, 10.01).stages, strict=True))
    assert found["track"] == found["render"] == 0
    assert found["deliver"] == pytest.approx(0.008)


def test_trips_are_kept_for_a_while_and_figures_are_of_the_newest() -> None:
    stats = SessionStats()
    for i in range(100 * 30):
        stats.sent(i / 30, trip(i / 30, 0.5 if i < 93 * 30 else 0.02), taken=True)
    kept = stats.trips()
    assert kept[-1].sent_at - kept[0].sent_at == pytest.approx(TRIP_SECONDS, abs=0.1)
    assert stats.read(100).latency_p95_ms == pytest.approx(20)
