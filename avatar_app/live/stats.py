"""Figures of the last seconds: rates, latencies, time per stage."""

import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from avatar_app.live.trip import Trip

WINDOW_SECONDS = 5.0
TRIP_SECONDS = 20.0
"""How far back the trips of single pictures are kept."""

_MOST_TRIPS = 2400
_FEWEST_EVENTS = 4


class Rate:
    """Events per second over the window, or over the last few events where they are rarer. Times
    are seconds on one clock."""

    def __init__(self) -> None:
        self._times: deque[float] = deque()
        self.count = 0

    def add(self, at: float) -> None:
        """An event happened."""
        self.count += 1
        self._times.append(at)
        _forget(self._times, at)

    def per_second(self, now: float) -> float:
        """0 while there are fewer than two; falls when events stay away."""
        _forget(self._times, now)
        if len(self._times) < 2:
            return 0.0
        first, last, intervals = self._times[0], self._times[-1], len(self._times) - 1
        overdue = now - last > 2 * (last - first) / intervals
        if overdue and now - last > WINDOW_SECONDS:
            return 0.0
        span = (now if overdue else last) - first
        return intervals / span if span > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Figures:
    """One reading of SessionStats; see SessionStatus for the meaning."""

    source_fps: float
    fps: float
    sent_fps: float
    latency_p50_ms: float
    latency_p95_ms: float
    captured: int
    rendered: int
    sent: int
    stage_ms: tuple[tuple[str, float], ...]


class SessionStats:
    """Fed by the three threads of a session, read by any."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._captured, self._rendered, self._sent = Rate(), Rate(), Rate()
        self._trips: deque[Trip] = deque(maxlen=_MOST_TRIPS)
        self._stages: deque[tuple[float, Mapping[str, float]]] = deque()

    def captured(self, at: float) -> None:
        """The source gave a frame."""
        with self._lock:
            self._captured.add(at)

    def rendered(self, at: float, timings: Mapping[str, float]) -> None:
        """The pipeline finished one, with its seconds per stage."""
        with self._lock:
            self._rendered.add(at)
            self._stages.append((at, timings))
            _forget_pairs(self._stages, at)

    def sent(self, at: float, trip: Trip | None, *, taken: bool) -> None:
        """A picture was handed over; the ``trip`` of a new one, None for a repeat or a card.
        ``taken`` where there was an output to have it; a recording is none."""
        with self._lock:
            if taken:
                self._sent.add(at)
            if trip is not None:
                self._trips.append(trip)
                while self._trips[0].sent_at < at - TRIP_SECONDS:
                    self._trips.popleft()

    def trips(self) -> tuple[Trip, ...]:
        """Those of the last TRIP_SECONDS, the oldest first."""
        with self._lock:
            return tuple(self._trips)

    def read(self, now: float) -> Figures:
        """The figures as of now."""
        with self._lock:
            _forget_pairs(self._stages, now)
            recent = [trip for trip in self._trips if trip.sent_at >= now - WINDOW_SECONDS]
            latencies = [trip.latency for trip in recent]
            stages = [timings for _, timings in self._stages]
            p50, p95 = np.percentile(latencies, (50, 95)) * 1000 if latencies else (0.0, 0.0)
            return Figures(
                source_fps=self._captured.per_second(now),
                fps=self._rendered.per_second(now),
                sent_fps=self._sent.per_second(now),
                latency_p50_ms=float(p50),
                latency_p95_ms=float(p95),
                captured=self._captured.count,
                rendered=self._rendered.count,
                sent=self._sent.count,
                stage_ms=_medians_ms(stages),
            )


def _medians_ms(stages: list[Mapping[str, float]]) -> tuple[tuple[str, float], ...]:
    names = dict.fromkeys(name for timings in stages for name in timings)
    return tuple(
        (name, float(np.median([t[name] for t in stages if name in t])) * 1000) for name in names
    )


def _forget(times: deque[float], now: float) -> None:
    while len(times) > _FEWEST_EVENTS and times[0] < now - WINDOW_SECONDS:
        times.popleft()


def _forget_pairs(pairs: deque[tuple[float, Mapping[str, float]]], now: float) -> None:
    while pairs and pairs[0][0] < now - WINDOW_SECONDS:
        pairs.popleft()
