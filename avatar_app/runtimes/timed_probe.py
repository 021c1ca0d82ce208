"""How fast a runtime really is: a small bundled network, run for a moment."""

import statistics
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from avatar_app.config import Runtime
from avatar_app.paths import manifest_file
from avatar_app.runtimes.base import Provider
from avatar_app.runtimes.onnx_session import OnnxSession, open_session


@dataclass(frozen=True, slots=True)
class TimedProbe:
    """``ms_per_run`` is the median of ``runs``; ``provider`` where they ran."""

    ms_per_run: float
    runs: int
    provider: Provider


def probe_network() -> Path:
    """The bundled network: five convolutions, 0.62 billion multiplications a run."""
    return manifest_file().with_name("probe.onnx")


def time_runtime(word: Runtime, seconds: float = 2.0) -> TimedProbe:
    """Run the bundled network on this runtime for about so long, after a first run that is not
    counted. Raises EngineError where it cannot run."""
    session = open_session(probe_network(), word)
    try:
        times = _times(session, seconds)
        return TimedProbe(statistics.median(times) * 1e3, len(times), session.provider)
    finally:
        session.close()


def _times(session: OnnxSession, seconds: float) -> list[float]:
    numbers = np.random.default_rng(0)
    feeds = {spec.name: numbers.random(spec.shape).astype(spec.dtype) for spec in session.inputs}
    session.run(feeds)
    times: list[float] = []
    end = time.perf_counter() + seconds
    while not times or time.perf_counter() < end:
        start = time.perf_counter()
        session.run(feeds)
        times.append(time.perf_counter() - start)
    return times
