"""The live session from a looped clip for a long time: memory flat, no drift, nothing left behind.

    make test-slow                                    one minute
    SOAK_SECONDS=1800 python -m pytest -m slow tests/live/test_soak.py --timeout 3600 -s

The clip is the bundled one, or the one named by SOAK_CLIP; with -s a line is printed each ten
seconds.
"""

import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from live_parts import until

from avatar_app.build import build_session
from avatar_app.config import AppConfig
from avatar_app.live.session import LiveSession
from avatar_app.live.status import SessionState
from avatar_app.outputs.base import StreamSpec
from avatar_app.types import Outcome, RenderedFrame

SECONDS = float(os.environ.get("SOAK_SECONDS", "60"))
CLIP = os.environ.get("SOAK_CLIP")
FPS = 30
WARM_UP = 10.0
REPORT_EVERY = 10.0
ALLOWED_GROWTH_MB = 40.0
ALLOWED_DRIFT = 0.01
LONGEST_GAP = 1.0

STATM = Path("/proc/self/statm")


@dataclass(frozen=True)
class Reading:
    at: float
    sent: int
    captured: int
    memory_mb: float


class CountingSink:
    """Counts, and keeps nothing."""

    title = "counter"

    def __init__(self) -> None:
        self.sent = self.rendered = self.backwards = 0
        self.longest_gap = 0.0
        self._last_at = self._last_index = None

    def open(self, spec: StreamSpec) -> None:
        """Nothing to open."""

    def send(self, rendered: RenderedFrame) -> None:
        now = time.perf_counter()
        if self._last_at is not None:
            self.longest_gap = max(self.longest_gap, now - self._last_at)
        if self._last_index is not None and rendered.index < self._last_index:
            self.backwards += 1
        self._last_at, self._last_index = now, rendered.index
        self.sent += 1
        self.rendered += rendered.outcome is Outcome.RENDERED

    def close(self) -> None:
        """Nothing to close."""


def read(session: LiveSession) -> Reading:
    pages = int(STATM.read_text().split()[1])
    memory = pages * os.sysconf("SC_PAGE_SIZE") / 1e6
    status = session.status()
    return Reading(time.perf_counter(), status.sent, status.captured, memory)


@pytest.mark.slow
@pytest.mark.timeout(SECONDS + 120)
@pytest.mark.skipif(not STATM.exists(), reason="memory is read from /proc")
def test_a_long_session_stays_as_it_began() -> None:
    before = set(threading.enumerate())
    sink = CountingSink()
    word = f"loop:{CLIP}" if CLIP else "clip:"
    config = AppConfig.model_validate({"source": {"word": word}, "output": {"fps": FPS}})
    session = build_session(config, outputs=["memory:"], extra_sinks=[sink])
    session.start()
    try:
        until(lambda: sink.rendered > 0, 60)
        session.wait(WARM_UP)
        readings = [read(session)]
        while readings[-1].at - readings[0].at < SECONDS:
            assert not session.wait(min(REPORT_EVERY, SECONDS))
            readings.append(read(session))
            report(session, readings)
        assert session.status().state is SessionState.RUNNING
    finally:
        session.stop()
    judge(readings, sink)
    assert set(threading.enumerate()) <= before


def report(session: LiveSession, readings: list[Reading]) -> None:
    first, now, status = readings[0], readings[-1], session.status()
    drift = now.sent - first.sent - FPS * (now.at - first.at)
    print(
        f"{now.at - first.at:7.0f} s  {now.memory_mb:6.1f} MB  drift {drift:+6.1f} frames"
        f"  new {status.fps:5.2f}/s  p95 {status.latency_p95_ms:5.1f} ms  drop {status.dropped}"
        f"  {status.problems or ''}"
    )


def judge(readings: list[Reading], sink: CountingSink) -> None:
    """Memory by the means of the first and the last third; the counts by the clock."""
    third = max(1, len(readings) // 3)
    early = sum(r.memory_mb for r in readings[:third]) / third
    late = sum(r.memory_mb for r in readings[-third:]) / third
    assert late - early < ALLOWED_GROWTH_MB
    first, last = readings[0], readings[-1]
    span = last.at - first.at
    assert (last.sent - first.sent) / span == pytest.approx(FPS, rel=ALLOWED_DRIFT)
    assert sink.backwards == 0
    assert sink.longest_gap < LONGEST_GAP
