"""The live session from a looped clip for a long time, while a user changes now this, now that:
memory, handles and threads stay as they were, no drift, nothing left behind.

    make test-slow                                    one minute
    SOAK_SECONDS=3600 python -m pytest -m slow tests/live/test_soak.py --timeout 4200 -s

The clip is the bundled one, or the one named by SOAK_CLIP; with -s a line is printed after each
round of changes.
"""

import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from live_parts import until
from soak_user import RestlessUser

from avatar_app.build import build_session
from avatar_app.config import AppConfig
from avatar_app.live.memory import return_memory
from avatar_app.live.session import LiveSession
from avatar_app.live.status import SessionState
from avatar_app.outputs.base import StreamSpec
from avatar_app.types import Outcome, RenderedFrame

SECONDS = float(os.environ.get("SOAK_SECONDS", "60"))
CLIP = os.environ.get("SOAK_CLIP")
FPS = 30
CHANGE_EVERY = 1.5
LOOKS = 10
ALLOWED_GROWTH_MB = 40.0
PASSING_THREADS = 2
"""Threads that a decoder or a network starts and ends while it works."""
ALLOWED_DRIFT = 0.01
LONGEST_GAP = 1.0

PROCESS = Path("/proc/self")


@dataclass(frozen=True)
class Reading:
    """``handles`` are open file descriptors, ``threads`` those of all libraries."""

    at: float
    sent: int
    memory_mb: float
    handles: int
    threads: int


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
    """The least of a second: what is just being closed is no leak, nor is what the allocator keeps
    for later."""
    looks = []
    for _ in range(LOOKS):
        looks.append([len(list((PROCESS / what).iterdir())) for what in ("fd", "task")])
        session.wait(1 / LOOKS)
    handles, threads = (min(counts) for counts in zip(*looks, strict=True))
    return_memory()
    pages = int((PROCESS / "statm").read_text().split()[1])
    memory = pages * os.sysconf("SC_PAGE_SIZE") / 1e6
    return Reading(time.perf_counter(), session.status().sent, memory, handles, threads)


@pytest.mark.slow
@pytest.mark.timeout(SECONDS + 240)
@pytest.mark.skipif(not PROCESS.exists(), reason="memory and handles are read from /proc")
def test_a_long_session_stays_as_it_began() -> None:
    before = set(threading.enumerate())
    sink = CountingSink()
    word = f"loop:{CLIP}" if CLIP else "clip:"
    config = AppConfig.model_validate({"source": {"word": word}, "output": {"fps": FPS}})
    session = build_session(config, outputs=["memory:"], extra_sinks=[sink])
    user = RestlessUser(session, config)
    session.start()
    try:
        until(lambda: sink.rendered > 0, 60)
        readings = [after_a_round(session, user)]
        while readings[-1].at - readings[0].at < SECONDS:
            readings.append(after_a_round(session, user))
            report(session, readings)
    finally:
        session.stop()
    judge(readings, sink, user)
    assert set(threading.enumerate()) <= before


def after_a_round(session: LiveSession, user: RestlessUser) -> Reading:
    """Every change once, until all is as it was and the avatar moves again."""
    for name, change in user.round:
        change()
        assert not session.wait(CHANGE_EVERY), f"the session ended after: {name}"
    until(lambda: not session.status().preparing)
    until(lambda: session.status().outcome == Outcome.RENDERED)
    assert session.status().state is SessionState.RUNNING
    until(lambda: session.status().problems == ())
    return read(session)


def report(session: LiveSession, readings: list[Reading]) -> None:
    first, now, status = readings[0], readings[-1], session.status()
    drift = now.sent - first.sent - FPS * (now.at - first.at)
    print(
        f"{now.at - first.at:7.0f} s  {now.memory_mb:6.1f} MB  {now.handles} handles"
        f"  {now.threads} threads  drift {drift:+6.1f} frames  new {status.fps:5.2f}/s"
        f"  p95 {status.latency_p95_ms:5.1f} ms  drop {status.dropped}"
    )


def judge(readings: list[Reading], sink: CountingSink, user: RestlessUser) -> None:
    """What may have grown by the least of the first and of the second half: what comes and goes is
    no leak. The counts by the clock, which a machine that is busy with other things does not keep
    up with. Each source numbers its frames anew."""
    half = len(readings) // 2
    early, late = readings[:half], readings[half:]
    assert min(r.handles for r in late) <= min(r.handles for r in early)
    assert min(r.threads for r in late) <= min(r.threads for r in early) + PASSING_THREADS
    grown = min(r.memory_mb for r in late) - min(r.memory_mb for r in early)
    assert grown < ALLOWED_GROWTH_MB
    first, last = readings[0], readings[-1]
    span = last.at - first.at
    assert sink.backwards <= user.switches_of_source
    assert (last.sent - first.sent) / span == pytest.approx(FPS, rel=ALLOWED_DRIFT)
    assert sink.longest_gap < LONGEST_GAP
