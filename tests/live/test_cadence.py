"""The beat of the deliverer, on a simulated clock."""

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest

from avatar_app.live.cadence import Cadence

INTERVAL = 1 / 30


def _arrivals(fps: float, jitter: float, seconds: float, start: float = 0.0) -> Iterator[float]:
    noise = np.random.default_rng(7).uniform(-jitter, jitter, int(seconds * fps))
    return iter(start + np.arange(len(noise)) / fps + noise + jitter)


def _play(arrivals: Iterator[float], seconds: float) -> tuple[list[float], list[float], int]:
    """What the deliverer does, without waiting: send times, delays of new pictures, losses."""
    cadence, now, sent, delays, lost = Cadence(Fraction(30), 0.0), 0.0, [], [], 0
    coming = next(arrivals, float("inf"))
    while now < seconds:
        now = max(now, cadence.opens_at)
        waiting, dropped = None, 0
        while coming <= now:
            dropped += waiting is not None
            waiting, coming = coming, next(arrivals, float("inf"))
        if waiting is None and coming <= cadence.closes_at:
            waiting, now, coming = coming, max(now, coming), next(arrivals, float("inf"))
        elif waiting is None:
            now = max(now, cadence.closes_at)
        if waiting is not None:
            delays.append(now - waiting)
        sent.append(now)
        lost += dropped
        cadence.sent(now, fresh=waiting is not None, lost=dropped > 0)
    return sent, delays, lost


@pytest.mark.parametrize("phase", [0.0, 0.3, 0.6, 0.9])
@pytest.mark.parametrize("fps", [30.0, 29.97, 30.2])
def test_a_source_at_the_streams_rate_leaves_at_once_and_whole(phase: float, fps: float) -> None:
    sent, delays, lost = _play(_arrivals(fps, 0.004, 20, phase * INTERVAL), 20)
    late = delays[len(delays) // 2 :]
    assert float(np.percentile(late, 95)) < 0.002
    assert lost <= 2
    assert len(sent) / 20 == pytest.approx(fps, rel=0.01)


def test_pictures_that_come_unevenly_leave_at_once_and_few_are_lost() -> None:
    sent, delays, lost = _play(_arrivals(30, 0.015, 60), 60)
    assert lost < 0.002 * len(sent)
    assert float(np.percentile(delays[len(delays) // 2 :], 95)) < 0.001
    assert len(sent) / 60 == pytest.approx(30, rel=0.01)


@pytest.mark.parametrize("fps", [10.0, 15.0, 24.0, 45.0, 60.0])
def test_a_source_at_another_rate_leaves_the_beat_alone(fps: float) -> None:
    sent, delays, _ = _play(_arrivals(fps, 0.002, 20), 20)
    assert len(sent) / 20 == pytest.approx(30, rel=0.01)
    assert max(delays) <= INTERVAL


def test_without_a_source_the_beat_is_exact() -> None:
    sent, delays, _ = _play(iter(()), 10)
    assert not delays
    assert np.diff(sent) == pytest.approx(INTERVAL)


def test_missed_beats_are_skipped_not_sent_in_a_burst() -> None:
    cadence = Cadence(Fraction(30), 0.0)
    cadence.sent(10.6 * INTERVAL, fresh=False, lost=False)
    assert cadence.skipped == 10
    assert cadence.closes_at > 10.6 * INTERVAL
