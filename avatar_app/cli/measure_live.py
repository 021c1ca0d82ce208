"""A live session from the bundled clip into memory, watched from its far end."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from avatar_app.build import build_session
from avatar_app.cli.settings import changed
from avatar_app.config import AppConfig
from avatar_app.errors import MachineError
from avatar_app.live.status import SessionState
from avatar_app.outputs.base import StreamSpec
from avatar_app.types import Outcome, RenderedFrame

_WARM_UP_S = 1.5
_PATIENCE_S = 60.0
_GLANCE_S = 0.1
_PROCESS = Path("/proc/self/status")


@dataclass(frozen=True, slots=True)
class LiveFigures:
    """Rates per second; latency from capture to sink of each new picture, in milliseconds and in
    frame times, the time between two new pictures; memory of the process in megabytes, None where
    unknown. ``runtime`` is where the engine's networks ran, empty without networks."""

    engine: str
    runtime: str
    source_fps: float
    delivered_fps: float
    p50_ms: float
    p95_ms: float
    p50_frames: float
    p95_frames: float
    captured: int
    dropped: int
    rss_mb: float | None
    peak_mb: float | None


class LatencySink:
    """Notes when each new rendered picture arrives; repeats of a picture do not count."""

    def __init__(self) -> None:
        self.arrivals: list[tuple[float, float]] = []
        self._newest = -1

    @property
    def title(self) -> str:
        return "stop-watch"

    def open(self, spec: StreamSpec) -> None:
        """Nothing to open."""

    def send(self, rendered: RenderedFrame) -> None:
        """Note (arrival, latency), both in seconds."""
        now = time.perf_counter()
        if rendered.outcome is Outcome.RENDERED and rendered.index > self._newest:
            self._newest = rendered.index
            self.arrivals.append((now, now - rendered.captured_at))

    def close(self) -> None:
        """Nothing to close."""


def measure_live(seconds: float, config: AppConfig) -> LiveFigures:
    """Run for ``seconds``, the first second and a half uncounted. Raises MachineError when the
    session fails."""
    config = changed(config, source__word="clip:")
    sink = LatencySink()
    session = build_session(config, extra_sinks=[sink])
    session.start()
    try:
        _until_first_picture(session.wait, sink)
        session.wait(_WARM_UP_S)
        before, begun = session.status(), time.perf_counter()
        session.wait(seconds)
        after, ended = session.status(), time.perf_counter()
        rss, peak = _memory_mb("VmRSS"), _memory_mb("VmHWM")
    finally:
        session.stop()
    if after.state is SessionState.FAILED:
        raise MachineError(" ".join(p.message for p in after.problems) or "The session failed.")
    late = [late for arrived, late in sink.arrivals if begun <= arrived <= ended]
    captured, span = after.captured - before.captured, ended - begun
    p50, p95 = (float(part) for part in np.percentile(late or [np.nan], (50, 95)))
    info = after.engine
    return LiveFigures(
        engine=info.title if info is not None else "",
        runtime=info.runtime if info is not None else "",
        source_fps=captured / span,
        delivered_fps=len(late) / span,
        p50_ms=p50 * 1000,
        p95_ms=p95 * 1000,
        p50_frames=p50 * len(late) / span,
        p95_frames=p95 * len(late) / span,
        captured=captured,
        dropped=after.dropped - before.dropped,
        rss_mb=rss,
        peak_mb=peak,
    )


def _until_first_picture(wait: Callable[[float], bool], sink: LatencySink) -> None:
    """Loading is not part of a rate."""
    until = time.perf_counter() + _PATIENCE_S
    while not sink.arrivals and not wait(_GLANCE_S):
        if time.perf_counter() > until:
            raise MachineError("The live session showed no avatar within a minute.")


def _memory_mb(field: str) -> float | None:
    """VmRSS or VmHWM (the peak) of this process; known on Linux only."""
    if not _PROCESS.exists():
        return None
    for line in _PROCESS.read_text(encoding="ascii", errors="replace").splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) / 1024
    return None
